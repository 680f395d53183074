use std::ops::ControlFlow::{Break, Continue};
use std::sync::Arc;

use super::audit::{AUDIT, AUDIT_STAGE, AuditEntry, entries_of};
use super::decision::{Decision, Halt};
use crate::pipeline::Trust;
use crate::record::{Fields, Origin};
use crate::schema::Object;
use crate::store::Range;
use crate::value::{Id, Instant, Name, Value};

impl Decision<'_> {
    /// Returns whether a record came into the stage among `fields` at that moment already, and has gone on since: then an
    /// import that tells its past once more tells nothing new, and must not lead it back.
    pub(super) fn came_before(
        &mut self,
        object: &Arc<Object>,
        id: &Id,
        fields: &Fields,
        at: Option<Instant>,
    ) -> Result<bool, Halt> {
        let stage = object.stage().and_then(|slot| object.at(slot));
        let told = stage.zip(at).and_then(|(stage, at)| Some((stage, at, fields.get(stage.key().as_str())?.as_str()?)));
        let Some((stage, at, key)) = told.filter(|_| self.ctx.trust() == Trust::TrustedImport) else {
            return Ok(false);
        };
        let Some(record) = self.work.record(object, id)? else { return Ok(false) };
        let last = record.origin(stage.slot()).map_or(record.updated_at(), Origin::at);
        if at > last || record.at(stage.slot()).and_then(Value::as_str) == Some(key) {
            return Ok(false);
        }
        let prefix = entries_of(object.name(), id);
        let range = Range::prefix(self.ctx.tenant().clone(), Name::known(AUDIT_STAGE), &prefix);
        let mut is_known = false;
        self.scan(range.limit(self.crm.schema.limits().page), &[AUDIT], |_, _, stored| {
            // What cannot be read tells nothing; whoever asks for the history is told of it.
            let moved = AuditEntry::from_stored(&stored.body).ok().and_then(|entry| entry.moved);
            is_known |= moved.is_some_and(|moved| moved.at == at && moved.to.as_deref() == Some(key));
            Ok(if is_known { Break(()) } else { Continue(()) })
        })?;
        Ok(is_known)
    }
}
