use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Reference;
use crate::record::{Draft, Fields};
use crate::value::{Id, Instant, Name, Revision};

/// What a caller wants to happen.
///
/// In JSON, one command a line: `{"create":{"object":"lead","fields":{"company":"云舟科技"}}}`.
///
/// # Example: commands are data
/// ```
/// use guanxi::Command;
///
/// let command: Command = serde_json::from_str(r#"{"move_stage":{"object":"deal","id":"d-1","to":"won"}}"#)?;
/// assert_eq!(command, Command::move_stage("deal".parse()?, "d-1".parse()?, "won"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Command {
    /// Says something about a record.
    Comment(Comment),
    /// Creates a record.
    Create(Draft),
    /// Deletes a record; it may be restored.
    Delete(Target),
    /// Tells that something happened to a record outside.
    Event(Happening),
    /// Makes a record refer to another.
    Link(Link),
    /// Lets a record go on through another version of its pipeline.
    Migrate(Migrate),
    /// Moves a record to a stage.
    MoveStage(StageMove),
    /// Restores a deleted record.
    Restore(Target),
    /// Changes fields of a record.
    Update(Update),
    /// Creates a record, or changes the one that another system knows by the same id.
    Upsert(Upsert),
}

/// A record to do something with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object with `object` and `id`")]
pub struct Target {
    /// The object.
    pub object: Name,
    /// The record.
    pub id: Id,
    /// The revision that the caller saw; another one refuses the command.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub if_revision: Option<Revision>,
}

/// Fields to change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object with `object`, `id` and `fields`")]
pub struct Update {
    /// The object.
    pub object: Name,
    /// The record.
    pub id: Id,
    /// The revision that the caller saw; another one refuses the command.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub if_revision: Option<Revision>,
    /// What to set and, with `null`, to clear.
    pub fields: Fields,
}

/// A record as another system knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object with `object`, `external` and `fields`")]
pub struct Upsert {
    /// The object.
    pub object: Name,
    /// The id by which the other system knows the record.
    pub external: ExternalId,
    /// The host's own id for a new record, for objects whose ids the host gives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Id>,
    /// What to set and, with `null`, to clear.
    pub fields: Fields,
    /// When the record entered its stage, where it enters one: only a trusted import tells it
    /// ([`Context::trusted_import`](super::Context::trusted_import)), everybody else enters it now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Instant>,
    /// What to refer to, where the caller does not know the ids.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<Reference>,
}

/// The id of a record in another system; no two records of an object share one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object with `system` and `id`")]
pub struct ExternalId {
    /// The system: `erp`, `shop`.
    pub system: Name,
    /// The id there: 1 to 256 bytes, all of whose characters are seen. It is kept to the letter.
    pub id: String,
}

/// A reference to set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object with `object`, `id`, `field` and `to`")]
pub struct Link {
    /// The object.
    pub object: Name,
    /// The record.
    pub id: Id,
    /// The reference field.
    pub field: Name,
    /// The record to refer to.
    pub to: Id,
}

/// A version of its pipeline through which a record goes on.
///
/// A record stays in the version in which it started until it is migrated, by the host's own automation. Nothing has
/// happened to it then: no gate is asked and no rule answers; where its stage gets another key the history tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object with `object`, `id` and `version`")]
pub struct Migrate {
    /// The object.
    pub object: Name,
    /// The record.
    pub id: Id,
    /// The version to go on in.
    pub version: u32,
    /// Where stages go that the version does not have, or that shall go elsewhere; others keep their key.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub stages: BTreeMap<String, String>,
}

/// A stage to move to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object with `object`, `id` and `to`")]
pub struct StageMove {
    /// The object.
    pub object: Name,
    /// The record.
    pub id: Id,
    /// The key of the stage.
    pub to: String,
    /// The revision that the caller saw; another one refuses the command.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub if_revision: Option<Revision>,
    /// Fields to set together with the move.
    #[serde(default, skip_serializing_if = "Fields::is_empty")]
    pub fields: Fields,
    /// When it happened: only a trusted import tells it ([`Context::trusted_import`](super::Context::trusted_import)),
    /// everybody else moves it now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Instant>,
}

/// Something that happened outside, under a name of the host's own. Names are not declared: what no rule answers is kept in the
/// record's timeline all the same, and [`Outcome::unanswered`](super::Outcome::unanswered) says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object with `object`, `id` and `name`")]
pub struct Happening {
    /// The object.
    pub object: Name,
    /// The record.
    pub id: Id,
    /// What happened: `visited_website`, `payment_failed`.
    pub name: Name,
}

/// Something said about a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object with `object`, `id` and `text`")]
pub struct Comment {
    /// The object.
    pub object: Name,
    /// The record.
    pub id: Id,
    /// What is said; characters that no reader sees are not kept.
    pub text: String,
    /// The users that it is addressed to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<Id>,
}

impl Command {
    /// Creates a record.
    pub fn create(draft: impl Into<Draft>) -> Self {
        Self::Create(draft.into())
    }

    /// Changes fields of a record.
    pub fn update(object: Name, id: Id, fields: Fields) -> Self {
        Self::Update(Update { object, id, if_revision: None, fields })
    }

    /// Deletes a record; it may be restored.
    pub fn delete(object: Name, id: Id) -> Self {
        Self::Delete(Target { object, id, if_revision: None })
    }

    /// Restores a deleted record.
    pub fn restore(object: Name, id: Id) -> Self {
        Self::Restore(Target { object, id, if_revision: None })
    }

    /// Creates a record, or changes the one that `system` knows by `external`.
    pub fn upsert(object: Name, system: Name, external: &str, fields: Fields) -> Self {
        let external = ExternalId { system, id: external.to_owned() };
        Self::Upsert(Upsert { object, external, id: None, fields, at: None, references: Vec::new() })
    }

    /// Makes the record `id` refer to the record `to` through `field`.
    pub fn link(object: Name, id: Id, field: Name, to: Id) -> Self {
        Self::Link(Link { object, id, field, to })
    }

    /// Lets a record go on through another version of its pipeline, in which all stages of the present one are left.
    pub fn migrate(object: Name, id: Id, version: u32) -> Self {
        Self::Migrate(Migrate { object, id, version, stages: BTreeMap::new() })
    }

    /// Moves a record to a stage.
    pub fn move_stage(object: Name, id: Id, to: &str) -> Self {
        Self::MoveStage(StageMove { object, id, to: to.to_owned(), if_revision: None, fields: Fields::new(), at: None })
    }

    /// Says something about a record.
    pub fn comment(object: Name, id: Id, text: &str) -> Self {
        Self::Comment(Comment { object, id, text: text.to_owned(), mentions: Vec::new() })
    }

    /// Tells that something happened to a record outside.
    pub fn event(object: Name, id: Id, name: Name) -> Self {
        Self::Event(Happening { object, id, name })
    }

    /// Dates a move, or the stage with which a record is created, back to when it happened: for records that began
    /// elsewhere, by a trusted import. Of other commands nothing is dated back.
    ///
    /// # Example
    /// ```
    /// use guanxi::Command;
    ///
    /// let won = Command::move_stage("deal".parse()?, "d-1".parse()?, "won").at("2025-11-03T10:00:00+08:00".parse()?);
    /// assert!(serde_json::to_string(&won)?.ends_with(r#""at":"2025-11-03T02:00:00Z"}}"#));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn at(mut self, moment: Instant) -> Self {
        match &mut self {
            Self::MoveStage(StageMove { at, .. }) | Self::Upsert(Upsert { at, .. }) => *at = Some(moment),
            Self::Create(draft) => *draft = draft.clone().at(moment),
            _ => {}
        }
        self
    }

    /// Refuses the command when the record no longer has the revision that the caller saw.
    #[must_use]
    pub fn if_revision(mut self, revision: Revision) -> Self {
        match &mut self {
            Self::Update(Update { if_revision, .. })
            | Self::MoveStage(StageMove { if_revision, .. })
            | Self::Delete(Target { if_revision, .. })
            | Self::Restore(Target { if_revision, .. }) => *if_revision = Some(revision),
            Self::Comment(_)
            | Self::Create(_)
            | Self::Event(_)
            | Self::Link(_)
            | Self::Migrate(_)
            | Self::Upsert(_) => {}
        }
        self
    }

    /// Returns the id of the record that the command names; `None` where guanxi finds or derives it.
    pub fn id(&self) -> Option<&Id> {
        match self {
            Self::Comment(Comment { id, .. })
            | Self::Delete(Target { id, .. })
            | Self::Event(Happening { id, .. })
            | Self::Link(Link { id, .. })
            | Self::Migrate(Migrate { id, .. })
            | Self::MoveStage(StageMove { id, .. })
            | Self::Restore(Target { id, .. })
            | Self::Update(Update { id, .. }) => Some(id),
            Self::Create(draft) => draft.id(),
            Self::Upsert(_) => None,
        }
    }

    /// Returns the object that the command is about.
    pub fn object(&self) -> &Name {
        match self {
            Self::Comment(Comment { object, .. })
            | Self::Delete(Target { object, .. })
            | Self::Event(Happening { object, .. })
            | Self::Link(Link { object, .. })
            | Self::Migrate(Migrate { object, .. })
            | Self::MoveStage(StageMove { object, .. })
            | Self::Restore(Target { object, .. })
            | Self::Update(Update { object, .. })
            | Self::Upsert(Upsert { object, .. }) => object,
            Self::Create(draft) => draft.object(),
        }
    }
}

impl ExternalId {
    /// Returns the tag under which the record keeps the id.
    pub(super) fn tag(&self) -> String {
        [self.system.as_str(), ":", &self.id].concat()
    }
}
