use std::sync::Arc;

use super::audit::{AUDIT, audit_put};
use super::cause::Cause;
use super::command::Happening;
use super::decision::{Decision, Halt};
use super::outbox::{effect_key, effect_put};
use super::outcome::{Did, EffectView, TimerView};
use super::said::Said;
use super::sees::sees_slots;
use super::stages::moved;
use super::terms::terms;
use super::timers::{Firing, first_revision, timer_put};
use super::{Crm, Outcome, Rejected, Step};
use crate::access::project_change;
use crate::expr::nearest::nearest;
use crate::record::{Change, Record};
use crate::rules::{
    CURSOR, Cascade, Deed, Done, Event, EventKind, RightsOf, Step as RuleStep, Stop, TimerChange, Trace, Verdict,
    timer_changes,
};
use crate::schema::Object;
use crate::store::{ChangeSet, Put};
use crate::value::{Id, Key, Name, Revision};

/// What a command does before any rule answers.
pub(super) struct Made {
    pub(super) command: &'static str,
    pub(super) object: Arc<Object>,
    pub(super) id: Id,
    pub(super) events: Vec<Event>,
    pub(super) said: Option<Said>,
    /// The timer that woke up.
    pub(super) timer: Option<Firing>,
}

/// Runs the rules and turns everything into one change set, or asks for what is missing.
pub(super) fn finish(mut decision: Decision<'_>, made: Made, cause: &Cause<'_>) -> Result<Step<Outcome>, Rejected> {
    let (crm, ctx) = (decision.crm, decision.ctx);
    let zone = crm.schema.zone();
    let caller = RightsOf { table: &crm.access, roles: decision.caller.roles, standing: &decision.caller.standing };
    let mut cascade = Cascade::new(&crm.rules, &crm.budget, cause.bytes()).with_caller(caller);
    if ctx.explains() {
        cascade = cascade.explaining();
    }
    let done = match cascade.run(&mut decision.work, made.events.clone()) {
        Ok(done) => done,
        // What is missing was taken to be there, so it may have looked like more than the budget allows.
        Err(Stop::Budget { .. }) if decision.work.lacks() => {
            return Ok(Step::Ask(decision.work.into_reader().into_asks()));
        }
        Err(stop) => return Err(stop.into()),
    };
    let changes = decision.work.settle();
    let is_new = |change: &&Change| change.is_creation();
    let mut new = changes.iter().filter(is_new).map(|change| (change.after().object(), change.after().id()));
    if new.any(|(object, id)| decision.is_there(&decision.work.key(object.name(), id))) {
        return Err(Rejected::used_context("command"));
    }
    let checked = decision.check_integrity(&changes);
    if decision.work.lacks() {
        return Ok(Step::Ask(decision.work.into_reader().into_asks()));
    }
    match checked {
        Ok(()) => {}
        Err(Halt::Rejected(rejected)) => return Err(rejected),
        Err(Halt::Ask) => return Ok(Step::Ask(decision.work.into_reader().into_asks())),
    }
    let mut timers = Vec::new();
    for change in &changes {
        timers.extend(timer_changes(&crm.rules, change, ctx.now(), zone).into_iter().map(|timer| (timer, change)));
    }
    // What came to nothing but effects is known by these when it is run again.
    if done.effects.iter().any(|effect| decision.is_there(&effect_key(ctx.tenant(), effect.key()))) {
        let record = decision.work.record(&made.object, &made.id).ok().flatten();
        return Ok(Step::Done(ChangeSet::new(), decision.as_it_is(made.command, &made.object, &made.id, record)));
    }
    let set = change_set(&decision, &made, cause, &changes, &timers, &done);
    let outcome = outcome(&mut decision, &made, &changes, &timers, done)?;
    Ok(Step::Done(set, outcome))
}

fn change_set(
    decision: &Decision<'_>,
    made: &Made,
    cause: &Cause<'_>,
    changes: &[Change],
    timers: &[(TimerChange, &Change)],
    done: &Done,
) -> ChangeSet {
    let tenant = decision.ctx.tenant();
    let mut set = ChangeSet::with_room(2 * changes.len() + decision.same.len(), 2 * changes.len());
    if let Some(firing) = &made.timer {
        set = firing.write(set, tenant);
        if done.trace.fired().next().is_some() {
            set = firing.remember(set);
        }
    }
    let words = if changes.is_empty() { 0 } else { cause.words() };
    // The record that the command is about comes first: its entry is what tells that the command was done.
    let main = (made.object.number(), &made.id);
    let is_main = |change: &&Change| (change.after().object().number(), change.after().id()) == main;
    let others = changes.iter().filter(|change| !is_main(change));
    for (n, change) in (0..).zip(changes.iter().filter(is_main).chain(others)) {
        let record = change.after();
        let key = decision.work.key(record.object().name(), record.id());
        set = match change.before() {
            None => set.absent(key.clone()),
            Some(before) => set.version(key.clone(), before.revision()),
        };
        set = set.put(Put::new(key, record.revision(), record.to_stored(), terms(record)));
        let entry = cause.key(tenant, AUDIT, n);
        if n == 0 {
            set = set.absent(entry.clone());
        }
        let moved = moved(decision.crm, change);
        set = set.put(audit_put(entry, change, moved.as_ref(), decision.work.origin(), made.command, words));
    }
    for record in decision.work.relied_on() {
        let place = (record.object().number(), record.id());
        if changes.iter().all(|change| (change.after().object().number(), change.after().id()) != place) {
            set = set.version(decision.work.key(record.object().name(), record.id()), record.revision());
        }
    }
    // What does nothing relies on nothing.
    if !changes.is_empty() || !done.effects.is_empty() || made.timer.is_some() {
        for (range, digest) in &decision.same {
            set = set.same(range.clone(), *digest);
        }
        for (range, digest) in decision.work.relied_ranges() {
            set = set.same(range.clone(), *digest);
        }
    }
    for (timer, change) in timers {
        set = match timer {
            TimerChange::Schedule(timer) => {
                set.put(timer_put(tenant, timer, first_revision(change.after().revision())))
            }
            TimerChange::Cancel { id, .. } => {
                set.delete(Key::new(tenant.clone(), Name::known(super::timers::TIMER), id.clone()))
            }
        };
    }
    for (stored, cursor) in done.rotations.moved() {
        let key = Key::new(tenant.clone(), Name::known(CURSOR), cursor.id().clone());
        set = match stored {
            None => set.absent(key.clone()),
            Some(revision) => set.version(key.clone(), revision),
        };
        let revision = stored.map_or(Revision::FIRST, Revision::next);
        set = set.put(Put::new(key, revision, cursor.to_stored(), []));
    }
    for effect in &done.effects {
        let put = effect_put(tenant, effect);
        // An effect that was settled must not wait again.
        set = set.absent(put.key().clone()).put(put);
    }
    match made.said.as_ref().map(|said| said.put(tenant, decision.work.origin(), cause)) {
        Some(put) => set.absent(put.key().clone()).put(put),
        None => set,
    }
}

fn outcome(
    decision: &mut Decision<'_>,
    made: &Made,
    changes: &[Change],
    timers: &[(TimerChange, &Change)],
    done: Done,
) -> Result<Outcome, Rejected> {
    let crm = decision.crm;
    let record = decision.work.record(&made.object, &made.id).ok().flatten();
    let (roles, standing) = (decision.caller.roles, decision.caller.standing.clone());
    let visible = changes.iter().filter_map(|c| project_change(&crm.access, roles, &standing, c.after(), c)).collect();
    // Whether a rule fired tells what stands in the fields that it reads: who may not read them is not told of it.
    let mut effects = Vec::with_capacity(done.effects.len());
    for effect in &done.effects {
        if readable(decision, effect.rule(), effect.object(), effect.record()) {
            effects.push(EffectView::new(effect));
        }
    }
    let mut trace = Trace::default();
    for step in done.trace.steps() {
        if readable(decision, &step.rule, &step.object, &step.record) {
            trace.push(visible_step(decision, step));
        }
    }
    // When a rule wakes up tells what stands in the fields that it reads.
    let mut seen_timers = Vec::with_capacity(timers.len());
    for (timer, change) in timers {
        let record = change.after();
        let (rule, due) = match timer {
            TimerChange::Schedule(timer) => (timer.rule(), Some(timer.due())),
            TimerChange::Cancel { rule, .. } => (rule, None),
        };
        if readable(decision, rule, record.object().name(), record.id()) {
            seen_timers.push(TimerView { rule: rule.clone(), record: record.id().clone(), due });
        }
    }
    let main = (made.object.number(), &made.id);
    let of_main = |record: &Record| (record.object().number(), record.id()) == main;
    let did = match changes.iter().find(|change| of_main(change.after())) {
        Some(change) if change.is_creation() => Did::Created,
        Some(_) => Did::Updated,
        None => Did::Nothing,
    };
    let also_created = made.events.iter().filter(|event| event.kind == EventKind::Created && !of_main(&event.after));
    let related_created = also_created.count() as u64;
    let outcome = decision.as_it_is(made.command, &made.object, &made.id, record);
    let unanswered = unanswered(crm, made);
    Ok(Outcome { changes: visible, effects, timers: seen_timers, trace, unanswered, did, related_created, ..outcome })
}

/// Returns that no rule answers the event that the host told of. That follows from the definition alone, so it tells nothing
/// of records.
fn unanswered(crm: &Crm, made: &Made) -> Option<String> {
    let Some(Said::Event(Happening { name, object, .. })) = &made.said else { return None };
    let mut answered = crm.rules.events(made.object.number());
    if answered.any(|answered| answered == name) {
        return None;
    }
    let known = crm.rules.events(made.object.number()).map(Name::as_str);
    let hint = nearest(name.as_str(), known).map(|near| format!("; did you mean `{near}`?"));
    Some(format!("no rule of `{object}` answers `{name}`{}", hint.unwrap_or_default()))
}

/// Returns whether the caller may view everything that a rule reads of a record: only then may he see why it fired.
fn readable(decision: &mut Decision<'_>, rule: &Name, object: &Name, record: &Id) -> bool {
    if decision.caller.roles.is_system() {
        return true;
    }
    let Some((_, record)) = object_and_record(decision, object, record) else { return false };
    let Some(rule) = decision.crm.rules.rule(rule.as_str()) else { return false };
    !rule.reads_related() && sees_slots(decision, &record, rule.reads())
}

fn object_and_record(decision: &mut Decision<'_>, object: &Name, record: &Id) -> Option<(Arc<Object>, Arc<Record>)> {
    let object = decision.crm.schema.object(object.as_str()).map(Arc::clone)?;
    let record = decision.work.record(&object, record).ok().flatten()?;
    Some((object, record))
}

/// Returns a step with what its rule did, as far as the caller may see what was written.
fn visible_step(decision: &mut Decision<'_>, step: &RuleStep) -> RuleStep {
    let Verdict::Fired { because, did } = &step.verdict else { return step.clone() };
    let did = did.iter().filter(|deed| match deed {
        Deed::Assigned { field, .. } => sees(decision, &step.object, &step.record, Some(field)),
        Deed::Created { object, record } => sees(decision, object, record, None),
        Deed::Set { object, record, field } => sees(decision, object, record, Some(field)),
        Deed::Emitted { .. } | Deed::LeftOut { .. } => true,
    });
    let did = did.cloned().collect();
    RuleStep { verdict: Verdict::Fired { because: because.clone(), did }, ..step.clone() }
}

/// Returns whether the caller may see a record, and a field of it.
fn sees(decision: &mut Decision<'_>, object: &Name, record: &Id, field: Option<&Name>) -> bool {
    let Some((_, record)) = object_and_record(decision, object, record) else { return false };
    let view = decision.see(&record);
    view.is_some_and(|view| field.is_none_or(|field| view.shows(field.as_str())))
}
