use std::sync::Arc;

use super::cause::Cause;
use super::commit::{Made, finish};
use super::decision::{Decision, Halt};
use super::{Context, Crm, Outcome, Rejected, Step};
use crate::rules::{Event, EventKind, Timer, due};
use crate::store::{ChangeSet, Facts, Put, Range, Reader, Term};
use crate::value::{Instant, Key, Name, Revision, TenantId, Value, ordered};

/// The object name under which timers are stored.
pub(super) const TIMER: &str = "timer";
/// Timers by when they are due.
pub(super) const TIMER_DUE: &str = "timer.due";
/// Timers that failed too often, by when they did so last.
pub(super) const TIMER_PARKED: &str = "timer.parked";

/// Returns the write of a timer.
pub(super) fn timer_put(tenant: &TenantId, timer: &Timer, revision: Revision) -> Put {
    let index = if timer.parked().is_some() { TIMER_PARKED } else { TIMER_DUE };
    let term = Term::new(Name::known(index), &ordered::encode(&Value::Instant(timer.wakes_at())));
    Put::new(Key::new(tenant.clone(), Name::known(TIMER), timer.id()), revision, timer.to_stored(), [term])
}

/// A timer that is due, as the scan found it.
#[derive(Debug, Clone)]
pub(super) struct DueTimer {
    pub(super) key: Key,
    pub(super) revision: Revision,
    pub(super) timer: Timer,
}

impl DueTimer {
    /// Returns what tells this firing from every other one: effects and new records are known by it, whatever the seed
    /// of the tick. The due time tells a timer from an earlier one of the same revision.
    pub(super) fn cause(&self) -> Vec<u8> {
        format!("{}@{}/{}", self.key, self.revision, self.timer.due().millis()).into_bytes()
    }
}

/// What became of a due timer.
#[derive(Debug, Clone)]
pub(super) enum Fired {
    /// Somebody else has handled it.
    Gone,
    /// The rule or the record no longer wants it, or not yet.
    Vanished,
    /// The rule was run.
    Ran(Box<Outcome>),
}

impl Crm {
    /// Decides which timers are due at the context's time, the longest due first in the context's tenant.
    pub(super) fn due_timers(&self, ctx: &Context, limit: u32, facts: &Facts) -> Result<Step<Vec<DueTimer>>, Rejected> {
        self.check_automation(ctx)?;
        let end = Instant::from_millis(ctx.now().millis().saturating_add(1)).unwrap_or(Instant::MAX);
        let end = ordered::encode(&Value::Instant(end));
        let range = Range::between(ctx.tenant().clone(), Name::known(TIMER_DUE), &[], &end);
        let range = range.limit(limit.min(self.schema.limits().page));
        let mut reader = Reader::new(facts);
        let Some(found) = reader.range(&range) else { return Ok(Step::Ask(reader.into_asks())) };
        let mut due = Vec::with_capacity(found.len());
        for (entry, stored) in found.records() {
            let timer = Timer::from_stored(&stored.body).map_err(|_| Rejected::corrupt(entry.key.clone()))?;
            due.push(DueTimer { key: entry.key.clone(), revision: stored.revision, timer });
        }
        Ok(Step::Done(ChangeSet::new(), due))
    }

    /// Decides what a due timer does: in one commit with everything that follows, so it happens exactly once.
    ///
    /// The rule is asked again when the record wants to be looked at: a timer whose rule or reason is gone vanishes, one
    /// that comes too early is set anew.
    pub(super) fn decide_due(&self, ctx: &Context, due: &DueTimer, facts: &Facts) -> Result<Step<Fired>, Rejected> {
        let mut decision = Decision::new(self, ctx, facts)?;
        match decision.due(due) {
            Ok(Awoken::Gone) => Ok(Step::Done(ChangeSet::new(), Fired::Gone)),
            Ok(Awoken::Vanish) => {
                let set = ChangeSet::new().version(due.key.clone(), due.revision).delete(due.key.clone());
                Ok(Step::Done(set, Fired::Vanished))
            }
            Ok(Awoken::Later(at, revision)) => {
                let timer =
                    Timer::new(due.timer.rule().clone(), due.timer.object().clone(), due.timer.record().clone(), at);
                let set = ChangeSet::new().version(due.key.clone(), due.revision);
                Ok(Step::Done(set.put(timer_put(ctx.tenant(), &timer, revision)), Fired::Vanished))
            }
            Ok(Awoken::Run(made)) => Ok(match finish(decision, *made)? {
                Step::Ask(asks) => Step::Ask(asks),
                Step::Done(set, outcome) => Step::Done(set, Fired::Ran(Box::new(outcome))),
            }),
            Err(Halt::Ask) => Ok(Step::Ask(decision.work.into_reader().into_asks())),
            Err(Halt::Rejected(rejected)) => Err(rejected),
        }
    }

    /// Decides that a timer failed: it is tried again later, and parked with its error after the last try.
    pub(super) fn decide_failed(&self, ctx: &Context, due: &DueTimer, error: &str) -> ChangeSet {
        let timer = due.timer.clone().failed(error, ctx.now());
        ChangeSet::new().version(due.key.clone(), due.revision).put(timer_put(
            ctx.tenant(),
            &timer,
            due.revision.next(),
        ))
    }
}

enum Awoken {
    Gone,
    Vanish,
    Later(Instant, Revision),
    Run(Box<Made>),
}

impl Decision<'_> {
    fn due(&mut self, fired: &DueTimer) -> Result<Awoken, Halt> {
        let stored = self.work.reader().record(&fired.key);
        let object = self.crm.schema.object(fired.timer.object().as_str()).map(Arc::clone);
        let record = match &object {
            Some(object) => self.work.record(object, fired.timer.record()),
            None => Ok(None),
        };
        match stored {
            None => return Err(Halt::Ask),
            Some(Some(stored)) if stored.revision == fired.revision => {}
            Some(_) => return Ok(Awoken::Gone),
        }
        let (Some(record), Some(object)) = (record?, object) else { return Ok(Awoken::Vanish) };
        let Some(rule) = self.crm.rules.rule(fired.timer.rule().as_str()) else { return Ok(Awoken::Vanish) };
        if rule.object() != object.number() {
            return Ok(Awoken::Vanish);
        }
        let (now, offset) = (self.ctx.now(), self.crm.schema.settings().utc_offset);
        // A yearly date is asked as of its own time: the next anniversary is another timer.
        match due(rule, &record, fired.timer.due().min(now), offset) {
            None => return Ok(Awoken::Vanish),
            // A timer that failed waits longer than its rule says.
            Some(at) if at > now => return Ok(Awoken::Later(at, record.revision())),
            Some(_) => {}
        }
        // What the timer is about must not change while it fires.
        self.work.rely_on(&object, record.id());
        let kind = EventKind::Due(rule.key().clone());
        let event = Event { kind, before: Some(Arc::clone(&record)), after: Arc::clone(&record) };
        let next = rule.is_yearly().then(|| {
            let later = Instant::from_millis(now.millis().saturating_add(1)).unwrap_or(Instant::MAX);
            due(rule, &record, later, offset)
        });
        let next =
            next.flatten().map(|at| Timer::new(rule.key().clone(), object.name().clone(), record.id().clone(), at));
        Ok(Awoken::Run(Box::new(Made {
            command: "timer",
            // A timer fires once, whatever the seed of the tick.
            cause: Cause::of_timer(fired.cause()),
            id: record.id().clone(),
            object,
            events: vec![event],
            said: None,
            restored: false,
            timer: Some(fired.clone()),
            next,
        })))
    }
}
