use std::collections::BTreeSet;

use super::acting::Acting;
use super::round::Round;
use super::tally::Tally;
use super::trace::{Step, Verdict};
use super::{Effect, Event, EventKind, Lack, Once, Rotations, Rule, RuleBudget, RuleSet, Stop, Trace, Workset};
use crate::access::{AccessTable, RoleSet, Standing};
use crate::expr::{Env, Scope};
use crate::value::Id;

/// The rules of one decision, run in rounds until nothing more happens.
///
/// In a round all conditions see the state at its start; then the rules that fire act in the order of priority and key,
/// each operation seeing what was done before it. What they changed are the events of the next round.
#[derive(Debug)]
pub struct Cascade<'a> {
    rules: &'a RuleSet,
    cause: &'a [u8],
    explain: bool,
    caller: Option<RightsOf<'a>>,
    ran: BTreeSet<(u32, u16, Id)>,
    tally: Tally,
    trace: Trace,
}

/// Whose rights bound the rules that run as their caller, beside those of the authors whose rules caused them: nobody gets
/// more done through a rule than he could do himself, be it that the host's own automation ticks.
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

impl<'a> Cascade<'a> {
    /// Returns the rules, ready to run within `budget`; keys of effects derive from `cause`.
    pub fn new(rules: &'a RuleSet, budget: &'a RuleBudget, cause: &'a [u8]) -> Self {
        let (ran, tally, trace) = (BTreeSet::new(), Tally::new(budget.clone()), Trace::default());
        Self { rules, cause, explain: false, caller: None, ran, tally, trace }
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
        let mut number = 1;
        while !events.is_empty() {
            events = self.round(number, work, &events)?;
            if work.lacks() {
                break;
            }
            number += 1;
        }
        let (effects, rotations) = self.tally.into_parts();
        Ok(Done { effects, rotations, trace: self.trace })
    }

    fn round(&mut self, number: u32, work: &mut Workset<'_>, events: &[Event]) -> Result<Vec<Event>, Stop> {
        let env = work.schema().env(work.now());
        let firing = self.firing(number, work, events, &env)?;
        if let Some(first) = firing.first() {
            self.tally.check_round(number, &first.rule.key)?;
        }
        let mut round = Round::default();
        for Firing { number: number_of_rule, rule, event, because } in firing {
            self.tally.count_run(&rule.key)?;
            self.ran.insert((number_of_rule, rule.object, event.after.id().clone()));
            let acting = Acting {
                rule,
                object: event.after.object(),
                id: event.after.id(),
                work,
                round: &mut round,
                tally: &mut self.tally,
                caller: self.caller,
                authors: &event.authors,
                cause: self.cause,
                env: &env,
                did: Vec::new(),
            };
            let did = acting.act()?;
            self.note(number, rule, event, Verdict::Fired { because, did });
        }
        Ok(round.into_events(work))
    }

    /// Returns the rules whose conditions hold at the start of a round, in the order of priority and key.
    fn firing<'e>(
        &mut self,
        number: u32,
        work: &mut Workset<'_>,
        events: &'e [Event],
        env: &Env,
    ) -> Result<Vec<Firing<'a, 'e>>, Stop> {
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
            // Why a timer woke up for nothing is always told.
            let explain = self.explain || matches!(event.kind, EventKind::Due(_));
            match holds(rule, event, work, env, explain) {
                Ok(Ok(because)) => firing.push(Firing { number: number_of_rule, rule, event, because }),
                Ok(Err(because)) if explain => self.note(number, rule, event, Verdict::NotFired { because }),
                Ok(Err(_)) => {}
                Err(Lack::Asked) => {}
                Err(Lack::Corrupt(key)) => return Err(Stop::Corrupt(key)),
            }
        }
        Ok(firing)
    }

    fn note(&mut self, round: u32, rule: &Rule, event: &Event, verdict: Verdict) {
        let (object, record) = (event.after.object().name().clone(), event.after.id().clone());
        self.trace.push(Step { round, rule: rule.key.clone(), object, record, verdict });
    }
}

/// A rule whose condition holds for an event, and why.
struct Firing<'a, 'e> {
    number: u32,
    rule: &'a Rule,
    event: &'e Event,
    because: String,
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
