use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use super::author::Author;
use super::reads::{programs, reads};
use super::rule::{Rule, Trigger};
use super::{RuleDef, RuleSet, RunAs, TriggerDef};
use crate::access::{AccessTable, RoleSet};
use crate::calendar::Calendar;
use crate::expr::{self, nearest::or_which};
use crate::schema::{Object, Problems, RecordNames, Schema};
use crate::value::{Name, ValueType};

/// Checks rules against the schema, the calendars and the roles, and indexes them by what triggers them.
///
/// Without `access`, because the roles themselves are wrong, nothing is said of roles.
///
/// # Errors
/// Every problem of every rule, with its path.
pub fn compile(
    defs: &[RuleDef],
    schema: &Schema,
    calendars: &BTreeMap<Name, Arc<Calendar>>,
    access: Option<&AccessTable>,
) -> Result<RuleSet, Problems> {
    let mut problems = Problems::default();
    let mut rules = Vec::with_capacity(defs.len());
    let mut keys = HashSet::new();
    if defs.len() > schema.limits().rules {
        problems.add("rules", format_args!("{} rules: expected at most {}", defs.len(), schema.limits().rules));
        return Err(problems);
    }
    for (position, def) in defs.iter().enumerate() {
        let path = format!("rules[{position}]");
        if !keys.insert(&def.key) {
            problems.add(format!("{path}.key"), format_args!("`{}` is declared twice", def.key));
        }
        let Some(object) = schema.object(def.object.as_str()) else {
            problems.add(format!("{path}.object"), unknown_object(schema, &def.object));
            continue;
        };
        let mut check = Check {
            schema,
            calendars,
            access,
            object,
            names: RecordNames::new(schema, object),
            problems: &mut problems,
        };
        rules.extend(check.rule(def, &path));
    }
    problems.into_result(RuleSet::new(rules))
}

/// Returns what is wrong with the name of an object that there is not.
pub(super) fn unknown_object(schema: &Schema, name: &Name) -> String {
    let hint = schema.nearest_object(name.as_str()).map(|near| format!("; did you mean `{near}`?"));
    format!("unknown object `{name}`{}", hint.unwrap_or_default())
}

/// The check of one rule.
pub(super) struct Check<'a> {
    pub(super) schema: &'a Schema,
    calendars: &'a BTreeMap<Name, Arc<Calendar>>,
    access: Option<&'a AccessTable>,
    pub(super) object: &'a Arc<Object>,
    pub(super) names: RecordNames<'a>,
    pub(super) problems: &'a mut Problems,
}

impl Check<'_> {
    fn rule(&mut self, def: &RuleDef, path: &str) -> Option<Rule> {
        let trigger = self.trigger(&def.on, &format!("{path}.on"));
        let when = match &def.when {
            None => Some(None),
            Some(when) => self.compiled(when.condition(&self.names), &format!("{path}.when")).map(Some),
        };
        if def.then.is_empty() {
            self.problems.add(format!("{path}.then"), "expected at least one operation");
        }
        if let (Some(from), Some(until)) = (def.active_from, def.active_until) {
            if from >= until {
                self.problems.add(format!("{path}.active_until"), "expected a moment after `active_from`");
            }
        }
        let author = self.author(def, &format!("{path}.author"));
        // Whoever lets the host's clock strike may do everything, which is not what such a rule asks for.
        if def.run_as == RunAs::Caller && trigger.as_ref().is_some_and(Trigger::is_timed) {
            self.problems.add(format!("{path}.run_as"), "is `caller`: a rule that waits for a time has none");
        }
        let operations: Vec<_> = def
            .then
            .iter()
            .enumerate()
            .map(|(position, operation)| self.operation(operation, &format!("{path}.then[{position}]")))
            .collect();
        let operations = operations.into_iter().collect::<Option<Vec<_>>>()?;
        let (when, trigger) = (when?, trigger?);
        let reads = reads(&trigger, when.as_ref(), &operations);
        let reads_related = programs(when.as_ref(), &operations).any(|program| !program.aggregates().is_empty());
        let rule = Rule {
            key: def.key.clone(),
            object: self.object.number(),
            trigger,
            when,
            once: def.once,
            operations,
            priority: def.priority,
            run_as: def.run_as,
            author: author.map(|(_, roles)| roles),
            active_from: def.active_from,
            active_until: def.active_until,
            reads,
            reads_related,
        };
        if let (Some(access), Some((role, roles))) = (self.access, author) {
            let mut author = Author { role, roles, access, schema: self.schema, problems: self.problems };
            author.check(&rule, self.object, path);
        }
        Some(rule)
    }

    /// Returns the role of the author.
    fn author<'d>(&mut self, def: &'d RuleDef, path: &str) -> Option<(&'d Name, RoleSet)> {
        let role = def.author.as_ref()?;
        if def.run_as == RunAs::Caller {
            self.problems.add(path, "has no effect: the rule runs as its caller");
        }
        Some((role, self.role(role, path)?))
    }

    pub(super) fn role(&mut self, role: &Name, path: &str) -> Option<RoleSet> {
        let access = self.access?;
        let known = access.role(role);
        if known.is_none() {
            let which = or_which(role.as_str(), access.role_keys().map(Name::as_str));
            self.problems.add(path, format_args!("unknown role `{role}`{which}"));
        }
        known
    }

    fn trigger(&mut self, def: &TriggerDef, path: &str) -> Option<Trigger> {
        Some(match def {
            TriggerDef::Commented => Trigger::Commented,
            TriggerDef::Created => Trigger::Created,
            TriggerDef::Deleted => Trigger::Deleted,
            TriggerDef::Restored => Trigger::Restored,
            TriggerDef::Event(name) => Trigger::Named(name.clone()),
            TriggerDef::Saved(fields) => Trigger::Saved(self.slots(fields, &format!("{path}.saved"), &[])?),
            TriggerDef::Updated(fields) => Trigger::Updated(self.slots(fields, &format!("{path}.updated"), &[])?),
            TriggerDef::Inactive(inactive) => {
                let path = format!("{path}.inactive");
                self.days(inactive.days, 1, &format!("{path}.days"));
                if inactive.since.is_empty() {
                    self.problems.add(format!("{path}.since"), "expected at least one field with a moment");
                }
                let calendar = match &inactive.calendar {
                    None => None,
                    Some(name) => match self.calendars.get(name) {
                        Some(calendar) => Some(Arc::clone(calendar)),
                        None => {
                            let which = or_which(name.as_str(), self.calendars.keys().map(Name::as_str));
                            let message = format_args!("unknown calendar `{name}`{which}");
                            self.problems.add(format!("{path}.calendar"), message);
                            return None;
                        }
                    },
                };
                let since = self.slots(&inactive.since, &format!("{path}.since"), &[ValueType::Instant])?;
                Trigger::Inactive { days: inactive.days, calendar, since }
            }
            TriggerDef::Date(date) => {
                let path = format!("{path}.date");
                self.days(date.ahead_days, 0, &format!("{path}.ahead_days"));
                let field = std::slice::from_ref(&date.field);
                let slots = self.slots(field, &format!("{path}.field"), &[ValueType::Date, ValueType::Instant])?;
                let (ahead_days, at, yearly) = (date.ahead_days, date.at, date.yearly);
                Trigger::Date { slot: *slots.first()?, ahead_days, at, yearly }
            }
        })
    }

    fn days(&mut self, days: u32, least: u32, path: &str) {
        if !(least..=36_500).contains(&days) {
            self.problems.add(path, format_args!("{days} days: expected {least} to 36500"));
        }
    }

    pub(super) fn slots(&mut self, keys: &[Name], path: &str, wanted: &[ValueType]) -> Option<Vec<u16>> {
        let mut made = Vec::with_capacity(keys.len());
        for key in keys {
            match self.object.field(key.as_str()) {
                None => {
                    let hint = self.object.nearest_key(key.as_str()).map(|near| format!("; did you mean `{near}`?"));
                    let message =
                        format!("unknown field `{key}` of `{}`{}", self.object.name(), hint.unwrap_or_default());
                    self.problems.add(path, message);
                }
                Some(field) if !wanted.is_empty() && !wanted.contains(field.value_type()) => {
                    let wanted: Vec<_> = wanted.iter().map(ToString::to_string).collect();
                    let message = format!("`{key}` is {}: expected {}", field.value_type(), wanted.join(" or "));
                    self.problems.add(path, message);
                }
                Some(field) => made.push(field.slot()),
            }
        }
        (made.len() == keys.len()).then_some(made)
    }

    pub(super) fn compiled<T>(&mut self, made: Result<T, expr::Problems>, path: &str) -> Option<T> {
        match made {
            Ok(made) => Some(made),
            Err(problems) => {
                problems.iter().for_each(|problem| self.problems.add(path, problem));
                None
            }
        }
    }
}
