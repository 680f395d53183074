use crate::value::Name;

/// A checked way to find and order records of one object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index {
    pub(super) name: Name,
    pub(super) slots: Vec<u16>,
    pub(super) unique: bool,
}

impl Index {
    /// Returns the name under which the store knows the index, such as `lead.owner`.
    pub fn name(&self) -> &Name {
        &self.name
    }

    /// Returns the slots of the fields that the index orders by, the most significant first.
    pub fn slots(&self) -> &[u16] {
        &self.slots
    }

    /// Returns whether `slot` is the most significant field and every record with a value there is in the index: one
    /// without a value in any other field is not in a unique index.
    pub(super) fn leads_with(&self, slot: u16) -> bool {
        self.slots.first() == Some(&slot) && (!self.unique || self.slots.len() == 1)
    }

    /// Returns whether no two records of a tenant may stand at the same place.
    pub fn is_unique(&self) -> bool {
        self.unique
    }
}
