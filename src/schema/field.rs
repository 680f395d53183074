use std::sync::Arc;

use super::{ClassNumber, Format, Freshness, Label, OptionDef};
use crate::expr::{Program, Type};
use crate::value::{Name, Value, ValueType};

/// A checked field of an object, with its slot.
#[derive(Debug, Clone)]
pub struct Field {
    pub(super) key: Name,
    pub(super) slot: u16,
    pub(super) value_type: ValueType,
    pub(super) class: ClassNumber,
    pub(super) format: Option<Format>,
    pub(super) label: Label,
    pub(super) options: Arc<[Arc<str>]>,
    pub(super) option_defs: Arc<[OptionDef]>,
    pub(super) target: Option<Name>,
    pub(super) collection: Option<Name>,
    pub(super) required: bool,
    pub(super) required_if: Option<Program>,
    pub(super) read_only: bool,
    pub(super) indexed: bool,
    pub(super) default: Option<Value>,
    pub(super) min: Option<Value>,
    pub(super) max: Option<Value>,
    pub(super) freshness: Option<Freshness>,
    pub(super) weight: u32,
}

impl Field {
    /// Returns the key.
    pub fn key(&self) -> &Name {
        &self.key
    }

    /// Returns what people read for it.
    pub fn label(&self) -> &Label {
        &self.label
    }

    /// Returns the position of the field in a record.
    pub fn slot(&self) -> u16 {
        self.slot
    }

    /// Returns the type of its values.
    pub fn value_type(&self) -> &ValueType {
        &self.value_type
    }

    /// Returns its type as conditions know it, options and target included.
    pub fn expr_type(&self) -> Type {
        self.typed(&self.value_type)
    }

    fn typed(&self, value_type: &ValueType) -> Type {
        match value_type {
            ValueType::Bool => Type::Bool,
            ValueType::Integer => Type::Integer,
            ValueType::Decimal => Type::Decimal,
            ValueType::Money => Type::Money(None),
            ValueType::Date => Type::Date,
            ValueType::Instant => Type::Instant,
            ValueType::Duration => Type::Duration,
            ValueType::Text => Type::Text,
            ValueType::Enum => Type::Enum(Arc::clone(&self.options)),
            // The id of a record refers to records of the object itself, which the field does not know.
            ValueType::Reference => Type::Reference(self.target.clone().unwrap_or_else(|| Name::known("record"))),
            ValueType::List(item) => Type::List(Arc::new(self.typed(item))),
            ValueType::Tags => Type::Tags,
        }
    }

    /// Returns the class that access is granted by.
    pub fn class(&self) -> ClassNumber {
        self.class
    }

    /// Returns how its text is normalised and checked.
    pub fn format(&self) -> Option<Format> {
        self.format
    }

    /// Returns the keys of its options; none unless it is an enum.
    pub fn options(&self) -> &Arc<[Arc<str>]> {
        &self.options
    }

    /// Returns its options with what people read for each; none unless it is an enum.
    pub fn option_defs(&self) -> &Arc<[OptionDef]> {
        &self.option_defs
    }

    /// Returns the object that its references point to.
    pub fn target(&self) -> Option<&Name> {
        self.target.as_ref()
    }

    /// Returns the name by which the record referred to knows all records that refer to it through this field.
    pub fn collection(&self) -> Option<&Name> {
        self.collection.as_ref()
    }

    /// Returns whether every record must have a value here.
    pub fn is_required(&self) -> bool {
        self.required
    }

    /// Returns the condition under which a record must have a value here.
    pub fn required_if(&self) -> Option<&Program> {
        self.required_if.as_ref()
    }

    /// Returns whether only rules may write here.
    pub fn is_read_only(&self) -> bool {
        self.read_only
    }

    /// Returns whether the field is part of an index, so that its text must stay short.
    pub fn is_indexed(&self) -> bool {
        self.indexed
    }

    /// Returns the value that a new record gets when none is given.
    pub fn default_value(&self) -> Option<&Value> {
        self.default.as_ref()
    }

    /// Returns the smallest value allowed.
    pub fn min(&self) -> Option<&Value> {
        self.min.as_ref()
    }

    /// Returns the largest value allowed.
    pub fn max(&self) -> Option<&Value> {
        self.max.as_ref()
    }

    /// Returns how old its value may be.
    pub fn freshness(&self) -> Option<Freshness> {
        self.freshness
    }

    /// Returns its weight in the quality score; 0 when it does not count.
    pub fn weight(&self) -> u32 {
        self.weight
    }
}
