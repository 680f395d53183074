//! Whoever writes a rule can let it do only what he may do himself, and can tell only roles that there are.

mod company;

use company::World;
use guanxi::Definition;
use serde_json::{Value as Json, json};

/// The company with a role that may do much with deals, and little with accounts.
fn definition(rules: Json) -> Json {
    let mut made = company::with_rules(rules);
    let roles = made["roles"].as_array_mut().unwrap();
    roles.push(json!({"key": "desk", "grants": [
        {"object": "deal", "actions": ["create", "view", "edit", "assign", "transition"], "relations": ["any"], "fields": ["*"]},
        {"object": "account", "actions": ["view"], "relations": ["any"], "fields": ["sales"]},
        {"object": "user", "actions": ["view"], "relations": ["any"], "fields": ["status"]}]}));
    made["objects"][3]["ownership"]["sealed"] = json!("sealed");
    made["objects"][3]["fields"]
        .as_array_mut()
        .unwrap()
        .push(json!({"key": "sealed", "type": "bool", "class": "status"}));
    made["seals"] = json!([{"object": "deal", "actions": ["edit"], "except": ["admin"]}]);
    made
}

fn problems(rule: Json) -> Vec<String> {
    match Definition::from_json(&definition(json!([rule])).to_string()).compile() {
        Ok(_) => Vec::new(),
        Err(problems) => problems.to_string().lines().map(str::to_owned).collect(),
    }
}

fn by(author: &str, when: Option<&str>, then: Json) -> Json {
    let mut rule = json!({"key": "r", "object": "deal", "on": "created", "author": author, "then": then});
    if let Some(when) = when {
        rule["when"] = json!(when);
    }
    rule
}

#[test]
fn an_author_may_let_a_rule_do_what_he_may_do() {
    let all = json!([
        {"set": {"fields": {"stage": "'won'", "owner": "'li.na'"}}},
        {"create": {"object": "deal", "fields": {"name": "name", "account": "account"}}},
        {"assign": {"field": "owner", "from": "user", "match": {"region": "reason"}, "where": "active", "strategy": "first",
            "copy": {"team": "team"}}},
        {"emit": {"kind": "note", "to": {"role": "desk"}, "title": "{name} {account.name}"}}]);
    assert_eq!(problems(by("desk", Some("account.grade == 'A' && stage == 'open'"), all)), [""; 0]);
}

#[test]
fn what_an_author_may_not_do_is_told_with_its_place() {
    let nothing = json!([{"emit": {"kind": "note", "to": {"role": "admin"}, "title": "x"}}]);
    let set = |fields: Json| json!([{"set": {"fields": fields}}]);
    let cases = [
        (
            by("desk", Some("margin > 5"), nothing.clone()),
            "rules[0].when: its author `desk` has no grant to view `margin` of `deal` in relation `any`",
        ),
        (
            by("desk", Some("account.debt > 'CNY 5.00'"), nothing.clone()),
            "rules[0].when: its author `desk` has no grant to view `debt` of `account` in relation `any`",
        ),
        (
            by("desk", None, set(json!({"margin": "5"}))),
            "rules[0].then[0].set: its author `desk` has no grant to edit `deal` in relation `any`",
        ),
        (
            by("desk", None, json!([{"set": {"on": "account", "fields": {"grade": "'A'"}}}])),
            "rules[0].then[0].set: its author `desk` has no grant to edit `grade` of `account` in relation `any`",
        ),
        (
            by("desk", None, set(json!({"score": "margin"}))),
            "rules[0].then[0].set.fields: its author `desk` has no grant to view `margin` of `deal` in relation `any`",
        ),
        (
            by("desk", None, json!([{"create": {"object": "account", "fields": {"name": "name"}}}])),
            "rules[0].then[0].create: its author `desk` has no grant to create `account` in relation `any`",
        ),
        (
            by("desk", None, json!([{"emit": {"kind": "note", "to": "account.phone", "title": "{margin}"}}])),
            "rules[0].then[0].emit.to: its author `desk` has no grant to view `phone` of `account` in relation `any`",
        ),
        (
            by("desk", None, json!([{"emit": {"kind": "note", "to": {"role": "desk"}, "title": "{margin}"}}])),
            "rules[0].then[0].emit.title: its author `desk` has no grant to view `margin` of `deal` in relation `any`",
        ),
        // What is only granted for his own records is not granted for all.
        (
            by("own", None, set(json!({"reason": "'x'"}))),
            "rules[0].then[0].set: its author `own` has no grant to edit `reason` of `deal` in relation `any`",
        ),
        (by("chef", None, nothing.clone()), "rules[0].author: unknown role `chef`; did you mean `chief`?"),
        (
            by("desk", None, json!([{"emit": {"kind": "note", "to": {"role": "logg"}, "title": "x"}}])),
            "rules[0].then[0].emit.to.role: unknown role `logg`: expected one of `admin`, `own`, `team`, `chief`, `buyer-chief`, \
             `buyer`, `all`, `clerk`, `nobody`, `desk`",
        ),
    ];
    for (rule, expected) in cases {
        let told = problems(rule);
        assert!(told.contains(&format!("{expected} (in `r`)")), "{expected}: {told:?}");
    }
    let mut caller = by("desk", None, nothing);
    caller["run_as"] = json!("caller");
    assert_eq!(problems(caller), ["rules[0].author: has no effect: the rule runs as its caller (in `r`)"]);
}

#[test]
fn a_seal_that_binds_the_author_binds_his_rules() {
    let set = json!([{"set": {"fields": {"reason": "'seen'"}}}]);
    for (author, written) in [("desk", None), ("admin", Some("seen"))] {
        let mut rule = by(author, None, set.clone());
        rule["on"] = json!({"event": "seen"});
        let mut world = World::new(&definition(json!([rule])));
        let open = world.made("deal", json!({"name": "open"}));
        let sealed = world.made("deal", json!({"name": "sealed", "sealed": true}));
        for deal in [&open, &sealed] {
            world.ok(json!({"event": {"object": "deal", "id": deal, "name": "seen"}}));
        }
        assert_eq!(world.field("deal", &open, "reason").as_deref(), Some("seen"));
        assert_eq!(world.field("deal", &sealed, "reason").as_deref(), written);
    }
}

#[test]
fn what_runs_as_its_caller_does_no_more_than_the_authors_of_the_rules_that_caused_it() {
    // The desk may edit deals and not accounts. What listens to its rule must not edit accounts for it, whoever the
    // caller is: not the host's own automation that ticks, nor an admin who saves a deal.
    let set = |key: &str, value: &str| json!([{"set": {"fields": {(key): value}}}]);
    let rule = |key: &str, on: Json, then: Json| json!({"key": key, "object": "deal", "on": on, "then": then});
    let listen = json!([{"set": {"on": "account", "fields": {"grade": "'A'"}}},
        {"create": {"object": "account", "fields": {"name": "'N'"}}}, {"set": {"fields": {"score": "1"}}}]);
    for (first, second, allowed) in
        [("desk", None, false), ("admin", None, true), ("admin", Some("desk"), false), ("desk", Some("admin"), false)]
    {
        let mut due = rule("due", json!({"date": {"field": "closes"}}), set("reason", "'due'"));
        let mut told = rule("told", json!({"event": "told"}), set("reason", "'told'"));
        (due["author"], told["author"]) = (json!(first), json!(first));
        let mut listens = rule("listens", json!({"updated": ["reason"]}), listen.clone());
        listens["run_as"] = json!("caller");
        let mut rules = vec![due, told];
        if let Some(second) = second {
            listens["on"] = json!({"updated": ["name"]});
            rules.push(rule("passes", json!({"updated": ["reason"]}), set("name", "'passed'")));
            rules[2]["author"] = json!(second);
        }
        rules.push(listens);
        let mut world = World::new(&definition(Json::Array(rules)));
        for through_a_timer in [true, false] {
            let account = world.made("account", json!({"name": "A"}));
            let deal = world.made("deal", json!({"name": "d", "account": account, "closes": "2026-03-20"}));
            let accounts = world.stored("account");
            let outcome = if through_a_timer {
                world.now = company::at("2026-03-20T12:00:00+08:00");
                world.tick().fired.remove(0)
            } else {
                let admin = world.user("wang", "admin");
                world.run(&admin, json!({"event": {"object": "deal", "id": deal, "name": "told"}})).unwrap()
            };
            let grade = world.field("account", &account, "grade");
            assert_eq!(grade.as_deref(), allowed.then_some("A"), "{first} {second:?}");
            assert_eq!(world.stored("account"), accounts + usize::from(allowed));
            // What everybody in the chain may do is done, and what is not done is told.
            assert_eq!(world.field("deal", &deal, "score").as_deref(), Some("1"));
            let trace = outcome.trace().to_string();
            assert_eq!(trace.contains("left out: not allowed to edit `grade` of `account`"), !allowed, "{trace}");
        }
    }
}

#[test]
fn what_the_definition_itself_does_takes_nothing_from_its_caller() {
    let mut world = World::new(&definition(json!([
        {"key": "told", "object": "deal", "on": {"event": "told"}, "then": [{"set": {"fields": {"reason": "'told'"}}}]},
        {"key": "listens", "object": "deal", "on": {"updated": ["reason"]}, "run_as": "caller",
         "then": [{"set": {"on": "account", "fields": {"grade": "'A'"}}}]}])));
    let account = world.made("account", json!({"name": "A"}));
    let deal = world.made("deal", json!({"name": "d", "account": account}));
    let admin = world.user("wang", "admin");
    world.run(&admin, json!({"event": {"object": "deal", "id": deal, "name": "told"}})).unwrap();
    assert_eq!(world.field("account", &account, "grade").as_deref(), Some("A"));
}
