//! Histories of a store: commits and fetches of any form, over few keys, terms and bytes, so that they meet.

use guanxi::store::{Asks, ChangeSet, CommitError, Found, Guard, Position, Put, Range, Store, Term, Want};
use guanxi::value::{Id, Key, Revision};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// One step of a history.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    Commit { guards: Vec<Guard>, relied_on: Vec<(Range, Relied)>, writes: Vec<Result<Put, Key>> },
    Fetch(Asks),
}

/// On which answer a `Same` guard relies: the present one, or one that is only right by chance.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Relied {
    Present,
    Nothing,
}

pub(crate) fn any_key() -> impl Strategy<Value = Key> {
    let id = (0..100_u8).prop_map(|n| match n % 3 {
        0 => Id::from_uuid_bytes([n; 16]),
        _ => Id::new(&format!("z{n}")).unwrap(),
    });
    (select(vec!["acme", "bolt"]), select(vec!["deal", "lead"]), id)
        .prop_map(|(tenant, object, id)| Key::new(tenant.parse().unwrap(), object.parse().unwrap(), id))
}

pub(crate) fn any_bytes() -> impl Strategy<Value = Vec<u8>> {
    vec(select(vec![0x00, 0x01, 0x61, 0xfe, 0xff]), 0..3)
}

pub(crate) fn any_term() -> impl Strategy<Value = Term> {
    (select(vec!["lead.region", "lead.name"]), any_bytes())
        .prop_map(|(index, bytes)| Term::new(index.parse().unwrap(), &bytes))
}

pub(crate) fn any_put() -> impl Strategy<Value = Put> {
    (any_key(), 1..4_u64, any_bytes(), vec(any_term(), 0..6))
        .prop_map(|(key, revision, body, terms)| Put::new(key, Revision::new(revision), body, terms))
}

pub(crate) fn any_range() -> impl Strategy<Value = Range> {
    let tenant = select(vec!["acme", "bolt", "none"]);
    let index = select(vec!["lead.region", "lead.name", "lead.none"]);
    let after = proptest::option::of((any_bytes(), any_key()));
    let limit = prop_oneof![0..5_u32, Just(1_000), Just(u32::MAX)];
    let stretch = (tenant, index, 0..5_u8, any_bytes(), any_bytes());
    (stretch, after, limit, any::<(bool, bool)>(), select(vec![Want::Count, Want::Keys, Want::Records])).prop_map(
        |((tenant, index, shape, from, to), after, limit, (descending, all_tenants), want)| {
            let (tenant, index) = (tenant.parse().unwrap(), index.parse().unwrap());
            let mut range = match shape {
                0 => Range::all(tenant, index),
                1 => Range::exact(tenant, index, &from),
                2 => Range::prefix(tenant, index, &from),
                3 => Range::between(tenant, index, &from, &to),
                _ => Range::starting_at(tenant, index, &from),
            };
            if let Some((bytes, key)) = after {
                range = range.after(Position { bytes: bytes.into(), key });
            }
            if descending {
                range = range.descending();
            }
            if all_tenants {
                range = range.of_all_tenants();
            }
            let range = match want {
                Want::Count => range.count(),
                Want::Keys => range.keys(),
                Want::Records => range,
            };
            range.limit(limit)
        },
    )
}

pub(crate) fn any_guard() -> impl Strategy<Value = Guard> {
    let by = prop_oneof![-3..4_i64, Just(i64::MAX), Just(i64::MIN)];
    let max = prop_oneof![-3..6_i64, Just(i64::MAX)];
    prop_oneof![
        1 => any_key().prop_map(Guard::Absent),
        1 => (any_key(), 1..4_u64).prop_map(|(key, n)| Guard::Version { key, revision: Revision::new(n) }),
        4 => (any_key(), by, max).prop_map(|(key, by, max)| Guard::Bump { key, by, max }),
    ]
}

pub(crate) fn any_step() -> impl Strategy<Value = Step> {
    let relied = select(vec![Relied::Present, Relied::Present, Relied::Nothing]);
    let write = prop_oneof![3 => any_put().prop_map(Ok), 1 => any_key().prop_map(Err)];
    let commit = (vec(any_guard(), 0..3), vec((any_range(), relied), 0..2), vec(write, 0..6))
        .prop_map(|(guards, relied_on, writes)| Step::Commit { guards, relied_on, writes });
    let asks =
        (vec(any_key(), 0..3), vec(any_range(), 0..4), vec(any_key(), 0..3)).prop_map(|(keys, ranges, counters)| {
            let asks = keys.into_iter().fold(Asks::new(), Asks::record);
            let asks = ranges.into_iter().fold(asks, Asks::range);
            counters.into_iter().fold(asks, Asks::counter)
        });
    prop_oneof![commit, asks.prop_map(Step::Fetch)]
}

fn found<S: Store<Error = std::convert::Infallible>>(store: &mut S, range: &Range) -> Found {
    store.fetch(&Asks::new().range(range.clone())).unwrap().range(range).unwrap().clone()
}

pub(crate) fn change_set<S: Store<Error = std::convert::Infallible>>(
    plain: &mut S,
    guards: &[Guard],
    relied_on: &[(Range, Relied)],
    writes: &[Result<Put, Key>],
) -> ChangeSet {
    let changes = guards.iter().cloned().fold(ChangeSet::new(), ChangeSet::guard);
    let changes = relied_on.iter().fold(changes, |changes, (range, relied)| {
        let answer = match relied {
            Relied::Present => found(plain, range),
            Relied::Nothing => Found::nothing(range.want()),
        };
        changes.same(range.clone(), answer.digest())
    });
    writes.iter().cloned().fold(changes, |changes, write| match write {
        Ok(put) => changes.put(put),
        Err(key) => changes.delete(key),
    })
}

pub(crate) fn outcome(result: Result<(), CommitError<std::convert::Infallible>>) -> Option<Option<usize>> {
    match result {
        Ok(()) => None,
        Err(CommitError::Conflict(conflict)) => Some(conflict.guard()),
        Err(error) => panic!("{error}"),
    }
}
