use std::collections::BTreeMap;
use std::ops::Bound;

use super::cut::Cut;
use super::leaf::Leaf;
use super::rows::{Row, Rows, Slot};

/// The entries of one index of one tenant, in order: a two-level tree of packed leaves.
///
/// Finding a place takes one search among the leaves and one within a leaf, so it grows with the logarithm of the
/// number of entries.
#[derive(Debug, Default)]
pub(super) struct Index {
    // INVARIANT: a leaf holds the entries from its own cut up to the cut of the next leaf; the first cut is the lowest.
    leaves: BTreeMap<Cut, Leaf>,
}

impl Index {
    /// Adds the entry of the row at `slot` under `bytes`.
    pub(super) fn insert(&mut self, bytes: &[u8], slot: Slot, rows: &Rows) {
        let Some(row) = rows.get(slot) else { return };
        let cut = Cut::before(bytes, &row.object, &row.id);
        let Some((_, leaf)) = self.leaves.range_mut(..=&cut).next_back() else {
            let mut first = Leaf::default();
            first.insert(0, bytes, slot);
            self.leaves.insert(Cut::default(), first);
            return;
        };
        leaf.insert(leaf.before(&cut, rows), bytes, slot);
        let Some(right) = leaf.split() else { return };
        let lowest = right.at(0).and_then(|(bytes, slot)| Some((bytes, rows.get(slot)?)));
        if let Some(cut) = lowest.map(|(bytes, row)| Cut::before(bytes, &row.object, &row.id)) {
            self.leaves.insert(cut, right);
        }
    }

    /// Removes the entry of the row at `slot` under `bytes`; the row must still be there.
    pub(super) fn remove(&mut self, bytes: &[u8], slot: Slot, rows: &Rows) {
        let Some(row) = rows.get(slot) else { return };
        let cut = Cut::before(bytes, &row.object, &row.id);
        let Some((lowest, leaf)) = self.leaves.range_mut(..=&cut).next_back() else { return };
        let position = leaf.before(&cut, rows);
        if leaf.at(position) == Some((bytes, slot)) {
            leaf.remove(position);
        }
        if leaf.len() == 0 && *lowest != Cut::default() {
            let lowest = lowest.clone();
            self.leaves.remove(&lowest);
        }
    }

    /// Returns the entries from `low` up to `high`, or up to the end.
    pub(super) fn between<'a>(
        &'a self,
        low: &'a Cut,
        high: Option<&'a Cut>,
        rows: &'a Rows,
    ) -> impl DoubleEndedIterator<Item = (&'a [u8], &'a Row)> {
        self.parts(low, high, rows).flat_map(move |(leaf, start, end)| {
            (start..end).filter_map(move |position| {
                let (bytes, slot) = leaf.at(position)?;
                Some((bytes, rows.get(slot)?))
            })
        })
    }

    /// Returns how many entries there are from `low` up to `high`, or up to the end; at most `limit`.
    pub(super) fn count(&self, low: &Cut, high: Option<&Cut>, limit: usize, rows: &Rows) -> usize {
        let mut count = 0;
        for (_, start, end) in self.parts(low, high, rows) {
            count += end - start;
            if count >= limit {
                return limit;
            }
        }
        count
    }

    /// Returns the leaves between the cuts, each with the positions of its first entry there and after its last.
    fn parts<'a>(
        &'a self,
        low: &'a Cut,
        high: Option<&'a Cut>,
        rows: &'a Rows,
    ) -> impl DoubleEndedIterator<Item = (&'a Leaf, usize, usize)> {
        let empty = high.is_some_and(|high| high <= low);
        let first = self.leaves.range(..=low).next_back().map_or(low, |(cut, _)| cut);
        let last = match high {
            _ if empty => Bound::Excluded(first),
            Some(high) => Bound::Included(high),
            None => Bound::Unbounded,
        };
        let leaves = self.leaves.range((Bound::Included(first), last));
        leaves.map(move |(_, leaf)| {
            let start = leaf.before(low, rows);
            (leaf, start, high.map_or(leaf.len(), |high| leaf.before(high, rows)))
        })
    }
}
