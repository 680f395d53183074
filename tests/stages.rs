//! Pipelines at work: what a definition may say, which moves are refused and why, and what is kept of them.

mod company;

use company::{World, definition};
use guanxi::Definition;
use serde_json::{Value as Json, json};

/// The company whose deals go from talks to an offer to the end; to be offered a deal needs a date, to be won an amount,
/// of a lost one the reason is known.
fn with_pipeline() -> Json {
    let mut made = definition();
    made["objects"][3]["fields"][3] = json!({
        "key": "stage", "type": "enum", "class": "status", "index": true,
        "options": ["talking", "offered", "signing", "won", "lost"]
    });
    made["objects"][3]["fields"][4] =
        json!({"key": "reason", "type": "enum", "class": "sales", "options": ["price", "other"]});
    made["pipelines"] = json!([sales()]);
    made
}

fn sales() -> Json {
    json!({
        "key": "sales", "object": "deal", "version": 1, "skips": "any", "back": "any", "reopen_to": ["offered"],
        "stages": [
            {"key": "talking", "kind": "open", "expected": {"min_days": 1, "max_days": 3, "basis": "in_stage"}},
            {"key": "offered", "kind": "open", "gate": {"required": ["closes"]}},
            {"key": "signing", "kind": "open"},
            {"key": "won", "kind": "won", "gate": {"required": ["amount"], "when": "account.grade == 'A'"}},
            {"key": "lost", "kind": "lost"}
        ],
        "lost": {"reason": "reason"}
    })
}

fn problems(definition: &Json) -> Vec<String> {
    let problems = Definition::from_json(&definition.to_string()).compile().err();
    problems.into_iter().flat_map(|problems| problems.iter().map(ToString::to_string).collect::<Vec<_>>()).collect()
}

#[test]
fn a_deal_without_a_stage_starts_in_the_first_one() {
    let mut world = World::new(&with_pipeline());
    let deal = world.made("deal", json!({"name": "Line 3"}));
    assert_eq!(world.field("deal", &deal, "stage").as_deref(), Some("talking"));
}

#[test]
fn everything_wrong_with_a_pipeline_is_told_with_its_place() {
    let mut made = with_pipeline();
    made["pipelines"][0]["stages"][1]["key"] = json!("offred");
    made["pipelines"][0]["stages"][3]["gate"]["required"] = json!(["amuont"]);
    made["roles"][1]["grants"][0]["object"] = json!("laed");
    let told = problems(&made);
    assert!(
        told[0].starts_with("pipelines[0].stages[1].key: `offred` is no option of `deal.stage`; did you mean"),
        "{told:?}"
    );
    assert!(
        told.iter().any(|told| told.starts_with("pipelines[0].stages[3].gate.required[0]: unknown field `amuont`"))
    );
    assert!(told.iter().all(|told| !told.starts_with("pipelines") || told.ends_with("(in `sales`)")), "{told:?}");
    assert!(told.iter().any(|told| told.starts_with("roles[1].grants[0]")), "what is wrong elsewhere is told as well");
}

#[test]
fn an_option_that_is_no_stage_and_an_object_without_stages_are_refused() {
    let mut made = with_pipeline();
    made["pipelines"][0]["stages"].as_array_mut().unwrap().remove(2);
    assert_eq!(problems(&made), ["pipelines[0].stages: missing: `signing` is an option of `deal.stage` (in `sales`)"]);
    let mut made = with_pipeline();
    made["pipelines"][0]["object"] = json!("account");
    assert_eq!(problems(&made), ["pipelines[0].object: `account` has no stage (in `sales`)"]);
}

#[test]
fn a_pipeline_starts_where_the_stage_field_does_and_is_the_only_one_of_its_object() {
    let mut made = with_pipeline();
    made["objects"][3]["fields"][3]["default"] = json!("offered");
    let told = problems(&made);
    assert_eq!(
        told,
        ["pipelines[0].stages: start with `talking`, but the default of the stage field is `offered` (in `sales`)"]
    );
    let mut made = with_pipeline();
    let mut second = sales();
    second["key"] = json!("renewals");
    made["pipelines"].as_array_mut().unwrap().push(second);
    assert_eq!(problems(&made), ["pipelines[1].object: `deal` has the pipeline `sales` already (in `renewals`)"]);
}

#[test]
fn a_definition_with_pipelines_is_written_as_it_is_read() {
    let json = serde_json::to_value(Definition::from_json(&with_pipeline().to_string())).unwrap();
    assert_eq!(json["pipelines"][0]["stages"], with_pipeline()["pipelines"][0]["stages"]);
    assert_eq!(serde_json::from_value::<Definition>(json.clone()).unwrap(), Definition::from_json(&json.to_string()));
}
