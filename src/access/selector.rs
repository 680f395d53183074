use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::value::{InvalidName, Name};

/// One thing by its key, or `*`.
///
/// For objects `*` is every object; for field classes it is every class but `sensitive`, which must be named.
///
/// # Example
/// ```
/// use guanxi::access::Selector;
///
/// assert_eq!("*".parse::<Selector>()?, Selector::Every);
/// assert_eq!("lead".parse::<Selector>()?.to_string(), "lead");
/// assert!("Lead".parse::<Selector>().is_err());
/// # Ok::<(), guanxi::value::InvalidName>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Selector {
    /// `*`.
    Every,
    /// The one with this key.
    Named(Name),
}

impl FromStr for Selector {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        if text == "*" { Ok(Self::Every) } else { Name::new(text).map(Self::Named) }
    }
}

impl From<Name> for Selector {
    fn from(name: Name) -> Self {
        Self::Named(name)
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Every => f.write_str("*"),
            Self::Named(name) => write!(f, "{name}"),
        }
    }
}

impl Serialize for Selector {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Selector {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
