use std::fmt;

use serde::Serialize;

use super::RefusedRow;

/// What became of the rows of an import.
///
/// Every row is created, updated, unchanged or refused; what follows on a row that has landed is counted apart.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ImportReport {
    /// How many rows there were, those left out at the start not counted.
    pub rows: u64,
    /// How many records were created for rows.
    pub created: u64,
    /// How many records of rows were changed.
    pub updated: u64,
    /// How many rows said what was known already.
    pub unchanged: u64,
    /// How many rows came back.
    pub refused: u64,
    /// How many changes followed on the first one of their row: stages that a record came into later, what is filled later.
    pub further: u64,
    /// How many rows have landed of which something that followed was refused.
    pub incomplete: u64,
    /// How many records were made that rows refer to, where a lookup found none.
    pub related_created: u64,
    /// How many cells were folded by the entry standard.
    pub folded_cells: u64,
    /// Which spellings these were, in the order of the columns; told once the import has ended.
    pub folded: Vec<Folded>,
    /// The number of the last row that was dealt with: [`ImportOptions::after_row`](super::ImportOptions::after_row) goes on
    /// there. One with a quote that never closes or that could not be read is none: what else stood there was not seen.
    /// Rows [in the order of time](super::Columns::in_time_order) never count, since all of them are imported again.
    pub last_row: u64,
    /// Whether whoever watched ended the import early.
    pub stopped: bool,
    /// Whether nothing was written.
    pub dry_run: bool,
}

/// A spelling that was folded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Folded {
    /// The column.
    pub column: String,
    /// How it was spelt.
    pub from: String,
    /// The right spelling.
    pub to: String,
    /// In how many cells.
    pub cells: u64,
}

/// What whoever watches an import is told while it runs.
#[derive(Debug)]
#[non_exhaustive]
pub enum ImportEvent<'a> {
    /// A row came back, or something that follows on it ([`ImportReport::incomplete`]).
    Refused(RefusedRow),
    /// So far.
    Progress(&'a ImportReport),
}

impl fmt::Display for ImportReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rows, created, updated, unchanged, refused, .. } = self;
        write!(f, "{rows} rows: {created} created, {updated} updated, {unchanged} unchanged, {refused} refused")?;
        if self.further > 0 {
            write!(f, ", {} further changes", self.further)?;
        }
        if self.incomplete > 0 {
            write!(f, ", {} incomplete", self.incomplete)?;
        }
        Ok(())
    }
}
