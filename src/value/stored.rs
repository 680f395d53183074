//! The compact, self-describing byte form in which values are stored.
//!
//! Every value carries its type, so that stored bytes can be read without knowing the definition that wrote them. Reading
//! is total: any bytes give a value or [`Corrupt`], never a panic, and no length is trusted before the bytes are there.
//!
//! # Example: what is written is read back
//! ```
//! use guanxi::value::{stored, Value};
//!
//! let mut bytes = Vec::new();
//! stored::write(&mut bytes, &Value::text("云舟"));
//! assert_eq!(stored::Reader::new(&bytes).value(), Ok(Value::text("云舟")));
//! ```

use super::{Id, Value};

pub use super::stored_reader::{Corrupt, Reader};

/// Appends a value.
pub fn write(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Bool(false) => out.push(1),
        Value::Bool(true) => out.push(2),
        Value::Integer(number) => tagged_signed(out, 3, *number),
        Value::Decimal(number) => {
            out.extend([4, u8::try_from(number.scale()).unwrap_or(0), u8::from(number.is_sign_negative())]);
            write_wide(out, number.mantissa().unsigned_abs());
        }
        Value::Money(money) => {
            out.push(5);
            out.extend(money.currency().bytes());
            write_signed(out, money.minor());
        }
        Value::Date(date) => tagged_signed(out, 6, i64::from(date.epoch_days())),
        Value::Instant(at) => tagged_signed(out, 7, at.millis()),
        Value::Duration(span) => tagged_signed(out, 8, span.millis()),
        Value::Text(text) => {
            out.push(9);
            write_text(out, text);
        }
        Value::Enum(key) => {
            out.push(10);
            write_text(out, key);
        }
        Value::Reference(id) => write_id(out, id),
        Value::List(items) => {
            out.push(13);
            write_count(out, items.len());
            for item in items.iter() {
                write(out, item);
            }
        }
        Value::Tags(tags) => {
            out.push(14);
            write_count(out, tags.len());
            for tag in tags.iter() {
                write_text(out, tag);
            }
        }
    }
}

/// Appends an id, with its kind.
pub fn write_id(out: &mut Vec<u8>, id: &Id) {
    match (id.uuid_bytes(), id.as_text()) {
        (Some(bytes), _) => {
            out.push(11);
            out.extend(bytes);
        }
        (None, text) => {
            out.push(12);
            write_text(out, text.unwrap_or_default());
        }
    }
}

/// Appends a text with its length.
pub fn write_text(out: &mut Vec<u8>, text: &str) {
    write_count(out, text.len());
    out.extend_from_slice(text.as_bytes());
}

/// Appends a count in LEB128, least significant seven bits first.
pub fn write_count(out: &mut Vec<u8>, count: usize) {
    write_number(out, u64::try_from(count).unwrap_or(0));
}

/// Appends a signed number in zigzag LEB128: small numbers take few bytes.
pub fn write_signed(out: &mut Vec<u8>, number: i64) {
    let zigzag = (number << 1) ^ (number >> 63);
    write_number(out, u64::from_ne_bytes(zigzag.to_ne_bytes()));
}

fn tagged_signed(out: &mut Vec<u8>, tag: u8, number: i64) {
    out.push(tag);
    write_signed(out, number);
}

fn write_number(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(u8::try_from(number & 0x7f).unwrap_or(0) | 0x80);
        number >>= 7;
    }
    out.push(u8::try_from(number).unwrap_or(0));
}

/// The same for the mantissa of a decimal.
fn write_wide(out: &mut Vec<u8>, mut number: u128) {
    while number >= 0x80 {
        out.push(u8::try_from(number & 0x7f).unwrap_or(0) | 0x80);
        number >>= 7;
    }
    out.push(u8::try_from(number).unwrap_or(0));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::arbitrary::any_value;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn values_round_trip(value in any_value()) {
            let mut bytes = Vec::new();
            write(&mut bytes, &value);
            let mut reader = Reader::new(&bytes);
            prop_assert_eq!(reader.value(), Ok(value));
            prop_assert!(reader.is_at_end());
            let mut reader = Reader::new(&bytes);
            prop_assert_eq!(reader.skip_value(), Ok(()));
            prop_assert!(reader.is_at_end());
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            if let Ok(value) = Reader::new(&bytes).value() {
                let mut again = Vec::new();
                write(&mut again, &value);
                prop_assert_eq!(Reader::new(&again).value(), Ok(value));
            }
        }

        #[test]
        fn a_cut_value_is_corrupt(value in any_value()) {
            let mut bytes = Vec::new();
            write(&mut bytes, &value);
            for end in 0..bytes.len() {
                prop_assert!(Reader::new(&bytes[..end]).value().is_err());
            }
        }
    }

    #[test]
    fn a_sign_is_written_one_way_only() {
        assert_eq!(Reader::new(&[4, 0, 1, 5]).value(), Ok(Value::Decimal("-5".parse().unwrap())));
        assert_eq!(Reader::new(&[4, 0, 2, 5]).value(), Err(Corrupt));
    }

    #[test]
    fn a_decimal_keeps_its_scale() {
        let mut bytes = Vec::new();
        write(&mut bytes, &Value::Decimal("12.50".parse().unwrap()));
        assert_eq!(Reader::new(&bytes).value().unwrap().to_string(), "12.50");
    }
}
