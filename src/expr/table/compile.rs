use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::decide::{Output, Row};
use super::definition::RowDef;
use super::{DecisionTable, DecisionTableDef, HitPolicy, cell};
use crate::expr::problem::{Mistake, Problem};
use crate::expr::{Expr, Names, Place, Problems, Program, SyntaxError, Type};

/// Beyond this many problems no more rows are looked at.
const ENOUGH: usize = 1_000;

/// Checks a table and compiles it row by row.
pub(super) fn compile(def: &DecisionTableDef, names: &dyn Names) -> Result<DecisionTable, Problems> {
    let mut check = Check { names, problems: Vec::new() };
    for (what, count, most) in [
        ("/inputs", def.inputs.len(), DecisionTableDef::MAX_COLUMNS),
        ("/outputs", def.outputs.len(), DecisionTableDef::MAX_COLUMNS),
        ("/rows", def.rows.len(), DecisionTableDef::MAX_ROWS),
    ] {
        if count > most {
            check.expected(what, format!("at most {most}"), count.to_string());
        }
    }
    if !check.problems.is_empty() {
        return Err(Problems::new(check.problems));
    }
    let inputs: Vec<Option<Json>> = def.inputs.iter().enumerate().map(|(at, input)| check.input(at, input)).collect();
    let outputs = check.outputs(def);
    let mut rows = Vec::with_capacity(def.rows.len());
    for (number, row) in def.rows.iter().enumerate() {
        if check.problems.len() >= ENOUGH {
            break;
        }
        if row.priority != 0 && def.policy != HitPolicy::Priority {
            let found = format!("the policy `{}`", json!(def.policy).as_str().unwrap_or_default());
            check.expected(&format!("/rows/{number}/priority"), "a priority where the policy is `priority`", found);
        }
        let when = check.when(number, row, &inputs);
        let then = check.then(number, row, &outputs);
        rows.extend(when.map(|when| Row { when, then, priority: row.priority }));
    }
    if !check.problems.is_empty() {
        return Err(Problems::new(check.problems));
    }
    let outputs = outputs.into_iter().map(|(key, _)| key).collect();
    Ok(DecisionTable { policy: def.policy, outputs, rows: rows.into() })
}

struct Check<'a> {
    names: &'a dyn Names,
    problems: Vec<Problem>,
}

impl Check<'_> {
    /// Returns the tree of an input, if it is right.
    fn input(&mut self, position: usize, input: &Expr) -> Option<Json> {
        match input.compile(self.names) {
            Ok(_) => Some(input.to_json()),
            Err(wrong) => {
                self.all(&format!("/inputs/{position}"), &wrong);
                None
            }
        }
    }

    /// Returns the names and types of the outputs; no type where that is wrong.
    fn outputs(&mut self, def: &DecisionTableDef) -> Vec<(Arc<str>, Option<Type>)> {
        let mut seen = BTreeSet::new();
        let mut made = Vec::with_capacity(def.outputs.len());
        for (position, output) in def.outputs.iter().enumerate() {
            let at = format!("/outputs/{position}");
            if !seen.insert(output.key.clone()) {
                self.expected(&format!("{at}/key"), "every output once", format!("`{}` again", output.key));
            }
            let ty = output.ty().map_err(|lacks| self.expected(&at, lacks, "none")).ok();
            made.push((Arc::from(output.key.as_str()), ty));
        }
        made
    }

    /// Returns the condition of a row: all of its cells.
    fn when(&mut self, number: usize, row: &RowDef, inputs: &[Option<Json>]) -> Option<Program> {
        let before = self.problems.len();
        let at = |column: usize| format!("/rows/{number}/when/{column}");
        if row.when.len() > inputs.len() {
            let expected = format!("a cell for each of the {} inputs", inputs.len());
            self.expected(&format!("/rows/{number}/when"), expected, row.when.len().to_string());
        }
        let mut cells = Vec::new();
        let mut columns = Vec::new();
        for (column, (cell, input)) in row.when.iter().zip(inputs).enumerate() {
            // What is wrong with an input was told once.
            let Some(input) = input else { continue };
            match cell::condition(input, cell) {
                Ok(None) => {}
                Ok(Some(condition)) => match Expr::from_json(&condition) {
                    Ok(_) => {
                        cells.push(condition);
                        columns.push(column);
                    }
                    Err(error) => self.malformed(&at(column), &error),
                },
                Err(mistake) => self.mistake(&at(column), mistake),
            }
        }
        match Expr::from_json(&json!({ "all": cells })) {
            Err(error) => self.malformed(&format!("/rows/{number}/when"), &error),
            Ok(expr) => match expr.condition(self.names) {
                Ok(program) => return (self.problems.len() == before).then_some(program),
                Err(wrong) => {
                    for problem in wrong.iter() {
                        let column = column(problem.place(), &columns);
                        let at = column.map_or_else(|| format!("/rows/{number}/when"), at);
                        self.mistake(&at, problem.mistake().clone());
                    }
                }
            },
        }
        None
    }

    /// Returns the values of a row, one for each output that it has.
    fn then(&mut self, number: usize, row: &RowDef, outputs: &[(Arc<str>, Option<Type>)]) -> Vec<Output> {
        for key in row.then.keys().filter(|key| outputs.iter().all(|(known, _)| known.as_ref() != key.as_str())) {
            let known: Vec<_> = outputs.iter().map(|(known, _)| format!("`{known}`")).collect();
            let expected = format!("one of the outputs {}", known.join(", "));
            self.expected(&format!("/rows/{number}/then/{key}"), expected, format!("`{key}`"));
        }
        let mut made = Vec::with_capacity(outputs.len());
        for (key, ty) in outputs {
            let at = format!("/rows/{number}/then/{key}");
            let found = row.then.iter().find(|(known, _)| known.as_str() == key.as_ref());
            let program = match (found, ty) {
                (None, _) | (Some((_, Json::Null)), _) | (_, None) => None,
                (Some((_, json)), Some(ty)) => match Expr::from_json(json) {
                    Err(error) => {
                        self.malformed(&at, &error);
                        None
                    }
                    Ok(expr) => expr.compile_as(self.names, ty).map_err(|wrong| self.all(&at, &wrong)).ok(),
                },
            };
            made.push(Output(program));
        }
        made
    }

    fn all(&mut self, at: &str, wrong: &Problems) {
        wrong.iter().for_each(|problem| self.mistake(at, problem.mistake().clone()));
    }

    fn malformed(&mut self, at: &str, error: &SyntaxError) {
        self.expected(at, "an expression", format!("{}", error.fault()));
    }

    fn expected(&mut self, at: &str, expected: impl Into<String>, found: impl Into<String>) {
        self.mistake(at, Mistake::Type { expected: expected.into(), found: found.into() });
    }

    fn mistake(&mut self, at: &str, mistake: Mistake) {
        self.problems.push(Problem::new(Place::Json(at.into()), mistake));
    }
}

/// Returns the column of the cell that a place in the condition of a row is in: `/all/2/eq/1` is in the third cell.
fn column(place: &Place, columns: &[usize]) -> Option<usize> {
    let Place::Json(path) = place else { return None };
    let cell: usize = path.strip_prefix("/all/")?.split('/').next()?.parse().ok()?;
    columns.get(cell).copied()
}
