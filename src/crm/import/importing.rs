use std::collections::BTreeMap;
use std::ops::ControlFlow;

use super::report::{Folded, ImportEvent, ImportReport};
use super::{Columns, ImportOptions, RefusedRow, Row, RowError};
use crate::crm::outcome::Did;
use crate::crm::{Command, Context, Outcome, RunError};
use crate::value::Id;

/// An import between two calls of the store.
pub(super) struct Importing<'a> {
    columns: &'a Columns<'a>,
    ctx: &'a Context,
    options: &'a ImportOptions,
    report: ImportReport,
    folded: BTreeMap<(usize, String), u64>,
}

/// What to do about a row.
pub(super) enum Next {
    /// It is left out.
    Skip,
    /// It is refused before anything was asked.
    Refuse(RefusedRow),
    /// It is run.
    Run { row: u64, ctx: Box<Context>, command: Box<Command> },
}

impl<'a> Importing<'a> {
    pub(super) fn new(columns: &'a Columns<'a>, ctx: &'a Context, options: &'a ImportOptions) -> Self {
        let report = ImportReport { dry_run: options.dry_run, last_row: options.after_row, ..ImportReport::default() };
        Self { columns, ctx, options, report, folded: BTreeMap::new() }
    }

    pub(super) fn next(&mut self, row: &Result<Row, RowError>) -> Next {
        let number = row.as_ref().map_or_else(RowError::row, Row::number);
        if number > 0 && number <= self.options.after_row {
            return Next::Skip;
        }
        self.report.rows += 1;
        let row = match row {
            Ok(row) => row,
            Err(error) => return Next::Refuse(error.clone().into()),
        };
        let said = self.columns.said(row);
        self.report.folded_cells += said.folded.len() as u64;
        for (column, from) in said.folded {
            *self.folded.entry((column, from.to_owned())).or_default() += 1;
        }
        match said.command {
            Ok(command) => Next::Run { row: number, ctx: Box::new(self.context(row)), command: Box::new(command) },
            Err(refused) => Next::Refuse(refused),
        }
    }

    /// Returns the context of a row: the same one for the same row of the same import, and another one for every other, so
    /// that a row is done once, and one that was corrected is done anew.
    fn context(&self, row: &Row) -> Context {
        let (seed, number) = (self.ctx.seed().to_be_bytes(), row.number().to_be_bytes());
        let import = &self.columns.import.fingerprint;
        let cells = row.cells().iter().map(String::as_bytes);
        let parts: Vec<&[u8]> = [&b"row"[..], &seed, import, &number].into_iter().chain(cells).collect();
        self.ctx.because_of(&Id::of_parts(&parts).uuid_bytes().copied().unwrap_or_default())
    }

    /// Counts what became of a row that was run, and returns it where it was refused.
    ///
    /// # Errors
    /// What the store has failed with.
    pub(super) fn ran<E>(&mut self, row: u64, done: Result<Outcome, RunError<E>>) -> Result<Option<RefusedRow>, E> {
        let outcome = match done {
            Ok(outcome) => outcome,
            Err(RunError::Rejected(rejected)) => return Ok(Some(self.columns.refused(row, &rejected))),
            Err(RunError::Store(error)) => return Err(error),
        };
        match outcome.did {
            Did::Created => self.report.created += 1,
            Did::Updated => self.report.updated += 1,
            Did::Nothing => self.report.unchanged += 1,
        }
        self.report.related_created += outcome.related_created;
        Ok(None)
    }

    /// Ends a row, and tells whether to go on.
    pub(super) fn end_row(
        &mut self,
        row: u64,
        refused: Option<RefusedRow>,
        watch: &mut impl FnMut(ImportEvent<'_>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        self.report.last_row = self.report.last_row.max(row);
        let mut flow = ControlFlow::Continue(());
        if let Some(refused) = refused {
            self.report.refused += 1;
            flow = watch(ImportEvent::Refused(refused));
        }
        let is_due = self.report.rows.checked_rem(self.options.progress_every) == Some(0);
        if flow.is_continue() && is_due {
            flow = watch(ImportEvent::Progress(&self.report));
        }
        self.report.stopped = flow.is_break();
        flow
    }

    pub(super) fn ended(mut self) -> ImportReport {
        let import = self.columns.import;
        self.report.folded = self
            .folded
            .iter()
            .filter_map(|((column, from), &cells)| {
                let to = import.folds.get(column)?.get(from)?.clone();
                Some(Folded { column: import.column(*column)?.to_owned(), from: from.clone(), to, cells })
            })
            .collect();
        self.report
    }
}
