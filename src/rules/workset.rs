use std::collections::BTreeMap;
use std::sync::Arc;

use super::check_places;
use crate::pipeline::Pipelines;
use crate::record::{Change, Glimpse, Origin, Record};
use crate::schema::{Object, Schema};
use crate::store::{Digest, Found, Range, Reader, Stored};
use crate::value::{Id, Instant, Key, Name, TenantId};

/// The records of one decision: what was read, and what it would write, each seen by all that follows.
#[derive(Debug)]
pub struct Workset<'a> {
    tenant: &'a TenantId,
    schema: &'a Schema,
    pipelines: Option<&'a Pipelines>,
    reader: Reader<'a>,
    origin: Origin,
    seed: u64,
    made: u64,
    items: BTreeMap<(u16, Id), Item>,
    relied_ranges: Vec<(Range, Digest)>,
}

#[derive(Debug)]
struct Item {
    before: Option<Arc<Record>>,
    now: Option<Arc<Record>>,
    relied: bool,
}

impl Item {
    fn is_written(&self) -> bool {
        match (&self.before, &self.now) {
            (Some(before), Some(now)) => !Arc::ptr_eq(before, now),
            (before, now) => before.is_some() || now.is_some(),
        }
    }
}

/// Why a record cannot be seen yet, or at all.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Lack {
    /// The store has to be asked; the wish is noted.
    Asked,
    /// The stored bytes are not what guanxi writes.
    Corrupt(Key),
}

impl<'a> Workset<'a> {
    /// Returns a workset over what `reader` has, for changes of `origin`; new ids derive from its time and `seed`.
    pub fn new(tenant: &'a TenantId, schema: &'a Schema, reader: Reader<'a>, origin: Origin, seed: u64) -> Self {
        let pipelines = None;
        Self {
            tenant,
            schema,
            pipelines,
            reader,
            origin,
            seed,
            made: 0,
            items: BTreeMap::new(),
            relied_ranges: Vec::new(),
        }
    }

    /// Holds changes of stages to these pipelines; without them every stage may follow every other.
    #[must_use]
    pub fn with_pipelines(mut self, pipelines: &'a Pipelines) -> Self {
        self.pipelines = Some(pipelines);
        self
    }

    /// Returns the pipelines.
    pub(super) fn pipelines(&self) -> Option<&'a Pipelines> {
        self.pipelines
    }

    /// Returns the schema.
    pub fn schema(&self) -> &'a Schema {
        self.schema
    }

    /// Returns the tenant.
    pub fn tenant(&self) -> &'a TenantId {
        self.tenant
    }

    /// Returns who changes records here, and when.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Returns the time of the decision.
    pub fn now(&self) -> Instant {
        self.origin.at()
    }

    /// Returns the next new id; a rerun of the decision gets the same ones.
    pub fn new_id(&mut self) -> Id {
        let id = Id::derive(self.now(), self.seed, self.made);
        self.made = self.made.saturating_add(1);
        id
    }

    /// Returns the key of a record of the tenant.
    pub fn key(&self, object: &Name, id: &Id) -> Key {
        Key::new(self.tenant.clone(), object.clone(), id.clone())
    }

    /// Returns the reader, to see what is no record of the schema.
    pub fn reader(&mut self) -> &mut Reader<'a> {
        &mut self.reader
    }

    /// Returns whether the store has to be asked for more.
    pub fn lacks(&self) -> bool {
        self.reader.lacks()
    }

    /// Returns the reader with all wishes.
    pub fn into_reader(self) -> Reader<'a> {
        self.reader
    }

    /// Returns a record as it is now, writes of this decision included; `None` when there is none.
    ///
    /// # Errors
    /// [`Lack`] when it has to be asked for or cannot be read.
    pub fn record(&mut self, object: &Arc<Object>, id: &Id) -> Result<Option<Arc<Record>>, Lack> {
        let place = (object.number(), id.clone());
        if let Some(item) = self.items.get(&place) {
            return Ok(item.now.clone());
        }
        let key = self.key(object.name(), id);
        let stored = self.reader.record(&key).ok_or(Lack::Asked)?;
        let record = stored.map(|stored| decode(object, &key, stored)).transpose()?;
        self.items.insert(place, Item { before: record.clone(), now: record.clone(), relied: false });
        Ok(record)
    }

    /// Returns whether there is a record that is not deleted, writes of this decision included. Its fields are not read.
    ///
    /// # Errors
    /// [`Lack`] when it has to be asked for or cannot be read.
    pub fn is_present(&mut self, object: &Arc<Object>, id: &Id) -> Result<bool, Lack> {
        if let Some(item) = self.items.get(&(object.number(), id.clone())) {
            return Ok(item.now.as_ref().is_some_and(|now| !now.is_deleted()));
        }
        let key = self.key(object.name(), id);
        match self.reader.record(&key).ok_or(Lack::Asked)? {
            None => Ok(false),
            Some(stored) => match Glimpse::from_stored(object, id, &stored.body, &[]) {
                Ok(glimpse) => Ok(!glimpse.is_deleted()),
                Err(_) => Err(Lack::Corrupt(key)),
            },
        }
    }

    /// Notes that the decision relied on the present state of a record to allow or forbid something.
    pub fn rely_on(&mut self, object: &Object, id: &Id) {
        if let Some(item) = self.items.get_mut(&(object.number(), id.clone())) {
            item.relied = true;
        }
    }

    /// Writes a record: a new one, or the next state of one that was read.
    pub fn write(&mut self, record: Record) {
        let place = (record.object().number(), record.id().clone());
        let record = Some(Arc::new(record));
        match self.items.get_mut(&place) {
            Some(item) => item.now = record,
            None => {
                self.items.insert(place, Item { before: None, now: record, relied: false });
            }
        }
    }

    /// Returns the next state of a record, ready to be changed: with its next revision when this decision has not
    /// changed it yet.
    pub fn next_state(&self, record: &Arc<Record>) -> Record {
        let place = (record.object().number(), record.id().clone());
        let stored = self.items.get(&place).and_then(|item| item.before.as_ref());
        match stored {
            Some(before) if before.revision() == record.revision() => record.touched(&self.origin),
            _ => Record::clone(record),
        }
    }

    /// Returns the stored records of a range, as the store has them.
    ///
    /// # Errors
    /// [`Lack`] when they have to be asked for or cannot be read.
    pub fn records_in(&mut self, object: &Arc<Object>, range: &Range) -> Result<Vec<Arc<Record>>, Lack> {
        let found = self.reader.range(range).ok_or(Lack::Asked)?;
        check_places(found, self.tenant, &[object.name().as_str()])?;
        let rows = found.records().iter();
        rows.map(|(entry, stored)| decode(object, &entry.key, stored)).collect()
    }

    /// Returns a stored record that was found in a range, and notes it as read.
    ///
    /// # Errors
    /// [`Lack`] when it cannot be read.
    pub fn adopt(&mut self, object: &Arc<Object>, key: &Key, stored: &Stored) -> Result<Arc<Record>, Lack> {
        let record = decode(object, key, stored)?;
        let item = || Item { before: Some(Arc::clone(&record)), now: Some(Arc::clone(&record)), relied: false };
        self.items.entry((object.number(), key.id().clone())).or_insert_with(item);
        Ok(record)
    }

    /// Returns what a range holds.
    ///
    /// # Errors
    /// [`Lack`] when it has to be asked for.
    pub fn found(&mut self, range: &Range) -> Result<&'a Found, Lack> {
        self.reader.range(range).ok_or(Lack::Asked)
    }

    /// Returns the records of an object that this decision has written, as they are now, in the order of their ids.
    pub fn written(&self, object: &Object) -> Vec<Arc<Record>> {
        let object = object.number();
        let of_object = self.items.range((object, Id::first())..).take_while(|((o, _), _)| *o == object);
        of_object.filter(|(_, item)| item.is_written()).filter_map(|(_, item)| item.now.clone()).collect()
    }

    /// Returns whether this decision has written the record of an object.
    pub(super) fn has_written(&self, object: &Object, id: &Id) -> bool {
        self.items.get(&(object.number(), id.clone())).is_some_and(Item::is_written)
    }

    /// Returns the records of an object that this decision has read or written, as they are now, without the deleted.
    pub(super) fn present(&self, object: u16) -> impl Iterator<Item = &Arc<Record>> {
        let of_object = self.items.range((object, Id::first())..).take_while(move |((o, _), _)| *o == object);
        of_object.filter_map(|(_, item)| item.now.as_ref()).filter(|now| !now.is_deleted())
    }

    pub(super) fn record_or(&self, object: &Object, stored: Arc<Record>) -> Option<Arc<Record>> {
        match self.items.get(&(object.number(), stored.id().clone())) {
            Some(item) => item.now.clone(),
            None => Some(stored),
        }
    }

    pub(super) fn before_decision(&self, record: Option<Arc<Record>>) -> Option<Arc<Record>> {
        let record = record?;
        match self.items.get(&(record.object().number(), record.id().clone())) {
            Some(item) => item.before.clone(),
            None => Some(record),
        }
    }

    /// Notes that the decision relied on what a range holds.
    pub fn rely_on_range(&mut self, range: &Range) {
        if self.relied_ranges.iter().all(|(known, _)| known != range) {
            if let Some(found) = self.reader.range(range) {
                self.relied_ranges.push((range.clone(), found.digest()));
            }
        }
    }

    /// Returns the ranges that the decision relied on, with what they held.
    pub fn relied_ranges(&self) -> &[(Range, Digest)] {
        &self.relied_ranges
    }

    /// Returns every record that differs from what the store has, in the order of objects and ids. Writes that came to
    /// nothing are taken back, so that a record shows the revision that the store has.
    pub fn settle(&mut self) -> Vec<Change> {
        let mut changes = Vec::new();
        for item in self.items.values_mut() {
            let Some(now) = &item.now else { continue };
            let change = match &item.before {
                None => Change::created(Arc::clone(now)),
                Some(before) if Arc::ptr_eq(before, now) => continue,
                Some(before) => Change::updated(Arc::clone(before), Arc::clone(now)),
            };
            match change.before().filter(|_| change.is_empty()) {
                Some(before) => item.now = Some(Arc::clone(before)),
                None => changes.push(change),
            }
        }
        changes
    }

    /// Returns the records that the decision relied on and does not write, with the state that it relied on.
    pub fn relied_on(&self) -> impl Iterator<Item = &Arc<Record>> {
        self.items.values().filter(|item| item.relied).filter_map(|item| item.before.as_ref())
    }
}

fn decode(object: &Arc<Object>, key: &Key, stored: &Stored) -> Result<Arc<Record>, Lack> {
    // An entry of an index may lead astray; no record of another object is read as one of this.
    if key.object() != object.name() {
        return Err(Lack::Corrupt(key.clone()));
    }
    match Record::from_stored(object, key.id(), stored.revision, &stored.body) {
        Ok(record) => Ok(Arc::new(record)),
        Err(_) => Err(Lack::Corrupt(key.clone())),
    }
}
