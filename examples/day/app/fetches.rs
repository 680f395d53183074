//! How often commands ask the store.

use std::collections::BTreeMap;

use guanxi::{Command, Outcome};

/// How many commands needed how many rounds of asking.
#[derive(Debug, Default)]
pub struct Fetches {
    /// By number of rounds: which commands, and how often.
    by_rounds: BTreeMap<u32, BTreeMap<String, u32>>,
}

impl Fetches {
    /// Counts a command that was done.
    pub fn note(&mut self, command: &Command, outcome: &Outcome) {
        let what = format!("{} {}", command.kind(), command.object());
        *self.by_rounds.entry(outcome.fetches()).or_default().entry(what).or_default() += 1;
    }

    /// Returns how many commands were counted.
    pub fn commands(&self) -> u32 {
        self.by_rounds.values().flat_map(BTreeMap::values).sum()
    }

    /// Returns how many commands needed at most `rounds`.
    pub fn at_most(&self, rounds: u32) -> u32 {
        self.by_rounds.range(..=rounds).flat_map(|(_, commands)| commands.values()).sum()
    }

    /// Returns the numbers of rounds that occurred, each with the commands that needed it.
    pub fn rounds(&self) -> impl Iterator<Item = (u32, &BTreeMap<String, u32>)> {
        self.by_rounds.iter().map(|(rounds, commands)| (*rounds, commands))
    }
}
