use std::sync::Arc;

use serde::Serialize;

use super::audit::{AUDIT_OF, AuditEntry, entries_of};
use super::comments::{COMMENT_ON, StoredComment};
use super::decision::{Decision, Halt};
use super::events::{EVENT_ON, StoredEvent};
use super::get::answered;
use super::question::{Question, sealed::Sealed};
use super::{Context, Crm, Rejected, Step};
use crate::access::{FieldChange, View, project_differences};
use crate::record::Record;
use crate::store::{Facts, Range};
use crate::value::{Id, Instant, Name, Revision, Value};

/// Everything that happened with a record, the latest first: what refers to it, what was said, what changed. Made by
/// [`Query::timeline`](super::Query::timeline).
#[derive(Debug, Clone)]
pub struct Timeline {
    object: Name,
    id: Id,
    limit: u32,
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct TimelineItem {
    /// When.
    pub at: Instant,
    /// What.
    #[serde(flatten)]
    pub what: Happened,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Happened {
    /// Fields changed; none where the record was created.
    #[non_exhaustive]
    Changed {
        /// Who changed them.
        by: Arc<str>,
        /// The command, or `timer`.
        command: Arc<str>,
        /// The revision that the change led to.
        revision: Revision,
        /// What the caller may see of it.
        fields: Vec<FieldChange>,
    },
    /// Somebody said something.
    #[non_exhaustive]
    Commented {
        /// Who.
        by: Arc<str>,
        /// What.
        text: String,
        /// To whom.
        mentions: Vec<Id>,
    },
    /// The host told that something happened outside.
    #[non_exhaustive]
    Told {
        /// Who told it.
        by: Arc<str>,
        /// What happened.
        name: Name,
    },
    /// A record refers to this one.
    #[non_exhaustive]
    Related {
        /// The collection that it is in.
        collection: Name,
        /// The record.
        record: View,
    },
}

impl Timeline {
    pub(super) fn new(object: Name, id: Id) -> Self {
        Self { object, id, limit: 50 }
    }

    /// Sets how many things are wanted at the most; 50 unless set.
    #[must_use]
    pub fn limit(mut self, items: u32) -> Self {
        self.limit = items;
        self
    }
}

impl Sealed for Timeline {}

impl Question for Timeline {
    type Answer = Vec<TimelineItem>;

    fn answer(&self, crm: &Crm, ctx: &Context, facts: &Facts) -> Result<Step<Vec<TimelineItem>>, Rejected> {
        let mut decision = Decision::new(crm, ctx, facts)?;
        let items = decision.timeline(self);
        answered(decision, items)
    }
}

impl Decision<'_> {
    fn timeline(&mut self, timeline: &Timeline) -> Result<Vec<TimelineItem>, Halt> {
        let object = self.object(&timeline.object)?;
        let limit = timeline.limit.clamp(1, self.crm.schema.limits().page);
        let record = self.target(&object, &timeline.id);
        // What is found around the record is asked for together with it, and shown only if the record is.
        let crm = self.crm;
        let collections: Vec<_> =
            crm.schema.collections(&object).map(|(name, related)| (name.clone(), related)).collect();
        let mut items = Vec::new();
        let mut asked = false;
        for (name, related) in collections {
            match self.collection(related, &timeline.id, limit) {
                Ok(seen) => items.extend(seen.records.into_iter().map(|(found, view)| TimelineItem {
                    at: moment_of(&found),
                    what: Happened::Related { collection: name.clone(), record: view },
                })),
                Err(Halt::Ask) => asked = true,
                Err(halt) => return Err(halt),
            }
        }
        let prefix = entries_of(object.name(), &timeline.id);
        let latest =
            |index| Range::prefix(self.ctx.tenant().clone(), Name::known(index), &prefix).descending().limit(limit);
        let (audit, comments, events) = (latest(AUDIT_OF), latest(COMMENT_ON), latest(EVENT_ON));
        let audit = self.work.found(&audit);
        let comments = self.work.found(&comments);
        let events = self.work.found(&events);
        let record = record?;
        let (audit, comments, events) = (audit?, comments?, events?);
        if asked {
            return Err(Halt::Ask);
        }
        for (entry, stored) in audit.records() {
            let change = AuditEntry::from_stored(&stored.body).map_err(|_| Rejected::Corrupt(entry.key.clone()))?;
            items.extend(self.changed(&record, change));
        }
        for (entry, stored) in comments.records() {
            let comment = StoredComment::from_stored(&stored.body).map_err(|_| Rejected::Corrupt(entry.key.clone()))?;
            let StoredComment { by, at, text, mentions } = comment;
            items.push(TimelineItem { at, what: Happened::Commented { by, text, mentions } });
        }
        for (entry, stored) in events.records() {
            let event = StoredEvent::from_stored(&stored.body).map_err(|_| Rejected::Corrupt(entry.key.clone()))?;
            items.push(TimelineItem { at: event.at, what: Happened::Told { by: event.by, name: event.name } });
        }
        // A stable sort keeps what happened at the same moment in the order in which it was found.
        items.sort_by_key(|item| std::cmp::Reverse(item.at));
        items.truncate(limit as usize);
        Ok(items)
    }

    /// Returns what the caller may see of a change; a change of nothing but hidden fields is none.
    fn changed(&self, record: &Record, change: AuditEntry) -> Option<TimelineItem> {
        let object = record.object();
        let differences = change
            .fields
            .iter()
            .filter_map(|(key, before, after)| Some((object.field(key)?.slot(), before.as_ref(), after.as_ref())));
        let (table, caller) = (&self.crm.access, &self.caller);
        let fields = project_differences(table, caller.roles, &caller.standing, record, differences)?;
        if fields.is_empty() && !change.fields.is_empty() {
            return None;
        }
        let AuditEntry { origin, command, revision, .. } = change;
        let (by, at) = (Arc::clone(origin.by()), origin.at());
        Some(TimelineItem { at, what: Happened::Changed { by, command, revision, fields } })
    }
}

/// Returns when a record happened: by its field `at` where it has one, like activities, otherwise when it was created.
fn moment_of(record: &Record) -> Instant {
    record.get("at").and_then(Value::as_instant).unwrap_or_else(|| record.created_at())
}
