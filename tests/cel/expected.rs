//! What a case must yield, and whether a value is that.

use guanxi::expr::Unknown;
use guanxi::value::Value;
use serde_json::Value as Json;

/// What a case must yield.
#[derive(Debug)]
pub enum Expected {
    /// An error at run time, which is unknown here.
    Error,
    /// A value as the suite writes it: an object of one key.
    Value(Json),
}

impl Expected {
    /// Returns what the case says; a case that says nothing is true.
    pub fn of(case: &Json) -> Self {
        let typed = case.get("typed_result").map(|typed| &typed["result"]);
        match (case.get("value").or(typed), case.get("eval_error")) {
            (Some(value), _) => Self::Value(value.clone()),
            (None, Some(_)) => Self::Error,
            (None, None) => Self::Value(serde_json::json!({"bool_value": true})),
        }
    }

    /// Returns whether `found` is what was expected.
    pub fn is(&self, found: &Result<Value, Unknown>) -> bool {
        match (self, found) {
            (Self::Error, found) => found.is_err(),
            (Self::Value(expected), Ok(found)) => is_value(expected, found),
            (Self::Value(_), Err(_)) => false,
        }
    }
}

fn is_value(expected: &Json, found: &Value) -> bool {
    let Some((kind, expected)) = expected.as_object().and_then(|parts| parts.iter().next()) else { return false };
    match (kind.as_str(), found) {
        ("bool_value", Value::Bool(flag)) => expected.as_bool() == Some(*flag),
        // Whole numbers are of one kind here.
        ("int64_value" | "uint64_value", Value::Integer(number)) => expected.as_str() == Some(&number.to_string()),
        // The suite speaks of binary floating point: what it expects is the double nearest to the exact number.
        ("double_value", Value::Decimal(number)) => {
            let nearest: f64 = number.to_string().parse().unwrap();
            expected.as_str().and_then(|text| text.parse().ok()).is_some_and(|e: f64| e.to_bits() == nearest.to_bits())
        }
        ("string_value", Value::Text(text)) => expected.as_str() == Some(text),
        ("list_value", Value::List(items)) => {
            let none = Vec::new();
            let expected = expected["values"].as_array().unwrap_or(&none);
            expected.len() == items.len() && expected.iter().zip(items.iter()).all(|(one, item)| is_value(one, item))
        }
        ("object_value", Value::Instant(at)) => {
            let part = &expected["[type.googleapis.com/google.protobuf.Timestamp]"];
            part.is_object() && millis(part) == Some(at.millis())
        }
        ("object_value", Value::Duration(span)) => {
            let part = &expected["[type.googleapis.com/google.protobuf.Duration]"];
            part.is_object() && millis(part) == Some(span.millis())
        }
        _ => false,
    }
}

/// Returns the milliseconds of a timestamp or a duration of whole milliseconds.
fn millis(parts: &Json) -> Option<i64> {
    let part = |key: &str| parts.get(key).map_or(Some(0), |text| text.as_str()?.parse::<i64>().ok());
    let (seconds, nanos) = (part("seconds")?, part("nanos")?);
    (nanos % 1_000_000 == 0).then_some(seconds * 1_000 + nanos / 1_000_000)
}
