use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Digest, Position, Range, Want};
use crate::value::{Key, Revision};

/// What the store answered to [`Asks`](super::Asks), as of one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    records: BTreeMap<Key, Option<Stored>>,
    ranges: BTreeMap<Range, Found>,
    counters: BTreeMap<Key, i64>,
}

/// A record as the store keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// The revision that was written last.
    pub revision: Revision,
    /// The bytes that were written last.
    pub body: Arc<[u8]>,
}

/// What a range holds, in the form that was wanted. This enum is complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// The number of entries, counted up to the limit.
    Count(u64),
    /// The entries without their records.
    Keys(Vec<Entry>),
    /// The entries with their records.
    Records(Vec<(Entry, Stored)>),
}

/// One entry of an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The ordered bytes of the entry.
    pub bytes: Arc<[u8]>,
    /// The key of the record.
    pub key: Key,
}

impl Entry {
    /// Returns the place of the entry in its index, behind which the next page starts.
    ///
    /// # Example: the page after an entry
    /// ```
    /// use guanxi::store::{Entry, Range};
    /// use guanxi::value::Key;
    ///
    /// let key = Key::new("acme".parse()?, "lead".parse()?, "l-1".parse()?);
    /// let entry = Entry { bytes: b"east".as_slice().into(), key };
    /// let range = Range::all("acme".parse()?, "lead.region".parse()?).after(entry.position());
    /// assert_eq!((&*entry.position().bytes, entry.position().key), (&*entry.bytes, entry.key));
    /// # assert_ne!(range, Range::all("acme".parse()?, "lead.region".parse()?));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn position(&self) -> Position {
        Position { bytes: self.bytes.as_ref().into(), key: self.key.clone() }
    }
}

impl Facts {
    /// Returns facts that answer nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the answer for a record: `None` when there is none at `key`.
    pub fn add_record(&mut self, key: Key, stored: Option<Stored>) {
        self.records.insert(key, stored);
    }

    /// Adds the answer for a range.
    pub fn add_range(&mut self, range: Range, found: Found) {
        self.ranges.insert(range, found);
    }

    /// Adds the answer for a counter; one that was never bumped is 0.
    pub fn add_counter(&mut self, key: Key, count: i64) {
        self.counters.insert(key, count);
    }

    /// Adds all answers of `more`.
    pub fn merge(&mut self, more: Self) {
        if self.is_empty() {
            *self = more;
            return;
        }
        self.records.extend(more.records);
        self.ranges.extend(more.ranges);
        self.counters.extend(more.counters);
    }

    /// Returns whether nothing is answered.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty() && self.ranges.is_empty() && self.counters.is_empty()
    }

    /// Returns the answer for the record at `key`; the outer `None` means that it was not asked.
    pub fn record(&self, key: &Key) -> Option<Option<&Stored>> {
        self.records.get(key).map(Option::as_ref)
    }

    /// Returns the answer for a range, or `None` when it was not asked.
    pub fn range(&self, range: &Range) -> Option<&Found> {
        self.ranges.get(range)
    }

    /// Returns the answer for a counter, or `None` when it was not asked.
    pub fn counter(&self, key: &Key) -> Option<i64> {
        self.counters.get(key).copied()
    }
}

impl Found {
    /// Returns what is found when a range is empty.
    pub fn nothing(want: Want) -> Self {
        match want {
            Want::Count => Self::Count(0),
            Want::Keys => Self::Keys(Vec::new()),
            Want::Records => Self::Records(Vec::new()),
        }
    }

    /// Returns how many entries were found or counted.
    pub fn len(&self) -> usize {
        match self {
            Self::Count(count) => usize::try_from(*count).unwrap_or(usize::MAX),
            Self::Keys(entries) => entries.len(),
            Self::Records(rows) => rows.len(),
        }
    }

    /// Returns whether no entry was found.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the entries in order; none for a count.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        let (keys, rows): (&[Entry], &[(Entry, Stored)]) = match self {
            Self::Count(_) => (&[], &[]),
            Self::Keys(entries) => (entries, &[]),
            Self::Records(rows) => (&[], rows),
        };
        keys.iter().chain(rows.iter().map(|(entry, _)| entry))
    }

    /// Returns the entries with their records in order; none for counts and keys.
    pub fn records(&self) -> &[(Entry, Stored)] {
        match self {
            Self::Records(rows) => rows,
            Self::Count(_) | Self::Keys(_) => &[],
        }
    }

    /// Returns the digest by which [`Guard::Same`](super::Guard::Same) recognises this very answer: of the count; of
    /// the entries; or of the entries and the revisions of their records.
    pub fn digest(&self) -> Digest {
        let mut digest = Digest::start(self.len());
        for entry in self.entries() {
            digest = digest.bytes(&entry.bytes).key(&entry.key);
        }
        for (_, stored) in self.records() {
            digest = digest.number(stored.revision.number());
        }
        digest
    }
}
