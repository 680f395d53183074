use super::Range;
use crate::value::{Key, Revision};

/// A condition that must still hold when a decision is committed; one that fails refuses the whole change set.
///
/// This enum is complete, so that a store which compiles keeps every guard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Guard {
    /// There is no record at the key.
    Absent(Key),
    /// Adds `by` to the counter at `key`, in the same commit, unless that would lift it above `max`.
    ///
    /// Bumps commute, so decisions that only count do not conflict with each other. A counter that was never bumped is
    /// 0; a sum that leaves the range of an `i64` is refused like one above `max`. Several bumps of one counter in one
    /// change set apply one after the other, each under its own bound. Counters are apart from records: one may be at
    /// the key of a record, and a delete leaves it.
    Bump {
        /// The counter.
        key: Key,
        /// What is added; negative to give back.
        by: i64,
        /// The highest value allowed after adding. It does not hinder giving back, nor a bump by 0.
        max: i64,
    },
    /// The range still gives the answer with this digest, in the form that it wants: a count notices only how many
    /// entries there are up to the limit, keys also which, records also each record's revision.
    Same {
        /// The range.
        range: Range,
        /// The digest of the answer that was relied on.
        digest: Digest,
    },
    /// The record at the key still has this revision.
    Version {
        /// The record.
        key: Key,
        /// The revision that was relied on.
        revision: Revision,
    },
}

/// A 128-bit fingerprint of a range's answer, made by [`Found::digest`](super::Found::digest).
///
/// It tells answers apart by accident-proof mixing (two independent SplitMix64 lanes), not against an attacker who
/// chooses ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(u64, u64);

impl Digest {
    pub(super) fn start(count: usize) -> Self {
        Self(0x243f_6a88_85a3_08d3, 0x1319_8a2e_0370_7344).number(u64::try_from(count).unwrap_or(u64::MAX))
    }

    pub(super) fn number(self, number: u64) -> Self {
        Self(mix(self.0 ^ number), mix(self.1.rotate_left(23).wrapping_add(number)))
    }

    pub(super) fn bytes(self, bytes: &[u8]) -> Self {
        let chunks = bytes.chunks(8).map(|chunk| {
            let mut word = [0; 8];
            for (slot, byte) in word.iter_mut().zip(chunk) {
                *slot = *byte;
            }
            u64::from_le_bytes(word)
        });
        chunks.fold(self.number(u64::try_from(bytes.len()).unwrap_or(u64::MAX)), Self::number)
    }

    pub(super) fn key(self, key: &Key) -> Self {
        let digest = self.bytes(key.tenant().as_str().as_bytes()).bytes(key.object().as_str().as_bytes());
        match (key.id().uuid_bytes(), key.id().as_text()) {
            (Some(uuid), _) => digest.bytes(uuid),
            (None, text) => digest.number(1).bytes(text.unwrap_or_default().as_bytes()),
        }
    }
}

/// SplitMix64's step and finaliser (Steele, Lea, Flood 2014).
fn mix(x: u64) -> u64 {
    let x = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}
