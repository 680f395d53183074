use std::sync::Arc;

use crate::value::Name;

/// An index entry of a record: the index and bytes whose order is the order of what is indexed.
///
/// The bytes come from [`ordered`](crate::value::ordered). A record may have several terms in one index (one for each
/// tag); it is then found under each of them. Whoever makes terms keeps them within [`MAX_LEN`](Self::MAX_LEN) bytes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Term {
    index: Name,
    bytes: Arc<[u8]>,
}

impl Term {
    /// The most bytes of a term that every store has to take: databases bound what they index (Postgres a row of an
    /// index to 2,704 bytes, MySQL a key to 3,072), and key, tenant and index name go beside it.
    pub const MAX_LEN: usize = 1_024;

    /// Returns the entry `bytes` of `index`.
    pub fn new(index: Name, bytes: &[u8]) -> Self {
        Self { index, bytes: bytes.into() }
    }

    /// Returns the index.
    pub fn index(&self) -> &Name {
        &self.index
    }

    /// Returns the ordered bytes.
    pub fn bytes(&self) -> &Arc<[u8]> {
        &self.bytes
    }
}
