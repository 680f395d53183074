//! What rules and timers do, through the front door.

mod company;

use std::collections::BTreeMap;

use company::{World, at, definition, with_rules};
use guanxi::Outcome;
use guanxi::crm::RejectedKind;
use guanxi::rules::{Deed, Verdict};
use guanxi::value::Instant;
use serde_json::{Value as Json, json};

fn world(rules: Json) -> World {
    let mut world = World::new(&with_rules(rules));
    for (user, region) in [("li.na", "east"), ("wang", "east"), ("zhou", "east"), ("chen", "west"), ("sun", "west")] {
        world.ok(json!({"create": {"object": "user", "id": user, "fields": {"name": user, "region": region}}}));
    }
    world
}

fn update(record: &str, fields: Json) -> Json {
    json!({"update": {"object": "deal", "id": record, "fields": fields}})
}

fn rule(key: &str, on: Json, when: &str, then: Json) -> Json {
    let mut rule = json!({"key": key, "object": "deal", "on": on, "then": then});
    if !when.is_empty() {
        rule["when"] = json!(when);
    }
    rule
}

/// A rule that notes its key and what it saw in an effect.
fn noting(key: &str, on: Json, when: &str) -> Json {
    rule(
        key,
        on,
        when,
        json!([{"emit": {"kind": "note", "to": {"role": "admin"}, "title": format!("{key}: {{name}} {{stage}}")}}]),
    )
}

fn fired(outcome: &Outcome) -> Vec<String> {
    outcome.trace().fired().map(|step| format!("{} {}", step.round, step.rule)).collect()
}

fn left_out(outcome: &Outcome) -> Vec<String> {
    let deeds = outcome.trace().steps().iter().flat_map(|step| match &step.verdict {
        Verdict::Fired { did, .. } => did.clone(),
        _ => Vec::new(),
    });
    let because = |deed| match deed {
        Deed::LeftOut { because, .. } => Some(because),
        _ => None,
    };
    deeds.filter_map(because).collect()
}

#[test]
fn rules_run_in_rounds_by_priority_and_key() {
    let mut second = noting("b-first-by-priority", json!("created"), "");
    second["priority"] = json!(-1);
    let mut world = world(json!([
        noting("z-last", json!("created"), ""),
        noting("a-early", json!("created"), ""),
        second,
        rule("c-moves", json!("created"), "", json!([{"set": {"fields": {"stage": "'won'"}}}])),
        noting("a-answers", json!({"updated": ["stage"]}), "stage == 'won'"),
        // It sees the state at the start of the round: open, whatever `c-moves` does in it.
        noting("d-sees-open", json!("created"), "stage == 'open'"),
        noting("d-sees-won", json!("created"), "stage == 'won'"),
    ]));
    let made = world.ok(json!({"create": {"object": "deal", "fields": {"name": "Cloud"}}}));
    assert_eq!(
        fired(&made),
        ["1 b-first-by-priority", "1 a-early", "1 c-moves", "1 d-sees-open", "1 z-last", "2 a-answers"]
    );
    assert_eq!(made.record().unwrap().get("stage").unwrap().as_str(), Some("won"));
    // Each operation sees what was done before it: the templates of the rules after `c-moves` say so.
    let ctx = world.system();
    let effects = world.crm.pending(&mut world.store, &ctx, 99).unwrap();
    let mut titles: Vec<_> = effects.items.iter().map(|effect| effect.title().to_owned()).collect();
    titles.sort();
    let of = |key: &str, stage: &str| format!("{key}: Cloud {stage}");
    assert_eq!(
        titles,
        [
            of("a-answers", "won"),
            of("a-early", "open"),
            of("b-first-by-priority", "open"),
            of("d-sees-open", "won"),
            of("z-last", "won")
        ]
    );
}

#[test]
fn a_rule_fires_when_its_condition_becomes_true() {
    let mut every = noting("every", json!({"updated": []}), "stage == 'won'");
    every["once"] = json!("every_time");
    let mut world = world(json!([noting("newly", json!({"updated": []}), "stage == 'won'"), every]));
    let deal = world.made("deal", json!({"name": "Cloud"}));
    let won = world.ok(update(&deal, json!({"stage": "won"})));
    assert_eq!(fired(&won), ["1 every", "1 newly"]);
    world.later(1);
    assert_eq!(fired(&world.ok(update(&deal, json!({"closes": "2026-05-01"})))), ["1 every"]);
    assert_eq!(fired(&world.ok(update(&deal, json!({"closes": "2026-05-01"})))), [""; 0], "nothing changed");
    assert_eq!(fired(&world.ok(update(&deal, json!({"stage": "open"})))), [""; 0]);
    assert_eq!(fired(&world.ok(update(&deal, json!({"stage": "won"})))), ["1 every", "1 newly"]);
}

#[test]
fn newly_true_asks_the_record_that_was_referred_to_before() {
    let mut world = world(json!([noting("key-customer", json!({"updated": []}), "account.grade == 'A'")]));
    let good = world.made("account", json!({"name": "Good", "grade": "A"}));
    let other = world.made("account", json!({"name": "Other", "grade": "B"}));
    let deal = world.made("deal", json!({"name": "Cloud", "account": other}));
    assert_eq!(fired(&world.ok(update(&deal, json!({"account": good})))), ["1 key-customer"]);
    assert_eq!(fired(&world.ok(update(&deal, json!({"closes": "2026-05-01"})))), [""; 0]);
    assert_eq!(fired(&world.ok(update(&deal, json!({"account": other})))), [""; 0]);
}

#[test]
fn a_rule_listens_to_its_fields_and_its_time() {
    let mut later = noting("later", json!("created"), "");
    later["active_from"] = json!("2026-03-03T00:00:00Z");
    later["active_until"] = json!("2026-03-04T00:00:00Z");
    let mut world = world(json!([
        noting("closes", json!({"updated": ["closes"]}), ""),
        noting("saved", json!({"saved": ["name"]}), ""),
        noting("told", json!({"event": "visited"}), ""),
        noting("said", json!("commented"), ""),
        noting("gone", json!("deleted"), ""),
        noting("back", json!("restored"), ""),
        later
    ]));
    let made = world.ok(json!({"create": {"object": "deal", "fields": {"name": "Cloud"}}}));
    assert_eq!(fired(&made), ["1 saved"]);
    let deal = made.id().to_string();
    let mut of = |command: Json| {
        world.later(1);
        fired(&world.ok(command))
    };
    assert_eq!(of(update(&deal, json!({"closes": "2026-05-01"}))), ["1 closes"]);
    assert_eq!(of(update(&deal, json!({"name": "x"}))), ["1 saved"]);
    assert_eq!(of(json!({"event": {"object": "deal", "id": deal, "name": "visited"}})), ["1 told"]);
    assert_eq!(of(json!({"event": {"object": "deal", "id": deal, "name": "left"}})), [""; 0]);
    assert_eq!(of(json!({"comment": {"object": "deal", "id": deal, "text": "hi"}})), ["1 said"]);
    assert_eq!(of(json!({"delete": {"object": "deal", "id": deal}})), ["1 gone"]);
    assert_eq!(of(json!({"restore": {"object": "deal", "id": deal}})), ["1 back"]);
    for (time, expected) in [
        ("2026-03-03T00:00:00Z", 1),
        ("2026-03-03T23:59:59.999Z", 1),
        ("2026-03-04T00:00:00Z", 0),
        ("2026-03-02T23:59:59Z", 0),
    ] {
        world.now = at(time);
        let made = world.ok(json!({"create": {"object": "deal", "fields": {"closes": "2026-05-01", "name": time}}}));
        assert_eq!(fired(&made).iter().filter(|step| step.contains("later")).count(), expected, "{time}");
    }
}

#[test]
fn the_first_write_of_a_round_wins_and_the_losing_one_is_told() {
    let sets = |stage: &str| json!([{"set": {"fields": {"stage": format!("'{stage}'"), "reason": "'because'"}}}]);
    let mut world = world(json!([
        rule("a", json!("created"), "", sets("won")),
        rule("b", json!("created"), "", sets("lost")),
        rule("c-clears", json!("created"), "", json!([{"set": {"fields": {"name": "reason"}}}])),
    ]));
    let made = world.ok(json!({"create": {"object": "deal", "fields": {"name": "Cloud"}}}));
    assert_eq!(made.record().unwrap().get("stage").unwrap().as_str(), Some("won"));
    assert_eq!(left_out(&made), ["`stage` was set by rule `a` in this round"]);
    // A rule cannot take away what must be there.
    let mut world =
        self::world(json!([rule("clears", json!("created"), "", json!([{"set": {"fields": {"name": null}}}]))]));
    let made = world.ok(json!({"create": {"object": "deal", "fields": {"name": "Cloud"}}}));
    assert_eq!(made.record().unwrap().title(), "Cloud");
    assert_eq!(left_out(&made), ["`name` is required"]);
    // Nor does it write what it does not know.
    let mut world =
        self::world(json!([rule("copies", json!("created"), "", json!([{"set": {"fields": {"name": "reason"}}}]))]));
    let made = world.ok(json!({"create": {"object": "deal", "fields": {"name": "Cloud"}}}));
    assert_eq!(made.record().unwrap().title(), "Cloud");
    assert!(left_out(&made)[0].starts_with("`name` stays as it is"), "{:?}", left_out(&made));
}

#[test]
fn a_rule_writes_what_it_refers_to_and_creates_what_follows() {
    let mut world = world(json!([
        rule("promote", json!({"updated": ["stage"]}), "stage == 'won'", json!([
            {"set": {"on": "account", "fields": {"grade": "'A'"}}},
            {"create": {"object": "deal", "fields": {"name": {"template": "{name} again"}, "account": "account", "owner": "owner"}}},
            {"emit": {"kind": "mail", "to": "shared", "title": "{name}: {closes|no date}, {account.name}, {reason|-}"}}
        ])),
        {"key": "graded", "object": "account", "on": {"updated": ["grade"]}, "then": [
            {"emit": {"kind": "note", "to": "owner", "title": "{name} is {grade}"}}]}
    ]));
    let account = world.made("account", json!({"name": "A", "owner": "li.na"}));
    let fields = json!({"name": "Cloud", "account": account, "owner": "wang", "shared": ["zhou", "chen", "zhou"]});
    let deal = world.made("deal", fields);
    let won = world.ok(update(&deal, json!({"stage": "won"})));
    assert_eq!(fired(&won), ["1 promote", "2 graded"]);
    assert_eq!(world.field("account", &account, "grade").as_deref(), Some("A"));
    assert_eq!(won.changes().len(), 3);
    let again = won.changes().iter().find(|change| change.is_creation()).unwrap().id().to_string();
    assert_eq!(world.field("deal", &again, "name").as_deref(), Some("Cloud again"));
    assert_eq!(world.field("deal", &again, "owner").as_deref(), Some("wang"));
    let mut waiting = world.waiting();
    waiting.sort();
    assert_eq!(
        waiting,
        ["chen <- Cloud: no date, A, -", "li.na <- A is A", "zhou <- Cloud: no date, A, -"],
        "who is named twice is told once"
    );
    // Without an account there is nothing to write to, and nobody to tell.
    let lonely = world.made("deal", json!({"name": "Lonely"}));
    let won = world.ok(update(&lonely, json!({"stage": "won"})));
    assert_eq!(left_out(&won), ["`account` refers to no record", "no mail: nobody to send it to"]);
}

#[test]
fn two_records_of_one_decision_cannot_share_a_unique_key() {
    let twin = json!([{"create": {"object": "account", "fields": {"name": "name", "code": "'same'"}}}]);
    let mut world =
        world(json!([rule("a", json!("created"), "", twin.clone()), rule("b", json!("created"), "", twin)]));
    let made = world.ok(json!({"create": {"object": "deal", "fields": {"name": "Cloud"}}}));
    assert_eq!(world.stored("account"), 1);
    let told = "left out: no account created: `code` has a value that another record has";
    assert!(made.trace().to_string().ends_with(told), "{}", made.trace());
    // But one may take what another gives up in the same decision.
    let mut world = self::world(json!([rule(
        "passes-on",
        json!({"updated": ["name"]}),
        "",
        json!([
        {"set": {"on": "account", "fields": {"code": {"template": "was {name}"}}}},
        {"create": {"object": "account", "fields": {"name": "'heir'", "code": "'c-1'"}}}])
    )]));
    let account = world.made("account", json!({"name": "A", "code": "c-1"}));
    let deal = world.made("deal", json!({"name": "Cloud", "account": account}));
    world.ok(update(&deal, json!({"name": "x"})));
    assert_eq!(world.field("account", &account, "code").as_deref(), Some("was x"));
    assert_eq!(world.stored("account"), 2);
}

fn routing(otherwise: bool) -> Json {
    let mut assign = json!({"field": "owner", "from": "user", "match": {"region": "reason"}, "where": "active",
        "strategy": "round_robin", "copy": {"team": "team"}});
    if otherwise {
        assign["otherwise"] = json!("'sun'");
    }
    json!([rule("route", json!("created"), "", json!([{"assign": assign}]))])
}

#[test]
fn turns_are_fair_and_skip_who_is_away() {
    let mut world = world(routing(true));
    let give = |world: &mut World, region: Option<&str>| {
        let made = world.ok(json!({"create": {"object": "deal", "fields": {"name": "x", "reason": region}}}));
        made.record().unwrap().get("owner").map(ToString::to_string).unwrap_or_default()
    };
    let mut counts: BTreeMap<String, i32> = BTreeMap::new();
    for n in 0..100 {
        // The two regions rotate apart, however they are mixed.
        let region = if n % 3 == 0 { "west" } else { "east" };
        *counts.entry(give(&mut world, Some(region))).or_default() += 1;
        let spread = |people: &[&str]| {
            let counts: Vec<_> = people.iter().map(|&person| counts.get(person).copied().unwrap_or(0)).collect();
            counts.iter().max().unwrap() - counts.iter().min().unwrap()
        };
        assert!(spread(&["li.na", "wang", "zhou"]) <= 1 && spread(&["chen", "sun"]) <= 1, "{counts:?}");
    }
    assert_eq!((counts.len(), counts.values().sum::<i32>()), (5, 100));
    // Whoever is away is skipped, and the others keep their turns.
    let before = give(&mut world, Some("east"));
    let order = ["li.na", "wang", "zhou"];
    let next = order[(order.iter().position(|p| *p == before).unwrap() + 1) % 3];
    let after = order[(order.iter().position(|p| *p == before).unwrap() + 2) % 3];
    world.ok(json!({"update": {"object": "user", "id": next, "fields": {"active": false}}}));
    assert_eq!(give(&mut world, Some("east")), after);
    world.ok(json!({"update": {"object": "user", "id": next, "fields": {"active": true}}}));
    assert_eq!(give(&mut world, Some("east")), before);
    assert_eq!(give(&mut world, Some("east")), next);
    assert_eq!(give(&mut world, Some("north")), "sun", "nobody matches");
    assert_eq!(give(&mut world, None), "sun", "there is nothing to match");
    let given =
        world.ok(json!({"create": {"object": "deal", "fields": {"name": "x", "reason": "east", "owner": "sun"}}}));
    assert_eq!(left_out(&given), ["`owner` has a value already"]);
    let mut world = self::world(routing(false));
    assert_eq!(give(&mut world, Some("north")), "");
}

#[test]
fn looping_rules_stop_and_nothing_is_applied() {
    let create = json!([{"create": {"object": "deal", "fields": {"name": {"template": "{name}."}}}}]);
    let fan = |count: usize| {
        let one = json!({"create": {"object": "account", "fields": {"name": "name"}}});
        Json::Array(vec![one; count])
    };
    let many = |count: usize| {
        let people: Vec<_> = (0..count).map(|n| format!("'p{n}'")).collect();
        json!([{"emit": {"kind": "note", "to": format!("[{}]", people.join(", ")), "title": "x"}}])
    };
    let cases = [
        ("create endlessly", json!([rule("again", json!("created"), "", create)]), "8 rounds: `again` → `again`"),
        ("write too much", json!([rule("fan", json!("created"), "", fan(1_001))]), "1000 writes: `fan`"),
        ("tell too much", json!([rule("shout", json!("created"), "", many(501))]), "500 effects: `shout`"),
    ];
    for (what, rules, expected) in cases {
        let mut world = world(rules);
        let rows = world.store.rows.clone();
        let why = world.refused(json!({"create": {"object": "deal", "fields": {"name": "Cloud"}}}));
        assert_eq!(why.kind(), RejectedKind::Limit, "{what}");
        assert!(why.to_string().contains(expected), "{what}: {why}");
        assert_eq!(world.store.rows, rows, "{what}: nothing may be left behind");
    }
    let mut small = with_rules(Json::Array((0..5).map(|n| noting(&format!("r{n}"), json!("created"), "")).collect()));
    small["budget"] = json!({"runs": 4});
    let mut world = World::new(&small);
    let why = world.refused(json!({"create": {"object": "deal", "fields": {"name": "Cloud"}}}));
    assert!(why.to_string().contains("4 runs: `r0` → `r1` → `r2` → `r3` → `r4`"), "{why}");
    assert!(world.store.rows.is_empty());
}

#[test]
fn the_loops_that_other_systems_run_into_come_to_an_end() {
    // A rule on updates that updates its own record.
    let set = |value: &str| json!([{"set": {"fields": {"score": value}}}]);
    let mut world = world(json!([rule("count-up", json!({"updated": []}), "", set("(has(score) ? score : 0) + 1"))]));
    let deal = world.made("deal", json!({"name": "Cloud"}));
    let outcome = world.ok(update(&deal, json!({"name": "x"})));
    assert_eq!((fired(&outcome).len(), world.field("deal", &deal, "score").as_deref()), (1, Some("1")));
    // A rule that is always true and sets what is there.
    let mut world = self::world(json!([rule("static", json!({"saved": []}), "", set("7"))]));
    let deal = world.made("deal", json!({"name": "Cloud"}));
    let commits = world.store.commits;
    world.ok(update(&deal, json!({"name": "Cloud"})));
    assert_eq!(world.store.commits, commits);
    // Two rules that undo each other.
    let mut world = self::world(json!([
        rule(
            "ping",
            json!({"updated": ["stage"]}),
            "stage == 'won'",
            json!([{"set": {"fields": {"stage": "'open'"}}}])
        ),
        rule(
            "pong",
            json!({"updated": ["stage"]}),
            "stage == 'open'",
            json!([{"set": {"fields": {"stage": "'won'"}}}])
        ),
    ]));
    let deal = world.made("deal", json!({"name": "Cloud"}));
    let outcome = world.ok(update(&deal, json!({"stage": "won"})));
    assert_eq!(fired(&outcome), ["1 ping", "2 pong"]);
    assert_eq!(outcome.record().unwrap().get("stage").unwrap().as_str(), Some("won"));
    // Two objects that answer each other.
    let touch = |on: &str, fields: Json| json!([{"set": {"on": on, "fields": fields}}]);
    let mut rules = json!([
        rule("to-account", json!({"updated": []}), "", touch("account", json!({"phone": "'021-6235 1234'"}))),
        {"key": "from-account", "object": "account", "on": {"updated": []}, "then": [
            {"create": {"object": "deal", "fields": {"name": {"template": "{name} call"}, "account": "id"}}}]}
    ]);
    let mut world = self::world(rules.clone());
    let account = world.made("account", json!({"name": "A"}));
    let deal = world.made("deal", json!({"name": "Cloud", "account": account}));
    assert_eq!(fired(&world.ok(update(&deal, json!({"name": "x"})))), ["1 to-account", "2 from-account"]);
    // The same through creations: every record is new, so only the budget ends it.
    rules[0]["on"] = json!("created");
    rules[1]["on"] = json!("created");
    rules[0]["then"] = json!([{"create": {"object": "account", "fields": {"name": "name"}}}]);
    let mut world = self::world(rules);
    let rows = world.store.rows.clone();
    let why = world.refused(json!({"create": {"object": "deal", "fields": {"name": "Cloud"}}}));
    assert!(why.to_string().contains("`to-account` → `from-account` → `to-account`"), "{why}");
    assert_eq!(world.store.rows, rows);
}

#[test]
fn a_rule_that_runs_as_its_caller_does_nothing_that_he_may_not() {
    let mut rules = json!([rule(
        "prices",
        json!({"updated": ["name"]}),
        "",
        json!([
            {"set": {"fields": {"margin": "5"}}}, {"set": {"fields": {"owner": "'wang'"}}},
            {"set": {"on": "account", "fields": {"grade": "'B'"}}},
            {"create": {"object": "account", "fields": {"name": "'new'"}}}, {"set": {"fields": {"reason": "'seen'"}}}])
    ),]);
    rules[0]["run_as"] = json!("caller");
    for (role, runs) in [("own", false), ("admin", true)] {
        let mut world = world(rules.clone());
        let account = world.made("account", json!({"name": "A", "owner": "li.na"}));
        let deal = world.made("deal", json!({"name": "Cloud", "owner": "li.na", "account": account}));
        let ctx = world.user("li.na", role);
        let outcome = world.run(&ctx, update(&deal, json!({"name": "x"}))).unwrap();
        assert_eq!(world.field("deal", &deal, "reason").as_deref(), Some("seen"), "what he may do is done");
        assert_eq!(world.field("deal", &deal, "margin").is_some(), runs, "{outcome:?}");
        assert_eq!(world.field("deal", &deal, "owner").as_deref(), Some(if runs { "wang" } else { "li.na" }));
        assert_eq!(world.field("account", &account, "grade").is_some(), runs);
        assert_eq!(world.stored("account"), if runs { 2 } else { 1 });
    }
    // A rule that runs as its author does it for anybody, and shows him nothing of it.
    rules[0]["run_as"] = json!("author");
    let mut world = world(rules);
    let account = world.made("account", json!({"name": "A"}));
    let deal = world.made("deal", json!({"name": "Cloud", "owner": "li.na", "account": account}));
    let ctx = world.user("li.na", "own");
    let outcome = world.run(&ctx, update(&deal, json!({"name": "x"}))).unwrap();
    assert_eq!(world.field("deal", &deal, "margin").as_deref(), Some("5"));
    let shown = serde_json::to_string(&outcome).unwrap();
    assert!(!shown.contains("margin") && !shown.contains(&account), "{shown}");
}

#[test]
fn a_rule_that_waits_for_a_time_has_no_caller_to_run_as() {
    for on in [json!({"date": {"field": "closes"}}), json!({"inactive": {"days": 1, "since": ["created_at"]}})] {
        let mut waiting = rule("waiting", on, "", json!([{"set": {"fields": {"margin": "7"}}}]));
        waiting["run_as"] = json!("caller");
        let made = with_rules(json!([waiting])).to_string();
        let problems = guanxi::Definition::from_json(&made).compile().unwrap_err();
        let expected = "rules[0].run_as: is `caller`: a rule that waits for a time has none (in `waiting`)";
        assert_eq!(problems.to_string(), expected);
    }
}

#[test]
fn a_rule_may_refer_to_what_its_caller_cannot_see() {
    let mut made = definition();
    made["objects"][3]["fields"]
        .as_array_mut()
        .unwrap()
        .push(json!({"key": "billed_to", "type": "reference", "to": "account", "class": "sensitive"}));
    made["objects"][0]["fields"]
        .as_array_mut()
        .unwrap()
        .push(json!({"key": "house", "type": "reference", "to": "account", "class": "status"}));
    made["rules"] =
        json!([rule("bills", json!("created"), "", json!([{"set": {"fields": {"billed_to": "owner.house"}}}]))]);
    let mut world = World::new(&made);
    let house = world.made("account", json!({"name": "House"}));
    world.ok(json!({"create": {"object": "user", "id": "li.na", "fields": {"house": house}}}));
    let ctx = world.user("li.na", "own");
    let create = |account: Option<&str>| json!({"create": {"object": "deal", "fields": {"name": "Cloud", "owner": "li.na", "account": account}}});
    let deal = world.run(&ctx, create(None)).unwrap().id().to_string();
    assert_eq!(world.field("deal", &deal, "billed_to"), Some(house.clone()));
    let ctx = world.user("li.na", "own");
    assert_eq!(world.run(&ctx, create(Some(&house))).unwrap_err().kind(), RejectedKind::Invalid, "he himself may not");
}

#[test]
fn keys_of_effects_stay_the_same_when_a_decision_is_made_again() {
    let run = |rules: Json| {
        let mut world = world(rules);
        world.ok(json!({"create": {"object": "deal", "fields": {"name": "Cloud", "owner": "li.na"}}}));
        let ctx = world.system();
        let effects = world.crm.pending(&mut world.store, &ctx, 99).unwrap();
        let mut keys: Vec<_> =
            effects.items.iter().map(|effect| (effect.rule().to_string(), effect.key().clone())).collect();
        keys.sort();
        keys
    };
    let (a, b) = (noting("a", json!("created"), ""), noting("b", json!("created"), ""));
    let both = run(json!([a.clone(), b.clone()]));
    assert_eq!(both, run(json!([b, a.clone()])), "the order of the definition does not count");
    assert_eq!(both[..1], run(json!([a]))[..], "nor do other rules");
    assert_ne!(both[0].1, both[1].1);
}

fn inactive(days: u32, calendar: Option<&str>) -> Json {
    let mut trigger = json!({"days": days, "since": ["touched_at", "assigned_at"]});
    if let Some(calendar) = calendar {
        trigger["calendar"] = json!(calendar);
    }
    json!({"key": "remind", "object": "lead", "on": {"inactive": trigger}, "when": "status == 'open'",
        "then": [{"emit": {"kind": "note", "to": "owner", "title": "remind {name}"}}]})
}

fn leads(rules: Json) -> Json {
    json!({
        "settings": {"utc_offset": "+08:00"},
        "calendars": [{"key": "work", "utc_offset": "+08:00", "working_days": ["mon", "tue", "wed", "thu", "fri"],
            "holidays": ["2026-03-10"]}],
        "objects": [
            {"key": "user", "ids": "host", "fields": [{"key": "name", "type": "text"}]},
            {"key": "lead", "title": "name", "fields": [
                {"key": "name", "type": "text"},
                {"key": "owner", "type": "reference", "to": "user"},
                {"key": "status", "type": "enum", "options": ["open", "closed"], "default": "open"},
                {"key": "touched_at", "type": "instant"}, {"key": "assigned_at", "type": "instant"},
                {"key": "birthday", "type": "date"}, {"key": "expires", "type": "date"},
                {"key": "code", "type": "text", "unique": true}]}],
        "rules": rules})
}

fn lead(world: &mut World, fields: Json) -> String {
    if world.stored("user") == 0 {
        world.ok(json!({"create": {"object": "user", "id": "li.na", "fields": {"name": "李娜"}}}));
    }
    world.made("lead", fields)
}

fn change(record: &str, fields: Json) -> Json {
    json!({"update": {"object": "lead", "id": record, "fields": fields}})
}

#[test]
fn a_reminder_follows_the_last_touch_and_comes_once() {
    for (calendar, due) in [(None, "2026-03-08T10:00:00+08:00"), (Some("work"), "2026-03-11T10:00:00+08:00")] {
        let mut world = World::new(&leads(json!([inactive(3, calendar)])));
        let owner = json!({"name": "Cloud", "owner": "li.na", "assigned_at": "2026-03-01T10:00:00+08:00"});
        let record = lead(&mut world, owner);
        assert_eq!(world.stored("timer"), 1);
        // A Thursday: three calendar days later is Sunday, three working days Wednesday, for Tuesday is a holiday.
        let moved = world.ok(change(&record, json!({"touched_at": "2026-03-05T10:00:00+08:00"})));
        assert_eq!((moved.timers().len(), moved.timers()[0].due), (1, Some(at(due))));
        assert_eq!(world.stored("timer"), 1, "it is the same timer");
        let other = world.ok(change(&record, json!({"name": "Cloud 2"})));
        assert!(other.timers().is_empty(), "what does not move it leaves it alone");
        world.now = Instant::from_millis(at(due).millis() - 1).unwrap();
        assert!(world.tick().fired.is_empty());
        world.now = at(due);
        assert_eq!(world.tick().fired.len(), 1);
        assert_eq!(world.waiting(), ["li.na <- remind Cloud 2"]);
        for _ in 0..3 {
            let ticked = world.tick();
            assert_eq!((ticked.fired.len(), ticked.vanished.len(), ticked.failed.len()), (0, 0, 0));
            world.later(24 * 100);
        }
        assert_eq!((world.waiting().len(), world.stored("timer")), (1, 0));
        // A new touch starts it anew; closing the lead stops it, opening it again starts it.
        let touch = world.now.to_string();
        world.ok(change(&record, json!({"touched_at": touch})));
        assert_eq!(world.stored("timer"), 1);
        assert_eq!(world.ok(change(&record, json!({"status": "closed"}))).timers()[0].due, None);
        assert_eq!(world.stored("timer"), 0);
        world.ok(change(&record, json!({"status": "open"})));
        assert_eq!(world.stored("timer"), 1);
        world.ok(json!({"delete": {"object": "lead", "id": record}}));
        assert_eq!(world.stored("timer"), 0, "a deleted record wakes nobody");
        world.ok(json!({"restore": {"object": "lead", "id": record}}));
        assert_eq!(world.stored("timer"), 1);
        world.later(24 * 30);
        assert_eq!(world.tick().fired.len(), 1);
        assert_eq!(world.waiting().len(), 2, "the second reminder is another effect");
    }
}

#[test]
fn a_timer_whose_rule_is_gone_or_out_of_force_vanishes() {
    let mut world = World::new(&leads(json!([inactive(3, None)])));
    for n in 0..3 {
        lead(&mut world, json!({"name": format!("lead {n}"), "owner": "li.na", "assigned_at": company::MONDAY}));
    }
    world.crm = company::compiled(&leads(json!([])));
    world.later(24 * 4);
    let ticked = world.tick();
    assert_eq!((ticked.fired.len(), ticked.vanished.len(), world.stored("timer")), (0, 3, 0));

    let mut expired = inactive(3, None);
    expired["active_until"] = json!("2026-03-04T00:00:00Z");
    let mut world = World::new(&leads(json!([expired])));
    lead(&mut world, json!({"name": "Cloud", "owner": "li.na", "assigned_at": company::MONDAY}));
    world.later(24 * 4);
    world.tick();
    assert_eq!(world.waiting(), [""; 0], "a rule out of force does nothing");
}

#[test]
fn a_date_gives_notice_once_at_its_time_of_day() {
    let rule = json!({"key": "expiry", "object": "lead", "on": {"date": {"field": "expires", "ahead_days": 30, "at": "08:30"}},
        "then": [{"emit": {"kind": "note", "to": "owner", "title": "{name} {expires}"}}]});
    let mut world = World::new(&leads(json!([rule])));
    let record = lead(&mut world, json!({"name": "Cloud", "owner": "li.na", "expires": "2026-05-01"}));
    world.now = at("2026-04-01T08:29:59.999+08:00");
    assert!(world.tick().fired.is_empty());
    world.now = at("2026-04-01T08:30:00+08:00");
    assert_eq!(world.tick().fired.len(), 1);
    world.ok(change(&record, json!({"name": "Cloud 2"})));
    assert_eq!(world.stored("timer"), 0, "another field does not set it again");
    // A notice that should have been given already is given at once; a date that is over wakes nobody.
    world.ok(change(&record, json!({"expires": "2026-04-20"})));
    assert_eq!(world.tick().fired.len(), 1);
    let over = world.ok(change(&record, json!({"expires": "2026-03-31"})));
    assert!(over.timers().iter().all(|timer| timer.due.is_none()));
    world.ok(change(&record, json!({"expires": "2027-05-01"})));
    world.ok(change(&record, json!({"expires": null})));
    world.later(24 * 800);
    assert!(world.tick().fired.is_empty());
    assert_eq!(world.waiting().len(), 2);
}

#[test]
fn a_birthday_comes_back_every_year() {
    let rule = json!({"key": "birthday", "object": "lead", "on": {"date": {"field": "birthday", "yearly": true}},
        "then": [{"emit": {"kind": "note", "to": "owner", "title": "{name}"}}]});
    let mut world = World::new(&leads(json!([rule])));
    let leap = lead(&mut world, json!({"name": "leap", "owner": "li.na", "birthday": "1988-02-29"}));
    lead(&mut world, json!({"name": "march", "owner": "li.na", "birthday": "1990-03-02"}));
    let (mut days, end) = (Vec::new(), at("2031-03-02T10:00:00+08:00"));
    while world.now < end {
        for outcome in world.tick().fired {
            let title = outcome.record().unwrap().title();
            days.push(format!("{title} {}", guanxi::calendar::local_date(world.now, "+08:00".parse().unwrap())));
        }
        world.later(24);
    }
    days.sort();
    let expected = [
        "leap 2027-02-28",
        "leap 2028-02-29",
        "leap 2029-02-28",
        "leap 2030-02-28",
        "leap 2031-02-28",
        "march 2026-03-02",
        "march 2027-03-02",
        "march 2028-03-02",
        "march 2029-03-02",
        "march 2030-03-02",
        "march 2031-03-02",
    ];
    assert_eq!(days, expected);
    assert_eq!(world.waiting().len(), expected.len(), "every congratulation is an effect of its own");
    // Settle all, then move the birthday: the timer starts again from the revision of the record.
    let ctx = world.system();
    for effect in world.crm.claim(&mut world.store, &ctx, 99, guanxi::value::Duration::from_days(1)).unwrap() {
        world.crm.settle(&mut world.store, &ctx, effect.key()).unwrap();
    }
    world.ok(change(&leap, json!({"birthday": "1988-06-01"})));
    let kept = world.stored("effect");
    for year in 1..=4 {
        world.now = at(&format!("{}-06-01T09:00:00+08:00", 2030 + year));
        world.tick();
        let leaps = world.waiting().iter().filter(|effect| effect.contains("leap")).count();
        assert_eq!(leaps, year as usize);
    }
    // Four of the one and three of the other: none is taken for an earlier one of the same revision.
    assert_eq!(world.stored("effect"), kept + 7);
}

#[test]
fn a_tick_takes_a_page_and_tells_whether_there_is_more() {
    let create = json!({"key": "follow", "object": "lead", "on": {"inactive": {"days": 1, "since": ["assigned_at"]}},
        "then": [{"create": {"object": "lead", "fields": {"name": {"template": "after {name}"}}}}]});
    let mut small = leads(json!([create]));
    small["settings"]["limits"] = json!({"page": 4});
    let mut world = World::new(&small);
    for n in 0..10 {
        lead(&mut world, json!({"name": format!("lead {n}"), "assigned_at": company::MONDAY}));
    }
    world.later(48);
    let ctx = world.system();
    let mut pages = Vec::new();
    loop {
        // The same context for every page, and a page larger than the limit of the definition.
        let ticked = world.crm.tick(&mut world.store, &ctx, 1_000).unwrap();
        assert!(ticked.failed.is_empty(), "{:?}", ticked.failed);
        pages.push(ticked.fired.len());
        if !ticked.more {
            break;
        }
    }
    assert_eq!(pages, [4, 4, 2]);
    assert_eq!((world.stored("lead"), world.stored("timer")), (20, 0));
}

/// Leads whose timer writes more than the budget allows, unless they are closed already.
fn leads_with_twins() -> Json {
    let mut made = leads(json!([{"key": "twin", "object": "lead",
        "on": {"inactive": {"days": 1, "since": ["assigned_at"]}},
        "then": [{"create": {"object": "lead", "fields": {"name": "'twin'"}}}, {"set": {"fields": {"status": "'closed'"}}}]}]));
    made["budget"] = json!({"writes": 1});
    made
}

#[test]
fn a_timer_that_fails_is_tried_again_parked_and_blocks_nobody() {
    let mut world = World::new(&leads_with_twins());
    lead(&mut world, json!({"name": "bad", "assigned_at": company::MONDAY}));
    lead(&mut world, json!({"name": "good", "status": "closed", "assigned_at": "2026-03-02T09:00:01+08:00"}));
    world.later(25);
    let first = world.tick();
    assert_eq!((first.fired.len(), first.failed.len()), (1, 1), "the other one fired");
    assert_eq!(first.failed[0].1.kind(), RejectedKind::Limit);
    assert!(world.tick().failed.is_empty(), "not at once");
    let mut tries = 1;
    for _ in 0..100 {
        world.later(1);
        tries += world.tick().failed.len();
    }
    assert_eq!((tries, world.stored("timer")), (guanxi::rules::MAX_ATTEMPTS as usize, 1), "parked, not lost");
    world.later(24 * 400);
    assert!(world.tick().failed.is_empty());
    assert_eq!(world.stored("lead"), 3);
}

#[test]
fn a_timer_that_fails_for_a_while_fires_once_in_the_end() {
    let mut world = World::new(&leads_with_twins());
    let bad = lead(&mut world, json!({"name": "bad", "assigned_at": company::MONDAY}));
    world.later(25);
    assert_eq!(world.tick().failed.len(), 1);
    world.ok(change(&bad, json!({"status": "closed"})));
    let mut fired = 0;
    for _ in 0..50 {
        world.later(1);
        fired += world.tick().fired.len();
    }
    assert_eq!((fired, world.stored("timer"), world.stored("lead")), (1, 0, 2));
}

#[test]
fn when_a_rule_wakes_up_is_told_only_to_who_may_read_what_it_reads() {
    let mut made = definition();
    made["objects"][3]["fields"]
        .as_array_mut()
        .unwrap()
        .push(json!({"key": "review", "type": "date", "class": "sensitive"}));
    made["rules"] = json!([
        {"key": "review", "object": "deal", "on": {"date": {"field": "review"}},
            "then": [{"emit": {"kind": "note", "to": {"role": "admin"}, "title": "review"}}]},
        {"key": "closing", "object": "deal", "on": {"date": {"field": "closes"}},
            "then": [{"emit": {"kind": "note", "to": {"role": "admin"}, "title": "closing"}}]},
        rule("plans", json!("created"), "", json!([{"set": {"fields": {"review": "date('2026-06-01')"}}}]))
    ]);
    let mut world = World::new(&made);
    world.ok(json!({"create": {"object": "user", "id": "li.na", "fields": {}}}));
    let create =
        json!({"create": {"object": "deal", "fields": {"name": "x", "owner": "li.na", "closes": "2026-05-01"}}});
    let ctx = world.user("li.na", "own");
    let own = world.run(&ctx, create.clone()).unwrap();
    let rules = |outcome: &Outcome| outcome.timers().iter().map(|timer| timer.rule.to_string()).collect::<Vec<_>>();
    assert_eq!(rules(&own), ["closing"]);
    assert_eq!(rules(&world.ok(create)), ["closing", "review"]);
}
