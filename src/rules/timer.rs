use std::sync::Arc;

use serde::Serialize;

use super::effect::name;
use crate::value::stored::{self, Corrupt, Reader};
use crate::value::{Id, Instant, Name};

/// A rule that will look at a record again when its time has come.
///
/// There is at most one timer for a rule and a record; it is replaced when the data it derives from changes, and it
/// fires in one commit together with all that it causes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Timer {
    rule: Name,
    object: Name,
    record: Id,
    #[serde(rename = "due_at")]
    due: Instant,
    definition_version: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_at: Option<Instant>,
    attempts: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    parked: Option<Arc<str>>,
}

/// How often a timer is tried before it is parked.
pub const MAX_ATTEMPTS: u32 = 5;

impl Timer {
    /// Returns the timer of `rule` for a record, due at `due`, made by this version of the definition.
    pub fn new(rule: Name, object: Name, record: Id, due: Instant, definition_version: u32) -> Self {
        Self { rule, object, record, due, definition_version, retry_at: None, attempts: 0, parked: None }
    }

    /// Returns the id under which the timer of a rule for a record is stored.
    pub fn id_of(rule: &Name, object: &Name, record: &Id) -> Id {
        let record = record.to_string();
        Id::of_parts(&[b"timer", rule.as_str().as_bytes(), object.as_str().as_bytes(), record.as_bytes()])
    }

    /// Returns the id under which the timer is stored.
    pub fn id(&self) -> Id {
        Self::id_of(&self.rule, &self.object, &self.record)
    }

    /// Returns the rule.
    pub fn rule(&self) -> &Name {
        &self.rule
    }

    /// Returns the object of the record.
    pub fn object(&self) -> &Name {
        &self.object
    }

    /// Returns the record.
    pub fn record(&self) -> &Id {
        &self.record
    }

    /// Returns when it is due.
    pub fn due(&self) -> Instant {
        self.due
    }

    /// Returns the version of the definition that made it: an older one may not know its rule.
    pub fn definition_version(&self) -> u32 {
        self.definition_version
    }

    /// Returns when it wakes: when it is due, or after a failure when it is tried again.
    pub fn wakes_at(&self) -> Instant {
        self.retry_at.unwrap_or(self.due)
    }

    /// Returns how often it failed.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Returns why it is no longer tried, once it is parked.
    pub fn parked(&self) -> Option<&str> {
        self.parked.as_deref()
    }

    /// Returns the timer after it failed with `error` at `now`: tried again later and later, then parked.
    #[must_use]
    pub fn failed(mut self, error: &str, now: Instant) -> Self {
        self.attempts = self.attempts.saturating_add(1);
        if self.attempts >= MAX_ATTEMPTS {
            self.parked = Some(error.chars().take(500).collect::<String>().into());
        }
        let minutes = 5_i64 << self.attempts.min(MAX_ATTEMPTS);
        let wait = crate::value::Duration::from_millis(minutes * 60_000);
        self.retry_at = Some(now.plus(wait).unwrap_or(Instant::MAX));
        self
    }

    /// Returns the timer as if it had never failed: it is as due as it was in the beginning.
    #[must_use]
    pub fn revived(self) -> Self {
        Self { retry_at: None, attempts: 0, parked: None, ..self }
    }

    /// Returns the bytes in which the timer is stored.
    pub fn to_stored(&self) -> Vec<u8> {
        let mut out = vec![FORM];
        stored::write_text(&mut out, self.rule.as_str());
        stored::write_text(&mut out, self.object.as_str());
        stored::write_id(&mut out, &self.record);
        stored::write_signed(&mut out, self.due.millis());
        stored::write_signed(&mut out, i64::from(self.definition_version));
        out.push(u8::from(self.retry_at.is_some()));
        if let Some(at) = self.retry_at {
            stored::write_signed(&mut out, at.millis());
        }
        stored::write_signed(&mut out, i64::from(self.attempts));
        out.push(u8::from(self.parked.is_some()));
        if let Some(why) = &self.parked {
            stored::write_text(&mut out, why);
        }
        out
    }

    /// Returns the timer that was stored as `bytes`.
    ///
    /// # Errors
    /// [`Corrupt`] when these are not the bytes of a timer, or of a form newer than this version knows.
    pub fn from_stored(bytes: &[u8]) -> Result<Self, Corrupt> {
        let mut reader = Reader::new(bytes);
        if reader.byte()? != FORM {
            return Err(Corrupt);
        }
        let (rule, object, record) = (name(&mut reader)?, name(&mut reader)?, reader.id()?);
        let due = Instant::from_millis(reader.signed()?).ok_or(Corrupt)?;
        let definition_version = u32::try_from(reader.signed()?).map_err(|_| Corrupt)?;
        let retry_at = match reader.byte()? {
            0 => None,
            1 => Some(Instant::from_millis(reader.signed()?).ok_or(Corrupt)?),
            _ => return Err(Corrupt),
        };
        let attempts = u32::try_from(reader.signed()?).map_err(|_| Corrupt)?;
        let parked = match reader.byte()? {
            0 => None,
            1 => Some(reader.text()?.into()),
            _ => return Err(Corrupt),
        };
        let made = Self { rule, object, record, due, definition_version, retry_at, attempts, parked };
        if reader.is_at_end() { Ok(made) } else { Err(Corrupt) }
    }
}

/// The form of stored timers.
const FORM: u8 = 1;
