use std::collections::BTreeSet;
use std::sync::Arc;

use super::ImportDef;
use super::compile::{Compiling, Depth};
use super::definition::EnteredDef;
use super::import::Entered;
use crate::schema::{Field, Object};
use crate::value::ValueType;

impl Compiling<'_> {
    /// Returns when records come into their stages.
    pub(super) fn entered(&mut self, object: &Object, def: &ImportDef) -> Vec<Entered> {
        if def.entered.is_empty() {
            return Vec::new();
        }
        let Some(stage) = object.stage().and_then(|slot| object.at(slot)) else {
            self.add("entered", format_args!("`{}` has no stages", object.name()));
            return Vec::new();
        };
        match def.fields.iter().position(|field| field.field == *stage.key()) {
            None => {
                let message = format_args!("needs `{}` among the fields: the stage in which a record is", stage.key());
                self.add("entered", message);
            }
            Some(position) if def.fields.get(position).is_some_and(|field| field.later) => {
                self.add(&format!("fields[{position}].later"), "the stage belongs to the row");
            }
            Some(_) => {}
        }
        let mut named = BTreeSet::new();
        let mut made = Vec::with_capacity(def.entered.len());
        for (position, one) in def.entered.iter().enumerate() {
            let path = format!("entered[{position}]");
            let is_last = position + 1 == def.entered.len();
            for (n, key) in one.stages.iter().enumerate() {
                if !named.insert(key) {
                    self.add(&format!("{path}.stages[{n}]"), format_args!("`{key}` is there twice"));
                }
            }
            if one.stages.is_empty() {
                self.add(&format!("{path}.stages"), "is empty: expected a stage");
            } else if one.stages.len() > 1 && !is_last {
                let message = "names several: of what comes before another stage it must be known which one it was";
                self.add(&format!("{path}.stages"), message);
            }
            made.extend(self.entry(object, stage, def, position, one));
        }
        made
    }

    fn entry(
        &mut self,
        object: &Object,
        stage: &Field,
        def: &ImportDef,
        position: usize,
        one: &EnteredDef,
    ) -> Option<Entered> {
        let path = format!("entered[{position}]");
        let mut stages = Vec::with_capacity(one.stages.len());
        for (n, key) in one.stages.iter().enumerate() {
            match stage.options().iter().find(|option| ***option == **key) {
                Some(option) => stages.push(Arc::clone(option)),
                None => {
                    let message = format_args!("`{key}` is no option of `{}`", stage.key());
                    self.add(&format!("{path}.stages[{n}]"), message);
                }
            }
        }
        // Filled at two moments, it would go back and forth whenever the same rows are imported again.
        let before = def.entered.iter().take(position).flat_map(|earlier| &earlier.fields);
        let before: BTreeSet<_> = def.fields.iter().chain(before).map(|field| &field.field).collect();
        for (n, field) in one.fields.iter().enumerate() {
            if before.contains(&field.field) {
                let message = format_args!("`{}` is filled before", field.field);
                self.add(&format!("{path}.fields[{n}].field"), message);
            }
        }
        let column = self.column(&one.column, &format!("{path}.column"));
        let at = self.parser(stage, &ValueType::Instant, one.parser.as_ref(), &format!("{path}.as"));
        let fields = self.fillings(object, &one.fields, &format!("{path}.fields"), def.empty, Depth::Entered);
        Some(Entered { stages, column, at: at?, fields })
    }
}
