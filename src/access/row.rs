use std::ops::BitOr;

use super::{ClassSet, Relations};
use crate::schema::{ClassNumber, FieldClasses};

/// For one role, object and action: by field class, the relations in which it is granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Row([u8; FieldClasses::MAX]);

impl Row {
    pub(super) const NONE: Self = Self([0; FieldClasses::MAX]);

    /// Grants `classes` in `relations`.
    pub(super) fn grant(&mut self, classes: ClassSet, relations: Relations) {
        for (number, cell) in self.0.iter_mut().enumerate() {
            if classes.bits() & (1 << number) != 0 {
                *cell |= relations.bits();
            }
        }
    }

    /// Returns the relations in which `class` is granted.
    #[inline]
    pub(super) fn relations(&self, class: ClassNumber) -> Relations {
        Relations::from_bits(self.0.get(usize::from(class.number())).copied().unwrap_or(0))
    }

    /// Returns the relations in which some class is granted.
    pub(super) fn all_relations(&self) -> Relations {
        Relations::from_bits(self.0.into_iter().fold(0, BitOr::bitor))
    }

    /// Returns the classes that are granted in one of `relations`: all 16 cells at once, eight to a word.
    #[inline]
    pub(super) fn classes(&self, relations: Relations) -> ClassSet {
        let wanted = u64::from(relations.bits()).wrapping_mul(LOWEST);
        let (low, high) = halves(*self);
        ClassSet::from_bits(u16::from(non_zero(low & wanted)) | u16::from(non_zero(high & wanted)) << 8)
    }
}

impl BitOr for Row {
    type Output = Self;

    #[inline]
    fn bitor(self, other: Self) -> Self {
        Self((u128::from_le_bytes(self.0) | u128::from_le_bytes(other.0)).to_le_bytes())
    }
}

/// The lowest bit of every byte.
const LOWEST: u64 = 0x0101_0101_0101_0101;

/// Brings the bits 0, 8, 16 … 56 side by side into the highest byte of the product; no two terms meet.
const GATHER: u64 = 0x0102_0408_1020_4080;

fn halves(row: Row) -> (u64, u64) {
    let whole = u128::from_le_bytes(row.0);
    #[expect(clippy::cast_possible_truncation, reason = "the two halves of the number")]
    let halves = (whole as u64, (whole >> 64) as u64);
    halves
}

/// Returns one bit for each byte of `cells`, whether it is not 0; relations leave the upper three bits of a byte free,
/// so adding 127 carries into the highest bit of the byte and never beyond it.
fn non_zero(cells: u64) -> u8 {
    let marks = (cells.wrapping_add(LOWEST.wrapping_mul(0x7f)) >> 7) & LOWEST;
    (marks.wrapping_mul(GATHER) >> 56).to_le_bytes()[0]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Relation;

    #[test]
    fn words_find_the_classes_that_cells_hold() {
        let settings: Vec<_> = (9..16).map(|n| format!("class{n}").parse().unwrap()).collect();
        let classes = FieldClasses::new(&settings).unwrap();
        for bits in 0..=u16::MAX {
            let set: ClassSet =
                classes.iter().map(|(class, _)| class).filter(|class| bits & class.bit() != 0).collect();
            let mut row = Row::NONE;
            row.grant(set, Relation::SameTeam.into());
            row.grant(ClassSet::ALL - set, Relation::Any.into());
            assert_eq!(row.classes(Relation::SameTeam.into()), set);
            assert_eq!(row.classes(Relation::Any.into()), ClassSet::ALL - set);
            assert_eq!(row.classes(Relations::ALL), ClassSet::ALL);
            assert_eq!(row.classes(Relation::Owner.into()), ClassSet::NONE);
            let found = classes.iter().filter(|(class, _)| row.relations(*class) == Relation::SameTeam.into());
            assert_eq!(found.map(|(class, _)| class).collect::<ClassSet>(), set);
        }
    }
}
