//! What holds for every pipeline and every history.

use guanxi::expr::Env;
use guanxi::pipeline::{PipelineDef, StageChange, StageHistory, Trust, compile};
use guanxi::schema::{ObjectDef, Schema, Settings};
use guanxi::value::{Duration, Instant};
use proptest::prelude::*;
use serde_json::json;

const KEYS: [&str; 6] = ["a", "b", "c", "d", "won", "lost"];

fn instant(minutes: i64) -> Instant {
    Instant::from_millis(1_700_000_000_000 + minutes * 60_000).unwrap()
}

/// Moves as somebody tells them: minutes from the creation, perhaps out of order, to a stage or to none.
fn told() -> impl Strategy<Value = Vec<(i64, Option<&'static str>)>> {
    let stage = prop::option::weighted(0.9, prop::sample::select(&KEYS[..]));
    prop::collection::vec((-5..500_i64, stage), 0..30)
}

fn schema() -> Schema {
    let deal: ObjectDef = serde_json::from_value(json!({"key": "deal", "stage": "stage", "fields": [
        {"key": "stage", "type": "enum", "options": KEYS}]}))
    .unwrap();
    Schema::compile(&[deal], &Settings::default()).unwrap()
}

proptest! {
    /// Whatever is told, what is kept is ordered and connected, and the times add up to the age.
    #[test]
    fn times_in_stages_add_up_to_the_age(told in told(), now in -5..600_i64, trusted: bool) {
        let mut history = StageHistory::new(instant(0));
        let trust = if trusted { Trust::TrustedImport } else { Trust::Ordinary };
        for (minutes, to) in told {
            let from = history.stage().cloned();
            let before = history.clone();
            let now = if trusted { instant(500) } else { instant(minutes) };
            if history.record(StageChange::new(from.as_deref(), to, instant(minutes), "x"), now, trust).is_err() {
                prop_assert_eq!(&history, &before);
            }
        }
        let changes = history.changes();
        prop_assert!(changes.iter().all(|change| change.at >= instant(0)));
        prop_assert!(changes.windows(2).all(|pair| pair[0].at <= pair[1].at && pair[0].to == pair[1].from));
        prop_assert_eq!(StageHistory::from_changes(instant(0), changes.to_vec()), Ok(history.clone()));

        let dwell = history.dwell(instant(now));
        let sum = dwell.iter().map(|dwell| dwell.time.millis()).sum::<i64>();
        prop_assert_eq!(Duration::from_millis(sum), Duration::from_millis(now.max(0) * 60_000));
        prop_assert!(dwell.iter().all(|dwell| dwell.time >= Duration::ZERO));
        let visits = dwell.iter().map(|dwell| dwell.visits).sum::<u32>();
        prop_assert!(visits as usize <= changes.len() + 1);
        // Against a count minute by minute.
        for known in &dwell {
            let stage_at = |minute: i64| {
                let past = changes.iter().take_while(|change| change.at <= instant(minute));
                past.last().and_then(|change| change.to.clone())
            };
            let minutes = (0..now).filter(|minute| stage_at(*minute) == known.stage).count();
            prop_assert_eq!(known.time, Duration::from_millis(minutes as i64 * 60_000));
        }
    }

    /// A pipeline either says what is wrong with it, or lets every record that it can start come to an end.
    #[test]
    fn every_way_leads_to_an_end(
        next in prop::collection::vec(prop::option::of(prop::collection::btree_set(0..6_usize, 0..4)), 4),
        leeway in prop::array::uniform2(prop::sample::select(vec!["no", "any"])),
        reopen in prop::collection::btree_set(0..4_usize, 0..3),
    ) {
        let mut stages: Vec<_> = KEYS
            .iter()
            .map(|key| json!({"key": key, "kind": if ["won", "lost"].contains(key) { key } else { "open" }}))
            .collect();
        for (place, next) in next.iter().enumerate() {
            if let Some(next) = next {
                stages[place]["next"] = next.iter().filter(|to| **to != place).map(|to| KEYS[*to]).collect();
            }
        }
        let reopen: Vec<_> = reopen.iter().map(|place| KEYS[*place]).collect();
        let def: PipelineDef = serde_json::from_value(json!({
            "key": "sales", "object": "deal", "version": 1, "stages": stages,
            "skips": leeway[0], "back": leeway[1], "reopen_to": reopen
        }))
        .unwrap();
        let row: Vec<Option<guanxi::value::Value>> = Vec::new();
        let env = Env::new(Instant::EPOCH);
        match compile(&[def], &schema()) {
            Err(problems) => {
                let is_graph = |text: &str| text.contains("is unreachable") || text.contains("is a dead end");
                prop_assert!(problems.iter().all(|problem| is_graph(problem.message())), "{}", problems);
            }
            Ok(pipelines) => {
                let sales = pipelines.latest("sales").unwrap();
                let reachable = |from: Option<&str>| {
                    let mut seen: Vec<&str> = Vec::new();
                    let mut open = vec![from];
                    while let Some(from) = open.pop() {
                        for to in KEYS {
                            if !seen.contains(&to) && sales.decide(from, to, &row, &env).is_allowed() {
                                seen.push(to);
                                open.push(Some(to));
                            }
                        }
                    }
                    seen
                };
                prop_assert_eq!(reachable(None).len(), KEYS.len());
                for key in &KEYS[..4] {
                    prop_assert!(reachable(Some(key)).iter().any(|to| ["won", "lost"].contains(to)));
                }
                let drawn = sales.mermaid("en");
                for from in KEYS {
                    for to in KEYS {
                        let decided = sales.decide(Some(from), to, &row, &env);
                        prop_assert_eq!(decided.is_allowed(), decided.reasons().is_empty());
                        let (one, other) = (place(from), place(to));
                        let arrows = [format!("s{one} --> s{other}\n"), format!("s{one} -.-> s{other}\n")];
                        let is_drawn = arrows.iter().any(|arrow| drawn.contains(arrow.as_str()));
                        prop_assert_eq!(decided.is_allowed(), is_drawn, "{} to {}", from, to);
                    }
                }
            }
        }
    }
}

fn place(key: &str) -> usize {
    KEYS.iter().position(|known| *known == key).unwrap()
}
