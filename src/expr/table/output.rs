use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::expr::Type;
use crate::value::{Name, ValueType};

/// One thing that a decision table tells: its name and its type.
///
/// # Example: a queue out of two
/// ```
/// use guanxi::expr::OutputDef;
///
/// let queue: OutputDef = serde_json::from_str(r#"{"key":"queue","type":"enum","options":["gold","plain"]}"#)?;
/// assert_eq!(queue.key().as_str(), "queue");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutputDef {
    pub(super) key: Name,
    #[serde(rename = "type")]
    pub(super) value_type: ValueType,
    /// The keys that an `enum` can have.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) options: Vec<Arc<str>>,
    /// The object that a `reference` points to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) to: Option<Name>,
}

impl OutputDef {
    /// Returns the name.
    pub fn key(&self) -> &Name {
        &self.key
    }

    /// Returns the type of the values, or what lacks to know it.
    pub(super) fn ty(&self) -> Result<Type, &'static str> {
        typed(&self.value_type, self)
    }
}

fn typed(value_type: &ValueType, def: &OutputDef) -> Result<Type, &'static str> {
    Ok(match value_type {
        ValueType::Bool => Type::Bool,
        ValueType::Integer => Type::Integer,
        ValueType::Decimal => Type::Decimal,
        ValueType::Money => Type::Money(None),
        ValueType::Date => Type::Date,
        ValueType::Instant => Type::Instant,
        ValueType::Duration => Type::Duration,
        ValueType::Text => Type::Text,
        ValueType::Enum if def.options.is_empty() => return Err("the `options` of the enum"),
        ValueType::Enum => Type::Enum(def.options.as_slice().into()),
        ValueType::Reference => Type::Reference(def.to.clone().ok_or("the object `to` which the reference points")?),
        ValueType::List(item) if matches!(**item, ValueType::List(_)) => return Err("items that are no lists"),
        ValueType::List(item) => Type::List(typed(item, def)?.into()),
        ValueType::Tags => Type::Tags,
    })
}
