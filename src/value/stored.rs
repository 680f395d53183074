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

use std::sync::Arc;

use rust_decimal::Decimal;

use super::{Currency, Date, Duration, Id, Instant, List, Money, Value};

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

/// Reads stored bytes from front to back.
#[derive(Debug, Clone)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Returns a reader at the start of `bytes`.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// Returns whether everything was read.
    pub fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    /// Reads a value.
    ///
    /// # Errors
    /// [`Corrupt`] when no value starts here.
    pub fn value(&mut self) -> Result<Value, Corrupt> {
        let tag = self.byte()?;
        Ok(match tag {
            13 => {
                let count = self.count()?;
                let items: Vec<_> = (0..count).map(|_| self.scalar_after_tag()).collect::<Result<_, _>>()?;
                Value::List(List::new(items).map_err(|_| Corrupt)?)
            }
            tag => self.scalar(tag)?,
        })
    }

    fn scalar_after_tag(&mut self) -> Result<Value, Corrupt> {
        let tag = self.byte()?;
        self.scalar(tag)
    }

    fn scalar(&mut self, tag: u8) -> Result<Value, Corrupt> {
        Ok(match tag {
            1 => Value::Bool(false),
            2 => Value::Bool(true),
            3 => Value::Integer(self.signed()?),
            4 => {
                let [scale, negative] = self.array()?;
                let mantissa = i128::try_from(self.wide()?).map_err(|_| Corrupt)?;
                let mut number = Decimal::try_from_i128_with_scale(mantissa, u32::from(scale)).map_err(|_| Corrupt)?;
                number.set_sign_negative(match negative {
                    0 => false,
                    1 => true,
                    _ => return Err(Corrupt),
                });
                Value::Decimal(number)
            }
            5 => {
                let code = self.array::<3>()?;
                let code = std::str::from_utf8(&code).map_err(|_| Corrupt)?;
                let currency = code.parse::<Currency>().map_err(|_| Corrupt)?;
                Value::Money(Money::from_minor(self.signed()?, currency))
            }
            6 => {
                let days = i32::try_from(self.signed()?).map_err(|_| Corrupt)?;
                Value::Date(Date::from_epoch_days(days).ok_or(Corrupt)?)
            }
            7 => Value::Instant(Instant::from_millis(self.signed()?).ok_or(Corrupt)?),
            8 => Value::Duration(Duration::from_millis(self.signed()?)),
            9 => Value::Text(self.text()?.into()),
            10 => Value::Enum(self.text()?.into()),
            11 => Value::Reference(Id::from_uuid_bytes(self.array()?)),
            12 => Value::Reference(Id::new(self.text()?).map_err(|_| Corrupt)?),
            14 => {
                let count = self.count()?;
                let tags = (0..count).map(|_| self.text().map(Arc::<str>::from));
                Value::Tags(tags.collect::<Result<_, _>>()?)
            }
            _ => return Err(Corrupt),
        })
    }

    /// Passes over a value.
    ///
    /// # Errors
    /// [`Corrupt`] when no value can begin or end here; what is in it is not examined.
    pub fn skip_value(&mut self) -> Result<(), Corrupt> {
        match self.byte()? {
            13 => {
                for _ in 0..self.count()? {
                    let tag = self.byte()?;
                    self.skip_scalar(tag)?;
                }
                Ok(())
            }
            tag => self.skip_scalar(tag),
        }
    }

    fn skip_scalar(&mut self, tag: u8) -> Result<(), Corrupt> {
        match tag {
            1 | 2 => return Ok(()),
            3 | 6..=8 => {
                self.number()?;
            }
            4 => {
                self.skip(2)?;
                self.wide()?;
            }
            5 => {
                self.skip(3)?;
                self.number()?;
            }
            9 | 10 | 12 => {
                let length = self.count()?;
                self.skip(length)?;
            }
            11 => self.skip(16)?,
            14 => {
                for _ in 0..self.count()? {
                    let length = self.count()?;
                    self.skip(length)?;
                }
            }
            _ => return Err(Corrupt),
        }
        Ok(())
    }

    fn skip(&mut self, length: usize) -> Result<(), Corrupt> {
        self.rest = self.rest.get(length..).ok_or(Corrupt)?;
        Ok(())
    }

    /// Reads an id.
    ///
    /// # Errors
    /// [`Corrupt`] when no id starts here.
    pub fn id(&mut self) -> Result<Id, Corrupt> {
        match self.byte()? {
            11 => Ok(Id::from_uuid_bytes(self.array()?)),
            12 => Id::new(self.text()?).map_err(|_| Corrupt),
            _ => Err(Corrupt),
        }
    }

    /// Reads a text.
    ///
    /// # Errors
    /// [`Corrupt`] when the bytes are too short or no UTF-8.
    pub fn text(&mut self) -> Result<&'a str, Corrupt> {
        std::str::from_utf8(self.bytes()?).map_err(|_| Corrupt)
    }

    /// Reads the bytes of a text, which may turn out to be no UTF-8.
    ///
    /// # Errors
    /// [`Corrupt`] when the bytes are too short.
    pub fn bytes(&mut self) -> Result<&'a [u8], Corrupt> {
        let length = usize::try_from(self.number()?).map_err(|_| Corrupt)?;
        let (bytes, rest) = self.rest.split_at_checked(length).ok_or(Corrupt)?;
        self.rest = rest;
        Ok(bytes)
    }

    /// Reads a count of things that follow; it is never more than the bytes that are left.
    ///
    /// # Errors
    /// [`Corrupt`] when no count starts here or less bytes follow.
    pub fn count(&mut self) -> Result<usize, Corrupt> {
        let count = usize::try_from(self.number()?).map_err(|_| Corrupt)?;
        if count > self.rest.len() { Err(Corrupt) } else { Ok(count) }
    }

    /// Reads a signed number.
    ///
    /// # Errors
    /// [`Corrupt`] when no number starts here.
    pub fn signed(&mut self) -> Result<i64, Corrupt> {
        let zigzag = self.number()?;
        Ok(i64::from_ne_bytes((zigzag >> 1).to_ne_bytes())
            ^ i64::from_ne_bytes((zigzag & 1).wrapping_neg().to_ne_bytes()))
    }

    /// Reads one byte.
    ///
    /// # Errors
    /// [`Corrupt`] at the end.
    pub fn byte(&mut self) -> Result<u8, Corrupt> {
        let (&byte, rest) = self.rest.split_first().ok_or(Corrupt)?;
        self.rest = rest;
        Ok(byte)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Corrupt> {
        let (array, rest) = self.rest.split_first_chunk().ok_or(Corrupt)?;
        self.rest = rest;
        Ok(*array)
    }

    #[inline]
    fn number(&mut self) -> Result<u64, Corrupt> {
        // Nearly all are lengths and small numbers of one byte.
        match self.rest.split_first() {
            Some((&byte, rest)) if byte < 0x80 => {
                self.rest = rest;
                Ok(u64::from(byte))
            }
            _ => self.long_number(),
        }
    }

    fn long_number(&mut self) -> Result<u64, Corrupt> {
        let mut number = 0_u64;
        let mut rest = self.rest.iter();
        for shift in (0..63).step_by(7) {
            let byte = *rest.next().ok_or(Corrupt)?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                self.rest = rest.as_slice();
                // One spelling for each number: a longer one would not survive being written again.
                return if byte == 0 && shift > 0 { Err(Corrupt) } else { Ok(number) };
            }
        }
        u64::try_from(self.wide()?).map_err(|_| Corrupt)
    }

    fn wide(&mut self) -> Result<u128, Corrupt> {
        let mut number = 0_u128;
        for shift in (0..126).step_by(7) {
            let byte = self.byte()?;
            number |= u128::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                // One spelling for each number: a longer one would not survive being written again.
                return if byte == 0 && shift > 0 { Err(Corrupt) } else { Ok(number) };
            }
        }
        Err(Corrupt)
    }
}

/// Stored bytes that guanxi did not write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("stored bytes are corrupt")]
pub struct Corrupt;

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
