use serde::{Serialize, Serializer};

use super::{Expr, Type};

/// Where the value of a field is found in a [`Row`](super::Row).
///
/// Whoever implements [`Names`] assigns slots as it likes: own fields, fields of a referenced record (`account.grade`) and
/// computed ones alike. Small numbers without gaps make fast rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot(u32);

impl Slot {
    /// Returns the slot with this number.
    pub const fn new(number: u32) -> Self {
        Self(number)
    }

    /// Returns the number.
    pub const fn number(self) -> u32 {
        self.0
    }

    /// Returns the number as an index.
    #[inline]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

impl Serialize for Slot {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(self.0)
    }
}

/// What an expression can name: the fields and related collections of one object.
///
/// Implementers must answer the same path with the same slot and type as long as programs compiled from it are used.
pub trait Names {
    /// Returns the slot and the type of the field at `path`, without `old` and `new`.
    fn resolve(&self, path: &[&str]) -> Option<(Slot, Type)>;

    /// Returns the expression over fields that `path` stands for where it is no field: `stage in ['won']` for `is_won`.
    ///
    /// A condition that names it is compiled as if the expression stood there, so an index sees through it. An expression
    /// that has no type among the fields stands for nothing.
    fn definition(&self, path: &[&str]) -> Option<Expr> {
        let _ = path;
        None
    }

    /// Returns the collection of related records called `name`.
    fn collection(&self, name: &str) -> Option<Collection<'_>> {
        let _ = name;
        None
    }

    /// Returns whether every evaluation has a calendar that says which days are worked; where it has none,
    /// `business_days_since` is refused.
    fn has_calendar(&self) -> bool {
        true
    }

    /// Returns the dotted paths and collections worth suggesting when a name is unknown.
    fn known(&self) -> Vec<String> {
        Vec::new()
    }
}

/// A collection of related records: the activities of a lead, the orders of an account.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Collection<'a> {
    id: u32,
    names: &'a dyn Names,
}

impl<'a> Collection<'a> {
    /// Returns the collection with this number, whose records have these names.
    pub fn new(id: u32, names: &'a dyn Names) -> Self {
        Self { id, names }
    }

    /// Returns the number that [`Aggregate::collection`](super::Aggregate::collection) gives back.
    pub fn id(&self) -> u32 {
        self.id
    }

    /// Returns the names of the related records.
    pub fn names(&self) -> &'a dyn Names {
        self.names
    }
}

impl std::fmt::Debug for Collection<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Collection").field("id", &self.id).finish_non_exhaustive()
    }
}
