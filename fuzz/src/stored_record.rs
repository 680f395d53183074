//! Any bytes are a record or corrupt; a record is the same after writing and reading it, also when a definition that
//! knows fewer fields reads and writes it in between.

use std::sync::{Arc, OnceLock};

use guanxi::record::{Fields, Origin, Record, entry, quality_score};
use guanxi::schema::{Object, ObjectDef, Schema, Settings};
use guanxi::value::{Id, Revision, Value};

/// Checks the bytes of one record.
pub fn check(data: &[u8]) {
    let id = Id::from_uuid_bytes([7; 16]);
    let revision = Revision::new(3);
    let read = |schema, bytes: &[u8]| Record::from_stored(object(schema), &id, revision, bytes);
    let Ok(record) = read(whole(), data) else { return };
    let bytes = record.to_stored();
    let again = read(whole(), &bytes).expect("what was written can be read");
    assert_eq!(again, record);
    assert_eq!(again.to_stored(), bytes);

    let known_less = read(part(), &bytes).expect("a definition with fewer fields reads it");
    let back = read(whole(), &known_less.to_stored()).expect("and writes what can be read");
    assert_eq!(back, record);

    assert!(serde_json::to_string(&record).is_ok());
    let origin = Origin::new("li.na", "app", "2026-03-02T09:00:00Z".parse().expect("a moment"));
    assert!(quality_score(&record, origin.at()).per_mille <= 1_000);
    let fields: Fields = [("text".parse().expect("a name"), Some(Value::text("new")))].into_iter().collect();
    let updated = entry::update(part(), &known_less, &fields, &origin, entry::Writer::Caller);
    let updated = updated.expect("a text can be set").to_stored();
    let updated = read(whole(), &updated).expect("an updated record can be read");
    assert_eq!(updated.get("text"), Some(&Value::text("new")));
    for key in ["phone", "money", "dates", "tags"] {
        assert_eq!(updated.get(key), record.get(key), "`{key}` was lost by a definition that does not know it");
    }
}

const WHOLE: &str = r#"{"key": "thing", "title": "text", "fields": [
    {"key": "text", "type": "text", "weight": 1},
    {"key": "phone", "type": "text", "format": "phone", "freshness": {"within": "P30D"}, "weight": 2},
    {"key": "flag", "type": "bool"},
    {"key": "whole", "type": "integer"},
    {"key": "rate", "type": "decimal"},
    {"key": "money", "type": "money"},
    {"key": "on", "type": "date"},
    {"key": "at", "type": "instant"},
    {"key": "span", "type": "duration"},
    {"key": "stage", "type": "enum", "options": ["new", "won"]},
    {"key": "parent", "type": "reference", "to": "thing"},
    {"key": "dates", "type": {"list": "date"}},
    {"key": "tags", "type": "tags"}
]}"#;

const PART: &str = r#"{"key": "thing", "title": "text", "fields": [
    {"key": "whole", "type": "text"},
    {"key": "text", "type": "text", "weight": 1}
]}"#;

fn object(schema: &'static Schema) -> &'static Arc<Object> {
    schema.object("thing").expect("declared below")
}

fn whole() -> &'static Schema {
    static SCHEMA: OnceLock<Schema> = OnceLock::new();
    SCHEMA.get_or_init(|| schema(WHOLE))
}

fn part() -> &'static Schema {
    static SCHEMA: OnceLock<Schema> = OnceLock::new();
    SCHEMA.get_or_init(|| schema(PART))
}

fn schema(object: &str) -> Schema {
    let object: ObjectDef = serde_json::from_str(object).expect("a definition");
    Schema::compile(&[object], &Settings::default()).expect("a valid definition")
}
