use std::collections::HashMap;

use super::names::RecordNames;
use super::{ObjectDef, Problems, Schema, slots};
use crate::expr::Program;

/// Compiles the conditions under which fields are required, by object number and slot.
pub(super) fn compile(defs: &[ObjectDef], schema: &Schema, problems: &mut Problems) -> HashMap<(u16, u16), Program> {
    let mut made = HashMap::new();
    for (def, object) in defs.iter().zip(schema.objects()) {
        let names = RecordNames::new(schema, object);
        for (position, field) in def.fields.iter().enumerate() {
            let (Some(condition), Some(slot)) = (&field.required_if, object.field(field.key.as_str())) else {
                continue;
            };
            let path = format!("objects[{}].fields[{position}].required_if", object.number());
            match condition.condition(&names) {
                // An entry is checked before anything else is read.
                Ok(program) if program.slots().iter().any(|slot| slot.number() >= 1 << 16) => {
                    problems.add(path, "expected fields of the record itself, not of a record that it refers to");
                }
                Ok(program) if !program.aggregates().is_empty() => {
                    problems.add(path, "expected fields of the record itself, not related records");
                }
                Ok(program) => {
                    made.insert((object.number(), slot.slot()), program);
                }
                Err(wrong) => wrong.iter().for_each(|problem| problems.add(path.as_str(), problem)),
            }
        }
    }
    debug_assert!(made.keys().all(|(_, slot)| *slot >= slots::FIRST_DECLARED));
    made
}
