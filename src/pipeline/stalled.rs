use std::fmt;
use std::sync::Arc;

use serde::Serialize;

use super::{Basis, Pipeline, StageHistory};
use crate::value::{Duration, Instant};

/// A record that is longer in its stage than expected: how long, and what was expected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Stalled {
    /// The stage that the record is in.
    pub stage: Arc<str>,
    /// What the time is counted from.
    pub basis: Basis,
    /// The time by that basis.
    pub spent: Duration,
    /// The most that was expected.
    pub expected: Duration,
}

/// Prints `` `proposal` is at P25D since the start, expected at most P21D``.
impl fmt::Display for Stalled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let basis = match self.basis {
            Basis::InStage => "in the stage",
            Basis::SinceStart => "since the start",
        };
        write!(f, "`{}` is at {} {basis}, expected at most {}", self.stage, self.spent, self.expected)
    }
}

impl Pipeline {
    /// Returns whether a record is stalled at `now`: in an open stage for longer than the most that is expected.
    ///
    /// Closed records never are, nor those in a stage without an expected duration or of another version. A record that
    /// comes back to a stage goes on counting where it was, so that nobody is fresh by moving to and fro.
    pub fn stalled(&self, history: &StageHistory, now: Instant) -> Option<Stalled> {
        let stage = self.stage(history.stage()?).filter(|stage| stage.is_open())?;
        let (basis, most) = stage.expected().map(|expected| (expected.basis, expected.max_days))?;
        let spent = match basis {
            Basis::InStage => history.time_in(stage.key(), now),
            Basis::SinceStart => now.since(history.created_at()),
        };
        let expected = Duration::from_days(i32::try_from(most).unwrap_or(i32::MAX));
        (spent > expected).then(|| Stalled { stage: Arc::clone(stage.key()), basis, spent, expected })
    }
}
