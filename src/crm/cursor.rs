use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::value::Id;

/// Where a page ended: hand it back to get the next one. Opaque, and valid for the very same query only.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PageCursor {
    pub(super) bytes: Vec<u8>,
    pub(super) id: Id,
}

/// A text that is no [`PageCursor`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a page cursor: expected what an earlier page gave")]
pub struct InvalidCursor;

impl PageCursor {
    /// Returns the roundest place after `low` and not after `high`: of what stands there it tells the first bit in which the
    /// two differ, and what comes before that bit.
    pub(super) fn between(low: &Self, high: &Self) -> Self {
        let same = low.bytes.iter().zip(&high.bytes).take_while(|(low, high)| low == high).count();
        let mut bytes = high.bytes.get(..=same).unwrap_or(&high.bytes).to_vec();
        if let Some(last) = bytes.last_mut() {
            let differ = *last ^ low.bytes.get(same).copied().unwrap_or(0);
            *last &= differ.checked_ilog2().map_or(u8::MAX, |bit| u8::MAX << bit);
        }
        Self { bytes, id: Id::first() }
    }
}

impl fmt::Display for PageCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for byte in &self.bytes {
            write!(f, "{byte:02x}")?;
        }
        write!(f, "~{}", self.id)
    }
}

impl FromStr for PageCursor {
    type Err = InvalidCursor;

    fn from_str(text: &str) -> Result<Self, InvalidCursor> {
        let (hex, id) = text.split_once('~').ok_or(InvalidCursor)?;
        if hex.len() % 2 != 0 || !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(InvalidCursor);
        }
        let digit = |b: u8| char::from(b).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        let byte = |pair: &[u8]| match pair {
            [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
            _ => None,
        };
        let bytes = hex.as_bytes().chunks(2).map(byte).collect::<Option<_>>().ok_or(InvalidCursor)?;
        Ok(Self { bytes, id: id.parse().map_err(|_| InvalidCursor)? })
    }
}

impl Serialize for PageCursor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PageCursor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_roundest_place_lies_between() {
        let place = |bytes: &[u8]| PageCursor { bytes: bytes.to_vec(), id: "x".parse().unwrap() };
        for (low, high, expected) in [
            (&[0x15, 0x80, 0x01][..], &[0x15, 0x80, 0x07][..], &[0x15, 0x80, 0x04][..]),
            (&[0x15, 0x7f, 0xff], &[0x15, 0x80, 0x07], &[0x15, 0x80]),
            (&[0x15, 0x86, 0xff], &[0x15, 0x8d, 0x07], &[0x15, 0x88]),
            (&[0x15, 0x86], &[0x15, 0x86, 0x01, 0x01], &[0x15, 0x86, 0x01]),
        ] {
            let between = PageCursor::between(&place(low), &place(high));
            assert_eq!(between.bytes, expected);
            assert!(place(low) < between && between <= place(high));
        }
    }
}
