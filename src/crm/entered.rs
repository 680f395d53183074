use std::borrow::Cow;

use crate::record::{Fields, Record};
use crate::schema::Object;
use crate::value::Id;

/// New records as one command hands them in, checked and normalised: a decision that begins anew with more facts need not
/// enter them again, since nothing that the store holds has a say in it.
#[derive(Debug, Default)]
pub(super) struct Entered {
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    /// Nothing for the fields of the command itself, which are the same whenever it is decided.
    made_up: Option<Fields>,
    given: Vec<u16>,
    record: Record,
}

impl Entered {
    /// Takes out the slots of these fields, borrowed from the command or made up of it, and the record that they have
    /// become: mostly a decision begins anew once.
    pub(super) fn take(&mut self, object: &Object, id: &Id, fields: &Cow<'_, Fields>) -> Option<(Vec<u16>, Record)> {
        let is_it = |Entry { made_up, record, .. }: &Entry| {
            let is_same = match fields {
                Cow::Borrowed(_) => made_up.is_none(),
                Cow::Owned(fields) => made_up.as_ref() == Some(fields),
            };
            is_same && record.object().number() == object.number() && record.id() == id
        };
        let place = self.entries.iter().position(is_it)?;
        let Entry { given, record, .. } = self.entries.swap_remove(place);
        Some((given, record))
    }

    /// Keeps what fields have become.
    pub(super) fn keep(&mut self, fields: Cow<'_, Fields>, given: &[u16], record: &Record) {
        let made_up = match fields {
            Cow::Borrowed(_) => None,
            Cow::Owned(fields) => Some(fields),
        };
        self.entries.push(Entry { made_up, given: given.to_vec(), record: record.clone() });
    }
}
