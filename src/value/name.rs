use std::borrow::Borrow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The key of something a definition declares: an object, a field, a rule, a role, a stage.
///
/// Use it wherever a definition names a part of itself. A name is 1 to 64 bytes of `a`-`z`, `0`-`9`, `_`, `-` and `.`,
/// starting with a letter; what people read is a label, which may be in any language. Cloning is cheap.
///
/// # Example: names are keys, not labels
/// ```
/// use guanxi::value::Name;
///
/// assert_eq!("deal_stage".parse::<Name>()?.as_str(), "deal_stage");
/// assert!("商机".parse::<Name>().is_err());
/// # Ok::<(), guanxi::value::InvalidName>(())
/// ```
#[derive(Clone)]
pub struct Name(Repr);

#[derive(Clone)]
enum Repr {
    /// A name of the library's own, which nobody has to count.
    Static(&'static str),
    Shared(Arc<str>),
}

impl Name {
    /// The longest name, in bytes.
    pub const MAX_LEN: usize = 64;

    /// Returns the name that `text` spells.
    ///
    /// # Errors
    /// [`InvalidName`] when `text` is empty, longer than 64 bytes, or holds anything but `a`-`z`, `0`-`9`, `_`, `-`, `.`
    /// after a first letter.
    pub fn new(text: &str) -> Result<Self, InvalidName> {
        let mut bytes = text.bytes();
        let starts_well = bytes.next().is_some_and(|first| first.is_ascii_lowercase());
        let goes_on_well =
            bytes.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-' | b'.'));
        if starts_well && goes_on_well && text.len() <= Self::MAX_LEN {
            Ok(Self(Repr::Shared(text.into())))
        } else {
            Err(InvalidName { text: text.chars().take(Self::MAX_LEN).collect() })
        }
    }

    /// Returns a name that guanxi itself gives; the text is known to be valid.
    pub(crate) fn known(text: &'static str) -> Self {
        debug_assert!(Self::new(text).is_ok(), "{text}");
        Self(Repr::Static(text))
    }

    /// Returns a name made of two names and a dot, such as `lead.email`.
    pub(crate) fn joined(&self, part: &str) -> Self {
        Self(Repr::Shared(format!("{self}.{part}").into()))
    }

    /// Returns the text of the name.
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Repr::Static(text) => text,
            Repr::Shared(text) => text,
        }
    }

    /// Returns the text of the name, shared.
    pub fn shared(&self) -> Arc<str> {
        match &self.0 {
            Repr::Static(text) => Arc::from(*text),
            Repr::Shared(text) => Arc::clone(text),
        }
    }
}

impl Borrow<str> for Name {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Name {}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Name {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl Hash for Name {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.as_str().hash(hasher);
    }
}

impl PartialEq<str> for Name {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Name {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.as_str())
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Name {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        Self::new(text)
    }
}

impl Serialize for Name {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::new(&text).map_err(serde::de::Error::custom)
    }
}

/// A text that cannot be a [`Name`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a name: expected 1 to 64 of a-z, 0-9, `_`, `-`, `.`, starting with a letter")]
pub struct InvalidName {
    text: String,
}
