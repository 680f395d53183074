use std::fmt;

use serde::Serialize;

use super::{Decision, DecisionTable};
use crate::expr::{Explanation, Row, Scope, Truth};

/// Why the rows of a decision table count, or none of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct DecisionExplanation {
    /// The rows that hold and count, or that are in conflict.
    pub hits: Vec<RowExplanation>,
    /// Whether only one of them may hold.
    pub conflict: bool,
    /// The first of the rows before the first hit that are unknown: with more data one of them could count.
    pub unknown: Option<RowExplanation>,
    /// Where none holds, the row of which the most cells do.
    pub nearest: Option<RowExplanation>,
}

/// Why the condition of a row holds, fails or is unknown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RowExplanation {
    /// The row, from 0.
    pub row: usize,
    /// What its cells say.
    pub why: Explanation,
}

/// The most hits that are explained.
const MOST: usize = 100;

pub(super) fn explain<R: Row + ?Sized>(table: &DecisionTable, scope: Scope<'_, R>) -> DecisionExplanation {
    let Decision { rows: hits, conflict } = table.decide(scope);
    let explained = |row: usize| table.explain_row(row, scope).map(|why| RowExplanation { row, why });
    let before = hits.first().copied().unwrap_or(table.rows.len());
    let unknown = (0..before).find(|&row| table.test(row, scope) == Truth::Unknown).and_then(explained);
    let nearest = if hits.is_empty() { nearest(table, scope).and_then(explained) } else { None };
    DecisionExplanation {
        hits: hits.into_iter().take(MOST).filter_map(explained).collect(),
        conflict,
        unknown,
        nearest,
    }
}

/// Returns the first of the rows with the fewest cells that do not hold.
fn nearest<R: Row + ?Sized>(table: &DecisionTable, scope: Scope<'_, R>) -> Option<usize> {
    let mut trace = crate::expr::Trace::default();
    let missed = |program: &crate::expr::Program| {
        program.trace(scope, &mut trace);
        trace.missed(program)
    };
    let missed: Vec<usize> = table.rows().map(missed).collect();
    (0..missed.len()).min_by_key(|&row| missed.get(row))
}

/// Prints `row 2: region is `east``, with what could not be known before it, or the row that comes nearest.
impl fmt::Display for DecisionExplanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        if self.conflict {
            f.write_str("only one row may hold: ")?;
        }
        for hit in &self.hits {
            write!(f, "{separator}{hit}")?;
            separator = "; ";
        }
        if let Some(unknown) = &self.unknown {
            write!(f, "{separator}not {unknown}")?;
            separator = "; ";
        }
        match &self.nearest {
            Some(nearest) => write!(f, "{separator}no row holds, the nearest is {nearest}"),
            None if self.hits.is_empty() => write!(f, "{separator}there is no row"),
            None => Ok(()),
        }
    }
}

/// Prints `row 2: ` and why.
impl fmt::Display for RowExplanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.why.clauses.iter().all(|clause| clause.seen.is_empty()) && self.why.truth.is_true() {
            true => write!(f, "row {} holds always", self.row),
            false => write!(f, "row {}: {}", self.row, self.why),
        }
    }
}
