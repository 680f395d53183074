use std::collections::BTreeMap;
use std::sync::Arc;

use super::acting::{Acting, Halt, key_at};
use super::rule::Assign;
use super::trace::Deed;
use super::{Cursor, Lack, Strategy, Workset, check_places};
use crate::expr::{Env, Program, Row, Scope, Slot};
use crate::record::{Glimpse, Record};
use crate::schema::Field;
use crate::store::{Range, Stored};
use crate::value::{Id, Key, Name, Revision, Value, ValueType, ordered};

/// The object name under which rotations are stored.
pub const CURSOR: &str = "cursor";

/// The rotations that a decision reads and moves.
#[derive(Debug, Default)]
pub struct Rotations {
    cursors: BTreeMap<Id, Rotation>,
}

/// A rotation as it was stored, and as it is now.
#[derive(Debug)]
pub struct Rotation {
    /// The stored revision; `None` when nobody had a turn yet.
    pub stored: Option<Revision>,
    /// Whose turn it is now; `None` until somebody had one.
    pub now: Option<Cursor>,
}

impl Rotations {
    /// Returns the rotations that moved.
    pub fn moved(&self) -> impl Iterator<Item = (Option<Revision>, &Cursor)> {
        self.cursors.values().filter_map(|rotation| Some((rotation.stored, rotation.now.as_ref()?)))
    }

    /// Returns whose turn it was last, or notes the wish to know.
    fn last(&mut self, id: &Id, work: &mut Workset<'_>) -> Result<Option<Id>, Lack> {
        if let Some(now) = self.cursors.get(id).and_then(|rotation| rotation.now.as_ref()) {
            return Ok(Some(now.last().clone()));
        }
        let key = Key::new(work.tenant().clone(), Name::known(CURSOR), id.clone());
        let stored = work.reader().record(&key).ok_or(Lack::Asked)?;
        let cursor = match stored {
            None => None,
            Some(stored) => Some(Cursor::from_stored(id.clone(), &stored.body).map_err(|_| Lack::Corrupt(key))?),
        };
        self.cursors.insert(id.clone(), Rotation { stored: stored.map(|stored| stored.revision), now: None });
        Ok(cursor.map(|cursor| cursor.last().clone()))
    }

    fn take_turn(&mut self, id: Id, last: Id) {
        let rotation = self.cursors.entry(id.clone()).or_insert(Rotation { stored: None, now: None });
        rotation.now = Some(Cursor::new(id, last));
    }
}

impl Acting<'_, '_> {
    /// Chooses somebody and writes him, with what is copied along, into the record.
    pub(super) fn assign(&mut self, position: usize, assign: &Assign, record: &Arc<Record>) -> Result<(), Halt> {
        if !assign.replace && record.at(assign.field).is_some() {
            self.leave_out(format!("`{}` has a value already", key_at(record, assign.field)));
            return Ok(());
        }
        let rotations = &mut self.tally.rotations;
        let (chosen, turn, how) =
            match choose(assign, &self.rule.key, position, record, self.work, rotations, self.env)? {
                Choice::Chosen { record: chosen, turn, how } => (Some(chosen), turn, how),
                Choice::Nobody { because } => (None, None, because),
            };
        let id = match (&chosen, &assign.otherwise) {
            (Some(chosen), _) => Some(chosen.id().clone()),
            (None, Some(otherwise)) => self.value(otherwise, record)?.and_then(|value| as_id(&value)),
            (None, None) => None,
        };
        let Some(id) = id else {
            self.leave_out(format!("assigned to nobody: {how}"));
            return Ok(());
        };
        let mut values = vec![(assign.field, Some(Value::Reference(id.clone())))];
        if let Some(chosen) = &chosen {
            values.extend(assign.copy.iter().map(|&(ours, theirs)| (ours, chosen.at(theirs).cloned())));
        } else if self.dangling(self.object, assign.field, &Value::Reference(id.clone()))?.is_some() {
            self.leave_out(format!("assigned to nobody: {how}, and there is no `{id}`"));
            return Ok(());
        }
        // A team without its owner would be somebody else's.
        self.put(record, Some(assign.field), values)?;
        let now = self.work.record(self.object, self.id)?;
        // Where the write lost to another rule, or was not allowed, that is told already and nobody has had a turn.
        let Some(field) = now
            .filter(|now| now.at(assign.field).and_then(Value::as_id) == Some(&id))
            .and(self.object.at(assign.field))
        else {
            return Ok(());
        };
        if let (Some(turn), Some(chosen)) = (turn, chosen) {
            self.tally.rotations.take_turn(turn, chosen.id().clone());
        }
        self.did.push(Deed::Assigned { field: field.key().clone(), to: id, how });
        Ok(())
    }
}

fn as_id(value: &Value) -> Option<Id> {
    match value {
        Value::Reference(id) => Some(id.clone()),
        other => other.as_str().and_then(|text| Id::new(text).ok()),
    }
}

/// Who was chosen, and how; or why nobody.
#[derive(Debug)]
enum Choice {
    /// The rotation in which it was the chosen one's turn, if any.
    Chosen {
        record: Arc<Record>,
        turn: Option<Id>,
        how: String,
    },
    Nobody {
        because: String,
    },
}

/// Chooses among the candidates that match `record`.
fn choose(
    assign: &Assign,
    rule: &Name,
    operation: usize,
    record: &Arc<Record>,
    work: &mut Workset<'_>,
    rotations: &mut Rotations,
    env: &Env,
) -> Result<Choice, Lack> {
    let Some(object) = work.schema().objects().get(usize::from(assign.from)).map(Arc::clone) else {
        return Ok(Choice::Nobody { because: "nobody to choose from".into() });
    };
    let mut wanted = Vec::with_capacity(assign.matching.len());
    let mut group = Vec::new();
    for &(theirs, ours) in &assign.matching {
        let value = object.at(theirs).and_then(|field| like(field, record.at(ours)?));
        let Some(value) = value else {
            let key = record.object().at(ours).map_or("?", |field| field.key().as_str());
            return Ok(Choice::Nobody { because: format!("`{key}` has no value to match") });
        };
        ordered::push(&mut group, Some(&value));
        wanted.push((theirs, value));
    }
    let Some((first, index)) = wanted.iter().find_map(|(slot, v)| Some((v, object.index_on(*slot)?))) else {
        return Ok(Choice::Nobody { because: "no index finds the candidates".into() });
    };
    let most = work.schema().limits().candidates;
    let limit = most.saturating_add(1);
    let range = Range::prefix(work.tenant().clone(), index.name().clone(), &ordered::encode(first)).limit(limit);
    // The turn is asked for together with the candidates, so that one round is enough.
    let cursor = Cursor::id_of(rule, operation, &group);
    let last = match assign.strategy {
        Strategy::RoundRobin => rotations.last(&cursor, work),
        Strategy::First => Ok(None),
    };
    let mut read: Vec<u16> = assign.matching.iter().map(|&(theirs, _)| theirs).collect();
    let of_condition = assign.condition.iter().flat_map(Program::slots);
    read.extend(of_condition.filter_map(|slot| u16::try_from(slot.number()).ok()));
    let found = work.found(&range)?;
    let last = last?;
    check_places(found, work.tenant(), &[object.name().as_str()])?;
    if found.len() > most as usize {
        // Whoever is behind the limit would never have a turn.
        return Ok(Choice::Nobody { because: format!("there are more than {most} candidates to look at") });
    }
    let suits = |row: &dyn Row| {
        wanted.iter().all(|(slot, value)| holds(row.get(Slot::new(u32::from(*slot))), value))
            && assign.condition.as_ref().is_none_or(|condition| condition.test(Scope::new(row, env)).is_true())
    };
    // What this decision has written counts as it is now, wherever it is found.
    let written = work.written(&object);
    let mut candidates: Vec<(&Id, Option<(&Key, &Stored)>)> = Vec::with_capacity(found.len());
    for (entry, stored) in found.records() {
        let id = entry.key.id();
        if written.binary_search_by(|written| written.id().cmp(id)).is_ok() {
            continue;
        }
        let candidate = Glimpse::from_stored(&object, id, &stored.body, &read);
        let candidate = candidate.map_err(|_| Lack::Corrupt(entry.key.clone()))?;
        if !candidate.is_deleted() && suits(&candidate) {
            candidates.push((id, Some((&entry.key, stored))));
        }
    }
    let of_written = written.iter().filter(|written| !written.is_deleted() && suits(written.as_ref()));
    candidates.extend(of_written.map(|written| (written.id(), None)));
    candidates.sort_by_key(|(id, _)| *id);
    let count = candidates.len();
    let mut position = 0;
    if let (Strategy::RoundRobin, Some(last)) = (assign.strategy, &last) {
        position = candidates.iter().position(|(id, _)| *id > last).unwrap_or(0);
    }
    let chosen = match candidates.get(position) {
        None => None,
        Some((_, Some((key, stored)))) => Some(work.adopt(&object, key, stored)?),
        Some((id, None)) => written.iter().find(|written| written.id() == *id).map(Arc::clone),
    };
    let Some(chosen) = chosen else {
        return Ok(Choice::Nobody { because: "no candidate matches".into() });
    };
    let (turn, how) = match assign.strategy {
        Strategy::RoundRobin => (Some(cursor), format!("turn {} of {count} in rotation", position + 1)),
        Strategy::First => (None, format!("first of {count}")),
    };
    Ok(Choice::Chosen { record: chosen, turn, how })
}

/// Returns a value as the candidate's field would hold it: options, texts and tags are compared by their text.
fn like(field: &Field, value: &Value) -> Option<Value> {
    let item = match field.value_type() {
        ValueType::List(item) => item.as_ref(),
        ValueType::Tags => &ValueType::Text,
        other => other,
    };
    match (item, value.as_str()) {
        (ValueType::Text, Some(text)) => Some(Value::text(text)),
        (ValueType::Enum, Some(text)) => Some(Value::option(text)),
        _ => (value.value_type() == *item).then(|| value.clone()),
    }
}

fn holds(have: Option<&Value>, wanted: &Value) -> bool {
    match have {
        Some(Value::Tags(tags)) => wanted.as_str().is_some_and(|tag| tags.contains(tag)),
        Some(Value::List(items)) => items.contains(wanted),
        Some(value) => value == wanted,
        None => false,
    }
}
