//! How far a query looks, and what it says of stored bytes that are none of guanxi's.

mod company;

use company::{World, command, id, name, rejected};
use guanxi::crm::{Happened, RejectedKind};
use guanxi::store::{Asks, ChangeSet, CommitError, Facts, Put, Store};
use guanxi::value::{Id, Instant, Key};
use guanxi::{Context, Query, Rejected};
use serde_json::{Value as Json, json};

/// The most records that a query looks at for one answer.
const MOST: u64 = 20_000;

/// Returns the write of one more record like `like`, the `n`-th in the order of ids.
fn another(like: &Put, n: u64) -> Put {
    let id = Id::derive(Instant::from_millis(n.try_into().unwrap()).unwrap(), n, 0);
    let key = Key::new(like.key().tenant().clone(), like.key().object().clone(), id);
    Put::new(key, like.revision(), like.body().to_vec(), like.terms().iter().cloned())
}

#[test]
fn a_query_looks_at_so_many_records_and_no_more() {
    let mut world = World::company();
    world.made("deal", json!({"name": "Cloud", "owner": "wang", "stage": "won"}));
    let like = world.store.rows.values().find(|put| *put.key().object() == "deal").unwrap().clone();
    let first = (2..MOST).fold(ChangeSet::new(), |set, n| set.put(another(&like, n)));
    world.store.commit(&first).unwrap();
    for stored in [MOST - 1, MOST, MOST + 1] {
        assert_eq!(world.stored("deal") as u64, stored);
        // A list goes on where it has stopped.
        let list = Query::list(name("deal")).filter("name == 'none'");
        let system = world.system();
        let first = world.ask(&system, &list).unwrap();
        assert_eq!((first.records.len(), first.next.is_some()), (0, stored > MOST), "{stored}");
        if let Some(next) = first.next {
            let rest = world.ask(&system, &list.clone().after(next)).unwrap();
            assert_eq!((rest.records.len(), rest.next), (0, None));
        }
        let all = world.ask(&system, &Query::list(name("deal")).page_size(1_000)).unwrap();
        assert_eq!((all.records.len(), all.next.is_some()), (1_000, true));
        world.store.commit(&ChangeSet::new().put(another(&like, stored + 1))).unwrap();
    }
}

#[test]
fn what_is_hidden_keeps_nobody_from_what_stands_before_it() {
    let mut world = World::company();
    let account = world.made("account", json!({"name": "Cloud", "owner": "li.na"}));
    let mut like = |owner: &str, closes: &str| {
        let deal = json!({"name": owner, "owner": owner, "account": account, "closes": closes, "stage": "won"});
        let deal = world.made("deal", deal);
        world.store.rows.values().find(|put| put.key().id().to_string() == deal).unwrap().clone()
    };
    let (own, others) = (like("li.na", "2026-05-01"), like("wang", "2026-04-01"));
    let hidden = (1..=MOST + 1).fold(ChangeSet::new(), |set, n| set.put(another(&others, n)));
    world.store.commit(&hidden).unwrap();
    let li_na = world.user("li.na", "own");
    // The collection has the latest first: one's own, then more hidden ones than are looked at.
    let before = world.store.fetches;
    let seen = world.ask(&li_na, &Query::customer_360(name("account"), id(&account))).unwrap();
    let deals = &seen.sections[0].collections[0];
    assert!(world.store.fetches - before <= 8, "{}", world.store.fetches - before);
    assert_eq!((deals.records.len(), deals.more), (1, true));
    let timeline = world.ask(&li_na, &Query::timeline(name("account"), id(&account))).unwrap();
    assert!(timeline.iter().any(|item| matches!(item.what, Happened::Related { .. })), "{timeline:?}");

    // Who holds too much to sort it reads in the order, and is not told where the others' records stand.
    let held = (1..=MOST).fold(ChangeSet::new(), |set, n| set.put(another(&own, 2 * MOST + n)));
    world.store.commit(&held).unwrap();
    let list = Query::list(name("deal")).sort(name("closes"));
    let refused = world.ask(&li_na, &list).unwrap_err();
    assert!(refused.kind() == RejectedKind::Limit && refused.to_string().contains("20000 records"), "{refused}");
    // Backwards one's own come first: it goes on through them, and ends behind the last.
    let list = list.descending().filter("name == 'none'");
    let first = world.ask(&li_na, &list).unwrap().next.unwrap();
    let last = world.ask(&li_na, &list.clone().after(first)).unwrap().next.unwrap();
    assert!(world.ask(&li_na, &list.after(last)).is_err());
    let columns = world.ask(&li_na, &Query::board(name("deal"))).unwrap();
    assert_eq!(columns.iter().map(|column| column.cards.len()).sum::<usize>(), 0);
    assert!(columns.iter().any(|column| column.more));
}

#[test]
fn what_others_hold_is_not_in_the_way_of_what_is_ones_own() {
    let mut world = World::company();
    world.made("deal", json!({"name": "Cloud", "owner": "wang", "stage": "won"}));
    let like = world.store.rows.values().find(|put| *put.key().object() == "deal").unwrap().clone();
    let many = (2..=MOST + 2).fold(ChangeSet::new(), |set, n| set.put(another(&like, n)));
    world.store.commit(&many).unwrap();
    let own = world.made("deal", json!({"name": "Mine", "owner": "li.na", "stage": "won"}));
    let li_na = world.user("li.na", "own");
    for filter in [None, Some("stage == 'won'"), Some("stage == 'won' && owner == 'li.na'"), Some("name == 'Mine'")] {
        let list = Query::list(name("deal"));
        let page = world.ask(&li_na, &filter.into_iter().fold(list, |list, filter| list.filter(filter))).unwrap();
        assert_eq!(
            page.records.iter().map(|view| view.id().to_string()).collect::<Vec<_>>(),
            std::slice::from_ref(&own),
            "{filter:?}"
        );
        assert_eq!(page.next, None);
    }
    for sort in ["stage", "created_at", "owner"] {
        for list in [Query::list(name("deal")), Query::list(name("deal")).descending()] {
            let page = world.ask(&li_na, &list.filter("name == 'Mine'").sort(name(sort))).unwrap();
            assert_eq!(page.records.len(), 1, "{sort}");
        }
    }
    let columns = world.ask(&li_na, &Query::board(name("deal"))).unwrap();
    let shown: Vec<_> = columns.iter().flat_map(|column| &column.cards).map(|view| view.id().to_string()).collect();
    assert_eq!((shown, columns.iter().any(|column| column.more)), (vec![own], false));
}

#[test]
fn what_is_corrupt_is_named_to_the_automation_alone() {
    for kind in ["deal", "audit", "comment", "event"] {
        let mut world = World::company();
        let deal = world.made("deal", json!({"name": "Cloud", "owner": "li.na"}));
        world.ok(json!({"comment": {"object": "deal", "id": deal, "text": "called"}}));
        world.ok(json!({"event": {"object": "deal", "id": deal, "name": "visited"}}));
        let about = |put: &&Put| {
            *put.key().object() == kind
                && (kind != "audit"
                    || put.terms().iter().any(|term| {
                        let bytes: Vec<_> = term.bytes().to_vec();
                        bytes.windows(4).any(|window| window == *b"deal")
                    }))
        };
        let put = world.store.rows.values().find(about).unwrap().clone();
        let key = put.key().clone();
        for body in [vec![], vec![0xff; 40], put.body()[..put.body().len() - 1].to_vec()] {
            let broken = Put::new(key.clone(), put.revision(), body, put.terms().iter().cloned());
            world.store.commit(&ChangeSet::new().put(broken)).unwrap();
            let rows = world.store.rows.clone();
            for is_system in [true, false] {
                let ctx = if is_system { world.system() } else { world.user("li.na", "own") };
                let (deals, record) = (name("deal"), id(&deal));
                let mut answers = vec![world.ask(&ctx, &Query::timeline(deals.clone(), record.clone())).err()];
                if kind == "deal" {
                    answers.push(world.ask(&ctx, &Query::get(deals.clone(), record)).err());
                    answers.push(world.ask(&ctx, &Query::list(deals.clone())).err());
                    answers.push(world.ask(&ctx, &Query::board(deals)).err());
                    answers.extend(commands(&deal).into_iter().map(|json| world.run(&ctx, json).err()));
                }
                if kind == "audit" {
                    let later = Context::new(
                        ctx.tenant().clone(),
                        ctx.principal().clone(),
                        company::at("2026-04-01T00:00:00Z"),
                        1,
                    );
                    answers.push(world.ask(&later, &Query::changes()).err());
                }
                for why in answers {
                    let why = why.unwrap_or_else(|| panic!("{kind}: answered"));
                    assert_eq!(why, Rejected::Corrupt(is_system.then(|| key.clone())), "{kind}");
                    let told = serde_json::to_string(&why).unwrap();
                    assert_eq!(told.contains(&key.id().to_string()), is_system, "{told}");
                    assert_eq!(why.to_string().contains(&key.id().to_string()), is_system, "{why}");
                }
            }
            assert_eq!(world.store.rows, rows);
        }
    }
}

fn commands(deal: &str) -> Vec<Json> {
    vec![
        json!({"update": {"object": "deal", "id": deal, "fields": {"name": "x"}}}),
        json!({"delete": {"object": "deal", "id": deal}}),
        json!({"comment": {"object": "deal", "id": deal, "text": "x"}}),
    ]
}

#[test]
fn a_receipt_that_is_corrupt_is_no_receipt() {
    let mut world = World::company();
    let ctx = world.system();
    let create = json!({"create": {"object": "deal", "fields": {"name": "Cloud"}}});
    world.run(&ctx, create.clone()).unwrap();
    let audit: Vec<_> = world.store.rows.values().filter(|put| *put.key().object() == "audit").cloned().collect();
    let broken = audit.into_iter().fold(ChangeSet::new(), |set, put| {
        set.put(Put::new(put.key().clone(), put.revision(), vec![1], put.terms().iter().cloned()))
    });
    world.store.commit(&broken).unwrap();
    let again = world.crm.run(&mut world.store, &ctx, &command(create)).map_err(rejected);
    assert!(matches!(again, Err(Rejected::Corrupt(Some(_)))), "{again:?}");
}

/// A store that notes what it gives away.
struct Noted<'a> {
    inner: &'a mut company::Counted,
    records: Vec<Key>,
}

impl Store for Noted<'_> {
    type Error = std::convert::Infallible;

    fn fetch(&mut self, asks: &Asks) -> Result<Facts, Self::Error> {
        let facts = self.inner.fetch(asks)?;
        let found = asks.ranges().iter().filter_map(|range| facts.range(range)).flat_map(|found| found.records());
        self.records.extend(found.map(|(entry, _)| entry.key.clone()));
        Ok(facts)
    }

    fn commit(&mut self, changes: &ChangeSet) -> Result<(), CommitError<Self::Error>> {
        self.inner.commit(changes)
    }
}

#[test]
fn who_holds_little_is_answered_without_reading_what_others_hold() {
    let mut world = World::company();
    for n in 0..40 {
        let fields = json!({"name": format!("deal {n}"), "owner": if n % 10 == 0 { "li.na" } else { "wang" },
            "stage": "open", "closes": format!("2026-04-{:02}", 1 + n % 7)});
        world.made("deal", fields);
    }
    for is_board in [true, false] {
        let li_na = world.user("li.na", "own");
        let mut store = Noted { inner: &mut world.store, records: Vec::new() };
        let shown = if is_board {
            let columns = world.crm.ask(&mut store, &li_na, &Query::board(name("deal"))).unwrap();
            columns.iter().map(|column| column.cards.len()).sum()
        } else {
            let list = Query::list(name("deal")).sort(name("closes"));
            world.crm.ask(&mut store, &li_na, &list).unwrap().records.len()
        };
        let read: std::collections::BTreeSet<_> = store.records.into_iter().collect();
        assert_eq!((shown, read.len()), (4, 4), "board: {is_board}");
    }
}

#[test]
fn who_holds_much_is_not_read_all_of_it_for_every_page() {
    const HELD: u64 = 600;
    for (is_last, most) in [(false, 200), (true, 3 * HELD as usize)] {
        let mut world = World::company();
        let mut like = |owner: &str, closes: &str| {
            let deal = world.made("deal", json!({"name": owner, "owner": owner, "closes": closes}));
            world.store.rows.values().find(|put| put.key().id().to_string() == deal).unwrap().clone()
        };
        let (own, others) =
            (like("li.na", if is_last { "2026-05-01" } else { "2026-04-01" }), like("wang", "2026-04-01"));
        let all =
            (1..4 * HELD).fold(ChangeSet::new(), |set, n| set.put(another(if n % 4 == 0 { &own } else { &others }, n)));
        world.store.commit(&all).unwrap();
        let li_na = world.user("li.na", "own");
        let list = Query::list(name("deal")).sort(name("closes")).page_size(20);
        let mut store = Noted { inner: &mut world.store, records: Vec::new() };
        let first = world.crm.ask(&mut store, &li_na, &list).unwrap();
        let second = world.crm.ask(&mut store, &li_na, &list.after(first.next.unwrap())).unwrap();
        let shown: std::collections::BTreeSet<_> =
            first.records.iter().chain(&second.records).map(|view| view.id().clone()).collect();
        assert_eq!(shown.len(), 40);
        assert!(store.records.len() <= 2 * most, "{is_last}: {}", store.records.len());
    }
}

#[test]
fn what_is_ones_own_comes_in_the_same_pages_however_much_others_hold() {
    let mut world = World::company();
    let deal = |world: &mut World, n: i32, owner: &str| {
        let mut fields = json!({"name": format!("deal {n}"), "owner": owner, "stage": if n % 2 == 0 { "open" } else { "won" },
            "tags": [format!("t {}", n % 3), "all"]});
        if n % 5 > 0 {
            fields["closes"] = json!(format!("2026-04-{:02}", 1 + n % 4));
        }
        if n % 3 == 0 {
            fields["shared"] = json!(["li.na"]);
        }
        let made = world.made("deal", fields);
        if n % 7 == 0 {
            world.ok(json!({"delete": {"object": "deal", "id": made}}));
        }
    };
    for n in 0..24 {
        deal(&mut world, n, "li.na");
    }
    let filters = ["true", "stage == 'won'", "closes > date('2026-04-02')", "'t 1' in tags", "owner == 'li.na'"];
    let read = |world: &mut World| {
        let mut pages = Vec::new();
        for filter in filters {
            for sort in ["closes", "stage", "created_at", "owner"] {
                for descending in [false, true] {
                    let list = Query::list(name("deal")).filter(filter).sort(name(sort)).page_size(3);
                    let list = if descending { list.descending() } else { list };
                    let mut next = None;
                    loop {
                        let list = next.take().into_iter().fold(list.clone(), |list, cursor| list.after(cursor));
                        let ctx = world.user("li.na", "own");
                        // No index orders by a field that a filter fixes: that is refused alike, too.
                        let page = world.ask(&ctx, &list);
                        next = page.as_ref().ok().and_then(|page| page.next.clone());
                        let ids =
                            page.map(|page| page.records.iter().map(|view| view.id().to_string()).collect::<Vec<_>>());
                        pages.push((filter, sort, descending, ids, next.clone()));
                        if next.is_none() {
                            break;
                        }
                    }
                }
            }
        }
        pages
    };
    let alone = read(&mut world);
    assert!(alone.iter().filter(|page| page.4.is_some()).count() > 100, "{}", alone.len());
    for n in 0..400 {
        deal(&mut world, 3 * n + 1, "wang");
    }
    assert_eq!(read(&mut world), alone);
}

#[test]
fn a_filter_looks_at_as_many_other_records_as_it_has_to() {
    let mut world = World::company();
    for n in 0..300 {
        let grade = if n % 2 == 0 { "A" } else { "B" };
        let account = world.made("account", json!({"name": format!("account {n}"), "owner": "li.na", "grade": grade}));
        world.made("deal", json!({"name": format!("deal {n}"), "owner": "li.na", "account": account}));
    }
    for role in ["own", "all"] {
        for sort in [None, Some("created_at")] {
            let list = Query::list(name("deal")).filter("account.grade == 'B'").page_size(140);
            let list = sort.into_iter().fold(list, |list, field| list.sort(name(field)));
            let li_na = world.user("li.na", role);
            let before = world.store.fetches;
            let page = world.ask(&li_na, &list).unwrap();
            assert_eq!((page.records.len(), page.next.is_some()), (140, true), "{role}");
            assert!(world.store.fetches - before <= 6, "{role}: {}", world.store.fetches - before);
        }
    }
}

#[test]
fn a_filter_of_other_records_looks_as_far_as_any() {
    let mut world = World::company();
    // Every page of deals refers to accounts that none before referred to.
    let mut like = Vec::new();
    for n in 0..40 {
        let account =
            world.made("account", json!({"name": format!("account {n}"), "grade": if n < 39 { "A" } else { "B" }}));
        let deal = world.made("deal", json!({"name": format!("deal {n}"), "account": account}));
        like.push(world.store.rows.values().find(|put| put.key().id().to_string() == deal).unwrap().clone());
    }
    let part = MOST as usize / like.len();
    let many = (0..like.len()).flat_map(|n| std::iter::repeat_n(&like[n], part - 1)).zip(1..);
    let many = many.fold(ChangeSet::new(), |set, (like, n)| set.put(another(like, n)));
    world.store.commit(&many).unwrap();
    assert_eq!(world.stored("deal") as u64, MOST);
    let ctx = world.user("li.na", "all");
    let before = world.store.fetches;
    let list = Query::list(name("deal")).filter("account.grade == 'B'").page_size(1_000);
    let page = world.ask(&ctx, &list).unwrap_or_else(|why| panic!("{why}"));
    assert_eq!((page.records.len(), page.next), (part, None));
    assert!(world.store.fetches - before <= 16, "{}", world.store.fetches - before);
}

/// The company where Boss manages so many owners, each with as many deals, whose ids come one owner after the other or
/// in turn.
fn managed(owners: u64, deals: u64, is_in_turn: bool) -> World {
    let mut world = World::company();
    let account = world.made("account", json!({"name": "Cloud", "owner": "boss", "grade": "A"}));
    let mut all = ChangeSet::new();
    for owner in 0..owners {
        let user = format!("rep-{owner}");
        world.ok(json!({"create": {"object": "user", "id": user, "fields": {"name": user, "manager": "boss"}}}));
        let deal = world.made("deal", json!({"name": user, "owner": user, "account": account, "stage": "open"}));
        let like = world.store.rows.values().find(|put| put.key().id().to_string() == deal).unwrap().clone();
        for n in 1..deals {
            let place = if is_in_turn { n * owners + owner } else { owner * deals + n };
            all = all.put(another(&like, place + 1));
        }
    }
    world.store.commit(&all).unwrap();
    world
}

#[test]
fn a_manager_of_many_is_answered_whatever_a_filter_finds() {
    for (owners, deals) in [(40, 300), (12, 2_000), (3, 7_000)] {
        for is_in_turn in [true, false] {
            let mut world = managed(owners, deals, is_in_turn);
            for (filter, found) in [
                ("name == 'none'", 0),
                ("account.grade == 'B'", 0),
                ("account.grade == 'A'", owners * deals),
                ("owner == 'rep-1' && name == 'rep-1'", deals),
            ] {
                let case = format!("{owners} with {deals}, in turn: {is_in_turn}, {filter}");
                let boss = world.user("boss", "buyer-chief");
                let (mut ids, mut next, mut pages) = (std::collections::BTreeSet::new(), None, 0);
                loop {
                    let list = Query::list(name("deal")).filter(filter).page_size(1_000);
                    let list = next.take().into_iter().fold(list, |list, cursor| list.after(cursor));
                    let before = world.store.fetches;
                    let page = world.ask(&boss, &list).unwrap_or_else(|why| panic!("{case}: {why}"));
                    assert!(world.store.fetches - before <= 28, "{case}: {}", world.store.fetches - before);
                    let shown = page.records.len();
                    ids.extend(page.records.iter().map(|view| view.id().clone()));
                    (next, pages) = (page.next, pages + 1);
                    assert!(shown > 0 || pages < 8, "{case}");
                    if next.is_none() {
                        break;
                    }
                }
                assert_eq!(ids.len() as u64, found, "{case}");
            }
        }
    }
}

#[test]
fn whoever_manages_more_than_a_page_of_people_sees_what_all_of_them_hold() {
    let mut world = World::company();
    let like = world.store.rows.values().find(|put| put.key().id().to_string() == "li.na").unwrap().clone();
    let many = (1..=1_100).fold(ChangeSet::new(), |set, n| set.put(another(&like, n)));
    world.store.commit(&many).unwrap();
    let last = another(&like, 1_100).key().id().to_string();
    let deal = world.made("deal", json!({"name": "Cloud", "owner": last}));
    let boss = world.user("boss", "chief");
    assert!(world.ask(&boss, &Query::get(name("deal"), id(&deal))).is_ok());
    let page = world.ask(&boss, &Query::list(name("deal"))).unwrap();
    assert_eq!((page.records.len(), page.next), (1, None));
}

#[test]
fn a_lookup_ends_however_many_hidden_records_have_the_value() {
    let looked_up = |hidden: u64| {
        let mut world = World::company();
        let account = world.made("account", json!({"name": "Acme", "owner": "wang"}));
        let like = world.store.rows.values().find(|put| put.key().id().to_string() == account).unwrap().clone();
        let many = (1..=hidden).fold(ChangeSet::new(), |set, n| set.put(another(&like, n)));
        world.store.commit(&many).unwrap();
        let boss = world.user("boss", "buyer");
        let deal = json!({"upsert": {"object": "deal", "external": {"system": "erp", "id": "1"}, "fields": {"name": "d", "owner": "boss"},
            "references": [{"field": "account", "to": {"having": {"owner": "wang"}}}]}});
        world.run(&boss, deal).map(|outcome| outcome.record().is_some())
    };
    let none = looked_up(0);
    assert!(none.as_ref().is_err_and(|why| why.kind() == RejectedKind::Invalid), "{none:?}");
    assert_eq!(looked_up(4_000), none);
}
