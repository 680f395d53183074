use std::cmp::Ordering;

use super::cut::Cut;
use super::packed::{push_bytes, read_bytes};
use super::rows::{Rows, Slot};
use crate::value::ordered::head;

/// A few dozen neighbouring entries of an index, packed into two allocations.
///
/// Neighbours with equal bytes keep them once, so an index of few values costs sixteen bytes an entry.
#[derive(Debug, Default)]
pub(super) struct Leaf {
    // INVARIANT: in order; offsets never descend, and every byte of `data` belongs to an entry.
    entries: Vec<Packed>,
    data: Vec<u8>,
    // INVARIANT: all entries start with the same bytes, at least this many.
    shared: usize,
}

#[derive(Debug, Clone, Copy)]
struct Packed {
    // INVARIANT: the head of the bytes behind the shared ones: neighbours mostly differ there.
    head: u64,
    offset: u32,
    slot: Slot,
}

impl Leaf {
    /// The most entries of a leaf, and the most bytes unless a single entry is larger.
    const MAX_ENTRIES: usize = 80;
    const MAX_BYTES: usize = 1 << 16;

    /// Returns how many entries there are.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Returns the entry at this position.
    pub(super) fn at(&self, position: usize) -> Option<(&[u8], Slot)> {
        let entry = self.entries.get(position)?;
        Some((self.bytes(entry), entry.slot))
    }

    /// Returns how many entries lie before `cut`.
    pub(super) fn before(&self, cut: &Cut<'_>, rows: &Rows) -> usize {
        let (start, rest) = cut.bytes().split_at_checked(self.shared).unwrap_or((cut.bytes(), &[]));
        match start.cmp(self.shared_bytes()) {
            Ordering::Less => return 0,
            Ordering::Equal => {}
            Ordering::Greater => return self.entries.len(),
        }
        let head = head(rest);
        let is_before = |entry: &Packed| match self.bytes(entry).cmp(cut.bytes()) {
            Ordering::Less => true,
            Ordering::Equal => {
                let row = || rows.get(entry.slot);
                cut.record().is_some_and(|record| row().is_some_and(|row| record.follows(row)))
            }
            Ordering::Greater => false,
        };
        // Mostly the heads alone tell the place.
        let first = self.entries.partition_point(|entry| entry.head < head);
        let rest = self.entries.get(first..).unwrap_or_default();
        match rest.first() {
            Some(entry) if entry.head == head => {
                first + rest.partition_point(|entry| entry.head == head && is_before(entry))
            }
            _ => first,
        }
    }

    /// Puts an entry at `position`, which must be its place in the order.
    pub(super) fn insert(&mut self, position: usize, bytes: &[u8], slot: Slot) {
        let shared = match self.entries.is_empty() {
            true => bytes.len(),
            false => common(self.shared_bytes(), bytes),
        };
        if shared != self.shared {
            self.share(shared);
        }
        let left = position.checked_sub(1).and_then(|left| self.entries.get(left));
        let right = self.entries.get(position);
        let shared = left.into_iter().chain(right).find(|neighbour| self.bytes(neighbour) == bytes);
        let offset = match shared {
            Some(neighbour) => neighbour.offset,
            None => {
                let offset = right.map_or(self.data.len(), |right| right.offset as usize);
                let more = self.write(offset, bytes);
                for later in self.entries.iter_mut().skip(position) {
                    later.offset = later.offset.saturating_add(more);
                }
                u32::try_from(offset).unwrap_or(u32::MAX)
            }
        };
        make_room(&mut self.entries, 1);
        let head = head(bytes.get(self.shared..).unwrap_or_default());
        self.entries.insert(position, Packed { head, offset, slot });
    }

    /// Removes the entry at `position`.
    pub(super) fn remove(&mut self, position: usize) {
        let offset_at = |position: usize| self.entries.get(position).map(|entry| entry.offset);
        let Some(offset) = offset_at(position) else { return };
        let shared = position.checked_sub(1).and_then(offset_at) == Some(offset)
            || offset_at(position.saturating_add(1)) == Some(offset);
        self.entries.remove(position);
        if shared {
            return;
        }
        let end = self.entries.get(position).map_or(self.data.len(), |next| next.offset as usize);
        let less = u32::try_from(self.data.drain(offset as usize..end).len()).unwrap_or(u32::MAX);
        for later in self.entries.iter_mut().skip(position) {
            later.offset = later.offset.saturating_sub(less);
        }
    }

    /// Splits off the upper half when the leaf has grown too large; where it has grown at its end, so will it from now on,
    /// and only what has come last goes.
    pub(super) fn split(&mut self, grown_at: usize) -> Option<Self> {
        let len = self.entries.len();
        let crowded = len > Self::MAX_ENTRIES || self.data.len() > Self::MAX_BYTES;
        if !crowded || len < 2 {
            return None;
        }
        let mut entries = self.entries.split_off(if grown_at + 1 == len { grown_at } else { len / 2 });
        let from = entries.first().map_or(0, |first| first.offset);
        entries.iter_mut().for_each(|entry| entry.offset = entry.offset.saturating_sub(from));
        let data = self.data.get(from as usize..).unwrap_or_default().to_vec();
        let mut right = Self { entries, data, shared: 0 };
        right.share_all();
        // The last entry that stays may have its bytes in common with the first that goes.
        let kept = self.entries.last().and_then(|last| self.data.get(last.offset as usize..)).and_then(read_bytes);
        self.data.truncate(self.data.len() - kept.map_or(0, |(_, after)| after.len()));
        self.entries.shrink_to(self.entries.len().next_multiple_of(32));
        self.data.shrink_to(self.data.len().next_multiple_of(256));
        self.share_all();
        Some(right)
    }

    /// Notes how many bytes all entries share, which only the first and the last tell.
    fn share_all(&mut self) {
        if let (Some((first, _)), Some((last, _))) = (self.at(0), self.at(self.entries.len().saturating_sub(1))) {
            self.share(common(first, last));
        }
    }

    /// Notes how many bytes all entries share.
    fn share(&mut self, shared: usize) {
        self.shared = shared;
        let mut entries = std::mem::take(&mut self.entries);
        for entry in &mut entries {
            entry.head = head(self.bytes(entry).get(shared..).unwrap_or_default());
        }
        self.entries = entries;
    }

    fn shared_bytes(&self) -> &[u8] {
        self.at(0).and_then(|(bytes, _)| bytes.get(..self.shared)).unwrap_or_default()
    }

    /// Writes delimited bytes at `offset` and returns how far that moved what follows.
    fn write(&mut self, offset: usize, bytes: &[u8]) -> u32 {
        let old = self.data.len();
        make_room(&mut self.data, bytes.len() + 5);
        push_bytes(&mut self.data, bytes);
        let more = self.data.len() - old;
        if let Some(tail) = self.data.get_mut(offset..) {
            tail.rotate_right(more);
        }
        u32::try_from(more).unwrap_or(u32::MAX)
    }

    fn bytes(&self, entry: &Packed) -> &[u8] {
        let rest = self.data.get(entry.offset as usize..).unwrap_or_default();
        read_bytes(rest).map_or(&[], |(bytes, _)| bytes)
    }
}

/// Returns how many bytes two texts start with in common.
fn common(a: &[u8], b: &[u8]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a == b).count()
}

/// Grows by steps of 256 bytes rather than by doubling: leaves are small, many, and mostly stay as they are.
fn make_room<T>(vec: &mut Vec<T>, more: usize) {
    if vec.capacity() - vec.len() < more {
        let step = 256 / size_of::<T>().max(1);
        vec.reserve_exact((vec.len() + more).next_multiple_of(step) - vec.len());
    }
}
