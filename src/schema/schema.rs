use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Field, FieldClasses, Limits, Object, ObjectDef, Problems, Related, Settings, compile};
use crate::calendar::{Calendar, Zone, Zones};
use crate::expr::Env;
use crate::expr::nearest::nearest;
use crate::value::{Instant, Name};

/// The checked objects of a definition.
#[derive(Debug, Clone)]
pub struct Schema {
    pub(super) objects: Vec<Arc<Object>>,
    pub(super) by_name: BTreeMap<Name, u16>,
    pub(super) classes: FieldClasses,
    pub(super) settings: Settings,
    pub(super) zone: Zone,
    pub(super) calendar: Option<Arc<Calendar>>,
}

impl Schema {
    /// Checks objects and gives every field its slot.
    ///
    /// # Errors
    /// Every problem of every object, with its path.
    pub fn compile(objects: &[ObjectDef], settings: &Settings) -> Result<Self, Problems> {
        Self::compile_in(objects, settings, &Zones::new(), &BTreeMap::new())
    }

    /// The same where the settings may name one of these zones and one of these calendars.
    ///
    /// # Errors
    /// As [`Schema::compile`]; also when the settings name another zone or calendar.
    pub fn compile_in(
        objects: &[ObjectDef],
        settings: &Settings,
        zones: &Zones,
        calendars: &BTreeMap<Name, Arc<Calendar>>,
    ) -> Result<Self, Problems> {
        compile::schema(objects, settings, zones, calendars)
    }

    /// Returns what conditions know beside their record at `now`: the local time and the calendar of the settings.
    pub fn env(&self, now: Instant) -> Env {
        let env = Env::new(now).with_zone(self.zone.clone());
        match &self.calendar {
            Some(calendar) => env.with_calendar(Arc::clone(calendar)),
            None => env,
        }
    }

    /// Returns whether a calendar says which days are worked.
    pub fn has_calendar(&self) -> bool {
        self.calendar.is_some()
    }

    /// Returns the object with this key.
    pub fn object(&self, name: &str) -> Option<&Arc<Object>> {
        self.by_name.get(name).and_then(|&number| self.objects.get(usize::from(number)))
    }

    /// Returns all objects in the order of the definition.
    pub fn objects(&self) -> &[Arc<Object>] {
        &self.objects
    }

    /// Returns the field classes.
    pub fn classes(&self) -> &FieldClasses {
        &self.classes
    }

    /// Returns the bounds on sizes of data.
    pub fn limits(&self) -> &Limits {
        &self.settings.limits
    }

    /// Returns the clock by which local days and times are told.
    pub fn zone(&self) -> &Zone {
        &self.zone
    }

    /// Returns what holds for all objects.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Returns the collections of records that refer to a record of `object`, by name.
    pub fn collections<'a>(&'a self, object: &'a Object) -> impl Iterator<Item = (&'a Name, Related)> + 'a {
        self.objects.iter().flat_map(move |child| {
            let refers = move |field: &&Field| field.target() == Some(object.name());
            child.declared_fields().filter(refers).filter_map(|field| {
                Some((field.collection()?, Related { object: child.number(), field: field.slot() }))
            })
        })
    }

    /// Returns the collection `name` of records that refer to a record of `object`.
    pub fn collection(&self, object: &Object, name: &str) -> Option<Related> {
        self.collections(object).find(|(known, _)| *known == name).map(|(_, related)| related)
    }

    /// Returns the known object that is nearest to a misspelt one, within a third of its length.
    pub fn nearest_object(&self, wrong: &str) -> Option<&str> {
        nearest(wrong, self.objects.iter().map(|object| object.name().as_str()))
    }
}
