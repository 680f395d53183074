use std::fmt;
use std::sync::Arc;

use serde::Serialize;

use crate::value::Duration;

/// How long a record was in one stage; made by [`StageHistory::dwell`](super::StageHistory::dwell).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Dwell {
    /// The stage; none for the time without one.
    pub stage: Option<Arc<str>>,
    /// All visits together, the present one until now.
    pub time: Duration,
    /// How often the record was there.
    pub visits: u32,
}

/// Prints `` `proposal` for P3D``.
impl fmt::Display for Dwell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.stage {
            Some(stage) => write!(f, "`{stage}` for {}", self.time),
            None => write!(f, "no stage for {}", self.time),
        }
    }
}
