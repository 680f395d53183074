use std::sync::Arc;

use super::decision::{Decision, Halt};
use crate::access::View;
use crate::record::Record;
use crate::schema::Related;
use crate::store::Range;
use crate::value::{Id, Value, ordered};

/// Records that refer to one, as the caller may see them.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Seen {
    /// The latest first, by the index that finds them.
    pub(super) records: Vec<(Arc<Record>, View)>,
    /// Whether there are more than were read.
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
        let records = self.work.records_in(&object, &range)?;
        standing?;
        let more = records.len() > limit as usize;
        let visible = records.into_iter().take(limit as usize).filter(|record| !record.is_deleted());
        Ok(Seen { records: visible.filter_map(|record| self.see(&record).map(|view| (record, view))).collect(), more })
    }
}
