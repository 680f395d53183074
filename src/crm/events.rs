use super::command::Happening;
use super::{Context, audit};
use crate::record::Origin;
use crate::store::{Put, Term};
use crate::value::stored::{self, Corrupt, Reader};
use crate::value::{Id, Instant, Key, Name, Revision};
use std::sync::Arc;

/// The object name under which events that the host told of are stored.
pub(super) const EVENT: &str = "event";
/// Events of one record, in the order of time.
pub(super) const EVENT_ON: &str = "event.on";

/// The form of stored events.
const FORM: u8 = 1;

/// An event as it was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct StoredEvent {
    pub(super) by: Arc<str>,
    pub(super) at: Instant,
    pub(super) name: Name,
}

/// Returns where an event is kept. The same context tells of the same event once, however often it is run.
pub(super) fn event_key(ctx: &Context, happening: &Happening) -> Key {
    let (seed, name) = (ctx.seed().to_be_bytes(), happening.name.as_str().as_bytes());
    let id = Id::of_parts(&[b"event", &audit::moment_of(&happening.object, &happening.id, ctx.now()), name, &seed]);
    Key::new(ctx.tenant().clone(), Name::known(EVENT), id)
}

/// Returns the write of an event.
pub(super) fn event_put(ctx: &Context, origin: &Origin, happening: &Happening) -> Put {
    let mut body = vec![FORM];
    stored::write_text(&mut body, origin.by());
    stored::write_signed(&mut body, origin.at().millis());
    stored::write_text(&mut body, happening.name.as_str());
    let term = Term::new(Name::known(EVENT_ON), &audit::moment_of(&happening.object, &happening.id, origin.at()));
    Put::new(event_key(ctx, happening), Revision::FIRST, body, [term])
}

impl StoredEvent {
    /// Returns the event that was stored as `bytes`.
    pub(super) fn from_stored(bytes: &[u8]) -> Result<Self, Corrupt> {
        let mut reader = Reader::new(bytes);
        if reader.byte()? != FORM {
            return Err(Corrupt);
        }
        let by = reader.text()?.into();
        let at = Instant::from_millis(reader.signed()?).ok_or(Corrupt)?;
        let name = Name::new(reader.text()?).map_err(|_| Corrupt)?;
        if reader.is_at_end() { Ok(Self { by, at, name }) } else { Err(Corrupt) }
    }
}
