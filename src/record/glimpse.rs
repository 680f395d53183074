use super::stored::{FORM, fits, read_instant};
use crate::expr::{Row, Slot};
use crate::schema::{Object, slots};
use crate::value::stored::{Corrupt, Reader};
use crate::value::{Id, Tags, Value};

/// A stored record of which only a few fields were read: enough to choose one among many.
///
/// It is no [`Record`](super::Record), so that nobody writes back what was never read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glimpse {
    values: Vec<(u16, Value)>,
    deleted: bool,
}

impl Glimpse {
    /// Returns the fields at the slots `wanted` of the record that was stored as `bytes` under this id.
    ///
    /// # Errors
    /// [`Corrupt`] when these are not the bytes of a record, or of a form newer than this version knows. What is passed
    /// over is not examined.
    pub fn from_stored(object: &Object, id: &Id, bytes: &[u8], wanted: &[u16]) -> Result<Self, Corrupt> {
        let mut reader = Reader::new(bytes);
        if reader.byte()? != FORM {
            return Err(Corrupt);
        }
        let mut glimpse = Self { values: Vec::with_capacity(wanted.len()), deleted: false };
        glimpse.read_system(&mut reader, id, wanted)?;
        if wanted.iter().all(|&slot| slot < slots::FIRST_DECLARED) {
            return Ok(glimpse);
        }
        let mut expected = slots::FIRST_DECLARED;
        for _ in 0..reader.count()? {
            let key = reader.bytes()?;
            reader.signed()?;
            let field = object.field_from(expected, key);
            expected = field.map_or(expected, |field| field.slot().saturating_add(1));
            match field.filter(|field| wanted.contains(&field.slot())) {
                None => reader.skip_value()?,
                Some(field) => {
                    let value = reader.value()?;
                    if fits(&value, field.value_type()) {
                        glimpse.values.push((field.slot(), value));
                    }
                }
            }
        }
        Ok(glimpse)
    }

    fn read_system(&mut self, reader: &mut Reader<'_>, id: &Id, wanted: &[u16]) -> Result<(), Corrupt> {
        let mut keep = |slot, value: &dyn Fn() -> Value| {
            if wanted.contains(&slot) {
                self.values.push((slot, value()));
            }
        };
        keep(slots::ID, &|| Value::Reference(id.clone()));
        for position in 0..reader.count()? {
            let (by, source, at) = (reader.text()?, reader.text()?, read_instant(reader)?);
            // The first origin is the creation.
            if position == 0 {
                keep(slots::CREATED_AT, &|| Value::Instant(at));
                keep(slots::CREATED_BY, &|| Value::text(by));
                keep(slots::SOURCE, &|| Value::text(source));
            }
        }
        let (by, at) = (reader.text()?, read_instant(reader)?);
        keep(slots::UPDATED_BY, &|| Value::text(by));
        keep(slots::UPDATED_AT, &|| Value::Instant(at));
        if reader.byte()? == 1 {
            let at = read_instant(reader)?;
            keep(slots::DELETED_AT, &|| Value::Instant(at));
            self.deleted = true;
        }
        let count = reader.count()?;
        let external = (0..count).map(|_| reader.text()).collect::<Result<Vec<_>, _>>()?;
        if !external.is_empty() && wanted.contains(&slots::EXTERNAL_IDS) {
            self.values.push((slots::EXTERNAL_IDS, Value::Tags(external.into_iter().collect::<Tags>())));
        }
        Ok(())
    }

    /// Returns the value at a slot; `None` where there is none or it was not wanted.
    pub fn at(&self, slot: u16) -> Option<&Value> {
        self.values.iter().find(|(known, _)| *known == slot).map(|(_, value)| value)
    }

    /// Returns whether the record is deleted.
    pub fn is_deleted(&self) -> bool {
        self.deleted
    }
}

impl Row for Glimpse {
    fn get(&self, slot: Slot) -> Option<&Value> {
        self.at(u16::try_from(slot.number()).ok()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Fields, Origin, entry};
    use crate::schema::{ObjectDef, Schema, Settings};
    use crate::value::Instant;

    #[test]
    fn a_glimpse_shows_what_the_record_has_at_the_slots_that_were_wanted() {
        let def = r#"{"key": "user", "fields": [{"key": "name", "type": "text"}, {"key": "regions", "type": "tags"},
            {"key": "calls", "type": "integer"}, {"key": "left", "type": "date"}]}"#;
        let object: ObjectDef = serde_json::from_str(def).unwrap();
        let schema = Schema::compile(&[object], &Settings::default()).unwrap();
        let user = schema.object("user").unwrap();
        let fields: Fields =
            serde_json::from_str(r#"{"name": "李娜", "regions": ["east", "north"], "calls": 7}"#).unwrap();
        let origin = Origin::new("boss", "app", Instant::from_millis(5).unwrap());
        let id: Id = "li.na".parse().unwrap();
        let record = entry::create(&schema, user, id.clone(), &fields, &origin, entry::Writer::Caller).unwrap();
        let later = Origin::new("hr", "import", Instant::from_millis(9).unwrap());
        let record = record.touched(&later);
        for deleted in [false, true] {
            let mut record = record.clone();
            if deleted {
                record.set(slots::DELETED_AT, Some(Value::Instant(later.at())));
                record.set(slots::EXTERNAL_IDS, Some(Value::Tags(["erp:7"].into_iter().collect())));
            }
            let bytes = record.to_stored();
            let all: Vec<u16> = (0..12).collect();
            for wanted in all.iter().map(std::slice::from_ref).chain([&all[..], &[]]) {
                let glimpse = Glimpse::from_stored(user, &id, &bytes, wanted).unwrap();
                assert_eq!(glimpse.is_deleted(), deleted);
                for &slot in &all {
                    assert_eq!(glimpse.at(slot), record.at(slot).filter(|_| wanted.contains(&slot)), "{slot}");
                }
            }
        }
    }
}
