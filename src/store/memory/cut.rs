use super::rows::Row;
use crate::value::{Id, Name};

/// A place between two entries of an index of one tenant: every entry is either before it or after it.
///
/// Cuts order like the entries that they lie between.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cut {
    bytes: Box<[u8]>,
    // A cut without a record lies before all records with the same bytes.
    record: Option<(Name, Id)>,
    after: bool,
}

impl Cut {
    /// Returns the cut before all entries with these bytes.
    pub(super) fn before_bytes(bytes: &[u8]) -> Self {
        Self { bytes: bytes.into(), record: None, after: false }
    }

    /// Returns the cut just before the entry.
    pub(super) fn before(bytes: &[u8], object: &Name, id: &Id) -> Self {
        Self { bytes: bytes.into(), record: Some((object.clone(), id.clone())), after: false }
    }

    /// Returns the cut just after the entry.
    pub(super) fn after(bytes: &[u8], object: &Name, id: &Id) -> Self {
        Self { after: true, ..Self::before(bytes, object, id) }
    }

    /// Returns whether the entry of `row` under `bytes` lies before this cut.
    pub(super) fn follows<'a>(&self, bytes: &[u8], row: impl FnOnce() -> Option<&'a Row>) -> bool {
        match (bytes.cmp(&self.bytes), &self.record) {
            (std::cmp::Ordering::Less, _) => true,
            (std::cmp::Ordering::Greater, _) | (_, None) => false,
            // Only a tie has to look at the row, which lies elsewhere in memory.
            (std::cmp::Ordering::Equal, Some((object, id))) => row().is_some_and(|row| {
                let order = row.object.cmp(object).then_with(|| row.id.cmp(id));
                order.is_lt() || (self.after && order.is_eq())
            }),
        }
    }
}
