use std::fmt;

/// A definition of a calendar, a zone, a recurrence or a fiscal calendar that cannot be used, with everything that is
/// wrong about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidCalendar {
    /// Of what kind the definition is, such as "zone".
    what: &'static str,
    // INVARIANT: not empty.
    problems: Vec<CalendarProblem>,
}

impl InvalidCalendar {
    pub(super) fn new(what: &'static str, problems: Vec<CalendarProblem>) -> Self {
        Self { what, problems }
    }

    /// Returns every problem, in the order of the definition; at least one.
    pub fn problems(&self) -> &[CalendarProblem] {
        &self.problems
    }
}

impl fmt::Display for InvalidCalendar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "invalid {}", self.what)?;
        for (i, problem) in self.problems.iter().enumerate() {
            write!(f, "{} {problem}", if i == 0 { ":" } else { ";" })?;
        }
        Ok(())
    }
}

impl std::error::Error for InvalidCalendar {}

/// One thing wrong with a definition of this room, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{path}`: {message}")]
pub struct CalendarProblem {
    path: String,
    message: String,
}

impl CalendarProblem {
    pub(super) fn new(path: String, message: String) -> Self {
        Self { path, message }
    }

    /// Returns the place within the definition, such as `holidays[3]`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns what is wrong there and what was expected.
    pub fn message(&self) -> &str {
        &self.message
    }
}
