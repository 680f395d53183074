//! Random choices that a seed repeats.
#![allow(dead_code, reason = "every test program uses a part of it")]

use std::fmt::Debug;

/// SplitMix64 (Steele, Lea, Flood 2014), so that a failing seed can be run again.
#[derive(Debug)]
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    /// Returns a number from 0 to one less than `n`; 0 where there is nothing to choose from.
    pub(crate) fn below<N: TryInto<u64, Error: Debug> + TryFrom<u64, Error: Debug>>(&mut self, n: N) -> N {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let x = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        N::try_from((x ^ (x >> 31)) % n.try_into().unwrap().max(1)).unwrap()
    }

    pub(crate) fn one<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }
}
