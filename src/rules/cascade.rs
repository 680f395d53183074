use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::assignment::{Choice, choose};
use super::effect::NewEffect;
use super::rule::{Emit, Operation, Recipient, Source};
use super::trace::{Deed, Step, Verdict};
use super::{
    Effect, EffectKey, Event, EventKind, Lack, Once, Rotations, Rule, RuleBudget, RuleSet, RunAs, Trace, Workset,
};
use crate::access::{AccessTable, RoleSet, Standing, is_sealed};
use crate::calendar::Offset;
use crate::expr::{Env, Program, Scope, Unknown};
use crate::record::{Fields, Record, entry};
use crate::value::{Id, Key, Name, Value};

/// The rules of one decision, run in rounds until nothing more happens.
///
/// In a round all conditions see the state at its start; then the rules that fire act in the order of priority and key,
/// each operation seeing what was done before it. What they changed are the events of the next round.
#[derive(Debug)]
pub struct Cascade<'a> {
    rules: &'a RuleSet,
    budget: &'a RuleBudget,
    offset: Offset,
    cause: Vec<u8>,
    explain: bool,
    caller: Option<RightsOf<'a>>,
    ran: BTreeSet<(u32, u16, Id)>,
    runs: u32,
    written: BTreeSet<(u16, Id)>,
    chain: Vec<Name>,
    effects: Vec<Effect>,
    rotations: Rotations,
    trace: Trace,
}

/// Whose rights bound the rules that run as their caller.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "rights are a table, roles and a standing and nothing else")]
pub struct RightsOf<'a> {
    /// Who may do what.
    pub table: &'a AccessTable,
    /// The roles of the caller.
    pub roles: RoleSet,
    /// His teams and the people he manages.
    pub standing: &'a Standing,
}

/// What rules did beside changing records.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Done {
    /// What the host shall do.
    pub effects: Vec<Effect>,
    /// Whose turn it is now.
    pub rotations: Rotations,
    /// Why.
    pub trace: Trace,
}

/// Why rules were stopped.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Stop {
    /// Rules would do more than the budget allows.
    #[error("rules would exceed the budget of {most} {what}: {}", chain_text(chain))]
    #[non_exhaustive]
    Budget {
        /// Rounds, runs, writes or effects.
        what: &'static str,
        /// The budget.
        most: u32,
        /// The rules that ran, in order; the last ones where there are many.
        chain: Vec<Name>,
    },
    /// A record that rules read is not what guanxi writes.
    #[error("the stored record `{0}` is corrupt")]
    Corrupt(Key),
}

fn chain_text(chain: &[Name]) -> String {
    chain.iter().map(|rule| format!("`{rule}`")).collect::<Vec<_>>().join(" → ")
}

/// What a round has done so far.
#[derive(Default)]
struct Round {
    /// The state at the start of the round of every record that was written in it.
    started: BTreeMap<(u16, Id), Option<Arc<Record>>>,
    /// Which rule wrote which field first.
    set_by: BTreeMap<(u16, Id, u16), Name>,
}

impl<'a> Cascade<'a> {
    /// Returns the rules, ready to run within `budget`; keys of effects derive from `cause`.
    pub fn new(rules: &'a RuleSet, budget: &'a RuleBudget, offset: Offset, cause: Vec<u8>) -> Self {
        Self {
            rules,
            budget,
            offset,
            cause,
            explain: false,
            caller: None,
            ran: BTreeSet::new(),
            runs: 0,
            written: BTreeSet::new(),
            chain: Vec::new(),
            effects: Vec::new(),
            rotations: Rotations::default(),
            trace: Trace::default(),
        }
    }

    /// Holds rules that run as their caller to what `caller` may do; without it they may do nothing.
    #[must_use]
    pub fn with_caller(mut self, caller: RightsOf<'a>) -> Self {
        self.caller = Some(caller);
        self
    }

    /// Also notes the rules that were looked at and did not fire, with the first clause that failed.
    #[must_use]
    pub fn explaining(mut self) -> Self {
        self.explain = true;
        self
    }

    /// Runs the rules that `events` trigger, and those that these trigger, until nothing more happens.
    ///
    /// Where the store has to be asked, it goes as far as it can without the answer; the workset then lacks something and
    /// what was done counts for nothing.
    ///
    /// # Errors
    /// [`Stop`] when the budget is exceeded or a record is corrupt.
    pub fn run(mut self, work: &mut Workset<'_>, mut events: Vec<Event>) -> Result<Done, Stop> {
        let mut round = 1;
        while !events.is_empty() {
            events = self.round(round, work, &events)?;
            if work.lacks() {
                break;
            }
            round += 1;
        }
        Ok(Done { effects: self.effects, rotations: self.rotations, trace: self.trace })
    }

    fn round(&mut self, number: u32, work: &mut Workset<'_>, events: &[Event]) -> Result<Vec<Event>, Stop> {
        let env = Env::new(work.now()).with_offset(self.offset.minutes());
        let mut candidates: Vec<(u32, usize)> = Vec::new();
        for (position, event) in events.iter().enumerate() {
            candidates.extend(self.rules.triggered(event, work.now()).into_iter().map(|rule| (rule, position)));
        }
        // Rules are numbered by priority and key.
        candidates.sort_unstable();
        let mut firing = Vec::new();
        for (number_of_rule, position) in candidates {
            let (Some(rule), Some(event)) = (self.rules.at(number_of_rule), events.get(position)) else { continue };
            if self.ran.contains(&(number_of_rule, rule.object, event.after.id().clone())) {
                continue;
            }
            match holds(rule, event, work, &env, self.explain) {
                Ok(Ok(because)) => firing.push((number_of_rule, rule, event, because)),
                Ok(Err(because)) if self.explain => self.note(number, rule, event, Verdict::NotFired { because }),
                Ok(Err(_)) => {}
                Err(Lack::Asked) => {}
                Err(Lack::Corrupt(key)) => return Err(Stop::Corrupt(key)),
            }
        }
        if !firing.is_empty() && number > self.budget.depth {
            return Err(self.exceeded("rounds", self.budget.depth, firing.first().map(|(_, rule, _, _)| &rule.key)));
        }
        let mut round = Round::default();
        for (number_of_rule, rule, event, because) in firing {
            self.runs += 1;
            self.chain.push(rule.key.clone());
            if self.runs > self.budget.runs {
                return Err(self.exceeded("runs", self.budget.runs, None));
            }
            self.ran.insert((number_of_rule, rule.object, event.after.id().clone()));
            let mut did = Vec::new();
            for (position, operation) in rule.operations.iter().enumerate() {
                match self.operate(rule, position, operation, event, work, &mut round, &env, &mut did) {
                    Ok(()) | Err(Halt::Lack(Lack::Asked)) => {}
                    Err(Halt::Lack(Lack::Corrupt(key))) => return Err(Stop::Corrupt(key)),
                    Err(Halt::Stop(stop)) => return Err(stop),
                }
            }
            self.note(number, rule, event, Verdict::Fired { because, did });
        }
        Ok(next_events(work, round))
    }

    #[expect(clippy::too_many_arguments, reason = "the state of a round is passed along, not kept")]
    fn operate(
        &mut self,
        rule: &Rule,
        position: usize,
        operation: &Operation,
        event: &Event,
        work: &mut Workset<'_>,
        round: &mut Round,
        env: &Env,
        did: &mut Vec<Deed>,
    ) -> Result<(), Halt> {
        let object = Arc::clone(event.after.object());
        let Some(record) = work.record(&object, event.after.id())? else {
            did.push(left_out("the record is gone"));
            return Ok(());
        };
        match operation {
            Operation::Set { on: None, fields } => self.set(rule, &record, &record, fields, work, round, env, did),
            Operation::Set { on: Some(reference), fields } => match work.referred(&record, *reference)? {
                Some(target) => self.set(rule, &record, &target, fields, work, round, env, did),
                None => {
                    let key = object.at(*reference).map_or("?", |field| field.key().as_str());
                    did.push(left_out(&format!("`{key}` refers to no record")));
                    Ok(())
                }
            },
            Operation::Assign(assign) => {
                if !assign.replace && record.at(assign.field).is_some() {
                    let key = object.at(assign.field).map_or("?", |field| field.key().as_str());
                    did.push(left_out(&format!("`{key}` has a value already")));
                    return Ok(());
                }
                let choice = choose(assign, &rule.key, position, &record, work, &mut self.rotations, env)?;
                let (chosen, how) = match choice {
                    Choice::Chosen { record: chosen, how } => (Some(chosen), how),
                    Choice::Nobody { because } => (None, because),
                };
                let id = match (&chosen, &assign.otherwise) {
                    (Some(chosen), _) => Some(chosen.id().clone()),
                    (None, Some(otherwise)) => self.value(otherwise, &record, work, env)?.and_then(|v| as_id(&v)),
                    (None, None) => None,
                };
                let Some(id) = id else {
                    did.push(left_out(&format!("assigned to nobody: {how}")));
                    return Ok(());
                };
                let mut values = vec![(assign.field, Some(Value::Reference(id.clone())))];
                if let Some(chosen) = &chosen {
                    values.extend(assign.copy.iter().map(|&(ours, theirs)| (ours, chosen.at(theirs).cloned())));
                }
                if chosen.is_none() && !exists(&record, assign.field, &id, work)? {
                    did.push(left_out(&format!("assigned to nobody: {how}, and there is no `{id}`")));
                    return Ok(());
                }
                self.put(rule, &record, values, work, round, &mut Vec::new())?;
                let field = object.at(assign.field).map_or_else(|| Name::known("field"), |field| field.key().clone());
                did.push(Deed::Assigned { field, to: id, how });
                Ok(())
            }
            Operation::Create { object: number, fields } => {
                self.create(rule, *number, fields, &record, work, round, env, did)
            }
            Operation::Emit(emit) => self.emit(rule, position, emit, &record, work, env, did),
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the state of a round is passed along, not kept")]
    fn set(
        &mut self,
        rule: &Rule,
        reading: &Arc<Record>,
        writing: &Arc<Record>,
        fields: &[(u16, Source)],
        work: &mut Workset<'_>,
        round: &mut Round,
        env: &Env,
        did: &mut Vec<Deed>,
    ) -> Result<(), Halt> {
        let mut values = Vec::with_capacity(fields.len());
        let mut lack = None;
        for (slot, source) in fields {
            let value = self.source(source, reading, work, env).and_then(|value| {
                let there = match value.as_ref().ok().and_then(Option::as_ref).and_then(Value::as_id) {
                    Some(id) if source.is_constant() => exists(writing, *slot, id, work)?,
                    _ => true,
                };
                Ok((value, there))
            });
            match value {
                Ok((Ok(value), true)) => values.push((*slot, value)),
                Ok((Err(unknown), _)) => {
                    let key = writing.object().at(*slot).map_or("?", |field| field.key().as_str());
                    did.push(left_out(&format!("`{key}` stays as it is: {unknown}")));
                }
                Ok((Ok(value), false)) => {
                    let id = value.as_ref().map(ToString::to_string).unwrap_or_default();
                    did.push(left_out(&format!("there is no `{id}` to refer to")));
                }
                // What the other fields lack is asked for in the same round.
                Err(Halt::Lack(Lack::Asked)) => lack = Some(Lack::Asked),
                Err(halt) => return Err(halt),
            }
        }
        if let Some(lack) = lack {
            return Err(lack.into());
        }
        self.put(rule, writing, values, work, round, did)
    }

    /// Writes values into a record; the first rule of a round to write a field keeps it.
    fn put(
        &mut self,
        rule: &Rule,
        record: &Arc<Record>,
        values: Vec<(u16, Option<Value>)>,
        work: &mut Workset<'_>,
        round: &mut Round,
        did: &mut Vec<Deed>,
    ) -> Result<(), Halt> {
        let object = Arc::clone(record.object());
        let place = (object.number(), record.id().clone());
        let mut next = work.next_state(record);
        let mut changed = false;
        for (slot, value) in values {
            let Some(field) = object.at(slot) else { continue };
            let value = match value.map(|value| entry::value_for(work.schema(), field, &value)).transpose() {
                Ok(value) => value.flatten(),
                Err(problem) => {
                    did.push(left_out(&problem.to_string()));
                    continue;
                }
            };
            if record.at(slot) == value.as_ref() {
                continue;
            }
            if value.is_none() && field.is_required() {
                did.push(left_out(&format!("`{}` is required", field.key())));
                continue;
            }
            if let Err(denied) = self.allowed(rule, record, slot) {
                did.push(left_out(&denied));
                continue;
            }
            let owner = round.set_by.entry((place.0, place.1.clone(), slot)).or_insert_with(|| rule.key.clone());
            if *owner != rule.key {
                did.push(left_out(&format!("`{}` was set by rule `{owner}` in this round", field.key())));
                continue;
            }
            next.set(slot, value);
            changed = true;
            did.push(Deed::Set {
                object: object.name().clone(),
                record: record.id().clone(),
                field: field.key().clone(),
            });
        }
        if !changed {
            return Ok(());
        }
        round.started.entry(place.clone()).or_insert_with(|| Some(Arc::clone(record)));
        self.count_write(place)?;
        work.write(next);
        Ok(())
    }

    #[expect(clippy::too_many_arguments, reason = "the state of a round is passed along, not kept")]
    fn create(
        &mut self,
        rule: &Rule,
        number: u16,
        fields: &[(u16, Source)],
        record: &Arc<Record>,
        work: &mut Workset<'_>,
        round: &mut Round,
        env: &Env,
        did: &mut Vec<Deed>,
    ) -> Result<(), Halt> {
        let Some(object) = work.schema().objects().get(usize::from(number)).map(Arc::clone) else { return Ok(()) };
        let mut given = Fields::new();
        for (slot, source) in fields {
            let value = self.source(source, record, work, env)?;
            if let (Some(field), Ok(Some(value))) = (object.at(*slot), value) {
                given.set(field.key().clone(), Some(value));
            }
        }
        let id = work.new_id();
        match entry::create(work.schema(), &object, id.clone(), &given, work.origin(), entry::Writer::Rule) {
            Err(problems) => {
                let problems: Vec<_> = problems.iter().map(ToString::to_string).collect();
                did.push(left_out(&format!("no {} created: {}", object.name(), problems.join("; "))));
            }
            Ok(made) => {
                if let Err(denied) = self.may_create(rule, &made, fields) {
                    did.push(left_out(&denied));
                    return Ok(());
                }
                self.count_write((number, id.clone()))?;
                round.started.insert((number, id.clone()), None);
                work.write(made);
                did.push(Deed::Created { object: object.name().clone(), record: id });
            }
        }
        Ok(())
    }

    #[expect(clippy::too_many_arguments, reason = "the state of a round is passed along, not kept")]
    fn emit(
        &mut self,
        rule: &Rule,
        position: usize,
        emit: &Emit,
        record: &Arc<Record>,
        work: &mut Workset<'_>,
        env: &Env,
        did: &mut Vec<Deed>,
    ) -> Result<(), Halt> {
        let mut to: Vec<String> = match &emit.to {
            Recipient::Role(role) => vec![format!("role:{role}")],
            Recipient::Program(program) => match self.value(program, record, work, env)? {
                None => {
                    did.push(left_out(&format!("no {}: nobody to send it to", emit.kind)));
                    return Ok(());
                }
                Some(Value::List(items)) => items.iter().map(ToString::to_string).collect(),
                Some(value) => vec![value.to_string()],
            },
        };
        // Whoever is named twice is told once: the key of an effect is that of its recipient.
        let mut known = BTreeSet::new();
        to.retain(|to| known.insert(to.clone()));
        let slots: Vec<_> = emit.title.slots().into_iter().chain(emit.body.slots()).collect();
        let row = work.row_with(&slots, record)?;
        let (title, body) = (emit.title.render(&row), emit.body.render(&row));
        let most = usize::try_from(self.budget.effects).unwrap_or(usize::MAX);
        if self.effects.len().saturating_add(to.len()) > most {
            return Err(Halt::Stop(self.exceeded("effects", self.budget.effects, None)));
        }
        for to in to {
            let key = Id::of_parts(&[
                b"effect",
                &self.cause,
                rule.key.as_str().as_bytes(),
                &position.to_be_bytes(),
                record.id().to_string().as_bytes(),
                to.as_bytes(),
            ]);
            did.push(Deed::Emitted { kind: emit.kind.clone(), to: to.clone() });
            self.effects.push(Effect::new(
                EffectKey::new(key),
                NewEffect {
                    kind: emit.kind.clone(),
                    to: to.into(),
                    title: title.clone(),
                    body: body.clone(),
                    priority: emit.priority,
                    rule: rule.key.clone(),
                    object: record.object().name().clone(),
                    record: record.id().clone(),
                    at: work.now(),
                },
            ));
        }
        Ok(())
    }

    /// Returns the value to write, no value to clear the field, or why nothing is known.
    fn source(
        &self,
        source: &Source,
        record: &Arc<Record>,
        work: &mut Workset<'_>,
        env: &Env,
    ) -> Result<Result<Option<Value>, Unknown>, Halt> {
        match source {
            Source::Clear => Ok(Ok(None)),
            Source::Program(program) => {
                let row = work.row(program, record)?;
                Ok(program.value(Scope::new(&row, env)).map(Some))
            }
            Source::Template(template) => {
                let row = work.row_with(&template.slots(), record)?;
                Ok(Ok(Some(Value::text(&template.render(&row)))))
            }
        }
    }

    /// Returns the value of an expression; an unknown one is no value.
    fn value(
        &self,
        program: &Program,
        record: &Arc<Record>,
        work: &mut Workset<'_>,
        env: &Env,
    ) -> Result<Option<Value>, Halt> {
        let row = work.row(program, record)?;
        Ok(program.value(Scope::new(&row, env)).ok())
    }

    fn may_create(&self, rule: &Rule, made: &Record, fields: &[(u16, Source)]) -> Result<(), String> {
        if rule.run_as == RunAs::Author {
            return Ok(());
        }
        let Some(RightsOf { table, roles, standing }) = self.caller else { return Err("nobody to run as".into()) };
        let slots: Vec<u16> = fields.iter().map(|(slot, _)| *slot).collect();
        let relations = standing.relations_to(made);
        table.may_create(roles, made.object(), relations, &slots).map_err(|denied| denied.to_string())
    }

    /// Checks that a rule that runs as its caller does nothing that the caller could not do himself.
    fn allowed(&self, rule: &Rule, record: &Record, slot: u16) -> Result<(), String> {
        if rule.run_as == RunAs::Author {
            return Ok(());
        }
        let Some(RightsOf { table, roles, standing }) = self.caller else { return Err("nobody to run as".into()) };
        let (relations, sealed) = (standing.relations_to(record), is_sealed(record));
        table.may_edit(roles, record.object(), relations, sealed, &[slot]).map_err(|denied| denied.to_string())
    }

    fn count_write(&mut self, place: (u16, Id)) -> Result<(), Halt> {
        self.written.insert(place);
        if self.written.len() > usize::try_from(self.budget.writes).unwrap_or(usize::MAX) {
            return Err(Halt::Stop(self.exceeded("writes", self.budget.writes, None)));
        }
        Ok(())
    }

    fn exceeded(&self, what: &'static str, most: u32, next: Option<&Name>) -> Stop {
        let shown = 12;
        let chain: Vec<_> = self.chain.iter().chain(next).cloned().collect();
        let chain = chain.get(chain.len().saturating_sub(shown)..).unwrap_or_default().to_vec();
        Stop::Budget { what, most, chain }
    }

    fn note(&mut self, round: u32, rule: &Rule, event: &Event, verdict: Verdict) {
        let (object, record) = (event.after.object().name().clone(), event.after.id().clone());
        self.trace.push(Step { round, rule: rule.key.clone(), object, record, verdict });
    }
}

/// Returns whether a rule fires for an event: `Ok` with what makes it true, `Err` with what fails.
fn holds(
    rule: &Rule,
    event: &Event,
    work: &mut Workset<'_>,
    env: &Env,
    explain: bool,
) -> Result<Result<String, String>, Lack> {
    let Some(when) = &rule.when else { return Ok(Ok(String::new())) };
    let row = work.row(when, &event.after)?;
    work.rely_on_row(&row);
    let old = event.before.as_ref().map(|before| work.row_before(&row, before)).transpose()?;
    let scope = Scope::new(&row, env);
    let scope = old.as_ref().map_or(scope, |old| scope.with_old(old));
    if !when.test(scope).is_true() {
        return Ok(Err(if explain { when.explain(scope).to_string() } else { String::new() }));
    }
    let listens_to_change = matches!(event.kind, EventKind::Updated);
    if let (Once::NewlyTrue, true, Some(old)) = (rule.once, listens_to_change, &old) {
        if when.test(Scope::new(old, env)).is_true() {
            return Ok(Err("it was true before".into()));
        }
    }
    Ok(Ok(when.explain(scope).to_string()))
}

/// Returns what changed in a round as the events of the next.
fn next_events(work: &mut Workset<'_>, round: Round) -> Vec<Event> {
    let mut events = Vec::new();
    for ((object, id), before) in round.started {
        let Some(object) = work.schema().objects().get(usize::from(object)).map(Arc::clone) else { continue };
        // It was written in this round, so it is there.
        if let Ok(Some(after)) = work.record(&object, &id) {
            let kind = if before.is_some() { EventKind::Updated } else { EventKind::Created };
            events.push(Event { kind, before, after });
        }
    }
    events
}

/// Returns whether the record that the field at `slot` would refer to is there.
fn exists(record: &Record, slot: u16, id: &Id, work: &mut Workset<'_>) -> Result<bool, Lack> {
    let target = record.object().at(slot).and_then(|field| field.target());
    let Some(target) = target.and_then(|name| work.schema().object(name.as_str())).map(Arc::clone) else {
        return Ok(false);
    };
    Ok(work.record(&target, id)?.is_some_and(|found| !found.is_deleted()))
}

fn as_id(value: &Value) -> Option<Id> {
    match value {
        Value::Reference(id) => Some(id.clone()),
        other => other.as_str().and_then(|text| Id::new(text).ok()),
    }
}

fn left_out(because: &str) -> Deed {
    Deed::LeftOut { because: because.to_owned() }
}

/// Why an operation could not be finished.
enum Halt {
    Lack(Lack),
    Stop(Stop),
}

impl From<Lack> for Halt {
    fn from(lack: Lack) -> Self {
        Self::Lack(lack)
    }
}
