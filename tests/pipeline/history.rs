use guanxi::pipeline::{InvalidChange, StageChange, StageHistory, Trust};
use guanxi::value::{Duration, Instant};
use serde_json::json;

use crate::fixture::{at, pipeline};

/// The moves of `MailTrackingDurationMixinCase` in Odoo's `addons/mail/tests/common_tracking.py`.
const ODOO: [(&str, Option<&str>); 8] = [
    ("12:00", Some("stage_1")),
    ("12:05", Some("stage_2")),
    ("13:05", Some("stage_3")),
    ("13:55", Some("stage_4")),
    ("14:15", Some("stage_2")),
    ("15:10", Some("stage_4")),
    ("18:30", None),
    ("19:00", Some("stage_3")),
];

fn clock(time: &str) -> Instant {
    at(&format!("2023-02-15T{time}:00Z"))
}

fn history(moves: &[(Instant, Option<&str>)]) -> StageHistory {
    let mut from = None;
    let changes = moves.iter().map(|(at, to)| StageChange::new(std::mem::replace(&mut from, *to), *to, *at, "li.na"));
    StageHistory::from_changes(moves[0].0, changes.collect::<Vec<_>>()).unwrap()
}

fn minutes(history: &StageHistory, now: Instant) -> Vec<(Option<String>, i64)> {
    let dwell = history.dwell(now).into_iter();
    dwell.map(|dwell| (dwell.stage.as_deref().map(str::to_owned), dwell.time.millis() / 60_000)).collect()
}

#[test]
fn the_time_in_each_stage_is_what_odoo_counts() {
    let history = history(&ODOO.map(|(time, to)| (clock(time), to)));
    let stage = |number: u32| Some(format!("stage_{number}"));
    assert_eq!(
        minutes(&history, clock("19:00")),
        [(stage(1), 5), (stage(2), 115), (stage(3), 50), (stage(4), 220), (None, 30)]
    );
    let now = minutes(&history, clock("19:20"));
    assert_eq!(now[2], (stage(3), 70));
    assert_eq!(now.iter().map(|(_, minutes)| minutes).sum::<i64>(), 440);
    assert_eq!(history.dwell(clock("19:20")).iter().map(|dwell| dwell.visits).collect::<Vec<_>>(), [1, 2, 2, 2, 1]);
    // As of an earlier moment the later moves have not happened.
    assert_eq!(minutes(&history, clock("12:30")), [(stage(1), 5), (stage(2), 25)]);
    assert_eq!(history.stage().map(|stage| &**stage), Some("stage_3"));
    assert_eq!(history.entered_at(), clock("19:00"));
}

#[test]
fn a_record_without_a_stage_waits_too() {
    let history = StageHistory::new(clock("12:00"));
    assert_eq!(minutes(&history, clock("12:10")), [(None, 10)]);
    assert_eq!(history.dwell(clock("12:10"))[0].to_string(), "no stage for PT10M");
}

#[test]
fn only_a_trusted_import_tells_the_past_and_never_out_of_order() {
    let (created, now) = (clock("12:00"), clock("18:00"));
    let mut history = history(&[(created, Some("a"))]);
    let to = |to: &str, time: &str| StageChange::new(Some("a"), Some(to), clock(time), "erp");
    let mut told = |change: StageChange, trust| history.record(change, now, trust);

    assert!(matches!(told(to("b", "15:00"), Trust::Ordinary), Err(InvalidChange::Backdated { .. })));
    assert!(matches!(told(to("b", "11:59"), Trust::TrustedImport), Err(InvalidChange::BeforeCreation { .. })));
    assert!(matches!(told(to("b", "18:01"), Trust::TrustedImport), Err(InvalidChange::InFuture { .. })));
    assert_eq!(told(to("a", "15:00"), Trust::TrustedImport), Err(InvalidChange::NoMove));
    assert_eq!(told(to("b", "15:00"), Trust::TrustedImport), Ok(()));
    assert_eq!(
        told(to("c", "16:00"), Trust::TrustedImport).unwrap_err().to_string(),
        "the move leads from `a`, but the record is in `b`"
    );
    let late = StageChange::new(Some("b"), Some("c"), clock("14:59"), "erp");
    assert_eq!(
        told(late, Trust::TrustedImport).unwrap_err().to_string(),
        "the move is dated `2023-02-15T14:59:00Z`, before the last one at `2023-02-15T15:00:00Z`"
    );
    let at_once = StageChange::new(Some("b"), Some("c"), clock("15:00"), "erp");
    assert_eq!(told(at_once, Trust::TrustedImport), Ok(()), "two moves of one moment stay as they were told");
    let now_and_ordinary = StageChange::new(Some("c"), Some("d"), now, "li.na");
    assert_eq!(told(now_and_ordinary, Trust::Ordinary), Ok(()));
    assert_eq!(history.changes().len(), 4);
    assert_eq!(StageHistory::from_changes(created, history.changes().to_vec()), Ok(history));
}

#[test]
fn a_move_is_data() {
    let change = StageChange::new(None, Some("谈判"), clock("12:00"), "li.na");
    let json = serde_json::to_value(&change).unwrap();
    assert_eq!(json, json!({"from": null, "to": "谈判", "at": "2023-02-15T12:00:00Z", "by": "li.na"}));
    assert_eq!(serde_json::from_value::<StageChange>(json).unwrap(), change);
    assert!(
        serde_json::from_value::<StageChange>(json!({"too": "x", "at": "2023-02-15T12:00:00Z", "by": "x"})).is_err()
    );
}

fn day(number: i32) -> Instant {
    clock("12:00").plus(Duration::from_days(number)).unwrap()
}

#[test]
fn a_deal_is_stalled_beyond_what_its_stage_expects() {
    let expected = |basis: &str| json!({"min_days": 1, "max_days": 7, "basis": basis});
    let sales = pipeline(json!({"stages": [
        {"key": "a", "kind": "open", "expected": expected("in_stage")},
        {"key": "b", "kind": "open", "expected": expected("since_start")},
        {"key": "c", "kind": "open"},
        {"key": "d", "kind": "open", "expected": expected("in_stage")},
        {"key": "won", "kind": "won", "expected": expected("since_start")},
        {"key": "lost", "kind": "lost"}
    ]}));
    let stalled = |moves: &[(Instant, Option<&str>)], now: i32| {
        sales.stalled(&history(moves), day(now)).map(|stalled| stalled.to_string())
    };
    let in_a = [(day(0), Some("a"))];
    assert_eq!(stalled(&in_a, 7), None);
    assert_eq!(stalled(&in_a, 8).as_deref(), Some("`a` is at P8D in the stage, expected at most P7D"));
    let in_b = [(day(0), Some("a")), (day(6), Some("b"))];
    assert_eq!(stalled(&in_b, 7), None);
    assert_eq!(stalled(&in_b, 8).as_deref(), Some("`b` is at P8D since the start, expected at most P7D"));
    let to_and_fro = [(day(0), Some("a")), (day(5), Some("c")), (day(6), Some("a"))];
    assert_eq!(stalled(&to_and_fro, 8), None);
    assert!(stalled(&to_and_fro, 9).is_some(), "5 days, then 3 more");
    for quiet in ["c", "won", "lost", "gone"] {
        assert_eq!(stalled(&[(day(0), Some(quiet))], 900), None, "{quiet}");
    }
    assert_eq!(stalled(&[(day(0), Some("a")), (day(1), None)], 900), None);
}

#[test]
fn skips_ways_back_and_reopenings_are_counted() {
    let sales = pipeline(json!({}));
    let moves = ["b", "d", "c", "lost", "d", "won", "a", "elsewhere", "d"];
    let moves: Vec<_> = (0..).map(day).zip(moves.map(Some)).collect();
    let detours = sales.detours(&history(&moves));
    assert_eq!((detours.skips, detours.back, detours.reopenings), (2, 1, 2));
}
