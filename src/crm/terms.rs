use crate::record::{Record, each_entry};
use crate::schema::slots;
use crate::store::Term;

/// Returns every term under which a record is found.
///
/// A deleted record is found among the deleted only, so its unique keys are free until it is restored.
pub(super) fn terms(record: &Record) -> Vec<Term> {
    let indexes = record.object().indexes();
    let mut made = Vec::with_capacity(indexes.len());
    let deleted = record.is_deleted();
    let mut bytes = Vec::with_capacity(64);
    for index in indexes {
        if deleted != (index.slots() == [slots::DELETED_AT]) {
            continue;
        }
        each_entry(record, index, &mut bytes, |bytes| made.push(Term::new(index.name().clone(), bytes)));
    }
    made
}
