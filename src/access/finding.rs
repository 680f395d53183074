use std::fmt;

use serde::Serialize;

use super::{Action, Relation};
use crate::value::Name;

/// Something in a policy that works but is probably not meant.
///
/// Found by [`AccessTable::findings`](super::AccessTable::findings). Roles that are declared as admin have no findings
/// about their power.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Finding {
    /// The role may edit what it cannot view.
    EditWithoutView {
        /// The role.
        role: Name,
        /// The object.
        object: Name,
        /// How the editor stands to the record.
        relation: Relation,
        /// The field classes that he may edit and not view.
        classes: Vec<Name>,
    },
    /// The role may create records and then sees nothing of them, not even as their owner.
    CreateWithoutView {
        /// The role.
        role: Name,
        /// The object.
        object: Name,
    },
    /// The role may delete, merge or erase, and is no admin.
    GraveAction {
        /// The role.
        role: Name,
        /// The object.
        object: Name,
        /// The action.
        action: Action,
    },
    /// The role reaches the class `sensitive`, and is no admin.
    Sensitive {
        /// The role.
        role: Name,
        /// The object.
        object: Name,
        /// What it may do with sensitive fields.
        actions: Vec<Action>,
    },
    /// Somebody with this role, or with both of these, may assign a record to himself and so gain an action that was
    /// not granted to him before.
    Escalation {
        /// One role, or two of which neither is enough alone.
        roles: Vec<Name>,
        /// The object.
        object: Name,
        /// The action that is gained: delete, merge or erase.
        action: Action,
    },
    /// A grant asks for a relation in which nobody can stand to these records, since they lack the ownership field.
    Unreachable {
        /// The role.
        role: Name,
        /// The position of the grant within the role.
        grant: usize,
        /// The relation.
        relation: Relation,
    },
    /// A seal is for objects without a field that says whether a record is sealed.
    SealWithoutField {
        /// The position of the seal in the definition.
        seal: usize,
    },
    /// A seal forbids nothing: whoever is granted one of its actions is excepted from it.
    SealWithoutEffect {
        /// The position of the seal in the definition.
        seal: usize,
    },
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EditWithoutView { role, object, relation, classes } => {
                let classes: Vec<_> = classes.iter().map(|class| format!("`{class}`")).collect();
                let classes = classes.join(", ");
                write!(f, "role `{role}` may edit {classes} of `{object}` as `{relation}` but cannot view it")
            }
            Self::CreateWithoutView { role, object } => {
                write!(f, "role `{role}` may create `{object}` but cannot view its own")
            }
            Self::GraveAction { role, object, action } => {
                write!(f, "role `{role}` may {action} `{object}` and is no admin")
            }
            Self::Sensitive { role, object, actions } => {
                let actions: Vec<_> = actions.iter().map(|action| action.as_str()).collect();
                let actions = actions.join(", ");
                write!(f, "role `{role}` may {actions} sensitive fields of `{object}` and is no admin")
            }
            Self::Escalation { roles, object, action } => {
                let roles: Vec<_> = roles.iter().map(|role| format!("`{role}`")).collect();
                let roles = roles.join(" with ");
                write!(f, "role {roles} may {action} any `{object}` that it may assign, by assigning it to itself")
            }
            Self::Unreachable { role, grant, relation } => {
                write!(f, "role `{role}`: grant {grant} asks for `{relation}`, but its records have no field for that")
            }
            Self::SealWithoutField { seal } => write!(f, "seal {seal} is for records that cannot be sealed"),
            Self::SealWithoutEffect { seal } => {
                write!(f, "seal {seal} forbids nothing: whoever is granted its actions is excepted")
            }
        }
    }
}
