use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::sync::Arc;

use guanxi::store::{Asks, ChangeSet, CommitError, Conflict, Direction, Entry, Facts, Found, Guard, Put, Range, Scope};
use guanxi::store::{Store, Stored, Term, Want, Write};
use guanxi::value::{Key, Name};

type Entries = BTreeSet<(Arc<[u8]>, Key)>;

/// The laws of a store, written down as plainly as they can be: slow, and right at a glance.
#[derive(Debug, Clone, Default)]
pub(crate) struct NaiveStore {
    rows: BTreeMap<Key, (Stored, Arc<[Term]>)>,
    indexes: BTreeMap<Name, Entries>,
    counters: BTreeMap<Key, i64>,
}

impl NaiveStore {
    fn find(&self, range: &Range) -> Found {
        let mut entries: Vec<Entry> = self
            .indexes
            .get(range.index())
            .into_iter()
            .flatten()
            .filter(|(bytes, key)| {
                bytes.as_ref() >= range.from()
                    && range.to().is_none_or(|to| bytes.as_ref() < to)
                    && match range.scope() {
                        Scope::Tenant(tenant) => key.tenant() == tenant,
                        Scope::AllTenants => true,
                    }
            })
            .map(|(bytes, key)| Entry { bytes: Arc::clone(bytes), key: key.clone() })
            .collect();
        // Within one tenant, the tenant of a position tells nothing.
        let tenant = |e: &Entry| (*range.scope() == Scope::AllTenants).then(|| e.key.tenant().clone());
        let place = |e: &Entry| (e.bytes.clone(), e.key.object().clone(), e.key.id().clone(), tenant(e));
        entries.sort_by_key(place);
        if range.direction() == Direction::Descending {
            entries.reverse();
        }
        if let Some(after) = range.continued_after() {
            let after = Entry { bytes: after.bytes.clone().into(), key: after.key.clone() };
            entries.retain(|e| match range.direction() {
                Direction::Ascending => place(e) > place(&after),
                Direction::Descending => place(e) < place(&after),
            });
        }
        entries.truncate(range.page_size() as usize);
        match range.want() {
            Want::Count => Found::Count(entries.len() as u64),
            Want::Keys => Found::Keys(entries),
            Want::Records => Found::Records(
                entries.into_iter().filter_map(|e| self.rows.get(&e.key).map(|(s, _)| (e, s.clone()))).collect(),
            ),
        }
    }

    fn remove(&mut self, key: &Key) {
        if let Some((_, terms)) = self.rows.remove(key) {
            for term in terms.iter() {
                if let Some(index) = self.indexes.get_mut(term.index()) {
                    index.remove(&(Arc::from(term.bytes()), key.clone()));
                }
            }
        }
    }

    fn put(&mut self, put: &Put) {
        self.remove(put.key());
        for term in put.terms().iter() {
            let index = self.indexes.entry(term.index().clone()).or_default();
            index.insert((Arc::from(term.bytes()), put.key().clone()));
        }
        let stored = Stored { revision: put.revision(), body: Arc::clone(put.body()) };
        self.rows.insert(put.key().clone(), (stored, Arc::clone(put.terms())));
    }
}

impl Store for NaiveStore {
    type Error = Infallible;

    fn fetch(&mut self, asks: &Asks) -> Result<Facts, Infallible> {
        let mut facts = Facts::new();
        for key in asks.records() {
            facts.add_record(key.clone(), self.rows.get(key).map(|(stored, _)| stored.clone()));
        }
        for range in asks.ranges() {
            facts.add_range(range.clone(), self.find(range));
        }
        for key in asks.counters() {
            facts.add_counter(key.clone(), self.counters.get(key).copied().unwrap_or(0));
        }
        Ok(facts)
    }

    fn commit(&mut self, changes: &ChangeSet) -> Result<(), CommitError<Infallible>> {
        let mut bumped = BTreeMap::new();
        for (position, guard) in changes.guards().iter().enumerate() {
            let holds = match guard {
                Guard::Absent(key) => !self.rows.contains_key(key),
                Guard::Version { key, revision } => self.rows.get(key).is_some_and(|(s, _)| s.revision == *revision),
                Guard::Same { range, digest } => self.find(range).digest() == *digest,
                Guard::Bump { key, by, max } => {
                    let now = bumped.get(key).or_else(|| self.counters.get(key)).copied().unwrap_or(0_i64);
                    match now.checked_add(*by) {
                        Some(next) if next <= *max || *by <= 0 => bumped.insert(key.clone(), next).is_none_or(|_| true),
                        _ => false,
                    }
                }
            };
            if !holds {
                return Err(Conflict::on(position).into());
            }
        }
        self.counters.extend(bumped);
        for write in changes.writes() {
            match write {
                Write::Put(put) => self.put(put),
                Write::Delete(key) => self.remove(key),
            }
        }
        Ok(())
    }
}
