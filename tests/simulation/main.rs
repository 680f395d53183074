//! Deterministic simulation: a company's life on a store that fails, crashes and answers late, at every call.
//!
//! A scenario of commands, ticks and deliveries is made from a seed on an undisturbed store. Then it is played again with a
//! fault at the n-th call of the store, for every n and every kind of fault, and with faults by chance. The host does what
//! a host does: it runs the same thing again with the same context. In the end nothing may be lost and nothing repeated.
//! `GUANXI_SEEDS` sets how many scenarios are played.

#[path = "../dice/mod.rs"]
mod dice;
mod faulty_store;
mod host;
mod scenario;

use faulty_store::{Fault, FaultyStore, Plan};
use host::Host;
use scenario::Scenario;

fn seeds() -> u64 {
    std::env::var("GUANXI_SEEDS").ok().and_then(|text| text.parse().ok()).unwrap_or(6)
}

#[test]
fn nothing_is_lost_and_nothing_repeated() {
    let seeds = seeds();
    let (mut runs, mut faults, mut repeated) = (0_u64, 0_u64, 0_u64);
    let (mut calls, mut effects, mut fired) = (0, 0, 0);
    for seed in 0..seeds {
        let (scenario, calm) = Scenario::generate(seed);
        calls += calm.store.calls;
        effects += calm.sink.len();
        fired += calm.fired;
        assert!(!calm.sink.is_empty() && calm.fired > 0, "seed {seed}: a scenario without effects proves nothing");
        // Every call for the first scenarios, every few calls for the others.
        let step = if seed < 2 { 1 } else { 13 };
        let first = 1 + seed % step;
        let planned = (first..=calm.store.calls).step_by(step as usize).flat_map(|n| {
            let late = 1 + (n + seed) % 9;
            [Fault::Fail, Fault::Crash, Fault::LoseAnswer, Fault::Late(late)].map(|fault| Plan::At(n, fault))
        });
        let chance = (0..20).map(|n| Plan::Chance { seed: seed * 1_000 + n, one_in: 3 + n });
        for plan in planned.chain(chance) {
            let host = Host::play(&scenario, FaultyStore::new(plan));
            assert_eq!(host.sink, calm.sink, "seed {seed}, {plan:?}: the effects differ");
            assert_eq!(host.answers.len(), calm.answers.len());
            for (step, (told, expected)) in host.answers.iter().zip(&calm.answers).enumerate() {
                assert!(
                    told.is_none() || told == expected,
                    "seed {seed}, {plan:?}: command {step}: {told:?}, {expected:?}"
                );
            }
            if host.store.digest() != calm.store.digest() {
                panic!("seed {seed}, {plan:?}: the stores differ:\n{}", calm.store.difference(&host.store));
            }
            runs += 1;
            faults += host.store.faults;
            repeated += host.delivered - host.sink.len() as u64;
        }
    }
    println!(
        "{seeds} seeds, {calls} store calls, {effects} effects and {fired} timers undisturbed; {runs} disturbed runs with \
         {faults} faults; {repeated} deliveries came again, all with a known key"
    );
}
