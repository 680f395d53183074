use super::{Field, Object, Schema, slots};
use crate::expr::{Collection, Expr, Names, Slot, Type};
use crate::value::{Name, ValueType};

/// What a condition about a record of one object can name.
///
/// Own fields have their own slot. `account.grade` is a [`Hop`]: the field `grade` of the record that the reference
/// `account` points to. Collections are the records of other objects that refer to this one through an indexed field
/// that declares a `collection`.
///
/// Of an object with a pipeline `is_open`, `is_won` and `is_lost` tell what its stage means, and `stage_rank` counts the stages
/// in the order of the latest version of the pipeline, from 1; a field of that name goes before.
#[derive(Debug)]
pub struct RecordNames<'a> {
    schema: &'a Schema,
    object: &'a Object,
    collections: Vec<(&'a Name, u32, RecordNames<'a>)>,
}

impl<'a> RecordNames<'a> {
    /// Returns the names of a record of `object`.
    pub fn new(schema: &'a Schema, object: &'a Object) -> Self {
        let collections = schema.collections(object).filter_map(|(name, related)| {
            let child = schema.objects().get(usize::from(related.object))?;
            Some((name, related.id(), RecordNames { schema, object: child, collections: Vec::new() }))
        });
        Self { schema, object, collections: collections.collect() }
    }
}

impl Names for RecordNames<'_> {
    fn resolve(&self, path: &[&str]) -> Option<(Slot, Type)> {
        match path {
            [key] => {
                let field = self.object.field(key)?;
                Some((Slot::new(u32::from(field.slot())), own_type(self.object, field)))
            }
            [reference, key] => {
                let reference = self.object.field(reference)?;
                let target = self.schema.object(reference.target()?.as_str())?;
                let field = target.field(key)?;
                let hop = Hop { reference: reference.slot(), field: field.slot() };
                (*reference.value_type() == ValueType::Reference).then(|| (hop.slot(), own_type(target, field)))
            }
            _ => None,
        }
    }

    fn collection(&self, name: &str) -> Option<Collection<'_>> {
        let found = self.collections.iter().find(|(known, _, _)| *known == name);
        found.map(|(_, id, names)| Collection::new(*id, names))
    }

    fn definition(&self, path: &[&str]) -> Option<Expr> {
        let [word] = path else { return None };
        let stage = self.object.at(self.object.stage()?)?;
        self.object.stages.definition(word, stage.key().as_str())
    }

    fn has_calendar(&self) -> bool {
        self.schema.has_calendar()
    }

    fn known(&self) -> Vec<String> {
        let fields = self.object.fields().iter().map(|field| field.key().to_string());
        let words = super::stage_words::WORDS.into_iter().filter(|word| self.definition(&[word]).is_some());
        let fields = fields.chain(words.map(str::to_owned));
        fields.chain(self.collections.iter().map(|(name, _, _)| name.to_string())).collect()
    }
}

/// A field of the record that a reference points to.
///
/// # Example
/// ```
/// use guanxi::expr::Slot;
/// use guanxi::schema::Hop;
///
/// let hop = Hop { reference: 9, field: 12 };
/// assert_eq!(Hop::of(hop.slot()), Some(hop));
/// assert_eq!(Hop::of(Slot::new(9)), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_structs, reason = "a hop is a pair of slots and nothing else")]
pub struct Hop {
    /// The slot of the reference.
    pub reference: u16,
    /// The slot of the field in the record that it points to.
    pub field: u16,
}

impl Hop {
    /// Returns the slot that stands for the hop in a program.
    pub fn slot(self) -> Slot {
        Slot::new((u32::from(self.reference) + 1) << 16 | u32::from(self.field))
    }

    /// Returns the hop that a program's slot stands for; `None` for a field of the record itself.
    pub fn of(slot: Slot) -> Option<Self> {
        let reference = u16::try_from((slot.number() >> 16).checked_sub(1)?).ok()?;
        Some(Self { reference, field: u16::try_from(slot.number() & 0xffff).ok()? })
    }
}

/// The records of an object that refer to a record through one of their fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_structs, reason = "a relation is an object and a slot and nothing else")]
pub struct Related {
    /// The number of the object whose records refer.
    pub object: u16,
    /// The slot of the field that refers.
    pub field: u16,
}

impl Related {
    /// Returns the number that stands for the collection in a program.
    pub fn id(self) -> u32 {
        u32::from(self.object) << 16 | u32::from(self.field)
    }

    /// Returns the relation that a program's collection number stands for.
    pub fn of(id: u32) -> Option<Self> {
        Some(Self { object: u16::try_from(id >> 16).ok()?, field: u16::try_from(id & 0xffff).ok()? })
    }
}

/// The id of a record refers to a record of its own object.
fn own_type(object: &Object, field: &Field) -> Type {
    if field.slot() == slots::ID { Type::Reference(object.name().clone()) } else { field.expr_type() }
}
