use std::fmt;

use serde::de::IntoDeserializer;
use serde::{Deserialize, Deserializer, Serialize};

/// The type of a [`Value`](super::Value).
///
/// In a definition: `"text"`, `"money"`, … or `{"list":"text"}`.
///
/// # Example
/// ```
/// use guanxi::value::ValueType;
///
/// let dates: ValueType = serde_json::from_str(r#"{"list":"date"}"#)?;
/// assert_eq!(dates.to_string(), "list of date");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ValueType {
    /// Yes or no.
    Bool,
    /// A whole number.
    Integer,
    /// An exact decimal number.
    Decimal,
    /// An amount of one currency.
    Money,
    /// A calendar day.
    Date,
    /// A moment.
    Instant,
    /// A span of time.
    Duration,
    /// Text.
    Text,
    /// One of declared options.
    Enum,
    /// Another record.
    Reference,
    /// Several values of one type; lists of lists are refused by the schema.
    List(#[serde(deserialize_with = "item")] Box<ValueType>),
    /// A set of labels.
    Tags,
}

/// Reads the type of a list's items, which is a name: however deep a file nests lists, none is followed.
fn item<'de, D: Deserializer<'de>>(json: D) -> Result<Box<ValueType>, D::Error> {
    let name = String::deserialize(json)?;
    ValueType::deserialize(name.into_deserializer()).map(Box::new)
}

impl fmt::Display for ValueType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bool => "bool",
            Self::Integer => "integer",
            Self::Decimal => "decimal",
            Self::Money => "money",
            Self::Date => "date",
            Self::Instant => "instant",
            Self::Duration => "duration",
            Self::Text => "text",
            Self::Enum => "enum",
            Self::Reference => "reference",
            Self::List(item) => return write!(f, "list of {item}"),
            Self::Tags => "tags",
        })
    }
}
