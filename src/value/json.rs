use rust_decimal::Decimal;
use serde::{Serialize, Serializer};
use serde_json::Value as Json;

use super::{List, Money, Value, ValueType};

impl Value {
    /// Returns the value in JSON: numbers for integers, text for everything that JSON cannot hold exactly.
    ///
    /// # Example: a decimal is text, never a float
    /// ```
    /// use guanxi::value::{Value, ValueType};
    ///
    /// let price = Value::Decimal("12.50".parse()?);
    /// assert_eq!(price.to_json().to_string(), r#""12.50""#);
    /// assert_eq!(Value::from_json(&price.to_json(), &ValueType::Decimal)?, price);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn to_json(&self) -> Json {
        match self {
            Self::Bool(flag) => Json::Bool(*flag),
            Self::Integer(number) => Json::from(*number),
            Self::Money(money) => serde_json::json!({
                "amount": money.amount().to_string(),
                "currency": money.currency().code(),
            }),
            Self::List(items) => items.iter().map(Value::to_json).collect(),
            Self::Tags(tags) => tags.iter().collect(),
            other => Json::String(other.to_string()),
        }
    }

    /// Returns the value of type `expected` that `json` holds.
    ///
    /// # Errors
    /// [`WrongType`] when `json` does not hold such a value; it says what was expected. Decimals and money must be
    /// written as text: a JSON number with a fraction is refused, because it is a float to most writers.
    pub fn from_json(json: &Json, expected: &ValueType) -> Result<Self, WrongType> {
        let wrong = || WrongType { expected: expected.clone() };
        let text = || json.as_str().ok_or_else(wrong);
        Ok(match expected {
            ValueType::Bool => Self::Bool(json.as_bool().ok_or_else(wrong)?),
            ValueType::Integer => Self::Integer(json.as_i64().ok_or_else(wrong)?),
            ValueType::Decimal => Self::Decimal(match json.as_i64() {
                Some(whole) => Decimal::from(whole),
                None => Decimal::from_str_exact(text()?).map_err(|_| wrong())?,
            }),
            ValueType::Money => Self::Money(match json.as_str() {
                Some(text) => text.parse().map_err(|_| wrong())?,
                None => <Money as serde::Deserialize>::deserialize(json).map_err(|_| wrong())?,
            }),
            ValueType::Date => Self::Date(text()?.parse().map_err(|_| wrong())?),
            ValueType::Instant => Self::Instant(text()?.parse().map_err(|_| wrong())?),
            ValueType::Duration => Self::Duration(text()?.parse().map_err(|_| wrong())?),
            ValueType::Text => Self::Text(text()?.into()),
            ValueType::Enum => Self::Enum(text()?.into()),
            ValueType::Reference => Self::Reference(text()?.parse().map_err(|_| wrong())?),
            ValueType::List(item) => {
                let items = json.as_array().ok_or_else(wrong)?.iter().map(|one| Self::from_json(one, item));
                Self::List(List::new(items.collect::<Result<Vec<_>, _>>()?).map_err(|_| wrong())?)
            }
            ValueType::Tags => Self::Tags(
                json.as_array()
                    .ok_or_else(wrong)?
                    .iter()
                    .map(|tag| tag.as_str().ok_or_else(wrong))
                    .collect::<Result<_, _>>()?,
            ),
        })
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Bool(flag) => serializer.serialize_bool(*flag),
            Self::Integer(number) => serializer.serialize_i64(*number),
            Self::Money(money) => money.serialize(serializer),
            Self::List(items) => items.serialize(serializer),
            Self::Tags(tags) => tags.serialize(serializer),
            other => serializer.collect_str(other),
        }
    }
}

/// A JSON value that does not hold a value of the expected type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected {}", describe(expected))]
pub struct WrongType {
    expected: ValueType,
}

impl WrongType {
    /// Returns the type that was expected.
    pub fn expected(&self) -> &ValueType {
        &self.expected
    }
}

fn describe(expected: &ValueType) -> &'static str {
    match expected {
        ValueType::Bool => "`true` or `false`",
        ValueType::Integer => "a whole number from -2^63 to 2^63 - 1",
        ValueType::Decimal => "a decimal number as text such as \"12.50\", at most 28 digits",
        ValueType::Money => "money such as {\"amount\":\"100.00\",\"currency\":\"CNY\"} or \"CNY 100.00\"",
        ValueType::Date => "an existing date as text such as \"2026-03-02\"",
        ValueType::Instant => "an instant as text such as \"2026-03-02T09:00:00+08:00\"",
        ValueType::Duration => "a duration as text such as \"P3D\" or \"PT48H\"",
        ValueType::Text => "text",
        ValueType::Enum => "the key of an option as text",
        ValueType::Reference => "the id of a record as text",
        ValueType::List(_) => "a list of values",
        ValueType::Tags => "a list of tags",
    }
}
