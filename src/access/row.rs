use std::ops::BitOr;

use super::{ClassSet, Relations};
use crate::schema::{ClassNumber, FieldClasses};

/// For one role, object and action: by field class, the relations in which it is granted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
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
    pub(super) fn relations(self, class: ClassNumber) -> Relations {
        Relations::from_bits(self.0.get(usize::from(class.number())).copied().unwrap_or(0))
    }

    /// Returns the relations in which some class is granted.
    pub(super) fn all_relations(self) -> Relations {
        Relations::from_bits(self.0.into_iter().fold(0, |all, cell| all | cell))
    }

    /// Returns the classes that are granted in one of `relations`.
    pub(super) fn classes(self, relations: Relations) -> ClassSet {
        let mut bits = 0;
        for (number, cell) in self.0.into_iter().enumerate() {
            bits |= u16::from(cell & relations.bits() != 0) << number;
        }
        ClassSet::from_bits(bits)
    }
}

impl BitOr for Row {
    type Output = Self;

    fn bitor(mut self, other: Self) -> Self {
        for (cell, more) in self.0.iter_mut().zip(other.0) {
            *cell |= more;
        }
        self
    }
}
