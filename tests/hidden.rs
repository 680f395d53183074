//! What filters, rules and upserts tell of records and fields that the caller may not see; and what a decision holds on
//! to of the records that it only looked at.

mod company;

use company::{World, compiled, id, name};
use guanxi::access::Principal;
use guanxi::crm::Step;
use guanxi::store::{ChangeSet, CommitError, Facts, Guard, Store};
use guanxi::value::Key;
use guanxi::{Context, Query, Rejected};
use serde_json::{Value as Json, json};

fn definition(rules: Json) -> Json {
    json!({
        "objects": [
            {"key": "user", "ids": "host", "fields": [{"key": "name", "type": "text"}]},
            {"key": "account", "title": "name", "ownership": {"owner": "owner"}, "fields": [
                {"key": "name", "type": "text"}, {"key": "level", "type": "text"},
                {"key": "owner", "type": "reference", "to": "user", "index": true}]},
            {"key": "deal", "title": "name", "ownership": {"owner": "owner"}, "fields": [
                {"key": "name", "type": "text"},
                {"key": "margin", "type": "integer", "class": "sensitive"},
                {"key": "owner", "type": "reference", "to": "user", "index": true},
                {"key": "account", "type": "reference", "to": "account", "index": true, "collection": "deals"}]}
        ],
        "roles": [{"key": "rep", "grants": [
            {"object": "deal", "actions": ["view", "edit"], "relations": ["owner"], "fields": ["*"]},
            {"object": "account", "actions": ["create"], "relations": ["any"], "fields": ["*"]},
            {"object": "account", "actions": ["view", "edit"], "relations": ["owner"], "fields": ["*"]}]},
            {"key": "commenter", "grants": [
            {"object": "deal", "actions": ["view", "edit", "comment"], "relations": ["owner"], "fields": ["*"]}]}],
        "rules": rules
    })
}

fn world(rules: Json) -> World {
    let mut world = World::new(&definition(rules));
    for user in ["boss", "li.na"] {
        world.ok(json!({"create": {"object": "user", "id": user, "fields": {"name": user}}}));
    }
    world
}

#[test]
fn a_filter_tells_nothing_of_a_record_that_is_referred_to_and_hidden() {
    let mut world = world(json!([]));
    let hidden = world.made("account", json!({"name": "Hidden", "level": "key", "owner": "boss"}));
    let own = world.made("account", json!({"name": "Own", "level": "key", "owner": "li.na"}));
    for account in [&hidden, &own] {
        world.made("deal", json!({"name": format!("with {account}"), "owner": "li.na", "account": account}));
    }
    let rep = world.user("li.na", "rep");
    for (filter, expected) in
        [("account.level == 'key'", 1), ("account.level != 'key'", 0), ("!has(account.level)", 0), ("has(account)", 2)]
    {
        let page = world.ask(&rep, &Query::list(name("deal")).filter(filter)).unwrap();
        assert_eq!(page.records.len(), expected, "{filter}");
    }
}

#[test]
fn one_more_role_only_adds_to_what_a_list_shows() {
    let mut definition = definition(json!([]));
    let roles = definition["roles"].as_array_mut().unwrap();
    roles.push(json!({"key": "clerk", "grants": [
        {"object": "deal", "actions": ["view"], "relations": ["any"], "fields": ["system"]},
        {"object": "account", "actions": ["view"], "relations": ["any"], "fields": ["system"]}]}));
    roles.push(json!({"key": "controller", "grants": [
        {"object": "deal", "actions": ["view"], "relations": ["owner"], "fields": ["sensitive"]}]}));
    let mut world = World::new(&definition);
    for user in ["boss", "li.na"] {
        world.ok(json!({"create": {"object": "user", "id": user, "fields": {"name": user}}}));
    }
    for n in 0..8 {
        let owner = if n % 2 == 0 { "li.na" } else { "boss" };
        let account = world
            .made("account", json!({"name": "A", "level": if n % 4 < 2 { "key" } else { "other" }, "owner": owner}));
        let fields = json!({"name": format!("deal {n}"), "owner": (n % 3 > 0).then_some("li.na"), "margin": n, "account": account});
        world.made("deal", fields);
    }
    let mut added = 0;
    for filter in [
        "true",
        "name != 'deal 1'",
        "margin > 3",
        "!has(margin)",
        "account.level == 'key'",
        "!has(account.level)",
        "has(owner)",
    ] {
        for sort in [None, Some("owner"), Some("created_at")] {
            let query =
                sort.iter().fold(Query::list(name("deal")).filter(filter), |query, field| query.sort(name(field)));
            let mut seen = |roles: &[&str]| -> Vec<String> {
                let user = roles.iter().fold(Principal::user(id("li.na")), |user, role| user.with_role(name(role)));
                let ctx = Context::new("acme".parse().unwrap(), user, world.now, 1);
                let page = world.ask(&ctx, &query);
                page.map(|page| page.records.iter().map(|view| view.id().to_string()).collect()).unwrap_or_default()
            };
            for roles in [
                &["rep"][..],
                &["clerk"],
                &["controller"],
                &["rep", "clerk"],
                &["rep", "controller"],
                &["clerk", "controller"],
            ] {
                let fewer = seen(roles);
                for more in ["rep", "clerk", "controller"] {
                    let more = seen(&[roles, &[more]].concat());
                    assert!(
                        fewer.iter().all(|deal| more.contains(deal)),
                        "{filter} {sort:?} {roles:?}: {fewer:?} {more:?}"
                    );
                    added += more.len() - fewer.len();
                }
            }
        }
    }
    assert!(added > 100, "{added}");
}

#[test]
fn what_is_said_of_a_record_hangs_on_it_as_it_was() {
    let mut world = world(json!([]));
    let deal = world.made("deal", json!({"name": "Cloud", "owner": "li.na"}));
    let key = world.store.rows.keys().find(|key| *key.object() == "deal").unwrap().clone();
    let happenings: [fn(&mut World, &str, &Key); 3] = [
        |world, deal, _| drop(world.ok(json!({"update": {"object": "deal", "id": deal, "fields": {"owner": "boss"}}}))),
        |world, deal, _| drop(world.ok(json!({"delete": {"object": "deal", "id": deal}}))),
        |world, _, key| world.store.commit(&ChangeSet::new().delete(key.clone())).unwrap(),
    ];
    for said in [
        json!({"comment": {"object": "deal", "id": deal, "text": "called"}}),
        json!({"event": {"object": "deal", "id": deal, "name": "visited"}}),
    ] {
        for (n, happens) in happenings.iter().enumerate() {
            let before = world.store.rows.clone();
            let rep = world.user("li.na", "commenter");
            let set = decided(&mut world, &rep, said.clone());
            happens(&mut world, &deal, &key);
            let rows = world.store.rows.clone();
            assert!(matches!(world.store.commit(&set), Err(CommitError::Conflict(_))), "{said}: {n}");
            assert!(matches!(world.run(&rep, said.clone()), Err(Rejected::NotFound { .. })), "{said}: {n}");
            assert_eq!(world.store.rows, rows, "nothing was said");
            // As it was before, for the next one.
            let gone = rows.keys().filter(|key| !before.contains_key(*key)).cloned();
            let back = before.values().cloned().fold(ChangeSet::new(), ChangeSet::put);
            world.store.commit(&gone.fold(back, ChangeSet::delete)).unwrap();
        }
        let rep = world.user("li.na", "commenter");
        world.run(&rep, said).unwrap();
    }
}

/// Decides a command to the end, without committing it.
fn decided(world: &mut World, ctx: &Context, json: Json) -> ChangeSet {
    let (command, mut facts) = (company::command(json), Facts::new());
    loop {
        match world.crm.decide(ctx, &command, &facts).unwrap() {
            Step::Ask(asks) => facts.merge(world.store.fetch(&asks).unwrap()),
            Step::Done(set, _) => return set,
        }
    }
}

#[test]
fn a_rule_that_reads_a_hidden_field_tells_neither_that_it_fired_nor_that_it_did_not() {
    let rule = json!({"key": "loss", "object": "deal", "on": {"saved": []}, "when": "margin < 0", "once": "every_time",
        "then": [{"emit": {"kind": "notify", "to": "'boss'", "title": "A loss: {name}"}}]});
    let mut told = Vec::new();
    for margin in [-1, 1] {
        let mut world = world(json!([rule]));
        let deal = world.made("deal", json!({"name": "Cloud", "owner": "li.na", "margin": margin}));
        let emitted = world.waiting().len();
        let rep = world.user("li.na", "rep");
        let change = json!({"update": {"object": "deal", "id": deal, "fields": {"name": "Cloud 2"}}});
        let outcome = world.run(&rep, change).unwrap();
        assert_eq!(world.waiting().len() - emitted, usize::from(margin < 0), "the rule itself does its work");
        told.push((outcome.why(), outcome.effects().len(), outcome.timers().len()));
    }
    assert_eq!(told[0], told[1]);
}

#[test]
fn an_external_id_of_a_hidden_record_is_taken_and_nothing_else_is_told() {
    let mut world = world(json!([]));
    let upsert = json!({"upsert": {"object": "account", "external": {"system": "erp", "id": "77"},
        "fields": {"name": "Cloud", "owner": "boss"}}});
    let hidden = world.ok(upsert.clone()).id().to_string();
    let rep = world.user("li.na", "rep");
    let refused = world.run(&rep, upsert).unwrap_err();
    assert!(matches!(refused, Rejected::Taken(_)), "{refused}");
    assert!(!refused.to_string().contains(&hidden), "{refused}");
}

#[test]
fn a_timer_of_a_rule_that_moved_to_another_object_vanishes() {
    let rule = |object: &str| {
        json!([{"key": "stale", "object": object, "on": {"inactive": {"days": 1, "since": ["created_at"]}},
            "then": [{"set": {"fields": {"name": "'stale'"}}}]}])
    };
    let mut world = world(rule("deal"));
    let deal = world.made("deal", json!({"name": "Cloud", "owner": "li.na"}));
    world.crm = compiled(&definition(rule("account")));
    world.later(48);
    let ticked = world.tick();
    assert_eq!((ticked.fired.len(), ticked.vanished.len(), world.stored("timer")), (0, 1, 0));
    assert_eq!(world.field("deal", &deal, "name").as_deref(), Some("Cloud"));
}

#[test]
fn what_a_condition_saw_of_other_records_must_still_hold_at_the_commit() {
    let one_hop = json!({"key": "first", "object": "deal", "on": {"updated": ["name"]}, "when": "account.level == 'key'",
        "then": [{"emit": {"kind": "notify", "to": "owner", "title": "First"}}]});
    let counting = json!({"key": "few", "object": "account", "on": {"updated": ["name"]},
        "when": "count(deals, d, d.name == 'open') == 0",
        "then": [{"emit": {"kind": "notify", "to": "owner", "title": "None open"}}]});
    let mut world = world(json!([one_hop, counting]));
    let account = world.made("account", json!({"name": "Cloud", "level": "key", "owner": "li.na"}));
    let deal = world.made("deal", json!({"name": "one", "owner": "li.na", "account": account}));
    let guards = |world: &mut World, command: Json| {
        let ctx = world.system();
        decided(world, &ctx, command).guards().to_vec()
    };
    let renamed = json!({"update": {"object": "deal", "id": deal, "fields": {"name": "two"}}});
    let of_account = |guard: &Guard| matches!(guard, Guard::Version { key, .. } if *key.object() == "account" && *key.id() == id(&account));
    assert!(guards(&mut world, renamed).iter().any(of_account), "the account that was looked at");
    let renamed = json!({"update": {"object": "account", "id": account, "fields": {"name": "Cloud 2"}}});
    let of_deals = |guard: &Guard| matches!(guard, Guard::Same { range, .. } if *range.index() == "deal.account");
    assert!(guards(&mut world, renamed).iter().any(of_deals), "the deals that were counted");
}
