use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Definition, SectionDef};
use crate::access::{AccessTable, Finding};
use crate::rules::{self, RuleBudget, RuleSet};
use crate::schema::{Object, Problems, Related, Schema};
use crate::value::Name;

/// A compiled definition: what decides commands and answers queries. It holds no data, and is `Send + Sync`.
#[derive(Debug)]
pub struct Crm {
    pub(super) schema: Schema,
    pub(super) access: AccessTable,
    pub(super) rules: RuleSet,
    pub(super) budget: RuleBudget,
    pub(super) customer_360: BTreeMap<u16, Vec<Section>>,
}

/// One section of the customer 360 view, in numbers.
#[derive(Debug)]
pub(super) struct Section {
    pub(super) key: Name,
    pub(super) collections: Vec<(Name, Related)>,
}

/// The names of what guanxi itself stores, which no object may have.
const RESERVED: [&str; 7] = ["audit", "comment", "cursor", "effect", "event", "occasion", "timer"];

impl Crm {
    pub(super) fn compile(definition: &Definition) -> Result<Self, Problems> {
        let checked = Self::checked(definition);
        let mut problems = definition.unreadable().clone();
        match checked {
            Ok(crm) => problems.into_result(crm),
            Err(found) => {
                problems.extend(definition.placed(&found));
                Err(problems)
            }
        }
    }

    /// Checks what could be read of a definition.
    fn checked(definition: &Definition) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        for (position, object) in definition.objects.iter().enumerate() {
            if RESERVED.contains(&object.key().as_str()) {
                problems.add(
                    format!("objects[{position}].key"),
                    format_args!("`{}` is kept by guanxi itself", object.key()),
                );
            }
        }
        let mut calendars = BTreeMap::new();
        for (position, calendar) in definition.calendars.iter().enumerate() {
            match calendar.compile() {
                Ok(calendar) => {
                    let name = calendar.name().clone();
                    if calendars.insert(name.clone(), Arc::new(calendar)).is_some() {
                        problems.add(format!("calendars[{position}].key"), format_args!("`{name}` is declared twice"));
                    }
                }
                Err(invalid) => {
                    for problem in invalid.problems() {
                        problems.add(format!("calendars[{position}].{}", problem.path()), problem.message());
                    }
                }
            }
        }
        // Roles and rules can only be checked against objects that are right.
        let schema = match Schema::compile(&definition.objects, &definition.settings) {
            Ok(schema) => schema,
            Err(more) => {
                problems.extend(more);
                return Err(problems);
            }
        };
        let access = AccessTable::compile(&definition.roles, &definition.seals, &schema);
        let rules = rules::compile(&definition.rules, &schema, &calendars, access.as_ref().ok());
        let customer_360 = sections(&definition.customer_360, &schema, &mut problems);
        match (access, rules) {
            (Ok(access), Ok(rules)) => {
                let budget = definition.budget.clone();
                let rules = rules.with_version(definition.version);
                problems.into_result(Self { schema, access, rules, budget, customer_360 })
            }
            (access, rules) => {
                problems.extend(access.err().unwrap_or_default());
                problems.extend(rules.err().unwrap_or_default());
                Err(problems)
            }
        }
    }

    /// Returns the objects and fields.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// Returns who may do and see what.
    pub fn access(&self) -> &AccessTable {
        &self.access
    }

    /// Returns the rules.
    pub fn rules(&self) -> &RuleSet {
        &self.rules
    }

    /// Returns what is odd about the definition though it compiles: worth a look before it goes live.
    pub fn findings(&self) -> Vec<Finding> {
        self.access.findings()
    }

    pub(super) fn object_at(&self, number: u16) -> Option<&Arc<Object>> {
        self.schema.objects().get(usize::from(number))
    }
}

fn sections(defs: &[SectionDef], schema: &Schema, problems: &mut Problems) -> BTreeMap<u16, Vec<Section>> {
    let mut made: BTreeMap<u16, Vec<Section>> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for (position, def) in defs.iter().enumerate() {
        let path = format!("customer_360[{position}]");
        let Some(object) = schema.object(def.object.as_str()) else {
            problems.add(format!("{path}.object"), format_args!("unknown object `{}`", def.object));
            continue;
        };
        if !seen.insert((&def.object, &def.key)) {
            problems.add(format!("{path}.key"), format_args!("`{}` is declared twice", def.key));
        }
        let mut collections = Vec::new();
        for (position, name) in def.collections.iter().enumerate() {
            match schema.collection(object, name.as_str()) {
                Some(related) => collections.push((name.clone(), related)),
                None => {
                    let message = format_args!("`{}` has no collection `{name}`", def.object);
                    problems.add(format!("{path}.collections[{position}]"), message);
                }
            }
        }
        made.entry(object.number()).or_default().push(Section { key: def.key.clone(), collections });
    }
    made
}
