//! What a definition's conditions can say beyond comparing fields: working days, items of lists, parts of times.

use guanxi::schema::FieldDef;
use guanxi::{Command, Context, Definition, MemoryStore, Query};
use serde_json::{Value as Json, json};

/// The standard definition with a week of five days, of which conditions may know.
fn definition(settings: &Json) -> Definition {
    let labels: FieldDef =
        serde_json::from_value(json!({"key": "labels", "type": "tags", "class": "marketing"})).unwrap();
    let mut ours = guanxi::standard().change_object("lead", |lead| lead.field(labels));
    let spring = ["2026-02-16", "2026-02-17", "2026-02-18", "2026-02-19", "2026-02-20"];
    ours.add_json(
        &json!({
            "settings": settings,
            "calendars": [{"key": "cn-2026", "utc_offset": "+08:00", "working_days": ["mon", "tue", "wed", "thu", "fri"], "holidays": spring}],
        })
        .to_string(),
    );
    ours
}

fn problems(definition: &Definition) -> String {
    definition.compile().map(|_| "no problem".to_owned()).unwrap_or_else(|problems| problems.to_string())
}

fn listed(definition: &Definition, filter: &str) -> usize {
    let crm = definition.compile().unwrap_or_else(|problems| panic!("{problems}"));
    let mut store = MemoryStore::new();
    let context = |at: &str, seed| Context::system("acme".parse().unwrap(), "fair", at.parse().unwrap(), seed).unwrap();
    let lead = json!({"create": {"object": "lead", "fields": {"company": "云舟", "labels": ["vip", "expo"]}}});
    let create: Command = serde_json::from_value(lead).unwrap();
    // Friday the 13th, ten days of which five are off before the 24th, a Tuesday.
    crm.run(&mut store, &context("2026-02-13T09:00:00+08:00", 1), &create).unwrap();
    let query = Query::list("lead".parse().unwrap()).filter(filter);
    crm.ask(&mut store, &context("2026-02-24T09:00:00+08:00", 2), &query).unwrap().records.len()
}

#[test]
fn working_days_are_those_of_the_calendar_that_the_settings_name() {
    let ours = definition(&json!({"calendar": "cn-2026"}));
    assert_eq!(listed(&ours, "business_days_since(created_at) == 2 && days_since(created_at) == 11"), 1);
    assert_eq!(listed(&ours, "business_days_since(created_at) > 2"), 0);
}

#[test]
fn without_a_calendar_nothing_counts_working_days() {
    let rule = r#"{"rules": [{"key": "slow", "object": "lead", "on": "created", "when": "business_days_since(created_at) > 3",
        "then": [{"set": {"fields": {"need": "'call'"}}}]}]}"#;
    let mut none = definition(&json!({}));
    none.add_json(rule);
    let expected =
        "rules[0].when: at 0..31: `business_days_since` cannot stand where no calendar says which days are worked";
    assert!(problems(&none).contains(&expected[9..]), "{}", problems(&none));
    let mut other = definition(&json!({"calendar": "cn-2027"}));
    other.add_json(rule);
    assert!(problems(&other).contains("settings.calendar: unknown calendar `cn-2027`"), "{}", problems(&other));
}

#[test]
fn labels_and_times_are_asked_about_in_lists() {
    let ours = definition(&json!({"calendar": "cn-2026"}));
    let says = "labels.exists(t, t.startsWith('ex')) && created_at.getHours() == 9 && created_at.getHours('UTC') == 1";
    assert_eq!(listed(&ours, says), 1);
}

#[test]
fn twenty_mistakes_in_conditions_are_twenty_problems() {
    let wrong = "regoin == 'x' || lead_source == 'nowhere' || created_at.getHours('here') > 1 || labels.all(t, t > 1) || need[0] == 'x'";
    let rules: Vec<Json> = (0..4)
        .map(|number| {
            json!({"key": format!("r{number}"), "object": "lead", "on": "created", "when": wrong,
                "then": [{"set": {"fields": {"need": "'x'"}}}]})
        })
        .collect();
    let mut ours = definition(&json!({"calendar": "cn-2026"}));
    ours.add_json(&json!({ "rules": rules }).to_string());
    let found = ours.compile().unwrap_err();
    assert_eq!(found.iter().count(), 20, "{found}");
}

#[test]
fn what_a_stage_means_has_words() {
    let mut ours = definition(&json!({"calendar": "cn-2026"}));
    ours.add_json(
        r#"{"rules": [{"key": "late", "object": "deal", "on": {"updated": ["stage"]},
            "when": "stage_rank > old.stage_rank && is_open && !newly(is_won)",
            "then": [{"set": {"fields": {"service_need": "'moved on'"}}}]}]}"#,
    );
    let crm = ours.compile().unwrap_or_else(|problems| panic!("{problems}"));
    let mut store = MemoryStore::new();
    let ctx = Context::system("acme".parse().unwrap(), "fair", "2026-03-02T09:00:00Z".parse().unwrap(), 1).unwrap();
    let create = json!({"create": {"object": "deal", "fields": {"name": "Boats"}}});
    crm.run(&mut store, &ctx, &serde_json::from_value::<Command>(create).unwrap()).unwrap();
    let list = |filter: &str| Query::list("deal".parse().unwrap()).filter(filter);
    let mut count = |filter: &str| crm.ask(&mut store, &ctx.next(), &list(filter)).unwrap().records.len();
    assert_eq!(count("stage_rank == 1 && is_open"), 1);
    assert_eq!(count("is_won || is_lost"), 0);
    let mut wrong = definition(&json!({}));
    wrong.add_json(
        r#"{"rules": [{"key": "x", "object": "contact", "on": "created", "when": "is_won",
            "then": [{"set": {"fields": {"name": "'x'"}}}]}]}"#,
    );
    assert!(problems(&wrong).contains("no field `is_won`"), "{}", problems(&wrong));
}
