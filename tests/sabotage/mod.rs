//! Stores that break one law each, the way real ones do.

use std::collections::BTreeMap;

use guanxi::store::conformance::Subject;
use guanxi::store::{Asks, ChangeSet, CommitError, Conflict, Direction, Facts, Found, Guard, MemoryStore, Put, Range};
use guanxi::store::{Scope, Store, Want, Write};
use guanxi::value::Key;

/// What is wrong with a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flaw {
    IgnoresVersion,
    IgnoresAbsent,
    IgnoresSame,
    IgnoresTheBound,
    KeepsHalfOfARefusedCommit,
    LosesHalfOfACommit,
    DropsDeletes,
    LosesTermsOnUpdate,
    LeaksAnotherTenant,
    RepeatsAtPageEnds,
    SkipsAtPageEnds,
    ForgetsTheOrder,
    AcknowledgesEarly,
    ServesStaleReads,
}

/// A database on which every handle has the flaw.
#[derive(Debug)]
pub(crate) struct Sabotage {
    flaw: Flaw,
    database: MemoryStore,
}

impl Sabotage {
    pub(crate) fn new(flaw: Flaw) -> Self {
        Self { flaw, database: MemoryStore::new() }
    }
}

impl Subject for Sabotage {
    type Store = Sabotaged;

    fn fresh(&mut self) {
        self.database = MemoryStore::new();
    }

    fn open(&mut self) -> Sabotaged {
        let store = self.database.clone();
        Sabotaged { flaw: self.flaw, store, seen: Facts::new(), unwritten: ChangeSet::new() }
    }
}

/// A handle that has the flaw.
#[derive(Debug)]
pub(crate) struct Sabotaged {
    flaw: Flaw,
    store: MemoryStore,
    seen: Facts,
    unwritten: ChangeSet,
}

type Committed = Result<(), CommitError<std::convert::Infallible>>;

impl Store for Sabotaged {
    type Error = std::convert::Infallible;

    fn fetch(&mut self, asks: &Asks) -> Result<Facts, Self::Error> {
        self.flush();
        if self.flaw == Flaw::ServesStaleReads {
            let missing = self.not_seen(asks);
            let more = self.store.fetch(&missing)?;
            self.seen.merge(more);
            return Ok(self.seen.clone());
        }
        let mut facts = self.store.fetch(asks)?;
        for range in asks.ranges() {
            if let Some(found) = self.misread(range) {
                facts.add_range(range.clone(), found);
            }
        }
        Ok(facts)
    }

    fn commit(&mut self, changes: &ChangeSet) -> Committed {
        self.flush();
        match self.flaw {
            Flaw::IgnoresVersion => self.commit_without(changes, |guard| matches!(guard, Guard::Version { .. })),
            Flaw::IgnoresAbsent => self.commit_without(changes, |guard| matches!(guard, Guard::Absent(_))),
            Flaw::IgnoresSame => self.commit_without(changes, |guard| matches!(guard, Guard::Same { .. })),
            Flaw::IgnoresTheBound => self.commit_without_bounds(changes),
            Flaw::KeepsHalfOfARefusedCommit => self.store.commit(changes).inspect_err(|_| {
                let half = changes.writes().iter().take(changes.writes().len().div_ceil(2)).cloned();
                let _ = self.store.clone().commit(&with_writes(ChangeSet::new(), half));
            }),
            Flaw::LosesHalfOfACommit => {
                let half = changes.writes().iter().take(changes.writes().len().div_ceil(2)).cloned();
                self.store.commit(&with_writes(guards_of(changes), half))
            }
            Flaw::DropsDeletes => {
                let puts = changes.writes().iter().filter(|write| matches!(write, Write::Put(_))).cloned();
                self.store.commit(&with_writes(guards_of(changes), puts))
            }
            Flaw::LosesTermsOnUpdate => {
                let writes: Vec<_> = changes.writes().iter().map(|write| self.without_terms(write)).collect();
                self.store.commit(&with_writes(guards_of(changes), writes))
            }
            Flaw::AcknowledgesEarly => {
                self.store.commit(&guards_of(changes))?;
                self.unwritten = with_writes(ChangeSet::new(), changes.writes().iter().cloned());
                Ok(())
            }
            Flaw::ServesStaleReads => {
                self.seen = Facts::new();
                self.store.commit(changes)
            }
            _ => self.store.commit(changes),
        }
    }
}

impl Sabotaged {
    fn flush(&mut self) {
        let unwritten = std::mem::take(&mut self.unwritten);
        self.store.commit(&unwritten).unwrap();
    }

    fn not_seen(&self, asks: &Asks) -> Asks {
        let fresh = asks.records().iter().filter(|key| self.seen.record(key).is_none()).cloned();
        let missing = fresh.fold(Asks::new(), Asks::record);
        let fresh = asks.ranges().iter().filter(|range| self.seen.range(range).is_none()).cloned();
        let missing = fresh.fold(missing, Asks::range);
        let fresh = asks.counters().iter().filter(|key| self.seen.counter(key).is_none()).cloned();
        fresh.fold(missing, Asks::counter)
    }

    fn misread(&mut self, range: &Range) -> Option<Found> {
        match (self.flaw, range.continued_after()) {
            (Flaw::LeaksAnotherTenant, _) => Some(self.read(range.clone().of_all_tenants())),
            (Flaw::ForgetsTheOrder, _) => Some(by_key(self.read(range.clone()))),
            // As if the position were bytes alone: from them on, or beyond all that are equal.
            (Flaw::RepeatsAtPageEnds, Some(after)) => Some(self.read(moved(range, &after.bytes, false))),
            (Flaw::SkipsAtPageEnds, Some(after)) => Some(self.read(moved(range, &after.bytes, true))),
            _ => None,
        }
    }

    fn read(&mut self, range: Range) -> Found {
        let facts = self.store.fetch(&Asks::new().range(range.clone())).unwrap();
        facts.range(&range).unwrap().clone()
    }

    /// Commits without some guards; a conflict still names the right one.
    fn commit_without(&mut self, changes: &ChangeSet, ignored: fn(&Guard) -> bool) -> Committed {
        let kept: Vec<_> = changes.guards().iter().enumerate().filter(|(_, guard)| !ignored(guard)).collect();
        let guards = kept.iter().fold(ChangeSet::new(), |changes, (_, guard)| changes.guard((*guard).clone()));
        match self.store.commit(&with_writes(guards, changes.writes().iter().cloned())) {
            Err(CommitError::Conflict(conflict)) => Err(Conflict::on(kept[conflict.guard().unwrap()].0).into()),
            other => other,
        }
    }

    fn commit_without_bounds(&mut self, changes: &ChangeSet) -> Committed {
        let unbounded = changes.guards().iter().map(|guard| match guard {
            Guard::Bump { key, by, .. } => Guard::Bump { key: key.clone(), by: *by, max: i64::MAX },
            other => other.clone(),
        });
        let guards = unbounded.fold(ChangeSet::new(), ChangeSet::guard);
        self.store.commit(&with_writes(guards, changes.writes().iter().cloned()))
    }

    fn without_terms(&mut self, write: &Write) -> Write {
        match write {
            Write::Put(put) if self.exists(put.key()) => {
                Write::Put(Put::new(put.key().clone(), put.revision(), put.body().clone(), []))
            }
            other => other.clone(),
        }
    }

    fn exists(&mut self, key: &Key) -> bool {
        let facts = self.store.fetch(&Asks::new().record(key.clone())).unwrap();
        facts.record(key).flatten().is_some()
    }
}

fn guards_of(changes: &ChangeSet) -> ChangeSet {
    changes.guards().iter().cloned().fold(ChangeSet::new(), ChangeSet::guard)
}

fn with_writes(changes: ChangeSet, writes: impl IntoIterator<Item = Write>) -> ChangeSet {
    writes.into_iter().fold(changes, |changes, write| match write {
        Write::Put(put) => changes.put(put),
        Write::Delete(key) => changes.delete(key),
    })
}

fn by_key(found: Found) -> Found {
    match found {
        Found::Count(count) => Found::Count(count),
        Found::Keys(mut entries) => {
            entries.sort_by(|a, b| a.key.cmp(&b.key));
            Found::Keys(entries)
        }
        Found::Records(mut rows) => {
            rows.sort_by(|(a, _), (b, _)| a.key.cmp(&b.key));
            Found::Records(rows)
        }
    }
}

/// The range without its position, cut at the position's bytes instead.
fn moved(range: &Range, bytes: &[u8], beyond: bool) -> Range {
    let (mut from, mut to) = (range.from().to_vec(), range.to().map(<[u8]>::to_vec));
    let cut = |with_equals: bool| if with_equals { [bytes, b"\0"].concat() } else { bytes.to_vec() };
    match range.direction() {
        Direction::Ascending => from = from.max(cut(beyond)),
        Direction::Descending => to = Some(to.map_or(cut(!beyond), |to| to.min(cut(!beyond)))),
    }
    let index = range.index().clone();
    let (tenant, all) = match range.scope() {
        Scope::Tenant(tenant) => (tenant.clone(), false),
        Scope::AllTenants => ("any".parse().unwrap(), true),
    };
    let mut moved = match to {
        Some(to) => Range::between(tenant, index, &from, &to),
        None => Range::starting_at(tenant, index, &from),
    };
    if all {
        moved = moved.of_all_tenants();
    }
    if range.direction() == Direction::Descending {
        moved = moved.descending();
    }
    match range.want() {
        Want::Count => moved.count(),
        Want::Keys => moved.keys(),
        Want::Records => moved,
    }
    .limit(range.page_size())
}

/// Names of failed checks, by the law they belong to.
pub(crate) fn by_law<'a>(checks: impl Iterator<Item = &'a str>) -> BTreeMap<&'a str, Vec<&'a str>> {
    let mut laws: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (law, check) in checks.filter_map(|check| check.split_once("::")) {
        laws.entry(law).or_default().push(check);
    }
    laws
}
