use std::sync::Arc;

use super::{Lack, Workset, check_places};
use crate::record::{Record, each_entry};
use crate::schema::{Index, Object, Related};
use crate::store::Range;
use crate::value::{Id, Value, ordered};

impl Workset<'_> {
    /// Returns the records of `related` that refer to `id`, writes of this decision included; `None` when there are more
    /// than the limit.
    ///
    /// # Errors
    /// [`Lack`] when they have to be asked for or cannot be read.
    pub fn related(&mut self, related: Related, id: &Id) -> Result<Option<Vec<Arc<Record>>>, Lack> {
        let Some((object, range)) = self.related_range(related, id) else { return Ok(Some(Vec::new())) };
        let limit = self.schema().limits().related;
        let found = self.records_in(&object, &range)?;
        if found.len() > limit as usize {
            return Ok(None);
        }
        let refers = |record: &Record| refers_to(record, related.field, id);
        let mut seen: Vec<Arc<Record>> = Vec::with_capacity(found.len());
        for record in found {
            // What this decision wrote counts as it is now.
            let now = self.record_or(&object, record);
            seen.extend(now.filter(|record| refers(record) && !record.is_deleted()));
        }
        for now in self.present(related.object).filter(|now| refers(now)) {
            if !seen.iter().any(|known| known.id() == now.id()) {
                seen.push(Arc::clone(now));
            }
        }
        seen.sort_by(|a, b| a.id().cmp(b.id()));
        Ok(Some(seen))
    }

    /// Returns whether a record other than `id` stands at `bytes` of a unique index, writes of this decision included.
    ///
    /// # Errors
    /// [`Lack`] when it has to be asked for, or what stands there is no such record.
    pub fn is_taken(&mut self, object: &Arc<Object>, index: &Index, bytes: &[u8], id: &Id) -> Result<bool, Lack> {
        let (mut room, mut taken) = (Vec::new(), false);
        for now in self.present(object.number()).filter(|now| now.id() != id) {
            each_entry(now, index, &mut room, |entry| taken |= entry == bytes);
        }
        if taken {
            return Ok(true);
        }
        let range = self.holders(index, bytes);
        // Where a record that this decision has written stands was seen above, whatever the store still says of it.
        let found = self.holder_in(object, &range, |work, other| other != id && !work.has_written(object, other))?;
        Ok(found.is_some())
    }

    /// Returns the first of the [holders](Self::holders) in a range that counts; it is there.
    ///
    /// # Errors
    /// [`Lack`] when it has to be asked for, or an entry leads to something else or to no record.
    pub fn holder_in(
        &mut self,
        object: &Arc<Object>,
        range: &Range,
        counts: impl Fn(&Self, &Id) -> bool,
    ) -> Result<Option<Id>, Lack> {
        let found = self.found(range)?;
        check_places(found, self.tenant(), &[object.name().as_str()])?;
        let Some(entry) = found.entries().find(|entry| counts(self, entry.key.id())) else { return Ok(None) };
        match self.record(object, entry.key.id())? {
            Some(_) => Ok(Some(entry.key.id().clone())),
            None => Err(Lack::Corrupt(entry.key.clone())),
        }
    }

    /// Returns the range of the records that stand at `bytes` of a unique index: a second one only until it is noticed.
    pub fn holders(&self, index: &Index, bytes: &[u8]) -> Range {
        Range::exact(self.tenant().clone(), index.name().clone(), bytes).keys().limit(2)
    }

    /// Returns the object and the range of the records of `related` that refer to `id`.
    pub(super) fn related_range(&self, related: Related, id: &Id) -> Option<(Arc<Object>, Range)> {
        let object = self.schema().objects().get(usize::from(related.object)).map(Arc::clone)?;
        let index = object.index_on(related.field)?.name().clone();
        let prefix = ordered::encode(&Value::Reference(id.clone()));
        let limit = self.schema().limits().related.saturating_add(1);
        let range = Range::prefix(self.tenant().clone(), index, &prefix).limit(limit);
        Some((object, range))
    }
}

fn refers_to(record: &Record, slot: u16, id: &Id) -> bool {
    match record.at(slot) {
        Some(Value::Reference(target)) => target == id,
        Some(Value::List(items)) => items.iter().any(|item| item.as_id() == Some(id)),
        _ => false,
    }
}
