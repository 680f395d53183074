use guanxi::model::OBJECTS;
use guanxi::pipeline::{Basis, Pipelines, StageKind, compile};
use guanxi::schema::{ObjectDef, Schema, Settings};
use serde_json::Value as Json;

const STANDARD: &str = include_str!("../../src/standard/pipelines.json");

fn standard() -> Pipelines {
    let objects: Vec<ObjectDef> = OBJECTS.iter().map(|(_, json)| serde_json::from_str(json).unwrap()).collect();
    let schema = Schema::compile(&objects, &Settings::default()).unwrap();
    let json: Json = serde_json::from_str(STANDARD).unwrap();
    let defs: Vec<_> = serde_json::from_value(json["pipelines"].clone()).unwrap();
    compile(&defs, &schema).unwrap_or_else(|problems| panic!("{problems}"))
}

#[test]
fn six_stages_lead_from_the_first_lead_to_the_signed_contract() {
    let pipelines = standard();
    let sales = pipelines.latest("sales").unwrap();
    let stages = sales.stages().iter().filter(|stage| stage.kind() != StageKind::Lost);
    let table: Vec<String> = stages
        .map(|stage| {
            let expected = stage.expected().unwrap();
            assert_eq!(expected.basis, Basis::SinceStart);
            let shares = [stage.survival(), stage.pass_rate(), stage.win_probability()].map(|share| share.unwrap());
            let [survival, pass_rate, win] = shares;
            format!("{} {}-{} {survival} {pass_rate} {win}", stage.key(), expected.min_days, expected.max_days)
        })
        .collect();
    assert_eq!(
        table,
        [
            "lead_acquisition 1-3 0.80 0.80 0.25",
            "first_contact 3-7 0.60 0.75 0.333",
            "need_confirmation 7-14 0.45 0.75 0.444",
            "proposal 14-21 0.35 0.778 0.571",
            "negotiation 21-30 0.25 0.714 0.80",
            "won 30-45 0.20 0.80 1",
        ]
    );
    assert_eq!(sales.first_stage().unwrap().label().in_language("zh"), Some("线索获取"));
    assert!(sales.stages().iter().all(|stage| stage.label().in_language("en").is_some()));
}

#[test]
fn the_three_rates_agree_with_each_other() {
    let pipelines = standard();
    let sales = pipelines.latest("sales").unwrap();
    let stages: Vec<_> = sales.stages().iter().filter(|stage| stage.kind() != StageKind::Lost).collect();
    let signed = stages.last().unwrap().survival().unwrap().decimal();
    let mut before = rust_decimal::Decimal::ONE;
    for stage in stages {
        let survival = stage.survival().unwrap().decimal();
        assert_eq!((survival / before).round_dp(3), stage.pass_rate().unwrap().decimal(), "{}", stage.key());
        assert_eq!((signed / survival).round_dp(3), stage.win_probability().unwrap().decimal(), "{}", stage.key());
        before = survival;
    }
}
