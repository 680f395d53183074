use std::collections::BTreeMap;
use std::sync::Arc;

use super::compile::{Check, unknown_object};
use super::rule::{Assign, Emit, Operation, Recipient, Source};
use super::{AssignDef, CreateDef, EmitDef, OperationDef, RecipientDef, SetDef, ValueDef};
use crate::expr::{Expr, Program, Template, Type};
use crate::schema::{Field, Object, RecordNames, slots};
use crate::value::{Name, ValueType};

/// What a rule does, checked one operation at a time.
impl Check<'_> {
    /// Checks one operation of the rule.
    pub(super) fn operation(&mut self, def: &OperationDef, path: &str) -> Option<Operation> {
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
}
