use std::borrow::Cow;
use std::sync::Arc;

use super::Rejected;
use super::decide::slots_of;
use super::decision::Decision;
use super::unknown_fields::check_known;
use crate::record::{Fields, Record, entry};
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

impl Decision<'_> {
    /// Returns the record that fields become, borrowed from the command or made up of it, and their slots.
    pub(super) fn enter(
        &self,
        object: &Arc<Object>,
        id: &Id,
        fields: Cow<'_, Fields>,
        entered: &mut Entered,
    ) -> Result<(Vec<u16>, Record), Rejected> {
        let made_up = match &fields {
            Cow::Borrowed(_) => None,
            Cow::Owned(fields) => Some(fields),
        };
        if let Some(known) = entered.take(object, id, made_up) {
            return Ok(known);
        }
        let given = slots_of(object, &fields);
        check_known(object, &fields, given.len())?;
        let origin = self.work.origin();
        let record = entry::create(&self.crm.schema, object, id.clone(), &fields, origin, entry::Writer::Caller)?;
        entered.entries.push(Entry { made_up: made_up.cloned(), given: given.clone(), record: record.clone() });
        Ok((given, record))
    }
}

impl Entered {
    /// Takes out the slots of fields, and the record that they have become: mostly a decision begins anew once.
    fn take(&mut self, object: &Object, id: &Id, made_up: Option<&Fields>) -> Option<(Vec<u16>, Record)> {
        let is_it = |entry: &Entry| {
            let record = &entry.record;
            record.object().number() == object.number() && record.id() == id && entry.made_up.as_ref() == made_up
        };
        let place = self.entries.iter().position(is_it)?;
        let Entry { given, record, .. } = self.entries.swap_remove(place);
        Some((given, record))
    }
}
