use std::fmt;

/// The roles of a principal, resolved against one [table](super::AccessTable) once and then as cheap as a number.
///
/// Made by [`AccessTable::roles`](super::AccessTable::roles) and meaningful for that table alone.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct RoleSet {
    bits: u64,
    system: bool,
}

impl RoleSet {
    /// The most roles of a definition.
    pub const MAX: usize = 64;
    /// No role: may do nothing.
    pub const NONE: Self = Self { bits: 0, system: false };
    /// The host's own automation: may do everything, also with sensitive fields and sealed records.
    pub const SYSTEM: Self = Self { bits: 0, system: true };

    /// Returns whether this is the host's own automation.
    pub fn is_system(self) -> bool {
        self.system
    }

    /// Returns the set with the roles of `other` too.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self { bits: self.bits | other.bits, system: self.system || other.system }
    }

    pub(super) fn with(self, role: usize) -> Self {
        let bit = u32::try_from(role).ok().and_then(|role| 1_u64.checked_shl(role)).unwrap_or(0);
        Self { bits: self.bits | bit, ..self }
    }

    pub(super) fn shares_with(self, other: Self) -> bool {
        self.bits & other.bits != 0
    }

    /// Returns the numbers of the roles, ascending.
    pub(super) fn iter(self) -> impl Iterator<Item = usize> {
        let mut rest = self.bits;
        std::iter::from_fn(move || {
            let next = rest.trailing_zeros();
            rest &= rest.checked_sub(1)?;
            Some(next as usize)
        })
    }
}

impl fmt::Debug for RoleSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.system { f.write_str("system") } else { f.debug_set().entries(self.iter()).finish() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_come_out_in_order_up_to_the_last() {
        let set = [63, 0, 5, 5].into_iter().fold(RoleSet::NONE, RoleSet::with);
        assert_eq!(set.iter().collect::<Vec<_>>(), [0, 5, 63]);
        assert_eq!(RoleSet::NONE.with(64), RoleSet::NONE);
        assert!(!RoleSet::NONE.is_system());
    }
}
