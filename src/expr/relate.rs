use std::cmp::Ordering;
use std::sync::Arc;

use rust_decimal::Decimal;

use crate::value::Value;

use super::eval::Outcome;
use super::op::Test;
use super::unknown::Reason;

/// Compares two values; amounts of different currencies and values of different types are neither.
#[inline]
pub(super) fn relate(test: Test, left: &Value, right: &Value) -> Outcome {
    match test {
        Test::Equal => equal(left, right),
        Test::NotEqual => equal(left, right).map(|equal| !equal),
        _ => order(left, right).map(|order| test.holds(order)),
    }
}

#[inline]
pub(super) fn equal(left: &Value, right: &Value) -> Outcome {
    match same(left, right) {
        Some(same) => Ok(same),
        None => order(left, right).map(Ordering::is_eq),
    }
}

/// Tells whether two keys, texts, flags or references are the same; `None` for whatever needs more thought.
#[inline(always)]
pub(super) fn same(left: &Value, right: &Value) -> Option<bool> {
    match (left, right) {
        (Value::Text(left), Value::Text(right)) | (Value::Enum(left), Value::Enum(right)) => {
            Some(is_same_text(left, right))
        }
        (Value::Bool(left), Value::Bool(right)) => Some(left == right),
        (Value::Reference(left), Value::Reference(right)) => Some(left == right),
        _ => None,
    }
}

/// Tells the same of two texts. Keys that differ do so in their length or at their end more often than not, and the key of an
/// option is usually the very text that the schema holds; so the bytes are seldom compared one by one.
#[inline(always)]
fn is_same_text(left: &Arc<str>, right: &Arc<str>) -> bool {
    left.len() == right.len()
        && left.as_bytes().last() == right.as_bytes().last()
        && (Arc::ptr_eq(left, right) || left == right)
}

/// Returns the order of two values of one type; whole and decimal numbers are one.
pub(super) fn order(left: &Value, right: &Value) -> Result<Ordering, Reason> {
    match (left, right) {
        (Value::Integer(left), Value::Decimal(right)) => Ok(Decimal::from(*left).cmp(right)),
        (Value::Decimal(left), Value::Integer(right)) => Ok(left.cmp(&Decimal::from(*right))),
        (Value::Money(left), Value::Money(right)) if left.currency() != right.currency() => {
            Err(Reason::MixedCurrencies)
        }
        _ if std::mem::discriminant(left) == std::mem::discriminant(right) => Ok(left.cmp(right)),
        _ => Err(Reason::Mistyped),
    }
}

/// Tells whether one of the items equals `needle`; unknown ones matter only if none does.
pub(super) fn any_equal<'v>(needle: &Value, items: impl Iterator<Item = &'v Value>) -> Outcome {
    let mut result = Ok(false);
    for item in items {
        match equal(needle, item) {
            Ok(true) => return Ok(true),
            Ok(false) => {}
            Err(reason) => result = result.and(Err(reason)),
        }
    }
    result
}

/// Above this size a set is searched instead of walked.
const SMALL: usize = 8;

/// Tells whether `value` is in the sorted set, as if it were compared with each.
#[inline]
pub(super) fn member(value: &Value, set: &[Value]) -> Outcome {
    let Some(first) = set.first() else { return Ok(false) };
    let alike = std::mem::discriminant(value) == std::mem::discriminant(first);
    // A currency that differs makes a comparison unknown, so amounts are compared one by one.
    if !alike || matches!(value, Value::Money(_)) {
        return any_equal(value, set.iter());
    }
    if set.len() > SMALL {
        return Ok(set.binary_search(value).is_ok());
    }
    Ok(set.contains(value))
}

/// Tells the same without a reason to carry, where that is easy.
#[inline]
pub(super) fn quick_member(value: &Value, set: &[Value]) -> Option<bool> {
    if set.len() > SMALL {
        return member(value, set).ok();
    }
    for item in set {
        if same(value, item)? {
            return Some(true);
        }
    }
    Some(false)
}
