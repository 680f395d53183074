use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Id, InvalidId, Name};

/// The isolation boundary: every key, term and counter belongs to exactly one tenant.
///
/// 1 to 64 bytes, all of whose characters are seen; cloning is cheap. There is no default tenant.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TenantId(Arc<str>);

impl TenantId {
    /// Returns the tenant that `text` names.
    ///
    /// # Errors
    /// [`InvalidId`] when `text` cannot be an [`Id`].
    pub fn new(text: &str) -> Result<Self, InvalidId> {
        Id::new(text)?;
        Ok(Self(text.into()))
    }

    /// Returns the text of the tenant.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for TenantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.0)
    }
}

impl fmt::Display for TenantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for TenantId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        Self::new(text)
    }
}

impl Serialize for TenantId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for TenantId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::new(&text).map_err(serde::de::Error::custom)
    }
}

/// Where a record lives: its tenant, its object and its id.
///
/// # Example
/// ```
/// use guanxi::value::Key;
///
/// let key = Key::new("acme".parse()?, "lead".parse()?, "l-1".parse()?);
/// assert_eq!(key.to_string(), "acme/lead/l-1");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Key {
    tenant: TenantId,
    object: Name,
    id: Id,
}

impl Key {
    /// Returns the key of the record `id` of `object` in `tenant`.
    pub fn new(tenant: TenantId, object: Name, id: Id) -> Self {
        Self { tenant, object, id }
    }

    /// Returns the tenant.
    pub fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    /// Returns the object.
    pub fn object(&self) -> &Name {
        &self.object
    }

    /// Returns the id within the object.
    pub fn id(&self) -> &Id {
        &self.id
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.tenant, self.object, self.id)
    }
}

/// How often a record has been written: 1 when it is created, one more with every change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Revision(u64);

impl Revision {
    /// The revision of a record that was just created.
    pub const FIRST: Self = Self(1);

    /// Returns the revision with this number.
    pub fn new(number: u64) -> Self {
        Self(number)
    }

    /// Returns the number.
    pub fn number(self) -> u64 {
        self.0
    }

    /// Returns the revision after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
