use std::collections::BTreeMap;
use std::sync::Arc;

use super::caller::Caller;
use super::{Context, Crm, Outcome, Rejected};
use crate::access::{Relations, View, is_sealed, project};
use crate::record::{Change, FieldProblem, ProblemCode, Record, duplicate, each_entry};
use crate::rules::{Event, EventKind, Lack, Workset};
use crate::schema::Object;
use crate::store::{Digest, Facts, Range, Reader};
use crate::value::{Id, Key, Name, Value};

/// One decision under way: who decides, on what, and what has to hold when it is committed.
pub(super) struct Decision<'a> {
    pub(super) crm: &'a Crm,
    pub(super) ctx: &'a Context,
    pub(super) facts: &'a Facts,
    pub(super) work: Workset<'a>,
    pub(super) caller: Caller,
    /// Ranges that the decision relied on, with what they held.
    pub(super) same: Vec<(Range, Digest)>,
    /// The records to which the caller himself gave fields, and these.
    pub(super) given: Vec<(u16, Id, Vec<u16>)>,
}

/// Why a decision cannot go on.
#[derive(Debug)]
pub(super) enum Halt {
    /// The store has to be asked.
    Ask,
    /// It is refused.
    Rejected(Rejected),
}

impl From<Rejected> for Halt {
    fn from(rejected: Rejected) -> Self {
        Self::Rejected(rejected)
    }
}

impl From<Lack> for Halt {
    fn from(lack: Lack) -> Self {
        match lack {
            Lack::Corrupt(key) => Self::Rejected(Rejected::corrupt(key)),
            _ => Self::Ask,
        }
    }
}

impl<'a> Decision<'a> {
    pub(super) fn new(crm: &'a Crm, ctx: &'a Context, facts: &'a Facts) -> Result<Self, Rejected> {
        if let Some(unknown) = crm.access.unknown_roles(ctx.principal()).first() {
            return Err(Rejected::UnknownRole((*unknown).clone()));
        }
        let work = Workset::new(ctx.tenant(), &crm.schema, Reader::new(facts), ctx.origin(), ctx.seed())
            .with_pipelines(&crm.pipelines);
        let caller = Caller::new(&crm.access, ctx.principal());
        Ok(Self { crm, ctx, facts, work, caller, same: Vec::new(), given: Vec::new() })
    }

    /// Returns the object with this key.
    pub(super) fn object(&self, name: &Name) -> Result<Arc<Object>, Rejected> {
        object(self.crm, name)
    }

    /// Loads who is whose in time for what the caller wants to do, and the record; both in one round.
    pub(super) fn target(&mut self, object: &Arc<Object>, id: &Id) -> Result<Arc<Record>, Halt> {
        let standing = self.caller.load(self.crm, object, &mut self.work);
        let record = self.work.record(object, id)?;
        standing?;
        match record {
            Some(record) if self.see(&record).is_some() => Ok(record),
            _ => Err(self.not_found(object, id).into()),
        }
    }

    /// The same for a record that is gone and for one that the caller may not see.
    pub(super) fn not_found(&self, object: &Object, id: &Id) -> Rejected {
        Rejected::NotFound { object: object.name().clone(), id: id.clone() }
    }

    /// Returns what the caller may see of a record.
    pub(super) fn see(&self, record: &Arc<Record>) -> Option<View> {
        project(&self.crm.access, self.caller.roles, &self.caller.standing, record)
    }

    /// Returns the outcome of a command that changes nothing, with the record as it is.
    pub(super) fn as_it_is(
        &self,
        command: &'static str,
        object: &Object,
        id: &Id,
        record: Option<Arc<Record>>,
    ) -> Outcome {
        let record = record.and_then(|record| self.see(&record));
        Outcome::new(command, object.name().clone(), id.clone(), record)
    }

    /// Returns whether something is known to be at a key already; nothing is asked for.
    pub(super) fn is_there(&self, key: &Key) -> bool {
        self.facts.record(key).flatten().is_some()
    }

    /// Returns how the caller stands to a record, and whether it is sealed.
    pub(super) fn stands(&self, record: &Record) -> (Relations, bool) {
        (self.caller.standing.relations_to(record), is_sealed(record))
    }

    /// Checks unique keys and references of everything that would be written, and notes what has to stay so. What is wrong
    /// is the caller's: rules leave out what would be.
    pub(super) fn check_integrity(&mut self, changes: &[Change]) -> Result<(), Halt> {
        let (mut taken, mut dangling) = (Vec::new(), Vec::new());
        let (mut lack, mut corrupt) = (false, None);
        // Where the records of this decision stand from now on, whatever the store still says of them.
        let is_written = |object: u16, id: &Id| {
            changes.iter().map(Change::after).any(|after| after.object().number() == object && after.id() == id)
        };
        let mut bytes = Vec::with_capacity(64);
        let mut holders: BTreeMap<(Name, Vec<u8>), Id> = BTreeMap::new();
        for change in changes {
            let record = change.after();
            let object = Arc::clone(record.object());
            if record.is_deleted() {
                continue;
            }
            let is_new = change.before().is_none_or(|before| before.is_deleted());
            for index in object.indexes().iter().take_while(|index| index.is_unique()) {
                let moved = is_new || index.slots().iter().any(|&slot| change.changes(slot));
                // Alone, a record that keeps its place cannot take another's.
                if !moved && changes.len() == 1 {
                    continue;
                }
                each_entry(record, index, &mut bytes, |bytes| {
                    if changes.len() > 1 {
                        let place = (index.name().clone(), bytes.to_vec());
                        if holders.entry(place).or_insert(record.id().clone()) != record.id() {
                            taken.push(duplicate(&object, index));
                            return;
                        }
                    }
                    if !moved {
                        return;
                    }
                    let range = self.work.holders(index, bytes);
                    match self.work.holder_in(&object, &range, |_, id| !is_written(object.number(), id)) {
                        Err(Lack::Corrupt(key)) => corrupt = corrupt.take().or(Some(key)),
                        Err(_) => lack = true,
                        Ok(Some(_)) => taken.push(duplicate(&object, index)),
                        Ok(None) => self.same.extend(self.work.found(&range).map(|found| (range, found.digest()))),
                    }
                });
            }
            for (slot, _, after) in change.differences() {
                let referred = after.map(references).unwrap_or_default();
                if referred.is_empty() {
                    continue;
                }
                let is_given = self.given.iter().any(|(number, id, given)| {
                    *number == object.number() && id == record.id() && given.contains(&slot)
                });
                for id in referred {
                    match self.check_reference(&object, slot, &id, is_given) {
                        Ok(true) => {}
                        Ok(false) => {
                            let message = format!("refers to `{id}`, which does not exist");
                            dangling.push(problem(&object, slot, ProblemCode::Dangling, &message));
                        }
                        Err(Halt::Ask) => lack = true,
                        Err(rejected) => return Err(rejected),
                    }
                }
            }
        }
        if let Some(key) = corrupt {
            return Err(Rejected::corrupt(key).into());
        }
        if lack {
            return Err(Halt::Ask);
        }
        if !dangling.is_empty() {
            return Err(Rejected::from(dangling).into());
        }
        if !taken.is_empty() {
            return Err(Rejected::taken(taken).into());
        }
        Ok(())
    }

    /// Returns whether a reference points to a record that is there. People and teams need only be there; of anything
    /// else that he refers to himself the caller must see the record, so that a link tells nobody that a hidden record
    /// exists.
    ///
    /// The record is not guarded. Nothing that may happen to it before the commit makes the reference wrong: whoever
    /// changes, gives away or deletes a record does not ask who refers to it, so it is as if that came after this
    /// decision. A deleted record stays where it is, to be restored; and where one is purged for good, something has to stay at
    /// its key for the references that are there already. A guard on its revision would only make everybody who adds a
    /// contact wait for everybody who touches the account.
    fn check_reference(&mut self, object: &Object, slot: u16, id: &Id, is_given: bool) -> Result<bool, Halt> {
        let Some(target) = object.at(slot).and_then(|field| field.target()) else { return Ok(true) };
        let Some(target) = self.crm.schema.object(target.as_str()).map(Arc::clone) else { return Ok(false) };
        let ownership = object.ownership();
        let is_person = [ownership.owner, ownership.team, ownership.shared_with].contains(&Some(slot));
        let must_see = is_given && !is_person && !self.caller.roles.is_system();
        if !must_see {
            return Ok(self.work.is_present(&target, id)?);
        }
        // Both are asked for at once, so that a hidden record takes as many rounds as a missing one.
        let standing = self.caller.load(self.crm, &target, &mut self.work);
        let record = self.work.record(&target, id)?;
        standing?;
        Ok(record.is_some_and(|record| !record.is_deleted() && self.see(&record).is_some()))
    }
}

/// Returns the object with this key, or what is wrong with the key.
pub(super) fn object(crm: &Crm, name: &Name) -> Result<Arc<Object>, Rejected> {
    crm.schema.object(name.as_str()).map(Arc::clone).ok_or_else(|| {
        let hint = crm.schema.nearest_object(name.as_str()).map(|near| format!("; did you mean `{near}`?"));
        let message = format!("is `{name}`: there is no such object{}", hint.unwrap_or_default());
        Rejected::invalid("object", ProblemCode::UnknownObject, message)
    })
}

/// Returns the events that writes of a command are, before any rule answers.
pub(super) fn event(kind: EventKind, before: Option<&Arc<Record>>, after: &Arc<Record>) -> Event {
    Event { kind, before: before.cloned(), after: Arc::clone(after), authors: Vec::new() }
}

fn references(value: &Value) -> Vec<Id> {
    match value {
        Value::Reference(id) => vec![id.clone()],
        Value::List(items) => items.iter().filter_map(Value::as_id).cloned().collect(),
        _ => Vec::new(),
    }
}

fn problem(object: &Object, slot: u16, code: ProblemCode, message: &str) -> FieldProblem {
    let key = object.at(slot).map_or("record", |field| field.key().as_str());
    FieldProblem::new(key, code, message)
}
