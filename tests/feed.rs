//! The feed of changes: whoever reads on, page by page, gets every change once and in order.

mod company;
mod dice;

use company::{World, command, id, name, rejected};
use dice::Dice;
use guanxi::access::Principal;
use guanxi::crm::{PageCursor, RecordChange, RejectedKind};
use guanxi::value::{Duration, Instant};
use guanxi::{Context, Query};
use serde_json::json;

fn after(now: Instant, millis: i64) -> Instant {
    Instant::from_millis(now.millis() + millis).unwrap()
}

/// Reads on until there is no more, in pages of `size`.
fn read_on(world: &mut World, ctx: &Context, from: &mut Option<PageCursor>, size: u32) -> Vec<RecordChange> {
    let mut read = Vec::new();
    loop {
        let query = from.take().into_iter().fold(Query::changes().page_size(size), |query, cursor| query.after(cursor));
        let page = world.ask(ctx, &query).unwrap();
        assert!(page.changes.len() <= size as usize);
        read.extend(page.changes);
        // Where a reader stands is kept as text between two of its runs.
        *from = Some(page.next.to_string().parse().unwrap());
        if !page.more {
            return read;
        }
    }
}

#[test]
fn nothing_is_skipped_or_repeated_while_others_commit() {
    for seed in 0..40 {
        let mut dice = Dice(seed);
        let mut world = World::company();
        let deals: Vec<_> =
            (0..3).map(|n| world.made("deal", json!({"name": format!("deal {n}"), "owner": "li.na"}))).collect();
        let (mut clock, mut cursor, mut read) = (after(world.now, 1), None, Vec::new());
        for n in 0..150 {
            clock = after(clock, dice.below(20_000));
            // The clocks of the host differ, and some take their time from the context to the commit.
            let ctx =
                Context::system("acme".parse().unwrap(), "host", after(clock, -dice.below(60_000)), 1_000 + n).unwrap();
            let deal = &deals[dice.below(3)];
            let change = json!({"update": {"object": "deal", "id": deal, "fields": {"name": format!("name {n}")}}});
            world.crm.run(&mut world.store, &ctx, &command(change)).map_err(rejected).unwrap();
            if dice.below(5) == 0 {
                let reader = Context::system("acme".parse().unwrap(), "reader", clock, 1).unwrap();
                let size = 1 + dice.below(7);
                read.extend(read_on(&mut world, &reader, &mut cursor, size));
            }
        }
        let reader = Context::system("acme".parse().unwrap(), "reader", after(clock, 60_001), 1).unwrap();
        read.extend(read_on(&mut world, &reader, &mut cursor, 3));
        let at_once = read_on(&mut world, &reader, &mut None, 1_000);
        assert_eq!(read, at_once, "seed {seed}");
        assert_eq!(read.len(), world.stored("audit"), "seed {seed}");
        assert!(read.is_sorted_by_key(|change| change.at), "seed {seed}");
    }
}

#[test]
fn changes_of_one_moment_come_in_the_order_of_revisions() {
    let mut world = World::company();
    let deal = world.made("deal", json!({"name": "n 0"}));
    for n in 1..30 {
        world.ok(json!({"update": {"object": "deal", "id": deal, "fields": {"name": format!("n {n}")}}}));
    }
    world.later(1);
    let ctx = world.system();
    let read = read_on(&mut world, &ctx, &mut None, 4);
    let of_deal: Vec<_> = read.iter().filter(|change| change.id.to_string() == deal).collect();
    assert_eq!(of_deal.iter().map(|change| change.revision.number()).collect::<Vec<_>>(), (1..=30).collect::<Vec<_>>());
    assert_eq!((of_deal[0].command.as_ref(), of_deal[0].fields.len()), ("create", 0));
    assert_eq!(of_deal[29].fields[0].after().map(ToString::to_string).as_deref(), Some("n 29"));
}

#[test]
fn a_change_is_shown_once_it_has_settled() {
    let mut world = World::company();
    world.later(1);
    let made = world.now;
    world.made("deal", json!({"name": "new"}));
    let mut seen = |age: i64, query: guanxi::crm::Changes| {
        let ctx = Context::system("acme".parse().unwrap(), "reader", after(made, age), 1).unwrap();
        world.ask(&ctx, &query).map(|page| page.changes.iter().any(|change| *change.object.as_str() == *"deal"))
    };
    assert_eq!(seen(60_000, Query::changes()), Ok(false));
    assert_eq!(seen(60_001, Query::changes()), Ok(true));
    assert_eq!(
        seen(0, Query::changes().settling(Duration::ZERO)),
        Ok(false),
        "others may still come at this very time"
    );
    assert_eq!(seen(1, Query::changes().settling(Duration::ZERO)), Ok(true));
    let wrong = [Query::changes().page_size(0), Query::changes().page_size(1_001)];
    for wrong in wrong.into_iter().chain([Query::changes().settling(Duration::from_millis(-1))]) {
        assert_eq!(seen(0, wrong).unwrap_err().kind(), RejectedKind::Invalid);
    }
}

#[test]
fn everybody_reads_of_what_he_may_see() {
    let mut world = World::company();
    let own = world.made("deal", json!({"name": "own", "owner": "li.na", "margin": 1}));
    let other = world.made("deal", json!({"name": "other", "owner": "wang"}));
    world.ok(json!({"update": {"object": "deal", "id": own, "fields": {"margin": 2}}}));
    world.ok(json!({"update": {"object": "deal", "id": own, "fields": {"name": "own 2", "margin": 3}}}));
    // More than is looked at for one page, and the caller may see nothing of it.
    for n in 0..5_010 {
        world.ok(json!({"update": {"object": "deal", "id": other, "fields": {"name": format!("other {n}")}}}));
    }
    world.later(1);
    world.ok(json!({"update": {"object": "deal", "id": own, "fields": {"name": "own 3"}}}));
    world.later(1);
    let principal = Principal::user(id("li.na")).with_role(name("own"));
    let ctx = Context::new("acme".parse().unwrap(), principal, world.now, 1);
    let first = world.ask(&ctx, &Query::changes().page_size(2)).unwrap();
    assert!(first.more && first.changes.len() == 2);
    let nothing = world.ask(&ctx, &Query::changes().page_size(2).after(first.next)).unwrap();
    assert!(nothing.more && nothing.changes.is_empty(), "a page ends early rather than looking at everything");
    let mut from = None;
    let read = read_on(&mut world, &ctx, &mut from, 100);
    let told: Vec<_> =
        read.iter().map(|change| (change.id.to_string(), change.revision.number(), change.fields.len())).collect();
    assert_eq!(
        told,
        [(own.clone(), 1, 0), (own.clone(), 3, 1), (own, 4, 1)],
        "no trace of the margin, nor of the other"
    );
    assert_eq!(read_on(&mut world, &ctx, &mut from, 100), []);
}

#[test]
fn whoever_is_led_past_what_is_hidden_learns_neither_when_nor_what_it_was() {
    let mut told = Vec::new();
    for (deals, millis) in [(1, 1_000), (3, 1_013)] {
        let mut world = World::company();
        let own = world.made("deal", json!({"name": "own", "owner": "li.na"}));
        let others: Vec<_> =
            (0..deals).map(|n| world.made("deal", json!({"name": format!("other {n}"), "owner": "wang"}))).collect();
        let begin = world.now;
        for n in 0..5_100 {
            world.now = after(begin, 60_000 + n * millis);
            let other = &others[usize::try_from(n).unwrap() % others.len()];
            world.ok(json!({"update": {"object": "deal", "id": other, "fields": {"name": format!("other {n}")}}}));
        }
        world.now = after(begin, 6_000_000);
        world.ok(json!({"update": {"object": "deal", "id": own, "fields": {"name": "own 2"}}}));
        world.now = after(begin, 7_000_000);
        let principal = Principal::user(id("li.na")).with_role(name("own"));
        let ctx = Context::new("acme".parse().unwrap(), principal, world.now, 1);
        let first = world.ask(&ctx, &Query::changes()).unwrap();
        assert!(first.more && first.changes.len() == 1, "there is more than is looked at for one page");
        let (place, id) = first.next.to_string().split_once('~').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
        // One byte for the type, eight for the moment, then the revision: the last bytes of the moment are not there.
        assert!(place.len() <= 2 * 7, "{place}");
        assert_eq!(id, "00000000-0000-0000-0000-000000000000");
        let second = world.ask(&ctx, &Query::changes().after(first.next.clone())).unwrap();
        assert_eq!((second.more, second.changes.len(), second.changes[0].revision.number()), (false, 1, 2));
        told.push((first.next, first.changes[0].at, second.next, second.changes[0].at));
    }
    assert_eq!(told[0], told[1], "other records changed at other times");
}
