use super::{FieldProblem, ProblemCode, Record};
use crate::schema::{Index, Object, slots};
use crate::value::{Value, ordered};

/// Calls `visit` with the ordered bytes at which a record stands in an index: none without a value in the first field (in
/// any field of a unique index), one for each value of a list or tags. `bytes` is room to write them in.
pub(crate) fn each_entry(record: &Record, index: &Index, bytes: &mut Vec<u8>, mut visit: impl FnMut(&[u8])) {
    let Some((&first, rest)) = index.slots().split_first() else { return };
    match record.at(first) {
        None => {}
        Some(Value::Tags(tags)) => tags.iter().for_each(|tag| visit(&ordered::encode_text(tag))),
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

/// Returns what is wrong with a record of `object` that would stand where another one stands in a unique index.
pub(crate) fn duplicate(object: &Object, index: &Index) -> FieldProblem {
    let slot = index.slots().first().copied().unwrap_or(slots::ID);
    let key = object.at(slot).map_or("record", |field| field.key().as_str());
    FieldProblem::new(key, ProblemCode::Duplicate, "has a value that another record has")
}
