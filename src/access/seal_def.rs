use serde::{Deserialize, Serialize};

use super::{Action, Selector};
use crate::value::Name;

/// What nobody may do with a sealed record, whatever is granted; a record is sealed while the object's `sealed` field
/// is true.
///
/// Somebody with one of the excepted roles is free of the seal, though a grant must still allow the action. A seal
/// never grants. Where several seals name the same action, one must be excepted from each.
///
/// # Example: only an administrator deletes or merges a sealed record
/// ```
/// use guanxi::access::{Action, SealDef};
///
/// let built = SealDef::new("*".parse()?, [Action::Delete, Action::Merge]).with_except("admin".parse()?);
/// let read: SealDef = serde_json::from_str(r#"{"object":"*","actions":["delete","merge"],"except":["admin"]}"#)?;
/// assert_eq!(built, read);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SealDef {
    pub(super) object: Selector,
    pub(super) actions: Vec<Action>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) except: Vec<Name>,
}

impl SealDef {
    /// Returns the seal that forbids `actions` on sealed records of `object` to everybody.
    pub fn new(object: Selector, actions: impl Into<Vec<Action>>) -> Self {
        Self { object, actions: actions.into(), except: Vec::new() }
    }

    /// Frees a role of the seal.
    #[must_use]
    pub fn with_except(mut self, role: Name) -> Self {
        self.except.push(role);
        self
    }

    /// Returns the object, or `*`.
    pub fn object(&self) -> &Selector {
        &self.object
    }

    /// Returns the forbidden actions.
    pub fn actions(&self) -> &[Action] {
        &self.actions
    }

    /// Returns the roles that are free of the seal.
    pub fn except(&self) -> &[Name] {
        &self.except
    }
}
