use guanxi::pipeline::{MoveKind, Transition};
use serde_json::json;

use crate::fixture::{moved, pipeline};

fn kind(transition: &Transition) -> MoveKind {
    match transition {
        Transition::Allowed { kind, .. } => *kind,
        blocked => panic!("{blocked}"),
    }
}

#[test]
fn a_deal_moves_on_when_the_gate_is_met() {
    let sales = pipeline(json!({}));
    assert_eq!(kind(&moved(&sales, None, "a", json!({}))), MoveKind::Start);
    assert_eq!(kind(&moved(&sales, Some("a"), "b", json!({"contact": "王伟"}))), MoveKind::Next);
    let full = json!({"need": "packing line", "amount": {"amount": "100.00", "currency": "CNY"}});
    let allowed = moved(&sales, Some("b"), "c", full);
    let json = serde_json::to_value(&allowed).unwrap();
    assert_eq!(json["allowed"]["kind"], "next");
    assert_eq!(json["allowed"]["gates"][0]["stage"], "c");
    assert_eq!(json["allowed"]["gates"][0]["seen"]["clauses"][0]["seen"][0]["field"], "amount");
}

#[test]
fn who_may_not_move_on_is_told_everything_that_is_missing() {
    let sales = pipeline(json!({}));
    let blocked = moved(&sales, Some("b"), "c", json!({"amount": {"amount": "99.00", "currency": "CNY"}}));
    assert_eq!(
        blocked.to_string(),
        "the gate of `c` needs `need`; the gate of `c` is closed: \
         `amount >= 'CNY 100.00'` is false: amount is `CNY 99.00`"
    );
    let json = serde_json::to_value(&blocked).unwrap();
    let reasons = &json["blocked"]["reasons"];
    assert_eq!(reasons[0], json!({"code": "fields_missing", "stage": "c", "fields": ["need"]}));
    assert_eq!(reasons[1]["code"], "gate_closed");
    assert_eq!(reasons[1]["seen"]["truth"], "false");

    let unknown = moved(&sales, Some("b"), "c", json!({"need": "packing line"}));
    assert_eq!(
        unknown.to_string(),
        "the gate of `c` is closed: `amount >= 'CNY 100.00'` is unknown: `amount` has no value"
    );
}

#[test]
fn only_the_part_of_the_condition_that_fails_is_told() {
    let sales = pipeline(json!({}));
    let few = json!({"need": "CRM", "amount": {"amount": "1.00", "currency": "CNY"}});
    assert_eq!(
        moved(&sales, Some("d"), "won", few).to_string(),
        "the gate of `won` is closed: `size(need) > 3` is false: need is `CRM`"
    );
}

#[test]
fn stages_are_passed_over_only_where_the_pipeline_says_so() {
    let full = || json!({"contact": "王伟", "need": "packing line", "amount": {"amount": "100.00", "currency": "CNY"}});
    let strict = pipeline(json!({}));
    assert_eq!(moved(&strict, Some("a"), "d", full()).to_string(), "`d` cannot be entered past `b`, `c`");
    assert_eq!(moved(&strict, None, "b", full()).to_string(), "`b` cannot be entered past `a`");
    assert_eq!(
        moved(&strict, None, "lost", json!({"reason": "price"})).to_string(),
        "`lost` cannot be entered at the start"
    );

    let free = pipeline(json!({"skips": "any"}));
    assert_eq!(kind(&moved(&free, Some("a"), "d", full())), MoveKind::Skip);
    assert_eq!(kind(&moved(&free, None, "won", full())), MoveKind::Skip);
    assert_eq!(kind(&moved(&free, None, "lost", json!({"reason": "price"}))), MoveKind::Skip);

    let listed = pipeline(json!({"skips": {"listed": [{"from": "b", "to": "d"}, {"to": "b"}]}}));
    assert_eq!(kind(&moved(&listed, Some("b"), "d", full())), MoveKind::Skip);
    assert_eq!(kind(&moved(&listed, None, "b", full())), MoveKind::Skip);
    assert!(!moved(&listed, Some("a"), "d", full()).is_allowed());
}

#[test]
fn whoever_passes_over_a_stage_meets_its_gate_all_the_same() {
    let free = pipeline(json!({"skips": "any"}));
    assert_eq!(
        moved(&free, Some("a"), "d", json!({"contact": "王伟", "need": "packing line"})).to_string(),
        "the gate of `c` is closed: `amount >= 'CNY 100.00'` is unknown: `amount` has no value"
    );
}

#[test]
fn a_deal_goes_back_only_where_the_pipeline_says_so_and_needs_nothing_for_it() {
    assert_eq!(moved(&pipeline(json!({})), Some("d"), "c", json!({})).to_string(), "`d` cannot go back to `c`");
    assert_eq!(kind(&moved(&pipeline(json!({"back": "any"})), Some("d"), "c", json!({}))), MoveKind::Back);
    let listed = pipeline(json!({"back": {"listed": [{"from": "d", "to": "c"}]}}));
    assert!(moved(&listed, Some("d"), "c", json!({})).is_allowed());
    assert!(!moved(&listed, Some("d"), "b", json!({})).is_allowed());
}

#[test]
fn a_closed_deal_is_reopened_only_where_the_pipeline_says_so() {
    let closed = pipeline(json!({"skips": "any", "back": "any"}));
    assert_eq!(
        moved(&closed, Some("lost"), "d", json!({})).to_string(),
        "`lost` is closed and cannot be reopened to `d`"
    );
    let open = pipeline(json!({"reopen_to": ["b", "d"]}));
    assert_eq!(kind(&moved(&open, Some("won"), "d", json!({}))), MoveKind::Reopen);
    assert_eq!(kind(&moved(&open, Some("lost"), "d", json!({}))), MoveKind::Reopen);
    assert!(!moved(&open, Some("lost"), "c", json!({})).is_allowed());
    // The gate of the stage that is entered holds here too.
    assert_eq!(moved(&open, Some("lost"), "b", json!({})).to_string(), "the gate of `b` needs `contact`");
    assert_eq!(
        moved(&open, Some("won"), "lost", json!({"reason": "price"})).to_string(),
        "`lost` does not follow `won`"
    );
}

#[test]
fn a_loss_has_its_reason_and_other_has_a_note() {
    let sales = pipeline(json!({}));
    let lost = |fields| moved(&sales, Some("b"), "lost", fields).to_string();
    assert_eq!(lost(json!({})), "a loss needs its reason in `reason`");
    assert_eq!(lost(json!({"reason": "timing"})), "`timing` is no reason of a loss: expected one of `price`, `other`");
    assert_eq!(lost(json!({"reason": "other"})), "a loss for reason `other` needs a note in `note`");
    assert_eq!(lost(json!({"reason": "other", "note": "the buyer left"})), "allowed");
    assert_eq!(lost(json!({"reason": "price"})), "allowed");
}

#[test]
fn stages_that_are_none_and_moves_that_lead_nowhere_are_refused() {
    let sales = pipeline(json!({}));
    assert_eq!(
        moved(&sales, Some("z"), "y", json!({})).to_string(),
        "`z` is no stage of version 1 of `sales`; `y` is no stage of version 1 of `sales`"
    );
    assert_eq!(moved(&sales, Some("z"), "b", json!({})).reasons().len(), 1);
    assert_eq!(moved(&sales, Some("b"), "b", json!({})).to_string(), "already in `b`");
    let long = "长".repeat(10_000);
    assert!(moved(&sales, None, &long, json!({})).to_string().len() < 400);
}

#[test]
fn a_process_that_branches_says_what_follows_what() {
    let branching = pipeline(json!({"stages": [
        {"key": "a", "kind": "open", "next": ["b", "c", "lost"]},
        {"key": "b", "kind": "open", "next": ["d"]},
        {"key": "c", "kind": "open", "next": ["d"]},
        {"key": "d", "kind": "open"},
        {"key": "won", "kind": "won", "next": ["lost"]},
        {"key": "lost", "kind": "lost"}
    ]}));
    assert_eq!(kind(&moved(&branching, Some("a"), "c", json!({}))), MoveKind::Next);
    assert_eq!(moved(&branching, Some("b"), "c", json!({})).to_string(), "`c` does not follow `b`");
    assert_eq!(
        moved(&branching, Some("b"), "lost", json!({"reason": "price"})).to_string(),
        "`lost` does not follow `b`"
    );
    assert_eq!(kind(&moved(&branching, Some("won"), "lost", json!({"reason": "price"}))), MoveKind::Next);
}
