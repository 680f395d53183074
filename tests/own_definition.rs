//! A company takes the standard definition and makes it its own: a field more, a grant more, a rule more.

use guanxi::access::{GrantDef, Principal};
use guanxi::schema::FieldDef;
use guanxi::{Command, Context, Definition, MemoryStore, Query};
use serde_json::json;

fn hall() -> FieldDef {
    serde_json::from_value(json!({"key": "hall", "type": "text", "index": true, "class": "marketing"})).unwrap()
}

fn grant(object: &str, fields: &[&str]) -> GrantDef {
    serde_json::from_value(json!({"object": object, "actions": ["view"], "relations": ["any"], "fields": fields}))
        .unwrap()
}

#[test]
fn a_field_of_ones_own_on_a_standard_object_is_like_any_other() {
    let mut ours = guanxi::standard().change_object("lead", |lead| lead.field(hall()));
    ours.add_json(
        r#"{"rules": [{"key": "hall-3", "object": "lead", "on": "created", "when": "hall == '3'",
            "then": [{"set": {"fields": {"need": "'machines'"}}}]}]}"#,
    );
    let crm = ours.compile().unwrap_or_else(|problems| panic!("{problems}"));
    let mut store = MemoryStore::new();
    let at = "2026-03-02T09:00:00+08:00".parse().unwrap();
    let ctx = Context::system("acme".parse().unwrap(), "fair", at, 1).unwrap();
    let lead = |hall: &str| json!({"create": {"object": "lead", "fields": {"company": "云舟", "hall": hall}}});
    let create = |hall: &str| serde_json::from_value::<Command>(lead(hall)).unwrap();
    let made = crm.run(&mut store, &ctx, &create("3")).unwrap();
    assert!(made.why().contains("`hall-3`"), "{}", made.why());
    crm.run(&mut store, &ctx.next(), &create("4")).unwrap();
    let in_hall = Query::list("lead".parse().unwrap()).filter("hall == '3'");
    let page = crm.ask(&mut store, &ctx.next(), &in_hall).unwrap();
    assert_eq!(page.records.iter().map(|view| view.id()).collect::<Vec<_>>(), [made.id()]);
}

#[test]
fn a_role_gets_a_grant_and_loses_others() {
    let sees = |definition: &Definition, field: &str| {
        let crm = definition.compile().unwrap_or_else(|problems| panic!("{problems}"));
        let mut store = MemoryStore::new();
        let at = "2026-03-02T09:00:00+08:00".parse().unwrap();
        let system = Context::system("acme".parse().unwrap(), "import", at, 1).unwrap();
        let create = json!({"create": {"object": "deal", "fields": {"name": "Boats", "service_need": "crew",
            "amount": {"amount": "9.00", "currency": "CNY"}}}});
        let made = crm.run(&mut store, &system, &serde_json::from_value(create).unwrap()).unwrap();
        let service = Principal::user("wu".parse().unwrap()).with_role("service".parse().unwrap());
        let ctx = Context::new("acme".parse().unwrap(), service, at, 2);
        let seen = crm.ask(&mut store, &ctx, &Query::get("deal".parse().unwrap(), made.id().clone()));
        seen.ok().and_then(|view| view.get(field).map(ToString::to_string))
    };
    assert_eq!(sees(&guanxi::standard(), "amount"), None, "sales' own business");
    assert_eq!(sees(&guanxi::standard(), "service_need").as_deref(), Some("crew"));
    let more = guanxi::standard().change_role("service", |role| role.with_grant(grant("deal", &["finance"])));
    assert_eq!(sees(&more, "amount").as_deref(), Some("CNY 9.00"));
    assert_eq!(sees(&more, "service_need").as_deref(), Some("crew"));
    let other = guanxi::standard()
        .change_role("service", |role| role.without_grants("deal").with_grant(grant("deal", &["finance"])));
    assert_eq!(sees(&other, "amount").as_deref(), Some("CNY 9.00"));
    assert_eq!(sees(&other, "service_need"), None);
}

#[test]
fn what_is_not_there_to_be_changed_is_told_with_what_it_may_be_a_slip_of() {
    let mistaken = guanxi::standard()
        .change_object("laed", |lead| lead.field(hall()))
        .change_role("salse", |role| role.without_grants("deal"))
        .change_role("astronaut", |role| role)
        .without_rule("lead-ruote")
        .without_pipeline("sale");
    let problems = mistaken.compile().unwrap_err();
    let told: Vec<_> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "objects: no object `laed` to change; did you mean `lead`?",
            "roles: no role `salse` to change; did you mean `sales`?",
            "roles: no role `astronaut` to change",
            "rules: no rule `lead-ruote` to change; did you mean `lead-route`?",
            "pipelines: no pipeline `sale` to change; did you mean `sales`?",
        ]
    );
}

#[test]
fn grants_that_a_role_does_not_have_are_not_silently_taken_away() {
    let told = |object: &str| {
        let ours = guanxi::standard().change_role("service", |role| role.without_grants(object));
        ours.compile().err().map(|problems| problems.to_string())
    };
    assert_eq!(told("deal"), None);
    let wrong = told("dael").unwrap();
    assert!(wrong.starts_with("roles["), "{wrong}");
    assert!(
        wrong.ends_with("].grants: no grant on `dael` to take away; did you mean `deal`? (in `service`)"),
        "{wrong}"
    );
}

#[test]
fn what_is_there_but_cannot_be_read_is_told_for_what_it_is_alone() {
    let mut unread = Definition::from_json(
        r#"{"objects": [{"key": "lead"}], "roles": [{"key": "sales"}], "rules": [{"key": "route"}]}"#,
    );
    let before = unread.compile().unwrap_err();
    unread = unread.change_object("lead", |lead| lead.field(hall()));
    unread = unread.change_role("sales", |role| role.without_grants("deal")).without_rule("route");
    assert_eq!((unread.compile().unwrap_err(), before.len()), (before, 3));
}

#[test]
fn a_rule_that_is_taken_away_leaves_the_others_at_their_positions() {
    let rule = |key: &str, when: &str| json!({"key": key, "object": "a", "on": "created", "when": when, "then": [{"set": {"fields": {"n": "0"}}}]});
    let definition = json!({"objects": [{"key": "a", "fields": [{"key": "n", "type": "integer"}]}],
        "rules": [rule("first", "n > 0"), 7, rule("wrong", "m > 0"), rule("late", "m > 0")]});
    let mut definition = Definition::from_json(&definition.to_string());
    let paths = |definition: &Definition| {
        let problems = definition.compile().unwrap_err();
        problems.iter().map(|problem| problem.path().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(paths(&definition), ["rules[1]", "rules[2].when", "rules[3].when"]);
    definition = definition.without_rule("first");
    assert_eq!(paths(&definition), ["rules[1]", "rules[2].when", "rules[3].when"]);
    definition = definition.without_rule("wrong");
    definition.add_json(&json!({"rules": [8, rule("last", "m > 0")]}).to_string());
    assert_eq!(paths(&definition), ["rules[1]", "rules[4]", "rules[3].when", "rules[5].when"]);
}

#[test]
fn an_unknown_class_comes_with_those_that_there_are() {
    let field = serde_json::from_value(json!({"key": "hall", "type": "text", "class": "marketting"})).unwrap();
    let mut mistaken = guanxi::standard().change_object("lead", |lead| lead.field(field));
    mistaken.add_json(r#"{"settings": {"classes": ["laboratory"]}}"#);
    let told = mistaken.compile().unwrap_err().to_string();
    assert!(told.contains("unknown class `marketting`: expected one of `system`, `status`"), "{told}");
    assert!(told.contains("`custom`, `laboratory`; `settings.classes` adds others (in `lead`)"), "{told}");
}
