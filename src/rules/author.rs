use super::rule::{Assign, Emit, Operation, Recipient, Rule, Source, Trigger};
use crate::access::{AccessTable, Action, Denied, Relation, RoleSet};
use crate::expr::{Program, Slot};
use crate::schema::{Hop, Object, Problems, Related, Schema};
use crate::value::Name;

/// The check that the author of a rule may do himself what the rule does.
///
/// A rule acts on every record of its object, whoever it belongs to: only what is granted in the relation `any` counts.
/// Seals depend on the record, so they are asked when the rule acts.
pub(super) struct Author<'a> {
    pub(super) role: &'a Name,
    pub(super) roles: RoleSet,
    pub(super) access: &'a AccessTable,
    pub(super) schema: &'a Schema,
    pub(super) problems: &'a mut Problems,
}

impl Author<'_> {
    /// Reports everything that the rule declared at `path` reads or does and its author may not.
    pub(super) fn check(&mut self, rule: &Rule, object: &Object, path: &str) {
        let on: Vec<Slot> = match &rule.trigger {
            Trigger::Date { slot, .. } => vec![own(*slot)],
            Trigger::Inactive { since: slots, .. } | Trigger::Saved(slots) | Trigger::Updated(slots) => {
                slots.iter().copied().map(own).collect()
            }
            _ => Vec::new(),
        };
        self.reads(object, on, &format!("{path}.on"));
        if let Some(when) = &rule.when {
            self.program(object, when, &format!("{path}.when"));
        }
        for (position, operation) in rule.operations.iter().enumerate() {
            let path = format!("{path}.then[{position}]");
            match operation {
                Operation::Set { on, fields } => self.set(object, *on, fields, &format!("{path}.set")),
                Operation::Create { object: made, fields } => {
                    let path = format!("{path}.create");
                    let slots: Vec<u16> = fields.iter().map(|(slot, _)| *slot).collect();
                    if let Some(made) = self.schema.objects().get(usize::from(*made)) {
                        self.report(self.access.may_create(self.roles, made, Relation::Any.into(), &slots), &path);
                    }
                    self.sources(object, fields, &path);
                }
                Operation::Assign(assign) => self.assign(object, assign, &format!("{path}.assign")),
                Operation::Emit(emit) => self.emit(object, emit, &format!("{path}.emit")),
            }
        }
    }

    fn set(&mut self, object: &Object, on: Option<u16>, fields: &[(u16, Source)], path: &str) {
        let slots: Vec<u16> = fields.iter().map(|(slot, _)| *slot).collect();
        match on {
            None => self.edits(object, &slots, path),
            Some(reference) => {
                self.reads(object, [own(reference)], &format!("{path}.on"));
                let target = object.at(reference).and_then(|field| field.target());
                if let Some(target) = target.and_then(|target| self.schema.object(target.as_str())) {
                    self.edits(target, &slots, path);
                }
            }
        }
        self.sources(object, fields, path);
    }

    fn assign(&mut self, object: &Object, assign: &Assign, path: &str) {
        let written: Vec<u16> =
            std::iter::once(assign.field).chain(assign.copy.iter().map(|(ours, _)| *ours)).collect();
        self.edits(object, &written, path);
        self.reads(object, assign.matching.iter().map(|(_, ours)| own(*ours)), &format!("{path}.match"));
        if let Some(otherwise) = &assign.otherwise {
            self.program(object, otherwise, &format!("{path}.otherwise"));
        }
        if let Some(from) = self.schema.objects().get(usize::from(assign.from)) {
            let theirs =
                assign.matching.iter().map(|(theirs, _)| theirs).chain(assign.copy.iter().map(|(_, theirs)| theirs));
            self.reads(from, theirs.copied().map(own), &format!("{path}.from"));
            if let Some(condition) = &assign.condition {
                self.program(from, condition, &format!("{path}.where"));
            }
        }
    }

    fn emit(&mut self, object: &Object, emit: &Emit, path: &str) {
        if let Recipient::Program(to) = &emit.to {
            self.program(object, to, &format!("{path}.to"));
        }
        self.reads(object, emit.title.slots(), &format!("{path}.title"));
        self.reads(object, emit.body.slots(), &format!("{path}.body"));
    }

    fn sources(&mut self, object: &Object, fields: &[(u16, Source)], path: &str) {
        for (_, source) in fields {
            match source {
                Source::Clear => {}
                Source::Program(program) => self.program(object, program, &format!("{path}.fields")),
                Source::Template(template) => self.reads(object, template.slots(), &format!("{path}.fields")),
            }
        }
    }

    /// Checks what an expression reads: of the record, of those it refers to, and of those related to it.
    fn program(&mut self, object: &Object, program: &Program, path: &str) {
        self.reads(object, program.slots().iter().copied(), path);
        for aggregate in program.aggregates() {
            let related = Related::of(aggregate.collection());
            let Some(related) = related.and_then(|related| self.schema.objects().get(usize::from(related.object)))
            else {
                continue;
            };
            let may_see = self.access.may_act(self.roles, related, Action::View, Relation::Any.into(), false);
            self.report(may_see, path);
            let slots = aggregate.filter().into_iter().flat_map(Program::slots).copied();
            self.reads(related, slots.chain(aggregate.field()), path);
        }
    }

    fn reads(&mut self, object: &Object, slots: impl IntoIterator<Item = Slot>, path: &str) {
        for slot in slots {
            match Hop::of(slot) {
                None => self.views(object, u16::try_from(slot.number()).unwrap_or(u16::MAX), path),
                Some(Hop { reference, field }) => {
                    self.views(object, reference, path);
                    let target = object.at(reference).and_then(|field| field.target());
                    if let Some(target) = target.and_then(|target| self.schema.object(target.as_str())) {
                        self.views(target, field, path);
                    }
                }
            }
        }
    }

    fn views(&mut self, object: &Object, slot: u16, path: &str) {
        let classes = self.access.classes(self.roles, object.number(), Action::View, Relation::Any.into(), false);
        if let Some(field) = object.at(slot).filter(|field| !classes.contains(field.class())) {
            self.add(Action::View, Some(field.key()), object.name(), path);
        }
    }

    fn edits(&mut self, object: &Object, slots: &[u16], path: &str) {
        self.report(self.access.may_edit(self.roles, object, Relation::Any.into(), false, slots), path);
    }

    fn report(&mut self, checked: Result<(), Denied>, path: &str) {
        if let Err(denied) = checked {
            self.add(denied.action(), denied.field(), denied.object(), path);
        }
    }

    fn add(&mut self, action: Action, field: Option<&Name>, object: &Name, path: &str) {
        let field = field.map(|field| format!("`{field}` of ")).unwrap_or_default();
        let message =
            format_args!("its author `{}` has no grant to {action} {field}`{object}` in relation `any`", self.role);
        self.problems.add(path, message);
    }
}

fn own(slot: u16) -> Slot {
    Slot::new(u32::from(slot))
}
