use crate::record::ProblemCode;

/// What is wrong with a cell, before it is known of which row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) code: ProblemCode,
    pub(super) message: String,
    /// The column, where it is another one than the cell's own.
    pub(super) column: Option<usize>,
}

impl Fault {
    pub(super) fn new(code: ProblemCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), column: None }
    }

    pub(super) fn at(self, column: usize) -> Self {
        Self { column: Some(column), ..self }
    }
}

/// An absurdly long text must not come back in full.
pub(super) fn start_of(text: &str) -> String {
    text.chars().take(40).collect()
}
