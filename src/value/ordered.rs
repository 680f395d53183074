//! The byte encoding of values whose order is the order of the values: what index terms are made of.
//!
//! For all values `a` and `b`: `encode(a) < encode(b)` exactly when `a < b`, and equal bytes exactly when equal values.
//! Encodings delimit themselves, so that values written one after the other order like tuples, with a missing value
//! before every other. A store that compares bytes therefore answers range queries without knowing any type.
//!
//! # Example: bytes order like values
//! ```
//! use guanxi::value::{ordered, Value};
//!
//! let bytes = |number: i64| ordered::encode(&Value::Integer(number));
//! assert!(bytes(-5) < bytes(3) && bytes(3) < bytes(20));
//! ```

use rust_decimal::Decimal;

use super::{Id, Value};

const MISSING: u8 = 0x00;
const END: u8 = 0x00;
const ITEM: u8 = 0x01;
const TEXT: u8 = 0x17;

/// Returns the ordered bytes of one value.
pub fn encode(value: &Value) -> Vec<u8> {
    let mut out = Vec::with_capacity(48);
    push(&mut out, Some(value));
    out
}

/// Returns the ordered bytes of the text value `text`.
pub fn encode_text(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len().saturating_add(3));
    out.push(TEXT);
    push_text(&mut out, text);
    out
}

/// Appends the ordered bytes of a value, or of its absence, which comes before every value.
pub fn push(out: &mut Vec<u8>, value: Option<&Value>) {
    let Some(value) = value else {
        out.push(MISSING);
        return;
    };
    // The tags follow the order of the variants.
    match value {
        Value::Bool(flag) => out.extend([0x10, u8::from(*flag)]),
        Value::Integer(number) => push_i64(out, 0x11, *number),
        Value::Decimal(number) => {
            out.push(0x12);
            push_decimal(out, *number);
        }
        Value::Money(money) => {
            out.push(0x13);
            out.extend(money.currency().bytes());
            out.extend(signed(money.minor()));
        }
        Value::Date(date) => push_i64(out, 0x14, i64::from(date.epoch_days())),
        Value::Instant(at) => push_i64(out, 0x15, at.millis()),
        Value::Duration(span) => push_i64(out, 0x16, span.millis()),
        Value::Text(text) => {
            out.push(TEXT);
            push_text(out, text);
        }
        Value::Enum(key) => {
            out.push(0x18);
            push_text(out, key);
        }
        Value::Reference(id) => {
            out.push(0x19);
            push_id(out, id);
        }
        Value::List(items) => {
            out.push(0x1a);
            for item in items.iter() {
                push(out, Some(item));
            }
            out.push(END);
        }
        Value::Tags(tags) => {
            out.push(0x1b);
            for tag in tags.iter() {
                out.push(ITEM);
                push_text(out, tag);
            }
            out.push(END);
        }
    }
}

/// Appends the bytes that every text starting with `prefix` starts with.
pub fn push_text_prefix(out: &mut Vec<u8>, prefix: &str) {
    out.push(TEXT);
    push_escaped(out, prefix);
}

/// Returns the smallest bytes above all bytes that start with `prefix`, or `None` when there are none.
///
/// # Example: a prefix becomes a range
/// ```
/// use guanxi::value::ordered::after_prefix;
///
/// assert_eq!(after_prefix(b"ab"), Some(b"ac".to_vec()));
/// assert_eq!(after_prefix(&[0xff]), None);
/// ```
pub fn after_prefix(prefix: &[u8]) -> Option<Vec<u8>> {
    let mut end = prefix.to_vec();
    while let Some(last) = end.pop() {
        if let Some(next) = last.checked_add(1) {
            end.push(next);
            return Some(end);
        }
    }
    None
}

/// Returns the first eight bytes, with zeros behind a shorter end, as a number: where two numbers differ, they order like
/// their bytes, and most comparisons end there.
///
/// # Example: the order of the starts
/// ```
/// use guanxi::value::ordered::head;
///
/// assert!(head(b"amount") < head(b"contact"));
/// assert_eq!(head(b"description"), head(b"descriptor"));
/// ```
pub fn head(bytes: &[u8]) -> u64 {
    match bytes.first_chunk() {
        Some(eight) => u64::from_be_bytes(*eight),
        None => {
            let start = bytes.iter().fold(0, |start, byte| (start << 8) | u64::from(*byte));
            (bytes.len()..8).fold(start, |start, _| start << 8)
        }
    }
}

fn push_i64(out: &mut Vec<u8>, tag: u8, number: i64) {
    out.push(tag);
    out.extend(signed(number));
}

fn signed(number: i64) -> [u8; 8] {
    (number ^ i64::MIN).to_be_bytes()
}

/// A zero byte inside is escaped, so that the double zero at the end sorts a text before its extensions.
fn push_text(out: &mut Vec<u8>, text: &str) {
    push_escaped(out, text);
    out.extend([END, END]);
}

fn push_escaped(out: &mut Vec<u8>, text: &str) {
    if !text.as_bytes().contains(&END) {
        out.extend(text.as_bytes());
        return;
    }
    for &byte in text.as_bytes() {
        out.push(byte);
        if byte == END {
            out.push(0xff);
        }
    }
}

fn push_id(out: &mut Vec<u8>, id: &Id) {
    match (id.uuid_bytes(), id.as_text()) {
        (Some(bytes), _) => {
            out.push(0);
            out.extend(bytes);
        }
        (None, text) => {
            out.push(1);
            push_text(out, text.unwrap_or_default());
        }
    }
}

/// Sign, exponent, then two digits a byte; the bytes after the sign are inverted for negative numbers.
fn push_decimal(out: &mut Vec<u8>, number: Decimal) {
    let number = number.normalize();
    if number.is_zero() {
        out.push(0x80);
        return;
    }
    let digits = number.mantissa().unsigned_abs().to_string();
    // The value is 0.d1d2d3… × 10^exponent, with the exponent from -27 to 29.
    let exponent = i64::try_from(digits.len()).unwrap_or(0).saturating_sub(i64::from(number.scale()));
    let negative = number.is_sign_negative();
    out.push(if negative { 0x7f } else { 0x81 });
    let flip = if negative { 0xff } else { 0x00 };
    out.push(u8::try_from(exponent.saturating_add(64)).unwrap_or(0) ^ flip);
    for pair in digits.as_bytes().chunks(2) {
        let tens = pair.first().map_or(0, |d| d.saturating_sub(b'0'));
        let ones = pair.get(1).map_or(0, |d| d.saturating_sub(b'0'));
        // One up, so that no pair is the end.
        out.push(tens.saturating_mul(10).saturating_add(ones).saturating_add(1) ^ flip);
    }
    out.push(END ^ flip);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::arbitrary::{any_scalar, any_value};
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        #[test]
        fn order_of_bytes_is_order_of_values(a in any_value(), b in any_value()) {
            prop_assert_eq!(encode(&a).cmp(&encode(&b)), a.cmp(&b));
        }

        #[test]
        fn order_holds_within_every_type((a, b) in any_scalar().prop_flat_map(|a| {
            let wanted = a.value_type();
            (Just(a), any_scalar().prop_filter("same type", move |b| b.value_type() == wanted))
        })) {
            prop_assert_eq!(encode(&a).cmp(&encode(&b)), a.cmp(&b));
        }

        #[test]
        fn tuples_order_by_their_parts(a in any_value(), b in any_value(), c in any_value(), d in any_value()) {
            let bytes = |x: &Value, y: &Value| { let mut out = encode(x); push(&mut out, Some(y)); out };
            prop_assert_eq!(bytes(&a, &b).cmp(&bytes(&c, &d)), (a, b).cmp(&(c, d)));
        }

        #[test]
        fn texts_with_a_prefix_lie_in_its_range(prefix in "\\PC{0,4}", rest in any::<String>()) {
            let mut from = Vec::new();
            push_text_prefix(&mut from, &prefix);
            let to = after_prefix(&from).unwrap();
            let inside = encode(&Value::text(&(prefix + &rest)));
            prop_assert!(from <= inside && inside < to);
        }
    }

    #[test]
    fn close_decimals_order() {
        let ascending = [
            "-79228162514264337593543950335",
            "-10.5",
            "-10",
            "-1.05",
            "-1",
            "-0.00001",
            "0",
            "0.001",
            "0.0010000001",
            "0.01",
            "0.1",
            "0.10001",
            "1",
            "1.5",
            "9.99",
            "10",
            "99",
            "100",
            "79228162514264337593543950335",
        ];
        let bytes: Vec<_> = ascending.iter().map(|d| encode(&Value::Decimal(d.parse().unwrap()))).collect();
        assert!(bytes.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(encode(&Value::Decimal("1.50".parse().unwrap())), encode(&Value::Decimal("1.5".parse().unwrap())));
    }
}
