//! The outbox: every effect leaves in order, until it is settled, and then never again.

mod company;

use std::collections::BTreeMap;

use company::{World, at, id, name};
use guanxi::access::Principal;
use guanxi::crm::{Settled, Step};
use guanxi::rules::EffectKey;
use guanxi::store::{ChangeSet, CommitError, Facts, MemoryStore, Put, Store};
use guanxi::value::{Duration, Instant};
use guanxi::{Context, Query, Rejected};
use serde_json::{Value as Json, json};

fn told(rules: &[(&str, Json)]) -> World {
    let rules: Vec<_> = rules
        .iter()
        .map(|(key, on)| {
            let emit =
                |n: u32| json!({"emit": {"kind": "note", "to": "'li.na'", "title": format!("{key} {n} {{name}}")}});
            json!({"key": key, "object": "deal", "on": on, "then": (0..3).map(emit).collect::<Vec<_>>()})
        })
        .collect();
    World::new(&company::with_rules(Json::Array(rules)))
}

#[test]
fn effects_of_one_moment_leave_as_they_were_emitted() {
    let mut world = told(&[("made", json!("created")), ("changed", json!({"updated": ["name"]}))]);
    let deal = world.made("deal", json!({"name": "a"}));
    // In the same millisecond.
    world.ok(json!({"update": {"object": "deal", "id": deal, "fields": {"name": "b"}}}));
    let expected: Vec<_> = ["made 0 a", "made 1 a", "made 2 a", "changed 0 b", "changed 1 b", "changed 2 b"]
        .map(|title| format!("li.na <- {title}"))
        .into();
    assert_eq!(world.waiting(), expected);
    // Nor is their order lost when nobody settles what he claimed.
    world.later(1);
    world.ok(json!({"update": {"object": "deal", "id": deal, "fields": {"name": "c"}}}));
    let ctx = world.system();
    assert_eq!(world.crm.claim(&mut world.store, &ctx, 99, Duration::from_hours(1)).unwrap().items.len(), 9);
    assert!(world.waiting().is_empty());
    world.later(1);
    let waiting = world.waiting();
    assert_eq!(waiting[..6], expected);
    assert_eq!(waiting[6..], ["li.na <- changed 0 c", "li.na <- changed 1 c", "li.na <- changed 2 c"]);
}

/// Takes up to `limit` effects for an hour and returns their titles, each with its key.
fn claimed(world: &mut World, limit: u32) -> Vec<(String, EffectKey)> {
    let ctx = world.system();
    let claimed = world.crm.claim(&mut world.store, &ctx, limit, Duration::from_hours(1)).unwrap();
    claimed.into_iter().map(|effect| (effect.title().to_owned(), effect.key().clone())).collect()
}

fn titles(claimed: &[(String, EffectKey)]) -> Vec<&str> {
    claimed.iter().map(|(title, _)| title.as_str()).collect()
}

fn settle(world: &mut World, key: &EffectKey) {
    let ctx = world.system();
    assert_eq!(world.crm.settle(&mut world.store, &ctx, key).unwrap(), Settled::Now);
}

#[test]
fn nobody_is_given_what_follows_on_a_record_until_what_was_taken_is_settled() {
    let mut world = told(&[("made", json!("created"))]);
    world.made("deal", json!({"name": "a"}));
    world.later(1);
    world.made("deal", json!({"name": "b"}));
    // One worker holds the first effect of a deal; the next worker passes the rest of that deal over.
    let first = claimed(&mut world, 1);
    assert_eq!(titles(&first), ["made 0 a"]);
    let second = claimed(&mut world, 1);
    assert_eq!(titles(&second), ["made 0 b"]);
    assert_eq!(titles(&claimed(&mut world, 9)), [""; 0]);
    settle(&mut world, &first[0].1);
    // Those that are taken together come in their order; what follows waits for all of them.
    let rest = claimed(&mut world, 1);
    assert_eq!(titles(&rest), ["made 1 a"]);
    settle(&mut world, &second[0].1);
    let both = claimed(&mut world, 2);
    assert_eq!(titles(&both), ["made 1 b", "made 2 b"]);
    let deal = world.made("deal", json!({"name": "c"}));
    let of_c = claimed(&mut world, 2);
    assert_eq!(titles(&of_c), ["made 0 c", "made 1 c"]);
    settle(&mut world, &of_c[1].1);
    assert_eq!(titles(&claimed(&mut world, 9)), [""; 0], "the first of {deal} is still under way");
    settle(&mut world, &of_c[0].1);
    assert_eq!(titles(&claimed(&mut world, 9)), ["made 2 c"]);
}

#[test]
fn what_nobody_settled_comes_back_before_what_follows_on_its_record() {
    let mut world = told(&[("made", json!("created"))]);
    world.made("deal", json!({"name": "a"}));
    assert_eq!(titles(&claimed(&mut world, 1)), ["made 0 a"]);
    world.later(2);
    world.made("deal", json!({"name": "b"}));
    // The lease is over: whoever comes next begins where the first one has stopped.
    let again = claimed(&mut world, 1);
    assert_eq!(titles(&again), ["made 0 a"]);
    settle(&mut world, &again[0].1);
    assert_eq!(titles(&claimed(&mut world, 9)), ["made 1 a", "made 2 a", "made 0 b", "made 1 b", "made 2 b"]);
    world.later(2);
    assert_eq!(titles(&claimed(&mut world, 9)), ["made 1 a", "made 2 a", "made 0 b", "made 1 b", "made 2 b"]);
}

/// A company where a deal is told of whenever somebody says so, with pages of this many entries.
fn telling(page: u32) -> World {
    let mut made = company::with_rules(json!([{"key": "tell", "object": "deal", "on": {"event": "told"},
        "then": [{"emit": {"kind": "note", "to": "'li.na'", "title": "{name}"}}]}]));
    made["settings"]["limits"] = json!({"page": page});
    World::new(&made)
}

fn tell(world: &mut World, deal: &str) {
    world.ok(json!({"event": {"object": "deal", "id": deal, "name": "told"}}));
}

#[test]
fn what_was_taken_comes_back_however_much_has_come_for_its_record_since() {
    let mut world = telling(1);
    let [busy, other] = ["busy", "other"].map(|name| world.made("deal", json!({"name": name})));
    tell(&mut world, &busy);
    let first = claimed(&mut world, 1);
    world.now = Instant::from_millis(world.now.millis() + 1).unwrap();
    for _ in 0..16 {
        tell(&mut world, &busy);
    }
    world.now = Instant::from_millis(world.now.millis() + 1).unwrap();
    tell(&mut world, &other);
    world.later(2);
    assert_eq!(claimed(&mut world, 1), first);
    settle(&mut world, &first[0].1);
    assert_eq!(titles(&claimed(&mut world, 1)), ["busy"]);
}

#[test]
fn what_follows_on_what_was_taken_again_does_not_hide_it() {
    let mut world = telling(2);
    // More records than a scan has pages, of each of which two effects are taken together and then the first alone.
    for n in 10..50 {
        let deal = world.made("deal", json!({"name": n.to_string()}));
        tell(&mut world, &deal);
        tell(&mut world, &deal);
        assert_eq!(claimed(&mut world, 2).len(), 2);
        world.now = Instant::from_millis(world.now.millis() + 1).unwrap();
    }
    world.later(2);
    let mut again = 0;
    for _ in 0..200 {
        again += claimed(&mut world, 1).len();
    }
    assert_eq!(again, 40, "the first of each");
    // Whoever took them has died as well: all of them come back, each record in its order.
    world.later(2);
    let mut left = BTreeMap::<String, u32>::new();
    for _ in 0..400 {
        world.now = Instant::from_millis(world.now.millis() + 1).unwrap();
        for (title, key) in claimed(&mut world, 1) {
            *left.entry(title).or_default() += 1;
            settle(&mut world, &key);
        }
    }
    assert!(left.len() == 40 && left.values().all(|count| *count == 2), "{left:?}");
}

#[test]
fn two_workers_never_hold_effects_of_one_record() {
    // In one millisecond, and for a host whose clock is behind.
    for millis in [0, 5] {
        for n in 0..20 {
            let mut world = telling(100);
            let deal = world.made("deal", json!({"name": n.to_string()}));
            world.later(1);
            world.seed = n * 1_000;
            tell(&mut world, &deal);
            let first = claimed(&mut world, 1);
            assert_eq!(first.len(), 1);
            world.now = Instant::from_millis(world.now.millis() - millis).unwrap();
            tell(&mut world, &deal);
            world.now = Instant::from_millis(world.now.millis() + millis).unwrap();
            assert_eq!(titles(&claimed(&mut world, 1)), [""; 0], "{millis} {n}");
            settle(&mut world, &first[0].1);
            assert_eq!(claimed(&mut world, 1).len(), 1);
        }
    }
}

#[test]
fn of_two_workers_that_saw_different_effects_of_a_record_one_is_refused() {
    let mut world = telling(100);
    let deal = world.made("deal", json!({"name": "a"}));
    world.later(1);
    tell(&mut world, &deal);
    let claim = |world: &mut World| {
        let (ctx, mut facts) = (world.system(), Facts::new());
        loop {
            match world.crm.decide_claim(&ctx, 1, Duration::from_hours(1), &facts).unwrap() {
                Step::Ask(asks) => facts.merge(world.store.fetch(&asks).unwrap()),
                Step::Done(changes, waiting) => return (changes, waiting.items[0].key().clone()),
            }
        }
    };
    let (early, of_early) = claim(&mut world);
    // A host whose clock is behind emits another one, which comes first.
    world.now = Instant::from_millis(world.now.millis() - 5).unwrap();
    tell(&mut world, &deal);
    world.later(1);
    let (late, of_late) = claim(&mut world);
    assert_ne!(of_early, of_late);
    world.store.commit(&late).unwrap();
    assert!(matches!(world.store.commit(&early), Err(CommitError::Conflict(_))));
}

#[test]
fn a_page_of_what_has_to_wait_keeps_nothing_else_from_leaving() {
    let mut made = company::with_rules(json!([{"key": "tell", "object": "deal", "on": {"event": "told"},
        "then": [{"emit": {"kind": "note", "to": "'li.na'", "title": "{name}"}}]}]));
    made["settings"]["limits"] = json!({"page": 2});
    let mut world = World::new(&made);
    let tell = |deal: &str| json!({"event": {"object": "deal", "id": deal, "name": "told"}});
    let [busy, other] = ["busy", "other"].map(|name| world.made("deal", json!({"name": name})));
    for _ in 0..20 {
        world.ok(tell(&busy));
    }
    world.later(1);
    world.ok(tell(&other));
    let first = claimed(&mut world, 1);
    assert_eq!(titles(&first), ["busy"]);
    assert_eq!(titles(&claimed(&mut world, 1)), ["other"]);
    settle(&mut world, &first[0].1);
    assert_eq!(titles(&claimed(&mut world, 2)), ["busy", "busy"]);
}

#[test]
fn a_scan_ends_after_16_pages_and_goes_on_when_those_in_front_have_left() {
    let mut made = company::with_rules(json!([{"key": "tell", "object": "deal", "on": {"event": "told"},
        "then": [{"emit": {"kind": "note", "to": "'li.na'", "title": "{name}"}}]}]));
    made["settings"]["limits"] = json!({"page": 1});
    let mut world = World::new(&made);
    let deals: Vec<_> = (10..26).map(|n| world.made("deal", json!({"name": n.to_string()}))).collect();
    let late = world.made("deal", json!({"name": "late"}));
    let tell = |world: &mut World, deal: &str| {
        world.ok(json!({"event": {"object": "deal", "id": deal, "name": "told"}}));
    };
    let second_later = |world: &mut World| world.now = Instant::from_millis(world.now.millis() + 1_000).unwrap();
    deals.iter().for_each(|deal| tell(&mut world, deal));
    let taken: Vec<_> = deals.iter().flat_map(|_| claimed(&mut world, 1)).collect();
    assert_eq!(taken.len(), 16);
    second_later(&mut world);
    deals.iter().for_each(|deal| tell(&mut world, deal));
    second_later(&mut world);
    tell(&mut world, &late);
    // Every page has one effect that has to wait, each of a record of its own: the scan is not refused for its length.
    assert_eq!(titles(&claimed(&mut world, 1)), [""; 0]);
    let (first, key) = &taken[0];
    settle(&mut world, key);
    assert_eq!(titles(&claimed(&mut world, 1)), [first]);
    assert_eq!(titles(&claimed(&mut world, 1)), ["late"]);
}

#[test]
fn taking_effects_asks_the_store_twice_however_many_they_are() {
    for limit in [1, 9] {
        let mut world = told(&[("made", json!("created"))]);
        for name in ["a", "b", "c", "d"] {
            world.made("deal", json!({"name": name}));
        }
        let before = world.store.fetches;
        assert_eq!(claimed(&mut world, limit).len(), limit as usize);
        assert_eq!(world.store.fetches - before, 2);
    }
}

#[test]
fn the_host_learns_which_tenants_have_effects_that_wait() {
    let rules = json!([{"key": "tell", "object": "deal", "on": "created",
        "then": [{"emit": {"kind": "note", "to": "'li.na'", "title": "{name}"}}]}]);
    let crm = company::compiled(&company::with_rules(rules));
    let mut store = MemoryStore::new();
    let context =
        |tenant: &str, now: &str, seed: u64| Context::system(tenant.parse().unwrap(), "host", at(now), seed).unwrap();
    let create = company::command(json!({"create": {"object": "deal", "fields": {"name": "x"}}}));
    let made = [("c", "00:00:00"), ("a", "01:00:00"), ("a", "02:00:00"), ("b", "05:00:00")];
    for (n, (tenant, at)) in (0..).zip(made) {
        crm.run(&mut store, &context(tenant, &format!("2026-03-02T{at}Z"), n), &create).unwrap();
    }
    let tenants = |store: &mut MemoryStore, now: &str, limit: u32| {
        let waiting = crm.pending_tenants(store, &context("of-the-host", now, 0), limit, None).unwrap();
        waiting.tenants.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(tenants(&mut store, "2026-03-01T23:59:59Z", 9), [""; 0]);
    assert_eq!(tenants(&mut store, "2026-03-02T00:00:00Z", 9), ["c"]);
    assert_eq!(tenants(&mut store, "2026-03-02T05:00:00Z", 9), ["c", "a", "b"], "each once, the longest waiting first");
    assert_eq!(tenants(&mut store, "2026-03-02T05:00:00Z", 2), ["c", "a"]);
    // What was taken waits for nobody until its lease is over; what was settled never again.
    let now = "2026-03-02T06:00:00Z";
    let claimed = crm.claim(&mut store, &context("c", now, 1), 9, Duration::from_hours(1)).unwrap();
    assert_eq!(tenants(&mut store, now, 9), ["a", "b"]);
    assert_eq!(tenants(&mut store, "2026-03-02T07:00:00Z", 9), ["a", "b", "c"]);
    crm.settle(&mut store, &context("c", now, 1), claimed.items[0].key()).unwrap();
    assert_eq!(tenants(&mut store, "2026-03-02T07:00:00Z", 9), ["a", "b"]);
    let clerk = Context::new("a".parse().unwrap(), Principal::user(id("li.na")), at(now), 1);
    let why = crm.pending_tenants(&mut store, &clerk, 9, None).map_err(company::rejected).unwrap_err();
    assert_eq!(why, Rejected::NotAutomation);
}

#[test]
fn no_tenant_hides_another_however_much_of_it_waits() {
    let mut made = company::with_rules(json!([{"key": "tell", "object": "deal", "on": "created",
        "then": [{"emit": {"kind": "note", "to": "'li.na'", "title": "{name}"}}]}]));
    made["settings"]["limits"] = json!({"page": 2});
    let (crm, mut store) = (company::compiled(&made), MemoryStore::new());
    let context =
        |tenant: &str, now: &str, seed: u64| Context::system(tenant.parse().unwrap(), "host", at(now), seed).unwrap();
    let create = company::command(json!({"create": {"object": "deal", "fields": {"name": "x"}}}));
    for n in 0..40 {
        crm.run(&mut store, &context("off", "2026-03-02T00:00:00Z", n), &create).unwrap();
    }
    crm.run(&mut store, &context("live", "2026-03-02T01:00:00Z", 1), &create).unwrap();
    crm.run(&mut store, &context("taken", "2026-03-02T01:00:00Z", 1), &create).unwrap();
    let taken = context("taken", "2026-03-02T01:00:00Z", 2);
    crm.claim(&mut store, &taken, 9, Duration::from_hours(1)).unwrap();
    let scan = context("of-the-host", "2026-03-02T02:00:00Z", 0);
    for limit in [1, 9] {
        let (mut after, mut seen) = (None, Vec::new());
        for _ in 0..9 {
            let found = crm.pending_tenants(&mut store, &scan, limit, after.as_ref()).unwrap();
            assert!(found.tenants.len() <= limit as usize);
            seen.extend(found.tenants.iter().map(ToString::to_string));
            after = found.next;
            if after.is_none() {
                break;
            }
        }
        assert!(after.is_none(), "the scan comes to its end");
        seen.dedup();
        assert_eq!(seen, ["off", "live", "taken"]);
    }
}

#[test]
fn what_cannot_be_read_keeps_nothing_else_from_leaving() {
    let mut world = told(&[("made", json!("created"))]);
    for name in ["a", "b", "c"] {
        world.later(1);
        world.made("deal", json!({"name": name}));
    }
    let first: Vec<_> = world.store.rows.values().filter(|put| *put.key().object() == *"effect").cloned().collect();
    let damaged: Vec<_> = first
        .iter()
        .filter(|put| String::from_utf8_lossy(put.body()).contains("made 1"))
        .map(|put| Put::new(put.key().clone(), put.revision(), &put.body()[..9], put.terms().iter().cloned()))
        .collect();
    let keys: Vec<_> = damaged.iter().map(|put| put.key().clone()).collect();
    world.store.commit(&damaged.into_iter().fold(ChangeSet::new(), ChangeSet::put)).unwrap();
    let ctx = world.system();
    let pending = world.crm.pending(&mut world.store, &ctx, 99).unwrap();
    assert_eq!((pending.items.len(), pending.skipped.len(), pending.more), (6, 3, false));
    let claimed = world.crm.claim(&mut world.store, &ctx, 6, Duration::from_hours(1)).unwrap();
    assert_eq!((claimed.items.len(), claimed.more), (6, true), "a full page of what can be read");
    for (key, why) in &pending.skipped {
        assert!(keys.contains(key));
        assert_eq!(*why, Rejected::Corrupt(Some(key.clone())));
        // Whoever has dealt with it gets rid of it like of any other.
        let key = EffectKey::new(key.id().clone());
        assert_eq!(world.crm.settle(&mut world.store, &ctx, &key).unwrap(), Settled::Now);
    }
    assert!(world.crm.pending(&mut world.store, &ctx, 99).unwrap().skipped.is_empty());
}

#[test]
fn settling_twice_is_told_and_writes_nothing() {
    let mut world = told(&[("made", json!("created"))]);
    world.made("deal", json!({"name": "a"}));
    let ctx = world.system();
    let key = world.crm.pending(&mut world.store, &ctx, 1).unwrap().items[0].key().clone();
    assert_eq!(world.crm.settle(&mut world.store, &ctx, &key).unwrap(), Settled::Now);
    let (rows, commits) = (world.store.rows.clone(), world.store.commits);
    assert_eq!(world.crm.settle(&mut world.store, &ctx, &key).unwrap(), Settled::Before);
    assert_eq!((world.store.commits, &world.store.rows), (commits, &rows));
    assert_eq!(world.waiting().len(), 2);
}

#[test]
fn what_was_settled_is_forgotten_in_time_and_the_outbox_stays_small() {
    let mut made = company::with_rules(json!([{"key": "tell", "object": "deal", "on": {"event": "told"},
        "then": [{"emit": {"kind": "note", "to": "'li.na'", "title": "{name}"}}]}]));
    made["settings"]["settled_days"] = json!(2);
    let mut world = World::new(&made);
    let deal = world.made("deal", json!({"name": "a"}));
    let (mut most, mut settled) = (0, 0);
    for _ in 0..2_000 {
        world.later(1);
        world.ok(json!({"event": {"object": "deal", "id": deal, "name": "told"}}));
        let ctx = world.system();
        for effect in world.crm.claim(&mut world.store, &ctx, 9, Duration::from_hours(1)).unwrap() {
            world.crm.settle(&mut world.store, &ctx, effect.key()).unwrap();
            assert_eq!(world.crm.settle(&mut world.store, &ctx, effect.key()).unwrap(), Settled::Before);
            settled += 1;
        }
        most = most.max(world.stored("effect"));
    }
    assert_eq!(settled, 2_000);
    // 48 that are still remembered, and what waits for another of its kind to be swept.
    assert!((48..600).contains(&most), "{most}");
    // What is remembered says nothing of what was sent.
    let kept = world.store.rows.values().filter(|put| *put.key().object() == *"effect");
    assert!(kept.into_iter().all(|put| put.body().len() == 1));
}

#[test]
fn a_command_that_is_run_again_much_later_tells_nobody_twice() {
    let mut world = told(&[("won", json!({"updated": ["stage"]}))]);
    let deal = world.made("deal", json!({"name": "a"}));
    let stage = |stage: &str| json!({"update": {"object": "deal", "id": deal, "fields": {"stage": stage}}});
    let ctx = world.system();
    world.run(&ctx, stage("won")).unwrap();
    for effect in world.crm.claim(&mut world.store, &ctx, 9, Duration::from_hours(1)).unwrap() {
        world.crm.settle(&mut world.store, &ctx, effect.key()).unwrap();
    }
    // The answer was lost, and the host runs the same command again.
    world.run(&ctx, stage("won")).unwrap();
    assert!(world.waiting().is_empty());
    world.now = at("2026-04-01T00:00:00Z");
    let ctx = world.system();
    assert!(world.ask(&ctx, &Query::get(name("deal"), id(&deal))).is_ok());
    assert!(world.waiting().is_empty());
}
