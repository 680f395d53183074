use std::sync::Arc;

use super::command::{Command, Comment, ExternalId, Happening, Link, StageMove, Target, Update, Upsert};
use super::comments::comment_key;
use super::commit::{Made, Said, finish};
use super::decision::{Decision, Halt, event};
use super::events::event_key;
use super::{Context, Crm, Outcome, Rejected, Step};
use crate::access::{Action, Relations};
use crate::record::{Draft, FieldProblem, Fields, ProblemCode, Record, entry};
use crate::rules::{Event, EventKind};
use crate::schema::{IdSource, Object, slots};
use crate::store::{Facts, Range};
use crate::value::{Id, Key, Name, Revision, Tags, Value, ordered};

impl Crm {
    /// Decides a command on what is known so far: a pure, restartable function.
    ///
    /// Answer [`Step::Ask`] by fetching and deciding again with the answers added; commit what [`Step::Done`] holds. The
    /// drivers [`Crm::run`] and [`Crm::run_async`] do just that.
    ///
    /// # Errors
    /// [`Rejected`] when the command is refused.
    pub fn decide(&self, ctx: &Context, command: &Command, facts: &Facts) -> Result<Step<Outcome>, Rejected> {
        let mut decision = Decision::new(self, ctx, facts)?;
        match decision.command(command) {
            Ok(made) => finish(decision, made),
            Err(Halt::Ask) => Ok(Step::Ask(decision.work.into_reader().into_asks())),
            Err(Halt::Rejected(rejected)) => Err(rejected),
        }
    }
}

impl Decision<'_> {
    /// Authorises the command, applies it to the working set and returns the events that it is.
    fn command(&mut self, command: &Command) -> Result<Made, Halt> {
        let object = self.object(command.object())?;
        let (id, events, said) = match command {
            Command::Create(draft) => self.create(&object, draft, None)?,
            Command::Update(Update { id, if_revision, fields, .. }) => {
                self.update(&object, id, *if_revision, fields, None)?
            }
            Command::Upsert(upsert) => self.upsert(&object, upsert)?,
            Command::Link(Link { id, field, to, .. }) => {
                let fields: Fields = [(field.clone(), Some(Value::Reference(to.clone())))].into_iter().collect();
                self.update(&object, id, None, &fields, None)?
            }
            Command::MoveStage(stage_move) => self.move_stage(&object, stage_move)?,
            Command::Delete(target) => self.delete(&object, target)?,
            Command::Restore(target) => self.restore(&object, target)?,
            Command::Event(happening) => self.happened(&object, happening)?,
            Command::Comment(comment) => self.comment(&object, comment)?,
        };
        Ok(Made {
            command: command.kind(),
            object,
            id,
            events,
            said,
            restored: matches!(command, Command::Restore(_)),
            timer: None,
        })
    }

    fn create(&mut self, object: &Arc<Object>, draft: &Draft, external: Option<&str>) -> Result<Applied, Halt> {
        let id = self.id_for(object, draft.id())?;
        let access = &self.crm.access;
        // Before anything is said about the fields: may the caller create such records at all?
        access.may_act(self.caller.roles, object, Action::Create, Relations::ALL, false).map_err(Rejected::from)?;
        let standing = self.caller.load(self.crm, object, &mut self.work);
        let may_exist = object.ids() == IdSource::Host || self.is_there(&self.work.key(object.name(), &id));
        let existing = if may_exist { self.work.record(object, &id) } else { Ok(None) };
        standing?;
        if let Some(existing) = existing? {
            if self.is_rerun(&existing, draft) {
                return Ok((id, Vec::new(), None));
            }
            let message = match object.ids() {
                IdSource::Host => "is another record's",
                _ => "was derived for another record: every command needs a context of its own",
            };
            let problem = crate::record::FieldProblem::new("id", ProblemCode::Duplicate, message);
            return Err(Rejected::taken(vec![problem]).into());
        }
        let origin = self.work.origin().clone();
        let made = entry::create(&self.crm.schema, object, id.clone(), draft.fields(), &origin, entry::Writer::Caller);
        let mut record = made.map_err(Rejected::from)?;
        let (relations, _) = self.stands(&record);
        let given = slots_of(object, draft.fields());
        self.given.extend(given.iter().map(|&slot| (object.number(), id.clone(), slot)));
        access.may_create(self.caller.roles, object, relations, &given).map_err(Rejected::from)?;
        if let Some(tag) = external {
            record.set(slots::EXTERNAL_IDS, Some(Value::Tags([tag].into_iter().collect::<Tags>())));
        }
        self.work.write(record);
        let record = self.written(object, &id)?;
        Ok((id, vec![event(EventKind::Created, None, &record)], None))
    }

    /// Returns whether a record is what this very command has made before: a store may fail after it has committed, and
    /// the host then runs the command again.
    fn is_rerun(&self, existing: &Record, draft: &Draft) -> bool {
        let origin = self.work.origin();
        let text = |slot| existing.at(slot).and_then(Value::as_str);
        existing.created_at() == origin.at()
            && text(slots::CREATED_BY) == Some(&**origin.by())
            && text(slots::SOURCE) == Some(&**origin.source())
            && draft.fields().iter().all(|(key, value)| {
                let Some(field) = existing.object().field(key.as_str()) else { return false };
                let value = value.map(|value| entry::value_for(&self.crm.schema, field, value)).transpose();
                value.is_ok_and(|value| existing.at(field.slot()) == value.flatten().as_ref())
            })
    }

    /// Returns whether something is known to be at a key already; nothing is asked for.
    fn is_there(&self, key: &Key) -> bool {
        self.facts.record(key).flatten().is_some()
    }

    fn id_for(&mut self, object: &Object, given: Option<&Id>) -> Result<Id, Rejected> {
        let message = match (object.ids(), given) {
            (IdSource::Host, Some(id)) => return Ok(id.clone()),
            (IdSource::Host, None) => "is required: the host gives the ids of this object",
            (_, Some(_)) => "must not be given: guanxi derives the ids of this object",
            (_, None) => return Ok(self.work.new_id()),
        };
        Err(Rejected::invalid("id", ProblemCode::Required, message))
    }

    fn update(
        &mut self,
        object: &Arc<Object>,
        id: &Id,
        if_revision: Option<Revision>,
        fields: &Fields,
        external: Option<&str>,
    ) -> Result<Applied, Halt> {
        let before = self.target(object, id)?;
        if before.is_deleted() {
            return Err(self.not_found(object, id).into());
        }
        self.check_revision(&before, if_revision)?;
        let (relations, sealed) = self.stands(&before);
        let given = slots_of(object, fields);
        self.given.extend(given.iter().map(|&slot| (object.number(), id.clone(), slot)));
        let access = &self.crm.access;
        access.may_edit(self.caller.roles, object, relations, sealed, &given).map_err(Rejected::from)?;
        let origin = self.work.origin().clone();
        let made = entry::update(&self.crm.schema, &before, fields, &origin, entry::Writer::Caller);
        let mut after = made.map_err(Rejected::from)?;
        if let Some(tag) = external {
            let tags = after.external_ids().cloned().unwrap_or_else(|| std::iter::empty::<&str>().collect());
            if !tags.contains(tag) {
                after.set(slots::EXTERNAL_IDS, Some(Value::Tags(tags.with(tag))));
            }
        }
        self.work.write(after);
        let after = self.written(object, id)?;
        let event = event(EventKind::Updated, Some(&before), &after);
        // Setting what is there already is no change and triggers nothing.
        let changed = crate::record::differ(&before, &after);
        Ok((id.clone(), if changed { vec![event] } else { Vec::new() }, None))
    }

    fn upsert(&mut self, object: &Arc<Object>, upsert: &Upsert) -> Result<Applied, Halt> {
        let ExternalId { system, id } = &upsert.external;
        if id.is_empty() || id.len() > 256 || id.chars().any(char::is_control) {
            let message = format!("of `{system}`: expected 1 to 256 bytes without control characters");
            return Err(Rejected::invalid("external", ProblemCode::TooLong, message).into());
        }
        let tag = upsert.external.tag();
        let standing = self.caller.load(self.crm, object, &mut self.work);
        let index = object.index_on(slots::EXTERNAL_IDS).map(|index| index.name().clone());
        let index = index.unwrap_or_else(|| object.name().clone());
        let bytes = ordered::encode(&Value::text(&tag));
        let range = Range::exact(self.ctx.tenant().clone(), index, &bytes).keys().limit(2);
        let found = self.work.found(&range)?;
        standing?;
        let known = found.entries().next().map(|entry| entry.key.id().clone());
        self.same.push((range, found.digest()));
        match known {
            Some(known) => match self.target(object, &known) {
                // Neither the id nor anything else of a hidden record is told, only that the external id is taken.
                Err(Halt::Rejected(Rejected::NotFound { .. })) => {
                    let taken = FieldProblem::new("external", ProblemCode::Duplicate, "is another record's");
                    Err(Rejected::taken(vec![taken]).into())
                }
                Err(halt) => Err(halt),
                Ok(_) => self.update(object, &known, None, &upsert.fields, Some(&tag)),
            },
            None => {
                let draft = Draft::new(object.name().clone()).with_fields(upsert.fields.clone());
                let draft = upsert.id.iter().fold(draft, |draft, id| draft.with_id(id.clone()));
                self.create(object, &draft, Some(&tag))
            }
        }
    }

    fn move_stage(&mut self, object: &Arc<Object>, stage_move: &StageMove) -> Result<Applied, Halt> {
        let Some(stage) = object.stage().and_then(|slot| object.at(slot)) else {
            let message = format!("cannot be moved: `{}` has no stages", object.name());
            return Err(Rejected::invalid("stage", ProblemCode::UnknownField, message).into());
        };
        let mut fields = stage_move.fields.clone();
        fields.set(stage.key().clone(), Some(Value::text(&stage_move.to)));
        self.update(object, &stage_move.id, stage_move.if_revision, &fields, None)
    }

    fn delete(&mut self, object: &Arc<Object>, target: &Target) -> Result<Applied, Halt> {
        let before = self.target_for(object, &target.id, Action::Delete)?;
        self.check_revision(&before, target.if_revision)?;
        let mut after = self.work.next_state(&before);
        after.set(slots::DELETED_AT, Some(Value::Instant(self.ctx.now())));
        self.work.write(after);
        let after = self.written(object, &target.id)?;
        Ok((target.id.clone(), vec![event(EventKind::Deleted, Some(&before), &after)], None))
    }

    fn restore(&mut self, object: &Arc<Object>, target: &Target) -> Result<Applied, Halt> {
        let before = self.target(object, &target.id)?;
        self.authorise(object, &before, Action::Delete)?;
        self.check_revision(&before, target.if_revision)?;
        if !before.is_deleted() {
            return Ok((target.id.clone(), Vec::new(), None));
        }
        let mut after = self.work.next_state(&before);
        after.set(slots::DELETED_AT, None);
        self.work.write(after);
        let after = self.written(object, &target.id)?;
        Ok((target.id.clone(), vec![event(EventKind::Restored, Some(&before), &after)], None))
    }

    fn happened(&mut self, object: &Arc<Object>, happening: &Happening) -> Result<Applied, Halt> {
        let record = self.target_for(object, &happening.id, Action::Edit)?;
        if self.is_there(&event_key(self.ctx, happening)) {
            return Ok((happening.id.clone(), Vec::new(), None));
        }
        let event = event(EventKind::Named(happening.name.clone()), Some(&record), &record);
        Ok((happening.id.clone(), vec![event], Some(Said::Event(happening.clone()))))
    }

    fn comment(&mut self, object: &Arc<Object>, comment: &Comment) -> Result<Applied, Halt> {
        let record = self.target_for(object, &comment.id, Action::Comment)?;
        let limit = self.crm.schema.limits().text_bytes;
        if comment.text.trim().is_empty() || comment.text.len() > limit {
            let message = format!("has {} bytes: expected 1 to {limit}", comment.text.len());
            return Err(Rejected::invalid("text", ProblemCode::TooLong, message).into());
        }
        if comment.mentions.len() > 200 {
            return Err(Rejected::invalid("mentions", ProblemCode::TooLong, "has more than 200 people").into());
        }
        if let Some(user) = self.crm.schema.object("user").map(Arc::clone) {
            let known: Vec<_> = comment.mentions.iter().map(|id| (id, self.work.record(&user, id))).collect();
            for (id, found) in known {
                if found?.is_none() {
                    let message = format!("names `{id}`, who does not exist");
                    return Err(Rejected::invalid("mentions", ProblemCode::Dangling, message).into());
                }
            }
        }
        if self.is_there(&comment_key(self.ctx, comment)) {
            return Ok((comment.id.clone(), Vec::new(), None));
        }
        let event = event(EventKind::Commented, Some(&record), &record);
        Ok((comment.id.clone(), vec![event], Some(Said::Comment(comment.clone()))))
    }

    /// Returns a record that is there and with which the caller may do `action`.
    fn target_for(&mut self, object: &Arc<Object>, id: &Id, action: Action) -> Result<Arc<Record>, Halt> {
        let record = self.target(object, id)?;
        if record.is_deleted() {
            return Err(self.not_found(object, id).into());
        }
        self.authorise(object, &record, action)?;
        // What is allowed, and what rules answer, holds for the record as it is now.
        self.work.rely_on(object, id);
        Ok(record)
    }

    fn authorise(&self, object: &Object, record: &Record, action: Action) -> Result<(), Rejected> {
        let (relations, sealed) = self.stands(record);
        Ok(self.crm.access.may_act(self.caller.roles, object, action, relations, sealed)?)
    }

    fn check_revision(&self, record: &Record, expected: Option<Revision>) -> Result<(), Rejected> {
        match expected {
            Some(expected) if expected != record.revision() => Err(Rejected::Stale {
                object: record.object().name().clone(),
                id: record.id().clone(),
                expected,
                current: record.revision(),
            }),
            _ => Ok(()),
        }
    }

    /// Returns a record that this decision has just written.
    fn written(&mut self, object: &Arc<Object>, id: &Id) -> Result<Arc<Record>, Halt> {
        let written = self.work.record(object, id)?;
        written.ok_or_else(|| self.not_found(object, id).into())
    }
}

/// The record that a command is about, the events that it is, and what to keep beside it.
type Applied = (Id, Vec<Event>, Option<Said>);

fn slots_of(object: &Object, fields: &Fields) -> Vec<u16> {
    let known = |key: &Name| object.field(key.as_str()).map(|field| field.slot());
    fields.iter().filter_map(|(key, _)| known(key)).collect()
}
