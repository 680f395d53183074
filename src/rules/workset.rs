use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;

use crate::expr::{self, Aggregate, Program, Row, Slot};
use crate::record::{Change, Origin, Record, each_entry};
use crate::schema::{Hop, Index, Object, Related, Schema};
use crate::store::{Digest, Found, Range, Reader, Stored};
use crate::value::{Id, Instant, Key, Name, TenantId, Value, ordered};

/// The records of one decision: what was read, and what it would write, each seen by all that follows.
#[derive(Debug)]
pub struct Workset<'a> {
    tenant: &'a TenantId,
    schema: &'a Schema,
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
        Self { tenant, schema, reader, origin, seed, made: 0, items: BTreeMap::new(), relied_ranges: Vec::new() }
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

    /// Returns the records of `related` that refer to `id`, writes of this decision included; `None` when there are more
    /// than the limit.
    ///
    /// # Errors
    /// [`Lack`] when they have to be asked for or cannot be read.
    pub fn related(&mut self, related: Related, id: &Id) -> Result<Option<Vec<Arc<Record>>>, Lack> {
        let Some((object, range)) = self.related_range(related, id) else { return Ok(Some(Vec::new())) };
        let limit = self.schema.limits().related;
        let found = self.records_in(&object, &range)?;
        if found.len() > limit as usize {
            return Ok(None);
        }
        let refers = |record: &Record| refers_to(record, related.field, id);
        let mut seen: Vec<Arc<Record>> = Vec::with_capacity(found.len());
        for record in found {
            // What this decision wrote counts as it is now.
            let now = self.record_or(&object, record);
            seen.extend(now.filter(|record| refers(record) && !record.is_deleted()));
        }
        for now in self.present(related.object).filter(|now| refers(now)) {
            if !seen.iter().any(|known| known.id() == now.id()) {
                seen.push(Arc::clone(now));
            }
        }
        seen.sort_by(|a, b| a.id().cmp(b.id()));
        Ok(Some(seen))
    }

    /// Returns whether a record other than `id` stands at `bytes` of a unique index, writes of this decision included.
    ///
    /// # Errors
    /// [`Lack`] when it has to be asked for.
    pub fn is_taken(&mut self, object: &Object, index: &Index, bytes: &[u8], id: &Id) -> Result<bool, Lack> {
        let (mut room, mut taken) = (Vec::new(), false);
        for now in self.present(object.number()).filter(|now| now.id() != id) {
            each_entry(now, index, &mut room, |entry| taken |= entry == bytes);
        }
        if taken {
            return Ok(true);
        }
        let range = self.holders(index, bytes);
        let found = self.found(&range)?;
        // Where a record that this decision has written stands was seen above, whatever the store still says of it.
        let is_written = |id: &Id| self.items.get(&(object.number(), id.clone())).is_some_and(Item::is_written);
        Ok(found.entries().any(|entry| entry.key.id() != id && !is_written(entry.key.id())))
    }

    /// Returns the range of the records that stand at `bytes` of a unique index: a second one only until it is noticed.
    pub fn holders(&self, index: &Index, bytes: &[u8]) -> Range {
        Range::exact(self.tenant.clone(), index.name().clone(), bytes).keys().limit(2)
    }

    /// Returns the records of an object that this decision has read or written, as they are now, without the deleted.
    fn present(&self, object: u16) -> impl Iterator<Item = &Arc<Record>> {
        let of_object = self.items.range((object, Id::first())..).take_while(move |((o, _), _)| *o == object);
        of_object.filter_map(|(_, item)| item.now.as_ref()).filter(|now| !now.is_deleted())
    }

    /// Returns the stored records of a range, as the store has them.
    ///
    /// # Errors
    /// [`Lack`] when they have to be asked for or cannot be read.
    pub fn records_in(&mut self, object: &Arc<Object>, range: &Range) -> Result<Vec<Arc<Record>>, Lack> {
        let found = self.reader.range(range).ok_or(Lack::Asked)?;
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

    fn record_or(&self, object: &Object, stored: Arc<Record>) -> Option<Arc<Record>> {
        match self.items.get(&(object.number(), stored.id().clone())) {
            Some(item) => item.now.clone(),
            None => Some(stored),
        }
    }

    /// Returns the row that a program sees of a record: the record, those it refers to and those related to it, as far as
    /// the program reads them.
    ///
    /// # Errors
    /// [`Lack`] when something has to be asked for or cannot be read.
    pub fn row(&mut self, program: &Program, record: &Arc<Record>) -> Result<RecordRow, Lack> {
        let mut row = RecordRow { record: Arc::clone(record), hops: Vec::new(), related: Vec::new() };
        let mut lack = None;
        for hop in program.slots().iter().filter_map(|&slot| Hop::of(slot)) {
            self.load_hop(&mut row, hop, &mut lack);
        }
        for related in program.aggregates().iter().filter_map(|aggregate| Related::of(aggregate.collection())) {
            match self.related(related, record.id()) {
                Ok(records) => row.related.push((related, records)),
                Err(why) => lack = Some(why),
            }
        }
        lack.map_or(Ok(row), Err)
    }

    /// Returns the row of a record with what these slots read.
    ///
    /// # Errors
    /// [`Lack`] when something has to be asked for or cannot be read.
    pub fn row_with(&mut self, slots: &[Slot], record: &Arc<Record>) -> Result<RecordRow, Lack> {
        let mut row = RecordRow { record: Arc::clone(record), hops: Vec::new(), related: Vec::new() };
        let mut lack = None;
        for hop in slots.iter().filter_map(|&slot| Hop::of(slot)) {
            self.load_hop(&mut row, hop, &mut lack);
        }
        lack.map_or(Ok(row), Err)
    }

    /// Returns `row` as it was while its record was `before`: with what the references pointed to then, as that was before
    /// this decision.
    ///
    /// Related records are seen as they are now.
    ///
    /// # Errors
    /// [`Lack`] when something has to be asked for or cannot be read.
    pub fn row_before(&mut self, row: &RecordRow, before: &Arc<Record>) -> Result<RecordRow, Lack> {
        let mut old = RecordRow { record: Arc::clone(before), hops: Vec::new(), related: row.related.clone() };
        let mut lack = None;
        for (reference, target) in &row.hops {
            if before.at(*reference) == row.record.at(*reference) {
                old.hops.push((*reference, self.before_decision(target.clone())));
                continue;
            }
            match self.referred(before, *reference) {
                Ok(target) => old.hops.push((*reference, self.before_decision(target))),
                Err(why) => lack = Some(why),
            }
        }
        lack.map_or(Ok(old), Err)
    }

    fn before_decision(&self, record: Option<Arc<Record>>) -> Option<Arc<Record>> {
        let record = record?;
        match self.items.get(&(record.object().number(), record.id().clone())) {
            Some(item) => item.before.clone(),
            None => Some(record),
        }
    }

    fn load_hop(&mut self, row: &mut RecordRow, hop: Hop, lack: &mut Option<Lack>) {
        if row.hops.iter().any(|(known, _)| *known == hop.reference) {
            return;
        }
        match self.referred(&row.record.clone(), hop.reference) {
            Ok(target) => row.hops.push((hop.reference, target)),
            Err(why) => *lack = Some(why),
        }
    }

    /// Returns the record that a reference of `record` points to; `None` when there is none.
    ///
    /// # Errors
    /// [`Lack`] when it has to be asked for or cannot be read.
    pub fn referred(&mut self, record: &Record, reference: u16) -> Result<Option<Arc<Record>>, Lack> {
        let target = record.object().at(reference).and_then(|field| field.target());
        let target = target.and_then(|name| self.schema.object(name.as_str())).map(Arc::clone);
        match (record.at(reference).and_then(Value::as_id), target) {
            (Some(id), Some(target)) => self.record(&target, id),
            _ => Ok(None),
        }
    }

    /// Notes that the decision relied on what a condition saw beside its record: the records that it refers to must stay
    /// as they are, and no related one may come, go or change.
    pub fn rely_on_row(&mut self, row: &RecordRow) {
        for (_, target) in &row.hops {
            if let Some(target) = target {
                self.rely_on(target.object(), target.id());
            }
        }
        for (related, _) in &row.related {
            if let Some((_, range)) = self.related_range(*related, row.record.id()) {
                self.rely_on_range(&range);
            }
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

    /// Returns the object and the range of the records of `related` that refer to `id`.
    fn related_range(&self, related: Related, id: &Id) -> Option<(Arc<Object>, Range)> {
        let object = self.schema.objects().get(usize::from(related.object)).map(Arc::clone)?;
        let index = object.index_on(related.field)?.name().clone();
        let prefix = ordered::encode(&Value::Reference(id.clone()));
        let limit = self.schema.limits().related.saturating_add(1);
        let range = Range::prefix(self.tenant.clone(), index, &prefix).limit(limit);
        Some((object, range))
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

fn refers_to(record: &Record, slot: u16, id: &Id) -> bool {
    match record.at(slot) {
        Some(Value::Reference(target)) => target == id,
        Some(Value::List(items)) => items.iter().any(|item| item.as_id() == Some(id)),
        _ => false,
    }
}

fn decode(object: &Arc<Object>, key: &Key, stored: &Stored) -> Result<Arc<Record>, Lack> {
    match Record::from_stored(object, key.id(), stored.revision, &stored.body) {
        Ok(record) => Ok(Arc::new(record)),
        Err(_) => Err(Lack::Corrupt(key.clone())),
    }
}

/// A record with the records around it that a program reads.
#[derive(Debug, Clone)]
pub struct RecordRow {
    record: Arc<Record>,
    hops: Vec<(u16, Option<Arc<Record>>)>,
    related: Vec<(Related, Option<Vec<Arc<Record>>>)>,
}

impl Row for RecordRow {
    fn get(&self, slot: Slot) -> Option<&Value> {
        match Hop::of(slot) {
            None => self.record.at(u16::try_from(slot.number()).ok()?),
            Some(hop) => {
                let (_, target) = self.hops.iter().find(|(reference, _)| *reference == hop.reference)?;
                target.as_ref()?.at(hop.field)
            }
        }
    }

    fn related(&self, aggregate: &Aggregate, visit: &mut dyn FnMut(&dyn Row) -> ControlFlow<()>) -> expr::Related {
        let wanted = Related::of(aggregate.collection());
        match self.related.iter().find(|(known, _)| Some(*known) == wanted) {
            None => expr::Related::Unavailable,
            Some((_, None)) => expr::Related::TooMany,
            Some((_, Some(records))) => {
                for record in records {
                    if visit(record.as_ref()).is_break() {
                        break;
                    }
                }
                expr::Related::Shown
            }
        }
    }
}
