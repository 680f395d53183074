use super::FieldDef;
use crate::value::{Name, ValueType};

/// Returns the fields that guanxi itself keeps on every record, in the order of their [slots](super::slots).
pub(super) fn system_fields() -> Vec<FieldDef> {
    [
        ("id", ValueType::Reference),
        ("created_at", ValueType::Instant),
        ("created_by", ValueType::Text),
        ("updated_at", ValueType::Instant),
        ("updated_by", ValueType::Text),
        ("source", ValueType::Text),
        ("deleted_at", ValueType::Instant),
        ("external_ids", ValueType::Tags),
    ]
    .into_iter()
    .map(|(key, value_type)| FieldDef::new(Name::known(key), value_type).class(Name::known("system")))
    .collect()
}
