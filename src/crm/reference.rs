use serde::{Deserialize, Serialize};

use super::ExternalId;
use crate::record::Fields;
use crate::value::{Id, Name};

/// A reference to a record whose id the caller does not know: how to find it, and what to make where there is none.
///
/// It is looked for within the decision, so nobody comes in between. What the caller may not see is not found.
///
/// # Example
/// ```
/// use guanxi::crm::Reference;
///
/// let account: Reference = serde_json::from_str(r#"{
///     "field": "account", "to": {"external": {"system": "erp", "id": "K-1"}},
///     "or_create": {"fields": {"name": "云舟科技"}}
/// }"#)?;
/// assert_eq!(account.field.as_str(), "account");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object with `field` and `to`")]
pub struct Reference {
    /// The reference field to set.
    pub field: Name,
    /// How the record is found.
    pub to: Lookup,
    /// What is made where none is found; without it, that is an error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub or_create: Option<NewRecord>,
}

/// How a record is found. This enum is complete.
///
/// In JSON: `{"external":{"system":"erp","id":"K-1"}}` or `{"having":{"name":"GTX Pro"}}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lookup {
    /// By its id in another system.
    External(ExternalId),
    /// By the value of one field, unique or indexed; several records with it are an error.
    Having(Fields),
}

/// A record to make where a lookup finds none: it is known by what was looked for, and has these fields.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "an object with `fields`")]
pub struct NewRecord {
    /// The host's own id, for objects whose ids the host gives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<Id>,
    /// What to set beside what was looked for.
    #[serde(skip_serializing_if = "Fields::is_empty")]
    pub fields: Fields,
}
