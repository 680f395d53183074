use std::fmt;

/// A calendar definition that cannot be used, with everything that is wrong about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidCalendar {
    // INVARIANT: not empty.
    problems: Vec<CalendarProblem>,
}

impl InvalidCalendar {
    pub(super) fn new(problems: Vec<CalendarProblem>) -> Self {
        Self { problems }
    }

    /// Returns every problem, in the order of the definition; at least one.
    pub fn problems(&self) -> &[CalendarProblem] {
        &self.problems
    }
}

impl fmt::Display for InvalidCalendar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("invalid calendar")?;
        for (i, problem) in self.problems.iter().enumerate() {
            write!(f, "{} {problem}", if i == 0 { ":" } else { ";" })?;
        }
        Ok(())
    }
}

impl std::error::Error for InvalidCalendar {}

/// One thing wrong with a calendar definition, and where.
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
