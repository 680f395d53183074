use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Expected, Playbook, Share};
use crate::expr::Program;
use crate::schema::Label;
use crate::value::Name;

/// A checked stage of a [`Pipeline`](super::Pipeline).
#[derive(Debug, Clone)]
pub struct Stage {
    pub(super) key: Arc<str>,
    pub(super) label: Label,
    pub(super) about: Label,
    pub(super) kind: StageKind,
    pub(super) expected: Option<Expected>,
    pub(super) survival: Option<Share>,
    pub(super) pass_rate: Option<Share>,
    pub(super) win_probability: Option<Share>,
    pub(super) gate: StageGate,
    pub(super) playbook: Playbook,
}

/// Whether a record in a stage is still worked on, and how it ended otherwise. Complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StageKind {
    /// It is worked on.
    Open,
    /// It ended well.
    Won,
    /// It ended badly.
    Lost,
}

/// What a record must meet to enter a stage.
#[derive(Debug, Clone, Default)]
pub struct StageGate {
    pub(super) label: Label,
    pub(super) when: Option<Program>,
    pub(super) required: Vec<(u16, Name)>,
}

impl Stage {
    /// Returns the key: the option of the object's stage field.
    pub fn key(&self) -> &Arc<str> {
        &self.key
    }

    /// Returns what people read for it.
    pub fn label(&self) -> &Label {
        &self.label
    }

    /// Returns what people read about it.
    pub fn about(&self) -> &Label {
        &self.about
    }

    /// Returns the kind.
    pub fn kind(&self) -> StageKind {
        self.kind
    }

    /// Returns whether a record in it is still worked on.
    pub fn is_open(&self) -> bool {
        self.kind == StageKind::Open
    }

    /// Returns how long it is expected to take.
    pub fn expected(&self) -> Option<Expected> {
        self.expected
    }

    /// Returns the share of all starters that pass it.
    pub fn survival(&self) -> Option<Share> {
        self.survival
    }

    /// Returns the share of those who come into it that pass it.
    pub fn pass_rate(&self) -> Option<Share> {
        self.pass_rate
    }

    /// Returns the chance that a record now in it is won.
    pub fn win_probability(&self) -> Option<Share> {
        self.win_probability
    }

    /// Returns what a record must meet to enter it.
    pub fn gate(&self) -> &StageGate {
        &self.gate
    }

    /// Returns what is done in it.
    pub fn playbook(&self) -> &Playbook {
        &self.playbook
    }
}

impl StageGate {
    /// Returns what people read for it.
    pub fn label(&self) -> &Label {
        &self.label
    }

    /// Returns the condition, from which whoever decides knows what to read beforehand.
    pub fn condition(&self) -> Option<&Program> {
        self.when.as_ref()
    }

    /// Returns the slots and keys of the fields that must have a value.
    pub fn required(&self) -> &[(u16, Name)] {
        &self.required
    }
}
