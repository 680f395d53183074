use std::collections::BTreeSet;

use super::{Effect, Rotations, RuleBudget, Stop};
use crate::value::{Id, Name};

/// What the rules of one decision have done so far, counted against their budget.
#[derive(Debug)]
pub(super) struct Tally {
    budget: RuleBudget,
    runs: u32,
    chain: Vec<Name>,
    written: BTreeSet<(u16, Id)>,
    effects: Vec<Effect>,
    pub(super) rotations: Rotations,
}

impl Tally {
    pub(super) fn new(budget: RuleBudget) -> Self {
        let (written, rotations) = (BTreeSet::new(), Rotations::default());
        Self { budget, runs: 0, chain: Vec::new(), written, effects: Vec::new(), rotations }
    }

    /// Refuses a round that is one too many, in which `next` would be the first rule to fire.
    pub(super) fn check_round(&self, number: u32, next: &Name) -> Result<(), Stop> {
        if number > self.budget.depth {
            return Err(self.exceeded("rounds", self.budget.depth, Some(next)));
        }
        Ok(())
    }

    pub(super) fn count_run(&mut self, rule: &Name) -> Result<(), Stop> {
        self.runs += 1;
        self.chain.push(rule.clone());
        if self.runs > self.budget.runs {
            return Err(self.exceeded("runs", self.budget.runs, None));
        }
        Ok(())
    }

    pub(super) fn count_write(&mut self, place: (u16, Id)) -> Result<(), Stop> {
        self.written.insert(place);
        if self.written.len() > usize::try_from(self.budget.writes).unwrap_or(usize::MAX) {
            return Err(self.exceeded("writes", self.budget.writes, None));
        }
        Ok(())
    }

    /// Refuses `more` effects when they are too many.
    pub(super) fn check_effects(&self, more: usize) -> Result<(), Stop> {
        let most = usize::try_from(self.budget.effects).unwrap_or(usize::MAX);
        if self.effects.len().saturating_add(more) > most {
            return Err(self.exceeded("effects", self.budget.effects, None));
        }
        Ok(())
    }

    /// Returns how many effects were emitted so far.
    pub(super) fn emitted(&self) -> u32 {
        u32::try_from(self.effects.len()).unwrap_or(u32::MAX)
    }

    pub(super) fn emit(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    pub(super) fn into_parts(self) -> (Vec<Effect>, Rotations) {
        (self.effects, self.rotations)
    }

    fn exceeded(&self, what: &'static str, most: u32, next: Option<&Name>) -> Stop {
        let shown = 12;
        let chain: Vec<_> = self.chain.iter().chain(next).cloned().collect();
        let chain = chain.get(chain.len().saturating_sub(shown)..).unwrap_or_default().to_vec();
        Stop::Budget { what, most, chain }
    }
}
