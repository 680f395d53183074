/// One row: its number, by which problems name it, and its cells in the order of the header.
///
/// Number rows as people count them who look for one in the file: lines, or records from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    number: u64,
    cells: Vec<String>,
}

impl Row {
    /// Returns the row `number` with these cells.
    pub fn new<S: Into<String>>(number: u64, cells: impl IntoIterator<Item = S>) -> Self {
        Self { number, cells: cells.into_iter().map(Into::into).collect() }
    }

    /// Returns the number.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// Returns the cells, in the order of the header.
    pub fn cells(&self) -> &[String] {
        &self.cells
    }
}
