use serde::{Deserialize, Serialize};

use super::{Expected, Playbook, Share, StageKind};
use crate::expr::Expr;
use crate::schema::Label;
use crate::value::Name;

/// The way of one kind of record through its stages, as a definition declares it.
///
/// # Example: three stages, a gate and a loss that needs its reason
/// ```
/// use guanxi::pipeline::PipelineDef;
///
/// let def: PipelineDef = serde_json::from_str(r#"{
///     "key": "sales", "object": "deal", "version": 1,
///     "stages": [
///         {"key": "talking", "kind": "open"},
///         {"key": "won", "kind": "won", "gate": {"required": ["amount"]}},
///         {"key": "lost", "kind": "lost"}
///     ],
///     "lost": {"reason": "lost_reason", "note": "lost_note", "note_for": ["other"]}
/// }"#)?;
/// assert_eq!((def.key().as_str(), def.version()), ("sales", 1));
/// assert!(serde_json::from_str::<PipelineDef>(r#"{"key":"sales","stage":[]}"#).is_err());
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// # What stands in it
/// | key | meaning | when it is left out |
/// |---|---|---|
/// | `key`, `version` | which pipeline, and which form of it; from 1 | needed |
/// | `object` | the object whose stage field holds the stage | needed |
/// | `stages` | the stages in order: [`StageDef`] | needed |
/// | `skips` | whether open stages may be passed over: `"no"`, `"any"`, `{"listed":[{"from":"a","to":"c"}]}` | `"no"` |
/// | `back` | whether an open record may return to an earlier stage: the same three | `"no"` |
/// | `reopen_to` | the open stages to which a closed record may return | it stays closed |
/// | `lost` | what must be said of a loss: [`LostDef`] | nothing |
///
/// A record starts in the first open stage. To start in a later one is a skip; listed, it has no `from`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PipelineDef {
    pub(super) key: Name,
    #[serde(default, skip_serializing_if = "Label::is_empty")]
    pub(super) label: Label,
    pub(super) object: Name,
    pub(super) version: u32,
    pub(super) stages: Vec<StageDef>,
    #[serde(default, skip_serializing_if = "Leeway::is_no")]
    pub(super) skips: Leeway,
    #[serde(default, skip_serializing_if = "Leeway::is_no")]
    pub(super) back: Leeway,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) reopen_to: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) lost: Option<LostDef>,
}

/// One stage of a pipeline, as a definition declares it.
///
/// `key` is an option of the object's stage field. `next` lists the stages that regularly follow; without it an open
/// stage is followed by the next open one (the last by every won one) and by every lost one, a closed stage by none.
///
/// `survival` is the share of all starters that pass the stage, `pass_rate` the share of those who come into it that pass
/// it, `win_probability` the chance that a record now in it is won. They are three things, and each is kept as it is told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StageDef {
    pub(super) key: String,
    #[serde(default, skip_serializing_if = "Label::is_empty")]
    pub(super) label: Label,
    #[serde(default, skip_serializing_if = "Label::is_empty")]
    pub(super) about: Label,
    pub(super) kind: StageKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) next: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) expected: Option<Expected>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) survival: Option<Share>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) pass_rate: Option<Share>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) win_probability: Option<Share>,
    #[serde(default, skip_serializing_if = "GateDef::is_empty")]
    pub(super) gate: GateDef,
    #[serde(default, skip_serializing_if = "Playbook::is_empty")]
    pub(super) playbook: Playbook,
}

/// What a record must meet to enter a stage: all `required` fields have a value, and `when` is true of it.
///
/// `label` says the same to people, and may say more than can be checked.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GateDef {
    #[serde(skip_serializing_if = "Label::is_empty")]
    pub(super) label: Label,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) when: Option<Expr>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) required: Vec<Name>,
}

impl GateDef {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What must be said of a loss: the field with the coded reason, the reasons that count (all options of the field unless
/// listed), and the field with the note that the reasons in `note_for` need.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LostDef {
    pub(super) reason: Name,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) reasons: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) note: Option<Name>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) note_for: Vec<String>,
}

/// Which irregular moves are allowed: none, any, or those listed. Complete.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Leeway {
    /// None.
    #[default]
    No,
    /// Any.
    Any,
    /// Those listed.
    Listed(Vec<LeapDef>),
}

/// A listed move; without `from` it is a start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeapDef {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) from: Option<String>,
    pub(super) to: String,
}

impl Leeway {
    fn is_no(&self) -> bool {
        *self == Self::No
    }
}

impl PipelineDef {
    /// Returns the key, which all versions share.
    pub fn key(&self) -> &Name {
        &self.key
    }

    /// Returns the object whose records go through it.
    pub fn object(&self) -> &Name {
        &self.object
    }

    /// Returns the key of the stage in which a record starts: the first open one.
    pub fn first_stage(&self) -> Option<&str> {
        self.stages.iter().find(|stage| stage.kind == StageKind::Open).map(|stage| stage.key.as_str())
    }

    /// Returns the keys of the stages in their order, each with what it means.
    pub fn stages(&self) -> impl ExactSizeIterator<Item = (&str, StageKind)> {
        self.stages.iter().map(|stage| (stage.key.as_str(), stage.kind))
    }

    /// Returns the version.
    pub fn version(&self) -> u32 {
        self.version
    }
}
