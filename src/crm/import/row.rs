use std::sync::Arc;

/// One row: its number, by which problems name it, and its cells in the order of the header.
///
/// Number rows as people count them who look for one in the file: lines, or records from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    number: u64,
    cells: Arc<[String]>,
    /// Which of its commands is meant, where not all of them are.
    step: Option<usize>,
}

impl Row {
    /// Returns the row `number` with these cells.
    pub fn new<S: Into<String>>(number: u64, cells: impl IntoIterator<Item = S>) -> Self {
        Self { number, cells: cells.into_iter().map(Into::into).collect(), step: None }
    }

    /// Returns the number.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// Returns the cells, in the order of the header.
    pub fn cells(&self) -> &[String] {
        &self.cells
    }

    pub(super) fn step(&self) -> Option<usize> {
        self.step
    }

    /// Returns the row with one of its commands.
    pub(super) fn at_step(&self, step: usize) -> Self {
        Self { number: self.number, cells: Arc::clone(&self.cells), step: Some(step) }
    }
}
