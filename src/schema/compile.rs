use std::collections::BTreeMap;
use std::sync::Arc;

use super::checked_field::checked_field;
use super::checked_indexes::{check_names, checked_indexes};
use super::system_fields::system_fields;
use super::{Field, FieldClasses, Object, ObjectDef, Ownership, Problems, Schema, Settings, slots};
use crate::calendar::{Calendar, Zone, Zones};
use crate::value::ordered::head;
use crate::value::{Name, ValueType};

/// Checks objects one by one, then what they say about each other, then their conditions.
pub(super) fn schema(
    defs: &[ObjectDef],
    settings: &Settings,
    zones: &Zones,
    calendars: &BTreeMap<Name, Arc<Calendar>>,
) -> Result<Schema, Problems> {
    let mut problems = Problems::default();
    settings.limits.check(&mut problems);
    let zone = match settings.zone.as_ref().map(|name| zones.find(name)) {
        None => Zone::from(settings.utc_offset),
        Some(Ok(zone)) => zone,
        Some(Err(unknown)) => {
            problems.add("settings.zone", unknown);
            Zone::UTC
        }
    };
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
    let calendar = settings.calendar.as_ref().and_then(|name| {
        let found = calendars.get(name).map(Arc::clone);
        if found.is_none() {
            problems.add("settings.calendar", format_args!("unknown calendar `{name}`"));
        }
        found
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
    check_names(&objects, &mut problems);
    let mut made = Schema { objects: Vec::new(), by_name, classes, settings: settings.clone(), zone, calendar };
    made.objects = objects.into_iter().map(Arc::new).collect();
    let conditions = super::conditions::compile(defs, &made, &mut problems);
    for object in &mut made.objects {
        // Nobody else holds the object yet, so this never clones and never misses.
        if let Some(object) = Arc::get_mut(object) {
            for field in &mut object.fields {
                field.required_if = conditions.get(&(object.number, field.slot)).cloned();
            }
            let demands = |field: &&Field| field.is_required() || field.required_if.is_some();
            object.demanding = object.declared_fields().filter(demands).map(|field| field.slot).collect();
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
    let indexes = checked_indexes(def, path, &mut fields, &by_key, problems);
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
        demanding: Vec::new(),
        by_key: by_key.iter().map(|(key, &slot)| (head(key.as_str().as_bytes()), slot)).collect(),
        indexes,
        title,
        stage,
        stages: def.stages.clone(),
        last_touch,
        ownership,
    }
}

fn check_targets(def: &ObjectDef, number: usize, objects: &BTreeMap<Name, u16>, problems: &mut Problems) {
    for (position, field) in def.fields.iter().enumerate() {
        if let Some(to) = field.to.as_ref().filter(|to| !objects.contains_key(*to)) {
            problems.add(format!("objects[{number}].fields[{position}].to"), format_args!("unknown object `{to}`"));
        }
    }
}
