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
        (by("chef", None, nothing.clone()), "rules[0].author: unknown role `chef`"),
        (
            by("desk", None, json!([{"emit": {"kind": "note", "to": {"role": "logg"}, "title": "x"}}])),
            "rules[0].then[0].emit.to.role: unknown role `logg`",
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
