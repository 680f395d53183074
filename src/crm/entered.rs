use crate::record::{Fields, Record};
use crate::schema::Object;
use crate::value::Id;

/// New records as their callers handed them in, checked and normalised: a decision that begins anew with more facts need
/// not enter them again, since nothing that the store holds has a say in it.
#[derive(Debug, Default)]
pub(super) struct Entered {
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    fields: Fields,
    given: Vec<u16>,
    record: Record,
}

impl Entered {
    /// Takes out the slots of these fields, and the record that they have become: mostly a decision begins anew once.
    pub(super) fn take(&mut self, object: &Object, id: &Id, fields: &Fields) -> Option<(Vec<u16>, Record)> {
        let is_it = |entry: &Entry| {
            let record = &entry.record;
            record.object().number() == object.number() && record.id() == id && entry.fields == *fields
        };
        let place = self.entries.iter().position(is_it)?;
        let Entry { given, record, .. } = self.entries.swap_remove(place);
        Some((given, record))
    }

    /// Keeps what fields have become.
    pub(super) fn keep(&mut self, fields: &Fields, given: &[u16], record: &Record) {
        self.entries.push(Entry { fields: fields.clone(), given: given.to_vec(), record: record.clone() });
    }
}
