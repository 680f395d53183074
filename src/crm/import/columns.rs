use super::cells::Cells;
use super::fault::Fault;
use super::import::Import;
use super::reading::{Reading, Step};
use super::refused_row::{RefusedRow, RowProblem};
use super::{Row, RowError};
use crate::crm::{Command, Rejected};
use crate::record::ProblemCode;

/// An import with the header of a file: it knows where every cell is. Made by [`Import::columns`].
#[derive(Debug, Clone)]
pub struct Columns<'a> {
    pub(super) import: &'a Import,
    /// Where in the file each column of the import is.
    positions: Vec<usize>,
    /// The same as bytes: under another header the same cells say something else.
    place_bytes: Vec<u8>,
    width: usize,
}

/// What a row says.
#[derive(Debug)]
pub(super) struct Said<'a> {
    pub(super) steps: Result<Vec<Step>, RefusedRow>,
    /// What was folded: the column, and the spelling that was found there.
    pub(super) folded: Vec<(usize, &'a str)>,
}

impl<'a> Columns<'a> {
    pub(super) fn new(import: &'a Import, positions: Vec<usize>, width: usize) -> Self {
        let place_bytes =
            positions.iter().flat_map(|&place| u64::try_from(place).unwrap_or(u64::MAX).to_be_bytes()).collect();
        Self { import, positions, place_bytes, width }
    }

    pub(super) fn place_bytes(&self) -> &[u8] {
        &self.place_bytes
    }

    /// Returns the import.
    pub fn import(&self) -> &'a Import {
        self.import
    }

    /// Returns the commands that a row is: an upsert, one more for each stage that it came into later, and one for what is
    /// filled later. Of a row that [`Columns::in_time_order`] gave, it is the one whose turn it is.
    ///
    /// [`Crm::import_rows`](crate::Crm::import_rows) runs them; use this to look at them, or to run them in a transaction of
    /// your own.
    ///
    /// # Errors
    /// Everything that is wrong with its cells; what the records at hand have to say shows when the command is run.
    ///
    /// # Example
    /// ```
    /// use guanxi::crm::import::{ImportDef, Row};
    ///
    /// let accounts: ImportDef = serde_json::from_str(r#"{
    ///     "key": "erp-accounts", "object": "account", "external": {"system": "erp", "column": "No"},
    ///     "fields": [{"field": "name", "column": "Customer"}]
    /// }"#)?;
    /// let accounts = guanxi::standard().compile()?.import(&accounts)?;
    /// let columns = accounts.columns(&["No", "Customer"])?;
    /// let commands = columns.commands(&Row::new(2, ["K-1", "云舟科技"])).map_err(|refused| refused.to_string())?;
    /// assert_eq!(
    ///     serde_json::to_string(&commands[0])?,
    ///     r#"{"upsert":{"object":"account","external":{"system":"erp","id":"K-1"},"fields":{"name":"云舟科技"}}}"#
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn commands(&self, row: &Row) -> Result<Vec<Command>, RefusedRow> {
        let steps = self.said(row).steps?.into_iter().enumerate();
        let turn = |position: usize| row.step().is_none_or(|step| step == position);
        Ok(steps.filter(|(position, _)| turn(*position)).map(|(_, step)| step.command).collect())
    }

    pub(super) fn said<'r>(&'r self, row: &'r Row) -> Said<'r> {
        let mut folded = Vec::new();
        let steps = self.read(row, &mut folded);
        Said { steps, folded }
    }

    fn read<'r>(&'r self, row: &'r Row, folded: &mut Vec<(usize, &'r str)>) -> Result<Vec<Step>, RefusedRow> {
        if row.cells().len() != self.width {
            return Err(RowError::ragged(row.number(), row.cells().len(), self.width).into());
        }
        let mut reading = Reading::new(self.import);
        let mut texts = Vec::with_capacity(self.positions.len());
        for (column, &position) in self.positions.iter().enumerate() {
            let cell = row.cells().get(position).map_or("", String::as_str);
            if let Err(fault) = self.check(cell) {
                reading.wrong(column, None, fault);
            }
            let text = cell.trim();
            let right = self.import.folds.get(&column).and_then(|spellings| spellings.get(text));
            if right.is_some() {
                folded.push((column, text));
            }
            texts.push(right.map_or(text, String::as_str));
        }
        // Nothing is read of a row that was not read right.
        if reading.problems.is_empty() {
            reading.cells = Cells::new(texts);
            let steps = reading.steps();
            if let (Some(steps), true) = (steps, reading.problems.is_empty()) {
                return Ok(steps);
            }
        }
        Err(RefusedRow::new(row.number(), reading.problems))
    }

    /// Checks a cell for what no parser should see: a flood, and what is left of text in another encoding.
    fn check(&self, cell: &str) -> Result<(), Fault> {
        let most = self.import.longest;
        if cell.len() > most {
            let message = format!("has {} bytes: expected at most {most}", cell.len());
            return Err(Fault::new(ProblemCode::TooLong, message));
        }
        match cell.chars().find(|c| matches!(c, '\u{fffd}' | '\0')) {
            None => Ok(()),
            Some(odd) => {
                let message =
                    format!("holds U+{:04X}: it was read in another encoding than it was written", u32::from(odd));
                Err(Fault::new(ProblemCode::Malformed, message))
            }
        }
    }

    /// Returns a refused command as the row that was refused; `dated` is the column with the moment of the command.
    pub(super) fn refused(&self, row: u64, dated: Option<usize>, rejected: &Rejected) -> RefusedRow {
        let of_field = |problem: &crate::record::FieldProblem| {
            let (field, code) = (problem.field(), problem.code().as_str());
            RowProblem::new(self.import.column_of(field), Some(field), code, problem.message().to_owned())
        };
        let problems = match rejected.fields() {
            [] => {
                let dated = dated.filter(|_| matches!(rejected, Rejected::Misdated(_)));
                let column = dated.and_then(|column| self.import.column(column));
                vec![RowProblem::new(column, None, rejected.code(), rejected.to_string())]
            }
            fields => fields.iter().map(of_field).collect(),
        };
        RefusedRow::new(row, problems)
    }
}
