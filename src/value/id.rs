use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

use super::{Instant, is_invisible};

/// The identity of a record within its tenant and object; never reused.
///
/// guanxi derives ids as UUID v7 from the time and seed of a decision, so a rerun makes the same ids. A host that has its
/// own ids (the login of a user, an ERP number) may give them as text of 1 to 64 bytes, all of whose characters are seen.
///
/// # Example: both kinds read and print
/// ```
/// use guanxi::value::Id;
///
/// let user: Id = "li.na".parse()?;
/// let lead: Id = "0195d9c0-5c00-7abc-8def-0123456789ab".parse()?;
/// assert_eq!(user.to_string(), "li.na");
/// assert_ne!(user, lead);
/// assert!("".parse::<Id>().is_err());
/// # Ok::<(), guanxi::value::InvalidId>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(Repr);

// INVARIANT: `Text` never holds what reads as a UUID, so the text form tells the two apart.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Repr {
    Uuid([u8; 16]),
    Text(Arc<str>),
}

impl Id {
    /// The longest host-given id, in bytes.
    pub const MAX_LEN: usize = 64;

    /// Returns the id that `text` spells: a hyphenated UUID, or a host's own id.
    ///
    /// # Errors
    /// [`InvalidId`] when `text` is empty, longer than 64 bytes, holds a control character or another one that no reader
    /// sees, or starts or ends in white space.
    pub fn new(text: &str) -> Result<Self, InvalidId> {
        if text.is_empty() || text.len() > Self::MAX_LEN {
            return Err(InvalidId { expected: "1 to 64 bytes" });
        }
        if text.chars().any(|c| c.is_control() || is_invisible(c)) {
            return Err(InvalidId { expected: "no control characters and none that are not seen" });
        }
        if text.trim() != text {
            return Err(InvalidId { expected: "no white space at either end" });
        }
        // Only the hyphenated lower-case form is a UUID: every other spelling stays the text it is.
        match Uuid::try_parse(text) {
            Ok(uuid) if uuid.hyphenated().to_string() == text => Ok(Self(Repr::Uuid(*uuid.as_bytes()))),
            _ => Ok(Self(Repr::Text(text.into()))),
        }
    }

    /// Returns the `n`-th new id of the decision made at `now` with `seed`: a UUID v7 (RFC 9562).
    ///
    /// The same three inputs always give the same id.
    ///
    /// # Example: a rerun makes the same ids
    /// ```
    /// use guanxi::value::{Id, Instant};
    ///
    /// let now: Instant = "2026-03-02T09:00:00Z".parse()?;
    /// assert_eq!(Id::derive(now, 7, 0), Id::derive(now, 7, 0));
    /// assert_ne!(Id::derive(now, 7, 0), Id::derive(now, 7, 1));
    /// # Ok::<(), guanxi::value::InvalidInstant>(())
    /// ```
    pub fn derive(now: Instant, seed: u64, n: u64) -> Self {
        let millis = u64::try_from(now.millis()).unwrap_or(0);
        let high = mix(seed.wrapping_add(mix(n.wrapping_add(0x9e37_79b9_7f4a_7c15))));
        let low = mix(high ^ n.rotate_left(32));
        let mut random = [0; 10];
        for (slot, byte) in random.iter_mut().zip(high.to_be_bytes().into_iter().chain(low.to_be_bytes())) {
            *slot = byte;
        }
        Self(Repr::Uuid(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid().into_bytes()))
    }

    /// Returns the id whose UUID bytes are a digest of `parts`: the same parts always give the same id.
    ///
    /// System records whose identity follows from others (a timer, an effect) are keyed by it. UUID v8 (RFC 9562) over
    /// two chains of multiplications, word by word, finished by SplitMix64; not a defence against chosen collisions.
    pub(crate) fn of_parts(parts: &[&[u8]]) -> Self {
        let mut high = 0xcbf2_9ce4_8422_2325_u64;
        let mut low = 0x6c62_272e_07bb_0142_u64;
        for part in parts {
            let length = u64::try_from(part.len()).unwrap_or(u64::MAX);
            for word in std::iter::once(length).chain(part.chunks(8).map(word)) {
                high = mix(high ^ word);
                low = (low ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
            }
        }
        let mut bytes = [0; 16];
        for (slot, byte) in bytes.iter_mut().zip(mix(high).to_be_bytes().into_iter().chain(mix(low).to_be_bytes())) {
            *slot = byte;
        }
        Self(Repr::Uuid(uuid::Builder::from_custom_bytes(bytes).into_uuid().into_bytes()))
    }

    /// Returns the 16 bytes of a UUID, or `None` for a host-given id.
    pub fn uuid_bytes(&self) -> Option<&[u8; 16]> {
        match &self.0 {
            Repr::Uuid(bytes) => Some(bytes),
            Repr::Text(_) => None,
        }
    }

    /// Returns a host-given id's text, or `None` for a UUID.
    pub fn as_text(&self) -> Option<&str> {
        match &self.0 {
            Repr::Uuid(_) => None,
            Repr::Text(text) => Some(text),
        }
    }

    /// Returns the id as it prints, without copying a text.
    pub(crate) fn to_shared(&self) -> Arc<str> {
        match &self.0 {
            Repr::Uuid(_) => self.to_string().into(),
            Repr::Text(text) => Arc::clone(text),
        }
    }

    /// Returns an id that no other id comes before.
    pub(crate) fn first() -> Self {
        Self(Repr::Uuid([0; 16]))
    }

    /// Returns the id with these UUID bytes.
    pub fn from_uuid_bytes(bytes: [u8; 16]) -> Self {
        Self(Repr::Uuid(bytes))
    }
}

/// Returns up to eight bytes as a number; the length of the whole tells a short end from zeros.
fn word(bytes: &[u8]) -> u64 {
    match bytes.first_chunk() {
        Some(eight) => u64::from_le_bytes(*eight),
        None => bytes.iter().rev().fold(0, |word, byte| (word << 8) | u64::from(*byte)),
    }
}

/// SplitMix64's finaliser (Steele, Lea, Flood 2014).
fn mix(x: u64) -> u64 {
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Uuid(bytes) => f.write_str(Uuid::from_bytes(*bytes).hyphenated().encode_lower(&mut [0; 36])),
            Repr::Text(text) => f.write_str(text),
        }
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{self}`")
    }
}

impl FromStr for Id {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        Self::new(text)
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::new(&text).map_err(serde::de::Error::custom)
    }
}

/// A text that cannot be an [`Id`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an id: expected {expected}")]
pub struct InvalidId {
    expected: &'static str,
}
