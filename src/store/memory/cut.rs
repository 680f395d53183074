use super::rows::Row;
use crate::value::{Id, Name};

/// A place between two entries of an index of one tenant: every entry is either before it or after it.
///
/// Cuts order like the entries that they lie between.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cut {
    // INVARIANT: the first bytes of `bytes`, then zeros. Most cuts differ there, and nobody has to look further away.
    head: [u64; 3],
    bytes: Box<[u8]>,
    // A cut without a record lies before all records with the same bytes.
    record: Option<RecordCut>,
}

/// The place of a cut among entries with equal bytes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct RecordCut {
    object: Name,
    id: Id,
    after: bool,
}

impl Cut {
    /// Returns the cut before all entries with these bytes.
    pub(super) fn before_bytes(bytes: &[u8]) -> Self {
        Self { head: head(bytes), bytes: bytes.into(), record: None }
    }

    /// Returns the cut just before the entry.
    pub(super) fn before(bytes: &[u8], object: &Name, id: &Id) -> Self {
        Self::at(bytes, RecordCut { object: object.clone(), id: id.clone(), after: false })
    }

    /// Returns the cut just after the entry.
    pub(super) fn after(bytes: &[u8], object: &Name, id: &Id) -> Self {
        Self::at(bytes, RecordCut { object: object.clone(), id: id.clone(), after: true })
    }

    /// Returns the bytes of the entries that the cut lies before or among.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Returns the place among entries with these bytes, or `None` when the cut lies before all of them.
    pub(super) fn record(&self) -> Option<&RecordCut> {
        self.record.as_ref()
    }

    fn at(bytes: &[u8], record: RecordCut) -> Self {
        Self { head: head(bytes), bytes: bytes.into(), record: Some(record) }
    }
}

impl RecordCut {
    /// Returns whether this cut comes after the entry of `row`.
    pub(super) fn follows(&self, row: &Row) -> bool {
        let order = row.object.cmp(&self.object).then_with(|| row.id.cmp(&self.id));
        order.is_lt() || (self.after && order.is_eq())
    }
}

fn head(bytes: &[u8]) -> [u64; 3] {
    let mut head = [0; 3];
    for (number, part) in head.iter_mut().zip(bytes.chunks(8)) {
        let mut eight = [0; 8];
        for (place, byte) in eight.iter_mut().zip(part) {
            *place = *byte;
        }
        *number = u64::from_be_bytes(eight);
    }
    head
}
