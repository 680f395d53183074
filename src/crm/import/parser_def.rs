use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value as Json, json};

use crate::calendar::Offset;
use crate::value::Currency;

/// How the text of a cell becomes a value, as data.
///
/// # In JSON
/// A type alone, `"decimal"`, or with what it needs: `{"type":"decimal","thousands":","}`.
///
/// | `type` | what else | what it reads |
/// |---|---|---|
/// | `text` | | the text as it is |
/// | `integer` | `thousands` | a whole number; with `thousands` also in groups of three |
/// | `decimal` | `decimal` (`.` unless it says otherwise), `thousands` | a number with an optional fraction |
/// | `money` | `currency` or `currency_column`, `decimal`, `thousands` | an amount of that currency, to its minor unit at the most |
/// | `date` | `patterns` (`["YYYY-MM-DD"]`) | a day that exists |
/// | `instant` | `patterns` (RFC 3339 where there are none), `offset` (the definition's) | a moment; a day alone is its first moment |
/// | `bool` | `true`, `false`: lists of words | one of the words |
/// | `enum` | `words`: text to the key of an option | one of the words, or the key of an option itself |
/// | `list` | `separator`, `of`: how an item is read | items |
/// | `tags` | `separator` | labels |
/// | `duration` | | ISO 8601, such as `PT36H` |
/// | `id` | | the id of a record |
///
/// Text in any other type than `text` is read as if full-width digits and signs were narrow, and its white space single.
/// The first of several patterns that fits decides. See [`ImportDef`](super::ImportDef) for the rest.
///
/// # Patterns
/// | letters | what they read |
/// |---|---|
/// | `YYYY` | four digits of a year |
/// | `MM`, `DD`, `HH`, `mm`, `ss` | two digits of a month, a day, an hour (00 to 23), a minute, a second |
/// | `M`, `D`, `H`, `m`, `s` | the same with one or two digits |
/// | anything but a letter of A to Z, and `T` | itself |
///
/// `YYYY-MM-DD`, `DD/MM/YYYY`, `YYYY年M月D日`, `YYYY-MM-DDTHH:mm`. Whatever is wrong on a calendar or a clock is an error,
/// never carried over: `2026-02-29` is no day.
///
/// # Example
/// ```
/// use guanxi::crm::import::{ImportFieldDef, ParserDef};
///
/// let short: ImportFieldDef = serde_json::from_str(r#"{"field":"seats","column":"Seats","as":"integer"}"#)?;
/// let long: ImportFieldDef = serde_json::from_str(r#"{"field":"seats","column":"Seats","as":{"type":"integer"}}"#)?;
/// assert_eq!(short, long);
/// assert!(serde_json::from_str::<ParserDef>(r#"{"type":"date","pattern":"YYYY"}"#).is_err());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum ParserDef {
    /// One of two sets of words.
    Bool {
        /// What says yes.
        #[serde(rename = "true")]
        yes: Vec<String>,
        /// What says no.
        #[serde(rename = "false")]
        no: Vec<String>,
    },
    /// A day.
    Date {
        /// How it is written; `YYYY-MM-DD` where there are none.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        patterns: Vec<String>,
    },
    /// A number with an optional fraction.
    Decimal {
        /// What stands before the fraction; a full stop unless it says otherwise.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        decimal: Option<char>,
        /// What stands between groups of three digits.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        thousands: Option<char>,
    },
    /// A span of time.
    Duration {},
    /// An option.
    Enum {
        /// What people write for the key of an option.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        words: BTreeMap<String, String>,
    },
    /// The id of a record.
    Id {},
    /// A moment.
    Instant {
        /// How it is written; RFC 3339 where there are none.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        patterns: Vec<String>,
        /// The local time in which it is written; the definition's unless it says otherwise.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        offset: Option<Offset>,
    },
    /// A whole number.
    Integer {
        /// What stands between groups of three digits.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        thousands: Option<char>,
    },
    /// Several values.
    List {
        /// What stands between them.
        separator: String,
        /// How each is read; as the type of the items is written where it does not say.
        #[serde(default, deserialize_with = "boxed", skip_serializing_if = "Option::is_none")]
        of: Option<Box<ParserDef>>,
    },
    /// An amount.
    Money {
        /// The currency of every row.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        currency: Option<Currency>,
        /// Or the column with its code.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        currency_column: Option<String>,
        /// What stands before the fraction; a full stop unless it says otherwise.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        decimal: Option<char>,
        /// What stands between groups of three digits.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        thousands: Option<char>,
    },
    /// Labels.
    Tags {
        /// What stands between them.
        separator: String,
    },
    /// Text as it is.
    Text {},
}

/// Reads a parser, of which the type may stand alone.
pub(super) fn or_type_alone<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<ParserDef>, D::Error> {
    let json = match Json::deserialize(deserializer)? {
        Json::String(name) => json!({ "type": name }),
        other => other,
    };
    serde_json::from_value(json).map(Some).map_err(serde::de::Error::custom)
}

fn boxed<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Box<ParserDef>>, D::Error> {
    Ok(or_type_alone(deserializer)?.map(Box::new))
}
