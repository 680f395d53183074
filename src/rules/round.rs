use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Event, EventKind, Workset};
use crate::access::RoleSet;
use crate::record::Record;
use crate::value::{Id, Name};

/// What one round of rules has done so far.
#[derive(Debug, Default)]
pub(super) struct Round {
    /// Every record that was written in the round.
    written: BTreeMap<(u16, Id), Written>,
    /// Which rule wrote which field first.
    set_by: BTreeMap<(u16, Id, u16), Name>,
}

/// A record that was written in a round.
#[derive(Debug)]
struct Written {
    /// Its state at the start of the round; `None` when it was created.
    before: Option<Arc<Record>>,
    /// The authors of the rules that have written it, and of those that caused them.
    authors: Vec<RoleSet>,
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

    /// Notes that a record is changed by a rule of `author` that `authors` caused; only its first state in the round counts.
    pub(super) fn changes(&mut self, record: &Arc<Record>, authors: &[RoleSet], author: Option<RoleSet>) {
        let place = (record.object().number(), record.id().clone());
        let started = || Written { before: Some(Arc::clone(record)), authors: Vec::new() };
        let known = &mut self.written.entry(place).or_insert_with(started).authors;
        for author in authors.iter().copied().chain(author) {
            if !known.contains(&author) {
                known.push(author);
            }
        }
    }

    /// Notes that a record is created by such a rule.
    pub(super) fn creates(&mut self, record: &Record, authors: &[RoleSet], author: Option<RoleSet>) {
        let place = (record.object().number(), record.id().clone());
        let authors = authors.iter().copied().chain(author).collect();
        self.written.insert(place, Written { before: None, authors });
    }

    /// Returns what changed in the round as the events of the next.
    pub(super) fn into_events(self, work: &mut Workset<'_>) -> Vec<Event> {
        let mut events = Vec::new();
        for ((object, id), Written { before, authors }) in self.written {
            let Some(object) = work.schema().objects().get(usize::from(object)).map(Arc::clone) else { continue };
            // It was written in this round, so it is there.
            if let Ok(Some(after)) = work.record(&object, &id) {
                let kind = if before.is_some() { EventKind::Updated } else { EventKind::Created };
                events.push(Event { kind, before, after, authors });
            }
        }
        events
    }
}
