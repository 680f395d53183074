use std::fmt;

use super::table::Role;
use super::{Action, Relation, Relations};
use crate::schema::ClassNumber;
use crate::value::Name;

/// Whether something is allowed, and why.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum AccessDecision<'t> {
    /// A role grants it.
    Allowed(Permit<'t>),
    /// The host's own automation may do everything.
    System,
    /// No role grants it.
    NoGrant,
    /// A seal forbids it, whatever is granted.
    Sealed {
        /// The position of the seal in the definition.
        seal: usize,
    },
}

/// The grant that allowed something.
#[derive(Clone, Copy)]
pub struct Permit<'t> {
    pub(super) role: &'t Role,
    pub(super) object: u16,
    pub(super) action: Action,
    pub(super) class: ClassNumber,
    // INVARIANT: not empty.
    pub(super) by: Relations,
}

impl AccessDecision<'_> {
    /// Returns whether it is allowed.
    pub fn is_allowed(&self) -> bool {
        matches!(self, Self::Allowed(_) | Self::System)
    }
}

impl<'t> Permit<'t> {
    /// Returns the role that allowed it, the first in the definition where several do.
    pub fn role(&self) -> &'t Name {
        &self.role.key
    }

    /// Returns the relation to the record that the grant asks for.
    pub fn relation(&self) -> Relation {
        self.by.iter().next().unwrap_or(Relation::Any)
    }

    /// Returns the position, within the role, of the first grant that allows it in this relation.
    pub fn grant(&self) -> usize {
        let allows = |grant: &super::grant::Grant| {
            grant.scope.covers(self.object, self.action)
                && grant.classes.contains(self.class)
                && grant.relations.contains(self.relation())
        };
        // A row holds nothing but what the role's grants put there, so one of them is found.
        self.role.grants.iter().position(allows).unwrap_or(0)
    }
}

impl fmt::Debug for Permit<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "role {:?}, grant {}, as `{}`", self.role.key, self.grant(), self.relation())
    }
}

impl fmt::Display for AccessDecision<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Allowed(permit) => write!(f, "allowed: {permit:?}"),
            Self::System => f.write_str("allowed: the host's own automation"),
            Self::NoGrant => f.write_str("denied: no role grants it"),
            Self::Sealed { seal } => write!(f, "denied: the record is sealed (seal {seal})"),
        }
    }
}
