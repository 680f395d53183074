//! Local days and times of a company whose clocks are changed.

mod company;

use company::{World, at};
use guanxi::Definition;
use serde_json::{Value as Json, json};

/// Leads of a company in New York, as its clocks were changed in 2026 and 2027.
fn new_york(rules: Json) -> Json {
    json!({
        "settings": {"zone": "America/New_York"},
        "zones": [{"key": "America/New_York", "utc_offset": "-05:00", "changes": [
            {"at": "2026-03-08T07:00:00Z", "utc_offset": "-04:00"}, {"at": "2026-11-01T06:00:00Z", "utc_offset": "-05:00"},
            {"at": "2027-03-14T07:00:00Z", "utc_offset": "-04:00"}]}],
        "calendars": [{"key": "work", "zone": "America/New_York", "working_days": ["mon", "tue", "wed", "thu", "fri"]}],
        "objects": [{"key": "lead", "title": "name", "fields": [
            {"key": "name", "type": "text"}, {"key": "expires", "type": "date"}, {"key": "touched_at", "type": "instant"}]}],
        "rules": rules})
}

fn note(key: &str, on: Json) -> Json {
    json!({"key": key, "object": "lead", "on": on,
        "then": [{"emit": {"kind": "note", "to": "'li.na'", "title": "{name}"}}]})
}

#[test]
fn what_is_due_in_the_hour_that_is_skipped_is_due_once_after_it() {
    let rule = note("expiry", json!({"date": {"field": "expires", "at": "02:30"}}));
    let mut world = World::new(&new_york(json!([rule])));
    world.now = at("2027-03-10T12:00:00Z");
    world.made("lead", json!({"name": "Cloud", "expires": "2027-03-14"}));
    world.now = at("2027-03-14T06:59:59.999Z");
    assert!(world.tick().fired.is_empty());
    world.now = at("2027-03-14T07:00:00Z");
    assert_eq!(world.tick().fired.len(), 1);
    world.later(24);
    assert!(world.tick().fired.is_empty());
    assert_eq!(world.waiting(), ["li.na <- Cloud"]);
}

#[test]
fn what_is_due_in_the_hour_that_comes_twice_is_due_in_the_first() {
    let rule = note("expiry", json!({"date": {"field": "expires", "at": "01:30"}}));
    let mut world = World::new(&new_york(json!([rule])));
    world.now = at("2026-10-30T12:00:00Z");
    world.made("lead", json!({"name": "Cloud", "expires": "2026-11-01"}));
    world.now = at("2026-11-01T05:30:00Z");
    assert_eq!(world.tick().fired.len(), 1);
    world.now = at("2026-11-01T06:30:00Z");
    assert!(world.tick().fired.is_empty());
}

#[test]
fn working_days_keep_the_hour_when_clocks_are_changed() {
    let rule = note("remind", json!({"inactive": {"days": 2, "since": ["touched_at"], "calendar": "work"}}));
    let mut world = World::new(&new_york(json!([rule])));
    world.now = at("2027-03-12T10:00:00-05:00");
    let touched = world
        .ok(json!({"create": {"object": "lead", "fields": {"name": "Cloud", "touched_at": world.now.to_string()}}}));
    assert_eq!(touched.timers()[0].due, Some(at("2027-03-16T10:00:00-04:00")));
}

#[test]
fn conditions_count_days_by_the_clock_of_the_day() {
    let mut rule = note("late", json!("created"));
    rule["when"] = json!("days_since(touched_at) == 1");
    let mut world = World::new(&new_york(json!([rule])));
    // Two minutes around midnight, which in summer is at four in UTC and in winter at five.
    for (touched, now, name) in [
        ("2027-03-13T03:59:00Z", "2027-03-13T04:01:00Z", "winter"),
        ("2027-03-15T03:59:00Z", "2027-03-15T04:01:00Z", "summer"),
    ] {
        world.now = at(now);
        world.made("lead", json!({"name": name, "touched_at": touched}));
    }
    assert_eq!(world.waiting(), ["li.na <- summer"]);
}

#[test]
fn zones_are_checked_where_they_stand() {
    let mut wrong = new_york(json!([]));
    wrong["settings"]["zone"] = json!("Europe/Atlantis");
    wrong["calendars"][0]["zone"] = json!("Asia/Atlantis");
    let again = wrong["zones"][0].clone();
    wrong["zones"].as_array_mut().unwrap().extend([again, json!({"key": "Mars", "utc_offset": "+25:00"})]);
    let problems = Definition::from_json(&wrong.to_string()).compile().unwrap_err();
    let paths: Vec<_> = problems.iter().map(|problem| problem.path()).collect();
    assert_eq!(paths, ["zones[1].key", "zones[2].utc_offset", "calendars[0].zone", "settings.zone"], "{problems}");
    assert!(problems.to_string().contains("`Europe/Atlantis` is not a known zone: "), "{problems}");
}

#[test]
fn a_definition_with_zones_survives_being_written() {
    let definition = Definition::from_json(&new_york(json!([])).to_string());
    let written = serde_json::to_string(&definition).unwrap();
    assert_eq!(Definition::from_json(&written), definition);
    assert_eq!(Definition::from_json(&written).compile().unwrap().schema().zone().name(), Some("America/New_York"));
}
