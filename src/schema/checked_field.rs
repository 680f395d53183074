use std::collections::HashSet;
use std::sync::Arc;

use super::{ClassNumber, Field, FieldClasses, FieldDef, Format, Problems, slots};
use crate::value::{Name, Value, ValueType};

/// Checks what a field says of itself.
pub(super) fn checked_field(
    def: &FieldDef,
    slot: u16,
    path: &str,
    classes: &FieldClasses,
    problems: &mut Problems,
) -> Field {
    let class = match &def.class {
        None => ClassNumber::CUSTOM,
        Some(name) => classes.number(name.as_str()).unwrap_or_else(|| {
            problems.add(format!("{path}.class"), classes.unknown(name));
            ClassNumber::CUSTOM
        }),
    };
    let item = match &def.value_type {
        ValueType::List(item) => item.as_ref(),
        other => other,
    };
    if matches!(item, ValueType::List(_)) {
        problems.add(format!("{path}.type"), "a list cannot hold a list");
    }
    check_options(def, item, path, problems);
    if def.format.is_some() && *item != ValueType::Text {
        problems.add(format!("{path}.format"), format_args!("a format is for text, not for {}", def.value_type));
    }
    let system = slot < slots::FIRST_DECLARED;
    match (item, &def.to) {
        (ValueType::Reference, None) if !system => {
            problems.add(format!("{path}.to"), "missing: a reference needs the object that it refers to");
        }
        (ValueType::Reference, _) | (_, None) => {}
        (_, Some(_)) => {
            problems.add(format!("{path}.to"), format_args!("only a reference refers, not {}", def.value_type))
        }
    }
    let mut constant = |name: &str, json: &Option<serde_json::Value>| {
        let json = json.as_ref()?;
        match Value::from_json(json, &def.value_type) {
            Ok(value) => Some(value),
            Err(wrong) => {
                problems.add(format!("{path}.{name}"), wrong);
                None
            }
        }
    };
    let (default, min, max) = (constant("default", &def.default), constant("min", &def.min), constant("max", &def.max));
    if let (Some(min), Some(max)) = (&min, &max) {
        if min > max {
            problems.add(format!("{path}.min"), format_args!("`{min}` is above the maximum `{max}`"));
        }
    }
    if let Some(Value::Enum(key)) = &default {
        if !def.options.iter().any(|option| option.key == **key) {
            problems.add(format!("{path}.default"), format_args!("`{key}` is no option"));
        }
    }
    let default_weight = match def.format {
        Some(Format::Email | Format::Phone | Format::CompanyName | Format::PersonName) => 1,
        _ => u32::from(def.required),
    };
    Field {
        key: def.key.clone(),
        slot,
        value_type: def.value_type.clone(),
        class,
        format: def.format,
        label: def.label.clone(),
        options: def.options.iter().map(|option| Arc::from(option.key.as_str())).collect(),
        option_defs: def.options.as_slice().into(),
        target: def.to.clone(),
        collection: def.collection.clone(),
        required: def.required,
        required_if: None,
        read_only: def.read_only || system,
        indexed: def.index || def.unique,
        default,
        min,
        max,
        freshness: def.freshness,
        weight: def.weight.unwrap_or(default_weight),
    }
}

fn check_options(def: &FieldDef, item: &ValueType, path: &str, problems: &mut Problems) {
    let path = format!("{path}.options");
    match (item, def.options.is_empty()) {
        (ValueType::Enum, true) => problems.add(&path, "missing: an enum needs its options"),
        (ValueType::Enum, false) | (_, true) => {}
        (_, false) => problems.add(&path, format_args!("only an enum has options, not {}", def.value_type)),
    }
    let mut seen = HashSet::new();
    for (position, option) in def.options.iter().enumerate() {
        if option.key.is_empty() || option.key.len() > Name::MAX_LEN {
            problems.add(format!("{path}[{position}]"), format_args!("expected a key of 1 to {} bytes", Name::MAX_LEN));
        }
        if !seen.insert(&option.key) {
            problems.add(format!("{path}[{position}]"), format_args!("`{}` is declared twice", option.key));
        }
    }
}
