//! Timers: what is due fires once, whatever else is stored, damaged, changed to and fro, or done at the same time.

mod company;
mod dice;

use std::collections::BTreeSet;
use std::thread;

use company::{World, at, id, name};
use dice::Dice;
use guanxi::crm::RejectedKind;
use guanxi::rules::Timer;
use guanxi::store::{Asks, ChangeSet, CommitError, Facts, MemoryStore, Put, Store};
use guanxi::value::{Instant, Key};
use guanxi::{Command, Context, Crm, Rejected};
use serde_json::{Value as Json, json};

/// Leads that are followed up, with these rules.
fn definition(rules: Json) -> Json {
    json!({
        "settings": {"utc_offset": "+08:00"},
        "objects": [
            {"key": "user", "ids": "host", "fields": [{"key": "name", "type": "text"}]},
            {"key": "account", "fields": [{"key": "grade", "type": "text"}]},
            {"key": "lead", "title": "name", "fields": [
                {"key": "name", "type": "text"},
                {"key": "status", "type": "enum", "options": ["open", "closed"], "default": "open"},
                {"key": "account", "type": "reference", "to": "account", "index": true, "collection": "leads"},
                {"key": "touched_at", "type": "instant"}, {"key": "expires", "type": "date"},
                {"key": "birthday", "type": "date"}]}],
        "rules": rules})
}

/// A rule that reminds of a lead a number of days after its last touch.
fn remind(key: &str, days: u32) -> Json {
    json!({"key": key, "object": "lead", "on": {"inactive": {"days": days, "since": ["touched_at"]}},
        "when": "status == 'open'", "then": [{"emit": {"kind": "note", "to": "'li.na'", "title": "{name}"}}]})
}

/// Leads whose timer fails, because its rule writes more than the budget allows, until they are mended.
fn too_much() -> Json {
    let mut made = definition(json!([{"key": "twin", "object": "lead",
        "on": {"inactive": {"days": 1, "since": ["touched_at"]}},
        "then": [{"create": {"object": "lead", "fields": {"name": "'twin'"}}},
            {"set": {"fields": {"birthday": "date('2000-01-01')"}}}]}]));
    made["budget"] = json!({"writes": 1});
    made
}

fn mended() -> Json {
    json!({"birthday": "2000-01-01"})
}

fn touched(world: &mut World, name: &str) -> String {
    world.made("lead", json!({"name": name, "touched_at": company::MONDAY}))
}

fn change(record: &str, fields: Json) -> Json {
    json!({"update": {"object": "lead", "id": record, "fields": fields}})
}

/// What the timers of a tick that were for nothing say.
fn reasons(ticked: &guanxi::crm::Ticked) -> Vec<String> {
    ticked.vanished.iter().map(ToString::to_string).collect()
}

/// Replaces the bytes of everything of a kind that `which` chooses, and returns where it is.
fn damage(world: &mut World, kind: &str, which: impl Fn(&Put) -> bool) -> Vec<Key> {
    let rows: Vec<Put> =
        world.store.rows.values().filter(|put| *put.key().object() == *kind && which(put)).cloned().collect();
    let damaged = rows.iter().map(|put| {
        let terms = put.terms().iter().cloned();
        // A form that only a later version knows.
        Put::new(put.key().clone(), put.revision(), [&[200], &put.body()[1..]].concat(), terms)
    });
    world.store.commit(&damaged.fold(ChangeSet::new(), ChangeSet::put)).unwrap();
    rows.iter().map(|put| put.key().clone()).collect()
}

#[test]
fn what_cannot_be_read_is_told_and_keeps_nobody_from_his_reminder() {
    let mut small = definition(json!([remind("remind", 3)]));
    small["settings"]["limits"] = json!({"page": 3});
    let mut world = World::new(&small);
    for n in 0..10 {
        world.later(1);
        let touch = world.now.to_string();
        world.made("lead", json!({"name": format!("lead {n}"), "touched_at": touch}));
    }
    // The seven that are due first, more than two pages of them.
    let mut due: Vec<_> = world.store.rows.values().filter(|put| *put.key().object() == *"timer").collect();
    due.sort_by_key(|put| put.terms()[0].clone());
    let first: BTreeSet<Key> = due[..7].iter().map(|put| put.key().clone()).collect();
    let damaged = damage(&mut world, "timer", |put| first.contains(put.key()));
    world.later(24 * 4);
    let ticked = world.tick();
    assert_eq!((ticked.fired.len(), ticked.more), (3, true), "a page of what can be read");
    let told: BTreeSet<Key> = ticked.skipped.iter().map(|(key, _)| key.clone()).collect();
    assert_eq!(told, damaged.into_iter().collect());
    assert!(ticked.skipped.iter().all(|(key, why)| *why == Rejected::Corrupt(Some(key.clone()))));
    let ticked = world.tick();
    assert_eq!(
        (ticked.fired.len(), ticked.skipped.len(), ticked.more),
        (0, 7, false),
        "whoever asks on comes to an end"
    );
    assert_eq!(world.stored("timer"), 7, "nothing is lost");
}

#[test]
fn a_parked_timer_is_listed_with_its_error_and_can_be_revived() {
    let mut world = World::new(&too_much());
    let bad = touched(&mut world, "bad");
    let mut last = Vec::new();
    while last.is_empty() {
        world.later(24);
        last = world.tick().failed.into_iter().filter(|(timer, _)| timer.parked().is_some()).collect();
    }
    let ctx = world.system();
    let parked = world.crm.parked(&mut world.store, &ctx, 10).unwrap();
    assert_eq!((parked.items.len(), parked.items[0].record().to_string()), (1, bad.clone()));
    assert_eq!(parked.items[0], last[0].0);
    let why = parked.items[0].parked().unwrap_or_default();
    assert!(why.contains("budget of 1 writes"), "{why}");
    let timer = parked.items[0].id();
    // Reviving what is not mended parks it again, after as many tries.
    let clerk = world.user("li.na", "clerk");
    assert!(world.crm.revive(&mut world.store, &clerk, &timer).is_err(), "only the host's automation may");
    world.ok(change(&bad, mended()));
    world.crm.revive(&mut world.store, &ctx, &timer).unwrap();
    world.crm.revive(&mut world.store, &ctx, &timer).unwrap();
    assert!(world.crm.parked(&mut world.store, &ctx, 10).unwrap().is_empty());
    assert_eq!(world.tick().fired.len(), 1, "with the next tick");
    assert_eq!((world.stored("lead"), world.stored("timer")), (2, 0));
    let why = world.crm.revive(&mut world.store, &ctx, &timer).map_err(company::rejected).unwrap_err();
    assert_eq!(why.kind(), RejectedKind::NotFound);
}

#[test]
fn what_comes_due_before_its_rule_is_in_force_waits_for_it() {
    let mut rule = remind("remind", 1);
    rule["active_from"] = json!("2026-03-10T00:00:00Z");
    rule["active_until"] = json!("2026-03-20T00:00:00Z");
    let yearly = json!({"key": "birthday", "object": "lead", "on": {"date": {"field": "birthday", "yearly": true}},
        "active_from": "2026-03-10T00:00:00Z", "then": [{"emit": {"kind": "note", "to": "'li.na'", "title": "birthday"}}]});
    let dated = json!({"key": "expiry", "object": "lead", "on": {"date": {"field": "expires", "ahead_days": 5}},
        "active_from": "2026-03-10T00:00:00Z", "then": [{"emit": {"kind": "note", "to": "'li.na'", "title": "expires {expires}"}}]});
    let mut world = World::new(&definition(json!([rule, yearly, dated])));
    touched(&mut world, "early");
    world.made("lead", json!({"name": "late", "touched_at": "2026-03-19T00:00:00Z"}));
    world.made("lead", json!({"name": "missed", "birthday": "1990-03-05"}));
    world.made("lead", json!({"name": "notice", "expires": "2026-03-12"}));
    world.made("lead", json!({"name": "over", "expires": "2026-03-08"}));
    // Not the one that would be due when the rule is over, nor the date that is over when its rule begins.
    assert_eq!(world.stored("timer"), 3);
    world.now = at("2026-03-09T23:59:59Z");
    let early = world.tick();
    assert!(early.fired.is_empty() && early.vanished.is_empty());
    world.now = at("2026-03-10T00:00:00Z");
    assert_eq!(world.tick().fired.len(), 2);
    let mut waiting = world.waiting();
    waiting.sort();
    assert_eq!(waiting, ["li.na <- early", "li.na <- expires 2026-03-12"]);
    world.now = at("2027-03-05T09:00:00+08:00");
    assert_eq!(world.tick().fired.len(), 1, "the birthday before the rule was in force is not made up for");
}

#[test]
fn a_timer_of_a_newer_definition_is_left_alone_and_told() {
    let versioned = |version: u32, rules: Json| {
        let mut made = definition(rules);
        made["version"] = json!(version);
        company::compiled(&made)
    };
    let mut world = World::new(&definition(json!([])));
    world.crm = versioned(7, json!([remind("old", 1), remind("new", 2)]));
    touched(&mut world, "Cloud");
    world.later(24 * 3);
    // The other node has not got the new definition yet.
    world.crm = versioned(6, json!([remind("old", 1)]));
    let ticked = world.tick();
    assert_eq!((ticked.fired.len(), ticked.vanished.len(), ticked.skipped.len()), (0, 0, 2));
    let why = &ticked.skipped[0].1;
    assert_eq!(why.to_string(), "the definition is outdated: version 6 is at hand, version 7 is needed");
    assert_eq!(serde_json::to_value(why).unwrap()["code"], "stale_definition");
    // A later one takes them over, and may well have dropped a rule.
    world.crm = versioned(8, json!([remind("new", 2)]));
    let ticked = world.tick();
    assert_eq!((ticked.fired.len(), ticked.skipped.len(), world.stored("timer")), (1, 0, 0));
    assert_eq!(reasons(&ticked), ["rule `old` woke up for nothing: the rule is gone"]);
}

#[test]
fn a_reminder_comes_once_for_one_inactivity_however_the_record_is_changed_to_and_fro() {
    let mut world = World::new(&definition(json!([remind("remind", 3)])));
    let record = touched(&mut world, "Cloud");
    world.later(24 * 3);
    assert_eq!(world.tick().fired.len(), 1);
    for flicker in 0..3 {
        world.ok(change(&record, json!({"status": "closed"})));
        world.later(1);
        world.ok(change(&record, json!({"status": "open"})));
        let ticked = world.tick();
        assert_eq!(ticked.fired.len(), 0, "flicker {flicker}");
        assert_eq!(reasons(&ticked), ["rule `remind` woke up for nothing: it has fired for this occasion"]);
    }
    assert_eq!((world.waiting().len(), world.stored("timer")), (1, 0));
    // The next inactivity is another occasion, with or without a change to and fro before it.
    let touch = world.now.to_string();
    world.ok(change(&record, json!({"touched_at": touch})));
    world.ok(change(&record, json!({"status": "closed"})));
    world.ok(change(&record, json!({"status": "open"})));
    world.later(24 * 3);
    assert_eq!(world.tick().fired.len(), 1);
    assert_eq!(world.waiting().len(), 2);
}

#[test]
fn a_date_that_is_moved_away_and_back_has_one_notice_and_every_other_date_one_of_its_own() {
    let dated = json!({"key": "expiry", "object": "lead", "on": {"date": {"field": "expires", "ahead_days": 30}},
        "then": [{"emit": {"kind": "note", "to": "'li.na'", "title": "expires {expires}"}}]});
    let mut world = World::new(&definition(json!([dated])));
    let record = world.made("lead", json!({"name": "Cloud", "expires": "2026-03-20"}));
    let mut fired = Vec::new();
    for expires in ["2026-03-20", "2026-03-10", "2026-03-20", "2026-03-25", "2026-03-10", "2026-03-20", "2026-03-25"] {
        world.ok(change(&record, json!({"expires": expires})));
        world.later(1);
        fired.push(world.tick().fired.len());
    }
    assert_eq!(fired, [1, 1, 0, 1, 0, 0, 0]);
    let mut waiting = world.waiting();
    waiting.sort();
    assert_eq!(waiting, ["li.na <- expires 2026-03-10", "li.na <- expires 2026-03-20", "li.na <- expires 2026-03-25"]);
    assert_eq!((world.stored("occasion"), world.stored("timer")), (1, 0));
}

#[test]
fn a_date_whose_notice_falls_before_the_rule_is_in_force_is_a_date_of_its_own() {
    let dated = json!({"key": "expiry", "object": "lead", "on": {"date": {"field": "expires", "ahead_days": 30}},
        "active_from": "2026-03-10T00:00:00Z",
        "then": [{"emit": {"kind": "note", "to": "'li.na'", "title": "expires {expires}"}}]});
    let mut world = World::new(&definition(json!([dated])));
    let record = world.made("lead", json!({"name": "Cloud", "expires": "2026-03-20"}));
    world.now = at("2026-03-11T09:00:00+08:00");
    let mut fired = vec![world.tick().fired.len()];
    for expires in ["2026-03-30", "2026-03-20", "2026-03-30"] {
        world.ok(change(&record, json!({"expires": expires})));
        fired.push(world.tick().fired.len());
    }
    assert_eq!(fired, [1, 1, 0, 0]);
}

#[test]
fn a_birthday_that_is_taken_away_and_put_back_comes_once_a_year() {
    let yearly = json!({"key": "birthday", "object": "lead", "on": {"date": {"field": "birthday", "yearly": true, "at": "09:00"}},
        "then": [{"emit": {"kind": "note", "to": "'li.na'", "title": "birthday"}}]});
    let mut world = World::new(&definition(json!([yearly])));
    let record = world.made("lead", json!({"name": "Cloud", "birthday": "1990-03-02"}));
    let mut fired = 0;
    for year in 2026..2030 {
        world.now = at(&format!("{year}-03-02T09:00:00+08:00"));
        for _ in 0..2 {
            fired += world.tick().fired.len();
            world.ok(change(&record, json!({"birthday": null})));
            world.ok(change(&record, json!({"birthday": "1990-03-02"})));
        }
        fired += world.tick().fired.len();
    }
    assert_eq!((fired, world.stored("timer")), (4, 1));
}

#[test]
fn a_tick_tells_exactly_what_became_of_every_timer() {
    let mut hop = remind("hop", 1);
    hop["when"] = json!("account.grade == 'A'");
    let mut world = World::new(&definition(json!([remind("plain", 1), hop, remind("gone", 1)])));
    let account = world.made("account", json!({"grade": "B"}));
    let record = world.made("lead", json!({"name": "Cloud", "touched_at": company::MONDAY, "account": account}));
    assert_eq!(world.stored("timer"), 3);
    // Meanwhile one rule is gone, and another waits longer.
    let mut hop = remind("hop", 1);
    hop["when"] = json!("account.grade == 'A'");
    world.crm = company::compiled(&definition(json!([remind("plain", 5), hop])));
    world.later(24);
    let ticked = world.tick();
    assert_eq!((ticked.fired.len(), ticked.failed.len(), ticked.skipped.len()), (0, 0, 0));
    let mut why = reasons(&ticked);
    why.sort();
    assert_eq!(
        why,
        [
            "rule `gone` woke up for nothing: the rule is gone",
            "rule `hop` woke up for nothing: `account.grade == 'A'` is false: account.grade is `B`",
            "rule `plain` woke up for nothing: it is due later, at 2026-03-07T01:00:00Z"
        ]
    );
    assert_eq!((world.waiting().len(), world.stored("timer")), (0, 1));
    world.later(24 * 4);
    let ticked = world.tick();
    assert_eq!((ticked.fired.len(), ticked.fired[0].id().to_string(), ticked.vanished.len()), (1, record, 0));
}

#[test]
fn the_host_learns_which_tenants_have_something_due() {
    let crm = company::compiled(&definition(json!([remind("remind", 1)])));
    let mut store = MemoryStore::new();
    let context =
        |tenant: &str, now: &str, seed: u64| Context::system(tenant.parse().unwrap(), "host", at(now), seed).unwrap();
    for (n, (tenant, touch)) in [
        ("c", "2026-03-02T00:00:00Z"),
        ("a", "2026-03-02T01:00:00Z"),
        ("a", "2026-03-02T02:00:00Z"),
        ("b", "2026-03-04T00:00:00Z"),
    ]
    .iter()
    .enumerate()
    {
        let create: Command =
            company::command(json!({"create": {"object": "lead", "fields": {"name": *tenant, "touched_at": touch}}}));
        crm.run(&mut store, &context(tenant, touch, n as u64), &create).unwrap();
    }
    let tenants = |store: &mut MemoryStore, now: &str, limit: u32| {
        let due = crm.due_tenants(store, &context("of-the-host", now, 0), limit, None).unwrap();
        due.tenants.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(tenants(&mut store, "2026-03-02T23:59:59Z", 9), [""; 0]);
    assert_eq!(tenants(&mut store, "2026-03-03T00:00:00Z", 9), ["c"]);
    assert_eq!(tenants(&mut store, "2026-03-04T00:00:00Z", 9), ["c", "a"], "each once, the longest due first");
    assert_eq!(tenants(&mut store, "2026-03-06T00:00:00Z", 2), ["c", "a"]);
    assert_eq!(tenants(&mut store, "2026-03-06T00:00:00Z", 0), [""; 0]);
    // The host ticks each in a context of its own, and asks again.
    let mut fired = Vec::new();
    loop {
        let due = crm.due_tenants(&mut store, &context("of-the-host", "2026-03-06T00:00:00Z", 0), 1, None).unwrap();
        let Some(tenant) = due.tenants.first() else { break };
        let ticked = crm.tick(&mut store, &context(tenant.as_str(), "2026-03-06T00:00:00Z", 1), 10).unwrap();
        fired.push(format!("{tenant} {}", ticked.fired.len()));
    }
    assert_eq!(fired, ["c 1", "a 2", "b 1"]);
    let clerk = guanxi::access::Principal::user(id("li.na"));
    let clerk = Context::new("a".parse().unwrap(), clerk, at("2026-03-06T00:00:00Z"), 1);
    let why = crm.due_tenants(&mut store, &clerk, 9, None).map_err(company::rejected).unwrap_err();
    assert_eq!(why, Rejected::NotAutomation);
}

#[test]
fn two_tickers_on_one_store_fire_every_timer_once() {
    const TIMERS: usize = 60;
    let crm: Crm = company::compiled(&definition(json!([remind("remind", 1)])));
    let mut store = MemoryStore::new();
    let monday: Instant = at(company::MONDAY);
    for n in 0..TIMERS {
        let ctx = Context::system("acme".parse().unwrap(), "host", monday, n as u64).unwrap();
        let create = company::command(
            json!({"create": {"object": "lead", "fields": {"name": format!("{n}"), "touched_at": company::MONDAY}}}),
        );
        crm.run(&mut store, &ctx, &create).unwrap();
    }
    let later = Instant::from_millis(monday.millis() + 25 * 3_600_000).unwrap();
    let fired: Vec<usize> = thread::scope(|scope| {
        let ticker = |seed: u64| {
            let (crm, mut store) = (&crm, store.clone());
            scope.spawn(move || {
                let ctx = Context::system("acme".parse().unwrap(), "host", later, seed).unwrap();
                let mut fired = 0;
                loop {
                    let ticked = crm.tick(&mut store, &ctx, 7).unwrap();
                    assert!(ticked.failed.is_empty() && ticked.vanished.is_empty(), "{ticked:?}");
                    fired += ticked.fired.len();
                    thread::yield_now();
                    if !ticked.more {
                        return fired;
                    }
                }
            })
        };
        let tickers: Vec<_> = (0..2).map(ticker).collect();
        tickers.into_iter().map(|ticker| ticker.join().unwrap()).collect()
    });
    println!("two tickers fired {fired:?}");
    assert_eq!(fired.iter().sum::<usize>(), TIMERS);
    let ctx = Context::system("acme".parse().unwrap(), "host", later, 9).unwrap();
    let titles: BTreeSet<_> =
        crm.pending(&mut store, &ctx, 1_000).unwrap().into_iter().map(|effect| effect.title().to_owned()).collect();
    assert_eq!(titles.len(), TIMERS);
}

#[test]
fn a_stored_timer_reads_back_as_it_was() {
    let timer = Timer::new(name("remind"), name("lead"), id("l-1"), at(company::MONDAY), 7);
    let failed =
        (0..guanxi::rules::MAX_ATTEMPTS).fold(timer.clone(), |timer, _| timer.failed("taken", at(company::MONDAY)));
    for timer in [timer.clone(), failed.clone()] {
        assert_eq!(Timer::from_stored(&timer.to_stored()), Ok(timer));
    }
    assert_eq!(failed.parked(), Some("taken"));
    assert_eq!(failed.revived(), timer);
}

type Act<'a> = Box<dyn FnOnce(&mut company::Counted) + 'a>;

/// A store in which somebody changes a record just before the next commit.
struct Overtaken<'a> {
    inner: &'a mut company::Counted,
    other: Option<Act<'a>>,
}

impl Store for Overtaken<'_> {
    type Error = std::convert::Infallible;

    fn fetch(&mut self, asks: &Asks) -> Result<Facts, Self::Error> {
        self.inner.fetch(asks)
    }

    fn commit(&mut self, changes: &ChangeSet) -> Result<(), CommitError<Self::Error>> {
        if let Some(other) = self.other.take() {
            other(self.inner);
        }
        self.inner.commit(changes)
    }
}

#[test]
fn a_timer_that_is_about_to_be_parked_gives_way_to_a_newer_one() {
    let mut world = World::new(&too_much());
    let bad = touched(&mut world, "bad");
    // The record is changed as often as the timer fails: their revisions keep step.
    for _ in 1..guanxi::rules::MAX_ATTEMPTS {
        world.later(24);
        assert_eq!(world.tick().failed.len(), 1);
    }
    for n in 1..guanxi::rules::MAX_ATTEMPTS - 1 {
        world.ok(change(&bad, json!({"status": if n % 2 == 1 { "closed" } else { "open" }})));
    }
    world.later(24);
    let touch = world.now.to_string();
    let (ctx, other) = (world.system(), world.system());
    let World { crm, store, .. } = &mut world;
    let update = company::command(change(&bad, json!({"touched_at": touch})));
    let overtakes = |store: &mut company::Counted| drop(crm.run(store, &other, &update).unwrap());
    let mut store = Overtaken { inner: store, other: Some(Box::new(overtakes)) };
    let ticked = crm.tick(&mut store, &ctx, 9).unwrap();
    assert!(ticked.failed.is_empty() && ticked.fired.is_empty(), "{ticked:?}");
    drop(store);
    assert!(world.crm.parked(&mut world.store, &ctx, 9).unwrap().is_empty());
    world.ok(change(&bad, mended()));
    world.later(24);
    assert_eq!(world.tick().fired.len(), 1, "the new occasion has its timer");
}

#[test]
fn a_reminder_relies_on_what_its_condition_saw() {
    let lonely = json!({"key": "lonely", "object": "account", "on": {"inactive": {"days": 1, "since": ["created_at"]}},
        "when": "count(leads) == 0", "then": [{"emit": {"kind": "note", "to": "'li.na'", "title": "no leads"}}]});
    let mut world = World::new(&definition(json!([lonely])));
    let account = world.made("account", json!({"grade": "A"}));
    world.later(24);
    let (ctx, other) = (world.system(), world.system());
    let World { crm, store, .. } = &mut world;
    let create =
        company::command(json!({"create": {"object": "lead", "fields": {"name": "first", "account": account}}}));
    let overtakes = |store: &mut company::Counted| drop(crm.run(store, &other, &create).unwrap());
    let mut store = Overtaken { inner: store, other: Some(Box::new(overtakes)) };
    let ticked = crm.tick(&mut store, &ctx, 9).unwrap();
    drop(store);
    assert!(ticked.fired.is_empty(), "there is a lead by now");
    assert_eq!(
        reasons(&ticked),
        ["rule `lonely` woke up for nothing: `count(leads) == 0` is false: count(leads) is `1`"]
    );
    assert_eq!((world.waiting().len(), world.stored("timer")), (0, 0));
}

/// What the rules should do for a record, told in another way.
struct Followed {
    record: String,
    /// The last one counts.
    touches: Vec<i64>,
    open: bool,
    /// Those of each rule.
    occasions: [BTreeSet<i64>; 2],
}

#[test]
fn however_records_change_and_ticks_fall_every_occasion_comes_once() {
    const DAY: i64 = 86_400_000;
    for seed in 0..40 {
        let mut dice = Dice(seed);
        let mut world = World::new(&definition(json!([remind("short", 1), remind("long", 3)])));
        let mut model: Vec<Followed> = Vec::new();
        let (mut expected, mut fired) = (0, 0);
        for step in 0..120 {
            // Clocks go forth, and now and then back.
            let hours = dice.below(20) - 3;
            world.later(hours);
            let now = world.now.millis();
            match dice.below(5) {
                0 if model.len() < 6 => {
                    let name = format!("{step}");
                    let record = world.made("lead", json!({"name": name, "touched_at": world.now.to_string()}));
                    model.push(Followed { record, touches: vec![now], open: true, occasions: Default::default() });
                }
                1 | 2 if !model.is_empty() => {
                    let n = dice.below(model.len());
                    let Followed { record, touches, open, .. } = &mut model[n];
                    if dice.below(3) == 0 {
                        // A touch is taken back now and then, and an earlier one is the last again.
                        if dice.below(3) == 0 && touches.len() > 1 {
                            touches.pop();
                        } else {
                            touches.push(now);
                        }
                        let touch = Instant::from_millis(*touches.last().unwrap()).unwrap();
                        world.ok(change(record, json!({"touched_at": touch.to_string()})));
                    } else {
                        *open = !*open;
                        world.ok(change(record, json!({"status": if *open { "open" } else { "closed" }})));
                    }
                }
                _ => {
                    for Followed { touches, open, occasions, .. } in &mut model {
                        for (days, occasions) in [1, 3].into_iter().zip(occasions) {
                            let due = touches.last().unwrap() + days * DAY;
                            if *open && due <= now && occasions.insert(due) {
                                expected += 1;
                            }
                        }
                    }
                    // In pages of any size, each with a context of its own.
                    loop {
                        let ctx = world.system();
                        let page = 1 + dice.below(3);
                        let ticked = world.crm.tick(&mut world.store, &ctx, page).unwrap();
                        assert!(ticked.failed.is_empty() && ticked.skipped.is_empty());
                        fired += ticked.fired.len();
                        if !ticked.more {
                            break;
                        }
                    }
                    assert_eq!(fired, expected, "seed {seed}, step {step}");
                }
            }
        }
        assert!(fired > 5, "seed {seed}: {fired}");
        assert_eq!(world.stored("effect"), fired, "every one is another effect");
    }
}
