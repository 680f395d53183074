use std::sync::Arc;

use super::Record;
use crate::schema::slots;
use crate::value::Value;

/// A record before and after; there is no before when it was created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    before: Option<Arc<Record>>,
    after: Arc<Record>,
    // INVARIANT: the slots whose values differ, ascending, without the bookkeeping.
    differing: Vec<u16>,
    migrates: bool,
}

impl Change {
    /// Returns the creation of a record.
    pub fn created(after: Arc<Record>) -> Self {
        Self::between(None, after)
    }

    /// Returns the change of a record.
    pub fn updated(before: Arc<Record>, after: Arc<Record>) -> Self {
        Self::between(Some(before), after)
    }

    fn between(before: Option<Arc<Record>>, after: Arc<Record>) -> Self {
        // A new record has a dozen fields, a change touches one or two.
        let mut slots = Vec::with_capacity(if before.is_none() { 16 } else { 4 });
        slots.extend(differing(before.as_deref(), &after));
        let migrates = before.as_ref().is_some_and(|before| before.pipeline_version != after.pipeline_version);
        Self { before, after, differing: slots, migrates }
    }

    /// Returns the record before the change; `None` when it was created.
    pub fn before(&self) -> Option<&Arc<Record>> {
        self.before.as_ref()
    }

    /// Returns the record after the change.
    pub fn after(&self) -> &Arc<Record> {
        &self.after
    }

    /// Returns whether the record was created.
    pub fn is_creation(&self) -> bool {
        self.before.is_none()
    }

    /// Returns the slots whose values differ, with both values; bookkeeping (who changed the record last, and when)
    /// does not count.
    pub fn differences(&self) -> impl Iterator<Item = (u16, Option<&Value>, Option<&Value>)> {
        let at = |slot: &u16| (*slot, self.before.as_ref().and_then(|record| record.at(*slot)), self.after.at(*slot));
        self.differing.iter().map(at)
    }

    /// Returns whether the value at a slot differs; never so for bookkeeping.
    pub fn changes(&self, slot: u16) -> bool {
        self.differing.binary_search(&slot).is_ok()
    }

    /// Returns whether nothing differs, nor the version of the pipeline through which the record goes.
    pub fn is_empty(&self) -> bool {
        !self.is_creation() && self.differing.is_empty() && !self.migrates
    }
}

/// Returns whether two states of a record differ in more than bookkeeping.
pub(crate) fn differ(before: &Record, after: &Record) -> bool {
    differing(Some(before), after).next().is_some()
}

fn differing(before: Option<&Record>, after: &Record) -> impl Iterator<Item = u16> {
    let old = before.map_or(&[][..], |before| &before.values).iter().map(Option::as_ref);
    let values = (0_u16..).zip(old.chain(std::iter::repeat(None)).zip(&after.values));
    let is_bookkeeping = |slot| matches!(slot, slots::ID..=slots::SOURCE);
    let differs = move |(slot, (old, new)): (u16, (Option<&Value>, &Option<Value>))| {
        (!is_bookkeeping(slot) && !are_equal(old, new.as_ref())).then_some(slot)
    };
    values.filter_map(differs)
}

/// Most values of two states are missing, or one text that both hold: nothing has to be compared then.
fn are_equal(before: Option<&Value>, after: Option<&Value>) -> bool {
    match (before, after) {
        (None, None) => true,
        (Some(Value::Text(a)), Some(Value::Text(b))) | (Some(Value::Enum(a)), Some(Value::Enum(b))) => {
            Arc::ptr_eq(a, b) || a == b
        }
        (before, after) => before == after,
    }
}
