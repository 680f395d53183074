use std::ops::ControlFlow::{self, Break, Continue};
use std::sync::Arc;

use super::Rejected;
use super::decision::{Decision, Halt};
use super::held::TOO_MANY;
use super::list::MAX_LOOKED_AT;
use super::streams::MORE;
use crate::access::View;
use crate::record::Record;
use crate::rules::check_places;
use crate::schema::{Object, Related};
use crate::store::{Entry, Range, Stored};
use crate::value::{Id, Value, ordered};

/// Records of a range, as the caller may see them.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Seen {
    /// In the order of the range.
    pub(super) views: Vec<View>,
    /// Whether there are more that the caller may see, or may be behind all that was looked at.
    pub(super) more: bool,
}

impl<'a> Decision<'a> {
    /// Returns up to `limit` records of a collection that the caller may see, the latest first by the index that finds
    /// them.
    pub(super) fn collection(&mut self, related: Related, id: &Id, limit: u32) -> Result<Seen, Halt> {
        let nothing = Seen { views: Vec::new(), more: false };
        let Some(object) = self.crm.object_at(related.object).map(Arc::clone) else { return Ok(nothing) };
        let standing = self.caller.load(self.crm, &object, &mut self.work);
        let Some(index) = object.index_on(related.field) else { return Ok(nothing) };
        let prefix = ordered::encode(&Value::Reference(id.clone()));
        let range = Range::prefix(self.ctx.tenant().clone(), index.name().clone(), &prefix);
        let range = range.descending().limit(limit.saturating_add(1));
        self.work.found(&range)?;
        standing?;
        self.seen_in(&object, related.field, range, limit)
    }

    /// Returns the first `limit` records of a range of which the caller may see the field at `slot`, by which they are in
    /// it. Others do not count, so that neither their number nor their place shows in the answer.
    pub(super) fn seen_in(&mut self, object: &Arc<Object>, slot: u16, range: Range, limit: u32) -> Result<Seen, Halt> {
        let mut seen = Seen { views: Vec::new(), more: false };
        let kinds = [object.name().as_str()];
        let is_whole = self.scan(range, &kinds, |decision, entry, stored| {
            let record = Record::from_stored(object, entry.key.id(), stored.revision, &stored.body);
            let record = Arc::new(record.map_err(|_| Rejected::corrupt(entry.key.clone()))?);
            let view = decision.see(&record).filter(|view| !record.is_deleted() && view.shows_slot(slot));
            match view {
                None => Ok(Continue(())),
                Some(_) if seen.views.len() == limit as usize => {
                    seen.more = true;
                    Ok(Break(()))
                }
                Some(view) => {
                    seen.views.push(view);
                    Ok(Continue(()))
                }
            }
        })?;
        seen.more |= !is_whole;
        Ok(seen)
    }

    /// Visits what a range holds, all of these kinds, page by page, until `visit` has enough; returns whether that was before
    /// the most was looked at. What is hidden from the caller, however much, keeps nothing from him that stands before it.
    pub(super) fn scan(
        &mut self,
        mut range: Range,
        kinds: &[&str],
        mut visit: impl FnMut(&mut Self, &'a Entry, &'a Stored) -> Result<ControlFlow<()>, Halt>,
    ) -> Result<bool, Halt> {
        let mut looked_at = 0;
        loop {
            let found = self.work.found(&range)?;
            check_places(found, self.ctx.tenant(), kinds)?;
            for (entry, stored) in found.records() {
                looked_at += 1;
                if looked_at > MAX_LOOKED_AT {
                    return Ok(false);
                }
                if visit(self, entry, stored)?.is_break() {
                    return Ok(true);
                }
            }
            let last = found.entries().last().filter(|_| found.len() == range.page_size() as usize);
            let Some(last) = last else { return Ok(true) };
            // Ever more at once: who is led past much that is hidden begins anew with every round.
            let more = range.page_size().saturating_mul(2).clamp(MORE, TOO_MANY);
            range = range.after(last.position()).limit(more);
        }
    }
}
