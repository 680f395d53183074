use super::cells::Cells;
use super::fault::Fault;
use super::import::{Filling, FindBy, Finding, How, Import};
use super::refused_row::{RefusedRow, RowProblem};
use super::{Empty, Row, RowError};
use crate::crm::{Command, ExternalId, Lookup, NewRecord, Reference, Rejected, Upsert};
use crate::record::{Fields, ProblemCode};
use crate::value::{Id, Name, Value};

/// An import with the header of a file: it knows where every cell is. Made by [`Import::columns`].
#[derive(Debug, Clone)]
pub struct Columns<'a> {
    pub(super) import: &'a Import,
    /// Where in the file each column of the import is.
    positions: Vec<usize>,
    width: usize,
}

/// What a row says.
#[derive(Debug)]
pub(super) struct Said<'a> {
    pub(super) command: Result<Command, RefusedRow>,
    /// What was folded: the column, and the spelling that was found there.
    pub(super) folded: Vec<(usize, &'a str)>,
}

impl<'a> Columns<'a> {
    pub(super) fn new(import: &'a Import, positions: Vec<usize>, width: usize) -> Self {
        Self { import, positions, width }
    }

    /// Returns the import.
    pub fn import(&self) -> &'a Import {
        self.import
    }

    /// Returns the command that a row is: an upsert.
    ///
    /// [`Crm::import_rows`](crate::Crm::import_rows) runs it; use this to look at it, or to run it in a transaction of your
    /// own.
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
    /// let command = columns.command(&Row::new(2, ["K-1", "云舟科技"])).map_err(|refused| refused.to_string())?;
    /// assert_eq!(
    ///     serde_json::to_string(&command)?,
    ///     r#"{"upsert":{"object":"account","external":{"system":"erp","id":"K-1"},"fields":{"name":"云舟科技"}}}"#
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn command(&self, row: &Row) -> Result<Command, RefusedRow> {
        self.said(row).command
    }

    pub(super) fn said<'r>(&'r self, row: &'r Row) -> Said<'r> {
        let mut folded = Vec::new();
        let command = self.read(row, &mut folded);
        Said { command, folded }
    }

    fn read<'r>(&'r self, row: &'r Row, folded: &mut Vec<(usize, &'r str)>) -> Result<Command, RefusedRow> {
        if row.cells().len() != self.width {
            return Err(RowError::ragged(row.number(), row.cells().len(), self.width).into());
        }
        let mut reading = Reading { import: self.import, cells: Cells::default(), problems: Vec::new() };
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
            let upsert = reading.upsert();
            if let (Some(upsert), true) = (upsert, reading.problems.is_empty()) {
                return Ok(Command::Upsert(upsert));
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

    /// Returns a refused command as the row that was refused.
    pub(super) fn refused(&self, row: u64, rejected: &Rejected) -> RefusedRow {
        let of_field = |problem: &crate::record::FieldProblem| {
            let (field, code) = (problem.field(), problem.code().as_str());
            RowProblem::new(self.import.column_of(field), Some(field), code, problem.message().to_owned())
        };
        let problems = match rejected.fields() {
            [] => vec![RowProblem::new(None, None, rejected.code(), rejected.to_string())],
            fields => fields.iter().map(of_field).collect(),
        };
        RefusedRow::new(row, problems)
    }
}

/// One row while it is read.
struct Reading<'a> {
    import: &'a Import,
    cells: Cells<'a>,
    problems: Vec<RowProblem>,
}

impl Reading<'_> {
    fn wrong(&mut self, column: usize, field: Option<&Name>, fault: Fault) {
        let column = self.import.column(fault.column.unwrap_or(column));
        let problem = RowProblem::new(column, field.map(Name::as_str), fault.code.as_str(), fault.message);
        self.problems.push(problem);
    }

    fn upsert(&mut self) -> Option<Upsert> {
        let import = self.import;
        let mut missing = false;
        for &column in &import.external.columns {
            if self.cells.text(column).is_empty() {
                let fault = Fault::new(ProblemCode::Required, "is required: it is by what the row is known");
                self.wrong(column, None, fault);
                missing = true;
            }
        }
        let external =
            ExternalId { system: import.external.system.clone(), id: self.cells.joined(&import.external.columns) };
        let id = import.id.map(|column| self.host_id(column));
        let mut upsert = Upsert {
            object: import.object.clone(),
            external,
            id: None,
            fields: Fields::with_capacity(import.fields.len()),
            at: None,
            references: Vec::new(),
        };
        for filling in &import.fields {
            match &filling.how {
                How::Lookup(finding) => match self.reference(filling, finding) {
                    Some(Some(reference)) => upsert.references.push(reference),
                    Some(None) => upsert.fields.set(filling.field.clone(), None),
                    None => {}
                },
                _ => {
                    if let Some(value) = self.value(filling) {
                        upsert.fields.set(filling.field.clone(), value);
                    }
                }
            }
        }
        upsert.id = match id {
            Some(None) => return None,
            Some(given) => given,
            None => None,
        };
        (!missing).then_some(upsert)
    }

    fn host_id(&mut self, column: usize) -> Option<Id> {
        let text = self.cells.text(column);
        if text.is_empty() {
            self.wrong(column, None, Fault::new(ProblemCode::Required, "is required: it is the id of the record"));
            return None;
        }
        let read = Id::new(text);
        read.map_err(|error| self.wrong(column, None, Fault::new(ProblemCode::Malformed, error.to_string()))).ok()
    }

    /// Returns what a field is set to: nothing where it is left alone, or where its cell cannot be read.
    fn value(&mut self, filling: &Filling) -> Option<Option<Value>> {
        let (parser, column) = match (&filling.how, filling.columns.first()) {
            (How::Constant(value), _) => return Some(Some(value.clone())),
            (How::Cell(parser), Some(&column)) => (parser, column),
            _ => return None,
        };
        let text = self.cells.text(column);
        if text.is_empty() {
            return (filling.empty == Empty::Clear).then_some(None);
        }
        let read = parser.read(text, &self.cells);
        read.map_err(|fault| self.wrong(column, Some(&filling.field), fault)).ok().map(Some)
    }

    /// Returns what a field shall refer to: nothing to be looked for where it is cleared.
    fn reference(&mut self, filling: &Filling, finding: &Finding) -> Option<Option<Reference>> {
        let cells = &self.cells;
        let empty = filling.columns.iter().find(|&&column| cells.text(column).is_empty()).copied();
        if filling.columns.iter().all(|&column| cells.text(column).is_empty()) {
            return (filling.empty == Empty::Clear).then_some(None);
        }
        if let Some(column) = empty {
            let fault =
                Fault::new(ProblemCode::Required, "is required, since another part of what is looked up is there");
            self.wrong(column, Some(&filling.field), fault);
            return None;
        }
        let to = match &finding.by {
            FindBy::External(system) => {
                Lookup::External(ExternalId { system: system.clone(), id: self.cells.joined(&filling.columns) })
            }
            FindBy::Field(key, parser) => {
                let &column = filling.columns.first()?;
                let read = parser.read(self.cells.text(column), &self.cells);
                let value = read.map_err(|fault| self.wrong(column, Some(&filling.field), fault)).ok()?;
                Lookup::Having([(key.clone(), Some(value))].into_iter().collect())
            }
        };
        let or_create = match &finding.or_create {
            None => None,
            Some(made) => {
                let id = match made.id {
                    Some(column) => Some(self.host_id(column)?),
                    None => None,
                };
                let mut fields = Fields::new();
                for inner in &made.fields {
                    if let Some(value) = self.value(inner) {
                        fields.set(inner.field.clone(), value);
                    }
                }
                Some(NewRecord { id, fields })
            }
        };
        Some(Some(Reference { field: filling.field.clone(), to, or_create }))
    }
}
