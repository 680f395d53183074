use std::sync::Arc;

use super::audit;
use super::cause::Cause;
use super::command::{Comment, Happening};
use crate::record::Origin;
use crate::store::{Put, Term};
use crate::value::stored::{self, Corrupt, Reader};
use crate::value::{Id, Instant, Key, Name, Revision, TenantId};

/// The object name under which comments are stored.
pub(super) const COMMENT: &str = "comment";
/// The object name under which events that the host told of are stored.
pub(super) const EVENT: &str = "event";
/// What was said about one record, in the order of time.
pub(super) const SAID_OF: &str = "audit.said";

/// The form of stored comments and events.
const FORM: u8 = 1;

/// What a command keeps beside records: it is kept once, however often the command is run with the same context.
pub(super) enum Said {
    Comment(Comment),
    Event(Happening),
}

/// A comment or an event as it was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct StoredSaid {
    pub(super) by: Arc<str>,
    pub(super) at: Instant,
    pub(super) what: What,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum What {
    Comment { text: String, mentions: Vec<Id> },
    Event { name: Name },
}

impl Said {
    /// Returns the write of what was said.
    pub(super) fn put(&self, tenant: &TenantId, origin: &Origin, cause: &Cause<'_>) -> Put {
        let mut body = vec![FORM];
        stored::write_signed(&mut body, cause.words());
        stored::write_text(&mut body, origin.by());
        stored::write_signed(&mut body, origin.at().millis());
        let (kind, object, id) = match self {
            Self::Comment(Comment { object, id, text, mentions }) => {
                stored::write_text(&mut body, text);
                stored::write_count(&mut body, mentions.len());
                mentions.iter().for_each(|mention| stored::write_id(&mut body, mention));
                (COMMENT, object, id)
            }
            Self::Event(Happening { object, id, name }) => {
                stored::write_text(&mut body, name.as_str());
                (EVENT, object, id)
            }
        };
        let term = Term::new(Name::known(SAID_OF), &audit::moment_of(object, id, origin.at()));
        Put::new(cause.key(tenant, kind, 0), Revision::FIRST, body, [term])
    }
}

impl StoredSaid {
    /// Returns what was stored as `bytes` under a key.
    pub(super) fn from_stored(key: &Key, bytes: &[u8]) -> Result<Self, Corrupt> {
        let mut reader = Reader::new(bytes);
        if reader.byte()? != FORM {
            return Err(Corrupt);
        }
        let _words = reader.signed()?;
        let by = reader.text()?.into();
        let at = Instant::from_millis(reader.signed()?).ok_or(Corrupt)?;
        let text = reader.text()?;
        let what = if *key.object() == *EVENT {
            What::Event { name: Name::new(text).map_err(|_| Corrupt)? }
        } else {
            let count = reader.count()?;
            let mentions = (0..count).map(|_| reader.id()).collect::<Result<_, _>>()?;
            What::Comment { text: text.to_owned(), mentions }
        };
        if reader.is_at_end() { Ok(Self { by, at, what }) } else { Err(Corrupt) }
    }
}
