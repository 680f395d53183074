use serde::{Deserialize, Serialize};

use super::{FieldDef, Label, StageWords};
use crate::value::Name;

/// A kind of record, as a definition declares it.
///
/// # In a definition
/// | key | what it says |
/// |---|---|
/// | `key` | the name of the object |
/// | `fields` | the fields, as [`FieldDef`] |
/// | `label` | what people read, by language: `{"en":"Visit","zh":"拜访"}` |
/// | `ids` | who gives the ids: `derived` (guanxi, unless it says otherwise) or `host` |
/// | `title` | the field that names a record to people |
/// | `stage` | the enum field whose options are the stages; a command moves it |
/// | `last_touch` | the instant field that says when somebody last followed up |
/// | `ownership` | fields by which access tells how a person stands to a record: `owner`, `team`, `shared_with`, `sealed` |
/// | `unique` | lists of two fields or more that no two records share: `[["name","city"]]` |
/// | `indexes` | ways to find and order by two fields or more: `[{"key":"by_due","fields":["assignee","due_at"]}]` |
///
/// Only `key` and `fields` must be there. A single field says `unique` or `index` itself.
///
/// # Example: an object of a company's own
/// ```
/// let mut ours = guanxi::standard();
/// ours.add_json(r#"{"objects": [{
///     "key": "visit", "title": "name", "ownership": {"owner": "host"},
///     "fields": [
///         {"key": "name", "type": "text", "required": true},
///         {"key": "host", "type": "reference", "to": "user", "index": true},
///         {"key": "lead", "type": "reference", "to": "lead", "index": true, "collection": "visits"},
///         {"key": "rating", "type": "integer", "min": 1, "max": 5}
///     ]
/// }]}"#);
/// assert!(ours.compile()?.schema().object("visit").is_some());
/// # Ok::<(), guanxi::schema::Problems>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObjectDef {
    pub(super) key: Name,
    #[serde(default, skip_serializing_if = "Label::is_empty")]
    pub(super) label: Label,
    #[serde(default, skip_serializing_if = "IdSource::is_derived")]
    pub(super) ids: IdSource,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) title: Option<Name>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) stage: Option<Name>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) last_touch: Option<Name>,
    #[serde(default, skip_serializing_if = "OwnershipDef::is_empty")]
    pub(super) ownership: OwnershipDef,
    pub(super) fields: Vec<FieldDef>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) unique: Vec<Vec<Name>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) indexes: Vec<IndexDef>,
    /// What its pipeline says of its stages; a definition says that elsewhere.
    #[serde(skip)]
    pub(super) stages: StageWords,
}

/// Who gives the ids of an object's records.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum IdSource {
    /// guanxi derives them from the time and seed of the decision.
    #[default]
    Derived,
    /// The host gives them when it creates a record, as it does for users.
    Host,
}

impl IdSource {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
    fn is_derived(&self) -> bool {
        *self == Self::Derived
    }
}

/// The fields by which access tells how a person stands to a record.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OwnershipDef {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) owner: Option<Name>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) team: Option<Name>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) shared_with: Option<Name>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) sealed: Option<Name>,
}

impl OwnershipDef {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A declared way to find and order records by several fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndexDef {
    pub(super) key: Name,
    pub(super) fields: Vec<Name>,
}

impl ObjectDef {
    /// Returns an object without fields, whose ids guanxi derives.
    pub fn new(key: Name) -> Self {
        Self {
            key,
            label: Label::default(),
            ids: IdSource::Derived,
            title: None,
            stage: None,
            last_touch: None,
            ownership: OwnershipDef::default(),
            fields: Vec::new(),
            unique: Vec::new(),
            indexes: Vec::new(),
            stages: StageWords::default(),
        }
    }

    /// Lets records start in this stage, unless the stage field has a default of its own or no such option.
    pub(crate) fn start_in(&mut self, stage: &str) {
        let field = self.fields.iter_mut().find(|field| Some(&field.key) == self.stage.as_ref());
        let field = field.filter(|field| field.default.is_none() && field.options.iter().any(|one| one.key == stage));
        if let Some(field) = field {
            field.default = Some(serde_json::Value::from(stage));
        }
    }

    /// Lets conditions say what the stages mean.
    pub(crate) fn with_stages(&mut self, stages: StageWords) {
        self.stages = stages;
    }

    /// Returns the key.
    pub fn key(&self) -> &Name {
        &self.key
    }

    /// Returns the declared fields.
    pub fn fields(&self) -> &[FieldDef] {
        &self.fields
    }

    /// Adds a field.
    #[must_use]
    pub fn field(mut self, field: FieldDef) -> Self {
        self.fields.push(field);
        self
    }

    /// Lets the host give the ids.
    #[must_use]
    pub fn host_ids(mut self) -> Self {
        self.ids = IdSource::Host;
        self
    }

    /// Sets the field that names a record to people.
    #[must_use]
    pub fn title(mut self, field: Name) -> Self {
        self.title = Some(field);
        self
    }

    /// Sets the field that holds the owner.
    #[must_use]
    pub fn owner(mut self, field: Name) -> Self {
        self.ownership.owner = Some(field);
        self
    }

    /// Adds an index over several fields.
    #[must_use]
    pub fn index(mut self, key: Name, fields: &[Name]) -> Self {
        self.indexes.push(IndexDef { key, fields: fields.to_vec() });
        self
    }

    /// Lets no two records hold the same values in all of `fields`.
    #[must_use]
    pub fn unique(mut self, fields: &[Name]) -> Self {
        self.unique.push(fields.to_vec());
        self
    }
}
