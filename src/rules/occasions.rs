use std::collections::BTreeSet;

use crate::value::stored::{self, Corrupt, Reader};
use crate::value::{Id, Instant, Name};

/// The occasions for which a rule has fired for a record: the moments at which its trigger was due.
///
/// A timer follows from its record, so whoever changes a record to and fro makes the same timer again. The occasions
/// outlive the timer and tell that there is nothing more to do, also for a date that another one took the place of
/// meanwhile.
///
/// The latest 32 are kept. Of one that is earlier than all of these it is no longer known whether the rule has fired for
/// it; it counts as if it had.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Occasions {
    // INVARIANT: at most `MOST`.
    dues: BTreeSet<Instant>,
}

/// The most occasions that are kept.
const MOST: usize = 32;

impl Occasions {
    /// Returns the id under which the occasions of a rule for a record are stored.
    pub fn id_of(rule: &Name, object: &Name, record: &Id) -> Id {
        let record = record.to_string();
        Id::of_parts(&[b"occasion", rule.as_str().as_bytes(), object.as_str().as_bytes(), record.as_bytes()])
    }

    /// Returns whether the rule has nothing more to do for what was due at `due`.
    pub fn include(&self, due: Instant) -> bool {
        let is_forgotten = self.dues.len() == MOST && self.dues.first().is_some_and(|first| due < *first);
        is_forgotten || self.dues.contains(&due)
    }

    /// Returns the occasions with one more, which was due at `due`.
    #[must_use]
    pub fn with(mut self, due: Instant) -> Self {
        self.dues.insert(due);
        if self.dues.len() > MOST {
            self.dues.pop_first();
        }
        self
    }

    /// Returns the bytes in which the occasions are stored.
    pub fn to_stored(&self) -> Vec<u8> {
        let mut out = vec![FORM];
        for due in &self.dues {
            stored::write_signed(&mut out, due.millis());
        }
        out
    }

    /// Returns the occasions that were stored as `bytes`.
    ///
    /// # Errors
    /// [`Corrupt`] when these are not the bytes of occasions, or of a form newer than this version knows.
    pub fn from_stored(bytes: &[u8]) -> Result<Self, Corrupt> {
        let mut reader = Reader::new(bytes);
        if reader.byte()? != FORM {
            return Err(Corrupt);
        }
        let mut dues = BTreeSet::new();
        while !reader.is_at_end() {
            dues.insert(Instant::from_millis(reader.signed()?).ok_or(Corrupt)?);
        }
        if (1..=MOST).contains(&dues.len()) { Ok(Self { dues }) } else { Err(Corrupt) }
    }
}

/// The form of stored occasions.
const FORM: u8 = 1;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_are_kept_and_earlier_ones_count_as_done() {
        let at = |millis: i64| Instant::from_millis(millis).unwrap();
        let mut known = Occasions::default();
        for n in 1..=40 {
            assert!(!known.include(at(10 * n)));
            known = known.with(at(10 * n));
            assert!(known.include(at(10 * n)) && !known.include(at(10 * n + 1)));
            assert_eq!(Occasions::from_stored(&known.to_stored()), Ok(known.clone()));
        }
        assert_eq!(known.dues.len(), MOST);
        assert!((1..=40).all(|n| known.include(at(10 * n))));
        assert!(!known.include(at(395)), "between two that are known");
        assert!(known.include(at(5)));
        assert_eq!(Occasions::from_stored(&[FORM]), Err(Corrupt));
    }
}
