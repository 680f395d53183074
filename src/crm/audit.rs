use std::sync::Arc;

use crate::record::{Change, Origin, Record};
use crate::store::{Put, Term};
use crate::value::stored::{self, Corrupt, Reader};
use crate::value::{Id, Instant, Key, Name, Revision, Value, ordered};

/// The object name under which the audit trail is stored.
pub(super) const AUDIT: &str = "audit";
/// Entries of one record, in the order of its revisions.
pub(super) const AUDIT_OF: &str = "audit.of";
/// Entries of the tenant, in the order of time and, at one time, of revisions: the feed of changes. Their ids come last, so
/// that no two have the same bytes, however much happens at one time.
pub(super) const AUDIT_AT: &str = "audit.at";

/// Entries of one record that changed its stage, in the order of its revisions.
pub(super) const AUDIT_STAGE: &str = "audit.stage";

/// The form of stored entries.
const FORM: u8 = 1;
/// The form of entries that also tell of a move between stages, or of the stage with which a record was created.
const FORM_MOVED: u8 = 2;

/// One change of one record: who did what, when, with both values of every field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AuditEntry {
    pub(super) object: Name,
    pub(super) record: Id,
    pub(super) revision: Revision,
    pub(super) origin: Origin,
    pub(super) command: Arc<str>,
    pub(super) moved: Option<Moved>,
    pub(super) fields: Vec<(Arc<str>, Option<Value>, Option<Value>)>,
}

/// What an entry tells of a move, so that it is understood whatever becomes of the stage field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Moved {
    /// The version of the pipeline; 0 where the object has none.
    pub(super) version: u32,
    pub(super) from: Option<Arc<str>>,
    pub(super) to: Option<Arc<str>>,
    /// When it happened, which an import may tell long after.
    pub(super) at: Instant,
    /// The coded reason of a loss.
    pub(super) reason: Option<Arc<str>>,
}

/// Returns the write of the entry for a change at `key`; a creation keeps no values, since the record and later entries
/// have them. `words` is what the words of its [cause](super::cause::Cause) come to.
pub(super) fn audit_put(
    key: Key,
    change: &Change,
    moved: Option<&Moved>,
    origin: &Origin,
    command: &str,
    words: i64,
) -> Put {
    let record = change.after();
    let object = record.object();
    let mut body = Vec::with_capacity(256);
    body.push(if moved.is_some() { FORM_MOVED } else { FORM });
    stored::write_signed(&mut body, words);
    stored::write_text(&mut body, object.name().as_str());
    stored::write_id(&mut body, record.id());
    stored::write_signed(&mut body, i64::try_from(record.revision().number()).unwrap_or(i64::MAX));
    stored::write_text(&mut body, origin.by());
    stored::write_text(&mut body, origin.source());
    stored::write_signed(&mut body, origin.at().millis());
    stored::write_text(&mut body, command);
    if let Some(moved) = moved {
        stored::write_signed(&mut body, i64::from(moved.version));
        stored::write_signed(&mut body, moved.at.millis());
        for text in [&moved.from, &moved.to, &moved.reason] {
            stored::write_text(&mut body, text.as_deref().unwrap_or_default());
        }
    }
    if !change.is_creation() {
        for (slot, before, after) in change.differences() {
            let Some(field) = object.at(slot) else { continue };
            stored::write_text(&mut body, field.key().as_str());
            for value in [before, after] {
                match value {
                    None => body.push(0),
                    Some(value) => {
                        body.push(1);
                        stored::write(&mut body, value);
                    }
                }
            }
        }
    }
    let revision = record.revision().number().to_be_bytes();
    let mut of = entries_of(object.name(), record.id());
    of.extend(revision);
    let mut at = ordered::encode(&Value::Instant(origin.at()));
    at.extend(revision);
    ordered::push(&mut at, Some(&Value::Reference(key.id().clone())));
    let stage = moved.map(|_| Term::new(Name::known(AUDIT_STAGE), &of));
    let terms = [Term::new(Name::known(AUDIT_AT), &at), Term::new(Name::known(AUDIT_OF), &of)];
    Put::new(key, Revision::FIRST, body, terms.into_iter().chain(stage))
}

/// Returns the bytes that all entries of a record start with in [`AUDIT_OF`].
pub(super) fn entries_of(object: &Name, record: &Id) -> Vec<u8> {
    let mut bytes = ordered::encode(&Value::Text(object.shared()));
    ordered::push(&mut bytes, Some(&Value::Reference(record.clone())));
    bytes
}

/// Returns the bytes at which something that was told of a record at a moment stands, among all that was told of it.
pub(super) fn moment_of(object: &Name, record: &Id, at: Instant) -> Vec<u8> {
    let mut bytes = entries_of(object, record);
    ordered::push(&mut bytes, Some(&Value::Instant(at)));
    bytes
}

impl AuditEntry {
    /// Returns whether it is a change of this record.
    pub(super) fn is_of(&self, record: &Record) -> bool {
        self.object == *record.object().name() && self.record == *record.id()
    }

    /// Returns whether it is the creation of the record.
    pub(super) fn is_creation(&self) -> bool {
        self.revision == Revision::FIRST
    }

    /// Returns the entry that was stored as `bytes`.
    pub(super) fn from_stored(bytes: &[u8]) -> Result<Self, Corrupt> {
        let mut reader = Reader::new(bytes);
        let form = reader.byte()?;
        if ![FORM, FORM_MOVED].contains(&form) {
            return Err(Corrupt);
        }
        let _words = reader.signed()?;
        let object = Name::new(reader.text()?).map_err(|_| Corrupt)?;
        let record = reader.id()?;
        let revision = Revision::new(u64::try_from(reader.signed()?).map_err(|_| Corrupt)?);
        let (by, source) = (reader.text()?, reader.text()?);
        let origin = Origin::new(by, source, Instant::from_millis(reader.signed()?).ok_or(Corrupt)?);
        let command = reader.text()?.into();
        let moved = if form == FORM_MOVED { Some(Moved::read(&mut reader)?) } else { None };
        let mut fields = Vec::new();
        while !reader.is_at_end() {
            let key = reader.text()?.into();
            fields.push((key, optional(&mut reader)?, optional(&mut reader)?));
        }
        Ok(Self { object, record, revision, origin, command, moved, fields })
    }
}

impl Moved {
    fn read(reader: &mut Reader<'_>) -> Result<Self, Corrupt> {
        let version = u32::try_from(reader.signed()?).map_err(|_| Corrupt)?;
        let at = Instant::from_millis(reader.signed()?).ok_or(Corrupt)?;
        // Keys of options are never empty.
        let mut text = || Ok(Some(reader.text()?).filter(|text| !text.is_empty()).map(Arc::from));
        Ok(Self { version, at, from: text()?, to: text()?, reason: text()? })
    }
}

fn optional(reader: &mut Reader<'_>) -> Result<Option<Value>, Corrupt> {
    match reader.byte()? {
        0 => Ok(None),
        1 => reader.value().map(Some),
        _ => Err(Corrupt),
    }
}
