use std::collections::BTreeMap;

use guanxi::pipeline::Migration;
use serde_json::{Value as Json, json};

use crate::fixture::{compiled, sales};

fn second(stages: Json) -> Json {
    let mut second = sales(json!({"version": 2}));
    second["stages"] = stages;
    second
}

fn mapping(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(from, to)| ((*from).to_owned(), (*to).to_owned())).collect()
}

#[test]
fn versions_live_side_by_side() {
    let few = json!([{"key": "a", "kind": "open"}, {"key": "won", "kind": "won"}, {"key": "lost", "kind": "lost"}]);
    let pipelines = compiled(&[second(few), sales(json!({}))]).unwrap();
    assert_eq!(pipelines.latest("sales").unwrap().version(), 2);
    assert_eq!(pipelines.get("sales", 1).unwrap().stages().len(), 6);
    assert!(pipelines.get("sales", 3).is_none() && pipelines.latest("service").is_none());
    let deal = pipelines.latest("sales").unwrap().object();
    assert_eq!(pipelines.of_object(deal).map(|pipeline| pipeline.version()).collect::<Vec<_>>(), [2]);
}

#[test]
fn a_migration_tells_where_every_stage_goes() {
    let stages = json!([
        {"key": "a", "kind": "open"}, {"key": "d", "kind": "open"},
        {"key": "won", "kind": "won"}, {"key": "lost", "kind": "lost"}
    ]);
    let pipelines = compiled(&[sales(json!({})), second(stages)]).unwrap();
    let (old, new) = (pipelines.get("sales", 1).unwrap(), pipelines.get("sales", 2).unwrap());
    let plan = |pairs: &[(&str, &str)]| Migration::plan(old, new, &mapping(pairs)).map_err(|wrong| wrong.to_string());

    assert_eq!(
        plan(&[]).unwrap_err(),
        "mapping.b: missing: the stage is gone in version 2\nmapping.c: missing: the stage is gone in version 2"
    );
    assert_eq!(
        plan(&[("b", "won"), ("c", "x"), ("y", "a")]).unwrap_err(),
        "mapping.c: `x` is no stage of version 2\n\
         mapping.y: `y` is no stage of version 1\n\
         mapping.b: is open, but `won` of version 2 is won"
    );
    let plan = plan(&[("b", "a"), ("c", "d")]).unwrap();
    assert_eq!((plan.from, plan.to, plan.stages.len(), plan.renamed().count()), (1, 2, 6, 2));
    assert_eq!(
        serde_json::to_value(&plan.stages).unwrap(),
        json!({"a": "a", "b": "a", "c": "d", "d": "d", "won": "won", "lost": "lost"})
    );
    // Back again nothing is gone, and no stage need be named.
    assert_eq!(Migration::plan(new, old, &mapping(&[])).unwrap().renamed().count(), 0);
}

#[test]
fn records_do_not_migrate_to_another_pipeline() {
    let pipelines = compiled(&[sales(json!({})), sales(json!({"key": "partners"}))]).unwrap();
    let (sales, partners) = (pipelines.latest("sales").unwrap(), pipelines.latest("partners").unwrap());
    let refused = Migration::plan(sales, partners, &mapping(&[])).unwrap_err();
    assert_eq!(refused.to_string(), "pipeline: `partners` is another pipeline than `sales`");
}
