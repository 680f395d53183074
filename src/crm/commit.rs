use std::collections::BTreeSet;
use std::sync::Arc;

use super::audit::audit_put;
use super::command::Comment;
use super::comments::comment_put;
use super::decision::{Decision, Halt};
use super::outbox::effect_put;
use super::outcome::{EffectView, TimerView};
use super::terms::terms;
use super::timers::timer_put;
use super::{Outcome, Rejected, Step};
use crate::access::{Action, is_sealed, project_change};
use crate::record::Change;
use crate::rules::{
    CURSOR, Cascade, Done, Event, RightsOf, Step as RuleStep, Timer, TimerChange, Trace, Verdict, timer_changes,
};
use crate::schema::{Hop, Object};
use crate::store::{ChangeSet, Put};
use crate::value::{Id, Key, Name, Revision, Value};

/// What a command does before any rule answers.
pub(super) struct Made {
    pub(super) command: &'static str,
    pub(super) object: Arc<Object>,
    pub(super) id: Id,
    pub(super) events: Vec<Event>,
    pub(super) comment: Option<Comment>,
    pub(super) restored: bool,
    /// The timer that fired, with the revision that it must still have.
    pub(super) timer: Option<(Key, Revision)>,
    /// The timer that takes its place.
    pub(super) next: Option<Timer>,
}

/// Runs the rules and turns everything into one change set, or asks for what is missing.
pub(super) fn finish(mut decision: Decision<'_>, made: Made) -> Result<Step<Outcome>, Rejected> {
    let (crm, ctx) = (decision.crm, decision.ctx);
    let mut cause = match &made.timer {
        // A timer fires once, whatever the seed of the tick.
        Some((key, revision)) => format!("{key}@{revision}").into_bytes(),
        None => ctx.now().millis().to_be_bytes().to_vec(),
    };
    if made.timer.is_none() {
        cause.extend(ctx.seed().to_be_bytes());
    }
    let offset = crm.schema.settings().utc_offset;
    let caller = RightsOf { table: &crm.access, roles: decision.caller.roles, standing: &decision.caller.standing };
    let mut cascade = Cascade::new(&crm.rules, &crm.budget, offset, cause).with_caller(caller);
    if ctx.explains() {
        cascade = cascade.explaining();
    }
    let done = cascade.run(&mut decision.work, made.events.clone())?;
    let changes = decision.work.changes();
    let checked = decision.check_integrity(&changes, made.restored);
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
        timers.extend(timer_changes(&crm.rules, change, ctx.now(), offset).into_iter().map(|timer| (timer, change)));
    }
    let set = change_set(&decision, &made, &changes, &timers, &done);
    let outcome = outcome(&mut decision, &made.object, &made.id, made.command, &changes, &timers, done)?;
    Ok(Step::Done(set, outcome))
}

fn change_set(
    decision: &Decision<'_>,
    made: &Made,
    changes: &[Change],
    timers: &[(TimerChange, &Change)],
    done: &Done,
) -> ChangeSet {
    let (ctx, tenant) = (decision.ctx, decision.ctx.tenant());
    let mut set = ChangeSet::new();
    if let Some((key, revision)) = &made.timer {
        set = set.version(key.clone(), *revision).delete(key.clone());
        if let Some(next) = &made.next {
            set = set.put(timer_put(tenant, next, revision.next()));
        }
    }
    let mut written = BTreeSet::new();
    for change in changes {
        let record = change.after();
        let key = decision.work.key(record.object().name(), record.id());
        set = match change.before() {
            None => set.absent(key.clone()),
            Some(before) => set.version(key.clone(), before.revision()),
        };
        written.insert(key.clone());
        set = set.put(Put::new(key, record.revision(), record.to_stored(), terms(record)));
        set = set.put(audit_put(tenant, change, decision.work.origin(), made.command));
    }
    for record in decision.work.relied_on() {
        let key = decision.work.key(record.object().name(), record.id());
        if !written.contains(&key) {
            set = set.version(key, record.revision());
        }
    }
    // A command that changes nothing relies on nothing.
    if !changes.is_empty() {
        for (range, digest) in &decision.same {
            set = set.same(range.clone(), *digest);
        }
    }
    for (timer, change) in timers {
        set = match timer {
            // The timer has the revision of the record that it follows from: a later one never looks like an earlier one.
            TimerChange::Schedule(timer) => set.put(timer_put(tenant, timer, change.after().revision())),
            TimerChange::Cancel(id) => {
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
        set = set.put(effect_put(tenant, effect));
    }
    if let Some(comment) = &made.comment {
        set = set.put(comment_put(tenant, ctx, decision.work.origin(), comment));
    }
    set
}

fn outcome(
    decision: &mut Decision<'_>,
    object: &Arc<Object>,
    id: &Id,
    command: &'static str,
    changes: &[Change],
    timers: &[(TimerChange, &Change)],
    done: Done,
) -> Result<Outcome, Rejected> {
    let crm = decision.crm;
    let record = decision.work.record(object, id).ok().flatten();
    let view = record.as_ref().and_then(|record| decision.see(record));
    let (roles, standing) = (decision.caller.roles, decision.caller.standing.clone());
    let visible = changes.iter().filter_map(|c| project_change(&crm.access, roles, &standing, c.after(), c)).collect();
    let mut effects = Vec::with_capacity(done.effects.len());
    for effect in &done.effects {
        let readable = readable(decision, effect.rule(), effect.object(), effect.record());
        effects.push(EffectView::new(effect, readable));
    }
    let mut trace = Trace::default();
    for step in done.trace.steps() {
        let readable = readable(decision, &step.rule, &step.object, &step.record);
        trace.push(if readable { step.clone() } else { hidden(step) });
    }
    let timers = timers.iter().map(|(timer, change)| match timer {
        TimerChange::Schedule(timer) => {
            TimerView { rule: timer.rule().clone(), record: timer.record().clone(), due: Some(timer.due()) }
        }
        TimerChange::Cancel(id) => {
            let object = change.after().object();
            let rules = crm.rules.rules().iter().filter(|rule| rule.object() == object.number());
            let is_timer =
                |rule: &&crate::rules::Rule| Timer::id_of(rule.key(), object.name(), change.after().id()) == *id;
            let rule =
                rules.into_iter().find(is_timer).map_or_else(|| object.name().clone(), |rule| rule.key().clone());
            TimerView { rule, record: change.after().id().clone(), due: None }
        }
    });
    Ok(Outcome {
        command,
        object: object.name().clone(),
        id: id.clone(),
        revision: view.as_ref().map(|view| view.revision()),
        record: view,
        changes: visible,
        effects,
        timers: timers.collect(),
        trace,
        fetches: 0,
        tries: 1,
    })
}

/// Returns whether the caller may view everything that a rule reads of a record: only then may he see why it fired.
fn readable(decision: &mut Decision<'_>, rule: &Name, object: &Name, record: &Id) -> bool {
    if decision.caller.roles.is_system() {
        return true;
    }
    let crm = decision.crm;
    let Some(object) = crm.schema.object(object.as_str()).map(Arc::clone) else { return false };
    let Ok(Some(record)) = decision.work.record(&object, record) else { return false };
    let (roles, standing) = (decision.caller.roles, decision.caller.standing.clone());
    let classes = |record: &crate::record::Record| {
        let relations = standing.relations_to(record);
        crm.access.classes(roles, record.object().number(), Action::View, relations, is_sealed(record))
    };
    let own = classes(&record);
    let Some(rule) = crm.rules.rule(rule.as_str()) else { return false };
    rule.reads().iter().all(|&slot| match Hop::of(slot) {
        None => u16::try_from(slot.number())
            .ok()
            .and_then(|slot| object.at(slot))
            .is_some_and(|field| own.contains(field.class())),
        Some(hop) => {
            let reference = object.at(hop.reference).filter(|field| own.contains(field.class()));
            let target = reference.and_then(|field| crm.schema.object(field.target()?.as_str()).map(Arc::clone));
            match (target, record.at(hop.reference)) {
                // It refers to nothing, so nothing of another record was read.
                (Some(_), None) => true,
                (Some(target), Some(Value::Reference(id))) => {
                    let field = target.at(hop.field).map(|field| field.class());
                    let there = decision.work.record(&target, id);
                    // Who stands how to the target is only known as far as the decision needed it: rather too little.
                    there.ok().flatten().is_some_and(|there| field.is_some_and(|class| classes(&there).contains(class)))
                }
                _ => false,
            }
        }
    })
}

/// Returns a step without what it saw.
fn hidden(step: &RuleStep) -> RuleStep {
    let because = String::from("hidden");
    let verdict = match &step.verdict {
        Verdict::Fired { .. } => Verdict::Fired { because, did: Vec::new() },
        Verdict::NotFired { .. } => Verdict::NotFired { because },
        Verdict::Vanished { .. } => Verdict::Vanished { because },
    };
    RuleStep { verdict, ..step.clone() }
}
