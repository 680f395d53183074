//! The standard definition as data.

use crate::crm::Definition;
use crate::model;

const PARTS: [&str; 10] = [
    include_str!("settings.json"),
    include_str!("calendars.json"),
    include_str!("roles.json"),
    include_str!("rules/routing.json"),
    include_str!("rules/activity.json"),
    include_str!("rules/behaviour.json"),
    include_str!("rules/closing.json"),
    include_str!("rules/payments.json"),
    include_str!("rules/service.json"),
    include_str!("rules/reminders.json"),
];

/// Returns the standard definition: the practice of customer collaboration as a company would configure it.
pub fn standard() -> Definition {
    let mut definition = Definition::new();
    for (_, object) in model::OBJECTS {
        definition.add_json(&format!(r#"{{"objects":[{object}]}}"#));
    }
    for part in PARTS {
        definition.add_json(part);
    }
    definition.add_json(include_str!("rules/teamwork.json"));
    definition
}

#[cfg(test)]
mod tests {
    #[test]
    fn it_compiles() {
        let crm = super::standard().compile().unwrap_or_else(|problems| panic!("{problems}"));
        for finding in crm.findings() {
            println!("{finding}");
        }
    }
}
