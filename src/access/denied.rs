use std::fmt;

use super::Action;
use crate::value::{Id, Name};

/// Something that the caller may not do.
///
/// It names the action and the object; the record only where the caller named it himself; the field only where he could
/// view one of its class, and that the record is sealed only where he may view that; never a value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Denied {
    pub(super) action: Action,
    pub(super) object: Name,
    pub(super) id: Option<Id>,
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

    /// Returns the denial of the same for the record that the caller has named.
    #[must_use]
    pub fn on(mut self, id: Id) -> Self {
        self.id = Some(id);
        self
    }

    /// Returns the id of the record, where the caller has named it.
    pub fn id(&self) -> Option<&Id> {
        self.id.as_ref()
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
        if let Some(field) = &self.field {
            write!(f, "`{field}` of ")?;
        }
        match &self.id {
            Some(id) => write!(f, "{} `{id}`", self.object)?,
            None => write!(f, "`{}`", self.object)?,
        }
        if self.sealed { f.write_str(": the record is sealed") } else { Ok(()) }
    }
}
