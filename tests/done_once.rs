//! A host that does not know whether its store has committed runs the command again with the same context: it is done
//! once, and the host is told the same.

mod company;

use company::{World, id, name};
use guanxi::access::Principal;
use guanxi::{Context, Query, Rejected};
use serde_json::{Value as Json, json};

/// A company whose rules overwrite what callers give, count, create and tell.
fn world() -> World {
    let mut definition = company::with_rules(json!([
        {"key": "tidy", "object": "deal", "on": "created", "then": [
            {"set": {"fields": {"reason": "'tidied'"}}},
            {"emit": {"kind": "note", "to": "owner", "title": "New: {name}"}}]},
        {"key": "count", "object": "deal", "on": {"updated": ["name", "stage", "account"]}, "then": [
            {"set": {"fields": {"score": "(has(score) ? score : 0) + 1"}}},
            {"create": {"object": "account", "fields": {"name": "name"}}},
            {"emit": {"kind": "note", "to": "owner", "title": "Changed: {name}"}}]},
        {"key": "visited", "object": "deal", "on": {"event": "visited"}, "then": [
            {"set": {"fields": {"score": "(has(score) ? score : 0) + 10"}}}]},
        {"key": "noted", "object": "deal", "on": {"event": "noted"}, "then": [
            {"create": {"object": "account", "fields": {"name": "name"}}}]},
        {"key": "stubborn", "object": "deal", "on": {"updated": ["closes"]}, "then": [
            {"set": {"fields": {"closes": "old.closes"}}},
            {"emit": {"kind": "note", "to": "owner", "title": "Somebody tried: {name}"}}]}
    ]));
    definition["objects"][3]["ids"] = json!("host");
    let mut world = World::new(&definition);
    for user in ["li.na", "wang"] {
        world.ok(json!({"create": {"object": "user", "id": user, "fields": {"name": user, "region": "east"}}}));
    }
    let account = world.made("account", json!({"name": "A", "owner": "li.na"}));
    for (deal, name) in [("d", "Cloud"), ("gone", "Gone")] {
        world.ok(json!({"create": {"object": "deal", "id": deal,
            "fields": {"name": name, "owner": "li.na", "account": account, "closes": "2026-05-01"}}}));
    }
    world.ok(json!({"delete": {"object": "deal", "id": "gone"}}));
    world.ok(upsert("known", json!({"name": "K"})));
    world.later(1);
    world
}

fn upsert(external: &str, fields: Json) -> Json {
    json!({"upsert": {"object": "account", "external": {"system": "erp", "id": external}, "fields": fields}})
}

fn update(fields: Json) -> Json {
    json!({"update": {"object": "deal", "id": "d", "fields": fields}})
}

/// A command of every kind.
fn commands() -> Vec<Json> {
    let user = json!({"name": "New"});
    vec![
        json!({"create": {"object": "deal", "id": "new", "fields": {"name": "New", "reason": "mine", "owner": "wang"}}}),
        json!({"create": {"object": "account", "fields": {"name": "B", "code": "c-1"}}}),
        json!({"create": {"object": "user", "id": "new", "fields": user}}),
        update(json!({"name": "Sea"})),
        json!({"update": {"object": "deal", "id": "d", "if_revision": 1, "fields": {"name": "Sea"}}}),
        update(json!({"owner": "wang"})),
        update(json!({"closes": "2026-06-01"})),
        update(json!({"name": "Cloud"})),
        json!({"move_stage": {"object": "deal", "id": "d", "to": "won", "if_revision": 1}}),
        json!({"link": {"object": "deal", "id": "d", "field": "team", "to": "east"}}),
        json!({"delete": {"object": "deal", "id": "d", "if_revision": 1}}),
        json!({"restore": {"object": "deal", "id": "gone", "if_revision": 2}}),
        upsert("unknown", json!({"name": "U", "code": "c-2"})),
        upsert("known", json!({"name": "K 2"})),
        json!({"comment": {"object": "deal", "id": "d", "text": "called", "mentions": ["wang"]}}),
        json!({"event": {"object": "deal", "id": "d", "name": "visited"}}),
    ]
}

/// What somebody was told that does not depend on which of two runs it was.
fn told(answer: &Result<guanxi::Outcome, Rejected>) -> String {
    match answer {
        Ok(outcome) => format!("{} {} {:?} {:?}", outcome.object(), outcome.id(), outcome.revision(), outcome.record()),
        Err(why) => why.to_string(),
    }
}

fn callers(world: &mut World) -> Vec<Context> {
    let admin = world.user("wang", "admin");
    vec![world.system(), admin]
}

#[test]
fn a_command_run_twice_is_done_once_and_told_twice() {
    for which in 0..callers(&mut world()).len() {
        for command in commands() {
            let mut world = world();
            if command.to_string().contains("team") {
                world.ok(json!({"create": {"object": "team", "id": "east", "fields": {"name": "east"}}}));
            }
            let ctx = callers(&mut world).swap_remove(which);
            let first = world.run(&ctx, command.clone());
            assert!(first.is_ok(), "{command}: {}", told(&first));
            let (rows, commits) = (world.store.rows.clone(), world.store.commits);
            for tries in [8, 1] {
                let again = world.run(&ctx.clone().with_tries(tries), command.clone());
                assert_eq!(told(&again), told(&first), "{command}");
                assert!(again.unwrap().changes().is_empty(), "{command}: nothing changed this time");
            }
            assert_eq!(world.store.rows, rows, "{command}");
            assert!(world.store.commits <= commits + 2, "{command}: one try that meets what is there");
        }
    }
}

#[test]
fn what_others_did_in_between_stays() {
    // What changes nothing leaves nothing: there is nothing to be told of later.
    for command in commands().into_iter().filter(|command| *command != update(json!({"name": "Cloud"}))) {
        let mut world = world();
        world.ok(json!({"create": {"object": "team", "id": "east", "fields": {"name": "east"}}}));
        let ctx = world.system();
        let first = world.run(&ctx, command.clone()).unwrap();
        let (object, made) = (first.object().to_string(), first.id().to_string());
        world.later(1);
        // Somebody renames and deletes it, or brings it back; the names that it had are taken by others.
        let deleted = command.get("delete").is_some();
        if deleted {
            world.ok(json!({"restore": {"object": object, "id": made}}));
        }
        let mut fields = json!({"name": "by another"});
        if object == "account" {
            fields["code"] = Json::Null;
        }
        world.ok(json!({"update": {"object": object, "id": made, "fields": fields}}));
        if object == "account" {
            world.made("account", json!({"name": "B", "code": "c-1"}));
            world.made("account", json!({"name": "B", "code": "c-2"}));
        }
        let gone = !deleted && object != "user";
        if gone {
            world.ok(json!({"delete": {"object": object, "id": made}}));
        }
        let rows = world.store.rows.clone();
        let again = world.run(&ctx, command.clone()).unwrap_or_else(|why| panic!("{command}: {why}"));
        assert_eq!(again.id(), first.id(), "{command}");
        assert_eq!(again.record().unwrap().get("deleted_at").is_some(), gone, "{command}");
        assert_eq!(world.store.rows, rows, "{command}");
        if !gone {
            assert_eq!(world.field(&object, &made, "name").as_deref(), Some("by another"), "{command}");
        }
    }
}

#[test]
fn who_gave_the_record_away_is_still_told_that_it_was_done() {
    let mut world = world();
    let boss = Context::new(
        "acme".parse().unwrap(),
        Principal::user(id("li.na")).with_role(name("own")).with_role(name("chief")),
        world.now,
        77,
    );
    let give = update(json!({"owner": "wang"}));
    let first = world.run(&boss, give.clone()).unwrap();
    assert_eq!(first.record(), None, "he no longer sees it");
    let again = world.run(&boss, give.clone()).unwrap();
    assert_eq!((again.id(), again.record()), (first.id(), None));
    // Another context is another command.
    assert!(matches!(world.run(&boss.next(), give), Err(Rejected::NotFound { .. })));
}

#[test]
fn one_context_for_two_commands_is_a_mistake_that_is_told() {
    let mut world = world();
    let create = |name: &str| json!({"create": {"object": "account", "fields": {"name": name}}});
    let comment = |text: &str| json!({"comment": {"object": "deal", "id": "d", "text": text}});
    let rename = |name: &str| update(json!({"name": name}));
    let visited = |object: &str, id: &str| json!({"event": {"object": object, "id": id, "name": "visited"}});
    for (one, other) in [
        (create("One"), create("Two")),
        (rename("One"), rename("Two")),
        (upsert("1", json!({"name": "One"})), upsert("2", json!({"name": "Two"}))),
        (comment("One"), comment("Two")),
        // About other records, of other objects, or of another kind.
        (create("One"), json!({"create": {"object": "user", "id": "u", "fields": {"name": "Two"}}})),
        (rename("Three"), json!({"update": {"object": "user", "id": "wang", "fields": {"name": "Two"}}})),
        (rename("Four"), json!({"delete": {"object": "user", "id": "wang"}})),
        (
            update(json!({"reason": "x"})),
            json!({"update": {"object": "deal", "id": "gone", "fields": {"reason": "x"}}}),
        ),
        (comment("Three"), json!({"comment": {"object": "user", "id": "wang", "text": "Three"}})),
        (visited("deal", "d"), visited("user", "wang")),
        (create("One"), rename("Three")),
        // An account with the same id as the one that a rule has made.
        (json!({"event": {"object": "deal", "id": "d", "name": "noted"}}), create("Six")),
    ] {
        let ctx = world.system();
        // Of a context that served an event only the ids are known that its rules have used.
        let event_before = one.get("event").is_some() && other.get("event").is_none();
        let earlier =
            if event_before { "command".into() } else { format!("`{}`", company::command(one.clone()).kind()) };
        let (first, before) = (world.run(&ctx, one.clone()).unwrap(), world.store.fetches);
        let rows = world.store.rows.clone();
        let why = world.run(&ctx, other.clone()).unwrap_err();
        assert_eq!(
            why.to_string(),
            format!("`context` is that of an earlier {earlier}: every command needs a context of its own"),
            "{other}"
        );
        assert!(world.store.fetches - before <= 4, "{other}: what it reads anyway, twice, and what was there already");
        assert_eq!(world.store.rows, rows);
        // The first one is still known as done.
        assert_eq!(world.run(&ctx, one).unwrap().id(), first.id());
    }
}

#[test]
fn a_change_a_comment_and_an_event_may_share_a_context_and_what_left_nothing_is_not_known() {
    let mut world = world();
    let ctx = world.system();
    let said = |kind: &str, key: &str, value: &str| json!({(kind): {"object": "user", "id": "wang", (key): value}});
    let all = [said("comment", "text", "One"), said("event", "name", "seen"), update(json!({"reason": "Two"}))];
    for _ in 0..2 {
        for command in &all {
            world.run(&ctx, command.clone()).unwrap();
        }
    }
    assert_eq!((world.stored("comment"), world.stored("event")), (1, 1));
    // A command that changes nothing leaves nothing by which it could be known.
    let ctx = world.system();
    assert!(world.run(&ctx, update(json!({"reason": "Two"}))).unwrap().changes().is_empty());
    assert_eq!(world.run(&ctx, update(json!({"reason": "Three"}))).unwrap().changes().len(), 1);
}

#[test]
fn what_two_people_do_alike_is_done_twice() {
    let mut world = world();
    let comment = json!({"comment": {"object": "deal", "id": "d", "text": "called"}});
    for user in ["li.na", "wang"] {
        let principal = Principal::user(id(user)).with_role(name("admin"));
        let ctx = Context::new("acme".parse().unwrap(), principal, world.now, 5);
        world.run(&ctx, comment.clone()).unwrap();
    }
    let ctx = world.system();
    let told = world.ask(&ctx, &Query::timeline(name("deal"), id("d"))).unwrap();
    assert_eq!(told.iter().filter(|item| format!("{:?}", item.what).contains("called")).count(), 2);
}

#[test]
fn a_refusal_that_follows_from_the_command_alone_asks_nothing() {
    let mut world = world();
    let ctx = world.system();
    let before = world.store.fetches;
    for command in [
        json!({"create": {"object": "daal", "fields": {}}}),
        json!({"create": {"object": "account", "fields": {"nmae": "x"}}}),
        json!({"comment": {"object": "daal", "id": "d", "text": ""}}),
    ] {
        assert!(world.run(&ctx, command).is_err());
    }
    assert_eq!(world.store.fetches, before);
}
