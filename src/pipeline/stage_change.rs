use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::value::Instant;

/// One move of a record from stage to stage: what happened, when, by whom.
///
/// # Example
/// ```
/// use guanxi::pipeline::StageChange;
///
/// let at = "2026-03-02T09:00:00+08:00".parse()?;
/// let lost = StageChange::new(Some("proposal"), Some("lost"), at, "li.na").with_reason("price");
/// assert_eq!(
///     serde_json::to_string(&lost)?,
///     r#"{"from":"proposal","to":"lost","at":"2026-03-02T01:00:00Z","by":"li.na","reason":"price"}"#
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct StageChange {
    /// The stage that was left; none when there was none.
    #[serde(default)]
    pub from: Option<Arc<str>>,
    /// The stage that was entered; none when the stage was taken away.
    #[serde(default)]
    pub to: Option<Arc<str>>,
    /// When it happened, which an import may tell long after.
    pub at: Instant,
    /// When it was told, where that was not when it happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told_at: Option<Instant>,
    /// Who moved it: a user's id, or the name of an automation.
    pub by: Arc<str>,
    /// The coded reason of a loss.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Arc<str>>,
    /// The version of the pipeline through which the record went then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
}

impl StageChange {
    /// Returns the move between two stages, either of which may be none.
    pub fn new(from: Option<&str>, to: Option<&str>, at: Instant, by: &str) -> Self {
        Self {
            from: from.map(Arc::from),
            to: to.map(Arc::from),
            at,
            told_at: None,
            by: by.into(),
            reason: None,
            version: None,
        }
    }

    /// Returns the same with the coded reason of a loss.
    #[must_use]
    pub fn with_reason(mut self, reason: &str) -> Self {
        self.reason = Some(reason.into());
        self
    }
}
