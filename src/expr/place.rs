use std::fmt;
use std::sync::Arc;

use serde::{Serialize, Serializer};

/// A range of bytes in the text of an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    pub(super) start: u32,
    pub(super) end: u32,
}

impl Span {
    pub(super) fn new(start: usize, end: usize) -> Self {
        let narrow = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Self { start: narrow(start), end: narrow(end) }
    }

    pub(super) fn to(self, last: Self) -> Self {
        Self { start: self.start, end: last.end.max(self.end) }
    }

    /// Returns the range, in bytes from the start of the text.
    pub fn range(self) -> std::ops::Range<usize> {
        let wide = |at: u32| usize::try_from(at).unwrap_or(usize::MAX);
        wide(self.start)..wide(self.end)
    }
}

/// Where in an expression something is: a range of its text, or a path in its JSON.
///
/// Prints as `at 3..9` or `at /all/0/eq/1` (JSON Pointer, RFC 6901; the root is `at /`). Complete: an expression has
/// these two written forms.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Place {
    /// A range of bytes of the text form.
    Text(Span),
    /// A JSON Pointer into the tree form.
    Json(Arc<str>),
}

impl Place {
    pub(super) fn span(&self) -> Span {
        match self {
            Self::Text(span) => *span,
            Self::Json(_) => Span { start: 0, end: 0 },
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(span) => write!(f, "at {}..{}", span.start, span.end),
            Self::Json(path) if path.is_empty() => f.write_str("at /"),
            Self::Json(path) => write!(f, "at {path}"),
        }
    }
}

impl Serialize for Place {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(span) => [span.start, span.end].serialize(serializer),
            Self::Json(path) => serializer.serialize_str(path),
        }
    }
}
