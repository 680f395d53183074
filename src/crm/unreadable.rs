use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use crate::schema::Problems;
use crate::value::Name;

/// What could not be read of a definition, and which elements of its lists are therefore not among those that were.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Unreadable {
    problems: Problems,
    // INVARIANT: the positions of one list ascend.
    missing: Vec<(&'static str, usize)>,
}

impl Unreadable {
    /// Returns what is wrong.
    pub(super) fn problems(&self) -> &Problems {
        &self.problems
    }

    /// Notes the problem `message` at `path`.
    pub(super) fn add(&mut self, path: impl Into<String>, message: impl std::fmt::Display) {
        self.problems.add(path, message);
    }

    /// Reads one part of a definition.
    pub(super) fn one<T: DeserializeOwned>(&mut self, json: Json, part: &str) -> Option<T> {
        serde_json::from_value(json).map_err(|error| self.add(part, in_words(&error))).ok()
    }

    /// Reads what can be read of a list that has `known` elements already, and notes the rest, element by element.
    pub(super) fn list<T: DeserializeOwned>(&mut self, json: Json, part: &'static str, known: usize) -> Vec<T> {
        let Json::Array(elements) = json else {
            self.add(part, "expected a list");
            return Vec::new();
        };
        let first = self.position(part, known);
        let read = |(position, json): (usize, Json)| {
            // A position counts what was there before; its key finds the element in the file that it came from.
            let key = json.get("key").and_then(Json::as_str).and_then(|key| Name::new(key).ok());
            let message = match serde_json::from_value(json) {
                Ok(read) => return Some(read),
                Err(error) => in_words(&error),
            };
            let position = first.saturating_add(position);
            self.missing.push((part, position));
            self.add(format!("{part}[{position}]"), in_element(&message, key.as_ref()));
            None
        };
        elements.into_iter().enumerate().filter_map(read).collect()
    }

    /// Returns where the `n`-th element that could be read of a list stands in what was read.
    pub(super) fn position(&self, part: &str, n: usize) -> usize {
        let missing = self.missing.iter().filter(|(of, _)| *of == part);
        missing
            .fold(n, |position, (_, missing)| if *missing <= position { position.saturating_add(1) } else { position })
    }
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
