use std::fmt;

use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value as Json;

use crate::value::{List, Money, Name, Value};

/// Values by field key, as a caller hands them in or gets them out; no value means "clear the field".
///
/// From JSON: text, whole numbers, `true`/`false`, lists of these, money as `{"amount":"1.00","currency":"CNY"}` and
/// `null` to clear. Text is turned into the field's own type at entry, so dates, decimals, ids and options are text here.
///
/// # Example
/// ```
/// use guanxi::record::Fields;
///
/// let fields: Fields = serde_json::from_str(r#"{"company":"云舟科技","amount":{"amount":"9.90","currency":"CNY"}}"#)?;
/// assert_eq!(fields.get("company").and_then(|v| v.as_str()), Some("云舟科技"));
/// assert!(serde_json::from_str::<Fields>(r#"{"amount":9.9}"#).is_err());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Fields {
    // INVARIANT: every key once.
    list: Vec<(Name, Option<Value>)>,
}

impl Fields {
    /// Returns no fields.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns no fields, with room for this many.
    pub(crate) fn with_capacity(count: usize) -> Self {
        Self { list: Vec::with_capacity(count) }
    }

    /// Sets or, with `None`, clears a field; an earlier word on the same field is replaced.
    pub fn set(&mut self, key: Name, value: Option<Value>) {
        match self.list.iter_mut().find(|(known, _)| *known == key) {
            Some((_, slot)) => *slot = value,
            None => self.list.push((key, value)),
        }
    }

    /// Says nothing of a field, neither what it is nor that it is cleared.
    pub fn unset(&mut self, key: &str) {
        self.list.retain(|(known, _)| known != key);
    }

    /// Returns the value of a field; `None` when it is not given or cleared.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.list.iter().find(|(known, _)| known == key).and_then(|(_, value)| value.as_ref())
    }

    /// Returns the fields in the order in which they were first given.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Name, Option<&Value>)> {
        self.list.iter().map(|(key, value)| (key, value.as_ref()))
    }

    /// Returns how many fields are given.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Returns whether no field is given.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}

impl fmt::Debug for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl FromIterator<(Name, Option<Value>)> for Fields {
    fn from_iter<T: IntoIterator<Item = (Name, Option<Value>)>>(fields: T) -> Self {
        let mut made = Self::new();
        for (key, value) in fields {
            made.set(key, value);
        }
        made
    }
}

impl Serialize for Fields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FieldsVisitor;

        impl<'de> Visitor<'de> for FieldsVisitor {
            type Value = Fields;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of fields by key")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
                let mut fields = Fields::new();
                while let Some((key, json)) = map.next_entry::<Name, Json>()? {
                    let value = read(&json).map_err(|what| A::Error::custom(format_args!("field `{key}`: {what}")))?;
                    fields.list.push((key, value));
                }
                let mut keys: Vec<_> = fields.list.iter().map(|(key, _)| key).collect();
                keys.sort_unstable();
                match keys.windows(2).find(|pair| pair.first() == pair.last()).and_then(<[_]>::first) {
                    Some(key) => Err(A::Error::custom(format_args!("field `{key}` is given twice"))),
                    None => Ok(fields),
                }
            }
        }
        deserializer.deserialize_map(FieldsVisitor)
    }
}

fn read(json: &Json) -> Result<Option<Value>, &'static str> {
    Ok(Some(match json {
        Json::Null => return Ok(None),
        Json::Bool(flag) => Value::Bool(*flag),
        Json::Number(number) => {
            Value::Integer(number.as_i64().ok_or("expected a decimal number as text, such as \"9.90\"")?)
        }
        Json::String(text) => Value::text(text),
        Json::Array(items) => {
            let items = items.iter().map(|item| read(item)?.ok_or("expected no `null` in a list"));
            Value::List(List::new(items.collect::<Result<Vec<_>, _>>()?).map_err(|_| "a list cannot hold a list")?)
        }
        Json::Object(_) => Value::Money(
            Money::deserialize(json)
                .map_err(|_| "expected money such as {\"amount\":\"1.00\",\"currency\":\"CNY\"}")?,
        ),
    }))
}
