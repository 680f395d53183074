use std::collections::BTreeMap;
use std::sync::OnceLock;

use guanxi::crm::{RunError, Waiting};
use guanxi::rules::Effect;
use guanxi::store::Store;
use guanxi::value::{Duration, Instant};
use guanxi::{Command, Context, Crm, Outcome, Rejected};

use crate::faulty_store::{Broken, Fault, FaultyStore};
use crate::scenario::{Scenario, Step, definition};

/// An application that does its work again until it is done.
pub struct Host {
    pub store: FaultyStore,
    /// What was delivered, by the key of the effect: a receiver that remembers keys.
    pub sink: BTreeMap<String, String>,
    /// How often something was delivered.
    pub delivered: u64,
    /// What came of each command: the record, or the kind of refusal; `None` where the host has to look itself.
    pub answers: Vec<Option<String>>,
    pub fired: u64,
}

pub fn crm() -> &'static Crm {
    static CRM: OnceLock<Crm> = OnceLock::new();
    CRM.get_or_init(|| {
        let made = guanxi::Definition::from_json(&definition().to_string());
        made.compile().unwrap_or_else(|problems| panic!("{problems}"))
    })
}

impl Host {
    pub fn new(store: FaultyStore) -> Self {
        Self { store, sink: BTreeMap::new(), delivered: 0, answers: Vec::new(), fired: 0 }
    }

    pub fn play(scenario: &Scenario, store: FaultyStore) -> Self {
        let mut host = Self::new(store);
        for step in &scenario.steps {
            host.step(step);
        }
        host.finish(scenario.end);
        host
    }

    pub fn step(&mut self, step: &Step) -> Option<Outcome> {
        match step {
            Step::Run { now, seed, command } => return self.run(*now, *seed, command),
            Step::Tick { now, seed } => self.tick(*now, *seed),
            Step::Deliver { now, seed } => self.deliver(*now, *seed),
        }
        None
    }

    /// When the faults are over everything that waits is delivered.
    pub fn finish(&mut self, end: Instant) {
        self.store.calm_down();
        for n in 0..1_000 {
            self.deliver(end, u64::MAX - n);
            let waiting = crm().pending(&mut self.store, &context(end, 0), 1).unwrap();
            if waiting.is_empty() {
                return;
            }
        }
        panic!("the outbox never becomes empty");
    }

    fn run(&mut self, now: Instant, seed: u64, command: &Command) -> Option<Outcome> {
        let ctx = context(now, seed);
        let before = self.store.faults;
        let answer = self.again(|store| crm().run(store, &ctx, command));
        let disturbed = self.store.faults > before;
        let told = match &answer {
            Ok(outcome) => Some(outcome.id().to_string()),
            // Its own first try may have been committed, and the record is no longer as the caller saw it: he has to
            // look again.
            Err(Rejected::Stale { .. } | Rejected::NotFound { .. }) if disturbed => None,
            Err(rejected) => Some(format!("{:?}", rejected.kind())),
        };
        self.answers.push(told);
        answer.ok()
    }

    fn tick(&mut self, now: Instant, seed: u64) {
        let ctx = context(now, seed);
        loop {
            let ticked = self.again(|store| crm().tick(store, &ctx, 3)).unwrap();
            assert!(ticked.failed.is_empty(), "{:?}", ticked.failed);
            self.fired += ticked.fired.len() as u64;
            if !ticked.more {
                return;
            }
        }
    }

    /// Claims, performs, settles. A crash in between forgets what was claimed: it comes back when the lease is over.
    fn deliver(&mut self, now: Instant, seed: u64) {
        let ctx = context(now, seed);
        let claimed: Waiting<Effect> = match crm().claim(&mut self.store, &ctx, 4, Duration::from_days(1)) {
            Ok(claimed) => claimed,
            Err(RunError::Store(_)) => return,
            Err(other) => panic!("{other}"),
        };
        for effect in claimed {
            self.delivered += 1;
            let content = format!("{} {} {} {}", effect.kind(), effect.to(), effect.title(), effect.at());
            if let Some(known) = self.sink.insert(effect.key().to_string(), content.clone()) {
                assert_eq!(known, content, "one key, two effects");
            }
            match crm().settle(&mut self.store, &ctx, effect.key()) {
                Ok(_) => {}
                Err(RunError::Store(Broken(Fault::Crash))) => return,
                Err(RunError::Store(_)) => {
                    self.again(|store| crm().settle(store, &ctx, effect.key())).unwrap();
                }
                Err(other) => panic!("{other}"),
            }
        }
    }

    fn again<T>(
        &mut self,
        mut act: impl FnMut(&mut FaultyStore) -> Result<T, RunError<<FaultyStore as Store>::Error>>,
    ) -> Result<T, Rejected> {
        for _ in 0..1_000 {
            match act(&mut self.store) {
                Ok(done) => return Ok(done),
                Err(RunError::Rejected(rejected)) => return Err(rejected),
                Err(RunError::Store(_)) => {}
                Err(other) => panic!("{other}"),
            }
        }
        panic!("the store never works");
    }
}

pub fn context(now: Instant, seed: u64) -> Context {
    Context::system("acme".parse().unwrap(), "host", now, seed).unwrap()
}
