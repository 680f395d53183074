use std::fmt;

use super::Place;

/// Everything that is wrong with an expression that was well-formed, in the order of its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems {
    // INVARIANT: not empty.
    list: Vec<Problem>,
}

impl Problems {
    pub(super) fn new(list: Vec<Problem>) -> Self {
        Self { list }
    }

    /// Returns the problems.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Problem> {
        self.list.iter()
    }
}

/// Prints the problems, separated by `; `.
impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, problem) in self.list.iter().enumerate() {
            let separator = if position > 0 { "; " } else { "" };
            write!(f, "{separator}{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

/// One thing that is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {mistake}")]
pub struct Problem {
    place: Place,
    mistake: Mistake,
}

impl Problem {
    pub(super) fn new(place: Place, mistake: Mistake) -> Self {
        Self { place, mistake }
    }

    /// Returns where it is.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Returns what is wrong.
    pub fn mistake(&self) -> &Mistake {
        &self.mistake
    }
}

/// What can be wrong with an expression that is well-formed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Mistake {
    /// Something is where it cannot mean anything.
    #[error("{what} cannot stand {whither}")]
    #[non_exhaustive]
    Misplaced {
        /// What it is.
        what: String,
        /// Where it stands, and what to do instead.
        whither: String,
    },
    /// A value of another type was expected.
    #[error("expected {expected}, found {found}")]
    #[non_exhaustive]
    Type {
        /// What could be there.
        expected: String,
        /// What is there.
        found: String,
    },
    /// No field or collection has this name.
    #[error("no {kind} `{name}`{}", meant(name, nearest.as_deref(), *bare))]
    #[non_exhaustive]
    Unknown {
        /// `field` or `collection`.
        kind: &'static str,
        /// The name, shortened.
        name: String,
        /// The known name that is most like it.
        nearest: Option<String>,
        /// Whether it may be a text that lacks its quotes.
        bare: bool,
    },
    /// The field has no such option.
    #[error("no option `{key}`, expected {expected}")]
    #[non_exhaustive]
    UnknownOption {
        /// The key, shortened.
        key: String,
        /// The options that the field has.
        expected: String,
    },
}

/// Returns what may be meant: a text without its quotes, another name, or both.
fn meant(name: &str, nearest: Option<&str>, bare: bool) -> String {
    match (bare, nearest) {
        (false, nearest) => super::nearest::hint(nearest),
        (true, None) => format!("; a text has quotes: `'{name}'`"),
        (true, Some(near)) => format!("; a text has quotes: `'{name}'`; or did you mean `{near}`?"),
    }
}
