use std::fmt;

use super::Action;
use crate::value::Name;

/// Something that the caller may not do.
///
/// It names the action and the object; the field only where the caller could view one of its class, and that the record
/// is sealed only where he may view that; never a value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Denied {
    pub(super) action: Action,
    pub(super) object: Name,
    pub(super) field: Option<Name>,
    pub(super) sealed: bool,
}

impl Denied {
    /// Returns the action.
    pub fn action(&self) -> Action {
        self.action
    }

    /// Returns the object.
    pub fn object(&self) -> &Name {
        &self.object
    }

    /// Returns the field, where a field was the reason and the caller may know it.
    pub fn field(&self) -> Option<&Name> {
        self.field.as_ref()
    }

    /// Returns whether a seal was the reason and the caller may know it.
    pub fn is_sealed(&self) -> bool {
        self.sealed
    }
}

impl fmt::Display for Denied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not allowed to {} ", self.action)?;
        match &self.field {
            Some(field) => write!(f, "`{field}` of `{}`", self.object)?,
            None => write!(f, "`{}`", self.object)?,
        }
        if self.sealed { f.write_str(": the record is sealed") } else { Ok(()) }
    }
}
