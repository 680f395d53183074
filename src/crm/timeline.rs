use std::cmp::Reverse;
use std::ops::ControlFlow::{Break, Continue};
use std::sync::Arc;

use serde::Serialize;

use super::audit::{AUDIT, AUDIT_OF, AuditEntry, entries_of};
use super::decision::{Decision, Halt};
use super::get::answered;
use super::question::{Question, sealed::Sealed};
use super::said::{COMMENT, EVENT, SAID_OF, StoredSaid, What};
use super::{Context, Crm, Rejected, Step};
use crate::access::{FieldChange, View, project_differences};
use crate::record::Record;
use crate::store::{Facts, Range};
use crate::value::{Id, Instant, Name, Revision, Value};

/// Everything that happened with a record, the latest first: what refers to it, what was said, what changed. Made by
/// [`Query::timeline`](super::Query::timeline).
///
/// Whoever may see that something happened is told who did it and when, also where he may not see the fields in which the
/// record keeps that. A record that refers to this one is shown where he may see that it does, and when it happened.
/// Of each collection, of the changes and of what was said the latest 20,000 are looked at.
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
                Ok(seen) => items.extend(seen.views.into_iter().filter_map(|view| {
                    let at = moment_of(&view)?;
                    Some(TimelineItem { at, what: Happened::Related { collection: name.clone(), record: view } })
                })),
                Err(Halt::Ask) => asked = true,
                Err(halt) => return Err(halt),
            }
        }
        let prefix = entries_of(object.name(), &timeline.id);
        let latest =
            |index| Range::prefix(self.ctx.tenant().clone(), Name::known(index), &prefix).descending().limit(limit);
        let (audit, said) = (latest(AUDIT_OF), latest(SAID_OF));
        let first = (self.work.found(&audit).is_ok(), self.work.found(&said).is_ok());
        let record = record?;
        if asked || first != (true, true) {
            return Err(Halt::Ask);
        }
        let enough = |items: &[TimelineItem]| if items.len() < limit as usize { Continue(()) } else { Break(()) };
        let mut changed = Vec::new();
        self.scan(audit, &[AUDIT], |decision, entry, stored| {
            let change = AuditEntry::from_stored(&stored.body).ok().filter(|change| change.is_of(&record));
            let change = change.ok_or_else(|| Rejected::corrupt(entry.key.clone()))?;
            changed.extend(decision.changed(&record, change));
            Ok(enough(&changed))
        })?;
        items.extend(changed);
        let mut told = Vec::new();
        self.scan(said, &[COMMENT, EVENT], |_, entry, stored| {
            let said = StoredSaid::from_stored(&entry.key, &stored.body);
            let StoredSaid { by, at, what } = said.map_err(|_| Rejected::corrupt(entry.key.clone()))?;
            let what = match what {
                What::Comment { text, mentions } => Happened::Commented { by, text, mentions },
                What::Event { name } => Happened::Told { by, name },
            };
            told.push(TimelineItem { at, what });
            Ok(enough(&told))
        })?;
        items.extend(told);
        // A stable sort keeps what happened at the same moment in the order in which it was found.
        items.sort_by_key(|item| Reverse(item.at));
        items.truncate(limit as usize);
        Ok(items)
    }

    fn changed(&self, record: &Record, change: AuditEntry) -> Option<TimelineItem> {
        let fields = self.visible_fields(record, &change)?;
        let AuditEntry { origin, command, revision, .. } = change;
        let (by, at) = (Arc::clone(origin.by()), origin.at());
        Some(TimelineItem { at, what: Happened::Changed { by, command, revision, fields } })
    }

    /// Returns what the caller may see of a change; a change of nothing but hidden fields is none.
    pub(super) fn visible_fields(&self, record: &Record, change: &AuditEntry) -> Option<Vec<FieldChange>> {
        let object = record.object();
        let differences = change
            .fields
            .iter()
            .filter_map(|(key, before, after)| Some((object.field(key)?.slot(), before.as_ref(), after.as_ref())));
        let (table, caller) = (&self.crm.access, &self.caller);
        let fields = project_differences(table, caller.roles, &caller.standing, record, differences)?;
        (!fields.is_empty() || change.fields.is_empty()).then_some(fields)
    }
}

/// Returns when a record happened, as far as the caller may see it: by its field `at` where it has one, like activities,
/// otherwise when it was created.
fn moment_of(view: &View) -> Option<Instant> {
    view.get("at").and_then(Value::as_instant).or_else(|| view.created_at())
}
