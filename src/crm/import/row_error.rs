use super::refused_row::{RefusedRow, RowProblem};

/// Why a row could not be read at all: what a host's reader of files tells instead of a row.
///
/// A reader that goes on after it is free to; one that cannot ends its rows.
///
/// # Example
/// ```
/// use guanxi::crm::import::RowError;
///
/// let error = RowError::encoding(7, "Customer");
/// assert_eq!(error.to_string(), "row 7, column `Customer`: is not in the encoding that was declared");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", RefusedRow::from(self.clone()))]
pub struct RowError {
    row: u64,
    column: Option<String>,
    code: &'static str,
    message: String,
}

impl RowError {
    /// Returns the error of a row with another number of cells than the header.
    pub fn ragged(row: u64, found: usize, expected: usize) -> Self {
        Self::new(row, None, "ragged", format!("has {found} cells: expected {expected}, as many as the header"))
    }

    /// Returns the error of a cell whose bytes are no text in the encoding that was declared.
    pub fn encoding(row: u64, column: &str) -> Self {
        Self::new(row, Some(column), "encoding", "is not in the encoding that was declared".into())
    }

    /// Returns the error of a cell that begins with a quote and never ends.
    pub fn open_quote(row: u64, column: &str) -> Self {
        Self::new(row, Some(column), "open_quote", "begins with a quote that is never closed".into())
    }

    /// Returns the error of a cell with text before or after its quotes.
    pub fn stray_quote(row: u64, column: &str) -> Self {
        Self::new(
            row,
            Some(column),
            "stray_quote",
            "has text outside its quotes, or a quote that is not doubled".into(),
        )
    }

    /// Returns the error of a cell with more than `most` bytes.
    pub fn too_long(row: u64, column: &str, most: usize) -> Self {
        Self::new(row, Some(column), "too_long", format!("has more than {most} bytes"))
    }

    /// Returns the error of a header of more than `most` columns.
    pub fn too_wide(row: u64, found: usize, most: usize) -> Self {
        Self::new(row, None, "too_wide", format!("has {found} columns: expected at most {most}"))
    }

    /// Returns the error of a file without so much as a header.
    pub fn empty_file() -> Self {
        Self::new(0, None, "empty_file", "the file is empty: expected a header".into())
    }

    /// Returns any other error of a row, in words.
    pub fn unreadable(row: u64, message: impl Into<String>) -> Self {
        Self::new(row, None, "unreadable", message.into())
    }

    /// Returns the number of the row; 0 when it is about the file.
    pub fn row(&self) -> u64 {
        self.row
    }

    /// Returns the name of the column, where it is about one.
    pub fn column(&self) -> Option<&str> {
        self.column.as_deref()
    }

    /// Returns what is wrong, in a word: `ragged`, `encoding`, `open_quote`, `stray_quote`, `too_long`, `too_wide`,
    /// `empty_file` or `unreadable`.
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// Returns whether nothing is read after it, so that the row is not all that it hides.
    pub(super) fn ends_rows(&self) -> bool {
        matches!(self.code, "open_quote" | "unreadable")
    }

    fn new(row: u64, column: Option<&str>, code: &'static str, message: String) -> Self {
        Self { row, column: column.map(ToOwned::to_owned), code, message }
    }
}

impl From<RowError> for RefusedRow {
    fn from(error: RowError) -> Self {
        Self::new(error.row, vec![RowProblem::new(error.column.as_deref(), None, error.code, error.message)])
    }
}
