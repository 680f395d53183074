use std::sync::Arc;

use super::Lack;
use super::acting::{Acting, Halt, key_at};
use super::rule::Source;
use super::trace::Deed;
use crate::record::{Record, entry};
use crate::schema::Field;
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
            match self.source(source, reading) {
                Ok(Ok(value)) => values.push((*slot, value)),
                Ok(Err(unknown)) => {
                    self.leave_out(format!("`{}` stays as it is: {unknown}", key_at(writing, *slot)));
                }
                // What the other fields lack is asked for in the same round.
                Err(Halt::Lack(Lack::Asked)) => lack = Some(Lack::Asked),
                Err(halt) => return Err(halt),
            }
        }
        if let Some(lack) = lack {
            return Err(lack.into());
        }
        let written = self.put(writing, None, values)?;
        self.did.extend(written);
        Ok(())
    }

    /// Writes values into a record and returns what was written; the first rule of a round to write a field keeps it.
    ///
    /// A record that would lack what it must have, take a unique key that another one has, or enter a stage whose gate is closed, is not written at all:
    /// nobody's command is refused for what a rule does, and no entry standard is broken by one. Nor is anything where the
    /// field at `lead`, with which all others go, cannot be written.
    pub(super) fn put(
        &mut self,
        record: &Arc<Record>,
        lead: Option<u16>,
        values: Vec<(u16, Option<Value>)>,
    ) -> Result<Vec<Deed>, Halt> {
        let object = Arc::clone(record.object());
        let mut next = self.work.next_state(record);
        let mut written = Vec::new();
        for (slot, value) in values {
            let Some(field) = object.at(slot) else { continue };
            match self.writable(record, field, value)? {
                Ok(value) if record.at(slot) == value.as_ref() => {}
                Ok(value) => {
                    next.set(slot, value);
                    written.push(field);
                }
                Err(because) => {
                    self.leave_out(because);
                    if lead == Some(slot) {
                        return Ok(Vec::new());
                    }
                }
            }
        }
        if written.is_empty() {
            return Ok(Vec::new());
        }
        self.work.note_move(record, &mut next);
        let mut problems = entry::missing(self.work.schema(), record, &next, self.work.origin());
        problems.extend(self.taken(Some(record), &next)?);
        let mut problems: Vec<_> = problems.iter().map(ToString::to_string).collect();
        problems.extend(self.barred(Some(record), &next)?);
        if !problems.is_empty() {
            let keys: Vec<_> = written.iter().map(|field| format!("`{}`", field.key())).collect();
            self.leave_out(format!("{} not written: {}", keys.join(", "), problems.join("; ")));
            return Ok(Vec::new());
        }
        self.round.changes(record, self.authors, self.rule.author);
        self.tally.count_write((object.number(), record.id().clone()))?;
        let mut did = Vec::with_capacity(written.len());
        for field in written {
            self.round.claim(record, field.slot(), &self.rule.key);
            let (object, record) = (object.name().clone(), record.id().clone());
            did.push(Deed::Set { object, record, field: field.key().clone() });
        }
        self.work.write(next);
        Ok(did)
    }

    /// Returns what bars a record, or a new one, from the stage in which it would be, told to whoever may see the rule: by
    /// names alone.
    ///
    /// Where the store has to be asked the way is taken to be free until the answer is known.
    pub(super) fn barred(&mut self, before: Option<&Record>, next: &Record) -> Result<Vec<String>, Lack> {
        match self.work.judge(before, next) {
            Ok(verdict) => {
                let reasons = verdict.iter().flat_map(|verdict| verdict.transition.reasons().to_vec());
                Ok(reasons.map(|reason| reason.without_values().to_string()).collect())
            }
            Err(Lack::Asked) => Ok(Vec::new()),
            Err(corrupt) => Err(corrupt),
        }
    }

    /// Returns a value as the field would hold it, or why it is not written.
    fn writable(
        &mut self,
        record: &Arc<Record>,
        field: &Field,
        value: Option<Value>,
    ) -> Result<Result<Option<Value>, String>, Halt> {
        let slot = field.slot();
        let value = match value.map(|value| entry::value_for(self.work.schema(), field, &value)).transpose() {
            Ok(value) => value.flatten(),
            Err(problem) => return Ok(Err(problem.to_string())),
        };
        if record.at(slot) == value.as_ref() {
            return Ok(Ok(value));
        }
        if value.is_none() && field.is_required() {
            return Ok(Err(format!("`{}` is required", field.key())));
        }
        let object = Arc::clone(record.object());
        if let Some(gone) = value.as_ref().map_or(Ok(None), |value| self.dangling(&object, slot, value))? {
            return Ok(Err(format!("there is no `{gone}` to refer to")));
        }
        if let Err(denied) = self.may_edit(record, slot) {
            return Ok(Err(denied));
        }
        Ok(match self.round.owner(record, slot).filter(|owner| **owner != self.rule.key) {
            Some(owner) => Err(format!("`{}` was set by rule `{owner}` in this round", field.key())),
            None => Ok(value),
        })
    }
}
