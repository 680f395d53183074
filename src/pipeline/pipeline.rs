use std::sync::Arc;

use super::route::Permitted;
use super::{Stage, StageKind};
use crate::schema::Label;
use crate::value::Name;

/// A checked pipeline in one version: its stages, and which moves between them are allowed when.
///
/// Made by [`compile`](super::compile). [`Pipeline::decide`] judges a move, [`Pipeline::stalled`] and
/// [`Pipeline::detours`] judge a history, [`Pipeline::mermaid`] and [`Pipeline::dot`] draw it.
#[derive(Debug, Clone)]
pub struct Pipeline {
    pub(super) key: Name,
    pub(super) label: Label,
    pub(super) object: u16,
    pub(super) version: u32,
    pub(super) stages: Vec<Stage>,
    // INVARIANT: the three below are as long as `stages`, or hold places in it.
    pub(super) ranks: Vec<Option<usize>>,
    pub(super) next: Vec<Vec<usize>>,
    pub(super) reopen_to: Vec<usize>,
    pub(super) skips: Permitted,
    pub(super) back: Permitted,
    pub(super) lost: Option<Lost>,
}

/// What must be said of a loss, by slots.
#[derive(Debug, Clone)]
pub(super) struct Lost {
    pub(super) reason: (u16, Name),
    pub(super) reasons: Vec<Arc<str>>,
    pub(super) note: Option<(u16, Name)>,
    pub(super) note_for: Vec<Arc<str>>,
}

impl Pipeline {
    /// The most stages of a pipeline.
    pub const MAX_STAGES: usize = 100;

    /// Returns the key, which all versions share.
    pub fn key(&self) -> &Name {
        &self.key
    }

    /// Returns what people read for it.
    pub fn label(&self) -> &Label {
        &self.label
    }

    /// Returns the number of the object whose records go through it.
    pub fn object(&self) -> u16 {
        self.object
    }

    /// Returns the version, from 1.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// Returns the stages in order.
    pub fn stages(&self) -> &[Stage] {
        &self.stages
    }

    /// Returns the stage `key`.
    pub fn stage(&self, key: &str) -> Option<&Stage> {
        self.stages.iter().find(|stage| *stage.key == *key)
    }

    /// Returns the stage in which a record starts: the first open one.
    pub fn first_stage(&self) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.kind == StageKind::Open)
    }

    /// Returns the slot of the field that holds the coded reason of a loss, where one is asked for.
    pub fn lost_reason(&self) -> Option<u16> {
        self.lost.as_ref().map(|lost| lost.reason.0)
    }

    pub(super) fn place(&self, key: &str) -> Option<usize> {
        self.stages.iter().position(|stage| *stage.key == *key)
    }
}
