use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Event, EventKind, Workset};
use crate::record::Record;
use crate::value::{Id, Name};

/// What one round of rules has done so far.
#[derive(Debug, Default)]
pub(super) struct Round {
    /// The state at the start of the round of every record that was written in it.
    started: BTreeMap<(u16, Id), Option<Arc<Record>>>,
    /// Which rule wrote which field first.
    set_by: BTreeMap<(u16, Id, u16), Name>,
}

impl Round {
    /// Returns the rule that has written a field in this round: the first one keeps it.
    pub(super) fn owner(&self, record: &Record, slot: u16) -> Option<&Name> {
        self.set_by.get(&(record.object().number(), record.id().clone(), slot))
    }

    /// Notes that a rule has written a field.
    pub(super) fn claim(&mut self, record: &Record, slot: u16, rule: &Name) {
        let place = (record.object().number(), record.id().clone(), slot);
        self.set_by.entry(place).or_insert_with(|| rule.clone());
    }

    /// Notes that a record is changed; only its first state in the round counts.
    pub(super) fn changes(&mut self, record: &Arc<Record>) {
        let place = (record.object().number(), record.id().clone());
        self.started.entry(place).or_insert_with(|| Some(Arc::clone(record)));
    }

    /// Notes that a record is created.
    pub(super) fn creates(&mut self, record: &Record) {
        self.started.insert((record.object().number(), record.id().clone()), None);
    }

    /// Returns what changed in the round as the events of the next.
    pub(super) fn into_events(self, work: &mut Workset<'_>) -> Vec<Event> {
        let mut events = Vec::new();
        for ((object, id), before) in self.started {
            let Some(object) = work.schema().objects().get(usize::from(object)).map(Arc::clone) else { continue };
            // It was written in this round, so it is there.
            if let Ok(Some(after)) = work.record(&object, &id) {
                let kind = if before.is_some() { EventKind::Updated } else { EventKind::Created };
                events.push(Event { kind, before, after });
            }
        }
        events
    }
}
