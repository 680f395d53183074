use std::collections::{BTreeMap, HashSet};
use std::fmt::Display;
use std::sync::Arc;

use super::author::Author;
use super::reads::{programs, reads};
use super::rule::{Assign, Emit, Operation, Recipient, Rule, Source, Trigger};
use super::{
    AssignDef, CreateDef, EmitDef, OperationDef, RecipientDef, RuleDef, RuleSet, RunAs, SetDef, TriggerDef, ValueDef,
};
use crate::access::{AccessTable, RoleSet};
use crate::calendar::Calendar;
use crate::expr::{Expr, Program, Template, Type};
use crate::schema::{Field, Object, Problems, RecordNames, Schema, slots};
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

fn unknown_object(schema: &Schema, name: &Name) -> String {
    let hint = schema.nearest_object(name.as_str()).map(|near| format!("; did you mean `{near}`?"));
    format!("unknown object `{name}`{}", hint.unwrap_or_default())
}

/// The check of one rule.
struct Check<'a> {
    schema: &'a Schema,
    calendars: &'a BTreeMap<Name, Arc<Calendar>>,
    access: Option<&'a AccessTable>,
    object: &'a Arc<Object>,
    names: RecordNames<'a>,
    problems: &'a mut Problems,
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

    fn role(&mut self, role: &Name, path: &str) -> Option<RoleSet> {
        let access = self.access?;
        let known = access.role(role);
        if known.is_none() {
            self.problems.add(path, format_args!("unknown role `{role}`"));
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
                            self.problems.add(format!("{path}.calendar"), format_args!("unknown calendar `{name}`"));
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

    fn operation(&mut self, def: &OperationDef, path: &str) -> Option<Operation> {
        match def {
            OperationDef::Assign(assign) => self.assign(assign, &format!("{path}.assign")).map(Operation::Assign),
            OperationDef::Create(create) => self.create(create, &format!("{path}.create")),
            OperationDef::Emit(emit) => self.emit(emit, &format!("{path}.emit")).map(Operation::Emit),
            OperationDef::Set(set) => self.set(set, &format!("{path}.set")),
        }
    }

    fn set(&mut self, def: &SetDef, path: &str) -> Option<Operation> {
        let (on, target) = match &def.on {
            None => (None, Arc::clone(self.object)),
            Some(reference) => {
                let slot = *self
                    .slots(std::slice::from_ref(reference), &format!("{path}.on"), &[ValueType::Reference])?
                    .first()?;
                let name = self.object.at(slot).and_then(Field::target)?.clone();
                (Some(slot), Arc::clone(self.schema.object(name.as_str())?))
            }
        };
        let fields = self.values(&def.fields, &target, &format!("{path}.fields"))?;
        Some(Operation::Set { on, fields })
    }

    fn create(&mut self, def: &CreateDef, path: &str) -> Option<Operation> {
        let Some(target) = self.schema.object(def.object.as_str()) else {
            self.problems.add(format!("{path}.object"), unknown_object(self.schema, &def.object));
            return None;
        };
        let target = Arc::clone(target);
        for field in target.declared_fields().filter(|field| field.is_required() && field.default_value().is_none()) {
            if !def.fields.contains_key(field.key()) {
                self.problems.add(format!("{path}.fields"), format_args!("missing: `{}` is required", field.key()));
            }
        }
        let fields = self.values(&def.fields, &target, &format!("{path}.fields"))?;
        Some(Operation::Create { object: target.number(), fields })
    }

    fn emit(&mut self, def: &EmitDef, path: &str) -> Option<Emit> {
        let to = match &def.to {
            RecipientDef::Role(role) => {
                self.role(&role.role, &format!("{path}.to.role"));
                Some(Recipient::Role(role.role.clone()))
            }
            RecipientDef::Expression(to) => {
                self.compiled(to.compile(&self.names), &format!("{path}.to")).map(Recipient::Program)
            }
        };
        let title = self.template(&def.title, &format!("{path}.title"));
        let body = self.template(&def.body, &format!("{path}.body"));
        Some(Emit { kind: def.kind.clone(), to: to?, title: title?, body: body?, priority: def.priority })
    }

    fn assign(&mut self, def: &AssignDef, path: &str) -> Option<Assign> {
        let Some(from) = self.schema.object(def.from.as_str()) else {
            self.problems.add(format!("{path}.from"), unknown_object(self.schema, &def.from));
            return None;
        };
        let from = Arc::clone(from);
        let field = *self.slots(std::slice::from_ref(&def.field), &format!("{path}.field"), &[])?.first()?;
        if self.object.at(field).and_then(Field::target) != Some(from.name()) {
            let (field, from) = (&def.field, from.name());
            self.problems.add(format!("{path}.field"), format_args!("`{field}` does not refer to `{from}`"));
        }
        let pairs = |this: &mut Self, pairs: &BTreeMap<Name, Name>, at: &str, theirs_first: bool| {
            let mut made = Vec::new();
            for (left, right) in pairs {
                let (theirs, ours) = if theirs_first { (left, right) } else { (right, left) };
                let ours = this.slots(std::slice::from_ref(ours), &format!("{path}.{at}.{left}"), &[]);
                let found = from.field(theirs.as_str()).map(Field::slot);
                if found.is_none() {
                    let message = format!("unknown field `{theirs}` of `{}`", from.name());
                    this.problems.add(format!("{path}.{at}.{left}"), message);
                }
                if let (Some(ours), Some(theirs)) = (ours.and_then(|slots| slots.first().copied()), found) {
                    made.push(if theirs_first { (theirs, ours) } else { (ours, theirs) });
                }
            }
            made
        };
        let mut matching = pairs(self, &def.matching, "match", true);
        let copy = pairs(self, &def.copy, "copy", false);
        matching.sort_by_key(|(theirs, _)| from.index_on(*theirs).is_none());
        if matching.first().is_none_or(|(theirs, _)| from.index_on(*theirs).is_none()) {
            let message = format!("expected at least one field of `{}` with `\"index\": true`", from.name());
            self.problems.add(format!("{path}.match"), message);
        }
        let condition = match &def.condition {
            None => None,
            Some(condition) => {
                let names = RecordNames::new(self.schema, &from);
                let program = self.compiled(condition.condition(&names), &format!("{path}.where"))?;
                if program.slots().iter().any(|slot| slot.number() >= 1 << 16) || !program.aggregates().is_empty() {
                    self.problems.add(format!("{path}.where"), "expected fields of the candidate itself");
                }
                Some(program)
            }
        };
        let otherwise = match &def.otherwise {
            None => None,
            Some(otherwise) => {
                let expected = Type::Reference(from.name().clone());
                let made = otherwise.compile_as(&self.names, &expected);
                Some(self.compiled(made, &format!("{path}.otherwise"))?)
            }
        };
        let (strategy, replace, from) = (def.strategy, def.replace, from.number());
        Some(Assign { field, from, matching, condition, strategy, copy, otherwise, replace })
    }

    fn values(&mut self, defs: &BTreeMap<Name, ValueDef>, target: &Object, path: &str) -> Option<Vec<(u16, Source)>> {
        let made: Vec<_> =
            defs.iter().map(|(key, def)| self.value(key, def, target, &format!("{path}.{key}"))).collect();
        made.into_iter().collect()
    }

    fn value(&mut self, key: &Name, def: &ValueDef, target: &Object, path: &str) -> Option<(u16, Source)> {
        let Some(field) = target.field(key.as_str()) else {
            let hint = target.nearest_key(key.as_str()).map(|near| format!("; did you mean `{near}`?"));
            let message = format!("unknown field `{key}` of `{}`{}", target.name(), hint.unwrap_or_default());
            self.problems.add(path, message);
            return None;
        };
        if field.slot() < slots::FIRST_DECLARED {
            self.problems.add(path, format_args!("`{key}` is kept by guanxi itself"));
            return None;
        }
        let source = match def {
            ValueDef::Template(template) => {
                if *field.value_type() != ValueType::Text {
                    self.problems
                        .add(path, format_args!("a template gives text, but `{key}` is {}", field.value_type()));
                }
                Source::Template(self.template(&template.template, &format!("{path}.template"))?)
            }
            ValueDef::Clear => Source::Clear,
            ValueDef::Expression(expr) => Source::Program(self.typed(expr, field, path)?),
        };
        Some((field.slot(), source))
    }

    fn typed(&mut self, expr: &Expr, field: &Field, path: &str) -> Option<Program> {
        self.compiled(expr.compile_as(&self.names, &field.expr_type()), path)
    }

    fn template(&mut self, text: &str, path: &str) -> Option<Template> {
        self.compiled(Template::new(text, &self.names), path)
    }

    fn slots(&mut self, keys: &[Name], path: &str, wanted: &[ValueType]) -> Option<Vec<u16>> {
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

    fn compiled<T, E: Display>(&mut self, made: Result<T, E>, path: &str) -> Option<T> {
        match made {
            Ok(made) => Some(made),
            Err(problems) => {
                self.problems.add(path, problems);
                None
            }
        }
    }
}
