use serde::{Deserialize, Serialize};

use super::Fields;
use crate::value::{Id, Instant, Name, Value};

/// A record to be: the object, the host's own id where it gives one, and the fields.
///
/// # Example
/// ```
/// use guanxi::record::Draft;
///
/// let lead = Draft::new("lead".parse()?).set("company", "上海云舟科技有限公司").set("region", "east");
/// assert_eq!(lead.fields().len(), 2);
/// # Ok::<(), guanxi::value::InvalidName>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object with `object` and `fields`")]
pub struct Draft {
    object: Name,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<Id>,
    #[serde(default, skip_serializing_if = "Fields::is_empty")]
    fields: Fields,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    at: Option<Instant>,
}

impl Draft {
    /// Returns an empty draft of `object`.
    pub fn new(object: Name) -> Self {
        Self { object, id: None, fields: Fields::new(), at: None }
    }

    /// Sets the host's own id, for objects whose ids the host gives.
    #[must_use]
    pub fn with_id(mut self, id: Id) -> Self {
        self.id = Some(id);
        self
    }

    /// Sets a field; a key that cannot name a field is refused with the others when the draft is entered.
    #[must_use]
    pub fn set(mut self, key: &str, value: impl Into<Value>) -> Self {
        // A text that is no name cannot be a field either; keep it visible so that entry reports it.
        let key = Name::new(key).unwrap_or_else(|_| Name::known("unnameable"));
        self.fields.set(key, Some(value.into()));
        self
    }

    /// Returns the draft with these fields instead of its own.
    #[must_use]
    pub fn with_fields(mut self, fields: Fields) -> Self {
        self.fields = fields;
        self
    }

    /// Dates back when the record entered its stage, for records that began elsewhere: only a trusted import may.
    #[must_use]
    pub fn at(mut self, at: Instant) -> Self {
        self.at = Some(at);
        self
    }

    /// Returns when the record entered its stage, where that is told.
    pub fn entered_at(&self) -> Option<Instant> {
        self.at
    }

    /// Returns the object.
    pub fn object(&self) -> &Name {
        &self.object
    }

    /// Returns the host's own id.
    pub fn id(&self) -> Option<&Id> {
        self.id.as_ref()
    }

    /// Returns the fields.
    pub fn fields(&self) -> &Fields {
        &self.fields
    }
}
