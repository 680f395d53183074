use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::value::{Duration, Instant, Value};

use super::operator::To;
use super::read_time;
use super::unknown::Reason;

/// Turns a value into another type, exactly or not at all.
pub(super) fn convert(to: To, value: &Value) -> Result<Value, Reason> {
    match (to, value) {
        (To::Bool, Value::Bool(_))
        | (To::Integer, Value::Integer(_))
        | (To::Decimal, Value::Decimal(_))
        | (To::Text, Value::Text(_))
        | (To::Duration, Value::Duration(_))
        | (To::Instant, Value::Instant(_)) => Ok(value.clone()),
        (_, Value::Text(text)) => read(to, text).ok_or(Reason::Malformed(to)),
        (To::Integer, Value::Decimal(number)) => number.trunc().to_i64().map(Value::Integer).ok_or(Reason::Overflow),
        (To::Integer, Value::Instant(at)) => Ok(Value::Integer(at.millis().div_euclid(1_000))),
        (To::Decimal, Value::Integer(number)) => Ok(Value::Decimal((*number).into())),
        (To::Instant, Value::Integer(seconds)) => {
            let at = seconds.checked_mul(1_000).and_then(Instant::from_millis);
            at.map(Value::Instant).ok_or(Reason::Overflow)
        }
        (To::Text, value) => Ok(Value::text(&written(value)?)),
        _ => Err(Reason::Mistyped),
    }
}

/// Reads what CEL reads.
fn read(to: To, text: &str) -> Option<Value> {
    Some(match to {
        To::Bool => Value::Bool(match text {
            "1" | "t" | "true" | "TRUE" | "True" => true,
            "0" | "f" | "false" | "FALSE" | "False" => false,
            _ => return None,
        }),
        To::Integer => Value::Integer(text.parse().ok()?),
        To::Decimal => Value::Decimal(super::lexer::decimal(text)?),
        To::Text => Value::text(text),
        To::Duration => Value::Duration(read_time::duration(text)?),
        To::Instant => Value::Instant(read_time::instant(text)?),
    })
}

/// Writes a value as CEL does; what CEL does not have, as guanxi does.
fn written(value: &Value) -> Result<String, Reason> {
    Ok(match value {
        Value::Decimal(number) if number.is_zero() => Decimal::ZERO.to_string(),
        Value::Decimal(number) => number.normalize().to_string(),
        Value::Duration(span) => seconds(*span),
        Value::Instant(at) => match at.to_string().split_once('.') {
            Some((whole, fraction)) => format!("{whole}.{}Z", fraction.trim_end_matches('Z').trim_end_matches('0')),
            None => at.to_string(),
        },
        Value::List(_) | Value::Tags(_) => return Err(Reason::Mistyped),
        other => other.to_string(),
    })
}

/// Returns `-1.5s`: whole seconds with the fraction that is needed.
fn seconds(span: Duration) -> String {
    let sign = if span.millis() < 0 { "-" } else { "" };
    let (whole, millis) = (span.millis().unsigned_abs() / 1_000, span.millis().unsigned_abs() % 1_000);
    let fraction = format!("{millis:03}");
    match fraction.trim_end_matches('0') {
        "" => format!("{sign}{whole}s"),
        fraction => format!("{sign}{whole}.{fraction}s"),
    }
}
