use std::fmt;
use std::sync::Arc;

use rust_decimal::Decimal;

use super::{Date, Duration, Id, Instant, List, Money, Tags, ValueType};

/// What a field can hold. A missing value is the absence of a `Value`, never a special one.
///
/// The order is total: within a type the natural order, across types the order of the variants. Cloning is cheap: long
/// contents are shared.
///
/// # Example
/// ```
/// use guanxi::value::{Value, ValueType};
///
/// let region = Value::text("华东");
/// assert_eq!(region.value_type(), ValueType::Text);
/// assert!(Value::Integer(2) < Value::Integer(10));
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Value {
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// An exact decimal number: a quantity, a rate, a unit price.
    Decimal(Decimal),
    /// An amount of one currency.
    Money(Money),
    /// A calendar day.
    Date(Date),
    /// A moment.
    Instant(Instant),
    /// A span of time.
    Duration(Duration),
    /// Text in any language.
    Text(Arc<str>),
    /// One of the declared options of a field, by its key.
    Enum(Arc<str>),
    /// Another record, by its id; the field says of which object.
    Reference(Id),
    /// Several values in order.
    List(List),
    /// A set of labels.
    Tags(Tags),
}

impl Value {
    /// Returns a text value.
    pub fn text(text: &str) -> Self {
        Self::Text(text.into())
    }

    /// Returns the value of an option.
    pub fn option(key: &str) -> Self {
        Self::Enum(key.into())
    }

    /// Returns the type of the value; a list has the type of its first element, an empty one lists texts.
    pub fn value_type(&self) -> ValueType {
        match self {
            Self::Bool(_) => ValueType::Bool,
            Self::Integer(_) => ValueType::Integer,
            Self::Decimal(_) => ValueType::Decimal,
            Self::Money(_) => ValueType::Money,
            Self::Date(_) => ValueType::Date,
            Self::Instant(_) => ValueType::Instant,
            Self::Duration(_) => ValueType::Duration,
            Self::Text(_) => ValueType::Text,
            Self::Enum(_) => ValueType::Enum,
            Self::Reference(_) => ValueType::Reference,
            Self::List(items) => ValueType::List(Box::new(items.first().map_or(ValueType::Text, Value::value_type))),
            Self::Tags(_) => ValueType::Tags,
        }
    }

    /// Returns the text of a [`Value::Text`] or the key of a [`Value::Enum`].
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) | Self::Enum(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the id of a [`Value::Reference`].
    pub fn as_id(&self) -> Option<&Id> {
        match self {
            Self::Reference(id) => Some(id),
            _ => None,
        }
    }

    /// Returns the moment of a [`Value::Instant`].
    pub fn as_instant(&self) -> Option<Instant> {
        match self {
            Self::Instant(at) => Some(*at),
            _ => None,
        }
    }

    /// Returns the number of a [`Value::Integer`].
    pub fn as_integer(&self) -> Option<i64> {
        match self {
            Self::Integer(number) => Some(*number),
            _ => None,
        }
    }

    /// Returns the flag of a [`Value::Bool`].
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(flag) => Some(*flag),
            _ => None,
        }
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "{text:?}"),
            Self::List(items) => items.fmt(f),
            Self::Tags(tags) => tags.fmt(f),
            other => write!(f, "{other}"),
        }
    }
}

/// Prints a value as a person reads it; [`Value::to_json`] is the exact form.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(flag) => flag.fmt(f),
            Self::Integer(number) => number.fmt(f),
            Self::Decimal(number) => number.fmt(f),
            Self::Money(money) => money.fmt(f),
            Self::Date(date) => date.fmt(f),
            Self::Instant(at) => at.fmt(f),
            Self::Duration(span) => span.fmt(f),
            Self::Text(text) | Self::Enum(text) => f.write_str(text),
            Self::Reference(id) => id.fmt(f),
            Self::List(items) => separated(f, items.iter()),
            Self::Tags(tags) => separated(f, tags.iter()),
        }
    }
}

fn separated<T: fmt::Display>(f: &mut fmt::Formatter<'_>, items: impl Iterator<Item = T>) -> fmt::Result {
    for (position, item) in items.enumerate() {
        if position > 0 {
            f.write_str(", ")?;
        }
        write!(f, "{item}")?;
    }
    Ok(())
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Bool(flag)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<Decimal> for Value {
    fn from(number: Decimal) -> Self {
        Self::Decimal(number)
    }
}

impl From<Money> for Value {
    fn from(money: Money) -> Self {
        Self::Money(money)
    }
}

impl From<Date> for Value {
    fn from(date: Date) -> Self {
        Self::Date(date)
    }
}

impl From<Instant> for Value {
    fn from(at: Instant) -> Self {
        Self::Instant(at)
    }
}

impl From<Duration> for Value {
    fn from(span: Duration) -> Self {
        Self::Duration(span)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<Id> for Value {
    fn from(id: Id) -> Self {
        Self::Reference(id)
    }
}

impl From<Tags> for Value {
    fn from(tags: Tags) -> Self {
        Self::Tags(tags)
    }
}
