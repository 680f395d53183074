use std::collections::BTreeMap;
use std::sync::Arc;

use super::Rejected;
use super::decision::{Decision, Halt};
use super::list::MAX_LOOKED_AT;
use super::list_plan::Plan;
use crate::record::Record;
use crate::rules::check_places;
use crate::schema::Object;
use crate::store::Range;
use crate::value::Id;

/// [`MAX_LOOKED_AT`] and one more, to know when there are too many.
pub(super) const TOO_MANY: u32 = MAX_LOOKED_AT as u32 + 1;

impl Decision<'_> {
    /// Returns the plan that looks at fewer records: neither what others hold nor what the filter leaves out shall make an
    /// answer impossible. Where both look at too many, what the caller holds gets on, since none of it is hidden.
    pub(super) fn smaller(&mut self, filtered: Plan, held: Plan) -> Result<Plan, Halt> {
        let (filtered_size, held_size) = (self.size(&filtered), self.size(&held));
        let filtered_size = filtered_size?;
        Ok(if filtered_size <= held_size?.min(MAX_LOOKED_AT) { filtered } else { held })
    }

    /// Returns how many entries a plan reads, exactly only up to the most that are looked at.
    pub(super) fn size(&mut self, plan: &Plan) -> Result<usize, Halt> {
        let counts: Vec<_> = plan.ranges(self.ctx.tenant(), TOO_MANY).map(Range::count).collect();
        let found: Vec<_> = counts.iter().map(|range| self.work.found(range)).collect();
        let mut size = 0_usize;
        for found in found {
            size = size.saturating_add(found?.len());
        }
        Ok(size)
    }

    /// Returns all records of a plan by id, read at once: for a plan whose [size](Self::size) is known to be small enough.
    pub(super) fn all_of(&mut self, object: &Arc<Object>, plan: &Plan) -> Result<BTreeMap<Id, Arc<Record>>, Halt> {
        let ranges: Vec<_> = plan.ranges(self.ctx.tenant(), TOO_MANY).collect();
        let found: Vec<_> =
            ranges.iter().map(|range| (self.work.found(range), self.work.records_in(object, range))).collect();
        let (mut records, mut looked_at) = (BTreeMap::new(), 0_usize);
        for (found, read) in found {
            check_places(found?, self.ctx.tenant(), &[object.name().as_str()])?;
            let read = read?;
            looked_at = looked_at.saturating_add(read.len());
            records.extend(read.into_iter().map(|record| (record.id().clone(), record)));
        }
        if looked_at > MAX_LOOKED_AT { Err(too_many().into()) } else { Ok(records) }
    }
}

/// Returns the refusal of a page that would take too long.
pub(super) fn too_many() -> Rejected {
    Rejected::Limit(format!(
        "more than {MAX_LOOKED_AT} records would have to be looked at for a page: put `\"index\": true` on a field that the \
         filter fixes"
    ))
}
