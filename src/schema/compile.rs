use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use super::system_fields::system_fields;
use super::{
    ClassNumber, Field, FieldClasses, FieldDef, Format, Index, Object, ObjectDef, Ownership, Problems, Schema,
};
use super::{Settings, slots};
use crate::value::ordered::head;
use crate::value::{Name, Value, ValueType};

/// Checks objects one by one, then what they say about each other, then their conditions.
pub(super) fn schema(defs: &[ObjectDef], settings: &Settings) -> Result<Schema, Problems> {
    let mut problems = Problems::default();
    settings.limits.check(&mut problems);
    let most = settings.limits.objects;
    if defs.len() > most || !problems.is_empty() {
        if defs.len() > most {
            problems.add("objects", format_args!("{} objects: expected at most {most}", defs.len()));
        }
        return Err(problems);
    }
    let classes = FieldClasses::new(&settings.classes).unwrap_or_else(|| {
        problems.add("settings.classes", format_args!("too many classes: expected at most {}", FieldClasses::MAX));
        FieldClasses::default()
    });
    let mut by_name = BTreeMap::new();
    let mut objects = Vec::with_capacity(defs.len());
    for (number, def) in (0_u16..).zip(defs) {
        let path = format!("objects[{number}]");
        if by_name.insert(def.key.clone(), number).is_some() {
            let message = format_args!("`{}` is declared twice; to add fields to it, change the first one", def.key);
            problems.add(format!("{path}.key"), message);
        }
        objects.push(object(def, number, &path, &classes, settings, &mut problems));
    }
    for (number, def) in defs.iter().enumerate() {
        check_targets(def, number, &by_name, &mut problems);
    }
    check_index_names(&objects, &mut problems);
    let mut made = Schema { objects: Vec::new(), by_name, classes, settings: settings.clone() };
    made.objects = objects.into_iter().map(Arc::new).collect();
    let conditions = super::conditions::compile(defs, &made, &mut problems);
    for object in &mut made.objects {
        // Nobody else holds the object yet, so this never clones and never misses.
        if let Some(object) = Arc::get_mut(object) {
            for field in &mut object.fields {
                field.required_if = conditions.get(&(object.number, field.slot)).cloned();
            }
        }
    }
    problems.into_result(made)
}

fn object(
    def: &ObjectDef,
    number: u16,
    path: &str,
    classes: &FieldClasses,
    settings: &Settings,
    problems: &mut Problems,
) -> Object {
    let mut fields: Vec<Field> = Vec::new();
    let mut by_key = BTreeMap::new();
    if def.fields.len() > settings.limits.fields {
        let (count, most) = (def.fields.len(), settings.limits.fields);
        problems.add(format!("{path}.fields"), format_args!("{count} fields: expected at most {most}"));
    }
    let declared = def.fields.iter().take(settings.limits.fields);
    for (slot, field) in (0_u16..).zip(system_fields().iter().chain(declared)) {
        let path = match slot.checked_sub(slots::FIRST_DECLARED) {
            Some(position) => format!("{path}.fields[{position}]"),
            None => path.to_owned(),
        };
        if by_key.insert(field.key.clone(), slot).is_some() {
            let system = usize::from(slots::FIRST_DECLARED);
            let of_guanxi = fields.iter().take(system).any(|known| known.key == field.key);
            let what = if of_guanxi { "is kept by guanxi itself" } else { "is declared twice" };
            problems.add(format!("{path}.key"), format_args!("`{}` {what}", field.key));
        }
        if field.key.as_str().contains('.') || field.key.as_str().contains('-') {
            problems.add(format!("{path}.key"), format_args!("`{}`: expected no `.` or `-` in a field", field.key));
        }
        fields.push(checked_field(field, slot, &path, classes, problems));
    }
    let mut slot_of = |at: String, key: &Option<Name>, wanted: &[ValueType], target: Option<&str>| {
        let key = key.as_ref()?;
        let Some(field) = by_key.get(key).and_then(|&slot| fields.get(usize::from(slot))) else {
            problems.add(at, format_args!("unknown field `{key}`"));
            return None;
        };
        if !wanted.is_empty() && !wanted.contains(&field.value_type) {
            let wanted: Vec<_> = wanted.iter().map(ToString::to_string).collect();
            problems.add(at, format_args!("`{key}` is {}: expected {}", field.value_type, wanted.join(" or ")));
        } else if target.is_some_and(|target| field.target.as_ref().is_some_and(|to| to != target)) {
            problems.add(at, format_args!("`{key}` must refer to `{}`", target.unwrap_or_default()));
        }
        Some(field.slot)
    };
    let people = ValueType::List(Box::new(ValueType::Reference));
    let ownership = Ownership {
        owner: slot_of(format!("{path}.ownership.owner"), &def.ownership.owner, &[ValueType::Reference], Some("user")),
        team: slot_of(format!("{path}.ownership.team"), &def.ownership.team, &[ValueType::Reference], Some("team")),
        shared_with: slot_of(
            format!("{path}.ownership.shared_with"),
            &def.ownership.shared_with,
            &[people],
            Some("user"),
        ),
        sealed: slot_of(format!("{path}.ownership.sealed"), &def.ownership.sealed, &[ValueType::Bool], None),
    };
    let title = slot_of(format!("{path}.title"), &def.title, &[], None);
    let stage = slot_of(format!("{path}.stage"), &def.stage, &[ValueType::Enum], None);
    let last_touch = slot_of(format!("{path}.last_touch"), &def.last_touch, &[ValueType::Instant], None);
    let indexes = indexes(def, path, &mut fields, &by_key, problems);
    for (position, field) in def.fields.iter().enumerate() {
        let Some(name) = &field.collection else { continue };
        let slot = by_key.get(&field.key);
        let leads_an_index = slot.is_some_and(|&slot| indexes.iter().any(|index| index.leads_with(slot)));
        if field.to.is_none() || !leads_an_index {
            let at = format!("{path}.fields[{position}].collection");
            problems.add(
                at,
                format_args!("`{name}` needs a reference with `\"index\": true`, or one that an index has first"),
            );
        }
    }
    Object {
        name: def.key.clone(),
        number,
        label: def.label.clone(),
        ids: def.ids,
        fields,
        by_key: by_key.iter().map(|(key, &slot)| (head(key.as_str().as_bytes()), slot)).collect(),
        indexes,
        title,
        stage,
        last_touch,
        ownership,
    }
}

fn checked_field(def: &FieldDef, slot: u16, path: &str, classes: &FieldClasses, problems: &mut Problems) -> Field {
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

/// Unique indexes first: a decision that breaks one must not look further.
fn indexes(
    def: &ObjectDef,
    path: &str,
    fields: &mut [Field],
    by_key: &BTreeMap<Name, u16>,
    problems: &mut Problems,
) -> Vec<Index> {
    let mut made = vec![Index { name: def.key.joined("external_ids"), slots: vec![slots::EXTERNAL_IDS], unique: true }];
    let mut plain = vec![
        Index { name: def.key.joined("created_at"), slots: vec![slots::CREATED_AT], unique: false },
        Index { name: def.key.joined("deleted_at"), slots: vec![slots::DELETED_AT], unique: false },
    ];
    for field in &def.fields {
        let Some(&slot) = by_key.get(&field.key) else { continue };
        let index = Index { name: def.key.joined(field.key.as_str()), slots: vec![slot], unique: field.unique };
        if field.unique {
            made.push(index);
        } else if field.index {
            plain.push(index);
        }
    }
    let mut several = |key: String, names: &[Name], unique: bool, at: String| -> Option<Index> {
        if names.len() < 2 {
            problems.add(&at, "expected at least two fields; a single one says `index` or `unique` itself");
            return None;
        }
        let mut slots_of = Vec::new();
        for (position, name) in names.iter().enumerate() {
            let Some(&slot) = by_key.get(name) else {
                problems.add(format!("{at}[{position}]"), format_args!("unknown field `{name}`"));
                continue;
            };
            if let Some(field) = fields.get_mut(usize::from(slot)) {
                if matches!(field.value_type, ValueType::List(_) | ValueType::Tags) {
                    problems.add(
                        format!("{at}[{position}]"),
                        format_args!("`{name}` has several values: index it on its own"),
                    );
                }
                field.indexed = true;
            }
            slots_of.push(slot);
        }
        Some(Index { name: def.key.joined(&key), slots: slots_of, unique })
    };
    for (position, names) in def.unique.iter().enumerate() {
        let key = names.iter().map(Name::as_str).collect::<Vec<_>>().join("-");
        made.extend(several(key, names, true, format!("{path}.unique[{position}]")));
    }
    for (position, index) in def.indexes.iter().enumerate() {
        let at = format!("{path}.indexes[{position}].fields");
        plain.extend(several(index.key.as_str().to_owned(), &index.fields, false, at));
    }
    made.extend(plain);
    let mut seen = HashSet::new();
    for index in &made {
        if !seen.insert(&index.name) {
            problems.add(format!("{path}.indexes"), format_args!("index `{}` is declared twice", index.name));
        }
    }
    made
}

/// Names with dots could give two objects an index of the same name, and a list of one would find records of the other.
fn check_index_names(objects: &[Object], problems: &mut Problems) {
    let mut seen: HashMap<&Name, &Name> = HashMap::new();
    for object in objects {
        for index in &object.indexes {
            let first = *seen.entry(&index.name).or_insert(&object.name);
            if *first != object.name {
                let message = format_args!("index `{}` is one of `{first}` already", index.name);
                problems.add(format!("objects[{}].indexes", object.number), message);
            }
        }
    }
}

fn check_targets(def: &ObjectDef, number: usize, objects: &BTreeMap<Name, u16>, problems: &mut Problems) {
    for (position, field) in def.fields.iter().enumerate() {
        if let Some(to) = field.to.as_ref().filter(|to| !objects.contains_key(*to)) {
            problems.add(format!("objects[{number}].fields[{position}].to"), format_args!("unknown object `{to}`"));
        }
    }
}
