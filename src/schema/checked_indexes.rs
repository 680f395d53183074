use std::collections::{BTreeMap, HashMap, HashSet};

use super::{Field, Index, Object, ObjectDef, Problems, slots};
use crate::value::{Name, ValueType};

/// Returns the indexes of an object, unique ones first: a decision that breaks one must not look further.
pub(super) fn checked_indexes(
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
pub(super) fn check_names(objects: &[Object], problems: &mut Problems) {
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
