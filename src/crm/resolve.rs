use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use super::command::{ExternalId, Upsert};
use super::decide::Told;
use super::decision::{Decision, Halt};
use super::entered::Entered;
use super::reference::{Lookup, NewRecord, Reference};
use super::unknown_fields::unknown_field;
use super::{Invalid, Rejected};
use crate::record::{FieldProblem, Fields, ProblemCode, Record, entry};
use crate::rules::{Event, Lack, check_places};
use crate::schema::{Object, slots};
use crate::store::Range;
use crate::value::{Id, Name, Value, ValueType, is_invisible, ordered};

/// What came of the references of a command.
#[derive(Debug, Default)]
pub(super) struct Resolved {
    /// The fields with the ids of what was found or made.
    pub(super) fields: Vec<(Name, Id)>,
    /// What was not found, or is there several times.
    pub(super) problems: Vec<FieldProblem>,
    /// The records that were made.
    pub(super) events: Vec<Event>,
}

/// A reference that can be looked up.
struct Asked<'a> {
    reference: &'a Reference,
    target: Arc<Object>,
    range: Range,
    /// The field by which is looked for, which the caller must see of what he finds.
    slot: Option<u16>,
}

/// What a lookup has found, as far as the caller may see it.
enum Match {
    None,
    One(Id),
    Several,
}

impl Decision<'_> {
    /// Finds what the references of a command lead to, and makes what is missing where that is wanted.
    pub(super) fn resolve(
        &mut self,
        object: &Arc<Object>,
        upsert: &Upsert,
        is_known: bool,
        entered: &mut Entered,
    ) -> Result<Resolved, Halt> {
        let mut resolved = Resolved::default();
        let mut asked = Vec::with_capacity(upsert.references.len());
        for (position, reference) in upsert.references.iter().enumerate() {
            let before = upsert.references.iter().take(position);
            let twice = before.map(|earlier| &earlier.field).chain(upsert.fields.iter().map(|(key, _)| key));
            let checked = if twice.into_iter().any(|key| *key == reference.field) {
                Err((ProblemCode::Malformed, "is given twice".into()))
            } else {
                self.asked(object, reference)
            };
            match checked {
                Ok(one) => asked.push(one),
                Err((code, message)) => {
                    resolved.problems.push(FieldProblem::new(reference.field.as_str(), code, message));
                }
            }
        }
        // All of them are asked for in one round.
        let found: Vec<_> = asked.iter().map(|one| self.look_for(one)).collect();
        let found = found.into_iter().collect::<Result<Vec<_>, _>>()?;
        let mut made: Vec<(u16, &Lookup, Id)> = Vec::new();
        for (one, found) in asked.iter().zip(found) {
            let Reference { field, to, or_create } = one.reference;
            let number = one.target.number();
            let is_itself = !is_known && number == object.number() && *to == Lookup::External(upsert.external.clone());
            let wrong = match (found, or_create) {
                (Match::One(id), _) => {
                    resolved.fields.push((field.clone(), id));
                    continue;
                }
                (Match::Several, _) => FieldProblem::new(
                    field.as_str(),
                    ProblemCode::Ambiguous,
                    format!("refers to the {} {}, of which there are several", one.target.name(), In(to)),
                ),
                (Match::None, Some(new)) if !is_itself => {
                    let known = made.iter().find(|(object, lookup, _)| *object == number && *lookup == to);
                    let id = match known {
                        Some((_, _, id)) => Some(id.clone()),
                        None => self.make(one, new, &mut resolved, entered)?,
                    };
                    if let Some(id) = id {
                        made.push((number, to, id.clone()));
                        resolved.fields.push((field.clone(), id));
                    }
                    continue;
                }
                (Match::None, _) => FieldProblem::new(
                    field.as_str(),
                    ProblemCode::Dangling,
                    format!("refers to the {} {}, which does not exist", one.target.name(), In(to)),
                ),
            };
            resolved.problems.push(wrong);
        }
        Ok(resolved)
    }

    /// Returns how a reference is looked up, or what is wrong with it whatever the store holds.
    fn asked<'r>(&self, object: &Object, reference: &'r Reference) -> Result<Asked<'r>, (ProblemCode, String)> {
        let key = reference.field.as_str();
        let Some(field) = object.field(key) else {
            let problem = unknown_field(object, key);
            return Err((problem.code(), problem.message().to_owned()));
        };
        let target = field.target().filter(|_| *field.value_type() == ValueType::Reference);
        let Some(target) = target.and_then(|name| self.crm.schema.object(name.as_str())).map(Arc::clone) else {
            return Err((ProblemCode::WrongType, format!("is {}: a lookup finds a reference", field.value_type())));
        };
        let (range, slot) = match &reference.to {
            Lookup::External(external) => {
                check_external(external)?;
                (self.known_range(&target, &external.tag()).limit(HOLDERS), None)
            }
            Lookup::Having(fields) => {
                let (range, slot) = self.having_range(&target, fields)?;
                (range, Some(slot))
            }
        };
        Ok(Asked { reference, target, range, slot })
    }

    /// Returns where the records stand that have a value in a field.
    fn having_range(&self, target: &Object, having: &Fields) -> Result<(Range, u16), (ProblemCode, String)> {
        let mut having = having.iter();
        let (Some((key, Some(value))), None) = (having.next(), having.next()) else {
            return Err((
                ProblemCode::Malformed,
                "is looked up by no or several fields: expected one with its value".into(),
            ));
        };
        let Some(field) = target.field(key.as_str()) else {
            let problem = unknown_field(target, key.as_str());
            return Err((problem.code(), format!("is looked up by `{key}`, which {}", problem.message())));
        };
        let Some(index) = target.index_on(field.slot()).filter(|_| field.slot() >= slots::FIRST_DECLARED) else {
            let message = format!("is looked up by `{key}`, which is neither unique nor indexed");
            return Err((ProblemCode::Malformed, message));
        };
        let value = entry::value_for(&self.crm.schema, field, value)
            .map_err(|problem| (problem.code(), format!("is looked up by `{key}`, which {}", problem.message())))?;
        let Some(value) = value else {
            return Err((ProblemCode::Required, format!("is looked up by `{key}`, which has no value")));
        };
        let (tenant, name, bytes) = (self.ctx.tenant().clone(), index.name().clone(), ordered::encode(&value));
        let range = match (index.is_unique(), index.slots().len()) {
            (true, _) => Range::exact(tenant, name, &bytes).limit(HOLDERS),
            (false, 1) => Range::exact(tenant, name, &bytes).limit(PAGE),
            (false, _) => Range::prefix(tenant, name, &bytes).limit(PAGE),
        };
        Ok((range.keys(), field.slot()))
    }

    /// Returns the one record that a lookup finds. What the caller may not see is not there.
    fn look_for(&mut self, asked: &Asked<'_>) -> Result<Match, Halt> {
        let target = &asked.target;
        let standing = self.caller.load(self.crm, target, &mut self.work);
        // Whether the host's own id is free is asked in the same round.
        if let Some(id) = asked.reference.or_create.as_ref().and_then(|new| new.id.as_ref()) {
            let _ = self.work.record(target, id);
        }
        let mut range = asked.range.clone();
        let mut found = None;
        loop {
            let page = self.work.found(&range)?;
            check_places(page, self.ctx.tenant(), &[target.name().as_str()])?;
            if self.same.iter().all(|(known, _)| *known != range) {
                self.same.push((range.clone(), page.digest()));
            }
            let records: Vec<Result<Option<Arc<Record>>, Lack>> =
                page.entries().map(|entry| self.work.record(target, entry.key.id())).collect();
            let records = records.into_iter().collect::<Result<Vec<_>, _>>()?;
            standing.clone()?;
            for record in records.into_iter().flatten().filter(|record| !record.is_deleted()) {
                let shows = self.see(&record).is_some_and(|view| asked.slot.is_none_or(|slot| view.shows_slot(slot)));
                if !shows {
                    continue;
                }
                if found.replace(record.id().clone()).is_some() {
                    return Ok(Match::Several);
                }
            }
            match page.entries().last().filter(|_| page.len() == range.page_size() as usize) {
                None => return Ok(found.map_or(Match::None, Match::One)),
                Some(last) => {
                    range = range.after(last.position());
                }
            }
        }
    }

    /// Makes what was not found; what is wrong with it is told as a part of the reference: `account.name`.
    fn make(
        &mut self,
        asked: &Asked<'_>,
        new: &NewRecord,
        resolved: &mut Resolved,
        entered: &mut Entered,
    ) -> Result<Option<Id>, Halt> {
        let Reference { field, to, .. } = asked.reference;
        let mut fields = new.fields.clone();
        let tag = match to {
            Lookup::External(external) => Some(external.tag()),
            Lookup::Having(having) => {
                for (key, value) in having.iter() {
                    fields.set(key.clone(), value.cloned());
                }
                None
            }
        };
        let told = Told { external: tag.as_deref(), at: None };
        match self.create(&asked.target, new.id.as_ref(), Cow::Owned(fields), told, entered) {
            Ok((id, events, _)) => {
                resolved.events.extend(events);
                Ok(Some(id))
            }
            Err(Halt::Rejected(Rejected::Invalid(Invalid { problems }))) => {
                resolved.problems.extend(problems.iter().map(|problem| {
                    FieldProblem::new(format!("{field}.{}", problem.field()), problem.code(), problem.message())
                }));
                Ok(None)
            }
            Err(halt) => Err(halt),
        }
    }
}

impl Resolved {
    /// Returns the refusal of a command with the problems of its references beside its own.
    pub(super) fn refuse(&self, own: Halt) -> Halt {
        let Halt::Rejected(Rejected::Invalid(Invalid { problems })) = own else { return own };
        let is_told = |problem: &FieldProblem| {
            problem.code() == ProblemCode::Required && self.problems.iter().any(|told| told.field() == problem.field())
        };
        let problems: Vec<_> = problems.into_iter().filter(|problem| !is_told(problem)).collect();
        Rejected::from([problems, self.problems.clone()].concat()).into()
    }
}

/// Checks the id of a record in another system.
pub(super) fn check_external(external: &ExternalId) -> Result<(), (ProblemCode, String)> {
    let code = match external.id.as_str() {
        blank if blank.trim().is_empty() => ProblemCode::Required,
        long if long.len() > 256 => ProblemCode::TooLong,
        // An id is refused where a text is cleaned: another id would be another record's.
        odd if odd.contains(|c: char| c.is_control() || is_invisible(c)) => ProblemCode::Format,
        _ => return Ok(()),
    };
    Err((code, format!("of `{}`: expected 1 to 256 bytes, all of whose characters are seen", external.system)))
}

/// How many records with one value are looked at at once.
const PAGE: u32 = 100;

/// The same where there is one at the most: as many as are asked for to see that a unique value is free, so that both are
/// one question.
const HOLDERS: u32 = 2;

/// How a record was looked for, in words.
struct In<'a>(&'a Lookup);

impl fmt::Display for In<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Lookup::External(ExternalId { system, id }) => write!(f, "that `{system}` knows as `{}`", start_of(id)),
            Lookup::Having(fields) => {
                let first = fields.iter().next();
                let value = first.and_then(|(_, value)| value).map(Value::to_string).unwrap_or_default();
                let key = first.map(|(key, _)| key.as_str()).unwrap_or_default();
                write!(f, "whose `{key}` is `{}`", start_of(&value))
            }
        }
    }
}

fn start_of(text: &str) -> String {
    text.chars().take(80).collect()
}
