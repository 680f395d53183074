use std::sync::Arc;

use super::round::Round;
use super::rule::{Operation, Source};
use super::tally::Tally;
use super::trace::Deed;
use super::{Lack, RightsOf, Rule, RunAs, Stop, Workset};
use crate::access::is_sealed;
use crate::expr::{Env, Program, Scope, Unknown};
use crate::record::Record;
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

    /// Returns whether the record that the field at `slot` would refer to is there.
    pub(super) fn exists(&mut self, record: &Record, slot: u16, id: &Id) -> Result<bool, Lack> {
        let target = record.object().at(slot).and_then(|field| field.target());
        let Some(target) = target.and_then(|name| self.work.schema().object(name.as_str())).map(Arc::clone) else {
            return Ok(false);
        };
        Ok(self.work.record(&target, id)?.is_some_and(|found| !found.is_deleted()))
    }

    /// Checks that a rule that runs as its caller does nothing that the caller could not do himself.
    pub(super) fn may_edit(&self, record: &Record, slot: u16) -> Result<(), String> {
        if self.rule.run_as == RunAs::Author {
            return Ok(());
        }
        let Some(RightsOf { table, roles, standing }) = self.caller else { return Err("nobody to run as".into()) };
        let (relations, sealed) = (standing.relations_to(record), is_sealed(record));
        table.may_edit(roles, record.object(), relations, sealed, &[slot]).map_err(|denied| denied.to_string())
    }

    /// The same for a record that it would create with values of its own in these fields.
    pub(super) fn may_create(&self, made: &Record, slots: &[u16]) -> Result<(), String> {
        if self.rule.run_as == RunAs::Author {
            return Ok(());
        }
        let Some(RightsOf { table, roles, standing }) = self.caller else { return Err("nobody to run as".into()) };
        let relations = standing.relations_to(made);
        table.may_create(roles, made.object(), relations, slots).map_err(|denied| denied.to_string())
    }
}

/// Returns the key of the field at `slot`.
pub(super) fn key_at(record: &Record, slot: u16) -> &str {
    record.object().at(slot).map_or("?", |field| field.key().as_str())
}
