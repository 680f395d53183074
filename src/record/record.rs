use std::fmt;
use std::sync::Arc;

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::Origin;
use crate::expr::{Row, Slot};
use crate::schema::{Field, Object, slots};
use crate::value::{Id, Instant, Name, Revision, Tags, Value};

/// One record of any object: its fields by slot, where each came from, and what a newer definition wrote into it.
///
/// A record is lossless: fields that the present definition does not know, and what a person typed before it was
/// normalised, survive every read and write.
#[derive(Clone)]
pub struct Record {
    pub(super) object: Arc<Object>,
    pub(super) revision: Revision,
    // INVARIANT: as long as the object's fields; the id is always there.
    pub(super) values: Vec<Option<Value>>,
    // INVARIANT: as long as `values`; every number is a position in `origins`.
    pub(super) origin_of: Vec<u16>,
    // INVARIANT: not empty; the first is the creation.
    pub(super) origins: Vec<Origin>,
    pub(super) unknown: Vec<Unknown>,
    // INVARIANT: ascending by slot, each once.
    pub(super) raw: Vec<(u16, Arc<str>)>,
    pub(super) pipeline_version: u32,
}

/// A stored field that the present definition does not know, or knows with another type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unknown {
    pub(super) key: Arc<str>,
    pub(super) origin: u16,
    pub(super) value: Value,
    pub(super) raw: Option<Arc<str>>,
}

impl Record {
    /// Returns a new record with an id and nothing else.
    pub fn new(object: &Arc<Object>, id: Id, origin: &Origin) -> Self {
        let mut values = Vec::with_capacity(object.fields().len());
        values.extend([
            Some(Value::Reference(id)),
            Some(Value::Instant(origin.at())),
            Some(Value::Text(Arc::clone(origin.by()))),
            Some(Value::Instant(origin.at())),
            Some(Value::Text(Arc::clone(origin.by()))),
            Some(Value::Text(Arc::clone(origin.source()))),
        ]);
        values.resize_with(object.fields().len(), || None);
        Self {
            object: Arc::clone(object),
            revision: Revision::FIRST,
            origin_of: vec![0; values.len()],
            values,
            origins: vec![origin.clone()],
            unknown: Vec::new(),
            raw: Vec::new(),
            pipeline_version: 1,
        }
    }

    /// Returns the object.
    pub fn object(&self) -> &Arc<Object> {
        &self.object
    }

    /// Returns the id.
    pub fn id(&self) -> &Id {
        match self.at(slots::ID) {
            Some(Value::Reference(id)) => id,
            _ => no_id(),
        }
    }

    /// Returns the revision that this state of the record has.
    pub fn revision(&self) -> Revision {
        self.revision
    }

    /// Returns the value of the field `key`.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.object.field(key).and_then(|field| self.at(field.slot()))
    }

    /// Returns the value at a slot.
    pub fn at(&self, slot: u16) -> Option<&Value> {
        <[_]>::get(&self.values, usize::from(slot)).and_then(Option::as_ref)
    }

    /// Returns what names the record to people: its title field, or its id.
    pub fn title(&self) -> String {
        let title = self.object.title().and_then(|slot| self.at(slot));
        title.map_or_else(|| self.id().to_string(), ToString::to_string)
    }

    /// Returns when the record was created.
    pub fn created_at(&self) -> Instant {
        self.instant(slots::CREATED_AT)
    }

    /// Returns when the record was last changed.
    pub fn updated_at(&self) -> Instant {
        self.instant(slots::UPDATED_AT)
    }

    fn instant(&self, slot: u16) -> Instant {
        self.at(slot).and_then(Value::as_instant).unwrap_or(Instant::EPOCH)
    }

    /// Returns whether the record is deleted and may be restored.
    pub fn is_deleted(&self) -> bool {
        self.at(slots::DELETED_AT).is_some()
    }

    /// Returns the ids that other systems know the record by, as `system:id`.
    pub fn external_ids(&self) -> Option<&Tags> {
        match self.at(slots::EXTERNAL_IDS) {
            Some(Value::Tags(tags)) => Some(tags),
            _ => None,
        }
    }

    /// Returns where the value at a slot came from, or `None` when there is no value.
    pub fn origin(&self, slot: u16) -> Option<&Origin> {
        self.at(slot)?;
        self.origins.get(usize::from(*self.origin_of.get(usize::from(slot))?))
    }

    /// Returns the version of the pipeline through which the record goes: 1 unless it was told another.
    pub fn pipeline_version(&self) -> u32 {
        self.pipeline_version
    }

    /// Lets the record go on through this version of its pipeline.
    pub(crate) fn go_through(&mut self, version: u32) {
        self.pipeline_version = version;
    }

    /// Returns what was typed into a field before it was normalised, where that differs.
    pub fn raw(&self, slot: u16) -> Option<&str> {
        self.raw.iter().find(|(known, _)| *known == slot).map(|(_, raw)| raw.as_ref())
    }

    /// Returns the record with its next revision, last changed by `origin`.
    #[must_use]
    pub fn touched(&self, origin: &Origin) -> Self {
        let mut origins = Vec::with_capacity(self.origins.len().saturating_add(1));
        origins.extend_from_slice(&self.origins);
        let mut next = Self {
            object: Arc::clone(&self.object),
            revision: self.revision.next(),
            values: self.values.clone(),
            origin_of: self.origin_of.clone(),
            origins,
            unknown: self.unknown.clone(),
            raw: self.raw.clone(),
            pipeline_version: self.pipeline_version,
        };
        next.keep_used_origins();
        next.origins.push(origin.clone());
        next.put(slots::UPDATED_AT, Some(Value::Instant(origin.at())));
        next.put(slots::UPDATED_BY, Some(Value::Text(Arc::clone(origin.by()))));
        next
    }

    /// Sets or clears a slot, as of the last origin; what was typed before normalising is forgotten.
    pub(crate) fn set(&mut self, slot: u16, value: Option<Value>) {
        let newest = u16::try_from(self.origins.len().saturating_sub(1)).unwrap_or(u16::MAX);
        if let Some(origin) = self.origin_of.get_mut(usize::from(slot)) {
            *origin = newest;
        }
        self.raw.retain(|(known, _)| *known != slot);
        if let Some(field) = self.object.at(slot).filter(|_| !self.unknown.is_empty()) {
            // A value that the field had under another type would come back with that type.
            self.unknown.retain(|unknown| *unknown.key != *field.key().as_str());
        }
        self.put(slot, value);
    }

    /// Sets a slot as of another origin than everything else that is changed with it.
    pub(crate) fn set_as_of(&mut self, slot: u16, value: Option<Value>, origin: Origin) {
        let newest = self.origins.last().cloned();
        self.origins.push(origin);
        self.set(slot, value);
        // What is set from now on is as of the last origin again.
        self.origins.extend(newest);
    }

    /// Keeps what was typed into a field before it was normalised.
    pub(super) fn keep_raw(&mut self, slot: u16, raw: Arc<str>) {
        match self.raw.binary_search_by_key(&slot, |(known, _)| *known) {
            Ok(at) => self.raw.iter_mut().skip(at).take(1).for_each(|(_, known)| *known = Arc::clone(&raw)),
            Err(at) => self.raw.insert(at, (slot, raw)),
        }
    }

    fn put(&mut self, slot: u16, value: Option<Value>) {
        if let Some(place) = self.values.get_mut(usize::from(slot)) {
            *place = value;
        }
    }

    /// Forgets origins that no value has any more, so that a record does not grow with its age.
    fn keep_used_origins(&mut self) {
        const UNUSED: u16 = u16::MAX;
        let mut numbers = vec![UNUSED; self.origins.len()];
        let mut mark = |origin: u16| {
            if let Some(number) = numbers.get_mut(usize::from(origin)) {
                *number = 0;
            }
        };
        mark(0);
        let of_values = self.values.iter().zip(&self.origin_of).skip(usize::from(slots::EXTERNAL_IDS));
        of_values.filter(|(value, _)| value.is_some()).for_each(|(_, origin)| mark(*origin));
        self.unknown.iter().for_each(|unknown| mark(unknown.origin));
        if numbers.iter().all(|number| *number != UNUSED) {
            return;
        }
        let mut next = 0_u16;
        for number in numbers.iter_mut().filter(|number| **number != UNUSED) {
            *number = next;
            next = next.saturating_add(1);
        }
        // The origin of what has no value any more is none in particular.
        let renumber = |origin: &mut u16| {
            *origin = numbers.get(usize::from(*origin)).copied().filter(|number| *number != UNUSED).unwrap_or(0);
        };
        self.origin_of.iter_mut().for_each(renumber);
        self.unknown.iter_mut().map(|u| &mut u.origin).for_each(renumber);
        let mut numbers = numbers.iter();
        self.origins.retain(|_| numbers.next() != Some(&UNUSED));
    }
}

fn no_id() -> &'static Id {
    static NONE: std::sync::OnceLock<Id> = std::sync::OnceLock::new();
    NONE.get_or_init(|| Id::from_uuid_bytes([0; 16]))
}

impl Row for Record {
    fn get(&self, slot: Slot) -> Option<&Value> {
        <[_]>::get(&self.values, slot.index()).and_then(Option::as_ref)
    }
}

impl PartialEq for Record {
    fn eq(&self, other: &Self) -> bool {
        self.object.name() == other.object.name()
            && self.revision == other.revision
            && self.values == other.values
            && self.unknown == other.unknown
            && self.raw == other.raw
            && self.pipeline_version == other.pipeline_version
    }
}

impl Eq for Record {}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?} r{} ", self.object.name(), self.id(), self.revision)?;
        f.debug_map().entries(self.iter()).finish()
    }
}

impl Record {
    /// Returns the declared fields that have a value, in the order of the definition.
    pub fn iter(&self) -> impl Iterator<Item = (&Name, &Value)> {
        let declared = usize::from(slots::FIRST_DECLARED);
        let fields = self.object.fields().iter().zip(&self.values).skip(declared);
        fields.filter_map(|(field, value)| Some((field.key(), value.as_ref()?)))
    }
}

/// The whole record as it is now, for exports and tests; what a caller may see of it is a view, in the same form.
impl Serialize for Record {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.serialize_shown(serializer, |_| true)
    }
}

impl Record {
    /// Writes the fields for which `is_shown` says so: those that guanxi keeps first, then the declared ones.
    pub(crate) fn serialize_shown<S: Serializer>(
        &self,
        serializer: S,
        is_shown: impl Fn(&Field) -> bool,
    ) -> Result<S::Ok, S::Error> {
        struct Declared<'a, F>(&'a Record, F);
        impl<F: Fn(&Field) -> bool> Serialize for Declared<'_, F> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let Self(record, is_shown) = self;
                let shown = record.object.declared_fields().filter(|field| is_shown(field));
                serializer.collect_map(shown.filter_map(|field| Some((field.key(), record.at(field.slot())?))))
            }
        }
        let mut json = serializer.serialize_map(None)?;
        json.serialize_entry("object", self.object.name())?;
        json.serialize_entry("id", self.id())?;
        json.serialize_entry("revision", &self.revision)?;
        let kept = self.object.fields().iter().take(usize::from(slots::FIRST_DECLARED)).skip(1);
        for field in kept.filter(|field| is_shown(field)) {
            if let Some(value) = self.at(field.slot()) {
                json.serialize_entry(field.key(), value)?;
            }
        }
        json.serialize_entry("fields", &Declared(self, is_shown))?;
        json.end()
    }
}
