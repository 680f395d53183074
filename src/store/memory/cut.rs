use std::borrow::Cow;
use std::cmp::Ordering;

use super::rows::Row;
use crate::value::ordered::head;
use crate::value::{Id, Name};

/// A place between two entries of an index of one tenant: every entry is either before it or after it.
///
/// Cuts order like the entries that they lie between. Those that are kept own what they are made of, those that are
/// looked for borrow it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Cut<'a> {
    // INVARIANT: the first bytes of `bytes`, then zeros. Most cuts differ there, and nobody has to look further away.
    heads: (u128, u64),
    bytes: Cow<'a, [u8]>,
    // A cut without a record lies before all records with the same bytes.
    record: Option<RecordCut<'a>>,
}

/// The place of a cut among entries with equal bytes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct RecordCut<'a> {
    object: Cow<'a, Name>,
    id: Cow<'a, Id>,
    after: bool,
}

impl<'a> Cut<'a> {
    /// Returns the cut before all entries with these bytes.
    pub(super) fn before_bytes(bytes: &'a [u8]) -> Self {
        Self { heads: heads(bytes), bytes: Cow::Borrowed(bytes), record: None }
    }

    /// Returns the cut just before the entry.
    pub(super) fn before(bytes: &'a [u8], object: &'a Name, id: &'a Id) -> Self {
        Self::at(bytes, RecordCut { object: Cow::Borrowed(object), id: Cow::Borrowed(id), after: false })
    }

    /// Returns the cut just after the entry.
    pub(super) fn after(bytes: &'a [u8], object: &'a Name, id: &'a Id) -> Self {
        Self::at(bytes, RecordCut { object: Cow::Borrowed(object), id: Cow::Borrowed(id), after: true })
    }

    /// Returns the bytes of the entries that the cut lies before or among.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Returns the place among entries with these bytes, or `None` when the cut lies before all of them.
    pub(super) fn record(&self) -> Option<&RecordCut<'a>> {
        self.record.as_ref()
    }

    /// Returns the same cut, to be kept.
    pub(super) fn into_owned(self) -> Cut<'static> {
        let record = self.record.map(|record| RecordCut {
            object: Cow::Owned(record.object.into_owned()),
            id: Cow::Owned(record.id.into_owned()),
            after: record.after,
        });
        Cut { heads: self.heads, bytes: Cow::Owned(self.bytes.into_owned()), record }
    }

    fn at(bytes: &'a [u8], record: RecordCut<'a>) -> Self {
        Self { heads: heads(bytes), bytes: Cow::Borrowed(bytes), record: Some(record) }
    }
}

impl Ord for Cut<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.heads.cmp(&other.heads).then_with(|| (&self.bytes, &self.record).cmp(&(&other.bytes, &other.record)))
    }
}

impl PartialOrd for Cut<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl RecordCut<'_> {
    /// Returns whether this cut comes after the entry of `row`.
    pub(super) fn follows(&self, row: &Row) -> bool {
        // Rows of one object mostly share one copy of its name.
        let is_same = std::ptr::eq(row.object.as_str(), self.object.as_str());
        let objects = if is_same { Ordering::Equal } else { row.object.cmp(&self.object) };
        let order = objects.then_with(|| row.id.cmp(&self.id));
        order.is_lt() || (self.after && order.is_eq())
    }
}

fn heads(bytes: &[u8]) -> (u128, u64) {
    let head = |from| head(bytes.get(from..).unwrap_or_default());
    ((u128::from(head(0)) << 64) | u128::from(head(8)), head(16))
}
