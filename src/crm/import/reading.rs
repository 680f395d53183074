use super::Empty;
use super::cells::Cells;
use super::fault::Fault;
use super::import::{Filling, FindBy, Finding, How, Import};
use super::refused_row::RowProblem;
use crate::crm::{Command, ExternalId, Lookup, NewRecord, Reference, Upsert};
use crate::record::{Fields, ProblemCode};
use crate::value::{Id, Instant, Name, Value};

/// One row while it is read.
pub(super) struct Reading<'a> {
    pub(super) import: &'a Import,
    pub(super) cells: Cells<'a>,
    pub(super) problems: Vec<RowProblem>,
}

/// One command of a row.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) command: Command,
    pub(super) kind: StepKind,
}

/// What a command of a row tells. This enum is complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StepKind {
    /// The row, which is dated by nothing.
    Undated,
    /// That the record came into a stage: the column with the moment, and the moment. The first one also tells the row.
    Dated(usize, Instant),
    /// What is filled once all rows are there.
    Later,
}

impl<'a> Reading<'a> {
    pub(super) fn new(import: &'a Import) -> Self {
        Self { import, cells: Cells::default(), problems: Vec::new() }
    }

    pub(super) fn wrong(&mut self, column: usize, field: Option<&Name>, fault: Fault) {
        let column = self.import.column(fault.column.unwrap_or(column));
        let problem = RowProblem::new(column, field.map(Name::as_str), fault.code.as_str(), fault.message);
        self.problems.push(problem);
    }

    /// Returns the commands that the row is, at least one; nothing where it is not known by what.
    pub(super) fn steps(&mut self) -> Option<Vec<Step>> {
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
        let new = || Upsert {
            object: import.object.clone(),
            external: external.clone(),
            id: None,
            fields: Fields::with_capacity(import.fields.len()),
            at: None,
            references: Vec::new(),
        };
        let id = import.id.map(|column| self.host_id(column));
        let (mut row, mut later) = (new(), new());
        for filling in &import.fields {
            self.fill(if filling.later { &mut later } else { &mut row }, filling);
        }
        row.id = id.clone().flatten();
        let mut steps = Vec::with_capacity(1);
        let mut row = Some(row);
        let stage = import.stage.as_ref();
        let now_in = stage.zip(row.as_ref()).and_then(|(stage, row)| row.fields.get(stage.as_str())?.as_str());
        let way = self.way(now_in.map(ToOwned::to_owned).as_deref());
        for came in way {
            // What the row tells goes with the first of its stages.
            let mut upsert = row.take().unwrap_or_else(new);
            for filling in &came.entered.fields {
                self.fill(&mut upsert, filling);
            }
            if let Some(stage) = stage {
                upsert.fields.set(stage.clone(), Some(Value::Enum(came.stage)));
            }
            upsert.at = Some(came.at);
            let kind = StepKind::Dated(came.entered.column, came.at);
            steps.push(Step { command: Command::Upsert(upsert), kind });
        }
        steps.extend(row.map(|row| Step { command: Command::Upsert(row), kind: StepKind::Undated }));
        if !later.fields.is_empty() || !later.references.is_empty() {
            steps.push(Step { command: Command::Upsert(later), kind: StepKind::Later });
        }
        let is_whole = !missing && id.is_none_or(|id| id.is_some());
        is_whole.then_some(steps)
    }

    fn fill(&mut self, upsert: &mut Upsert, filling: &Filling) {
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
