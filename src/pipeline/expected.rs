use serde::{Deserialize, Serialize};

/// How long a stage is expected to take, in days of 24 hours.
///
/// # Example: "7 to 14 days", counted from the start of the deal
/// ```
/// use guanxi::pipeline::{Basis, Expected};
///
/// let expected: Expected = serde_json::from_str(r#"{"min_days":7,"max_days":14,"basis":"since_start"}"#)?;
/// assert_eq!((expected.max_days, expected.basis), (14, Basis::SinceStart));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Expected {
    /// The least, 0 to 36,500.
    pub min_days: u32,
    /// The most, `min_days` to 36,500; beyond it the record is stalled.
    pub max_days: u32,
    /// What the days are counted from.
    pub basis: Basis,
}

/// What the days of an expected duration are counted from. Complete: tables of stages mean one or the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// The time spent in the stage itself, all visits together.
    InStage,
    /// The time since the record was created.
    SinceStart,
}

impl Expected {
    /// The most days that may be declared: a hundred years.
    pub(super) const MAX_DAYS: u32 = 36_500;
}
