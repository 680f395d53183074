use std::collections::BTreeMap;
use std::fmt::Write as _;

use guanxi::store::{Asks, ChangeSet, CommitError, Facts, MemoryStore, Put, Store, Write};
use guanxi::value::Key;

use crate::dice::Dice;

/// What goes wrong at one call.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Fault {
    /// The call fails and nothing happens.
    Fail,
    /// The same, and the host's process ends with it.
    Crash,
    /// What is committed is committed, but the answer never comes.
    LoseAnswer,
    /// The host gives up waiting; what it wanted to commit arrives this many calls later.
    Late(u64),
}

/// When it goes wrong.
#[derive(Debug, Clone, Copy)]
pub enum Plan {
    Never,
    At(u64, Fault),
    Chance { seed: u64, one_in: u64 },
}

#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("{0:?}")]
pub struct Broken(pub Fault);

#[derive(Debug)]
pub struct FaultyStore {
    inner: MemoryStore,
    rows: BTreeMap<Key, Put>,
    plan: Plan,
    dice: Dice,
    on_the_way: Vec<(u64, ChangeSet)>,
    pub calls: u64,
    pub faults: u64,
}

impl FaultyStore {
    pub fn new(plan: Plan) -> Self {
        let seed = if let Plan::Chance { seed, .. } = plan { seed } else { 0 };
        Self {
            inner: MemoryStore::new(),
            rows: BTreeMap::new(),
            plan,
            dice: Dice(seed),
            on_the_way: Vec::new(),
            calls: 0,
            faults: 0,
        }
    }

    /// From now on everything works, and what is late arrives.
    pub fn calm_down(&mut self) {
        self.plan = Plan::Never;
        for (_, changes) in std::mem::take(&mut self.on_the_way) {
            let _ = self.apply(&changes);
        }
    }

    fn fault(&mut self) -> Option<Fault> {
        self.calls += 1;
        let calls = self.calls;
        let (due, later) = std::mem::take(&mut self.on_the_way).into_iter().partition(|(at, _)| *at <= calls);
        self.on_the_way = later;
        let due: Vec<(u64, ChangeSet)> = due;
        for (_, changes) in due {
            // Nobody hears the answer.
            let _ = self.apply(&changes);
        }
        let fault = match self.plan {
            Plan::At(n, fault) if n == calls => Some(fault),
            Plan::Chance { one_in, .. } if self.dice.below(one_in) == 0 => Some(match self.dice.below(4) {
                0 => Fault::Fail,
                1 => Fault::Crash,
                2 => Fault::LoseAnswer,
                _ => Fault::Late(1 + self.dice.below(9)),
            }),
            _ => None,
        };
        self.faults += u64::from(fault.is_some());
        fault
    }

    fn apply(&mut self, changes: &ChangeSet) -> Result<(), CommitError<Broken>> {
        match self.inner.commit(changes) {
            Ok(()) => {}
            Err(CommitError::Conflict(conflict)) => return Err(conflict.into()),
            Err(other) => panic!("{other}"),
        }
        for write in changes.writes() {
            match write {
                Write::Put(put) => self.rows.insert(put.key().clone(), put.clone()),
                Write::Delete(key) => self.rows.remove(key),
            };
        }
        Ok(())
    }

    /// Everything that is stored. How often an effect was claimed until it was settled is no difference, nor is when that
    /// was, and so how long it stays known.
    pub fn digest(&self) -> BTreeMap<String, String> {
        let shown = |put: &Put| {
            let revision = if *put.key().object() == "effect" { 0 } else { put.revision().number() };
            let terms: Vec<_> =
                put.terms().iter().map(|term| format!("{}={:02x?}", term.index(), term.bytes())).collect();
            format!("r{revision} {:?} {terms:?}", String::from_utf8_lossy(put.body()))
        };
        let is_settled = |put: &Put| *put.key().object() == "effect" && put.body().len() == 1;
        let rows = self.rows.iter().filter(|(_, put)| !is_settled(put));
        rows.map(|(key, put)| (key.to_string(), shown(put))).collect()
    }

    pub fn difference(&self, other: &Self) -> String {
        let (ours, theirs) = (self.digest(), other.digest());
        let mut shown = String::new();
        for key in ours.keys().chain(theirs.keys().filter(|key| !ours.contains_key(*key))) {
            if ours.get(key) != theirs.get(key) {
                let _ = writeln!(shown, "{key}\n  calm:      {:?}\n  disturbed: {:?}", ours.get(key), theirs.get(key));
            }
        }
        shown
    }

    pub fn keys(&self) -> impl Iterator<Item = &Key> {
        self.rows.keys()
    }
}

impl Store for FaultyStore {
    type Error = Broken;

    fn fetch(&mut self, asks: &Asks) -> Result<Facts, Broken> {
        match self.fault() {
            Some(fault) => Err(Broken(fault)),
            None => Ok(self.inner.fetch(asks).expect("a memory store never fails")),
        }
    }

    fn commit(&mut self, changes: &ChangeSet) -> Result<(), CommitError<Broken>> {
        match self.fault() {
            None => self.apply(changes),
            Some(fault) => {
                match fault {
                    Fault::Fail | Fault::Crash => {}
                    Fault::LoseAnswer => {
                        let _ = self.apply(changes);
                    }
                    Fault::Late(calls) => self.on_the_way.push((self.calls + calls, changes.clone())),
                }
                Err(CommitError::Store(Broken(fault)))
            }
        }
    }
}
