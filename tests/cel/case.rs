//! The cases as they are kept: one array of JSON a file.

use std::fs;
use std::path::{Path, PathBuf};

use guanxi::expr::{Names, Slot, Type};
use guanxi::value::{List, Value};
use serde_json::Value as Json;

use crate::expected::Expected;

/// One case of the suite.
pub struct Case {
    /// `file/section/name`, and `#2` behind the second of that name.
    pub id: String,
    pub expr: String,
    pub expected: Expected,
    /// The variables, or why there are none here that are like them.
    pub bindings: Result<Bindings, &'static str>,
}

/// The variables of a case as the fields of a record.
#[derive(Default)]
pub struct Bindings {
    names: Vec<(String, Type)>,
    pub row: Vec<Option<Value>>,
}

impl Names for Bindings {
    fn resolve(&self, path: &[&str]) -> Option<(Slot, Type)> {
        let path = path.join(".");
        let slot = self.names.iter().position(|(name, _)| *name == path)?;
        Some((Slot::new(u32::try_from(slot).unwrap()), self.names[slot].1.clone()))
    }
}

/// Returns the folder of the suite, if it is there.
pub fn folder() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/rules/cel");
    folder.is_dir().then_some(folder)
}

/// Reads every case of every file, in order.
pub fn read(folder: &Path) -> Vec<Case> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    let mut cases: Vec<Case> = Vec::new();
    for path in files {
        let file = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let list: Vec<Json> = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        for json in list {
            let text = |key: &str| json[key].as_str().unwrap_or_default();
            let plain = format!("{file}/{}/{}", text("section"), text("name"));
            let twins = cases.iter().filter(|case| case.id.split('#').next() == Some(&plain)).count();
            let id = if twins == 0 { plain } else { format!("{plain}#{}", twins + 1) };
            let (expr, expected) = (text("expr").to_owned(), Expected::of(&json));
            cases.push(Case { id, expr, expected, bindings: bindings(&json) });
        }
    }
    cases
}

fn bindings(json: &Json) -> Result<Bindings, &'static str> {
    let mut bindings = Bindings::default();
    if json.get("container").is_some() && json.get("type_env").is_some() {
        return Err("a variable that is looked up in a namespace");
    }
    for declared in json["type_env"].as_array().into_iter().flatten() {
        let Some(ty) = ty(&declared["ident"]["type"]) else { return Err("a variable of a type that no field has") };
        bindings.names.push((declared["name"].as_str().unwrap().to_owned(), ty));
        bindings.row.push(None);
    }
    for bound in json["bindings"].as_array().into_iter().flatten() {
        let name = bound["key"].as_str().unwrap();
        let Some(slot) = bindings.names.iter().position(|(known, _)| known == name) else {
            return Err("a variable without a type");
        };
        let value = value(&bound["value"]["value"]).ok_or("a variable of a value that no field has")?;
        bindings.row[slot] = Some(value);
    }
    Ok(bindings)
}

fn ty(json: &Json) -> Option<Type> {
    Some(match json["primitive"].as_str() {
        Some("BOOL") => Type::Bool,
        Some("INT64") => Type::Integer,
        Some("DOUBLE") => Type::Decimal,
        Some("STRING") => Type::Text,
        _ => match json["message_type"].as_str() {
            Some("google.protobuf.Duration") => Type::Duration,
            Some("google.protobuf.Timestamp") => Type::Instant,
            _ => Type::List(ty(json["list_type"].get("elem_type")?)?.into()),
        },
    })
}

fn value(json: &Json) -> Option<Value> {
    let (kind, value) = json.as_object()?.iter().next()?;
    Some(match kind.as_str() {
        "bool_value" => Value::Bool(value.as_bool()?),
        "int64_value" => Value::Integer(value.as_str()?.parse().ok()?),
        "double_value" => Value::Decimal(value.as_str()?.parse().ok()?),
        "string_value" => Value::text(value.as_str()?),
        "list_value" => {
            let items = value["values"].as_array()?.iter().map(self::value).collect::<Option<Vec<_>>>()?;
            Value::List(List::new(items).ok()?)
        }
        _ => return None,
    })
}
