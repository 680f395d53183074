use std::collections::{BTreeMap, BTreeSet};

use super::{
    Asks, ChangeSet, Conflict, Direction, Entry, Facts, Found, Guard, MemoryStore, Range, Store, Stored, Want, Write,
};
use crate::value::{Id, Key, Name, TenantId};

/// What was written on top of another store: pure, so that waiting for that one is somebody else's.
#[derive(Debug, Default)]
pub(super) struct Layer {
    written: MemoryStore,
    /// Everything that was written or deleted: what the store below has there no longer counts.
    touched: BTreeSet<Key>,
    counters: BTreeMap<Key, i64>,
}

impl Layer {
    /// Returns what the store below has to answer first.
    pub(super) fn below(&self, asks: &Asks) -> Asks {
        let records = asks.records().iter().filter(|key| !self.touched.contains(*key));
        let below = records.cloned().fold(Asks::new(), Asks::record);
        let below = asks.ranges().iter().map(|range| self.range_below(range)).fold(below, Asks::range);
        let counters = asks.counters().iter().filter(|key| !self.counters.contains_key(*key));
        counters.cloned().fold(below, Asks::counter)
    }

    /// Returns the answers, or what else the store below has to answer: where a page of it holds what no longer counts, the
    /// next one is needed.
    pub(super) fn answer(&self, asks: &Asks, below: &Facts) -> Result<Facts, Asks> {
        let written = self.written(asks);
        let (mut facts, mut more) = (Facts::new(), Asks::new());
        for key in asks.records() {
            let holder = if self.touched.contains(key) { &written } else { below };
            facts.add_record(key.clone(), holder.record(key).flatten().cloned());
        }
        for key in asks.counters() {
            let count = self.counters.get(key).copied().or_else(|| below.counter(key));
            facts.add_counter(key.clone(), count.unwrap_or(0));
        }
        for range in asks.ranges() {
            if let Some(found) = self.merged(range, &written, below, &mut more) {
                facts.add_range(range.clone(), found);
            }
        }
        if more.is_empty() { Ok(facts) } else { Err(more) }
    }

    /// Returns what the guards of a change set have to be checked against.
    pub(super) fn guarded(changes: &ChangeSet) -> Asks {
        changes.guards().iter().fold(Asks::new(), |asks, guard| match guard {
            Guard::Absent(key) | Guard::Version { key, .. } => asks.record(key.clone()),
            Guard::Bump { key, .. } => asks.counter(key.clone()),
            Guard::Same { range, .. } => asks.range(range.clone()),
        })
    }

    /// Writes a change set, if its guards hold.
    pub(super) fn commit(&mut self, changes: &ChangeSet, facts: &Facts) -> Result<(), Conflict> {
        let mut bumped: BTreeMap<Key, i64> = BTreeMap::new();
        for (position, guard) in changes.guards().iter().enumerate() {
            let holds = match guard {
                Guard::Absent(key) => facts.record(key) == Some(None),
                Guard::Version { key, revision } => {
                    facts.record(key).flatten().is_some_and(|stored| stored.revision == *revision)
                }
                Guard::Same { range, digest } => facts.range(range).is_some_and(|found| found.digest() == *digest),
                Guard::Bump { key, by, max } => {
                    let now = bumped.get(key).copied().or_else(|| facts.counter(key)).unwrap_or(0);
                    match now.checked_add(*by) {
                        Some(next) if next <= *max || *by <= 0 => {
                            bumped.insert(key.clone(), next);
                            true
                        }
                        _ => false,
                    }
                }
            };
            if !holds {
                return Err(Conflict::on(position));
            }
        }
        self.counters.extend(bumped);
        let mut writes = ChangeSet::new();
        for write in changes.writes() {
            writes = match write {
                Write::Put(put) => {
                    self.touched.insert(put.key().clone());
                    writes.put(put.clone())
                }
                Write::Delete(key) => {
                    self.touched.insert(key.clone());
                    writes.delete(key.clone())
                }
            };
        }
        // Without guards nothing is refused, and memory does not fail.
        let _ = self.written.commit(&writes);
        Ok(())
    }

    /// Returns what was written, of what is asked.
    fn written(&self, asks: &Asks) -> Facts {
        let touched = asks.records().iter().filter(|key| self.touched.contains(*key));
        let written = touched.cloned().fold(Asks::new(), Asks::record);
        let written = asks.ranges().iter().map(|range| self.range_below(range)).fold(written, Asks::range);
        match self.written.clone().fetch(&written) {
            Ok(facts) => facts,
            Err(never) => match never {},
        }
    }

    /// Returns the range as the store below is asked it: which entries it counts has to be known, since some of them may
    /// no longer count.
    fn range_below(&self, range: &Range) -> Range {
        match range.want() {
            Want::Count if !self.touched.is_empty() => range.clone().keys(),
            _ => range.clone(),
        }
    }

    /// Returns what both hold, in order, or asks for the page of the store below that is needed for it.
    fn merged(&self, range: &Range, written: &Facts, below: &Facts, more: &mut Asks) -> Option<Found> {
        let mut page = self.range_below(range);
        if self.touched.is_empty() {
            let found = below.range(&page).cloned();
            if found.is_none() {
                more.want_range(page);
            }
            return found;
        }
        let limit = range.page_size() as usize;
        let mut merged: BTreeMap<Place<'_>, (&Entry, Option<&Stored>)> = BTreeMap::new();
        let mut kept = 0_usize;
        loop {
            let Some(found) = below.range(&page) else {
                more.want_range(page);
                return None;
            };
            for (entry, stored) in rows(found).filter(|(entry, _)| !self.touched.contains(&entry.key)) {
                merged.insert(place(entry), (entry, stored));
                kept += 1;
            }
            let is_last = kept >= limit || found.len() < page.page_size() as usize;
            let Some(last) = found.entries().last().filter(|_| !is_last) else { break };
            page = page.after(last.position());
        }
        let own = written.range(&self.range_below(range));
        merged.extend(own.into_iter().flat_map(rows).map(|(entry, stored)| (place(entry), (entry, stored))));
        let entries: Vec<_> = match range.direction() {
            Direction::Ascending => merged.into_values().take(limit).collect(),
            Direction::Descending => merged.into_values().rev().take(limit).collect(),
        };
        Some(match range.want() {
            Want::Count => Found::Count(entries.len() as u64),
            Want::Keys => Found::Keys(entries.into_iter().map(|(entry, _)| entry.clone()).collect()),
            Want::Records => Found::Records(
                entries.into_iter().filter_map(|(entry, stored)| Some((entry.clone(), stored?.clone()))).collect(),
            ),
        })
    }
}

/// Where an entry stands in the order of a range over all tenants, which within one tenant is that of any range.
type Place<'a> = (&'a [u8], &'a Name, &'a Id, &'a TenantId);

fn place(entry: &Entry) -> Place<'_> {
    (&entry.bytes, entry.key.object(), entry.key.id(), entry.key.tenant())
}

fn rows(found: &Found) -> impl Iterator<Item = (&Entry, Option<&Stored>)> {
    let keys: &[Entry] = if let Found::Keys(keys) = found { keys } else { &[] };
    let records = found.records().iter().map(|(entry, stored)| (entry, Some(stored)));
    keys.iter().map(|entry| (entry, None)).chain(records)
}
