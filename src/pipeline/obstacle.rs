use std::sync::Arc;

use serde::Serialize;

use crate::expr::Explanation;
use crate::value::Name;

/// One reason by which a move is blocked: a code with parameters in JSON, an English sentence in print.
///
/// It shows values of the record: whoever passes it on removes what the reader may not see.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Obstacle {
    /// The stage does not follow, and passes over none that could be skipped.
    #[error("`{to}` does not follow `{from}`")]
    #[non_exhaustive]
    NotNext {
        /// The stage that the record is in.
        from: Arc<str>,
        /// The stage that it shall enter.
        to: Arc<str>,
    },
    /// The pipeline does not let a record pass over these stages.
    #[error("`{to}` cannot be entered {}", past(skipped))]
    #[non_exhaustive]
    SkipNotAllowed {
        /// The stage that the record is in; none when it is new.
        #[serde(skip_serializing_if = "Option::is_none")]
        from: Option<Arc<str>>,
        /// The stage that it shall enter.
        to: Arc<str>,
        /// The stages in between.
        skipped: Vec<Arc<str>>,
    },
    /// The pipeline does not let a record go back.
    #[error("`{from}` cannot go back to `{to}`")]
    #[non_exhaustive]
    BackNotAllowed {
        /// The stage that the record is in.
        from: Arc<str>,
        /// The stage that it shall enter.
        to: Arc<str>,
    },
    /// The pipeline does not let a closed record be reopened there.
    #[error("`{from}` is closed and cannot be reopened to `{to}`")]
    #[non_exhaustive]
    ReopenNotAllowed {
        /// The stage that the record is in.
        from: Arc<str>,
        /// The stage that it shall enter.
        to: Arc<str>,
    },
    /// The record is in that stage already.
    #[error("already in `{stage}`")]
    #[non_exhaustive]
    SameStage {
        /// The stage.
        stage: Arc<str>,
    },
    /// The pipeline has no such stage in this version.
    #[error("`{stage}` is no stage of version {version} of `{pipeline}`")]
    #[non_exhaustive]
    UnknownStage {
        /// What was given, its first 64 characters.
        stage: Arc<str>,
        /// The pipeline.
        pipeline: Name,
        /// Its version.
        version: u32,
    },
    /// The condition of a gate is false, or unknown because something is missing.
    #[error("the gate of `{stage}` is closed{}", because(seen))]
    #[non_exhaustive]
    GateClosed {
        /// The stage whose gate it is: the one to enter, or one that is passed over.
        stage: Arc<str>,
        /// The condition, clause by clause, with what was seen; none for whoever may not see that.
        #[serde(skip_serializing_if = "Option::is_none")]
        seen: Option<Explanation>,
    },
    /// Fields that a gate requires have no value.
    #[error("the gate of `{stage}` needs {}", listed(fields))]
    #[non_exhaustive]
    FieldsMissing {
        /// The stage whose gate it is: the one to enter, or one that is passed over.
        stage: Arc<str>,
        /// The fields, in the order in which the gate names them.
        fields: Vec<Name>,
    },
    /// A loss needs its reason.
    #[error("a loss needs its reason in `{field}`")]
    #[non_exhaustive]
    LostReasonMissing {
        /// The field that holds the reason.
        field: Name,
    },
    /// The reason is none that the pipeline knows.
    #[error("{} is no reason of a loss: expected one of {}", named(reason, field), listed(known))]
    #[non_exhaustive]
    LostReasonUnknown {
        /// The field that holds the reason.
        field: Name,
        /// The reason; none for whoever may not see it.
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<Arc<str>>,
        /// The reasons that the pipeline knows.
        known: Vec<Arc<str>>,
    },
    /// The reason needs a note.
    #[error("a loss{} needs a note in `{field}`", for_reason(reason))]
    #[non_exhaustive]
    LostNoteMissing {
        /// The field that holds the note.
        field: Name,
        /// The reason; none for whoever may not see it.
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<Arc<str>>,
    },
    /// A record that goes through the pipeline is always in a stage.
    #[error("a record in pipeline `{pipeline}` is always in a stage")]
    #[non_exhaustive]
    NoStage {
        /// The pipeline.
        pipeline: Name,
    },
}

impl Obstacle {
    /// Returns the obstacle as it may be told to whoever may not see what it looked at: names of fields and stages, and no
    /// value of the record.
    #[must_use]
    pub fn without_values(self) -> Self {
        match self {
            Self::GateClosed { stage, .. } => Self::GateClosed { stage, seen: None },
            Self::LostReasonUnknown { field, known, .. } => Self::LostReasonUnknown { field, reason: None, known },
            Self::LostNoteMissing { field, .. } => Self::LostNoteMissing { field, reason: None },
            other => other,
        }
    }

    /// Returns the fields in which something is missing or wrong; none where it is the move itself.
    pub fn fields(&self) -> &[Name] {
        match self {
            Self::FieldsMissing { fields, .. } => fields,
            Self::LostReasonMissing { field }
            | Self::LostReasonUnknown { field, .. }
            | Self::LostNoteMissing { field, .. } => std::slice::from_ref(field),
            _ => &[],
        }
    }
}

fn because(seen: &Option<Explanation>) -> String {
    seen.as_ref().map(|seen| format!(": {seen}")).unwrap_or_default()
}

fn named(reason: &Option<Arc<str>>, field: &Name) -> String {
    reason.as_ref().map_or_else(|| format!("what stands in `{field}`"), |reason| format!("`{reason}`"))
}

fn for_reason(reason: &Option<Arc<str>>) -> String {
    reason.as_ref().map(|reason| format!(" for reason `{reason}`")).unwrap_or_default()
}

fn past(skipped: &[Arc<str>]) -> String {
    if skipped.is_empty() { "at the start".to_owned() } else { format!("past {}", listed(skipped)) }
}

fn listed<T: std::fmt::Display>(items: &[T]) -> String {
    items.iter().map(|item| format!("`{item}`")).collect::<Vec<_>>().join(", ")
}
