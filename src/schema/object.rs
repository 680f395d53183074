use super::{Field, IdSource, Index, Label, StageWords, slots};
use crate::expr::nearest::nearest;
use crate::value::Name;
use crate::value::ordered::head;

/// A checked object: its fields by slot and by key, and its indexes.
#[derive(Debug)]
pub struct Object {
    pub(super) name: Name,
    pub(super) number: u16,
    pub(super) label: Label,
    pub(super) ids: IdSource,
    pub(super) fields: Vec<Field>,
    // INVARIANT: ascending.
    pub(super) demanding: Vec<u16>,
    // INVARIANT: the slots in the order of their keys, each with the head of its key.
    pub(super) by_key: Vec<(u64, u16)>,
    pub(super) indexes: Vec<Index>,
    pub(super) title: Option<u16>,
    pub(super) stage: Option<u16>,
    pub(super) stages: StageWords,
    pub(super) last_touch: Option<u16>,
    pub(super) ownership: Ownership,
}

/// The slots of the fields by which access tells how a person stands to a record.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ownership {
    /// Holds the owner.
    pub owner: Option<u16>,
    /// Holds the owner's team.
    pub team: Option<u16>,
    /// Holds the people that the record is shared with.
    pub shared_with: Option<u16>,
    /// Says whether the record is sealed.
    pub sealed: Option<u16>,
}

impl Object {
    /// Returns the key of the object.
    pub fn name(&self) -> &Name {
        &self.name
    }

    /// Returns the number of the object within its schema, from 0.
    pub fn number(&self) -> u16 {
        self.number
    }

    /// Returns what people read for it.
    pub fn label(&self) -> &Label {
        &self.label
    }

    /// Returns who gives the ids of its records.
    pub fn ids(&self) -> IdSource {
        self.ids
    }

    /// Returns all fields by slot, the [system fields](slots) first.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// Returns the fields that the definition declares.
    pub fn declared_fields(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().skip(usize::from(slots::FIRST_DECLARED))
    }

    /// Returns the declared fields that are required, be it under a condition.
    pub(crate) fn demanding_fields(&self) -> impl Iterator<Item = &Field> {
        self.demanding.iter().filter_map(|&slot| self.at(slot))
    }

    /// Returns the field `key`.
    pub fn field(&self, key: &str) -> Option<&Field> {
        let wanted = head(key.as_bytes());
        let first = self.by_key.partition_point(|&(head, _)| head < wanted);
        let alike = self.by_key.iter().skip(first).take_while(|&&(head, _)| head == wanted);
        alike.filter_map(|&(_, slot)| self.at(slot)).find(|field| field.key() == key)
    }

    /// Returns the field with this key, which is probably the one at `slot` or soon after it.
    pub(crate) fn field_from(&self, slot: u16, key: &[u8]) -> Option<&Field> {
        let next = self.fields.get(usize::from(slot)..).unwrap_or_default();
        let near = next.iter().take(8).find(|field| field.key().as_str().as_bytes() == key);
        near.or_else(|| self.field(std::str::from_utf8(key).ok()?))
    }

    /// Returns the field at a slot.
    pub fn at(&self, slot: u16) -> Option<&Field> {
        self.fields.get(usize::from(slot))
    }

    /// Returns the indexes: the unique ones first, then the others, in the order of the definition.
    pub fn indexes(&self) -> &[Index] {
        &self.indexes
    }

    /// Returns the index with this full name, such as `lead.owner`.
    pub fn index(&self, name: &str) -> Option<&Index> {
        self.indexes.iter().find(|index| index.name() == name)
    }

    /// Returns the first index whose most significant field is at `slot` and which has every record with a value there.
    pub fn index_on(&self, slot: u16) -> Option<&Index> {
        self.indexes.iter().find(|index| index.leads_with(slot))
    }

    /// Returns the slot of the field that names a record to people.
    pub fn title(&self) -> Option<u16> {
        self.title
    }

    /// Returns the slot of the field that holds the stage.
    pub fn stage(&self) -> Option<u16> {
        self.stage
    }

    /// Returns the slot of the field that holds the last touch.
    pub fn last_touch(&self) -> Option<u16> {
        self.last_touch
    }

    /// Returns the slots of owner, team and shares.
    pub fn ownership(&self) -> Ownership {
        self.ownership
    }

    /// Returns the known key that is nearest to a misspelt one, within a third of its length.
    pub fn nearest_key(&self, wrong: &str) -> Option<&str> {
        nearest(wrong, self.fields.iter().map(|field| field.key().as_str()))
    }
}
