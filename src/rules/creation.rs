use std::sync::Arc;

use super::acting::{Acting, Halt};
use super::rule::Source;
use super::trace::Deed;
use crate::record::{Fields, Record, entry};

impl Acting<'_, '_> {
    /// Creates a record of the object with this number, by its entry standard.
    pub(super) fn create(&mut self, number: u16, fields: &[(u16, Source)], record: &Arc<Record>) -> Result<(), Halt> {
        let Some(object) = self.work.schema().objects().get(usize::from(number)).map(Arc::clone) else {
            return Ok(());
        };
        let mut given = Fields::new();
        for (slot, source) in fields {
            let value = self.source(source, record)?;
            if let (Some(field), Ok(Some(value))) = (object.at(*slot), value) {
                given.set(field.key().clone(), Some(value));
            }
        }
        let id = self.work.new_id();
        let (schema, origin) = (self.work.schema(), self.work.origin());
        let mut made = match entry::create(schema, &object, id.clone(), &given, origin, entry::Writer::Rule) {
            Ok(made) => made,
            Err(problems) => {
                let problems: Vec<_> = problems.iter().map(ToString::to_string).collect();
                self.leave_out(format!("no {} created: {}", object.name(), problems.join("; ")));
                return Ok(());
            }
        };
        let slots: Vec<u16> = fields.iter().map(|(slot, _)| *slot).collect();
        for (slot, value) in slots.iter().filter_map(|&slot| Some((slot, made.at(slot)?))) {
            if let Some(gone) = self.dangling(&object, slot, value)? {
                self.leave_out(format!("no {} created: there is no `{gone}` to refer to", object.name()));
                return Ok(());
            }
        }
        if let Err(denied) = self.may_create(&made, &slots) {
            self.leave_out(denied);
            return Ok(());
        }
        if let Some(taken) = self.taken(None, &made)? {
            self.leave_out(format!("no {} created: {taken}", object.name()));
            return Ok(());
        }
        self.work.note_start(&mut made);
        let barred = self.barred(None, &made)?;
        if !barred.is_empty() {
            self.leave_out(format!("no {} created: {}", object.name(), barred.join("; ")));
            return Ok(());
        }
        self.tally.count_write((number, id.clone()))?;
        self.round.creates(&made, self.authors, self.rule.author);
        self.work.write(made);
        self.did.push(Deed::Created { object: object.name().clone(), record: id });
        Ok(())
    }
}
