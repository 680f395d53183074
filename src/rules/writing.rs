use std::sync::Arc;

use super::Lack;
use super::acting::{Acting, Halt, key_at};
use super::rule::Source;
use super::trace::Deed;
use crate::record::{Record, entry};
use crate::value::Value;

impl Acting<'_, '_> {
    /// Writes into one record what follows from another, or from itself.
    pub(super) fn set(
        &mut self,
        reading: &Arc<Record>,
        writing: &Arc<Record>,
        fields: &[(u16, Source)],
    ) -> Result<(), Halt> {
        let mut values = Vec::with_capacity(fields.len());
        let mut lack = None;
        for (slot, source) in fields {
            match self.source_of(source, reading, writing, *slot) {
                Ok(Some(value)) => values.push((*slot, value)),
                Ok(None) => {}
                // What the other fields lack is asked for in the same round.
                Err(Halt::Lack(Lack::Asked)) => lack = Some(Lack::Asked),
                Err(halt) => return Err(halt),
            }
        }
        if let Some(lack) = lack {
            return Err(lack.into());
        }
        let written = self.put(writing, values)?;
        self.did.extend(written);
        Ok(())
    }

    /// Returns what to write at `slot`, or nothing when it is left out.
    fn source_of(
        &mut self,
        source: &Source,
        reading: &Arc<Record>,
        writing: &Record,
        slot: u16,
    ) -> Result<Option<Option<Value>>, Halt> {
        let value = match self.source(source, reading)? {
            Ok(value) => value,
            Err(unknown) => {
                self.leave_out(format!("`{}` stays as it is: {unknown}", key_at(writing, slot)));
                return Ok(None);
            }
        };
        if let Some(id) = value.as_ref().and_then(Value::as_id).filter(|_| source.is_constant()) {
            if !self.exists(writing, slot, id)? {
                self.leave_out(format!("there is no `{id}` to refer to"));
                return Ok(None);
            }
        }
        Ok(Some(value))
    }

    /// Writes values into a record and returns what was written; the first rule of a round to write a field keeps it.
    pub(super) fn put(&mut self, record: &Arc<Record>, values: Vec<(u16, Option<Value>)>) -> Result<Vec<Deed>, Halt> {
        let object = Arc::clone(record.object());
        let mut next = self.work.next_state(record);
        let mut did = Vec::new();
        for (slot, value) in values {
            let Some(field) = object.at(slot) else { continue };
            let value = match value.map(|value| entry::value_for(self.work.schema(), field, &value)).transpose() {
                Ok(value) => value.flatten(),
                Err(problem) => {
                    self.leave_out(problem.to_string());
                    continue;
                }
            };
            if record.at(slot) == value.as_ref() {
                continue;
            }
            if value.is_none() && field.is_required() {
                self.leave_out(format!("`{}` is required", field.key()));
                continue;
            }
            if let Err(denied) = self.may_edit(record, slot) {
                self.leave_out(denied);
                continue;
            }
            let owner = self.round.owner(record, slot, &self.rule.key);
            if *owner != self.rule.key {
                let because = format!("`{}` was set by rule `{owner}` in this round", field.key());
                self.leave_out(because);
                continue;
            }
            next.set(slot, value);
            let (object, record) = (object.name().clone(), record.id().clone());
            did.push(Deed::Set { object, record, field: field.key().clone() });
        }
        if !did.is_empty() {
            self.round.changes(record);
            self.tally.count_write((object.number(), record.id().clone()))?;
            self.work.write(next);
        }
        Ok(did)
    }
}
