use super::rows::{Rows, Slot};
use crate::value::Id;

/// Finds the rows of one object by their ids: an open-addressed table of slots, the ids being read from the rows.
///
/// Four to eight bytes a record, and one look at the table and one at the row to find it.
#[derive(Debug, Default)]
pub(super) struct Slots {
    // INVARIANT: empty or a power of two long, never more than three quarters full, no gap between an id's home and
    // its place.
    table: Vec<Slot>,
    len: usize,
}

const EMPTY: Slot = Slot::MAX;

impl Slots {
    /// Returns the slot of the row with this id.
    pub(super) fn get(&self, id: &Id, rows: &Rows) -> Option<Slot> {
        self.table.get(self.place(id, rows)?).copied()
    }

    /// Adds a row that is not there yet.
    pub(super) fn insert(&mut self, id: &Id, slot: Slot, rows: &Rows) {
        if (self.len + 1) * 4 > self.table.len() * 3 {
            let larger = vec![EMPTY; (self.table.len() * 2).max(8)];
            for old in std::mem::replace(&mut self.table, larger) {
                if let Some(row) = rows.get(old) {
                    self.settle(&row.id, old);
                }
            }
        }
        self.settle(id, slot);
        self.len += 1;
    }

    /// Removes the row with this id, which must still be among the rows, and returns its slot.
    pub(super) fn remove(&mut self, id: &Id, rows: &Rows) -> Option<Slot> {
        let mut place = self.place(id, rows)?;
        let removed = std::mem::replace(self.table.get_mut(place)?, EMPTY);
        self.len -= 1;
        // Whoever stood behind moves up, so that no gap hides it.
        loop {
            place = self.next(place);
            match self
                .table
                .get_mut(place)
                .map(|slot| std::mem::replace(slot, EMPTY))
                .and_then(|slot| Some((slot, rows.get(slot)?)))
            {
                Some((slot, row)) => self.settle(&row.id, slot),
                None => return Some(removed),
            }
        }
    }

    fn place(&self, id: &Id, rows: &Rows) -> Option<usize> {
        let mut place = self.home(id);
        loop {
            let row = rows.get(*self.table.get(place)?)?;
            if row.id == *id {
                return Some(place);
            }
            place = self.next(place);
        }
    }

    fn settle(&mut self, id: &Id, slot: Slot) {
        let mut place = self.home(id);
        while let Some(taken) = self.table.get_mut(place) {
            if *taken == EMPTY {
                *taken = slot;
                return;
            }
            place = self.next(place);
        }
    }

    fn home(&self, id: &Id) -> usize {
        hash(id) as usize & self.table.len().saturating_sub(1)
    }

    fn next(&self, place: usize) -> usize {
        (place + 1) & self.table.len().saturating_sub(1)
    }
}

/// Without random keys: the same ids always lie at the same places. Most ids are UUIDs of our own making, random enough
/// for one multiplication.
fn hash(id: &Id) -> u64 {
    match (id.uuid_bytes(), id.as_text()) {
        (Some(bytes), _) => {
            let (high, low) = bytes.split_at(8);
            fold(number(high), number(low))
        }
        // From anything but the seed, with which the first part would be multiplied by nothing.
        (None, text) => text.unwrap_or_default().as_bytes().chunks(8).fold(0, |hash, part| fold(hash, number(part))),
    }
}

const SEED: u64 = 0x9e37_79b9_7f4a_7c15;

fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a ^ SEED).wrapping_mul(u128::from(b ^ 0xbf58_476d_1ce4_e5b9));
    (product as u64) ^ ((product >> 64) as u64)
}

/// Returns up to eight bytes as a number, different for different bytes of one length.
fn number(bytes: &[u8]) -> u64 {
    match bytes.first_chunk() {
        Some(eight) => u64::from_le_bytes(*eight),
        None => bytes.iter().fold(bytes.len() as u64, |number, byte| (number << 8) | u64::from(*byte)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_every_form_spread_over_the_table() {
        let now = crate::value::Instant::EPOCH;
        let forms: [fn(u64) -> String; 5] = [
            |n| format!("{n}"),
            |n| format!("u{n:07}"),
            |n| format!("{n}@example.com"),
            |n| format!("customer-{n}"),
            |n| format!("员工{n}"),
        ];
        let texts = forms.iter().map(|form| (0..4_096).map(|n| form(n).parse().unwrap()).collect::<Vec<Id>>());
        for ids in texts.chain([(0..4_096).map(|n| Id::derive(now, 7, n)).collect()]) {
            // As many buckets as ids: where they lie at random the fullest holds about seven.
            let mut buckets = vec![0_u32; 4_096];
            ids.iter().for_each(|id| buckets[hash(id) as usize & 4_095] += 1);
            let fullest = buckets.iter().max().unwrap();
            assert!(*fullest <= 16, "{fullest} lie where `{}` does", ids[0]);
        }
    }
}
