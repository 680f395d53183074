use std::fmt::{self, Write};
use std::sync::Arc;

use rust_decimal::Decimal;

/// A constant as it was written; its type follows from what it stands beside.
///
/// The named forms (`date('…')`) keep their text, so that a wrong one is reported with every other mistake.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Literal {
    Bool(bool),
    Integer(i64),
    /// A whole number that CEL calls unsigned; never negative.
    Unsigned(i64),
    Decimal(Decimal),
    Text(Arc<str>),
    Named(Named, Arc<str>),
}

/// The constants that are written as a call with one text. The name is the same in the text and in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Named {
    Date,
    Duration,
    Money,
    Timestamp,
}

impl Named {
    pub(super) const ALL: [Self; 4] = [Self::Date, Self::Duration, Self::Money, Self::Timestamp];

    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Date => "date",
            Self::Duration => "duration",
            Self::Money => "money",
            Self::Timestamp => "timestamp",
        }
    }

    pub(super) fn of_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|named| named.key() == key)
    }

    pub(super) fn example(self) -> &'static str {
        match self {
            Self::Date => "date('2026-03-02')",
            Self::Duration => "duration('P3D')",
            Self::Money => "money('CNY 100.00')",
            Self::Timestamp => "timestamp('2026-03-02T09:00:00+08:00')",
        }
    }
}

impl Literal {
    /// Returns the negated number, unless this is no number or has no opposite.
    pub(super) fn negated(&self) -> Option<Self> {
        match self {
            Self::Integer(number) => number.checked_neg().map(Self::Integer),
            Self::Decimal(number) => Some(Self::Decimal(-number)),
            _ => None,
        }
    }

    pub(super) fn is_negative(&self) -> bool {
        match self {
            Self::Integer(number) => *number < 0,
            Self::Decimal(number) => number.is_sign_negative() && !number.is_zero(),
            _ => false,
        }
    }
}

/// Prints the literal as CEL.
impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(flag) => flag.fmt(f),
            Self::Integer(number) => number.fmt(f),
            Self::Unsigned(number) => write!(f, "{number}u"),
            Self::Decimal(number) if number.is_zero() => f.write_str("0.0"),
            Self::Decimal(number) if number.scale() == 0 => write!(f, "{number}.0"),
            Self::Decimal(number) => number.fmt(f),
            Self::Text(text) => quote(f, text),
            Self::Named(named, text) => {
                write!(f, "{}(", named.key())?;
                quote(f, text)?;
                f.write_char(')')
            }
        }
    }
}

fn quote(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_char('\'')?;
    for c in text.chars() {
        match c {
            '\'' => f.write_str("\\'")?,
            '\\' => f.write_str("\\\\")?,
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            '\t' => f.write_str("\\t")?,
            c if c.is_control() => write!(f, "\\u{:04x}", u32::from(c))?,
            c => f.write_char(c)?,
        }
    }
    f.write_char('\'')
}
