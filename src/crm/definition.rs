use std::collections::BTreeMap;

use serde::{Serialize, Serializer};
use serde_json::{Map, Value as Json};

use super::Crm;
use super::repeated_keys::repeated_keys;
use super::unreadable::{Unreadable, in_element};
use crate::access::{RoleDef, SealDef};
use crate::calendar::{CalendarDef, ZoneDef};
use crate::pipeline::PipelineDef;
use crate::rules::{RuleBudget, RuleDef};
use crate::schema::{ObjectDef, Problem, Problems, Settings};
use crate::value::Name;

/// Everything that a business decides about its CRM, as data: objects, pipelines, roles, rules, calendars,
/// limits.
///
/// Reading never fails: whatever has the wrong shape is kept as a problem and reported by [`Definition::compile`] with
/// all others. In JSON an object with the keys `version`, `settings`, `zones`, `calendars`, `objects`, `pipelines`, `roles`, `seals`,
/// `rules`, `budget` and `customer_360`, each optional.
///
/// # Example: two mistakes, two problems
/// ```
/// use guanxi::Definition;
///
/// let mistaken = Definition::from_json(r#"{
///     "objects": [{"key": "lead", "fields": [{"key": "region", "type": "txet"}]}],
///     "rules": [{"key": "r", "object": "laed", "on": "created", "then": []}]
/// }"#);
/// let problems = mistaken.compile().unwrap_err();
/// assert!(problems.to_string().starts_with("objects[0].fields[0]: unknown variant `txet`"));
/// assert!(problems.to_string().ends_with("rules[0].object: unknown object `laed`; did you mean `lead`? (in `r`)"));
/// assert_eq!(problems.len(), 2);
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Definition {
    pub(super) version: u32,
    pub(super) settings: Settings,
    pub(super) zones: Vec<ZoneDef>,
    pub(super) calendars: Vec<CalendarDef>,
    pub(super) objects: Vec<ObjectDef>,
    pub(super) pipelines: Vec<PipelineDef>,
    pub(super) roles: Vec<RoleDef>,
    pub(super) seals: Vec<SealDef>,
    pub(super) rules: Vec<RuleDef>,
    pub(super) budget: RuleBudget,
    pub(super) customer_360: Vec<SectionDef>,
    unreadable: Unreadable,
}

/// One section of the customer 360 view: which related records stand in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SectionDef {
    /// The object that the view is of.
    pub(super) object: Name,
    /// The key of the section: `interaction`, `transaction`, `service`.
    pub(super) key: Name,
    /// The collections of related records that stand in it.
    pub(super) collections: Vec<Name>,
}

impl Definition {
    /// Returns a definition of nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the definition that `json` holds; what cannot be read is reported by [`Definition::compile`].
    pub fn from_json(json: &str) -> Self {
        let mut made = Self::new();
        made.add_json(json);
        made
    }

    /// Adds what `json` holds, 64 MiB at the most: lists grow, `version`, `settings` and `budget` are replaced.
    ///
    /// Positions in the paths of problems count on: added to a definition with 60 rules, the first rule of `json` is
    /// `rules[60]`. What has a key that is there already is declared twice: see [`Definition::change_object`],
    /// [`Definition::change_role`] and [`Definition::without_rule`].
    pub fn add_json(&mut self, json: &str) {
        if json.len() > MOST_BYTES {
            let message = format_args!("has {} bytes: expected at most {MOST_BYTES}", json.len());
            self.unreadable.add("definition", message);
            return;
        }
        for path in repeated_keys(json) {
            self.unreadable.add(path, "given twice: expected every key once");
        }
        match serde_json::from_str::<Json>(json) {
            Ok(Json::Object(parts)) => self.add_parts(parts),
            Ok(_) => self.unreadable.add("definition", "expected an object"),
            Err(error) => self.unreadable.add("definition", format_args!("not JSON: {error}")),
        }
    }

    fn add_parts(&mut self, parts: Map<String, Json>) {
        let wrong = &mut self.unreadable;
        for (key, json) in parts {
            match key.as_str() {
                "version" => self.version = wrong.one(json, &key).unwrap_or_default(),
                "settings" => self.settings = wrong.one(json, &key).unwrap_or_default(),
                "budget" => self.budget = wrong.one(json, &key).unwrap_or_default(),
                "zones" => self.zones.extend(wrong.list(json, "zones", self.zones.len())),
                "calendars" => self.calendars.extend(wrong.list(json, "calendars", self.calendars.len())),
                "objects" => self.objects.extend(wrong.list(json, "objects", self.objects.len())),
                "pipelines" => self.pipelines.extend(wrong.list(json, "pipelines", self.pipelines.len())),
                "roles" => self.roles.extend(wrong.list(json, "roles", self.roles.len())),
                "seals" => self.seals.extend(wrong.list(json, "seals", self.seals.len())),
                "rules" => self.rules.extend(wrong.list(json, "rules", self.rules.len())),
                "customer_360" => {
                    self.customer_360.extend(wrong.list(json, "customer_360", self.customer_360.len()));
                }
                other => {
                    let start: String = other.chars().take(40).collect();
                    wrong.add("definition", format_args!("unknown part `{start}`: expected one of {PARTS}"));
                }
            }
        }
    }

    /// Numbers the definition: give every one that goes live a greater number than the one before, so that a program that
    /// still has the older one leaves alone what only the newer one understands. 0 unless it is told.
    ///
    /// # Example
    /// ```
    /// let next = guanxi::standard().with_version(2).compile()?;
    /// assert_eq!(next.rules().version(), 2);
    /// # Ok::<(), guanxi::schema::Problems>(())
    /// ```
    #[must_use]
    pub fn with_version(mut self, version: u32) -> Self {
        self.version = version;
        self
    }

    /// Adds an object.
    #[must_use]
    pub fn object(mut self, object: ObjectDef) -> Self {
        self.objects.push(object);
        self
    }

    /// Adds a pipeline, or another version of one.
    #[must_use]
    pub fn pipeline(mut self, pipeline: PipelineDef) -> Self {
        self.pipelines.push(pipeline);
        self
    }

    /// Adds a rule.
    #[must_use]
    pub fn rule(mut self, rule: RuleDef) -> Self {
        self.rules.push(rule);
        self
    }

    /// Adds a role.
    #[must_use]
    pub fn role(mut self, role: RoleDef) -> Self {
        self.roles.push(role);
        self
    }

    /// Changes the object `key`: adds a field to it, another index, another title. [`Definition::compile`] says so when
    /// there is none.
    ///
    /// # Example: a field of our own on a standard object
    /// ```
    /// use guanxi::schema::FieldDef;
    /// use guanxi::value::ValueType;
    ///
    /// let hall = FieldDef::new("hall".parse()?, ValueType::Text).indexed();
    /// let crm = guanxi::standard().change_object("lead", |lead| lead.field(hall)).compile()?;
    /// assert!(crm.schema().object("lead").is_some_and(|lead| lead.field("hall").is_some()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn change_object(mut self, key: &str, change: impl FnOnce(ObjectDef) -> ObjectDef) -> Self {
        let found = self.objects.iter_mut().find(|object| object.key() == key);
        match found {
            Some(object) => *object = change(object.clone()),
            None => self.unreadable.add_no_such("objects", key, self.objects.iter().map(ObjectDef::key)),
        }
        self
    }

    /// Changes the role `key`: adds a grant to it, or takes grants away. [`Definition::compile`] says so when there is none.
    ///
    /// # Example: service may also view payments, and no longer does anything with deals
    /// ```
    /// use guanxi::access::GrantDef;
    ///
    /// let payments: GrantDef = serde_json::from_str(
    ///     r#"{"object": "payment", "actions": ["view"], "relations": ["any"], "fields": ["status"]}"#,
    /// )?;
    /// let ours = guanxi::standard().change_role("service", |role| role.without_grants("deal").with_grant(payments));
    /// assert!(ours.compile().is_ok());
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn change_role(mut self, key: &str, change: impl FnOnce(RoleDef) -> RoleDef) -> Self {
        let found = self.roles.iter_mut().find(|role| role.key() == key);
        match found {
            Some(role) => *role = change(role.clone()),
            None => self.unreadable.add_no_such("roles", key, self.roles.iter().map(RoleDef::key)),
        }
        self
    }

    /// Returns the definition without the rule `key`; the others keep their positions. [`Definition::compile`] says so when
    /// there is none.
    #[must_use]
    pub fn without_rule(mut self, key: &str) -> Self {
        self.unreadable.remove("rules", &mut self.rules, key, RuleDef::key);
        self
    }

    /// Returns the definition without the pipeline `key`, in all its versions. [`Definition::compile`] tells where there is
    /// none.
    ///
    /// # Example: deals that go straight from any stage to any other
    /// ```
    /// let ours = guanxi::standard().without_pipeline("sales").compile()?;
    /// assert_eq!(ours.pipelines().iter().len(), 0);
    /// # Ok::<(), guanxi::schema::Problems>(())
    /// ```
    #[must_use]
    pub fn without_pipeline(mut self, key: &str) -> Self {
        self.unreadable.remove("pipelines", &mut self.pipelines, key, PipelineDef::key);
        self
    }

    /// Returns what could not be read.
    pub(super) fn unreadable(&self) -> &Problems {
        self.unreadable.problems()
    }

    /// Returns what could be read of objects that cannot be read as a whole.
    pub(super) fn half_read(&self) -> &[ObjectDef] {
        self.unreadable.half_read()
    }

    /// Returns what was found in what could be read, where people find it: at the position that the element has in what
    /// they wrote, and with its key.
    pub(super) fn placed(&self, found: &Problems) -> Problems {
        let lists = [
            ("zones", self.zones.len()),
            ("calendars", self.calendars.len()),
            ("objects", self.objects.len()),
            ("pipelines", self.pipelines.len()),
            ("roles", self.roles.len()),
            ("seals", self.seals.len()),
            ("rules", self.rules.len()),
            ("customer_360", self.customer_360.len()),
        ];
        let positions = lists.map(|(part, known)| (part, self.unreadable.positions(part).take(known).collect()));
        let positions = BTreeMap::<_, Vec<_>>::from(positions);
        let place = |problem: &Problem| {
            let (part, rest) = problem.path().split_once('[')?;
            let (n, rest) = rest.split_once(']')?;
            let n = n.parse::<usize>().ok()?;
            let position = positions.get(part)?.get(n)?;
            let key = match part {
                "objects" => self.objects.get(n).map(ObjectDef::key),
                "pipelines" => self.pipelines.get(n).map(PipelineDef::key),
                "roles" => self.roles.get(n).map(RoleDef::key),
                "rules" => self.rules.get(n).map(RuleDef::key),
                _ => None,
            };
            // What is wrong with a key names it.
            let key = key.filter(|_| rest != ".key");
            Some(Problem::new(format!("{part}[{position}]{rest}"), in_element(problem.message(), key)))
        };
        found.iter().map(|problem| place(problem).unwrap_or_else(|| problem.clone())).collect()
    }

    /// Checks everything and returns what decides.
    ///
    /// # Errors
    /// Every problem of every part, with its path. After this nothing about the definition can fail.
    pub fn compile(&self) -> Result<Crm, Problems> {
        Crm::compile(self)
    }
}

/// The longest definition in JSON; a definition cannot set it, since it is checked before anything is read.
const MOST_BYTES: usize = 64 << 20;

const PARTS: &str =
    "version, settings, zones, calendars, objects, pipelines, roles, seals, rules, budget, customer_360";

impl Serialize for Definition {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut json = serializer.serialize_struct("Definition", 11)?;
        json.serialize_field("version", &self.version)?;
        json.serialize_field("settings", &self.settings)?;
        match self.zones.as_slice() {
            [] => json.skip_field("zones")?,
            zones => json.serialize_field("zones", zones)?,
        }
        json.serialize_field("calendars", &self.calendars)?;
        json.serialize_field("objects", &self.objects)?;
        json.serialize_field("pipelines", &self.pipelines)?;
        json.serialize_field("roles", &self.roles)?;
        json.serialize_field("seals", &self.seals)?;
        json.serialize_field("rules", &self.rules)?;
        json.serialize_field("budget", &self.budget)?;
        json.serialize_field("customer_360", &self.customer_360)?;
        json.end()
    }
}

impl<'de> serde::Deserialize<'de> for Definition {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut made = Self::new();
        made.add_parts(Map::deserialize(deserializer)?);
        match made.unreadable().is_empty() {
            true => Ok(made),
            false => Err(serde::de::Error::custom(made.unreadable())),
        }
    }
}
