//! How far a query looks, and what it says of stored bytes that are none of guanxi's.

mod company;

use company::{World, command, id, name, rejected};
use guanxi::crm::RejectedKind;
use guanxi::store::{ChangeSet, Put, Store};
use guanxi::value::{Id, Instant, Key};
use guanxi::{Context, Query, Rejected};
use serde_json::{Value as Json, json};

/// The most records that a query looks at for one answer.
const MOST: u64 = 20_000;

/// Returns the write of one more record like `like`.
fn another(like: &Put, n: u64) -> Put {
    let id = Id::derive(Instant::EPOCH, n, 0);
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
        let system = world.system();
        let list =
            world.ask(&system, &Query::list(name("deal")).filter("name == 'none'")).map(|page| page.records.len());
        match list {
            Ok(found) => assert!(found == 0 && stored <= MOST, "{stored}"),
            Err(why) => {
                assert_eq!((why.kind(), stored), (RejectedKind::Limit, MOST + 1), "{why}");
                assert!(why.to_string().contains("20000 records"), "{why}");
            }
        }
        world.store.commit(&ChangeSet::new().put(another(&like, stored + 1))).unwrap();
    }
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
