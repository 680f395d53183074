use std::fmt;
use std::ops::{BitAnd, BitOr, Sub};

use crate::schema::ClassNumber;

/// A set of field classes.
///
/// `&` is what two principals may both do: an automation that runs within its author's and its caller's rights.
///
/// # Example
/// ```
/// use guanxi::access::ClassSet;
/// use guanxi::schema::ClassNumber;
///
/// let author = ClassSet::NONE.with(ClassNumber::SYSTEM).with(ClassNumber::CUSTOM);
/// let caller = ClassSet::NONE.with(ClassNumber::CUSTOM);
/// assert_eq!(author & caller, caller);
/// assert!(!(author & caller).contains(ClassNumber::SYSTEM));
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct ClassSet(u16);

impl ClassSet {
    /// No class.
    pub const NONE: Self = Self(0);
    /// Every class.
    pub const ALL: Self = Self(u16::MAX);

    /// Returns the set with `class`.
    #[must_use]
    pub fn with(self, class: ClassNumber) -> Self {
        Self(self.0 | class.bit())
    }

    /// Returns the set without `class`.
    #[must_use]
    pub fn without(self, class: ClassNumber) -> Self {
        Self(self.0 & !class.bit())
    }

    /// Returns whether `class` is in the set.
    pub fn contains(self, class: ClassNumber) -> bool {
        self.0 & class.bit() != 0
    }

    /// Returns whether the set is empty.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Returns the set as bits, the class with number 0 lowest.
    pub fn bits(self) -> u16 {
        self.0
    }

    pub(super) fn from_bits(bits: u16) -> Self {
        Self(bits)
    }
}

impl FromIterator<ClassNumber> for ClassSet {
    fn from_iter<T: IntoIterator<Item = ClassNumber>>(classes: T) -> Self {
        classes.into_iter().fold(Self::NONE, Self::with)
    }
}

impl BitAnd for ClassSet {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl BitOr for ClassSet {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// The classes of the first set that are not in the second.
impl Sub for ClassSet {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
}

impl fmt::Debug for ClassSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ClassSet({:#018b})", self.0)
    }
}
