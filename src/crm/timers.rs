use std::sync::Arc;

use super::cause::Cause;
use super::commit::{Made, finish};
use super::decision::{Decision, Halt, event};
use super::outbox::until_now;
use super::waiting::Waiting;
use super::{Context, Crm, Outcome, Rejected, Step};
use crate::rules::{EventKind, Occasions, Step as RuleStep, Timer, Verdict, due};
use crate::store::{ChangeSet, Facts, Put, Reader, Term};
use crate::value::{Instant, Key, Name, Revision, TenantId, Value, ordered};

/// The object name under which timers are stored.
pub(super) const TIMER: &str = "timer";
/// Timers by when they are due.
pub(super) const TIMER_DUE: &str = "timer.due";
/// Timers that failed too often, by when they would have been tried again.
pub(super) const TIMER_PARKED: &str = "timer.parked";
/// The object name under which the occasions are stored for which rules have fired.
const OCCASION: &str = "occasion";

/// Returns the write of a timer.
pub(super) fn timer_put(tenant: &TenantId, timer: &Timer, revision: Revision) -> Put {
    let index = if timer.parked().is_some() { TIMER_PARKED } else { TIMER_DUE };
    let term = Term::new(Name::known(index), &ordered::encode(&Value::Instant(timer.wakes_at())));
    Put::new(Key::new(tenant.clone(), Name::known(TIMER), timer.id()), revision, timer.to_stored(), [term])
}

/// Returns the revision of a timer that follows from this revision of its record: above every one that the timers of an
/// earlier revision came to by failing, so that a later timer is never taken for an earlier one.
pub(super) fn first_revision(record: Revision) -> Revision {
    Revision::new(record.number().saturating_mul(1 << 16))
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
    /// of the tick.
    pub(super) fn cause(&self) -> Vec<u8> {
        format!("{}@{}/{}", self.key, self.revision, self.timer.due().millis()).into_bytes()
    }

    /// Returns why the timer was for nothing.
    fn vanished(&self, because: String) -> RuleStep {
        let (object, record) = (self.timer.object().clone(), self.timer.record().clone());
        RuleStep { round: 1, rule: self.timer.rule().clone(), object, record, verdict: Verdict::Vanished { because } }
    }
}

/// A timer that wakes its rule up.
#[derive(Debug, Clone)]
pub(super) struct Firing {
    pub(super) due: DueTimer,
    /// What the rule has fired for once it fires, unless its condition is not true.
    occasions: Occasions,
    /// Where the occasions are stored, and their revision when there were any.
    known: (Key, Option<Revision>),
    /// The timer that takes its place.
    next: Option<Timer>,
}

impl Firing {
    /// Adds what becomes of the timer: it goes, or the next one takes its place.
    pub(super) fn write(&self, set: ChangeSet, tenant: &TenantId) -> ChangeSet {
        let DueTimer { key, revision, .. } = &self.due;
        let set = set.version(key.clone(), *revision);
        match &self.next {
            None => set.delete(key.clone()),
            Some(next) => set.put(timer_put(tenant, next, revision.next())),
        }
    }

    /// Adds that the rule has fired for the occasion.
    pub(super) fn remember(&self, set: ChangeSet) -> ChangeSet {
        let (key, stored) = &self.known;
        let revision = stored.map_or(Revision::FIRST, Revision::next);
        let set = match stored {
            None => set.absent(key.clone()),
            Some(stored) => set.version(key.clone(), *stored),
        };
        set.put(Put::new(key.clone(), revision, self.occasions.to_stored(), []))
    }
}

/// What became of a due timer.
#[derive(Debug, Clone)]
pub(super) enum Fired {
    /// Somebody else has handled it.
    Gone,
    /// It was for nothing, or is due later.
    Vanished(RuleStep),
    /// The rule fired.
    Ran(Box<Outcome>),
}

impl Crm {
    /// Decides which timers are due at the context's time, the longest due first in the context's tenant.
    pub(super) fn due_timers(
        &self,
        ctx: &Context,
        limit: u32,
        facts: &Facts,
    ) -> Result<Step<Waiting<DueTimer>>, Rejected> {
        self.check_automation(ctx)?;
        let page = self.schema.limits().page;
        let mut reader = Reader::new(facts);
        let due = Waiting::read(TIMER, [until_now(ctx, TIMER_DUE)], limit, page, &mut reader, |_, key, stored| {
            let timer = Timer::from_stored(&stored.body).map_err(|_| Rejected::corrupt(key.clone()))?;
            let (current, needed) = (self.rules.version(), timer.definition_version());
            if current < needed {
                return Err(Rejected::StaleDefinition { current, needed });
            }
            Ok(Some(DueTimer { key: key.clone(), revision: stored.revision, timer }))
        });
        Ok(match due {
            None => Step::Ask(reader.into_asks()),
            Some(due) => Step::Done(ChangeSet::new(), due),
        })
    }

    /// Decides what a due timer does: in one commit with everything that follows, so it happens exactly once.
    ///
    /// The rule is asked again when the record wants to be looked at: a timer whose rule or reason is gone vanishes, one
    /// that comes too early is set anew.
    pub(super) fn decide_due(&self, ctx: &Context, due: &DueTimer, facts: &Facts) -> Result<Step<Fired>, Rejected> {
        let mut decision = Decision::new(self, ctx, facts)?;
        let version = || ChangeSet::new().version(due.key.clone(), due.revision);
        match decision.due(due) {
            Ok(Awoken::Gone) => Ok(Step::Done(ChangeSet::new(), Fired::Gone)),
            Ok(Awoken::Vanish(because)) => {
                let step = due.vanished(because.to_owned());
                Ok(Step::Done(version().delete(due.key.clone()), Fired::Vanished(step)))
            }
            Ok(Awoken::Later(timer)) => {
                let step = due.vanished(format!("it is due later, at {}", timer.due()));
                let put = timer_put(ctx.tenant(), &timer, due.revision.next());
                Ok(Step::Done(version().put(put), Fired::Vanished(step)))
            }
            // A timer fires once, whatever the seed of the tick.
            Ok(Awoken::Run(made)) => Ok(match finish(decision, *made, &Cause::of_timer(due.cause()))? {
                Step::Ask(asks) => Step::Ask(asks),
                Step::Done(set, outcome) => Step::Done(set, ran(due, outcome)),
            }),
            Err(Halt::Ask) => Ok(Step::Ask(decision.work.into_reader().into_asks())),
            Err(Halt::Rejected(rejected)) => Err(rejected),
        }
    }

    /// Decides that a timer failed: it is tried again later, and parked with its error after the last try.
    pub(super) fn decide_failed(&self, ctx: &Context, due: &DueTimer, error: &str) -> (ChangeSet, Timer) {
        let timer = due.timer.clone().failed(error, ctx.now());
        let put = timer_put(ctx.tenant(), &timer, due.revision.next());
        (ChangeSet::new().version(due.key.clone(), due.revision).put(put), timer)
    }
}

/// Returns what came of a rule that was woken up: when its condition is not true, the timer was for nothing.
fn ran(due: &DueTimer, outcome: Outcome) -> Fired {
    if outcome.trace().fired().next().is_some() {
        return Fired::Ran(Box::new(outcome));
    }
    let because = outcome.trace().steps().iter().find_map(|step| match &step.verdict {
        Verdict::NotFired { because } => Some(because.clone()),
        _ => None,
    });
    Fired::Vanished(due.vanished(because.unwrap_or_else(|| "its condition is not true".to_owned())))
}

enum Awoken {
    Gone,
    Vanish(&'static str),
    Later(Timer),
    Run(Box<Made>),
}

impl Decision<'_> {
    fn due(&mut self, fired: &DueTimer) -> Result<Awoken, Halt> {
        let timer = &fired.timer;
        let known = Occasions::id_of(timer.rule(), timer.object(), timer.record());
        let known = Key::new(self.ctx.tenant().clone(), Name::known(OCCASION), known);
        // All of it is asked for in one round.
        let stored = self.work.reader().record(&fired.key);
        let before = self.work.reader().record(&known);
        let object = self.crm.schema.object(timer.object().as_str()).map(Arc::clone);
        let record = match &object {
            Some(object) => self.work.record(object, timer.record()),
            None => Ok(None),
        };
        let (Some(stored), Some(before)) = (stored, before) else { return Err(Halt::Ask) };
        if stored.is_none_or(|stored| stored.revision != fired.revision) {
            return Ok(Awoken::Gone);
        }
        let (Some(record), Some(object)) = (record?, object) else { return Ok(Awoken::Vanish("the record is gone")) };
        let rule = self.crm.rules.rule(timer.rule().as_str()).filter(|rule| rule.object() == object.number());
        let Some(rule) = rule else { return Ok(Awoken::Vanish("the rule is gone")) };
        let (now, zone) = (self.ctx.now(), self.crm.schema.zone());
        if rule.is_over(now) {
            return Ok(Awoken::Vanish("the rule is no longer in force"));
        }
        // What the timer is about must not change while it fires.
        self.work.rely_on(&object, record.id());
        let timer_at = |at: Instant| {
            let (object, record) = (object.name().clone(), record.id().clone());
            Timer::new(rule.key().clone(), object, record, at, self.crm.rules.version())
        };
        // A yearly date is asked as of its own time: the next anniversary is another timer.
        let occasion = match due(rule, &record, timer.due().min(now), zone) {
            None => return Ok(Awoken::Vanish("the record no longer gives a reason")),
            // A timer that failed waits longer than its rule says.
            Some(due) if due.at > now => return Ok(Awoken::Later(timer_at(due.at))),
            Some(due) => due.occasion,
        };
        let later = Instant::from_millis(now.millis().saturating_add(1)).unwrap_or(Instant::MAX);
        let next = if rule.is_yearly() { due(rule, &record, later, zone).map(|due| timer_at(due.at)) } else { None };
        let occasions = before.map(|before| Occasions::from_stored(&before.body)).transpose();
        let occasions = occasions.map_err(|_| Rejected::corrupt(known.clone()))?.unwrap_or_default();
        if occasions.include(occasion) {
            return Ok(next.map_or(Awoken::Vanish("it has fired for this occasion"), Awoken::Later));
        }
        let kind = EventKind::Due(rule.key().clone());
        let event = event(kind, Some(&record), &record);
        Ok(Awoken::Run(Box::new(Made {
            command: "timer",
            id: record.id().clone(),
            object,
            events: vec![event],
            said: None,
            timer: Some(Firing {
                due: fired.clone(),
                occasions: occasions.with(occasion),
                known: (known, before.map(|before| before.revision)),
                next,
            }),
        })))
    }
}
