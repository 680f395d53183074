use std::fmt;
use std::sync::Arc;

use crate::value::{Currency, Name, ValueType};

/// The type of a field or of an expression, with all that a check at load can use.
///
/// # Example: options are known by their keys
/// ```
/// use guanxi::expr::Type;
///
/// let grade = Type::options(["A", "B", "C"]);
/// assert_eq!(grade.to_string(), "one of `A`, `B`, `C`");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Type {
    /// Yes or no.
    Bool,
    /// A whole number.
    Integer,
    /// An exact decimal number.
    Decimal,
    /// Money, perhaps of one currency only.
    Money(Option<Currency>),
    /// A calendar day.
    Date,
    /// A moment.
    Instant,
    /// A span of time.
    Duration,
    /// Text.
    Text,
    /// One of these options, by key.
    Enum(Arc<[Arc<str>]>),
    /// A record of this object.
    Reference(Name),
    /// Several values of this type.
    List(Arc<Type>),
    /// A set of labels.
    Tags,
}

impl Type {
    /// Returns the type of a field with these options.
    pub fn options<'a>(keys: impl IntoIterator<Item = &'a str>) -> Self {
        Self::Enum(keys.into_iter().map(Arc::from).collect())
    }

    /// Returns the type of the values, without what only the check uses.
    pub fn value_type(&self) -> ValueType {
        match self {
            Self::Bool => ValueType::Bool,
            Self::Integer => ValueType::Integer,
            Self::Decimal => ValueType::Decimal,
            Self::Money(_) => ValueType::Money,
            Self::Date => ValueType::Date,
            Self::Instant => ValueType::Instant,
            Self::Duration => ValueType::Duration,
            Self::Text => ValueType::Text,
            Self::Enum(_) => ValueType::Enum,
            Self::Reference(_) => ValueType::Reference,
            Self::List(item) => ValueType::List(Box::new(item.value_type())),
            Self::Tags => ValueType::Tags,
        }
    }

    pub(super) fn is_number(&self) -> bool {
        matches!(self, Self::Integer | Self::Decimal)
    }

    /// Returns whether `<` makes sense.
    pub(super) fn is_ordered(&self) -> bool {
        !matches!(self, Self::Enum(_) | Self::Reference(_) | Self::List(_) | Self::Tags)
    }

    /// Returns whether values of the two types can be equal.
    pub(super) fn meets(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Money(one), Self::Money(other)) => one.is_none() || other.is_none() || one == other,
            (one, other) if one.is_number() && other.is_number() => true,
            // An empty list literal lists texts; whatever it is compared with decides.
            (Self::List(one), Self::List(other)) => one == other,
            _ => self == other,
        }
    }

    /// Says how a literal of this type is written.
    pub(super) fn expected(&self) -> String {
        match self {
            Self::Bool => "true or false".into(),
            Self::Integer => "a whole number".into(),
            Self::Decimal => "a number".into(),
            Self::Money(None) => "money such as 'CNY 100.00'".into(),
            Self::Money(Some(currency)) => format!("money in `{currency}` such as '{currency} 100'"),
            Self::Date => "an existing date such as '2026-03-02'".into(),
            Self::Instant => "an instant such as '2026-03-02T09:00:00+08:00'".into(),
            Self::Duration => "a duration such as 'P3D' or 'PT48H'".into(),
            Self::Text => "a text".into(),
            Self::Reference(object) => format!("the id of a `{object}`"),
            other => other.to_string(),
        }
    }
}

/// Prints the type as a message names it: `a text`, `money in `CNY``.
impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Money(Some(currency)) => write!(f, "money in `{currency}`"),
            Self::Enum(options) => write!(f, "one of {}", quoted(options.iter().map(AsRef::as_ref))),
            Self::Reference(object) => write!(f, "a reference to `{object}`"),
            Self::List(item) => write!(f, "a list of {}", item.value_type()),
            Self::Money(None) | Self::Tags => self.value_type().fmt(f),
            Self::Integer | Self::Instant => write!(f, "an {}", self.value_type()),
            _ => write!(f, "a {}", self.value_type()),
        }
    }
}

/// Returns the names in backticks, separated by commas; at most twelve of them.
pub(super) fn quoted<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let mut names = names.map(|name| format!("`{name}`"));
    let mut shown: Vec<String> = names.by_ref().take(12).collect();
    if names.next().is_some() {
        shown.push("…".into());
    }
    shown.join(", ")
}
