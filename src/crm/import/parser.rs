use std::collections::BTreeMap;
use std::sync::Arc;

use super::cells::Cells;
use super::fault::{Fault, start_of};
use super::number::NumberForm;
use super::pattern::{Misfit, Pattern};
use crate::calendar::Zone;
use crate::record::ProblemCode;
use crate::text::clean::clean;
use crate::value::{Currency, Duration, Id, Instant, List, Money, Tags, Value};

/// How the text of a cell becomes a value, ready to read.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Parser {
    Bool { words: BTreeMap<String, bool> },
    Date { patterns: Vec<Pattern> },
    Decimal(NumberForm),
    Duration,
    Enum { words: BTreeMap<String, Arc<str>> },
    Id,
    Instant { patterns: Vec<Pattern>, zone: Zone },
    Integer(NumberForm),
    List { separator: String, of: Box<Parser> },
    Money { form: NumberForm, currency: CurrencySource },
    Tags { separator: String },
    Text,
}

/// Where the currency of an amount comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CurrencySource {
    Column(usize),
    Constant(Currency),
}

impl Parser {
    /// Returns the value of a cell that is not empty.
    pub(super) fn read(&self, text: &str, cells: &Cells<'_>) -> Result<Value, Fault> {
        if *self == Self::Text {
            return Ok(Value::text(text));
        }
        let tidy = clean(text);
        let wrong =
            |expected: String| Fault::new(ProblemCode::Malformed, format!("is `{}`: {expected}", start_of(text)));
        match self {
            Self::Text => Ok(Value::text(text)),
            Self::Bool { words } => words
                .get(&*tidy)
                .map(|&flag| Value::Bool(flag))
                .ok_or_else(|| wrong(format!("expected one of {}", listed(words.keys().map(String::as_str))))),
            Self::Enum { words } => words.get(&*tidy).map(|key| Value::Enum(Arc::clone(key))).ok_or_else(|| {
                let expected = listed(words.keys().map(String::as_str));
                Fault::new(ProblemCode::UnknownOption, format!("is `{}`: expected one of {expected}", start_of(text)))
            }),
            Self::Integer(form) => {
                let number = form.read(&tidy).map_err(wrong)?;
                let whole = i64::try_from(number).map_err(|_| wrong("expected at most 18 digits".into()))?;
                Ok(Value::Integer(whole))
            }
            Self::Decimal(form) => form.read(&tidy).map(Value::Decimal).map_err(wrong),
            Self::Money { form, currency } => {
                let amount = form.read(&tidy).map_err(wrong)?;
                let currency = match currency {
                    CurrencySource::Constant(currency) => *currency,
                    CurrencySource::Column(column) => {
                        let code = clean(cells.text(*column));
                        code.parse().map_err(|error| {
                            Fault::new(ProblemCode::Malformed, format!("has no currency: {error}")).at(*column)
                        })?
                    }
                };
                Money::new(amount, currency).map(Value::Money).map_err(|error| wrong(error.to_string()))
            }
            Self::Date { patterns } => fitting(patterns, |pattern| pattern.date(&tidy)).map(Value::Date).map_err(wrong),
            Self::Instant { patterns, .. } if patterns.is_empty() => {
                tidy.parse::<Instant>().map(Value::Instant).map_err(|error| wrong(error.to_string()))
            }
            Self::Instant { patterns, zone } => {
                let read = |pattern: &Pattern| pattern.instant(&tidy, zone);
                fitting(patterns, read).map(Value::Instant).map_err(wrong)
            }
            Self::Duration => tidy.parse::<Duration>().map(Value::Duration).map_err(|error| wrong(error.to_string())),
            Self::Id => Id::new(text).map(Value::Reference).map_err(|error| wrong(error.to_string())),
            Self::Tags { separator } => Ok(Value::Tags(items(text, separator).collect::<Tags>())),
            Self::List { separator, of } => {
                let items = items(text, separator).map(|item| of.read(item, cells)).collect::<Result<Vec<_>, _>>()?;
                List::new(items).map(Value::List).map_err(|error| wrong(error.to_string()))
            }
        }
    }

    /// Returns the parser of days as ISO 8601 writes them.
    pub(super) fn iso_date() -> Self {
        Self::Date { patterns: Pattern::new("YYYY-MM-DD").into_iter().collect() }
    }
}

/// Returns what the first pattern that fits reads; where none fits, what is expected.
fn fitting<T>(patterns: &[Pattern], read: impl Fn(&Pattern) -> Result<T, Misfit>) -> Result<T, String> {
    let mut no_such = None;
    for pattern in patterns {
        match read(pattern) {
            Ok(made) => return Ok(made),
            Err(Misfit::Exists) => no_such = no_such.or(Some(pattern)),
            Err(Misfit::Written) => {}
        }
    }
    Err(match no_such {
        Some(pattern) => format!("written as `{pattern}`, which no calendar or clock shows"),
        None => {
            let patterns: Vec<_> = patterns.iter().map(ToString::to_string).collect();
            format!("expected {}", either(patterns.iter().map(String::as_str)))
        }
    })
}

fn items<'a>(text: &'a str, separator: &'a str) -> impl Iterator<Item = &'a str> {
    text.split(separator).map(str::trim).filter(|item| !item.is_empty())
}

/// Returns the first of some words, as a message names them.
fn listed<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let mut words: Vec<_> = words.map(|word| format!("`{}`", start_of(word))).collect();
    if words.len() > MOST_WORDS {
        let more = words.len() - MOST_WORDS;
        words.truncate(MOST_WORDS);
        words.push(format!("{more} more"));
    }
    words.join(", ")
}

fn either<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" or ")
}

/// The most words that a message names.
const MOST_WORDS: usize = 20;
