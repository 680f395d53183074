use crate::record::Record;
use crate::schema::{Index, slots};
use crate::store::Term;
use crate::value::{Value, ordered};

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

/// Calls `visit` with the ordered bytes at which a record stands in an index: none without a value in the first field (in
/// any field of a unique index), one for each value of a list or tags. `bytes` is room to write them in.
pub(super) fn each_entry(record: &Record, index: &Index, bytes: &mut Vec<u8>, mut visit: impl FnMut(&[u8])) {
    let Some((&first, rest)) = index.slots().split_first() else { return };
    match record.at(first) {
        None => {}
        Some(Value::Tags(tags)) => tags.iter().for_each(|tag| visit(&ordered::encode(&Value::text(tag)))),
        Some(Value::List(items)) => {
            let mut entries: Vec<_> = items.iter().map(ordered::encode).collect();
            entries.sort_unstable();
            entries.dedup();
            entries.iter().for_each(|bytes| visit(bytes));
        }
        Some(value) => {
            bytes.clear();
            ordered::push(bytes, Some(value));
            for &slot in rest {
                let value = record.at(slot);
                if value.is_none() && index.is_unique() {
                    return;
                }
                ordered::push(bytes, value);
            }
            visit(bytes);
        }
    }
}
