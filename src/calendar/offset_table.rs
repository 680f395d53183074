//! Which offset from UTC holds when, looked up both ways.

/// The offsets of a place over time, in seconds, for moments and local times in milliseconds since 1970-01-01.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OffsetTable {
    /// The offset before the first change.
    first: i32,
    // INVARIANT: strictly ascending by `at`, and `reached` ascends.
    changes: Vec<OffsetChange>,
}

/// The end of one offset and the beginning of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct OffsetChange {
    at: i64,
    seconds: i32,
    /// The latest local time that any clock came up to before this change.
    reached: i64,
}

/// A stretch of local time that a change makes the clock skip or show twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Seam {
    pub(super) from: i64,
    pub(super) to: i64,
}

impl OffsetTable {
    /// Returns the table of a first offset and changes, of which those are kept that change something.
    ///
    /// The changes are to ascend strictly.
    pub(super) fn new(first: i32, changes: impl IntoIterator<Item = (i64, i32)>) -> Self {
        let mut table = Self { first, changes: Vec::new() };
        for (at, seconds) in changes {
            let last = table.changes.last();
            let before = last.map_or(first, |last| last.seconds);
            if seconds != before {
                let reached = (at + millis(before)).max(last.map_or(i64::MIN, |last| last.reached));
                table.changes.push(OffsetChange { at, seconds, reached });
            }
        }
        table
    }

    /// Returns the offset at a moment, in seconds ahead of UTC.
    pub(super) fn seconds_at(&self, at: i64) -> i32 {
        self.seconds_after(self.changes.partition_point(|change| change.at <= at))
    }

    /// Returns the first moment at which the clock shows `local` or has come past it.
    ///
    /// That is the only moment of a usual local time, the first of one that comes twice, and of one that never comes the
    /// moment at which it is skipped. It never falls when `local` rises.
    pub(super) fn first_showing(&self, local: i64) -> i64 {
        let passed = self.changes.partition_point(|change| change.reached <= local);
        let begins = passed.checked_sub(1).and_then(|last| self.changes.get(last)).map_or(i64::MIN, |last| last.at);
        begins.max(local - millis(self.seconds_after(passed)))
    }

    /// Returns the local times that are skipped or come twice, one stretch for each change.
    pub(super) fn seams(&self) -> impl Iterator<Item = Seam> {
        self.changes.iter().enumerate().map(|(passed, change)| {
            let (before, after) = (change.at + millis(self.seconds_after(passed)), change.at + millis(change.seconds));
            Seam { from: before.min(after), to: before.max(after) }
        })
    }

    fn seconds_after(&self, changes: usize) -> i32 {
        changes.checked_sub(1).and_then(|last| self.changes.get(last)).map_or(self.first, |last| last.seconds)
    }
}

fn millis(seconds: i32) -> i64 {
    i64::from(seconds) * 1_000
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MINUTE: i64 = 60_000;

    proptest! {
        /// The law by its words: walk the minutes until the clock shows the time or is past it.
        #[test]
        fn the_first_showing_is_what_a_walk_over_the_minutes_finds(
            first in -18..=18_i32,
            steps in prop::collection::vec((1..40_i64, -36..=36_i32), 0..6),
            local in -20..140_i64,
        ) {
            let mut at = 0;
            let changes: Vec<_> = steps
                .into_iter()
                .map(|(hours, halves)| {
                    at += hours * 60 * MINUTE;
                    (at, halves * 1_800)
                })
                .collect();
            let table = OffsetTable::new(first * 3_600, changes);
            let local = local * 60 * MINUTE;
            let mut walk = local - 40 * 60 * MINUTE;
            while walk + millis(table.seconds_at(walk)) < local {
                walk += 30 * MINUTE;
            }
            prop_assert_eq!(table.first_showing(local), walk);
            prop_assert!(table.first_showing(local) <= table.first_showing(local + MINUTE));
        }
    }

    #[test]
    fn a_change_that_changes_nothing_is_none() {
        let table = OffsetTable::new(3_600, [(0, 3_600), (10, 0), (20, 0), (30, 3_600)]);
        assert_eq!(table, OffsetTable::new(3_600, [(10, 0), (30, 3_600)]));
        assert_eq!(table.seams().count(), 2);
    }
}
