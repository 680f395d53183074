use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use crate::value::Name;

/// An index entry of a record: the index and bytes whose order is the order of what is indexed.
///
/// The bytes come from [`ordered`](crate::value::ordered). A record may have several terms in one index (one for each
/// tag); it is then found under each of them. Whoever makes terms keeps them within [`MAX_LEN`](Self::MAX_LEN) bytes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Term {
    index: Name,
    bytes: Bytes,
}

/// Most terms are short, and there are many of them: these need no allocation.
#[derive(Clone)]
enum Bytes {
    Short { len: u8, bytes: [u8; Self::SHORT] },
    Long(Arc<[u8]>),
}

impl Term {
    /// The most bytes of a term that every store has to take: databases bound what they index (Postgres a row of an
    /// index to 2,704 bytes, MySQL a key to 3,072), and key, tenant and index name go beside it.
    pub const MAX_LEN: usize = 1_024;

    /// Returns the entry `bytes` of `index`.
    pub fn new(index: Name, bytes: &[u8]) -> Self {
        Self { index, bytes: Bytes::new(bytes) }
    }

    /// Returns the index.
    pub fn index(&self) -> &Name {
        &self.index
    }

    /// Returns the ordered bytes.
    pub fn bytes(&self) -> &[u8] {
        self.bytes.all()
    }
}

impl Bytes {
    const SHORT: usize = 38;

    fn new(bytes: &[u8]) -> Self {
        let mut short = [0; Self::SHORT];
        match (short.get_mut(..bytes.len()), u8::try_from(bytes.len())) {
            (Some(place), Ok(len)) => {
                place.copy_from_slice(bytes);
                Self::Short { len, bytes: short }
            }
            _ => Self::Long(bytes.into()),
        }
    }

    fn all(&self) -> &[u8] {
        match self {
            Self::Short { len, bytes } => bytes.get(..usize::from(*len)).unwrap_or_default(),
            Self::Long(bytes) => bytes,
        }
    }
}

impl PartialEq for Bytes {
    fn eq(&self, other: &Self) -> bool {
        self.all() == other.all()
    }
}

impl Eq for Bytes {}

impl PartialOrd for Bytes {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Bytes {
    fn cmp(&self, other: &Self) -> Ordering {
        self.all().cmp(other.all())
    }
}

impl Hash for Bytes {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.all().hash(hasher);
    }
}

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.all().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_order_by_their_bytes_however_long_these_are() {
        let lengths = [0, 1, 2, Bytes::SHORT - 1, Bytes::SHORT, Bytes::SHORT + 1, 300, Term::MAX_LEN];
        let bytes: Vec<Vec<u8>> =
            lengths.iter().flat_map(|&length| [vec![7; length], vec![8; length], vec![0; length]]).collect();
        let term = |bytes: &[u8]| Term::new(Name::known("lead.owner"), bytes);
        for (a, b) in bytes.iter().flat_map(|a| bytes.iter().map(move |b| (a, b))) {
            assert_eq!(term(a).bytes(), a);
            assert_eq!(term(a).cmp(&term(b)), a.cmp(b));
            assert_eq!(term(a) == term(b), a == b);
        }
    }
}
