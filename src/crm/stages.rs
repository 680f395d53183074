use std::ops::ControlFlow::Continue;
use std::sync::Arc;

use serde::Serialize;

use super::audit::{AUDIT, AUDIT_STAGE, AuditEntry, Moved, entries_of};
use super::decision::{Decision, Halt};
use super::get::answered;
use super::list::MAX_LOOKED_AT;
use super::question::{Question, sealed::Sealed};
use super::{Context, Crm, Rejected, Step};
use crate::access::View;
use crate::pipeline::{Dwell, InvalidChange, StageChange, StageHistory, StageKind, Stalled};
use crate::record::{Change, Origin, ProblemCode, Record};
use crate::schema::slots;
use crate::store::{Facts, Range};
use crate::value::{Id, Name, Value};

/// The stages of one record; made by [`Query::stages`](super::Query::stages).
///
/// Whoever may see the record and its stage is told when it moved and who moved it; the reason of a loss only where he may
/// see the field that holds it.
#[derive(Debug, Clone)]
pub struct Stages {
    object: Name,
    id: Id,
}

/// Through which stages a record went, when, by whom, and how long it was in each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct StageRecord {
    /// The moves, the earliest first. A decision that moved a record more than once is one move, from where it was to where
    /// it came.
    #[serde(flatten)]
    pub history: StageHistory,
    /// How long it was in each stage until the time of the query.
    pub dwell: Vec<Dwell>,
    /// Whether it is longer in its stage than its pipeline expects.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stalled: Option<Stalled>,
    /// The pipeline through which it goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pipeline: Option<Name>,
    /// The version in which it goes through it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
}

impl Stages {
    pub(super) fn new(object: Name, id: Id) -> Self {
        Self { object, id }
    }
}

impl Sealed for Stages {}

impl Question for Stages {
    type Answer = StageRecord;

    fn answer(&self, crm: &Crm, ctx: &Context, facts: &Facts) -> Result<Step<StageRecord>, Rejected> {
        let mut decision = Decision::new(crm, ctx, facts)?;
        let stages = decision.stages(self);
        answered(decision, stages)
    }
}

/// Returns what the audit trail keeps of a change of the stage, beside its values.
pub(super) fn moved(crm: &Crm, change: &Change) -> Option<Moved> {
    let record = change.after();
    let slot = record.object().stage().filter(|slot| change.changes(*slot))?;
    let pipeline = crm.pipelines.running(record.object().number(), record.pipeline_version());
    let at = record.origin(slot).map_or(record.updated_at(), Origin::at);
    let (from, to) = (change.before().and_then(|before| key_at(before, slot)), key_at(record, slot));
    let entered = pipeline.zip(to.as_deref());
    let lost = entered.filter(|(pipeline, key)| pipeline.stage(key).is_some_and(|one| one.kind() == StageKind::Lost));
    let reason = lost.and_then(|(pipeline, _)| key_at(record, pipeline.lost_reason()?));
    Some(Moved { version: pipeline.map_or(0, |pipeline| pipeline.version()), from, to, at, reason })
}

impl Decision<'_> {
    fn stages(&mut self, stages: &Stages) -> Result<StageRecord, Halt> {
        let object = self.object(&stages.object)?;
        let Some(slot) = object.stage() else {
            let message = format!("`{}` has no stages", object.name());
            return Err(Rejected::invalid("object", ProblemCode::Malformed, message).into());
        };
        self.crm.access.may_read_fields(self.caller.roles, &object, &[slot]).map_err(Rejected::from)?;
        let record = self.target(&object, &stages.id);
        let prefix = entries_of(object.name(), &stages.id);
        let range = Range::prefix(self.ctx.tenant().clone(), Name::known(AUDIT_STAGE), &prefix);
        let range = range.limit(self.crm.schema.limits().page);
        // Asked for together with the record.
        let asked = self.work.found(&range).is_err();
        let record = record?;
        if asked {
            return Err(Halt::Ask);
        }
        let view = self.see(&record).filter(|view| view.shows_slot(slot));
        let view = view.ok_or_else(|| self.not_found(&object, &stages.id))?;
        let mut entries = Vec::new();
        let is_whole = self.scan(range, &[AUDIT], |_, entry, stored| {
            let known = AuditEntry::from_stored(&stored.body).ok().filter(|entry| entry.is_of(&record));
            let moved = known.and_then(|entry| Some((entry.moved.clone()?, entry)));
            entries.push(moved.ok_or_else(|| Rejected::corrupt(entry.key.clone()))?);
            Ok(Continue(()))
        })?;
        if !is_whole {
            // What lacks its end would tell wrong stages and wrong times.
            return Err(Rejected::Limit(format!("has more than {MAX_LOOKED_AT} changes of its stage")).into());
        }
        let key = || self.work.key(object.name(), record.id());
        self.told(slot, &record, &view, entries).map_err(|_| Rejected::corrupt(key()).into())
    }

    fn told(
        &self,
        slot: u16,
        record: &Record,
        view: &View,
        entries: Vec<(Moved, AuditEntry)>,
    ) -> Result<StageRecord, InvalidChange> {
        let pipeline = self.crm.pipelines.running(record.object().number(), record.pipeline_version());
        let sees_reason = pipeline.and_then(|one| one.lost_reason()).is_some_and(|slot| view.shows_slot(slot));
        let created_at = record.created_at();
        let mut changes = Vec::with_capacity(entries.len().saturating_add(1));
        // Of what was created before moves were kept it is known where the first one led from.
        let before = match entries.first() {
            Some((first, _)) => first.from.clone(),
            None => key_at(record, slot),
        };
        if let Some(before) = before {
            let by = record.at(slots::CREATED_BY).and_then(Value::as_str).unwrap_or_default();
            changes.push(StageChange::new(None, Some(&before), created_at, by));
        }
        let began = match entries.first() {
            Some((first, entry)) if entry.is_creation() => first.at,
            _ => created_at,
        };
        for (moved, entry) in entries {
            let mut change = StageChange::new(moved.from.as_deref(), moved.to.as_deref(), moved.at, entry.origin.by());
            change.told_at = Some(entry.origin.at()).filter(|told| *told != moved.at);
            change.reason = moved.reason.filter(|_| sees_reason);
            change.version = Some(moved.version).filter(|version| *version > 0);
            changes.push(change);
        }
        let history = StageHistory::from_changes(began, changes)?;
        let now = self.ctx.now();
        let stalled = pipeline.and_then(|pipeline| pipeline.stalled(&history, now));
        let (key, version) = (pipeline.map(|one| one.key().clone()), pipeline.map(|one| one.version()));
        Ok(StageRecord { dwell: history.dwell(now), history, stalled, pipeline: key, version })
    }
}

fn key_at(record: &Record, slot: u16) -> Option<Arc<str>> {
    record.at(slot).and_then(Value::as_str).map(Arc::from)
}
