//! What rules write keeps the standards that everybody's writing keeps, and whom they choose among.

mod company;

use company::World;
use guanxi::Outcome;
use guanxi::rules::{Deed, Verdict};
use serde_json::{Value as Json, json};

fn rule(key: &str, on: Json, when: &str, then: Json) -> Json {
    let mut rule = json!({"key": key, "object": "deal", "on": on, "then": then});
    if !when.is_empty() {
        rule["when"] = json!(when);
    }
    rule
}

fn update(record: &str, fields: Json) -> Json {
    json!({"update": {"object": "deal", "id": record, "fields": fields}})
}

fn did(outcome: &Outcome) -> Vec<String> {
    let deeds = outcome.trace().steps().iter().flat_map(|step| match &step.verdict {
        Verdict::Fired { did, .. } => did.clone(),
        _ => Vec::new(),
    });
    deeds.map(|deed: Deed| deed.to_string()).collect()
}

fn fired(outcome: &Outcome) -> Vec<String> {
    outcome.trace().fired().map(|step| format!("{} {}", step.round, step.rule)).collect()
}

#[test]
fn a_rule_leaves_no_record_without_what_it_must_have() {
    // A lost deal must have a reason.
    let set = |fields: Json| json!([{"set": {"fields": fields}}]);
    let mut world = World::new(&company::with_rules(json!([
        rule("loses", json!({"event": "lost"}), "", set(json!({"stage": "'lost'", "closes": "today"}))),
        rule("loses-well", json!({"event": "lost-well"}), "", set(json!({"stage": "'lost'", "reason": "'price'"}))),
        rule("clears", json!({"event": "cleared"}), "", set(json!({"reason": null}))),
    ])));
    let deal = world.made("deal", json!({"name": "Cloud"}));
    let tell = |name: &str| json!({"event": {"object": "deal", "id": deal, "name": name}});
    let refused = world.ok(tell("lost"));
    assert_eq!(did(&refused), ["left out: `closes`, `stage` not written: `reason` is required here"]);
    assert_eq!(world.field("deal", &deal, "stage").as_deref(), Some("open"));
    assert_eq!(world.field("deal", &deal, "closes"), None, "nothing is half written");
    // Whoever edits the deal is not refused for what a rule would do.
    world.later(1);
    world.ok(update(&deal, json!({"name": "Cloud 2"})));
    world.ok(tell("lost-well"));
    assert_eq!(world.field("deal", &deal, "stage").as_deref(), Some("lost"));
    let refused = world.ok(tell("cleared"));
    assert_eq!(did(&refused), ["left out: `reason` not written: `reason` is required here"]);
    assert_eq!(world.field("deal", &deal, "reason").as_deref(), Some("price"));
}

#[test]
fn a_write_that_is_refused_takes_no_field_from_the_next_rule() {
    let mut world = World::new(&company::with_rules(json!([
        rule("a", json!("created"), "", json!([{"set": {"fields": {"stage": "'lost'"}}}])),
        rule("b", json!("created"), "", json!([{"set": {"fields": {"stage": "'won'"}}}])),
    ])));
    let deal = world.made("deal", json!({"name": "Cloud"}));
    assert_eq!(world.field("deal", &deal, "stage").as_deref(), Some("won"));
}

fn users(world: &mut World, count: usize) {
    for n in 0..count {
        let user = format!("u-{n:02}");
        world.ok(json!({"create": {"object": "user", "id": user, "fields": {"name": user, "region": "east"}}}));
    }
}

#[test]
fn an_assignment_that_loses_is_told_and_costs_nobody_his_turn() {
    let assign = json!([{"assign": {"field": "owner", "from": "user", "match": {"region": "reason"},
        "strategy": "round_robin", "replace": true}}]);
    let mut world = World::new(&company::with_rules(json!([
        rule("a-mine", json!("created"), "name == 'mine'", json!([{"set": {"fields": {"owner": "'u-00'"}}}])),
        rule("route", json!("created"), "", assign),
    ])));
    users(&mut world, 2);
    let create = |name: &str| json!({"create": {"object": "deal", "fields": {"name": name, "reason": "east"}}});
    assert_eq!(did(&world.ok(create("x"))), ["`owner` is now `u-00` (turn 1 of 2 in rotation)"]);
    let mine = world.ok(create("mine"));
    assert_eq!(did(&mine), ["set `owner` of the deal", "left out: `owner` was set by rule `a-mine` in this round"]);
    assert_eq!(did(&world.ok(create("y"))), ["`owner` is now `u-01` (turn 2 of 2 in rotation)"]);
}

#[test]
fn an_assignment_that_loses_copies_nothing_of_whom_it_chose() {
    let assign = json!([{"assign": {"field": "owner", "from": "user", "match": {"region": "reason"},
        "strategy": "round_robin", "replace": true, "copy": {"team": "team"}}}]);
    let mut world = World::new(&company::with_rules(json!([
        rule("a-mine", json!("created"), "", json!([{"set": {"fields": {"owner": "'boss'"}}}])),
        rule("route", json!("created"), "", assign),
    ])));
    for team in ["east", "west"] {
        world.ok(json!({"create": {"object": "team", "id": team, "fields": {"name": team}}}));
    }
    for (user, region, team) in [("boss", "all", "west"), ("li.na", "east", "east")] {
        let fields = json!({"name": user, "region": region, "team": team});
        world.ok(json!({"create": {"object": "user", "id": user, "fields": fields}}));
    }
    let fields = json!({"name": "x", "reason": "east", "team": "west"});
    let made = world.ok(json!({"create": {"object": "deal", "fields": fields}}));
    assert_eq!(did(&made), ["set `owner` of the deal", "left out: `owner` was set by rule `a-mine` in this round"]);
    let deal = made.id().to_string();
    let mut stands = |key| world.field("deal", &deal, key).unwrap();
    assert_eq!((stands("owner"), stands("team")), ("boss".to_owned(), "west".to_owned()));
}

#[test]
fn a_rule_writes_nothing_into_a_record_that_is_deleted() {
    let grade = json!([{"set": {"on": "account", "fields": {"grade": "'A'"}}}]);
    let mut world = World::new(&company::with_rules(json!([rule("grade", json!({"event": "won"}), "", grade)])));
    let account = world.made("account", json!({"name": "A"}));
    let deal = world.made("deal", json!({"name": "d", "account": account}));
    world.ok(json!({"delete": {"object": "account", "id": account}}));
    let told = world.ok(json!({"event": {"object": "deal", "id": deal, "name": "won"}}));
    assert_eq!(did(&told), ["left out: `account` refers to a record that is deleted"]);
    world.ok(json!({"restore": {"object": "account", "id": account}}));
    assert_eq!(world.field("account", &account, "grade"), None, "it comes back as it went");
}

#[test]
fn the_budget_counts_what_is_written_and_not_what_had_to_be_looked_up() {
    let create = |owner: &str| json!({"create": {"object": "deal", "fields": {"name": "'next'", "owner": owner}}});
    for (first, second, accepted) in [("'gone'", "'li.na'", true), ("'li.na'", "'li.na'", false)] {
        let then = json!([create(first), create(second)]);
        let mut made = company::with_rules(json!([rule("follow", json!({"event": "won"}), "", then)]));
        made["budget"] = json!({"writes": 1});
        let mut world = World::new(&made);
        world.ok(json!({"create": {"object": "user", "id": "li.na", "fields": {"name": "李娜"}}}));
        let deal = world.made("deal", json!({"name": "d"}));
        let won = json!({"event": {"object": "deal", "id": deal, "name": "won"}});
        if accepted {
            assert_eq!(
                did(&world.ok(won)),
                ["left out: no deal created: there is no `gone` to refer to", "created a deal"]
            );
        } else {
            assert!(world.refused(won).to_string().contains("budget of 1 writes"));
        }
    }
}

#[test]
fn everybody_has_a_turn_up_to_the_limit_and_nobody_beyond_it() {
    let assign = json!([{"assign": {"field": "owner", "from": "user", "match": {"region": "reason"},
        "strategy": "round_robin", "otherwise": "'boss'"}}]);
    for (count, limit, works) in [(4, 5, true), (5, 5, true), (6, 5, false), (1_200, 10_000, true)] {
        let mut made = company::with_rules(json!([rule("route", json!("created"), "", assign.clone())]));
        made["settings"]["limits"] = json!({"candidates": limit});
        let mut world = World::new(&made);
        world.ok(json!({"create": {"object": "user", "id": "boss", "fields": {"name": "boss"}}}));
        users(&mut world, count);
        let mut owners = std::collections::BTreeSet::new();
        let turns = count.min(7);
        let mut told = Vec::new();
        for n in 0..turns {
            let created =
                world.ok(json!({"create": {"object": "deal", "fields": {"name": format!("{n}"), "reason": "east"}}}));
            owners.insert(created.record().unwrap().get("owner").unwrap().to_string());
            told = did(&created);
        }
        let last = match works {
            true => format!("`owner` is now `u-{:02}` (turn {turns} of {count} in rotation)", turns - 1),
            false => "`owner` is now `boss` (there are more than 5 candidates to look at)".to_owned(),
        };
        assert_eq!((owners.len(), told), (if works { turns } else { 1 }, vec![last]));
    }
    let mut none = company::with_rules(json!([]));
    none["settings"]["limits"] = json!({"candidates": 0});
    let problems = guanxi::Definition::from_json(&none.to_string()).compile().unwrap_err();
    assert_eq!(problems.to_string(), "settings.limits.candidates: is 0: expected at least 1");
}

#[test]
fn an_alert_comes_when_its_condition_becomes_true_through_what_a_record_refers_to() {
    let alert = |key: &str| {
        rule(
            key,
            json!({"updated": []}),
            "reason == 'complaint' && account.grade == 'A'",
            json!([{"emit": {"kind": "message", "to": "account.owner", "title": "{account.name}: {name}"}}]),
        )
    };
    let promote = rule(
        "promote",
        json!({"updated": ["closes"]}),
        "",
        json!([{"set": {"on": "account", "fields": {"grade": "'A'"}}}, {"set": {"fields": {"score": "1"}}}]),
    );
    let mut world = World::new(&company::with_rules(json!([alert("alert"), promote])));
    users(&mut world, 1);
    let good = world.made("account", json!({"name": "Good", "grade": "A", "owner": "u-00"}));
    let other = world.made("account", json!({"name": "Other", "grade": "B", "owner": "u-00"}));
    let ticket = world.made("deal", json!({"name": "Pump", "account": other, "reason": "complaint"}));
    assert_eq!(fired(&world.ok(update(&ticket, json!({"account": good})))), ["1 alert"]);
    assert_eq!(fired(&world.ok(update(&ticket, json!({"name": "Pump is loud"})))), [""; 0], "it was told already");
    world.ok(update(&ticket, json!({"account": other})));
    // Another rule of the same command makes the account important: before the command it was not.
    let both = world.ok(update(&ticket, json!({"closes": "2026-05-01"})));
    assert_eq!(fired(&both), ["1 promote", "2 alert"]);
    assert_eq!(world.waiting(), ["u-00 <- Good: Pump", "u-00 <- Other: Pump is loud"]);
    assert_eq!(fired(&world.ok(update(&ticket, json!({"name": "Pump"})))), [""; 0]);
}

#[test]
fn nobody_is_refused_for_a_record_that_a_rule_refers_to_and_that_is_gone() {
    let mut made = company::definition();
    made["objects"][3]["fields"]
        .as_array_mut()
        .unwrap()
        .push(json!({"key": "follows", "type": "reference", "to": "deal", "class": "sales"}));
    made["rules"] = json!([
        rule(
            "inherits",
            json!({"event": "won"}),
            "",
            json!([
            {"set": {"fields": {"account": "follows.account", "shared": "[follows.owner]", "reason": "'seen'"}}},
            {"create": {"object": "deal", "fields": {"name": "'next'", "account": "follows.account"}}}])
        ),
        rule(
            "fixed",
            json!({"event": "lost"}),
            "",
            json!([{"set": {"fields": {"owner": "'nobody'", "reason": "'fixed'"}}}])
        ),
    ]);
    let mut world = World::new(&made);
    users(&mut world, 1);
    let account = world.made("account", json!({"name": "A"}));
    let first = world.made("deal", json!({"name": "first", "account": account, "owner": "u-00"}));
    let deal = world.made("deal", json!({"name": "second", "follows": first}));
    world.ok(json!({"delete": {"object": "account", "id": account}}));
    world.ok(json!({"delete": {"object": "user", "id": "u-00"}}));
    let told = world.ok(json!({"event": {"object": "deal", "id": deal, "name": "won"}}));
    assert_eq!(
        did(&told),
        [
            format!("left out: there is no `{account}` to refer to"),
            "left out: there is no `u-00` to refer to".to_owned(),
            "set `reason` of the deal".to_owned(),
            format!("left out: no deal created: there is no `{account}` to refer to"),
        ]
    );
    assert_eq!(world.stored("deal"), 2);
    let told = world.ok(json!({"event": {"object": "deal", "id": deal, "name": "lost"}}));
    assert_eq!(did(&told), ["left out: there is no `nobody` to refer to", "set `reason` of the deal"]);
}

#[test]
fn a_rule_takes_no_key_that_another_record_has() {
    let code = |code: &str| json!([{"set": {"on": "account", "fields": {"code": code, "grade": "'A'"}}}]);
    let create = |code: &str| json!({"create": {"object": "account", "fields": {"name": "'N'", "code": code}}});
    let mut moved = rule("moved", json!({"updated": ["code"]}), "", json!([create("old.code"), create("code")]));
    moved["object"] = json!("account");
    let mut world = World::new(&company::with_rules(json!([
        rule("takes", json!({"event": "takes"}), "", code("'c-1'")),
        rule("keeps", json!({"event": "keeps"}), "", code("'c-2'")),
        rule("makes", json!({"event": "makes"}), "", json!([create("'c-1'"), create("'c-7'"), create("'c-7'")])),
        rule("renames", json!({"event": "renames"}), "", json!([{"set": {"fields": {"name": "'Cloud'"}}}])),
        moved,
    ])));
    let first = world.made("account", json!({"name": "A", "code": "c-1"}));
    let second = world.made("account", json!({"name": "B"}));
    let deal = world.made("deal", json!({"name": "d", "account": second}));
    let tell = |name: &str| json!({"event": {"object": "deal", "id": deal, "name": name}});
    // The command is not refused for what a rule would do; the trace tells, and nothing is half written.
    let taken = "`code` has a value that another record has";
    assert_eq!(did(&world.ok(tell("takes"))), [format!("left out: `code`, `grade` not written: {taken}")]);
    assert_eq!((world.field("account", &second, "code"), world.field("account", &second, "grade")), (None, None));
    assert_eq!(
        did(&world.ok(tell("makes"))),
        [
            format!("left out: no account created: {taken}"),
            "created an account".to_owned(),
            format!("left out: no account created: {taken}")
        ]
    );
    world.ok(tell("keeps"));
    assert_eq!(world.field("account", &second, "code").as_deref(), Some("c-2"));
    assert_eq!(did(&world.ok(tell("keeps"))), [""; 0], "it has the key itself");
    // What this very command gives up is free, and what it takes is not.
    let told = world.ok(json!({"update": {"object": "account", "id": first, "fields": {"code": "c-9"}}}));
    assert_eq!(did(&told), ["created an account".to_owned(), format!("left out: no account created: {taken}")]);
    // A key of several fields, of which the rule writes one.
    world.made("deal", json!({"name": "Cloud", "account": second}));
    let told = "left out: `name` not written: `account` has a value that another record has";
    assert_eq!(did(&world.ok(tell("renames"))), [told]);
    // Whoever takes a key himself is refused, as ever.
    let why = world.refused(json!({"update": {"object": "account", "id": second, "fields": {"code": "c-9"}}}));
    assert_eq!(why.to_string(), taken);
}

#[test]
fn a_rule_that_writes_a_key_asks_the_store_no_more_often_than_another() {
    let create = |fields: Json| json!([{"create": {"object": "account", "fields": fields}}]);
    let mut world = World::new(&company::with_rules(json!([
        rule("plain", json!("created"), "name == 'plain'", create(json!({"name": "name"}))),
        rule("keyed", json!("created"), "name == 'keyed'", create(json!({"name": "name", "code": "name"}))),
    ])));
    let account = world.made("account", json!({"name": "A"}));
    let fetches = ["plain", "keyed"].map(|name| {
        let made = world
            .ok(json!({"create": {"object": "deal", "fields": {"name": name, "account": account, "reason": "x"}}}));
        made.fetches()
    });
    assert_eq!(fetches[0], fetches[1]);
}

#[test]
fn candidates_are_seen_as_this_very_decision_has_left_them() {
    let assign = |field: &str, when: &str| {
        json!({"assign": {"field": "owner", "from": "user", "match": {(field): "reason"}, "where": when,
            "strategy": "first", "replace": true, "copy": {"team": "team"}}})
    };
    let set = |fields: Json| json!({"set": {"on": "owner", "fields": fields}});
    let mut world = World::new(&company::with_rules(json!([
        rule(
            "sick",
            json!({"event": "sick"}),
            "",
            json!([set(json!({"active": "false"})), assign("region", "active")])
        ),
        rule(
            "moves",
            json!({"event": "moves"}),
            "",
            json!([set(json!({"region": "'west'"})), assign("region", "active")])
        ),
        rule(
            "comes",
            json!({"event": "comes"}),
            "",
            json!([set(json!({"region": "reason", "team": "'west'"})), assign("region", "active")])
        ),
    ])));
    users(&mut world, 3);
    world.ok(json!({"create": {"object": "team", "id": "west", "fields": {"name": "west"}}}));
    let mut told = |event: &str, owner: &str, reason: &str| {
        let deal = world.made("deal", json!({"name": event, "owner": owner, "reason": reason}));
        let told = world.ok(json!({"event": {"object": "deal", "id": deal, "name": event}}));
        (did(&told).pop().unwrap(), world.field("deal", &deal, "team"))
    };
    // Whoever the rule has just sent home gets nothing, nor does who has just moved away.
    assert_eq!(told("sick", "u-00", "east"), ("`owner` is now `u-01` (first of 2)".to_owned(), None));
    assert_eq!(told("moves", "u-01", "east"), ("`owner` is now `u-02` (first of 1)".to_owned(), None));
    // Whoever has just come is among them, with what he has now.
    let here = ("`owner` is now `u-02` (first of 1)".to_owned(), Some("west".to_owned()));
    assert_eq!(told("comes", "u-02", "north"), here);
}
