use super::cut::Cut;
use super::leaf::Leaf;
use super::rows::{Row, Rows, Slot};

/// The entries of one index of one tenant, in order: packed leaves under branches of a hundred.
///
/// Finding a place takes one search among the branches, one in a branch and one in a leaf, so it grows with the logarithm
/// of the number of entries.
#[derive(Debug, Default)]
pub(super) struct Index {
    // INVARIANT: in order, none of them empty.
    branches: Vec<Branch>,
}

/// Neighbouring leaves.
#[derive(Debug, Default)]
struct Branch {
    // INVARIANT: as many as leaves. A leaf holds the entries from its own cut up to the cut of the next leaf, be that in
    // the next branch; the first cut of all is the lowest.
    cuts: Vec<Cut<'static>>,
    leaves: Vec<Leaf>,
}

impl Index {
    /// Adds the entry of the row at `slot` under `bytes`.
    pub(super) fn insert(&mut self, bytes: &[u8], slot: Slot, rows: &Rows) {
        let Some(row) = rows.get(slot) else { return };
        if self.branches.is_empty() {
            self.branches.push(Branch { cuts: vec![Cut::default()], leaves: vec![Leaf::default()] });
        }
        let cut = Cut::before(bytes, &row.object, &row.id);
        let (of_branch, of_leaf) = self.place(&cut);
        let Some(branch) = self.branches.get_mut(of_branch) else { return };
        let Some(leaf) = branch.leaves.get_mut(of_leaf) else { return };
        let position = leaf.before(&cut, rows);
        leaf.insert(position, bytes, slot);
        let Some(right) = leaf.split(position) else { return };
        let lowest = right.at(0).and_then(|(bytes, slot)| Some((bytes, rows.get(slot)?)));
        let Some(cut) = lowest.map(|(bytes, row)| Cut::before(bytes, &row.object, &row.id).into_owned()) else {
            return;
        };
        branch.cuts.insert(of_leaf + 1, cut);
        branch.leaves.insert(of_leaf + 1, right);
        if let Some(right) = branch.split() {
            self.branches.insert(of_branch + 1, right);
        }
    }

    /// Removes the entry of the row at `slot` under `bytes`; the row must still be there.
    pub(super) fn remove(&mut self, bytes: &[u8], slot: Slot, rows: &Rows) {
        let Some(row) = rows.get(slot) else { return };
        let cut = Cut::before(bytes, &row.object, &row.id);
        let (of_branch, of_leaf) = self.place(&cut);
        let Some(branch) = self.branches.get_mut(of_branch) else { return };
        let Some(leaf) = branch.leaves.get_mut(of_leaf) else { return };
        let position = leaf.before(&cut, rows);
        if leaf.at(position) == Some((bytes, slot)) {
            leaf.remove(position);
        }
        // The first leaf stays: its cut is the lowest.
        if leaf.len() == 0 && (of_branch, of_leaf) != (0, 0) {
            branch.cuts.remove(of_leaf);
            branch.leaves.remove(of_leaf);
            if branch.leaves.is_empty() {
                self.branches.remove(of_branch);
            }
        }
    }

    /// Returns the entries from `low` up to `high`, or up to the end.
    pub(super) fn between<'a>(
        &'a self,
        low: &'a Cut<'a>,
        high: Option<&'a Cut<'a>>,
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
    pub(super) fn count(&self, low: &Cut<'_>, high: Option<&Cut<'_>>, limit: usize, rows: &Rows) -> usize {
        let mut count = 0;
        for (_, start, end) in self.parts(low, high, rows) {
            count += end.saturating_sub(start);
            if count >= limit {
                return limit;
            }
        }
        count
    }

    /// Returns the leaves between the cuts, each with the positions of its first entry there and after its last.
    fn parts<'a>(
        &'a self,
        low: &'a Cut<'a>,
        high: Option<&'a Cut<'a>>,
        rows: &'a Rows,
    ) -> impl DoubleEndedIterator<Item = (&'a Leaf, usize, usize)> {
        let first = self.place(low);
        let last = match high {
            Some(high) if high <= low => None,
            Some(high) => Some(self.place_after(first, high)),
            None => Some((self.branches.len(), 0)),
        };
        let branches = first.0..last.map_or(first.0, |last| last.0 + 1);
        let leaves = branches.filter_map(move |number| {
            let leaves = &self.branches.get(number)?.leaves;
            let from = if number == first.0 { first.1 } else { 0 };
            let to = last.filter(|last| last.0 == number).map_or(leaves.len(), |last| last.1 + 1);
            leaves.get(from..to)
        });
        leaves.flatten().map(move |leaf| {
            let start = leaf.before(low, rows);
            (leaf, start, high.map_or(leaf.len(), |high| leaf.before(high, rows)))
        })
    }

    /// Returns the branch, and the leaf in it, that entries just behind `cut` belong to.
    fn place(&self, cut: &Cut<'_>) -> (usize, usize) {
        let starts_before = |branch: &Branch| branch.cuts.first().is_some_and(|first| first <= cut);
        let of_branch = self.branches.partition_point(starts_before).saturating_sub(1);
        let cuts = self.branches.get(of_branch).map_or(&[][..], |branch| &branch.cuts);
        (of_branch, cuts.partition_point(|known| known <= cut).saturating_sub(1))
    }

    /// Returns the same for a cut that does not lie before `first`: mostly the same leaf.
    fn place_after(&self, first: (usize, usize), cut: &Cut<'_>) -> (usize, usize) {
        let (of_branch, of_leaf) = first;
        let next = self.branches.get(of_branch).and_then(|branch| branch.cuts.get(of_leaf + 1));
        if next.is_some_and(|next| cut < next) { first } else { self.place(cut) }
    }
}

impl Branch {
    const MAX_LEAVES: usize = 128;

    /// Splits off the upper half when the branch has grown too large.
    fn split(&mut self) -> Option<Self> {
        let half = self.leaves.len() / 2;
        (self.leaves.len() > Self::MAX_LEAVES)
            .then(|| Self { cuts: self.cuts.split_off(half), leaves: self.leaves.split_off(half) })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::Arc;

    use super::super::packed::PackedTerms;
    use super::*;
    use crate::value::{Id, Name, Revision};

    fn rows(count: u32) -> Rows {
        let mut rows = Rows::default();
        for number in 0..count {
            let (object, id) = (Name::known("lead"), Id::new(&format!("l{:05}", number.wrapping_mul(40_503) % 65_536)));
            let (revision, body) = (Revision::FIRST, Arc::from([]));
            rows.add(Row { object, id: id.unwrap(), revision, body, terms: PackedTerms::default() });
        }
        rows
    }

    /// Bytes with long common starts, many of them equal, some the start of others.
    fn bytes(number: u32) -> Vec<u8> {
        match number % 4 {
            0 => format!("region-{}", number % 3).into_bytes(),
            1 => format!("contact{}@example.com", number.wrapping_mul(7_919) % 9_973).into_bytes(),
            2 => vec![0; (number % 40) as usize],
            _ => [&b"2026-11-"[..], &number.to_be_bytes()].concat(),
        }
    }

    fn agree(index: &Index, plain: &BTreeSet<(Vec<u8>, Id)>, rows: &Rows) {
        for number in (0..200).chain(9_950..10_000) {
            let (a, b) = (bytes(number), bytes(number.wrapping_mul(31)));
            let (low, high) = (Cut::before_bytes(&a), Cut::before_bytes(&b));
            let plain: Vec<_> = plain.iter().filter(|(bytes, _)| *bytes >= a && *bytes < b).collect();
            let found: Vec<_> = index.between(&low, Some(&high), rows).map(|(b, row)| (b, &row.id)).collect();
            assert!(found.iter().copied().eq(plain.iter().map(|(bytes, id)| (bytes.as_slice(), id))), "{a:?} {b:?}");
            assert!(
                index
                    .between(&low, Some(&high), rows)
                    .rev()
                    .map(|(_, row)| &row.id)
                    .eq(found.iter().rev().map(|f| f.1))
            );
            assert_eq!(index.count(&low, Some(&high), usize::MAX, rows), found.len());
        }
        let lowest = Cut::default();
        let all = index.between(&lowest, None, rows).map(|(bytes, row)| (bytes.to_vec(), row.id.clone()));
        assert!(all.eq(plain.iter().cloned()));
    }

    #[test]
    fn many_entries_come_and_go_in_any_order() {
        const COUNT: u32 = 30_000;
        let rows = rows(COUNT);
        let entry = |slot| (bytes(slot), rows.get(slot).unwrap().id.clone());
        let (mut index, mut plain) = (Index::default(), BTreeSet::new());
        for slot in (0..COUNT).map(|n| n.wrapping_mul(12_347) % COUNT) {
            index.insert(&bytes(slot), slot, &rows);
            plain.insert(entry(slot));
        }
        assert!(index.branches.len() > 2);
        agree(&index, &plain, &rows);
        for slot in (0..COUNT).map(|n| n.wrapping_mul(7_177) % COUNT).take(25_000) {
            index.remove(&bytes(slot), slot, &rows);
            plain.remove(&entry(slot));
        }
        agree(&index, &plain, &rows);
        for slot in 0..COUNT {
            index.remove(&bytes(slot), slot, &rows);
        }
        assert_eq!(index.between(&Cut::default(), None, &rows).count(), 0);
        index.insert(b"again", 7, &rows);
        assert_eq!(index.between(&Cut::before_bytes(b"a"), None, &rows).count(), 1);
    }
}
