use crate::value::stored::{self, Corrupt, Reader};
use crate::value::{Id, Name};

/// Whose turn it was last in a rotation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    id: Id,
    last: Id,
}

/// The form of stored cursors.
const FORM: u8 = 1;

impl Cursor {
    /// Returns the rotation with this id after the turn of `last`.
    pub fn new(id: Id, last: Id) -> Self {
        Self { id, last }
    }

    /// Returns the id of the rotation: of a rule's operation, for one group of matching values.
    pub fn id_of(rule: &Name, operation: usize, group: &[u8]) -> Id {
        // As wide on every machine: several may share one store.
        let operation = u64::try_from(operation).unwrap_or(u64::MAX);
        Id::of_parts(&[b"cursor", rule.as_str().as_bytes(), &operation.to_be_bytes(), group])
    }

    /// Returns the id of the rotation.
    pub fn id(&self) -> &Id {
        &self.id
    }

    /// Returns whose turn it was.
    pub fn last(&self) -> &Id {
        &self.last
    }

    /// Returns the bytes in which the rotation is stored.
    pub fn to_stored(&self) -> Vec<u8> {
        let mut out = vec![FORM];
        stored::write_id(&mut out, &self.last);
        out
    }

    /// Returns whose turn it was by the stored `bytes`.
    ///
    /// # Errors
    /// [`Corrupt`] when these are not the bytes of a cursor, or of a form newer than this version knows.
    pub fn from_stored(id: Id, bytes: &[u8]) -> Result<Self, Corrupt> {
        let mut reader = Reader::new(bytes);
        if reader.byte()? != FORM {
            return Err(Corrupt);
        }
        let last = reader.id()?;
        if reader.is_at_end() { Ok(Self { id, last }) } else { Err(Corrupt) }
    }
}
