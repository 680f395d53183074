//! Lines in, what is told out.

use std::error::Error;

use guanxi::calendar::Offset;
use guanxi::store::Store;
use serde::de::IgnoredAny;

use super::fetches::Fetches;
use super::host::{Failed, Host, Told};
use super::json;
use super::line::Line;
use super::story::Story;

/// Tells what happened: as a story, or as JSON.
#[derive(Debug)]
pub enum Teller {
    /// One line for each event.
    Json,
    /// For people.
    Story(Box<Story>),
}

/// What comes out of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Output<'t> {
    /// What happened.
    Told(&'t str),
    /// A line that cannot be used, and why.
    Bad(&'t str),
}

impl Teller {
    /// Returns a teller of JSON.
    pub fn json() -> Self {
        Self::Json
    }

    /// Returns a teller of a story, in the local time of `offset`, with colours where a person looks at a terminal.
    pub fn story(title: &str, offset: Offset, colours: bool) -> Self {
        Self::Story(Box::new(Story::new(title, offset, colours)))
    }

    fn tell(&mut self, told: &Told) -> String {
        match self {
            Self::Json => json::told(told),
            Self::Story(story) => story.tell(told),
        }
    }

    fn end(&mut self, fetches: &Fetches) -> String {
        match self {
            Self::Json => json::fetches(fetches),
            Self::Story(story) => story.end(fetches),
        }
    }
}

/// Returns what the lines of a file say, with the number from 1 of the line on which each begins.
///
/// An object may take several lines. One that never ends is cut off where another begins that stands no deeper.
pub fn numbered(text: &str) -> Vec<(usize, String)> {
    let lines: Vec<&str> = text.lines().collect();
    let (mut said, mut next) = (Vec::new(), 0);
    while let Some(line) = lines.get(next) {
        let first = next;
        next += 1;
        if line.trim().is_empty() || line.trim_start().starts_with('#') {
            continue;
        }
        if is_cut_off(line) {
            let begins = |line: &&str| line.trim_start().starts_with('{') && depth(line) <= depth(lines[first]);
            let rest = &lines[next..];
            let most = &rest[..rest.iter().position(begins).unwrap_or(rest.len())];
            next += lines_of_value(&[&[*line], most].concat().join("\n")).saturating_sub(1).min(most.len());
        }
        said.push((first + 1, lines[first..next].join("\n").trim().to_owned()));
    }
    said
}

/// Returns whether more has to follow on a line before it can be JSON.
fn is_cut_off(line: &str) -> bool {
    serde_json::from_str::<IgnoredAny>(line).is_err_and(|error| error.is_eof())
}

fn depth(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// Returns how many lines the first value of a text takes; all of them where there is none.
fn lines_of_value(text: &str) -> usize {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<IgnoredAny>();
    match values.next() {
        Some(Ok(_)) => text[..values.byte_offset()].lines().count(),
        _ => text.lines().count(),
    }
}

/// Returns lines as a file would hold them.
pub fn from_lines(lines: &[Line]) -> Vec<(usize, String)> {
    lines.iter().enumerate().map(|(position, line)| (position + 1, line.to_json().to_string())).collect()
}

/// Runs all lines that can be used and returns how many cannot; stops when the store or the output fails.
pub fn run<S: Store>(
    host: &mut Host<'_>,
    store: &mut S,
    lines: &[(usize, String)],
    teller: &mut Teller,
    mut out: impl FnMut(Output<'_>) -> Result<(), String>,
) -> Result<usize, String> {
    let mut bad = 0;
    for (number, text) in lines {
        let told = Line::read(text).map_err(Failed::Line).and_then(|line| host.run(store, &line));
        match told {
            Ok(told) => out(Output::Told(&teller.tell(&told)))?,
            Err(Failed::Line(problem)) => {
                bad += 1;
                out(Output::Bad(&format!("line {number}: {problem}")))?;
            }
            Err(Failed::Store(error)) => return Err(format!("line {number}: the store failed: {}", causes(&error))),
        }
    }
    out(Output::Told(&teller.end(host.fetches())))?;
    Ok(bad)
}

/// Returns an error with all that led to it.
pub fn causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(&format!(": {error}"));
        cause = error.source();
    }
    text
}
