use std::sync::Arc;

use super::HitPolicy;
use super::explain::{self, DecisionExplanation};
use crate::expr::{Explanation, Program, Scope, Truth, Unknown};
use crate::value::Value;

/// A checked decision table, compiled to one condition for each row.
///
/// It comes from a [`DecisionTableDef`](super::DecisionTableDef), which has the example. Rows count from 0. A row counts when
/// its condition is true; one that is unknown does not, and an explanation tells of it.
#[derive(Debug, Clone)]
pub struct DecisionTable {
    pub(super) policy: HitPolicy,
    pub(super) outputs: Arc<[Arc<str>]>,
    pub(super) rows: Arc<[Row]>,
}

#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) when: Program,
    /// One for each output of the table.
    pub(super) then: Vec<Output>,
    pub(super) priority: i32,
}

/// What a row says of an output; nothing where the row leaves it out.
#[derive(Debug, Clone)]
pub(super) struct Output(pub(super) Option<Program>);

/// Which rows of a table count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    pub(super) rows: Vec<usize>,
    pub(super) conflict: bool,
}

impl Decision {
    /// Returns the rows that count: any number where they are collected, otherwise one or none; none where there is a
    /// conflict.
    pub fn rows(&self) -> &[usize] {
        if self.conflict { &[] } else { &self.rows }
    }

    /// Returns the rows of which only one may hold, when several do.
    pub fn conflict(&self) -> Option<&[usize]> {
        self.conflict.then_some(self.rows.as_slice())
    }
}

impl DecisionTable {
    /// Returns which rows count for a record, by looking at one row after the other.
    pub fn decide<R: crate::expr::Row + ?Sized>(&self, scope: Scope<'_, R>) -> Decision {
        self.decide_among(0..self.rows.len(), scope)
    }

    /// Returns which rows count of those in question, which are given in ascending order: all rows that may hold, as an index
    /// over [`DecisionTable::rows`] finds them.
    pub fn decide_among<R: crate::expr::Row + ?Sized>(
        &self,
        rows: impl IntoIterator<Item = usize>,
        scope: Scope<'_, R>,
    ) -> Decision {
        let holding = rows.into_iter().filter(|&row| self.test(row, scope).is_true());
        let rows = match self.policy {
            HitPolicy::First => holding.take(1).collect(),
            HitPolicy::Collect | HitPolicy::Unique => holding.collect(),
            HitPolicy::Priority => {
                let priority = |row: &usize| self.rows.get(*row).map_or(i32::MAX, |row| row.priority);
                holding.min_by_key(|row| (priority(row), *row)).into_iter().collect()
            }
        };
        let conflict = self.policy == HitPolicy::Unique && Vec::len(&rows) > 1;
        Decision { rows, conflict }
    }

    /// Returns the value of an output in a row; `None` when the row or the output is none, or the row leaves it out.
    ///
    /// # Errors
    /// [`Unknown`] says why an expression has no value.
    pub fn value<R: crate::expr::Row + ?Sized>(
        &self,
        row: usize,
        output: &str,
        scope: Scope<'_, R>,
    ) -> Option<Result<Value, Unknown>> {
        let position = self.outputs.iter().position(|known| known.as_ref() == output)?;
        let Output(program) = self.rows.get(row)?.then.get(position)?;
        program.as_ref().map(|program| program.value(scope))
    }

    /// Says why the rows that count do, and where none does, which comes nearest.
    pub fn explain<R: crate::expr::Row + ?Sized>(&self, scope: Scope<'_, R>) -> DecisionExplanation {
        explain::explain(self, scope)
    }

    /// Says why a row holds, fails or is unknown, cell by cell; `None` when there is no such row.
    pub fn explain_row<R: crate::expr::Row + ?Sized>(&self, row: usize, scope: Scope<'_, R>) -> Option<Explanation> {
        self.rows.get(row).map(|row| row.when.explain(scope))
    }

    /// Returns what counts when several rows hold.
    pub fn policy(&self) -> HitPolicy {
        self.policy
    }

    /// Returns the names of the outputs.
    pub fn outputs(&self) -> impl ExactSizeIterator<Item = &str> {
        self.outputs.iter().map(AsRef::as_ref)
    }

    /// Returns the conditions of the rows, in order and over one layout of slots.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &Program> {
        self.rows.iter().map(|row| &row.when)
    }

    /// Returns every program of the table: the conditions of its rows and the expressions of its outputs.
    pub fn programs(&self) -> impl Iterator<Item = &Program> {
        let outputs = |row: usize| self.rows.get(row).into_iter().flat_map(|row| &row.then);
        self.rows().chain((0..self.rows.len()).flat_map(outputs).filter_map(|output| output.0.as_ref()))
    }

    pub(super) fn test<R: crate::expr::Row + ?Sized>(&self, row: usize, scope: Scope<'_, R>) -> Truth {
        self.rows.get(row).map_or(Truth::False, |row| row.when.test(scope))
    }
}
