use std::fmt;

use serde::Serialize;

/// A row that has not landed, with all that is wrong with it.
///
/// In JSON: `{"row":7,"problems":[{"column":"Amount","field":"amount","code":"malformed","message":"…"}]}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RefusedRow {
    row: u64,
    problems: Vec<RowProblem>,
}

/// One thing that is wrong with a row, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RowProblem {
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    code: &'static str,
    message: String,
}

impl RefusedRow {
    pub(super) fn new(row: u64, problems: Vec<RowProblem>) -> Self {
        Self { row, problems }
    }

    /// Returns the number of the row; 0 when it is about the file.
    pub fn row(&self) -> u64 {
        self.row
    }

    /// Returns what is wrong with it; at least one thing.
    pub fn problems(&self) -> &[RowProblem] {
        &self.problems
    }
}

impl RowProblem {
    pub(super) fn new(column: Option<&str>, field: Option<&str>, code: &'static str, message: String) -> Self {
        Self { column: column.map(ToOwned::to_owned), field: field.map(ToOwned::to_owned), code, message }
    }

    /// Returns the name of the column, where the problem is in one.
    pub fn column(&self) -> Option<&str> {
        self.column.as_deref()
    }

    /// Returns the key of the field, where the problem is about one.
    pub fn field(&self) -> Option<&str> {
        self.field.as_deref()
    }

    /// Returns what kind of problem it is, in a word: that of a [`ProblemCode`](crate::record::ProblemCode), of a
    /// [`Rejected`](crate::Rejected) or of a [`RowError`](super::RowError).
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// Returns what is wrong and what was expected.
    pub fn message(&self) -> &str {
        &self.message
    }
}

/// Everything that is wrong, on one line.
impl fmt::Display for RefusedRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.row > 0 {
            write!(f, "row {}", self.row)?;
        }
        for (position, problem) in self.problems.iter().enumerate() {
            if position > 0 {
                f.write_str("; ")?;
            } else if self.row > 0 {
                f.write_str(if problem.column.is_some() { ", " } else { ": " })?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

impl fmt::Display for RowProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.column, &self.field) {
            (Some(column), _) => write!(f, "column `{column}`: {}", self.message),
            (None, Some(field)) => write!(f, "`{field}` {}", self.message),
            (None, None) => f.write_str(&self.message),
        }
    }
}
