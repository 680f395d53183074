use std::ops::ControlFlow;
use std::sync::Arc;

use super::{Lack, Workset};
use crate::expr::{self, Aggregate, Program, Row, Slot};
use crate::record::Record;
use crate::schema::{Hop, Related};
use crate::value::Value;

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

impl Workset<'_> {
    /// Returns the row that a program sees of a record: the record, those it refers to and those related to it, as far as
    /// the program reads them.
    ///
    /// # Errors
    /// [`Lack`] when something has to be asked for or cannot be read.
    pub fn row(&mut self, program: &Program, record: &Arc<Record>) -> Result<RecordRow, Lack> {
        self.row_of(&[program], record)
    }

    /// The same for what several programs read of it.
    pub(super) fn row_of(&mut self, programs: &[&Program], record: &Arc<Record>) -> Result<RecordRow, Lack> {
        let mut row = RecordRow { record: Arc::clone(record), hops: Vec::new(), related: Vec::new() };
        let mut lack = None;
        for hop in programs.iter().flat_map(|program| program.slots()).filter_map(|&slot| Hop::of(slot)) {
            self.load_hop(&mut row, hop, &mut lack);
        }
        let aggregates = programs.iter().flat_map(|program| program.aggregates());
        for related in aggregates.filter_map(|aggregate| Related::of(aggregate.collection())) {
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
        let target = target.and_then(|name| self.schema().object(name.as_str())).map(Arc::clone);
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
}
