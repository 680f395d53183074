use serde::{Deserialize, Serialize};

use crate::expr::Expr;
use crate::value::Name;

/// Describes something that the host shall do: send a mail, notify somebody, call a webhook.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EmitDef {
    /// What kind of thing: `mail`, `message`, `notify`, `webhook`, or a host's own.
    pub(super) kind: Name,
    /// Who receives it: an expression that gives a person or an address, or a whole role.
    pub(super) to: RecipientDef,
    /// The title, with `{placeholders}`.
    pub(super) title: String,
    /// The body, with `{placeholders}`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) body: String,
    /// How urgent it is.
    #[serde(default, skip_serializing_if = "Priority::is_default")]
    pub(super) priority: Priority,
}

/// Who receives an effect.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "expected a recipient: an expression such as `owner` or, in quotes of its own, `'sales@acme.cn'`; or {\"role\":\"sales\"}"
)]
#[non_exhaustive]
pub enum RecipientDef {
    /// Everybody with a role, as the host knows it.
    Role(RoleRecipientDef),
    /// Whom the expression gives: a user, an address; a list gives one effect each.
    Expression(Expr),
}

/// Everybody with a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleRecipientDef {
    /// The key of the role.
    pub(super) role: Name,
}

/// How urgent an effect is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Priority {
    /// Nothing is lost when it waits.
    Low,
    /// The usual.
    #[default]
    Medium,
    /// Before everything else.
    High,
}

impl Priority {
    /// Returns the key: `low`, `medium` or `high`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}
