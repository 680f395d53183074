//! What queries, commands, ticks and settling do when the indexes of a store do not hold what guanxi has put there: an error that names what is
//! broken, or what is left of the truth; never a panic, and never somebody else's record.

mod company;

use company::{Counted, World, command, id, name, rejected};
use guanxi::crm::Settled;
use guanxi::store::{Asks, ChangeSet, CommitError, Entry, Facts, Found, Put, Store, Stored, Term};
use guanxi::value::{Duration, Key, Revision, Value, ordered};
use guanxi::{Context, Query, Rejected};
use serde_json::json;

struct Company {
    world: World,
    account: String,
    deal: String,
}

fn company() -> Company {
    let mut world = World::company();
    let account = world.made("account", json!({"name": "Cloud", "owner": "li.na"}));
    let fields = json!({"name": "Cloud", "owner": "li.na", "account": account, "stage": "open", "closes": "2026-05-01",
        "team": "east", "shared": ["zhou"]});
    let deal = world.made("deal", fields);
    for n in 0..7 {
        world.made("deal", json!({"name": format!("deal {n}"), "owner": "wang", "closes": "2026-06-01"}));
    }
    world.ok(json!({"update": {"object": "deal", "id": deal, "fields": {"closes": "2026-05-02"}}}));
    world.ok(json!({"comment": {"object": "deal", "id": deal, "text": "called"}}));
    world.ok(json!({"event": {"object": "deal", "id": deal, "name": "visited"}}));
    world.later(1);
    Company { world, account, deal }
}

/// Li Na in a role, or the host's own automation.
fn as_role(world: &mut World, role: Option<&str>) -> Context {
    match role {
        None => world.system(),
        Some(role) => world.user("li.na", role),
    }
}

/// An entry of the audit trail of a record.
fn audit_of(world: &World, record: &str) -> Put {
    let record = *id(record).uuid_bytes().unwrap();
    let is_of = |put: &&Put| put.terms().iter().any(|term| term.bytes().windows(16).any(|bytes| bytes == record));
    world.store.rows.values().filter(|put| *put.key().object() == *"audit").find(is_of).unwrap().clone()
}

/// The answers to every kind of query, by its name; pages are read to their end.
fn answers(
    world: &World,
    store: &mut dyn Store<Error = std::convert::Infallible>,
    ctx: &Context,
    account: &str,
    deal: &str,
) -> Vec<(String, Result<String, Rejected>)> {
    let mut told = Vec::new();
    macro_rules! ask {
        ($query:literal, $question:expr) => {
            let answer = world.crm.ask(store, ctx, &$question).map_err(rejected);
            told.push(($query.to_owned(), answer.map(|answer| serde_json::to_string(&answer).unwrap())));
        };
    }
    ask!("get", Query::get(name("deal"), id(deal)));
    ask!("timeline", Query::timeline(name("deal"), id(deal)));
    ask!("timeline with related", Query::timeline(name("account"), id(account)));
    ask!("board", Query::board(name("deal")));
    ask!("360", Query::customer_360(name("account"), id(account)));
    for (query, list) in [
        ("list", Query::list(name("deal"))),
        ("list by filter", Query::list(name("deal")).filter("stage == 'open'")),
        ("list by tag", Query::list(name("deal")).filter("'a' in tags")),
        ("list in order", Query::list(name("deal")).sort(name("closes"))),
        ("list in reverse", Query::list(name("deal")).filter("stage == 'open'").sort(name("closes")).descending()),
    ] {
        let (mut next, mut pages) = (None, 0);
        loop {
            let list = next.take().into_iter().fold(list.clone().page_size(2), |list, cursor| list.after(cursor));
            let page = world.crm.ask(store, ctx, &list).map_err(rejected);
            next = page.as_ref().ok().and_then(|page| page.next.clone());
            told.push((query.to_owned(), page.map(|page| serde_json::to_string(&page.records).unwrap())));
            pages += 1;
            if next.is_none() || pages == 10 {
                break;
            }
        }
    }
    ask!("changes", Query::changes());
    let upsert =
        json!({"upsert": {"object": "deal", "external": {"system": "erp", "id": "7"}, "fields": {"name": "x"}}});
    let upsert = world.crm.check(store, ctx, &command(upsert)).map_err(rejected);
    told.push(("upsert".to_owned(), upsert.map(|outcome| serde_json::to_string(&outcome).unwrap())));
    told
}

/// A store whose answers are damaged.
struct Damaged<'a> {
    inner: &'a mut Counted,
    damage: &'a dyn Fn(Entry, Stored) -> (Entry, Stored),
}

impl Store for Damaged<'_> {
    type Error = std::convert::Infallible;

    fn fetch(&mut self, asks: &Asks) -> Result<Facts, Self::Error> {
        let mut facts = self.inner.fetch(asks)?;
        for range in asks.ranges() {
            let Some(found) = facts.range(range).cloned() else { continue };
            let none = Stored { revision: Revision::FIRST, body: [].into() };
            facts.add_range(
                range.clone(),
                match found {
                    Found::Count(count) => Found::Count(count),
                    Found::Keys(keys) => {
                        Found::Keys(keys.into_iter().map(|entry| (self.damage)(entry, none.clone()).0).collect())
                    }
                    Found::Records(rows) => {
                        Found::Records(rows.into_iter().map(|(entry, stored)| (self.damage)(entry, stored)).collect())
                    }
                },
            );
        }
        Ok(facts)
    }

    fn commit(&mut self, changes: &ChangeSet) -> Result<(), CommitError<Self::Error>> {
        self.inner.commit(changes)
    }
}

#[test]
fn a_query_that_meets_a_body_that_cannot_be_read_names_it() {
    for kind in ["deal", "account", "audit", "comment", "event", "user"] {
        let Company { mut world, account, deal } = company();
        let put = match kind {
            "audit" => audit_of(&world, &deal),
            _ => {
                let is_meant = |put: &&Put| {
                    let id = put.key().id().to_string();
                    *put.key().object() == *kind && (kind != "deal" || id == deal) && (kind != "user" || id == "li.na")
                };
                world.store.rows.values().find(is_meant).unwrap().clone()
            }
        };
        let broken = Put::new(put.key().clone(), put.revision(), [], put.terms().iter().cloned());
        world.store.commit(&ChangeSet::new().put(broken)).unwrap();
        let ctx = world.system();
        let mut store = std::mem::take(&mut world.store);
        let mut named = Vec::new();
        for (query, answer) in answers(&world, &mut store, &ctx, &account, &deal) {
            match answer {
                Ok(_) => {}
                Err(why) => {
                    assert_eq!(why, Rejected::Corrupt(Some(put.key().clone())), "{query}");
                    named.push(query);
                }
            }
        }
        let expected: &[&str] = match kind {
            "deal" => &[
                "get",
                "timeline",
                "timeline with related",
                "board",
                "360",
                "list",
                "list by filter",
                "list in order",
                "list in reverse",
                "changes",
            ],
            "account" => &["timeline with related", "360", "changes"],
            "audit" => &["timeline", "changes"],
            "user" => &["changes"],
            _ => &["timeline"],
        };
        named.dedup();
        assert_eq!(named, expected, "{kind}");
    }
}

#[test]
fn an_entry_that_leads_to_something_else_is_named_and_never_shown_as_a_record() {
    let Company { mut world, account, deal } = company();
    let of = |world: &World, object: &str, id: &str| {
        world
            .store
            .rows
            .values()
            .find(|put| *put.key().object() == *object && put.key().id().to_string() == id)
            .cloned()
    };
    let (like, other) = (of(&world, "deal", &deal).unwrap(), of(&world, "account", &account).unwrap());
    // An account that stands wherever the deal does.
    let stray = Key::new(other.key().tenant().clone(), name("account"), id("stray"));
    let put = Put::new(stray.clone(), other.revision(), other.body().to_vec(), like.terms().iter().cloned());
    world.store.commit(&ChangeSet::new().put(put)).unwrap();
    for role in [None, Some("own"), Some("team"), Some("all")] {
        let ctx = as_role(&mut world, role);
        let expected = Rejected::Corrupt(role.is_none().then(|| stray.clone()));
        let mut store = std::mem::take(&mut world.store);
        let told = answers(&world, &mut store, &ctx, &account, &deal);
        world.store = store;
        let mut refused: Vec<_> = told.iter().filter(|(_, answer)| *answer == Err(expected.clone())).collect();
        refused.dedup_by_key(|(query, _)| query.clone());
        assert!(refused.len() >= 5, "{role:?}: {refused:?}");
        for (query, answer) in &told {
            assert!(answer.as_ref().map_or(true, |answer| !answer.contains("stray")), "{role:?} {query}: {answer:?}");
        }
    }
}

#[test]
fn the_changes_of_one_record_are_never_told_of_another() {
    let Company { mut world, account, deal } = company();
    let (of_account, of_deal) = (audit_of(&world, &account), audit_of(&world, &deal));
    let swapped = Put::new(
        of_deal.key().clone(),
        of_deal.revision(),
        of_account.body().to_vec(),
        of_deal.terms().iter().cloned(),
    );
    world.store.commit(&ChangeSet::new().put(swapped)).unwrap();
    let ctx = world.system();
    let told = world.ask(&ctx, &Query::timeline(name("deal"), id(&deal)));
    assert_eq!(told, Err(Rejected::Corrupt(Some(of_deal.key().clone()))));
    assert!(world.ask(&ctx, &Query::timeline(name("account"), id(&account))).is_ok());
}

#[test]
fn malformed_bytes_of_entries_make_no_query_panic_or_go_on_for_ever() {
    let Company { mut world, account, deal } = company();
    let damages: [&dyn Fn(Entry, Stored) -> (Entry, Stored); 6] = [
        &|entry, stored| (Entry { bytes: [].into(), ..entry }, stored),
        &|entry, stored| (Entry { bytes: [0xff; 40].into(), ..entry }, stored),
        &|entry, stored| (Entry { bytes: entry.bytes[..entry.bytes.len() / 2].into(), ..entry }, stored),
        &|entry, stored| (Entry { bytes: [&entry.bytes[..], &[0, 0xff]].concat().into(), ..entry }, stored),
        // A term whose record is gone: the store has nothing to give for it.
        &|entry, _| (entry, Stored { revision: Revision::FIRST, body: [].into() }),
        &|entry, stored| {
            let key = Key::new("other".parse().unwrap(), entry.key.object().clone(), entry.key.id().clone());
            (Entry { key, ..entry }, stored)
        },
    ];
    for (n, damage) in damages.iter().enumerate() {
        for role in [None, Some("own"), Some("team"), Some("chief"), Some("all")] {
            let ctx = as_role(&mut world, role);
            let mut inner = std::mem::take(&mut world.store);
            let told = answers(&world, &mut Damaged { inner: &mut inner, damage }, &ctx, &account, &deal);
            world.store = inner;
            let corrupt = told.iter().filter(|(_, answer)| matches!(answer, Err(Rejected::Corrupt(_)))).count();
            for (query, answer) in &told {
                let is_fine = matches!(
                    answer,
                    Ok(_) | Err(Rejected::Corrupt(_) | Rejected::Denied(_) | Rejected::NotFound { .. })
                );
                assert!(is_fine, "{n} {role:?} {query}: {answer:?}");
            }
            // Whose entries cannot be told from right ones has his answers; otherwise something is named.
            assert_eq!(corrupt > 0, n >= 4, "{n} {role:?}: {told:?}");
        }
    }
}

/// A company with a rule, and an account that stands in an index of something else.
fn with_stray(rule: serde_json::Value, index: &str, bytes: &[Vec<u8>]) -> (World, Key) {
    let mut world = World::new(&company::with_rules(json!([rule])));
    let account = world.made("account", json!({"name": "A"}));
    let key = Key::new("acme".parse().unwrap(), name("account"), id(&account));
    let put = world.store.rows[&key].clone();
    let terms = bytes.iter().map(|bytes| Term::new(name(index), bytes)).chain(put.terms().iter().cloned());
    let put = Put::new(key.clone(), put.revision(), put.body().to_vec(), terms.collect::<Vec<_>>());
    world.store.commit(&ChangeSet::new().put(put)).unwrap();
    (world, key)
}

fn tells(on: serde_json::Value) -> serde_json::Value {
    json!({"key": "tell", "object": "deal", "on": on,
        "then": [{"emit": {"kind": "note", "to": "'li.na'", "title": "{name}"}}]})
}

#[test]
fn nobody_is_assigned_whom_an_entry_of_another_object_names() {
    let route = json!({"key": "route", "object": "deal", "on": {"event": "route"}, "then": [
        {"assign": {"field": "owner", "from": "user", "match": {"region": "reason"}, "strategy": "first"}}]});
    let (mut world, stray) = with_stray(route, "user.region", &[ordered::encode(&Value::text("east"))]);
    let deal = world.made("deal", json!({"name": "d", "reason": "east"}));
    let why = world.refused(json!({"event": {"object": "deal", "id": deal, "name": "route"}}));
    assert_eq!(why, Rejected::Corrupt(Some(stray)));
    assert_eq!(world.field("deal", &deal, "owner"), None);
}

#[test]
fn settling_removes_nothing_but_what_was_settled() {
    let long_ago = ordered::encode(&Value::Instant(company::at("2020-03-02T00:00:00Z")));
    let everywhere: Vec<_> = (0..=255).map(|shard| [&[shard], &long_ago[..]].concat()).collect();
    let (mut world, stray) = with_stray(tells(json!("created")), "effect.settled", &everywhere);
    world.made("deal", json!({"name": "d"}));
    let ctx = world.system();
    let effects = world.crm.claim(&mut world.store, &ctx, 9, Duration::from_hours(1)).unwrap();
    assert_eq!(world.crm.settle(&mut world.store, &ctx, effects.items[0].key()).unwrap(), Settled::Now);
    assert!(world.ask(&ctx, &Query::get(name("account"), stray.id().clone())).is_ok());
}

#[test]
fn what_stands_among_effects_and_timers_and_is_none_is_skipped_and_told() {
    let long_ago = [ordered::encode(&Value::Instant(company::at("2020-03-02T00:00:00Z")))];
    let (mut world, stray) = with_stray(tells(json!("created")), "effect.leased", &long_ago);
    world.made("deal", json!({"name": "d"}));
    let ctx = world.system();
    let told = world.crm.claim(&mut world.store, &ctx, 9, Duration::from_hours(1)).unwrap();
    assert_eq!((told.items.len(), told.skipped), (1, vec![(stray.clone(), Rejected::Corrupt(Some(stray)))]));

    let (mut world, stray) =
        with_stray(tells(json!({"inactive": {"days": 1, "since": ["created_at"]}})), "timer.due", &long_ago);
    // With the body of a timer, it is none all the same.
    world.made("deal", json!({"name": "d"}));
    let timer = world.store.rows.values().find(|put| *put.key().object() == *"timer").unwrap().body().to_vec();
    let put = world.store.rows[&stray].clone();
    let put = Put::new(stray.clone(), put.revision(), timer, put.terms().iter().cloned());
    world.store.commit(&ChangeSet::new().put(put)).unwrap();
    world.later(48);
    let ticked = world.tick();
    assert_eq!(ticked.fired.len(), 1);
    assert_eq!(ticked.skipped, [(stray.clone(), Rejected::Corrupt(Some(stray.clone())))]);
    assert!(world.store.rows.contains_key(&stray));
}

#[test]
fn an_entry_of_a_unique_index_that_leads_to_nothing_of_its_kind_is_no_duplicate() {
    let rename = json!({"key": "rename", "object": "deal", "on": {"event": "rename"}, "then": [
        {"set": {"fields": {"name": "'Taken'"}}}]});
    let mut world = World::new(&company::with_rules(json!([rename])));
    let account = world.made("account", json!({"name": "A"}));
    let deal = world.made("deal", json!({"name": "Other", "account": account}));
    let taken = json!({"create": {"object": "deal", "fields": {"name": "Taken", "account": account}}});
    let holder = world.ok(taken.clone()).id().clone();
    let key = Key::new("acme".parse().unwrap(), name("deal"), holder);
    let put = world.store.rows[&key].clone();
    let writes = [
        taken.clone(),
        json!({"update": {"object": "deal", "id": deal, "fields": {"name": "Taken"}}}),
        json!({"event": {"object": "deal", "id": deal, "name": "rename"}}),
    ];
    for write in &writes[..2] {
        assert!(matches!(world.refused(write.clone()), Rejected::Taken(_)), "{write}");
    }

    // The entry of a record that is gone.
    let gone = Key::new("acme".parse().unwrap(), name("deal"), id("gone"));
    let damage = |entry: Entry, stored| match entry.key == key {
        true => (Entry { key: gone.clone(), ..entry }, stored),
        false => (entry, stored),
    };
    for write in &writes {
        let ctx = world.system();
        let mut store = Damaged { inner: &mut world.store, damage: &damage };
        let why = world.crm.run(&mut store, &ctx, &command(write.clone())).map_err(rejected).unwrap_err();
        assert_eq!(why, Rejected::Corrupt(Some(gone.clone())), "{write}");
    }

    // The entry of something else.
    let stray = Key::new("acme".parse().unwrap(), name("account"), id(&account));
    let body = world.store.rows[&stray].clone();
    let put = Put::new(stray.clone(), body.revision(), body.body().to_vec(), put.terms().iter().cloned());
    world.store.commit(&ChangeSet::new().delete(key.clone()).put(put)).unwrap();
    for write in &writes {
        assert_eq!(world.refused(write.clone()), Rejected::Corrupt(Some(stray.clone())), "{write}");
    }
    assert_eq!(world.field("deal", &deal, "name").as_deref(), Some("Other"));
}
