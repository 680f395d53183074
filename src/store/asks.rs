use std::collections::BTreeSet;

use super::Range;
use crate::value::Key;

/// What a decision still has to see: records by key, stretches of indexes, counters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asks {
    records: BTreeSet<Key>,
    ranges: BTreeSet<Range>,
    counters: BTreeSet<Key>,
}

impl Asks {
    /// Returns an empty list of wishes.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the record at `key`.
    #[must_use]
    pub fn record(mut self, key: Key) -> Self {
        self.want_record(key);
        self
    }

    /// Adds a range.
    #[must_use]
    pub fn range(mut self, range: Range) -> Self {
        self.want_range(range);
        self
    }

    /// Adds the counter at `key`.
    #[must_use]
    pub fn counter(mut self, key: Key) -> Self {
        self.want_counter(key);
        self
    }

    /// Adds the record at `key` in place; asking twice is asking once.
    pub fn want_record(&mut self, key: Key) {
        self.records.insert(key);
    }

    /// Adds a range in place; asking twice is asking once.
    pub fn want_range(&mut self, range: Range) {
        self.ranges.insert(range);
    }

    /// Adds the counter at `key` in place; asking twice is asking once.
    pub fn want_counter(&mut self, key: Key) {
        self.counters.insert(key);
    }

    /// Returns the keys of the records asked for.
    pub fn records(&self) -> &BTreeSet<Key> {
        &self.records
    }

    /// Returns the ranges asked for.
    pub fn ranges(&self) -> &BTreeSet<Range> {
        &self.ranges
    }

    /// Returns the keys of the counters asked for.
    pub fn counters(&self) -> &BTreeSet<Key> {
        &self.counters
    }

    /// Returns whether nothing is asked.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty() && self.ranges.is_empty() && self.counters.is_empty()
    }
}
