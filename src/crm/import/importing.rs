use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use super::reading::{Step, StepKind};
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
    /// Rows of which nothing more is run, where their steps come one by one; not by their numbers, which rows of several
    /// files may share.
    given_up: BTreeSet<[u8; 16]>,
    /// How many steps there were, for the progress.
    steps: u64,
    /// The row at hand, where an import that broke off may go on after it.
    passed: u64,
}

/// What to do about a row.
pub(super) enum Next {
    /// It is left out.
    Skip,
    /// It is refused before anything was asked.
    Refuse(RefusedRow),
    /// It is run, one step after the other.
    Run { row: u64, turns: Vec<Turn> },
}

/// A step that is run.
pub(super) struct Turn {
    pub(super) ctx: Context,
    pub(super) command: Command,
    /// Whether it is the first one of its row.
    is_first: bool,
    /// What tells its row from others, where the steps of the row come one by one.
    apart: Option<[u8; 16]>,
    /// The column with its moment.
    dated: Option<usize>,
}

impl<'a> Importing<'a> {
    pub(super) fn new(columns: &'a Columns<'a>, ctx: &'a Context, options: &'a ImportOptions) -> Self {
        let report = ImportReport { dry_run: options.dry_run, last_row: options.after_row, ..ImportReport::default() };
        Self { columns, ctx, options, report, folded: BTreeMap::new(), given_up: BTreeSet::new(), steps: 0, passed: 0 }
    }

    pub(super) fn next(&mut self, row: &Result<Row, RowError>) -> Next {
        let number = row.as_ref().map_or_else(RowError::row, Row::number);
        let step = row.as_ref().ok().and_then(Row::step);
        let is_first = step.is_none_or(|step| step == 0);
        if (number > 0 && number <= self.options.after_row) || self.is_given_up(row) {
            return Next::Skip;
        }
        self.steps += 1;
        // In the order of time the rows before are not done with, and after an end that came too early its row was not there.
        let is_passed = step.is_none() && row.as_ref().err().is_none_or(|error| !error.ends_rows());
        self.passed = if is_passed { number } else { 0 };
        self.report.rows += u64::from(is_first);
        let row = match row {
            Ok(row) => row,
            Err(error) => return Next::Refuse(error.clone().into()),
        };
        let said = self.columns.said(row);
        if is_first {
            self.report.folded_cells += said.folded.len() as u64;
            for (column, from) in said.folded {
                *self.folded.entry((column, from.to_owned())).or_default() += 1;
            }
        }
        let steps = match said.steps {
            Ok(steps) => steps,
            Err(refused) => return Next::Refuse(refused),
        };
        let turns = steps.into_iter().enumerate().filter(|(position, _)| step.is_none_or(|step| step == *position));
        Next::Run { row: number, turns: turns.map(|(position, step)| self.turn(row, position, step)).collect() }
    }

    fn is_given_up(&self, row: &Result<Row, RowError>) -> bool {
        let later = row.as_ref().ok().filter(|row| row.step().is_some_and(|step| step > 0));
        !self.given_up.is_empty() && later.is_some_and(|row| self.given_up.contains(&self.mark(row, None)))
    }

    fn turn(&self, row: &Row, position: usize, step: Step) -> Turn {
        let dated = match step.kind {
            StepKind::Dated(column, _) => Some(column),
            StepKind::Undated | StepKind::Later => None,
        };
        let ctx = self.ctx.because_of(&self.mark(row, Some(position)));
        let apart = row.step().map(|_| self.mark(row, None));
        Turn { ctx, command: step.command, is_first: position == 0, apart, dated }
    }

    /// Returns what is the same for the same step of the same row of the same import, and another for every other, so that
    /// it is done once, and a row that was corrected is done anew; without a step, for the row.
    fn mark(&self, row: &Row, step: Option<usize>) -> [u8; 16] {
        let (seed, number) = (self.ctx.seed().to_be_bytes(), row.number().to_be_bytes());
        let import = &self.columns.import.fingerprint;
        let step = step.map(|step| [u8::try_from(step).unwrap_or(u8::MAX)]);
        let step = step.as_ref().map_or(&[][..], |step| step);
        let cells = row.cells().iter().map(String::as_bytes);
        let header = self.columns.place_bytes();
        let parts: Vec<&[u8]> = [&b"row"[..], &seed, import, &number, step, header].into_iter().chain(cells).collect();
        Id::of_parts(&parts).uuid_bytes().copied().unwrap_or_default()
    }

    /// Counts what became of a step that was run, and returns the row where it was refused.
    ///
    /// # Errors
    /// What the store has failed with.
    pub(super) fn ran<E>(
        &mut self,
        row: u64,
        turn: &Turn,
        done: Result<Outcome, RunError<E>>,
    ) -> Result<Option<RefusedRow>, E> {
        let outcome = match done {
            Ok(outcome) => outcome,
            Err(RunError::Rejected(rejected)) => {
                let report = &mut self.report;
                *(if turn.is_first { &mut report.refused } else { &mut report.incomplete }) += 1;
                self.given_up.extend(turn.apart);
                return Ok(Some(self.columns.refused(row, turn.dated, &rejected)));
            }
            Err(RunError::Store(error)) => return Err(error),
        };
        match (outcome.did, turn.is_first) {
            (Did::Created, true) => self.report.created += 1,
            (Did::Updated, true) => self.report.updated += 1,
            (Did::Nothing, true) => self.report.unchanged += 1,
            (Did::Created | Did::Updated, false) => self.report.further += 1,
            (Did::Nothing, false) => {}
        }
        self.report.related_created += outcome.related_created;
        Ok(None)
    }

    /// Counts a row that was refused before anything was asked.
    pub(super) fn refused(&mut self, refused: RefusedRow) -> Option<RefusedRow> {
        self.report.refused += 1;
        Some(refused)
    }

    /// Ends a row, and tells whether to go on.
    pub(super) fn end_row(
        &mut self,
        refused: Option<RefusedRow>,
        watch: &mut impl FnMut(ImportEvent<'_>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        self.report.last_row = self.report.last_row.max(self.passed);
        let mut flow = ControlFlow::Continue(());
        if let Some(refused) = refused {
            flow = watch(ImportEvent::Refused(refused));
        }
        let is_due = self.steps.checked_rem(self.options.progress_every) == Some(0);
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
