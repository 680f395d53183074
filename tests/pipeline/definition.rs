use guanxi::pipeline::PipelineDef;
use serde_json::{Value as Json, json};

use crate::fixture::{compiled, sales};

fn problems(changes: Json) -> Vec<String> {
    let problems = compiled(&[sales(changes)]).err().unwrap_or_default();
    problems.iter().map(ToString::to_string).collect()
}

fn stages(changes: &[(usize, &str, Json)]) -> Json {
    let mut stages = sales(json!({}))["stages"].clone();
    for (place, key, value) in changes {
        stages[place][key] = value.clone();
    }
    json!({"stages": stages})
}

#[test]
fn a_pipeline_survives_being_written_and_read() {
    let def: PipelineDef =
        serde_json::from_value(sales(json!({"skips": {"listed": [{"to": "b"}]}, "back": "any"}))).unwrap();
    let again: PipelineDef = serde_json::from_str(&serde_json::to_string(&def).unwrap()).unwrap();
    assert_eq!(def, again);
    assert_eq!(problems(json!({})), [""; 0]);
}

#[test]
fn an_unknown_word_is_refused_wherever_it_stands() {
    let refused = |json: Json| serde_json::from_value::<PipelineDef>(json).unwrap_err().to_string();
    assert!(refused(sales(json!({"skip": "any"}))).starts_with("unknown field `skip`"));
    for (key, value) in [
        ("colour", json!("red")),
        ("gate", json!({"needs": []})),
        ("playbook", json!({"todo": []})),
        ("expected", json!({"min_days": 1, "max_days": 2, "basis": "in_stage", "unit": "h"})),
    ] {
        assert!(refused(sales(stages(&[(0, key, value)]))).starts_with("unknown field"), "{key}");
    }
    assert!(refused(sales(json!({"lost": {"reason": "reason", "codes": []}}))).starts_with("unknown field `codes`"));
    assert!(refused(sales(stages(&[(0, "survival", json!("80"))]))).starts_with("`80` is no share"));
    assert!(refused(sales(stages(&[(0, "survival", json!(0.8))]))).contains("expected"));
}

#[test]
fn every_mistake_is_named_with_its_place_and_all_at_once() {
    let mut wrong = stages(&[
        (0, "expected", json!({"min_days": 9, "max_days": 3, "basis": "in_stage"})),
        (1, "key", json!("bb")),
        (2, "gate", json!({"required": ["neeed", "id"], "when": "amuont > 3"})),
        (3, "next", json!(["d", "wonn"])),
        (4, "gate", json!({"when": "changed(need)"})),
        (5, "key", json!("a")),
    ]);
    for (key, value) in [
        ("version", json!(0)),
        ("skips", json!({"listed": [{"from": "c", "to": "a"}, {"from": "won", "to": "a"}, {"to": "toolong"}]})),
        ("back", json!({"listed": [{"from": "c", "to": "d"}]})),
        ("reopen_to", json!(["won"])),
        ("lost", json!({"reason": "note", "note": "amount", "note_for": ["other"]})),
    ] {
        wrong[key] = value;
    }
    assert_eq!(
        problems(wrong),
        [
            "pipelines[0].version: is 0: expected at least 1",
            "pipelines[0].stages[1].key: `bb` is no option of `deal.stage`; did you mean `b`?",
            "pipelines[0].stages[5].key: `a` is declared twice",
            "pipelines[0].stages[0].expected.min_days: is 9: expected at most `max_days`, 3",
            "pipelines[0].stages[2].gate.when: at 0..6: no field `amuont`, did you mean `amount`?",
            "pipelines[0].stages[2].gate.required[0]: unknown field `neeed` of `deal`; did you mean `need`?",
            "pipelines[0].stages[2].gate.required[1]: `id` is kept by guanxi itself",
            "pipelines[0].stages[4].gate.when: expected a condition of the record as it is, not of what changed",
            "pipelines[0].stages[3].next[0]: `d` cannot follow itself",
            "pipelines[0].stages[3].next[1]: unknown stage `wonn`; did you mean `won`?",
            "pipelines[0].reopen_to[0]: `won` is closed: expected an open stage",
            "pipelines[0].skips.listed[0].to: expected a later stage, won ones last",
            "pipelines[0].skips.listed[1].from: expected an open stage",
            "pipelines[0].skips.listed[2].to: unknown stage `toolong`",
            "pipelines[0].back.listed[0].to: expected an earlier stage",
            "pipelines[0].lost.reason: `note` is text: expected enum",
            "pipelines[0].lost.note: `amount` is money: expected text",
        ]
    );
}

#[test]
fn a_loss_knows_only_reasons_of_its_field() {
    let lost = |lost: Json| problems(json!({"lost": lost}));
    assert_eq!(
        lost(json!({"reason": "reason", "reasons": ["prize"], "note_for": ["other"]})),
        [
            "pipelines[0].lost.reasons[0]: `prize` is no reason of `reason`; did you mean `price`?",
            "pipelines[0].lost.note_for[0]: `other` is no reason of `reason`",
            "pipelines[0].lost.note: missing: `note_for` needs the field that holds the note",
        ]
    );
    assert_eq!(lost(json!({"reason": "reason"})), [""; 0]);
}

#[test]
fn a_pipeline_that_nobody_can_start_win_or_lose_is_refused() {
    let kinds = |kind: &str| problems(json!({"stages": [{"key": "a", "kind": kind}]}));
    assert_eq!(
        kinds("open"),
        [
            "pipelines[0].stages: missing: expected at least one stage of kind `won`",
            "pipelines[0].stages: missing: expected at least one stage of kind `lost`",
        ]
    );
    assert_eq!(kinds("won")[0], "pipelines[0].stages: missing: expected at least one stage of kind `open`");
}

#[test]
fn a_stage_that_cannot_be_reached_or_left_is_found() {
    assert_eq!(
        problems(stages(&[(0, "next", json!(["b", "lost"])), (1, "next", json!(["d", "lost"]))])),
        ["pipelines[0].stages[2]: `c` is unreachable: no move from the first stage leads to it"]
    );
    assert_eq!(
        problems(stages(&[(2, "next", json!(["d"])), (3, "next", json!(["c"]))])),
        [
            "pipelines[0].stages[2]: `c` is a dead end: nothing in it can be won or lost",
            "pipelines[0].stages[3]: `d` is a dead end: nothing in it can be won or lost",
            "pipelines[0].stages[4]: `won` is unreachable: no move from the first stage leads to it",
        ]
    );
    // A way around makes it good.
    let mut around = stages(&[(2, "next", json!(["d"])), (3, "next", json!(["c"]))]);
    around["skips"] = json!("any");
    assert_eq!(problems(around), [""; 0]);
}

#[test]
fn stages_and_options_are_the_same() {
    let mut few = sales(json!({}));
    few["stages"].as_array_mut().unwrap().remove(3);
    let problems = compiled(&[few]).unwrap_err();
    assert_eq!(problems.to_string(), "pipelines[0].stages: missing: `d` is an option of `deal.stage`");
}

#[test]
fn objects_without_stages_and_versions_given_twice_are_refused() {
    let of = |object: &str| compiled(&[sales(json!({"object": object}))]).unwrap_err().to_string();
    assert_eq!(of("dael"), "pipelines[0].object: unknown object `dael`; did you mean `deal`?");
    assert_eq!(of("ticket"), "pipelines[0].object: `ticket` has no stage");
    let twice = compiled(&[sales(json!({})), sales(json!({}))]).unwrap_err();
    assert_eq!(twice.to_string(), "pipelines[1].version: version 1 of `sales` is declared twice");
}

#[test]
fn what_is_absurdly_large_is_refused_at_once() {
    let many: Vec<_> = (0..101).map(|_| json!({"key": "a", "kind": "open"})).collect();
    assert_eq!(problems(json!({"stages": many})), ["pipelines[0].stages: 101 stages: expected at most 100"]);
    let long = json!({"stages": [{"key": "长".repeat(100_000), "kind": "open"}]});
    assert!(problems(long).iter().all(|problem| problem.len() < 500));
    let many: Vec<_> = (0..1_001).map(|version| sales(json!({"version": version}))).collect();
    assert_eq!(compiled(&many).unwrap_err().to_string(), "pipelines: 1001 pipelines: expected at most 1000");
}
