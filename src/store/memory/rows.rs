use std::sync::Arc;

use super::packed::PackedTerms;
use crate::value::{Id, Name, Revision};

/// The place of a row among the [`Rows`] of one tenant: four bytes, so that an index entry stays small.
///
/// 2^32 rows of one tenant would take some hundred gigabytes of memory before slots ran out.
pub(super) type Slot = u32;

/// A record as it lies in memory.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) object: Name,
    pub(super) id: Id,
    pub(super) revision: Revision,
    pub(super) body: Arc<[u8]>,
    pub(super) terms: PackedTerms,
}

/// The rows of one tenant, each at a slot of its own.
#[derive(Debug, Default)]
pub(super) struct Rows {
    rows: Vec<Option<Row>>,
    free: Vec<Slot>,
}

impl Rows {
    /// Returns the row at `slot`.
    pub(super) fn get(&self, slot: Slot) -> Option<&Row> {
        self.rows.get(slot as usize)?.as_ref()
    }

    /// Returns the row at `slot`, to be changed.
    pub(super) fn get_mut(&mut self, slot: Slot) -> Option<&mut Row> {
        self.rows.get_mut(slot as usize)?.as_mut()
    }

    /// Keeps `row` and returns its slot.
    pub(super) fn add(&mut self, row: Row) -> Slot {
        if let Some(slot) = self.free.pop() {
            if let Some(place) = self.rows.get_mut(slot as usize) {
                *place = Some(row);
            }
            return slot;
        }
        self.rows.push(Some(row));
        Slot::try_from(self.rows.len() - 1).unwrap_or(Slot::MAX)
    }

    /// Removes the row at `slot`, which another one may then take.
    pub(super) fn remove(&mut self, slot: Slot) {
        if self.rows.get_mut(slot as usize).and_then(Option::take).is_some() {
            self.free.push(slot);
        }
    }
}
