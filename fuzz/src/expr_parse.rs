//! Any text is an expression or a syntax error; both written forms of an expression give back the same tree, and what
//! compiles can be evaluated on any record.

use std::sync::OnceLock;

use guanxi::expr::{Env, Expr, Scope};
use guanxi::record::{Fields, Origin, Record, entry};
use guanxi::schema::{Object, RecordNames};
use guanxi::value::{Id, Value};

use crate::company::crm;

/// Checks one text, as the text form and as a tree in JSON.
pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    for read in [text.parse::<Expr>(), Expr::from_json_str(text)] {
        match read {
            Ok(expr) => holds(&expr),
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
}

fn holds(expr: &Expr) {
    let printed = expr.to_string();
    assert_eq!(printed.parse::<Expr>().as_ref(), Ok(expr), "printed as {printed}");
    let tree = expr.to_json();
    assert_eq!(Expr::from_json(&tree).as_ref(), Ok(expr), "written as {tree}");
    assert_eq!(Expr::from_json_str(&tree.to_string()).as_ref(), Ok(expr), "written as {tree}");
    let json = serde_json::to_string(expr).expect("an expression can be written");
    assert_eq!(serde_json::from_str::<Expr>(&json).expect("and read"), *expr);
    for object in crm().schema().objects().iter().filter(|object| ["deal", "lead"].contains(&object.name().as_str())) {
        let Ok(program) = expr.compile(&RecordNames::new(crm().schema(), object)) else { continue };
        let env = Env::new(origin().at()).with_offset(480);
        for record in records().iter().filter(|record| record.object().name() == object.name()) {
            let scope = Scope::new(record, &env).with_old(record);
            let why = program.explain(scope);
            assert_eq!(why.truth, program.test(scope), "{expr}");
            assert!(
                why.truth != guanxi::expr::Truth::True || !why.to_string().is_empty() || program.slots().is_empty()
            );
            if let Ok(value) = program.value(scope) {
                assert!(value != Value::Bool(true) || program.test(scope).is_true(), "{expr}");
            }
        }
    }
}

/// A bare and a full record of each object.
fn records() -> &'static [Record] {
    static RECORDS: OnceLock<Vec<Record>> = OnceLock::new();
    RECORDS.get_or_init(|| {
        let objects = ["deal", "lead"].into_iter().filter_map(|name| crm().schema().object(name));
        objects.flat_map(|object| [Record::new(object, id(), &origin()), full(object)]).collect()
    })
}

fn full(object: &std::sync::Arc<Object>) -> Record {
    let fields = object.declared_fields().filter_map(|field| {
        let text = match field.value_type().to_string().as_str() {
            "enum" => field.options().first()?.as_ref().to_owned(),
            "money" => "CNY 9.90".into(),
            "date" => "2026-02-17".into(),
            "instant" => "2026-02-17T09:00:00Z".into(),
            "decimal" => "0.75".into(),
            "integer" => return Some((field.key().clone(), Some(Value::Integer(7)))),
            "bool" => return Some((field.key().clone(), Some(Value::Bool(true)))),
            _ if field.format().is_some() => return None,
            _ => "x".to_owned(),
        };
        Some((field.key().clone(), Some(Value::text(&text))))
    });
    let fields: Fields = fields.chain([("company".parse().expect("a name"), Some("云舟".into()))]).collect();
    let fields = fields.iter().filter(|(key, _)| object.field(key.as_str()).is_some());
    let fields: Fields = fields.map(|(key, value)| (key.clone(), value.cloned())).collect();
    entry::create(crm().schema(), object, id(), &fields, &origin(), entry::Writer::Rule).expect("valid fields")
}

fn id() -> Id {
    Id::from_uuid_bytes([7; 16])
}

fn origin() -> Origin {
    Origin::new("li.na", "app", "2026-03-02T09:00:00Z".parse().expect("a moment"))
}
