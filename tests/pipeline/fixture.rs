use std::sync::Arc;

use guanxi::expr::Env;
use guanxi::pipeline::{Pipeline, PipelineDef, Pipelines, Transition, compile};
use guanxi::record::{Fields, Origin, Record, entry};
use guanxi::schema::{ObjectDef, Problems, Schema, Settings};
use guanxi::value::{Id, Instant};
use serde_json::{Value as Json, json};

pub(crate) fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

pub(crate) const MONDAY: &str = "2026-03-02T09:00:00Z";

/// A deal with the stages `a` to `d`, `won` and `lost`, and a ticket without stages.
pub(crate) fn schema() -> Schema {
    let objects: Vec<ObjectDef> = serde_json::from_value(json!([
        {"key": "deal", "stage": "stage", "fields": [
            {"key": "stage", "type": "enum", "options": ["a", "b", "c", "d", "won", "lost"]},
            {"key": "need", "type": "text"},
            {"key": "contact", "type": "text"},
            {"key": "amount", "type": "money"},
            {"key": "reason", "type": "enum", "options": ["price", "timing", "other"]},
            {"key": "note", "type": "text"}
        ]},
        {"key": "ticket", "fields": [{"key": "name", "type": "text"}]}
    ]))
    .unwrap();
    Schema::compile(&objects, &Settings::default()).unwrap()
}

/// Four open stages with a gate each but the first, and what `changes` puts over it.
pub(crate) fn sales(changes: Json) -> Json {
    let mut def = json!({
        "key": "sales", "object": "deal", "version": 1,
        "stages": [
            {"key": "a", "kind": "open"},
            {"key": "b", "kind": "open", "gate": {"required": ["contact"]}},
            {"key": "c", "kind": "open", "gate": {"required": ["need"], "when": "amount >= 'CNY 100.00'"}},
            {"key": "d", "kind": "open"},
            {"key": "won", "kind": "won", "gate": {"when": "has(amount) && size(need) > 3"}},
            {"key": "lost", "kind": "lost"}
        ],
        "lost": {"reason": "reason", "reasons": ["price", "other"], "note": "note", "note_for": ["other"]}
    });
    for (key, value) in changes.as_object().unwrap() {
        def[key] = value.clone();
    }
    def
}

pub(crate) fn compiled(defs: &[Json]) -> Result<Pipelines, Problems> {
    let defs: Vec<PipelineDef> = defs.iter().map(|def| serde_json::from_value(def.clone()).unwrap()).collect();
    compile(&defs, &schema())
}

pub(crate) fn pipeline(changes: Json) -> Arc<Pipeline> {
    Arc::clone(compiled(&[sales(changes)]).unwrap().latest("sales").unwrap())
}

/// Judges a move of a deal with these fields.
pub(crate) fn moved(pipeline: &Pipeline, from: Option<&str>, to: &str, fields: Json) -> Transition {
    let schema = schema();
    let fields: Fields = serde_json::from_value(fields).unwrap();
    let origin = Origin::new("li.na", "app", at(MONDAY));
    let (deal, id) = (schema.object("deal").unwrap(), Id::new("d-1").unwrap());
    let record: Record = entry::create(&schema, deal, id, &fields, &origin, entry::Writer::Caller).unwrap();
    pipeline.decide(from, to, &record, &Env::new(at(MONDAY)))
}
