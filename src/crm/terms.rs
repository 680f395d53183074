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
    for index in indexes {
        if deleted != (index.slots() == [slots::DELETED_AT]) {
            continue;
        }
        for bytes in entries(record, index) {
            made.push(Term::new(index.name().clone(), &bytes));
        }
    }
    made
}

/// Returns the ordered bytes at which a record stands in an index: none without a value in the first field (in any field
/// of a unique index), one for each value of a list or tags.
pub(super) fn entries(record: &Record, index: &Index) -> Vec<Vec<u8>> {
    let Some((&first, rest)) = index.slots().split_first() else { return Vec::new() };
    match record.at(first) {
        None => Vec::new(),
        Some(Value::Tags(tags)) => tags.iter().map(|tag| ordered::encode(&Value::text(tag))).collect(),
        Some(Value::List(items)) => {
            let mut entries: Vec<_> = items.iter().map(ordered::encode).collect();
            entries.sort_unstable();
            entries.dedup();
            entries
        }
        Some(value) => {
            let mut bytes = ordered::encode(value);
            for &slot in rest {
                let value = record.at(slot);
                if value.is_none() && index.is_unique() {
                    return Vec::new();
                }
                ordered::push(&mut bytes, value);
            }
            vec![bytes]
        }
    }
}
