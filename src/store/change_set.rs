use std::sync::Arc;

use super::{Digest, Guard, Range, Term};
use crate::value::{Key, Revision};

/// What a decision commits: conditions that must still hold, and writes; all of it or none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChangeSet {
    guards: Vec<Guard>,
    writes: Vec<Write>,
}

/// One write of a change set. This enum is complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Write {
    /// Creates or replaces a record with all its terms.
    Put(Put),
    /// Removes a record with all its terms; no record at the key is no error.
    Delete(Key),
}

/// A record to write, with all terms under which it is found from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Put {
    key: Key,
    revision: Revision,
    body: Arc<[u8]>,
    // INVARIANT: strictly ascending.
    terms: Arc<[Term]>,
}

impl Put {
    /// Returns the write of `body` at `key`; whatever terms the record had before are replaced by `terms`.
    pub fn new(
        key: Key,
        revision: Revision,
        body: impl Into<Arc<[u8]>>,
        terms: impl IntoIterator<Item = Term>,
    ) -> Self {
        let mut terms: Vec<_> = terms.into_iter().collect();
        terms.sort_unstable();
        terms.dedup();
        Self { key, revision, body: body.into(), terms: terms.into() }
    }

    /// Returns where the record is written.
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// Returns the revision that the record has from now on.
    pub fn revision(&self) -> Revision {
        self.revision
    }

    /// Returns the bytes of the record.
    pub fn body(&self) -> &Arc<[u8]> {
        &self.body
    }

    /// Returns the terms, ascending and each once.
    pub fn terms(&self) -> &Arc<[Term]> {
        &self.terms
    }
}

impl ChangeSet {
    /// Returns a change set that changes nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns a change set that changes nothing, with room for so many guards and writes.
    pub(crate) fn with_room(guards: usize, writes: usize) -> Self {
        Self { guards: Vec::with_capacity(guards), writes: Vec::with_capacity(writes) }
    }

    /// Adds a guard.
    #[must_use]
    pub fn guard(mut self, guard: Guard) -> Self {
        self.guards.push(guard);
        self
    }

    /// Adds the guard that no record is at `key`.
    #[must_use]
    pub fn absent(self, key: Key) -> Self {
        self.guard(Guard::Absent(key))
    }

    /// Adds the guard that the record at `key` still has `revision`.
    #[must_use]
    pub fn version(self, key: Key, revision: Revision) -> Self {
        self.guard(Guard::Version { key, revision })
    }

    /// Adds the guard that `range` still gives the answer with `digest`.
    #[must_use]
    pub fn same(self, range: Range, digest: Digest) -> Self {
        self.guard(Guard::Same { range, digest })
    }

    /// Adds the bump of a counter.
    #[must_use]
    pub fn bump(self, key: Key, by: i64, max: i64) -> Self {
        self.guard(Guard::Bump { key, by, max })
    }

    /// Adds the write of a record.
    #[must_use]
    pub fn put(mut self, put: Put) -> Self {
        self.writes.push(Write::Put(put));
        self
    }

    /// Adds the removal of a record.
    #[must_use]
    pub fn delete(mut self, key: Key) -> Self {
        self.writes.push(Write::Delete(key));
        self
    }

    /// Returns the guards.
    pub fn guards(&self) -> &[Guard] {
        &self.guards
    }

    /// Returns the writes, in the order in which they apply.
    pub fn writes(&self) -> &[Write] {
        &self.writes
    }

    /// Returns whether committing would do nothing.
    pub fn is_empty(&self) -> bool {
        self.writes.is_empty() && !self.guards.iter().any(|guard| matches!(guard, Guard::Bump { .. }))
    }
}
