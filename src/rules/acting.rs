use std::sync::Arc;

use super::round::Round;
use super::rule::{Operation, Source};
use super::tally::Tally;
use super::trace::Deed;
use super::{Lack, RightsOf, Rule, RunAs, Stop, Workset};
use crate::access::{AccessTable, Denied, Relation, Relations, RoleSet, is_sealed};
use crate::expr::{Env, Program, Scope, Unknown};
use crate::record::{FieldProblem, Record, duplicate, each_entry};
use crate::schema::Object;
use crate::value::{Id, Value};

/// A rule that fired and does its operations on one record: everything that an operation sees and may touch.
pub(super) struct Acting<'a, 'w> {
    pub(super) rule: &'a Rule,
    pub(super) object: &'a Arc<Object>,
    pub(super) id: &'a Id,
    pub(super) work: &'a mut Workset<'w>,
    pub(super) round: &'a mut Round,
    pub(super) tally: &'a mut Tally,
    pub(super) caller: Option<RightsOf<'a>>,
    /// The authors of the rules that caused what the rule answers.
    pub(super) authors: &'a [RoleSet],
    /// What keys of effects derive from.
    pub(super) cause: &'a [u8],
    pub(super) env: &'a Env,
    pub(super) did: Vec<Deed>,
}

/// Why an operation could not be finished.
pub(super) enum Halt {
    Lack(Lack),
    Stop(Stop),
}

impl From<Lack> for Halt {
    fn from(lack: Lack) -> Self {
        Self::Lack(lack)
    }
}

impl From<Stop> for Halt {
    fn from(stop: Stop) -> Self {
        Self::Stop(stop)
    }
}

impl Acting<'_, '_> {
    /// Does every operation, each seeing what was done before it, and returns what was done.
    ///
    /// Where the store has to be asked the rest goes on, so that everything is asked for at once.
    pub(super) fn act(mut self) -> Result<Vec<Deed>, Stop> {
        let rule = self.rule;
        for (position, operation) in rule.operations.iter().enumerate() {
            match self.operate(position, operation) {
                Ok(()) | Err(Halt::Lack(Lack::Asked)) => {}
                Err(Halt::Lack(Lack::Corrupt(key))) => return Err(Stop::Corrupt(key)),
                Err(Halt::Stop(stop)) => return Err(stop),
            }
        }
        Ok(self.did)
    }

    fn operate(&mut self, position: usize, operation: &Operation) -> Result<(), Halt> {
        let Some(record) = self.work.record(self.object, self.id)? else {
            self.leave_out("the record is gone");
            return Ok(());
        };
        match operation {
            Operation::Set { on: None, fields } => self.set(&record, &record, fields),
            Operation::Set { on: Some(reference), fields } => match self.work.referred(&record, *reference)? {
                Some(target) if target.is_deleted() => {
                    self.leave_out(format!("`{}` refers to a record that is deleted", key_at(&record, *reference)));
                    Ok(())
                }
                Some(target) => self.set(&record, &target, fields),
                None => {
                    self.leave_out(format!("`{}` refers to no record", key_at(&record, *reference)));
                    Ok(())
                }
            },
            Operation::Assign(assign) => self.assign(position, assign, &record),
            Operation::Create { object, fields } => self.create(*object, fields, &record),
            Operation::Emit(emit) => self.emit(position, emit, &record),
        }
    }

    /// Notes that something was not done.
    pub(super) fn leave_out(&mut self, because: impl Into<String>) {
        self.did.push(Deed::LeftOut { because: because.into() });
    }

    /// Returns the value to write, no value to clear the field, or why nothing is known.
    pub(super) fn source(
        &mut self,
        source: &Source,
        record: &Arc<Record>,
    ) -> Result<Result<Option<Value>, Unknown>, Halt> {
        match source {
            Source::Clear => Ok(Ok(None)),
            Source::Program(program) => {
                let row = self.work.row(program, record)?;
                Ok(program.value(Scope::new(&row, self.env)).map(Some))
            }
            Source::Template(template) => {
                let row = self.work.row_with(&template.slots(), record)?;
                Ok(Ok(Some(Value::text(&template.render(&row)))))
            }
        }
    }

    /// Returns the value of an expression; an unknown one is no value.
    pub(super) fn value(&mut self, program: &Program, record: &Arc<Record>) -> Result<Option<Value>, Halt> {
        let row = self.work.row(program, record)?;
        Ok(program.value(Scope::new(&row, self.env)).ok())
    }

    /// Returns the first record that a value of the field at `slot` would refer to and that is not there: nobody's command
    /// shall be refused for it.
    ///
    /// Where the store has to be asked it is taken to be there until the answer is known, so that nothing else waits for
    /// it.
    pub(super) fn dangling(&mut self, object: &Object, slot: u16, value: &Value) -> Result<Option<Id>, Lack> {
        let target = object.at(slot).and_then(|field| field.target());
        let Some(target) = target.and_then(|name| self.work.schema().object(name.as_str())).map(Arc::clone) else {
            return Ok(None);
        };
        let ids: Vec<&Id> = match value {
            Value::List(items) => items.iter().filter_map(Value::as_id).collect(),
            one => one.as_id().into_iter().collect(),
        };
        for id in ids {
            match self.work.record(&target, id) {
                Ok(found) if found.as_ref().is_none_or(|found| found.is_deleted()) => return Ok(Some(id.clone())),
                Ok(_) | Err(Lack::Asked) => {}
                Err(corrupt) => return Err(corrupt),
            }
        }
        Ok(None)
    }

    /// Returns what is wrong with the next state of a record, or a new one, that would take a unique key from another.
    ///
    /// Where the store has to be asked the key is taken to be free until the answer is known. It is the same question that
    /// is asked of everything that is written, so it costs no round of its own.
    pub(super) fn taken(&mut self, before: Option<&Record>, next: &Record) -> Result<Option<FieldProblem>, Lack> {
        if next.is_deleted() {
            return Ok(None);
        }
        let object = Arc::clone(next.object());
        let moves = |slot: &u16| before.is_none_or(|before| before.at(*slot) != next.at(*slot));
        let unique = object.indexes().iter().take_while(|index| index.is_unique());
        for index in unique.filter(|index| index.slots().iter().any(moves)) {
            let mut keys = Vec::new();
            each_entry(next, index, &mut Vec::new(), |bytes| keys.push(bytes.to_vec()));
            for bytes in keys {
                match self.work.is_taken(&object, index, &bytes, next.id()) {
                    Ok(true) => return Ok(Some(duplicate(&object, index))),
                    Ok(false) | Err(Lack::Asked) => {}
                    Err(corrupt) => return Err(corrupt),
                }
            }
        }
        Ok(None)
    }

    /// Checks that the rule does nothing that whoever it runs as could not do himself.
    pub(super) fn may_edit(&self, record: &Record, slot: u16) -> Result<(), String> {
        let sealed = is_sealed(record);
        self.allowed(record, |table, roles, relations| {
            table.may_edit(roles, record.object(), relations, sealed, &[slot])
        })
    }

    /// The same for a record that it would create with values of its own in these fields.
    pub(super) fn may_create(&self, made: &Record, slots: &[u16]) -> Result<(), String> {
        self.allowed(made, |table, roles, relations| table.may_create(roles, made.object(), relations, slots))
    }

    /// Checks everybody by whose rights the rule acts on a record: nobody, where it has the authority of the definition
    /// itself; its author; or its caller and the authors of the rules that caused what it answers.
    fn allowed(
        &self,
        record: &Record,
        check: impl Fn(&AccessTable, RoleSet, Relations) -> Result<(), Denied>,
    ) -> Result<(), String> {
        if (self.rule.run_as, self.rule.author) == (RunAs::Author, None) {
            return Ok(());
        }
        let RightsOf { table, roles, standing } = self.caller.ok_or_else(|| "nobody to run as".to_owned())?;
        let anywhere = |author: &RoleSet| check(table, *author, Relation::Any.into());
        let checked = match self.rule.run_as {
            RunAs::Author => self.rule.author.iter().try_for_each(anywhere),
            RunAs::Caller => {
                let as_caller = check(table, roles, standing.relations_to(record));
                as_caller.and_then(|()| self.authors.iter().try_for_each(anywhere))
            }
        };
        checked.map_err(|denied| denied.to_string())
    }
}

/// Returns the key of the field at `slot`.
pub(super) fn key_at(record: &Record, slot: u16) -> &str {
    record.object().at(slot).map_or("?", |field| field.key().as_str())
}
