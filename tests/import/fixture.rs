//! A company that imports files.

use std::ops::ControlFlow;

use guanxi::crm::import::{Import, ImportDef, ImportEvent, ImportOptions, ImportReport, RefusedRow, Row, RowError};
use guanxi::{Context, Crm};
use serde_json::{Value as Json, json};

use crate::company::{World, definition, name};

/// The company with products, that has imported nothing yet.
pub(crate) fn world() -> World {
    let mut made = definition();
    let objects = made["objects"].as_array_mut().unwrap();
    objects.push(json!({"key": "product", "title": "name", "fields": [
        {"key": "name", "type": "text", "unique": true, "required": true},
        {"key": "series", "type": "text", "index": true},
        {"key": "price", "type": "decimal"}]}));
    objects.push(json!({"key": "everything", "title": "text", "fields": [
        {"key": "text", "type": "text"}, {"key": "integer", "type": "integer"}, {"key": "decimal", "type": "decimal"},
        {"key": "money", "type": "money"}, {"key": "date", "type": "date"}, {"key": "instant", "type": "instant"},
        {"key": "duration", "type": "duration"}, {"key": "bool", "type": "bool"},
        {"key": "enum", "type": "enum", "options": ["won", "lost"]},
        {"key": "product", "type": "reference", "to": "product"}, {"key": "series", "type": "reference", "to": "product"},
        {"key": "user", "type": "reference", "to": "user"}, {"key": "itself", "type": "reference", "to": "everything"},
        {"key": "account", "type": "reference", "to": "account"},
        {"key": "days", "type": {"list": "date"}}, {"key": "tags", "type": "tags"},
        {"key": "by_rules", "type": "text", "read_only": true}]}));
    let mut world = World::new(&made);
    for user in ["boss", "li.na"] {
        world.ok(json!({"create": {"object": "user", "id": user, "fields": {"name": user}}}));
    }
    world
}

pub(crate) fn import(crm: &Crm, def: Json) -> Import {
    let def: ImportDef = serde_json::from_value(def.clone()).unwrap_or_else(|error| panic!("{error}: {def}"));
    crm.import(&def).unwrap_or_else(|problems| panic!("{problems}"))
}

/// An import of `everything` by the column `no`, with these fields.
pub(crate) fn everything(fields: Json) -> Json {
    json!({"key": "all", "object": "everything", "external": {"system": "erp", "column": "no"}, "fields": fields})
}

/// What came of an import.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) report: ImportReport,
    pub(crate) refused: Vec<RefusedRow>,
}

impl Run {
    /// What came back, a line a row.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.refused.iter().map(ToString::to_string).collect()
    }

    /// Rows created, updated, unchanged, refused.
    pub(crate) fn counts(&self) -> [u64; 4] {
        [self.report.created, self.report.updated, self.report.unchanged, self.report.refused]
    }
}

/// Runs lines of cells that `;` separates, the first of which is the header; rows are numbered like lines.
pub(crate) fn run(world: &mut World, ctx: &Context, def: Json, lines: &[&str]) -> Run {
    run_with(world, ctx, def, lines, &ImportOptions::new())
}

pub(crate) fn run_with(world: &mut World, ctx: &Context, def: Json, lines: &[&str], options: &ImportOptions) -> Run {
    let import = import(&world.crm, def);
    let header: Vec<&str> = lines[0].split(';').collect();
    let columns = import.columns(&header).unwrap_or_else(|problems| panic!("{problems}"));
    let mut refused = Vec::new();
    let watch = |event: ImportEvent<'_>| {
        if let ImportEvent::Refused(row) = event {
            refused.push(row);
        }
        ControlFlow::Continue(())
    };
    let rows = rows(lines);
    let report = world.crm.import_rows(&mut world.store, ctx, &columns, rows, options, watch).unwrap();
    assert_eq!(report.rows, report.created + report.updated + report.unchanged + report.refused);
    Run { report, refused }
}

pub(crate) fn rows(lines: &[&str]) -> Vec<Result<Row, RowError>> {
    (1..).zip(lines).skip(1).map(|(number, line)| Ok(Row::new(number, line.split(';')))).collect()
}

/// What the one record with this text in the title says in a field.
pub(crate) fn titled(world: &mut World, object: &str, title: &str, field: &str) -> Option<String> {
    let ctx = world.system();
    let page = world.ask(&ctx, &guanxi::Query::list(name(object)).page_size(1_000)).unwrap();
    let found: Vec<_> = page.records.iter().filter(|view| view.title() == title).collect();
    assert_eq!(found.len(), 1, "{object} `{title}`");
    found[0].get(field).map(ToString::to_string)
}
