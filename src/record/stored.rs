use std::sync::Arc;

use super::record::Unknown;
use super::{Origin, Record};
use crate::schema::{Field, Object, slots};
use crate::value::stored::{self, Corrupt, Reader};
use crate::value::{Id, Instant, Revision, Tags, Value};

/// The form of stored records; a form that is not known is refused, never guessed at.
pub(super) const FORM: u8 = 1;

/// What stands in the place of a key for the version of the pipeline; it cannot be the key of a field. Version 1 is not
/// written.
const PIPELINE_VERSION: &str = "pipeline version";

impl Record {
    /// Returns the bytes in which the record is stored; its id and revision are kept beside them.
    pub fn to_stored(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(640);
        out.push(FORM);
        stored::write_count(&mut out, self.origins.len());
        for origin in &self.origins {
            stored::write_text(&mut out, origin.by());
            stored::write_text(&mut out, origin.source());
            stored::write_signed(&mut out, origin.at().millis());
        }
        let updated_by = self.at(slots::UPDATED_BY).and_then(Value::as_str).unwrap_or_default();
        stored::write_text(&mut out, updated_by);
        stored::write_signed(&mut out, self.updated_at().millis());
        match self.at(slots::DELETED_AT).and_then(Value::as_instant) {
            None => out.push(0),
            Some(at) => {
                out.push(1);
                stored::write_signed(&mut out, at.millis());
            }
        }
        let external = self.external_ids().into_iter().flat_map(Tags::iter);
        stored::write_count(&mut out, self.external_ids().map_or(0, Tags::len));
        for id in external {
            stored::write_text(&mut out, id);
        }
        let known = self.iter_slots().filter(|(_, value)| value.is_some()).count();
        let told = usize::from(self.pipeline_version != 1);
        stored::write_count(&mut out, known.saturating_add(self.unknown.len()).saturating_add(told));
        for (slot, value) in self.iter_slots() {
            if let (Some(value), Some(field)) = (value, self.object.at(slot)) {
                let origin = self.origin_of.get(usize::from(slot)).copied().unwrap_or(0);
                write_field(&mut out, field.key().as_str(), origin, value);
            }
        }
        for unknown in &self.unknown {
            write_field(&mut out, &unknown.key, unknown.origin, &unknown.value);
        }
        if self.pipeline_version != 1 {
            write_field(&mut out, PIPELINE_VERSION, 0, &Value::Integer(i64::from(self.pipeline_version)));
        }
        let known = self.raw.iter().filter_map(|(slot, raw)| Some((self.object.at(*slot)?.key().as_str(), raw)));
        let unknown = self.unknown.iter().filter_map(|unknown| Some((unknown.key.as_ref(), unknown.raw.as_ref()?)));
        let raw: Vec<_> = known.chain(unknown).collect();
        stored::write_count(&mut out, raw.len());
        for (key, raw) in raw {
            stored::write_text(&mut out, key);
            stored::write_text(&mut out, raw);
        }
        out
    }

    /// Returns the record that was stored as `bytes` under this id and revision.
    ///
    /// # Errors
    /// [`Corrupt`] when these are not the bytes of a record, or of a form newer than this version knows.
    pub fn from_stored(object: &Arc<Object>, id: &Id, revision: Revision, bytes: &[u8]) -> Result<Self, Corrupt> {
        let mut reader = Reader::new(bytes);
        if reader.byte()? != FORM {
            return Err(Corrupt);
        }
        let count = reader.count()?;
        let mut origins: Vec<Origin> = Vec::with_capacity(count.min(8));
        for _ in 0..count {
            let origin = read_origin(&mut reader, origins.last())?;
            origins.push(origin);
        }
        let mut record = Self::new(object, id.clone(), origins.first().ok_or(Corrupt)?);
        record.revision = revision;
        let last = origins.len();
        record.origins = origins;
        record.read_system(&mut reader)?;
        let count = reader.count()?;
        // Fields were written in the order of the slots, so the next one is nearly always the one that follows.
        let mut expected = slots::FIRST_DECLARED;
        for _ in 0..count {
            let key = reader.bytes()?;
            let origin = u16::try_from(reader.signed()?).map_err(|_| Corrupt)?;
            if usize::from(origin) >= last {
                return Err(Corrupt);
            }
            let field = object.field_from(expected, key);
            let value = reader.value()?;
            match field.filter(|field| field.slot() >= slots::FIRST_DECLARED && fits(&value, field.value_type())) {
                Some(field) => {
                    let at = usize::from(field.slot());
                    if let (Some(place), Some(from)) = (record.values.get_mut(at), record.origin_of.get_mut(at)) {
                        if place.replace(value).is_some() {
                            return Err(Corrupt);
                        }
                        *from = origin;
                    }
                    expected = field.slot().saturating_add(1);
                }
                None if key == PIPELINE_VERSION.as_bytes() => {
                    let version = value.as_integer().and_then(|version| u32::try_from(version).ok());
                    record.pipeline_version = version.filter(|_| record.pipeline_version == 1).ok_or(Corrupt)?;
                }
                None => {
                    let key = std::str::from_utf8(key).map_err(|_| Corrupt)?.into();
                    record.unknown.push(Unknown { key, origin, value, raw: None });
                }
            }
        }
        record.order_unknown()?;
        let count = reader.count()?;
        for _ in 0..count {
            record.read_raw(reader.text()?, reader.text()?);
        }
        if reader.is_at_end() { Ok(record) } else { Err(Corrupt) }
    }

    fn read_system(&mut self, reader: &mut Reader<'_>) -> Result<(), Corrupt> {
        let created_by = self.origins.first().map(|origin| Arc::clone(origin.by()));
        let updated_by = read_shared(reader, created_by.as_ref())?;
        let updated_at = read_instant(reader)?;
        let deleted_at = match reader.byte()? {
            0 => None,
            1 => Some(read_instant(reader)?),
            _ => return Err(Corrupt),
        };
        let external = match reader.count()? {
            0 => None,
            count => Some((0..count).map(|_| reader.text()).collect::<Result<Tags, _>>()?),
        };
        for (slot, value) in [
            (slots::UPDATED_AT, Some(Value::Instant(updated_at))),
            (slots::UPDATED_BY, Some(Value::Text(updated_by))),
            (slots::DELETED_AT, deleted_at.map(Value::Instant)),
            (slots::EXTERNAL_IDS, external.map(Value::Tags)),
        ] {
            if let Some(place) = self.values.get_mut(usize::from(slot)) {
                *place = value;
            }
        }
        Ok(())
    }

    /// Orders what is unknown by key, so that it does not matter which definition wrote it; no key stands twice.
    fn order_unknown(&mut self) -> Result<(), Corrupt> {
        self.unknown.sort_by(|a, b| a.key.cmp(&b.key));
        let mut neighbours = self.unknown.iter().zip(self.unknown.iter().skip(1));
        let known = |unknown: &Unknown| {
            let field = self.object.field(&unknown.key).filter(|field| field.slot() >= slots::FIRST_DECLARED);
            field.is_some_and(|field| self.at(field.slot()).is_some())
        };
        let twice = neighbours.any(|(one, next)| one.key == next.key) || self.unknown.iter().any(known);
        if twice { Err(Corrupt) } else { Ok(()) }
    }

    /// Keeps what was typed with the value that it became, whether the present definition knows the field or not.
    fn read_raw(&mut self, key: &str, raw: &str) {
        let declared = self.object.field(key).map(Field::slot).filter(|&slot| slot >= slots::FIRST_DECLARED);
        match declared.filter(|&slot| self.at(slot).is_some()) {
            Some(slot) => self.keep_raw(slot, raw.into()),
            None => {
                if let Some(unknown) = self.unknown.iter_mut().find(|unknown| *unknown.key == *key) {
                    unknown.raw = Some(raw.into());
                }
            }
        }
    }

    fn iter_slots(&self) -> impl Iterator<Item = (u16, Option<&Value>)> {
        (0_u16..).zip(&self.values).skip(usize::from(slots::FIRST_DECLARED)).map(|(slot, value)| (slot, value.as_ref()))
    }
}

fn write_field(out: &mut Vec<u8>, key: &str, origin: u16, value: &Value) {
    stored::write_text(out, key);
    stored::write_signed(out, i64::from(origin));
    stored::write(out, value);
}

/// Most records are changed by few people: those of the origin before are not copied again.
pub(super) fn read_origin(reader: &mut Reader<'_>, before: Option<&Origin>) -> Result<Origin, Corrupt> {
    let by = read_shared(reader, before.map(Origin::by))?;
    let source = read_shared(reader, before.map(Origin::source))?;
    Ok(Origin::new(by, source, read_instant(reader)?))
}

/// Reads a text that is probably the one that is known.
fn read_shared(reader: &mut Reader<'_>, known: Option<&Arc<str>>) -> Result<Arc<str>, Corrupt> {
    let bytes = reader.bytes()?;
    match known {
        Some(known) if known.as_bytes() == bytes => Ok(Arc::clone(known)),
        _ => Ok(std::str::from_utf8(bytes).map_err(|_| Corrupt)?.into()),
    }
}

pub(super) fn read_instant(reader: &mut Reader<'_>) -> Result<Instant, Corrupt> {
    Instant::from_millis(reader.signed()?).ok_or(Corrupt)
}

/// Returns whether a stored value is of the type that the definition says now.
pub(super) fn fits(value: &Value, expected: &crate::value::ValueType) -> bool {
    use crate::value::ValueType;
    match (value, expected) {
        // Nearly all are one of these.
        (Value::Text(_), ValueType::Text) | (Value::Enum(_), ValueType::Enum) => true,
        (Value::List(items), ValueType::List(item)) => items.iter().all(|one| fits(one, item)),
        (value, expected) => value.value_type() == *expected,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Fields, entry};
    use crate::schema::{ObjectDef, Schema, Settings};

    fn schema(fields: &str) -> Schema {
        let object: ObjectDef = serde_json::from_str(&format!(r#"{{"key": "lead", "fields": [{fields}]}}"#)).unwrap();
        Schema::compile(&[object], &Settings::default()).unwrap()
    }

    fn origin() -> Origin {
        Origin::new("li.na", "app", Instant::EPOCH)
    }

    fn fields(json: &str) -> Fields {
        serde_json::from_str(json).unwrap()
    }

    fn update(schema: &Schema, record: &Record, json: &str) -> Record {
        entry::update(schema, record, &fields(json), &origin(), entry::Writer::Caller).unwrap()
    }

    fn reread(schema: &Schema, record: &Record) -> Record {
        let object = schema.object("lead").unwrap();
        Record::from_stored(object, record.id(), record.revision(), &record.to_stored()).unwrap()
    }

    const PHONE: &str = r#"{"key": "phone", "type": "text", "format": "phone"}"#;
    const REGION: &str = r#"{"key": "region", "type": "text"}"#;

    #[test]
    fn what_was_typed_survives_an_update_by_a_definition_that_does_not_know_the_field() {
        let (both, less) = (schema(&format!("{REGION}, {PHONE}")), schema(REGION));
        let object = both.object("lead").unwrap();
        let draft = fields(r#"{"phone": "021-6235 1234", "region": "east"}"#);
        let id = Id::new("l-1").unwrap();
        let made = entry::create(&both, object, id, &draft, &origin(), entry::Writer::Caller).unwrap();
        let moved = update(&less, &reread(&less, &made), r#"{"region": "west"}"#);
        let back = reread(&both, &moved);
        let phone = object.field("phone").unwrap().slot();
        assert_eq!(back.at(phone), Some(&Value::text("+862162351234")));
        assert_eq!(back.raw(phone), Some("021-6235 1234"));
        assert_eq!(back.get("region"), Some(&Value::text("west")));
    }

    #[test]
    fn it_does_not_matter_which_definition_wrote_what_another_does_not_know() {
        let (all, none) = (schema(&format!("{PHONE}, {REGION}")), schema(r#"{"key": "other", "type": "text"}"#));
        let (phone, region) = (schema(PHONE), schema(REGION));
        let draft = fields(r#"{"phone": "139 1234 5678", "region": "east"}"#);
        let id = Id::new("l-1").unwrap();
        let made =
            entry::create(&all, all.object("lead").unwrap(), id, &draft, &origin(), entry::Writer::Caller).unwrap();
        let plain = reread(&none, &made);
        for between in [&phone, &region] {
            assert_eq!(reread(&none, &reread(between, &made)), plain);
        }
        assert_eq!(reread(&all, &plain), made);
    }

    #[test]
    fn a_field_that_stands_twice_is_corrupt() {
        let schema = schema(REGION);
        let id = Id::new("l-1").unwrap();
        let record = |fields: &[(&str, Value)]| {
            // One origin, changed by nobody, not deleted, without external ids; then the fields, and nothing raw.
            let mut bytes = vec![FORM, 1, 0, 0, 0, 0, 0, 0, 0];
            stored::write_count(&mut bytes, fields.len());
            fields.iter().for_each(|(key, value)| write_field(&mut bytes, key, 0, value));
            bytes.push(0);
            Record::from_stored(schema.object("lead").unwrap(), &id, Revision::FIRST, &bytes)
        };
        let (east, seven) = (Value::text("east"), Value::Integer(7));
        assert!(record(&[("region", east.clone()), ("old", seven.clone())]).is_ok());
        assert_eq!(record(&[("region", east.clone()), ("region", east.clone())]), Err(Corrupt));
        assert_eq!(record(&[("region", east), ("region", seven.clone())]), Err(Corrupt));
        assert_eq!(record(&[("old", seven.clone()), ("new", seven.clone()), ("old", seven)]), Err(Corrupt));
    }

    #[test]
    fn what_is_written_replaces_what_another_definition_wrote_as_another_type() {
        let (text, number) = (schema(REGION), schema(r#"{"key": "region", "type": "integer"}"#));
        let object = text.object("lead").unwrap();
        let id = Id::new("l-1").unwrap();
        let draft = fields(r#"{"region": "east"}"#);
        let made = entry::create(&text, object, id, &draft, &origin(), entry::Writer::Caller).unwrap();
        let read = reread(&number, &made);
        assert_eq!(read.get("region"), None);
        assert_eq!(reread(&text, &read), made);
        let written = update(&number, &read, r#"{"region": 7}"#);
        assert_eq!(reread(&number, &written).get("region"), Some(&Value::Integer(7)));
        assert_eq!(reread(&text, &written).get("region"), None);
        let cleared = update(&number, &read, r#"{"region": null}"#);
        assert_eq!(reread(&text, &cleared).get("region"), None);
    }
}
