use super::{Limit, Place};

/// Why a text or a JSON value is no expression: the first thing that is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {fault}")]
pub struct SyntaxError {
    place: Place,
    fault: SyntaxFault,
}

impl SyntaxError {
    pub(super) fn new(place: Place, fault: impl Into<SyntaxFault>) -> Self {
        Self { place, fault: fault.into() }
    }

    /// Returns where it is.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Returns what is wrong.
    pub fn fault(&self) -> &SyntaxFault {
        &self.fault
    }
}

/// What is wrong with the form of an expression.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SyntaxFault {
    /// It is no JSON at all.
    #[error("not JSON: {message}")]
    #[non_exhaustive]
    Json {
        /// What the JSON reader says.
        message: String,
    },
    /// It is too large.
    #[error(transparent)]
    Limit(#[from] Limit),
    /// Something else was expected.
    #[error("expected {expected}, found {found}")]
    #[non_exhaustive]
    Unexpected {
        /// What is there.
        found: String,
        /// What could be there.
        expected: String,
    },
    /// No operator or function has this name.
    #[error("no operator or function `{name}`{}", super::nearest::hint(nearest.as_deref()))]
    #[non_exhaustive]
    Unknown {
        /// The name, shortened.
        name: String,
        /// The known name that is most like it.
        nearest: Option<String>,
    },
}

impl SyntaxFault {
    pub(super) fn unexpected(found: impl Into<String>, expected: impl Into<String>) -> Self {
        Self::Unexpected { found: found.into(), expected: expected.into() }
    }

    pub(super) fn unknown<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        let nearest = super::nearest::nearest(name, known).map(str::to_owned);
        Self::Unknown { name: shortened(name), nearest }
    }
}

/// Returns the first 64 characters of a text, for a message.
pub(super) fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take(64).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}
