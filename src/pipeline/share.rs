use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A share of a whole, 0 to 1 with at most six decimals: how many deals survive, how likely one is won.
///
/// In JSON a text such as `"0.25"`, never a number, because `0.1` is none in binary.
///
/// # Example
/// ```
/// use guanxi::pipeline::Share;
///
/// let quarter: Share = "0.25".parse()?;
/// assert_eq!(serde_json::to_string(&quarter).ok().as_deref(), Some(r#""0.25""#));
/// assert_eq!("25".parse::<Share>().unwrap_err().to_string(), "`25` is no share: expected 0 to 1, such as `0.25`");
/// # Ok::<(), guanxi::pipeline::InvalidShare>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Share(Decimal);

impl Share {
    /// Returns the share as a decimal, 0 to 1.
    pub fn decimal(self) -> Decimal {
        self.0
    }
}

impl FromStr for Share {
    type Err = InvalidShare;

    fn from_str(text: &str) -> Result<Self, InvalidShare> {
        match Decimal::from_str_exact(text) {
            Ok(share) if (Decimal::ZERO..=Decimal::ONE).contains(&share) && share.scale() <= 6 => Ok(Self(share)),
            _ => Err(InvalidShare { text: text.chars().take(40).collect() }),
        }
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl Serialize for Share {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Share {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A text that is no [`Share`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no share: expected 0 to 1, such as `0.25`")]
pub struct InvalidShare {
    text: String,
}
