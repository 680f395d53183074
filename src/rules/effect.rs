use std::fmt;
use std::sync::Arc;

use serde::Serialize;

use super::Priority;
use crate::value::stored::{self, Corrupt, Reader};
use crate::value::{Id, Instant, Name, Revision};

/// Something that the host shall do: the only thing that leaves a decision.
///
/// An effect waits in the outbox from the commit that made it until it is settled. Its [`EffectKey`] never changes, so a
/// receiver that remembers keys does everything once, however often it is delivered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Effect {
    key: EffectKey,
    kind: Name,
    to: Arc<str>,
    title: Arc<str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    body: Arc<str>,
    priority: Priority,
    rule: Name,
    object: Name,
    record: Id,
    at: Instant,
    #[serde(skip)]
    turn: Turn,
}

/// The place of an effect among those that were emitted for its record at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(clippy::exhaustive_structs, reason = "an order by two numbers and nothing else")]
pub struct Turn {
    /// The revision of the record when the effect was emitted: of two commits the later one has the greater.
    pub revision: Revision,
    /// How many effects the same commit had emitted before.
    pub position: u32,
}

/// The identity of an effect: derived from the event, the rule, the operation's place in it and the recipient.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct EffectKey(Id);

impl EffectKey {
    /// Returns the key with this id.
    pub fn new(id: Id) -> Self {
        Self(id)
    }

    /// Returns the id.
    pub fn id(&self) -> &Id {
        &self.0
    }
}

impl fmt::Display for EffectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The parts that an effect is made of.
#[derive(Debug)]
pub(super) struct NewEffect {
    pub(super) kind: Name,
    pub(super) to: Arc<str>,
    pub(super) title: String,
    pub(super) body: String,
    pub(super) priority: Priority,
    pub(super) rule: Name,
    pub(super) object: Name,
    pub(super) record: Id,
    pub(super) at: Instant,
    pub(super) turn: Turn,
}

impl Effect {
    pub(super) fn new(key: EffectKey, parts: NewEffect) -> Self {
        let NewEffect { kind, to, title, body, priority, rule, object, record, at, turn } = parts;
        Self { key, kind, to, title: title.into(), body: body.into(), priority, rule, object, record, at, turn }
    }

    /// Returns the identity of the effect.
    pub fn key(&self) -> &EffectKey {
        &self.key
    }

    /// Returns what kind of thing to do: `mail`, `notify`, or a host's own.
    pub fn kind(&self) -> &Name {
        &self.kind
    }

    /// Returns who receives it: a user's id, an address, or `role:` and a role.
    pub fn to(&self) -> &str {
        &self.to
    }

    /// Returns the title.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Returns the body; empty when there is none.
    pub fn body(&self) -> &str {
        &self.body
    }

    /// Returns how urgent it is.
    pub fn priority(&self) -> Priority {
        self.priority
    }

    /// Returns the rule that emitted it.
    pub fn rule(&self) -> &Name {
        &self.rule
    }

    /// Returns the object of the record that it is about.
    pub fn object(&self) -> &Name {
        &self.object
    }

    /// Returns the record that it is about.
    pub fn record(&self) -> &Id {
        &self.record
    }

    /// Returns when it was emitted.
    pub fn at(&self) -> Instant {
        self.at
    }

    /// Returns its place among the effects of the same moment.
    pub fn turn(&self) -> Turn {
        self.turn
    }

    /// Returns the bytes in which the effect is stored, beside its key.
    pub fn to_stored(&self) -> Vec<u8> {
        let mut out = vec![FORM];
        for text in [self.kind.as_str(), &self.to, &self.title, &self.body, self.priority.as_str()] {
            stored::write_text(&mut out, text);
        }
        stored::write_text(&mut out, self.rule.as_str());
        stored::write_text(&mut out, self.object.as_str());
        stored::write_id(&mut out, &self.record);
        stored::write_signed(&mut out, self.at.millis());
        stored::write_signed(&mut out, i64::try_from(self.turn.revision.number()).unwrap_or(i64::MAX));
        stored::write_signed(&mut out, i64::from(self.turn.position));
        out
    }

    /// Returns the effect that was stored as `bytes` under this key.
    ///
    /// # Errors
    /// [`Corrupt`] when these are not the bytes of an effect, or of a form newer than this version knows.
    pub fn from_stored(key: EffectKey, bytes: &[u8]) -> Result<Self, Corrupt> {
        let mut reader = Reader::new(bytes);
        if reader.byte()? != FORM {
            return Err(Corrupt);
        }
        let kind = name(&mut reader)?;
        let (to, title, body) = (reader.text()?.into(), reader.text()?.into(), reader.text()?.into());
        let priority = match reader.text()? {
            "low" => Priority::Low,
            "medium" => Priority::Medium,
            "high" => Priority::High,
            _ => return Err(Corrupt),
        };
        let (rule, object, record) = (name(&mut reader)?, name(&mut reader)?, reader.id()?);
        let at = Instant::from_millis(reader.signed()?).ok_or(Corrupt)?;
        let revision = Revision::new(u64::try_from(reader.signed()?).map_err(|_| Corrupt)?);
        let turn = Turn { revision, position: u32::try_from(reader.signed()?).map_err(|_| Corrupt)? };
        let made = Self { key, kind, to, title, body, priority, rule, object, record, at, turn };
        if reader.is_at_end() { Ok(made) } else { Err(Corrupt) }
    }
}

/// The form of stored effects.
const FORM: u8 = 1;

pub(super) fn name(reader: &mut Reader<'_>) -> Result<Name, Corrupt> {
    Name::new(reader.text()?).map_err(|_| Corrupt)
}
