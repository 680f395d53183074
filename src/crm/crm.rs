use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Definition, SectionDef};
use crate::access::{AccessTable, Finding};
use crate::calendar::{ZoneDef, Zones};
use crate::pipeline::{self, PipelineDef, Pipelines, StageKind};
use crate::rules::{self, RuleBudget, RuleSet};
use crate::schema::{Object, ObjectDef, Problem, Problems, Related, Schema, StageWords};
use crate::value::{Name, Value};

/// A compiled definition: what decides commands and answers queries. It holds no data, and is `Send + Sync`.
#[derive(Debug)]
pub struct Crm {
    pub(super) schema: Schema,
    pub(super) pipelines: Pipelines,
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
        let zones = zones(&definition.zones, &mut problems);
        let mut calendars = BTreeMap::new();
        for (position, calendar) in definition.calendars.iter().enumerate() {
            match calendar.compile_in(&zones) {
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
        // Pipelines, roles and rules can only be checked against objects that are right.
        let mut objects = started(&definition.objects, &definition.pipelines);
        // An object that cannot be read as a whole makes nothing that refers to it wrong; it itself is told of already.
        let whole = objects.len();
        let room = definition.settings.limits.objects.saturating_sub(whole);
        objects.extend(definition.half_read().iter().take(room).cloned());
        let schema = match Schema::compile_in(&objects, &definition.settings, &zones, &calendars) {
            Ok(schema) => schema,
            Err(more) => {
                let number = |problem: &Problem| {
                    let (number, _) = problem.path().strip_prefix("objects[")?.split_once(']')?;
                    number.parse::<usize>().ok()
                };
                let is_of_whole = |problem: &&Problem| number(problem).is_none_or(|number| number < whole);
                problems.extend(more.iter().filter(is_of_whole).cloned().collect());
                return Err(problems);
            }
        };
        let pipelines = pipelines(&definition.pipelines, &schema);
        let access = AccessTable::compile(&definition.roles, &definition.seals, &schema);
        let rules = rules::compile(&definition.rules, &schema, &calendars, access.as_ref().ok());
        let customer_360 = sections(&definition.customer_360, &schema, &mut problems);
        match (pipelines, access, rules) {
            (Ok(pipelines), Ok(access), Ok(rules)) => {
                let budget = definition.budget.clone();
                let rules = rules.with_version(definition.version);
                problems.into_result(Self { schema, pipelines, access, rules, budget, customer_360 })
            }
            (pipelines, access, rules) => {
                problems.extend(pipelines.err().unwrap_or_default());
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

    /// Returns the pipelines, in all versions.
    pub fn pipelines(&self) -> &Pipelines {
        &self.pipelines
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

fn zones(defs: &[ZoneDef], problems: &mut Problems) -> Zones {
    let mut names = BTreeSet::new();
    defs.iter().enumerate().fold(Zones::new(), |zones, (position, def)| match def.compile() {
        Ok(zone) => {
            if !names.insert(zone.to_string()) {
                problems.add(format!("zones[{position}].key"), format_args!("`{zone}` is declared twice"));
            }
            zones.with(zone)
        }
        Err(invalid) => {
            for problem in invalid.problems() {
                problems.add(format!("zones[{position}].{}", problem.path()), problem.message());
            }
            zones
        }
    })
}

/// Returns the objects as records of them start: in the first stage of their pipeline, unless the definition says where.
fn started(objects: &[ObjectDef], pipelines: &[PipelineDef]) -> Vec<ObjectDef> {
    let mut objects = objects.to_vec();
    for object in &mut objects {
        let ours = pipelines.iter().filter(|def| *def.object() == *object.key());
        let Some(latest) = ours.max_by_key(|def| def.version()) else { continue };
        if let Some(first) = latest.first_stage() {
            object.start_in(first);
        }
        let words = latest.stages().map(|(key, kind)| {
            let word = match kind {
                StageKind::Open => "open",
                StageKind::Won => "won",
                StageKind::Lost => "lost",
            };
            (key.to_owned(), word)
        });
        object.with_stages(StageWords(words.collect()));
    }
    objects
}

/// Compiles the pipelines. An object has one of them, since nothing would tell through which a record goes; and where the
/// stage field has a default of its own, that is where the pipeline starts.
fn pipelines(defs: &[PipelineDef], schema: &Schema) -> Result<Pipelines, Problems> {
    let made = pipeline::compile(defs, schema)?;
    let mut problems = Problems::default();
    for (position, def) in defs.iter().enumerate() {
        let before = defs.iter().take(position);
        if let Some(other) = before.filter(|other| other.object() == def.object()).find(|one| one.key() != def.key()) {
            let message = format_args!("`{}` has the pipeline `{}` already", def.object(), other.key());
            problems.add(format!("pipelines[{position}].object"), message);
            continue;
        }
        let latest = made.latest(def.key().as_str()).filter(|latest| latest.version() == def.version());
        let object = schema.object(def.object().as_str());
        let stage = object.and_then(|object| object.at(object.stage()?));
        let starts = stage.and_then(|stage| stage.default_value()).and_then(Value::as_str);
        let first = latest.and_then(|latest| latest.first_stage()).map(|first| &**first.key());
        if let (Some(first), Some(starts)) = (first, starts.filter(|starts| first != Some(*starts))) {
            let message = format_args!("start with `{first}`, but the default of the stage field is `{starts}`");
            problems.add(format!("pipelines[{position}].stages"), message);
        }
    }
    problems.into_result(made)
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
