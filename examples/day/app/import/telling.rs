//! What came of an import, for people or as JSON.

use std::collections::BTreeMap;
use std::io::Write;

use guanxi::crm::import::RefusedRow;
use indicatif::ProgressBar;
use serde_json::{Map, Value as Json, json};

use super::super::columns::padded;
use super::super::failed;
use super::Imported;
use super::bar::bar;
use super::numbers::Numbers;
use super::tally::Tally;

/// How many refused rows of a file are told to people one by one.
const TOLD: u64 = 20;

/// Tells an import.
#[derive(Debug)]
pub struct Telling<W> {
    out: W,
    form: Form,
    has_bar: bool,
    refused: u64,
}

/// How it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// One line of JSON for each file, each refused row, and the numbers.
    Json,
    /// For people.
    Text,
}

impl<W: Write> Telling<W> {
    /// Tells on `out`; with `has_bar` also how far it has come, on standard error.
    pub fn new(out: W, form: Form, has_bar: bool) -> Self {
        Self { out, form, has_bar: has_bar && form == Form::Text, refused: 0 }
    }

    /// Returns the bar of a file.
    pub fn bar(&self, file: &str, steps: u64) -> ProgressBar {
        bar(file, steps, self.has_bar)
    }

    /// Tells a refused row.
    pub fn refused(&mut self, file: &str, row: &RefusedRow) -> Result<(), String> {
        self.refused += 1;
        match self.form {
            Form::Json => self.line(&json!({ "file": file, "refused": row }).to_string()),
            Form::Text if self.refused <= TOLD => self.line(&format!("{file}, {row}")),
            Form::Text => Ok(()),
        }
    }

    /// Tells what came of a file.
    pub fn imported(&mut self, done: &Imported) -> Result<(), String> {
        let refused = std::mem::take(&mut self.refused);
        if self.form == Form::Json {
            return self.line(&json!({ "file": done.file, "imported": done.report }).to_string());
        }
        if let Some(more) = refused.checked_sub(TOLD).filter(|more| *more > 0) {
            self.line(&format!("{}, {more} more rows: --json or --refused tells them all", done.file))?;
        }
        self.line(&format!("{}: {}", done.file, done.report))?;
        for folded in &done.report.folded {
            let (cells, word) = (folded.cells, if folded.cells == 1 { "cell" } else { "cells" });
            self.line(&format!("  `{}`: {cells} {word} `{}` taken as `{}`", folded.column, folded.from, folded.to))?;
        }
        if done.report.related_created > 0 {
            self.line(&format!("  {} records that it refers to were made", done.report.related_created))?;
        }
        Ok(())
    }

    /// Tells the numbers, and ends.
    pub fn end(&mut self, numbers: Option<&Numbers>, is_dry: bool) -> Result<(), String> {
        match (self.form, numbers) {
            (_, None) => {}
            (Form::Json, Some(numbers)) => self.line(&json!({ "report": to_json(numbers) }).to_string())?,
            (Form::Text, Some(numbers)) => {
                for line in text(numbers) {
                    self.line(&line)?;
                }
            }
        }
        if is_dry && self.form == Form::Text {
            self.line("\nNothing was written: this is what would be.")?;
        }
        self.out.flush().map_err(failed)
    }

    fn line(&mut self, text: &str) -> Result<(), String> {
        writeln!(self.out, "{text}").map_err(failed)
    }
}

fn to_json(numbers: &Numbers) -> Json {
    let tallies = |tallies: &BTreeMap<String, Tally>| {
        tallies.iter().map(|(name, tally)| (name.clone(), tally.to_json())).collect::<Map<_, _>>()
    };
    let groups: Map<_, _> = numbers.groups.iter().map(|(path, group)| (path.clone(), json!(tallies(group)))).collect();
    let stages: Map<_, _> = numbers.stages.iter().map(|(stage, count)| (stage.clone(), json!(count))).collect();
    let without: Map<_, _> = numbers.without.iter().map(|(field, count)| (field.to_string(), json!(count))).collect();
    json!({
        "stages": stages, "all": numbers.all.to_json(), "by_quarter": tallies(&numbers.quarters), "by": groups,
        "without": without
    })
}

fn text(numbers: &Numbers) -> Vec<String> {
    let mut lines = vec![String::new(), "What the store says".to_owned(), String::new()];
    lines.extend(numbers.stages.iter().map(|(stage, count)| format!("  {} {count:>8}", padded(stage, 22))));
    lines.extend(numbers.without.iter().map(|(field, count)| {
        let called = format!("without {field}");
        format!("  {} {count:>8}", padded(&called, 22))
    }));
    lines.extend(table("all", [("", &numbers.all)].into_iter()));
    lines.extend(table("by quarter", numbers.quarters.iter().map(|(name, tally)| (name.as_str(), tally))));
    for (path, group) in &numbers.groups {
        let title = format!("by {}", path.replace('.', ", "));
        lines.extend(table(&title, group.iter().map(|(name, tally)| (name.as_str(), tally))));
    }
    lines
}

fn table<'a>(title: &str, rows: impl Iterator<Item = (&'a str, &'a Tally)>) -> Vec<String> {
    let head =
        format!("  {} {:>8} {:>8} {:>8} {:>8}  {:>18}", padded(title, 22), "open", "won", "lost", "won %", "won for");
    let line = |(name, tally): (&str, &Tally)| {
        let amounts: Vec<String> = tally.amounts.values().map(ToString::to_string).collect();
        let rate = tally.won_over_closed().unwrap_or_else(|| "-".into());
        let (open, won, lost) = (tally.open, tally.won, tally.lost);
        format!("  {} {open:>8} {won:>8} {lost:>8} {rate:>8}  {:>18}", padded(name, 22), amounts.join(" + "))
    };
    [String::new(), head].into_iter().chain(rows.map(line)).collect()
}
