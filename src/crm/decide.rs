use std::borrow::Cow;
use std::cell::LazyCell;
use std::sync::Arc;

use super::audit::AuditEntry;
use super::cause::Cause;
use super::command::{Command, Comment, Happening, Link, StageMove, Target, Update, Upsert};
use super::commit::{Made, finish};
use super::decision::{Decision, Halt, event};
use super::entered::Entered;
use super::get::answered;
use super::resolve::check_external;
use super::said::Said;
use super::unknown_fields::check_known;
use super::{Context, Crm, Outcome, Rejected, Step};
use crate::access::{Action, Relations};
use crate::record::{FieldProblem, Fields, ProblemCode, Record, entry};
use crate::rules::{Event, EventKind, check_places};
use crate::schema::{IdSource, Object, slots};
use crate::store::{Asks, Facts, Range, Stored};
use crate::text::clean::prose;
use crate::value::{Id, Instant, Key, Revision, Tags, Value, ordered};

impl Crm {
    /// Decides a command on what is known so far: a pure, restartable function.
    ///
    /// Answer [`Step::Ask`] by fetching and deciding again with the answers added; commit what [`Step::Done`] holds. The
    /// drivers [`Crm::run`] and [`Crm::run_async`] do just that.
    ///
    /// A command is done once: run again with the same context, it changes nothing, and is answered with the record as it
    /// is now. That it was done shows when a commit is refused: then fetch what the change set expected to be absent
    /// before deciding again. (What changed nothing has left nothing either, and is decided anew.)
    ///
    /// # Errors
    /// [`Rejected`] when the command is refused.
    pub fn decide(&self, ctx: &Context, command: &Command, facts: &Facts) -> Result<Step<Outcome>, Rejected> {
        self.decide_with(ctx, command, facts, &mut Entered::default())
    }

    /// The same for whoever decides a command several times, and keeps what was entered.
    pub(super) fn decide_with(
        &self,
        ctx: &Context,
        command: &Command,
        facts: &Facts,
        entered: &mut Entered,
    ) -> Result<Step<Outcome>, Rejected> {
        let mut decision = Decision::new(self, ctx, facts)?;
        let origin = decision.work.origin().clone();
        // A decision that only asks needs none.
        let cause = LazyCell::new(|| Cause::of_command(&origin, ctx.seed(), command));
        let receipt = || cause.receipt(ctx.tenant(), command);
        // What was done before shows once something was read.
        let kept = if facts.is_empty() { None } else { facts.record(&receipt()) };
        if let Some(Some(kept)) = kept {
            let outcome = decision.done_before(command, &cause, &receipt(), kept);
            return answered(decision, outcome);
        }
        let decided = match decision.command(command, entered) {
            Ok(made) => finish(decision, made, &cause),
            Err(Halt::Ask) => Ok(Step::Ask(decision.work.into_reader().into_asks())),
            Err(Halt::Rejected(rejected)) => Err(rejected),
        };
        match decided {
            // What was done before may be refused now: the record is at another revision, deleted, or another's. Where
            // nothing was read the command itself is wrong, and always was.
            Err(_) if !facts.is_empty() && kept.is_none() => Ok(Step::Ask(Asks::new().record(receipt()))),
            Err(rejected) => Err(rejected.told_of(command.id()).told_to(ctx)),
            step => step,
        }
    }
}

impl Decision<'_> {
    /// Returns the answer to a command that was done before and has left `kept` at `receipt`.
    fn done_before(
        &mut self,
        command: &Command,
        cause: &Cause<'_>,
        receipt: &Key,
        kept: &Stored,
    ) -> Result<Outcome, Halt> {
        let corrupt = |_| Rejected::corrupt(receipt.clone());
        if !cause.says_the_same(&kept.body).map_err(corrupt)? {
            let kind = Cause::kind_of(receipt, &kept.body).map_err(corrupt)?;
            return Err(Rejected::used_context(&format!("`{kind}`")).into());
        }
        let object = self.object(command.object())?;
        let named = match command {
            Command::Create(draft) => Some(self.id_for(&object, draft.id())?),
            Command::Upsert(Upsert { external, .. }) => self.known_as(&object, &external.tag())?,
            _ => command.id().cloned(),
        };
        let id = match named {
            Some(id) => id,
            None => AuditEntry::from_stored(&kept.body).map_err(corrupt)?.record,
        };
        let standing = self.caller.load(self.crm, &object, &mut self.work);
        let record = self.work.record(&object, &id)?;
        standing?;
        Ok(Outcome { done_before: true, ..self.as_it_is(command.kind(), &object, &id, record) })
    }

    /// Authorises the command, applies it to the working set and returns the events that it is.
    fn command(&mut self, command: &Command, entered: &mut Entered) -> Result<Made, Halt> {
        let object = self.object(command.object())?;
        let (id, events, said) = match command {
            Command::Create(draft) => {
                let told = Told { external: None, at: draft.entered_at() };
                self.create(&object, draft.id(), Cow::Borrowed(draft.fields()), told, entered)?
            }
            Command::Update(Update { id, if_revision, fields, .. }) => {
                self.update(&object, id, *if_revision, fields, Told::default())?
            }
            Command::Upsert(upsert) => self.upsert(&object, upsert, entered)?,
            Command::Link(Link { id, field, to, .. }) => {
                let fields: Fields = [(field.clone(), Some(Value::Reference(to.clone())))].into_iter().collect();
                self.update(&object, id, None, &fields, Told::default())?
            }
            Command::Migrate(migrate) => (migrate.id.clone(), self.migrate(&object, migrate)?, None),
            Command::MoveStage(stage_move) => self.move_stage(&object, stage_move)?,
            Command::Delete(target) => self.delete(&object, target)?,
            Command::Restore(target) => self.restore(&object, target)?,
            Command::Event(happening) => self.happened(&object, happening)?,
            Command::Comment(comment) => self.comment(&object, comment)?,
        };
        Ok(Made { command: command.kind(), object, id, events, said, timer: None })
    }

    pub(super) fn create(
        &mut self,
        object: &Arc<Object>,
        given_id: Option<&Id>,
        fields: Cow<'_, Fields>,
        told: Told<'_>,
        entered: &mut Entered,
    ) -> Result<Applied, Halt> {
        let id = self.id_for(object, given_id)?;
        let access = &self.crm.access;
        // Before anything is said about the fields: may the caller create such records at all?
        access.may_act(self.caller.roles, object, Action::Create, Relations::ALL, false).map_err(Rejected::from)?;
        let standing = self.caller.load(self.crm, object, &mut self.work);
        let existing = if object.ids() == IdSource::Host { self.work.record(object, &id) } else { Ok(None) };
        standing?;
        if existing?.is_some() {
            let problem = FieldProblem::new("id", ProblemCode::Duplicate, "is another record's");
            return Err(Rejected::taken(vec![problem]).into());
        }
        let (given, mut record) = self.enter(object, &id, fields, entered)?;
        self.work.note_start(&mut record);
        self.date_stage(None, &mut record, told.at)?;
        let (relations, _) = self.stands(&record);
        access.may_create(self.caller.roles, object, relations, &given).map_err(Rejected::from)?;
        self.given.push((object.number(), id.clone(), given));
        if let Some(tag) = told.external {
            record.set(slots::EXTERNAL_IDS, Some(Value::Tags([tag].into_iter().collect::<Tags>())));
        }
        self.work.write(record);
        let record = self.written(object, &id)?;
        self.check_stage(None, &record)?;
        Ok((id, vec![event(EventKind::Created, None, &record)], None))
    }

    fn id_for(&mut self, object: &Object, given: Option<&Id>) -> Result<Id, Rejected> {
        let (code, message) = match (object.ids(), given) {
            (IdSource::Host, Some(id)) => return Ok(id.clone()),
            (IdSource::Host, None) => (ProblemCode::Required, "is required: the host gives the ids of this object"),
            (_, Some(_)) => (ProblemCode::ReadOnly, "must not be given: guanxi derives the ids of this object"),
            (_, None) => return Ok(self.work.new_id()),
        };
        Err(Rejected::invalid("id", code, message))
    }

    fn update(
        &mut self,
        object: &Arc<Object>,
        id: &Id,
        if_revision: Option<Revision>,
        fields: &Fields,
        told: Told<'_>,
    ) -> Result<Applied, Halt> {
        let before = self.target(object, id)?;
        if before.is_deleted() {
            return Err(self.not_found(object, id).into());
        }
        self.check_revision(&before, if_revision)?;
        let (relations, sealed) = self.stands(&before);
        let given = slots_of(object, fields);
        let access = &self.crm.access;
        access.may_edit(self.caller.roles, object, relations, sealed, &given).map_err(Rejected::from)?;
        check_known(object, fields, given.len())?;
        self.given.push((object.number(), id.clone(), given));
        let origin = self.work.origin().clone();
        let made = entry::update(&self.crm.schema, &before, fields, &origin, entry::Writer::Caller);
        let mut after = made.map_err(Rejected::from)?;
        self.date_stage(Some(&before), &mut after, told.at)?;
        if let Some(tag) = told.external {
            let tags = after.external_ids().cloned().unwrap_or_else(|| std::iter::empty::<&str>().collect());
            if !tags.contains(tag) {
                after.set(slots::EXTERNAL_IDS, Some(Value::Tags(tags.with(tag))));
            }
        }
        self.work.write(after);
        let after = self.written(object, id)?;
        self.check_stage(Some(&before), &after)?;
        let event = event(EventKind::Updated, Some(&before), &after);
        // Setting what is there already is no change and triggers nothing.
        let changed = crate::record::differ(&before, &after);
        Ok((id.clone(), if changed { vec![event] } else { Vec::new() }, None))
    }

    fn upsert(&mut self, object: &Arc<Object>, upsert: &Upsert, entered: &mut Entered) -> Result<Applied, Halt> {
        if let Err((code, message)) = check_external(&upsert.external) {
            return Err(Rejected::invalid("external", code, message).into());
        }
        let tag = upsert.external.tag();
        let told = Told { external: Some(&tag), at: upsert.at };
        let standing = self.caller.load(self.crm, object, &mut self.work);
        // Seen together with who has the external id: what came between two looks would look like another record's.
        let own = upsert.id.as_ref().map_or(Ok(None), |id| self.work.record(object, id));
        let known = self.known_as(object, &tag);
        // All that is looked up is asked for in one round, and the record itself with what is found.
        if let Ok(Some(known)) = &known {
            let _ = self.work.record(object, known);
        }
        let resolved = self.resolve(object, upsert, matches!(known, Ok(Some(_))), entered);
        let (known, resolved) = (known?, resolved?);
        own?;
        standing?;
        let mut fields = Cow::Borrowed(&upsert.fields);
        for (field, id) in &resolved.fields {
            fields.to_mut().set(field.clone(), Some(Value::Reference(id.clone())));
        }
        let applied = match known {
            Some(known) => match self.target(object, &known) {
                // Neither the id nor anything else of a hidden record is told, only that the external id is taken.
                Err(Halt::Rejected(Rejected::NotFound { .. })) => {
                    let taken = FieldProblem::new("external", ProblemCode::Duplicate, "is another record's");
                    Err(Rejected::taken(vec![taken]).into())
                }
                Err(halt) => Err(halt),
                Ok(_) => {
                    let is_past = self.came_before(object, &known, &fields, upsert.at)?;
                    if let Some(stage) = object.stage().filter(|_| is_past).and_then(|slot| object.at(slot)) {
                        fields.to_mut().unset(stage.key().as_str());
                    }
                    let told = if is_past { Told { at: None, ..told } } else { told };
                    self.update(object, &known, None, &fields, told)
                }
            },
            None => self.create(object, upsert.id.as_ref(), fields, told, entered),
        };
        match applied {
            Ok(applied) if resolved.problems.is_empty() && resolved.events.is_empty() => Ok(applied),
            Ok((id, events, said)) if resolved.problems.is_empty() => {
                Ok((id, resolved.events.into_iter().chain(events).collect(), said))
            }
            Ok(_) => Err(Rejected::from(resolved.problems).into()),
            Err(own) => Err(resolved.refuse(own)),
        }
    }

    /// Returns the record that another system knows by an id, and notes that it has to stay so.
    fn known_as(&mut self, object: &Object, tag: &str) -> Result<Option<Id>, Halt> {
        let range = self.known_range(object, tag).limit(2);
        let found = self.work.found(&range)?;
        check_places(found, self.ctx.tenant(), &[object.name().as_str()])?;
        let known = found.entries().next().map(|entry| entry.key.id().clone());
        self.same.push((range, found.digest()));
        Ok(known)
    }

    /// Returns where the record stands that another system knows by the id that makes this tag.
    pub(super) fn known_range(&self, object: &Object, tag: &str) -> Range {
        let index = object.index_on(slots::EXTERNAL_IDS).map(|index| index.name().clone());
        let index = index.unwrap_or_else(|| object.name().clone());
        Range::exact(self.ctx.tenant().clone(), index, &ordered::encode_text(tag)).keys()
    }

    fn move_stage(&mut self, object: &Arc<Object>, stage_move: &StageMove) -> Result<Applied, Halt> {
        let Some(stage) = object.stage().and_then(|slot| object.at(slot)) else {
            let message = format!("cannot be moved: `{}` has no stages", object.name());
            return Err(Rejected::invalid("stage", ProblemCode::UnknownField, message).into());
        };
        let mut fields = stage_move.fields.clone();
        fields.set(stage.key().clone(), Some(Value::text(&stage_move.to)));
        let told = Told { external: None, at: stage_move.at };
        self.update(object, &stage_move.id, stage_move.if_revision, &fields, told)
    }

    /// Notes since when a record is in its stage.
    fn date_stage(&self, before: Option<&Record>, after: &mut Record, at: Option<Instant>) -> Result<(), Rejected> {
        if at.is_some() && after.object().stage().is_none() {
            let message = format!("cannot be told: `{}` has no stages", after.object().name());
            return Err(Rejected::invalid("at", ProblemCode::UnknownField, message));
        }
        Ok(self.work.date_move(before, after, at, self.ctx.trust())?)
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
        let event = event(EventKind::Named(happening.name.clone()), Some(&record), &record);
        Ok((happening.id.clone(), vec![event], Some(Said::Event(happening.clone()))))
    }

    fn comment(&mut self, object: &Arc<Object>, comment: &Comment) -> Result<Applied, Halt> {
        let record = self.target_for(object, &comment.id, Action::Comment)?;
        let comment = Comment { text: prose(&comment.text).into_owned(), ..comment.clone() };
        self.check_comment(&comment)?;
        let event = event(EventKind::Commented, Some(&record), &record);
        Ok((comment.id.clone(), vec![event], Some(Said::Comment(comment))))
    }

    /// Checks a comment like the fields of a record: a text that is required, and a list of references to users.
    fn check_comment(&mut self, comment: &Comment) -> Result<(), Halt> {
        let (bytes, most) = (comment.text.len(), self.crm.schema.limits().text_bytes);
        let mut problems = Vec::new();
        let mut wrong = |field, code, message: String| problems.push(FieldProblem::new(field, code, message));
        if comment.text.trim().is_empty() {
            wrong("text", ProblemCode::Required, "is required".into());
        } else if bytes > most {
            wrong("text", ProblemCode::TooLong, format!("has {bytes} bytes: expected at most {most}"));
        }
        if comment.mentions.len() > MENTIONS {
            let message = format!("has {} items: expected at most {MENTIONS}", comment.mentions.len());
            wrong("mentions", ProblemCode::TooLong, message);
        } else if let Some(user) = self.crm.schema.object("user").map(Arc::clone) {
            let people: Vec<_> = comment.mentions.iter().map(|id| (id, self.work.record(&user, id))).collect();
            for (id, person) in people {
                if person?.is_none_or(|person| person.is_deleted()) {
                    wrong("mentions", ProblemCode::Dangling, format!("refers to `{id}`, which does not exist"));
                }
            }
        }
        if problems.is_empty() { Ok(()) } else { Err(Rejected::from(problems).into()) }
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

/// The most people that a comment is addressed to.
const MENTIONS: usize = 200;

/// What a command tells of a record beside its fields.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Told<'a> {
    /// The tag of the id by which another system knows it.
    pub(super) external: Option<&'a str>,
    /// When it entered its stage.
    pub(super) at: Option<Instant>,
}

/// The record that a command is about, the events that it is, and what to keep beside it.
pub(super) type Applied = (Id, Vec<Event>, Option<Said>);

/// Returns the slots of the fields that the object has.
pub(super) fn slots_of(object: &Object, fields: &Fields) -> Vec<u16> {
    let mut slots = Vec::with_capacity(fields.len());
    slots.extend(fields.iter().filter_map(|(key, _)| object.field(key.as_str()).map(|field| field.slot())));
    slots
}
