use crate::value::stored::{self, Corrupt, Reader};
use crate::value::{Id, Instant, Name};

/// The occasion for which a rule fired last for a record: the moment at which it was due.
///
/// A timer follows from its record, so whoever changes a record to and fro makes the same timer again. The occasion
/// outlives the timer and tells that there is nothing more to do. There is at most one for a rule and a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Occasion {
    due: Instant,
}

impl Occasion {
    /// Returns the occasion that was due at `due`.
    pub fn new(due: Instant) -> Self {
        Self { due }
    }

    /// Returns the id under which the occasion of a rule for a record is stored.
    pub fn id_of(rule: &Name, object: &Name, record: &Id) -> Id {
        let record = record.to_string();
        Id::of_parts(&[b"occasion", rule.as_str().as_bytes(), object.as_str().as_bytes(), record.as_bytes()])
    }

    /// Returns when it was due.
    pub fn due(self) -> Instant {
        self.due
    }

    /// Returns the bytes in which the occasion is stored.
    pub fn to_stored(self) -> Vec<u8> {
        let mut out = vec![FORM];
        stored::write_signed(&mut out, self.due.millis());
        out
    }

    /// Returns the occasion that was stored as `bytes`.
    ///
    /// # Errors
    /// [`Corrupt`] when these are not the bytes of an occasion, or of a form newer than this version knows.
    pub fn from_stored(bytes: &[u8]) -> Result<Self, Corrupt> {
        let mut reader = Reader::new(bytes);
        if reader.byte()? != FORM {
            return Err(Corrupt);
        }
        let due = Instant::from_millis(reader.signed()?).ok_or(Corrupt)?;
        if reader.is_at_end() { Ok(Self { due }) } else { Err(Corrupt) }
    }
}

/// The form of stored occasions.
const FORM: u8 = 1;
