//! The standard definition as data.

use crate::Definition;
use crate::model;

/// Returns the standard definition: the practice of customer collaboration as a company would configure it.
pub fn standard() -> Definition {
    let mut definition = Definition::new();
    for (_, object) in model::OBJECTS {
        definition.add_json(&format!(r#"{{"objects":[{object}]}}"#));
    }
    definition.add_json(include_str!("roles.json"));
    definition
}
