use std::collections::BTreeSet;
use std::sync::Arc;

use serde::Serialize;

use super::caller::Caller;
use super::decision::object;
use super::{Context, Crm, Rejected};
use crate::access::{Action, Relations};
use crate::expr::{Env, Program, Scope, Slot};
use crate::pipeline::{Obstacle, StageKind};
use crate::record::{Draft, Origin, Record, entry};
use crate::schema::{Format, Hop, Label, OptionDef};
use crate::value::{Id, Name, Value, ValueType};

/// The fields of a record to be entered: which are required, visible and read-only now, for the caller.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Form {
    /// The object.
    pub object: Name,
    /// What people read for it.
    #[serde(skip_serializing_if = "Label::is_empty")]
    pub label: Label,
    /// The fields that the caller may see or fill in, in the order of the definition.
    pub fields: Vec<FormField>,
    /// What bars a record like the draft from its stage, without what only other records tell.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub obstacles: Vec<Obstacle>,
}

/// One field of a form.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct FormField {
    /// The key.
    pub key: Name,
    /// What people read for it.
    #[serde(skip_serializing_if = "Label::is_empty")]
    pub label: Label,
    /// The type of its values.
    #[serde(rename = "type")]
    pub value_type: ValueType,
    /// How its text is normalised and checked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<Format>,
    /// Its options, with what people read for each.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub options: Arc<[OptionDef]>,
    /// The object that it refers to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<Name>,
    /// Whether it must have a value, with the draft as it is now.
    pub required: bool,
    /// Whether the caller may look at it but not fill it in.
    pub read_only: bool,
}

/// What the gates of a stage ask of a draft.
#[derive(Default)]
struct Gates {
    /// The fields that they require.
    required: BTreeSet<u16>,
    /// What bars the draft, and the fields that it looked at.
    obstacles: Vec<(Obstacle, Vec<u16>)>,
}

impl Gates {
    /// Returns what bars the draft, as somebody may be told it who sees these fields.
    fn obstacles(self, sees: impl Fn(u16) -> bool) -> Vec<Obstacle> {
        let told = |(obstacle, looked_at): (Obstacle, Vec<u16>)| match looked_at.into_iter().all(&sees) {
            true => obstacle,
            false => obstacle.without_values(),
        };
        self.obstacles.into_iter().map(told).collect()
    }
}

fn reads_others(slots: &[Slot]) -> bool {
    slots.iter().any(|&slot| Hop::of(slot).is_some())
}

impl Crm {
    /// Returns the form in which the caller enters a new record, given what he has entered so far.
    ///
    /// # Errors
    /// [`Rejected`] when there is no such object, or the caller may create no record of it.
    pub fn form(&self, ctx: &Context, draft: &Draft) -> Result<Form, Rejected> {
        let object = object(self, draft.object())?;
        let caller = Caller::new(&self.access, ctx.principal());
        let (roles, number) = (caller.roles, object.number());
        self.access.may_act(roles, &object, Action::Create, Relations::ALL, false)?;
        let (create, view) = (
            self.access.classes(roles, number, Action::Create, Relations::ALL, false),
            self.access.classes(roles, number, Action::View, Relations::ALL, false),
        );
        let origin = Origin::new("form", "form", ctx.now());
        let id = draft.id().cloned().unwrap_or_else(|| Id::derive(ctx.now(), 0, 0));
        let mut record = entry::blank(&object, id, &origin);
        for (key, value) in draft.fields().iter() {
            let Some(field) = object.field(key.as_str()) else { continue };
            // What is wrong so far is told when the draft is entered.
            if let Ok(value) = value.map_or(Ok(None), |value| entry::value_for(&self.schema, field, value)) {
                record.set(field.slot(), value);
            }
        }
        let env = self.schema.env(ctx.now());
        let gates = self.gates(&record, &env);
        let shown = object.declared_fields().filter(|f| create.contains(f.class()) || view.contains(f.class()));
        let fields = shown.map(|field| FormField {
            key: field.key().clone(),
            label: field.label().clone(),
            value_type: field.value_type().clone(),
            format: field.format(),
            options: Arc::clone(field.option_defs()),
            to: field.target().cloned(),
            required: field.is_required()
                || gates.required.contains(&field.slot())
                || field.required_if().is_some_and(|when| when.test(Scope::new(&record, &env)).is_true()),
            read_only: field.is_read_only() || !create.contains(field.class()),
        });
        let fields = fields.collect();
        let sees = |slot: u16| object.at(slot).is_some_and(|f| create.contains(f.class()) || view.contains(f.class()));
        let obstacles = gates.obstacles(sees);
        Ok(Form { object: object.name().clone(), label: object.label().clone(), fields, obstacles })
    }

    /// Judges a new record by the latest version of its pipeline.
    fn gates(&self, record: &Record, env: &Env) -> Gates {
        let mut gates = Gates::default();
        let pipeline = self.pipelines.of_object(record.object().number()).next();
        let stage = record.object().stage().and_then(|slot| record.at(slot)).and_then(Value::as_str);
        let (Some(pipeline), Some(stage)) = (pipeline, stage) else { return gates };
        for stage in pipeline.gated(None, stage) {
            gates.required.extend(stage.gate().required().iter().map(|(slot, _)| *slot));
            if stage.kind() == StageKind::Lost {
                gates.required.extend(pipeline.lost_reason());
            }
        }
        for obstacle in pipeline.decide(None, stage, record, env).reasons() {
            let closed = match obstacle {
                Obstacle::GateClosed { stage, .. } => pipeline.stage(stage).and_then(|stage| stage.gate().condition()),
                _ => None,
            };
            let slots = closed.map(Program::slots).unwrap_or_default();
            if closed.is_some_and(|condition| !condition.aggregates().is_empty() || reads_others(slots)) {
                continue;
            }
            let fields = obstacle.fields().iter().filter_map(|key| record.object().field(key.as_str()));
            let own = slots.iter().filter_map(|slot| u16::try_from(slot.number()).ok());
            let looked_at = own.chain(fields.clone().map(|field| field.slot())).collect();
            gates.required.extend(fields.map(|field| field.slot()));
            gates.obstacles.push((obstacle.clone(), looked_at));
        }
        gates
    }
}
