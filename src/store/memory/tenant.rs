use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::cut::Cut;
use super::index::Index;
use super::packed::{PackedTerms, push_term};
use super::rows::{Row, Rows, Slot};
use super::slots::Slots;
use crate::store::{Put, Term};
use crate::value::{Id, Key, Name};

/// All records, index entries and counters of one tenant.
#[derive(Debug, Default)]
pub(super) struct Tenant {
    slots: BTreeMap<Name, Slots>,
    rows: Rows,
    numbers: BTreeMap<Name, u32>,
    // By number, with the name for comparing terms.
    indexes: Vec<(Name, Index)>,
    counters: BTreeMap<Name, BTreeMap<Id, i64>>,
}

impl Tenant {
    /// Returns the row at `key`, whose tenant is taken to be this one.
    pub(super) fn row(&self, key: &Key) -> Option<&Row> {
        self.rows.get(self.slot(key)?)
    }

    /// Returns the counter at `key`.
    pub(super) fn counter(&self, key: &Key) -> Option<i64> {
        self.counters.get(key.object())?.get(key.id()).copied()
    }

    /// Sets the counter at `key`.
    pub(super) fn set_counter(&mut self, key: &Key, count: i64) {
        self.counters.entry(key.object().clone()).or_default().insert(key.id().clone(), count);
    }

    /// Returns the entries of an index from `low` up to `high`, or up to the end.
    pub(super) fn entries<'a>(
        &'a self,
        index: &Name,
        low: &'a Cut<'a>,
        high: Option<&'a Cut<'a>>,
    ) -> impl DoubleEndedIterator<Item = (&'a [u8], &'a Row)> {
        self.index(index).into_iter().flat_map(move |index| index.between(low, high, &self.rows))
    }

    /// Returns how many entries an index has from `low` up to `high`, or up to the end; at most `limit`.
    pub(super) fn count(&self, index: &Name, low: &Cut<'_>, high: Option<&Cut<'_>>, limit: usize) -> usize {
        self.index(index).map_or(0, |index| index.count(low, high, limit, &self.rows))
    }

    /// Creates or replaces a record; only the index entries that differ are touched.
    pub(super) fn put(&mut self, put: &Put) {
        let slot = self.slot(put.key()).unwrap_or_else(|| self.add(put));
        let Some(old) = self.rows.get_mut(slot).map(|row| std::mem::take(&mut row.terms)) else { return };
        let terms = if self.has_terms(&old, put.terms()) { old } else { self.replace_terms(slot, &old, put.terms()) };
        if let Some(row) = self.rows.get_mut(slot) {
            row.revision = put.revision();
            row.body = put.body().clone();
            row.terms = terms;
        }
    }

    /// Returns whether these are the same terms, as with most updates.
    fn has_terms(&self, old: &PackedTerms, new: &[Term]) -> bool {
        let name = |number: u32| self.indexes.get(number as usize).map(|(name, _)| name);
        let mut old = old.iter();
        let mut same = |term: &Term| {
            old.next().is_some_and(|(number, bytes)| bytes == term.bytes() && name(number) == Some(term.index()))
        };
        new.iter().all(&mut same) && old.next().is_none()
    }

    /// Removes the record at `key`, if there is one, with its index entries.
    pub(super) fn delete(&mut self, key: &Key) {
        let Some(slot) = self.slots.get_mut(key.object()).and_then(|slots| slots.remove(key.id(), &self.rows)) else {
            return;
        };
        let Some(old) = self.rows.get_mut(slot).map(|row| std::mem::take(&mut row.terms)) else { return };
        self.replace_terms(slot, &old, &[]);
        self.rows.remove(slot);
    }

    fn slot(&self, key: &Key) -> Option<Slot> {
        self.slots.get(key.object())?.get(key.id(), &self.rows)
    }

    fn add(&mut self, put: &Put) -> Slot {
        // All rows of an object share one copy of its name.
        let object = match self.slots.get_key_value(put.key().object()) {
            Some((object, _)) => object.clone(),
            None => put.key().object().clone(),
        };
        let (id, revision, body) = (put.key().id().clone(), put.revision(), put.body().clone());
        let row = Row { object: object.clone(), id, revision, body, terms: PackedTerms::default() };
        let slot = self.rows.add(row);
        self.slots.entry(object).or_default().insert(put.key().id(), slot, &self.rows);
        slot
    }

    /// Walks the old and the new terms side by side, both being in order; returns the new ones, packed.
    fn replace_terms(&mut self, slot: Slot, old: &PackedTerms, new: &[Term]) -> PackedTerms {
        // Nearly always exact: the numbers in front of the bytes take one byte each.
        let written: usize = new.iter().map(|term| term.bytes().len() + 2).sum();
        let mut packed = Vec::with_capacity(written);
        let (mut old, mut new) = (old.iter().peekable(), new.iter().peekable());
        loop {
            let order = match (old.peek(), new.peek()) {
                (None, None) => break,
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some((number, bytes)), Some(term)) => {
                    let name = self.indexes.get(*number as usize).map(|(name, _)| name);
                    name.cmp(&Some(term.index())).then_with(|| (*bytes).cmp(term.bytes()))
                }
            };
            let gone = if order.is_le() { old.next() } else { None };
            let come = if order.is_ge() { new.next() } else { None };
            match (gone, come) {
                (Some((number, bytes)), None) => {
                    if let Some((_, index)) = self.indexes.get_mut(number as usize) {
                        index.remove(bytes, slot, &self.rows);
                    }
                }
                (Some((number, bytes)), Some(_)) => push_term(&mut packed, number, bytes),
                (None, Some(term)) => {
                    let number = self.number(term.index());
                    if let Some((_, index)) = self.indexes.get_mut(number as usize) {
                        index.insert(term.bytes(), slot, &self.rows);
                    }
                    push_term(&mut packed, number, term.bytes());
                }
                (None, None) => {}
            }
        }
        PackedTerms::new(packed)
    }

    fn index(&self, name: &Name) -> Option<&Index> {
        let (_, index) = self.indexes.get(*self.numbers.get(name)? as usize)?;
        Some(index)
    }

    fn number(&mut self, index: &Name) -> u32 {
        if let Some(number) = self.numbers.get(index) {
            return *number;
        }
        let number = u32::try_from(self.indexes.len()).unwrap_or(u32::MAX);
        self.indexes.push((index.clone(), Index::default()));
        self.numbers.insert(index.clone(), number);
        number
    }
}
