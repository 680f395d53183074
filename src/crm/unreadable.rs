use std::collections::BTreeMap;

use serde::de::{Deserialize, DeserializeOwned};
use serde_json::{Value as Json, json};

use super::pieces::take_wrong;
use crate::expr::nearest::nearest;
use crate::schema::{ObjectDef, Problems};
use crate::value::Name;

/// The most elements of a list that are told one by one.
const MOST: usize = 100;

/// What could not be read of a definition, and which elements of its lists are therefore not among those that were.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Unreadable {
    problems: Problems,
    /// By list: the positions that have no element, with the key of what could not be read there.
    // INVARIANT: none of them empty, so that definitions are equal whose elements are.
    missing: BTreeMap<&'static str, BTreeMap<usize, Option<Name>>>,
    /// Objects of which only a part could be read.
    half_read: Vec<ObjectDef>,
}

impl Unreadable {
    /// Returns what is wrong.
    pub(super) fn problems(&self) -> &Problems {
        &self.problems
    }

    /// Returns what could be read of objects that cannot be read as a whole: what refers to them is not wrong for that.
    pub(super) fn half_read(&self) -> &[ObjectDef] {
        &self.half_read
    }

    /// Notes the problem `message` at `path`.
    pub(super) fn add(&mut self, path: impl Into<String>, message: impl std::fmt::Display) {
        self.problems.add(path, message);
    }

    /// Notes that a list was to be changed at `key`, which it lacks: unless it is there and cannot be read, which is told.
    pub(super) fn add_no_such<'k>(&mut self, part: &'static str, key: &str, known: impl Iterator<Item = &'k Name>) {
        let mut unread = self.missing.get(part).into_iter().flat_map(BTreeMap::values).flatten();
        if unread.any(|unread| unread == key) {
            return;
        }
        let hint = nearest(key, known.map(Name::as_str)).map(|near| format!("; did you mean `{near}`?"));
        let one = part.trim_end_matches('s');
        self.add(part, format_args!("no {one} `{key}` to change{}", hint.unwrap_or_default()));
    }

    /// Reads one part of a definition.
    pub(super) fn one<T: DeserializeOwned>(&mut self, json: Json, part: &str) -> Option<T> {
        serde_json::from_value(json).map_err(|error| self.add(part, in_words(&error))).ok()
    }

    /// Reads what can be read of a list that has `known` elements already, and notes the rest, element by element
    /// and, where pieces of one are at fault, piece by piece.
    pub(super) fn list<T: DeserializeOwned>(&mut self, json: Json, part: &'static str, known: usize) -> Vec<T> {
        let Json::Array(elements) = json else {
            self.add(part, "expected a list");
            return Vec::new();
        };
        let mut missing = self.missing.remove(part).unwrap_or_default();
        let first = known.saturating_add(missing.len());
        let (mut read, mut unread) = (Vec::new(), 0_usize);
        for (position, mut json) in (first..).zip(elements) {
            // A position counts what was there before; its key finds the element in the file that it came from.
            let key = json.get("key").and_then(Json::as_str).and_then(|key| Name::new(key).ok());
            let error = match T::deserialize(&json) {
                Ok(element) => {
                    read.push(element);
                    continue;
                }
                Err(error) => error,
            };
            let mut wrong = take_wrong(part, &mut json);
            if wrong.is_empty() {
                wrong.push((String::new(), error));
            }
            for (place, error) in wrong {
                unread = unread.saturating_add(1);
                if unread <= MOST {
                    let message = in_element(&in_words(&error), key.as_ref());
                    self.problems.add(format!("{part}[{position}]{place}"), message);
                }
            }
            if part == "objects" {
                self.half_read.extend(key.as_ref().and_then(|key| half_read(key, json)));
            }
            missing.insert(position, key);
        }
        if !missing.is_empty() {
            self.missing.insert(part, missing);
        }
        if unread > MOST {
            self.add(part, format_args!("has {} more that cannot be read", unread.saturating_sub(MOST)));
        }
        read
    }

    /// Returns where the elements of a list stand in what was read, one after the other.
    pub(super) fn positions(&self, part: &str) -> impl Iterator<Item = usize> {
        let missing = self.missing.get(part);
        (0_usize..).filter(move |position| missing.is_none_or(|missing| !missing.contains_key(position)))
    }

    /// Removes what has `key` from a list of a definition; nothing there is a problem.
    pub(super) fn remove<T>(&mut self, part: &'static str, list: &mut Vec<T>, key: &str, key_of: impl Fn(&T) -> &Name) {
        let placed = self.positions(part).zip(list.iter());
        let gone: Vec<_> = placed.filter(|(_, one)| key_of(one) == key).map(|(position, _)| (position, None)).collect();
        if gone.is_empty() {
            self.add_no_such(part, key, list.iter().map(key_of));
            return;
        }
        self.missing.entry(part).or_default().extend(gone);
        list.retain(|one| key_of(one) != key);
    }
}

/// Returns what can be read of an object without its pieces that cannot be read: at the least that there is one.
fn half_read(key: &Name, mut json: Json) -> Option<ObjectDef> {
    if let Ok(object) = ObjectDef::deserialize(&json) {
        return Some(object);
    }
    let fields = json.get_mut("fields").map(Json::take).unwrap_or_else(|| Json::Array(Vec::new()));
    serde_json::from_value(json!({"key": key, "fields": fields})).ok()
}

/// Returns what is wrong in the element of a list that has `key`.
pub(super) fn in_element(message: &str, key: Option<&Name>) -> String {
    match key {
        Some(key) => format!("{message} (in `{key}`)"),
        None => message.to_owned(),
    }
}

/// Returns what is wrong, for people who write JSON: the reader speaks of its own terms where a name stands alone.
fn in_words(error: &serde_json::Error) -> String {
    match error.to_string().as_str() {
        "invalid type: unit variant, expected newtype variant" => {
            "a name stands alone: expected an object with it as the key, such as {\"updated\":[\"stage\"]}, \
             {\"list\":\"text\"} or {\"set\":{…}}"
                .into()
        }
        "invalid value: map, expected map with a single key" => {
            "an object has no or several keys: expected one, such as {\"updated\":[\"stage\"]} or {\"set\":{…}}".into()
        }
        other => other.to_owned(),
    }
}
