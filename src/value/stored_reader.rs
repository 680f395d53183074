use std::sync::Arc;

use rust_decimal::Decimal;

use super::{Currency, Date, Duration, Id, Instant, List, Money, Value};

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
        match self.byte()? {
            13 => {
                let count = self.count()?;
                let items: Vec<_> = (0..count).map(|_| self.scalar_after_tag()).collect::<Result<_, _>>()?;
                Ok(Value::List(List::new(items).map_err(|_| Corrupt)?))
            }
            tag => self.scalar(tag),
        }
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
