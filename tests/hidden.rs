//! What filters, rules and upserts tell of records and fields that the caller may not see; and what a decision holds on
//! to of the records that it only looked at.

mod company;

use company::{World, compiled, id, name};
use guanxi::crm::Step;
use guanxi::store::{Facts, Guard, Store};
use guanxi::{Query, Rejected};
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
            {"object": "account", "actions": ["view", "edit"], "relations": ["owner"], "fields": ["*"]}]}],
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
        let (ctx, mut facts) = (world.system(), Facts::new());
        let command = company::command(command);
        loop {
            match world.crm.decide(&ctx, &command, &facts).unwrap() {
                Step::Ask(asks) => facts.merge(world.store.fetch(&asks).unwrap()),
                Step::Done(set, _) => return set.guards().to_vec(),
            }
        }
    };
    let renamed = json!({"update": {"object": "deal", "id": deal, "fields": {"name": "two"}}});
    let of_account = |guard: &Guard| matches!(guard, Guard::Version { key, .. } if *key.object() == "account" && *key.id() == id(&account));
    assert!(guards(&mut world, renamed).iter().any(of_account), "the account that was looked at");
    let renamed = json!({"update": {"object": "account", "id": account, "fields": {"name": "Cloud 2"}}});
    let of_deals = |guard: &Guard| matches!(guard, Guard::Same { range, .. } if *range.index() == "deal.account");
    assert!(guards(&mut world, renamed).iter().any(of_deals), "the deals that were counted");
}
