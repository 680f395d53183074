use std::sync::Arc;

use super::Rejected;
use super::decision::{Decision, Halt};
use super::list::MAX_LOOKED_AT;
use super::list_plan::PAGE;
use crate::access::View;
use crate::record::Record;
use crate::schema::{Object, Related};
use crate::store::{Position, Range};
use crate::value::{Id, Value, ordered};

/// Records that refer to one, as the caller may see them.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Seen {
    /// The latest first, by the index that finds them.
    pub(super) records: Vec<(Arc<Record>, View)>,
    /// Whether there are more that the caller may see.
    pub(super) more: bool,
}

impl Decision<'_> {
    /// Returns up to `limit` records of a collection that the caller may see, the latest first.
    pub(super) fn collection(&mut self, related: Related, id: &Id, limit: u32) -> Result<Seen, Halt> {
        let nothing = Seen { records: Vec::new(), more: false };
        let Some(object) = self.crm.object_at(related.object).map(Arc::clone) else { return Ok(nothing) };
        let standing = self.caller.load(self.crm, &object, &mut self.work);
        let Some(index) = object.index_on(related.field) else { return Ok(nothing) };
        let prefix = ordered::encode(&Value::Reference(id.clone()));
        let range = Range::prefix(self.ctx.tenant().clone(), index.name().clone(), &prefix);
        let range = range.descending().limit(limit.saturating_add(1));
        self.work.found(&range)?;
        standing?;
        self.seen_in(&object, range, limit)
    }

    /// Returns the first `limit` records of a range that the caller may see. Others do not count, so that neither their
    /// number nor their place shows in the answer.
    pub(super) fn seen_in(&mut self, object: &Arc<Object>, mut range: Range, limit: u32) -> Result<Seen, Halt> {
        let mut seen = Seen { records: Vec::new(), more: false };
        let mut looked_at = 0;
        loop {
            let found = self.work.found(&range)?;
            for record in self.work.records_in(object, &range)? {
                let Some(view) = self.see(&record).filter(|_| !record.is_deleted()) else { continue };
                if seen.records.len() == limit as usize {
                    return Ok(Seen { more: true, ..seen });
                }
                seen.records.push((record, view));
            }
            looked_at += found.len();
            let last = found.entries().last().filter(|_| found.len() == range.page_size() as usize);
            let Some(last) = last else { return Ok(seen) };
            if looked_at > MAX_LOOKED_AT {
                let message = format!("more than {MAX_LOOKED_AT} records would have to be looked at");
                return Err(Rejected::Limit(message).into());
            }
            range = range.after(Position { bytes: last.bytes.as_ref().into(), key: last.key.clone() }).limit(PAGE);
        }
    }
}
