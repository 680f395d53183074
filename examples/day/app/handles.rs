//! Names for records whose ids nobody knows before they are made.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use guanxi::Outcome;
use guanxi::rules::{Deed, Verdict};
use serde_json::{Map, Value as Json, json};

/// What handles such as `$yunzhou`, `$yunzhou.owner` and `$won.deal-won` stand for: what outcomes told so far.
#[derive(Debug, Default)]
pub struct Handles {
    known: BTreeMap<String, Map<String, Json>>,
    /// The names of what changed nothing, as when it was done before: what rules did then is not told again.
    idle: BTreeSet<String>,
}

/// Why a handle stands for nothing.
#[derive(Debug)]
pub enum Missing {
    /// It is none; what was expected.
    Unknown(String),
    /// What it stands for is told when its command is done, which was on an earlier run.
    ToldBefore(String),
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(why) | Self::ToldBefore(why) => f.write_str(why),
        }
    }
}

impl Handles {
    /// Learns from an outcome, which gets a name or is about a record that has one.
    pub fn learn(&mut self, name: Option<&str>, outcome: &Outcome) {
        let id = json!(outcome.id());
        if let Some(name) = name {
            let parts = self.known.entry(name.to_owned()).or_default();
            parts.insert("id".into(), id.clone());
            if outcome.changes().is_empty() {
                self.idle.insert(name.to_owned());
            }
            for step in outcome.trace().fired() {
                let Verdict::Fired { did, .. } = &step.verdict else { continue };
                let created = did.iter().find_map(|deed| match deed {
                    Deed::Created { record, .. } => Some(record),
                    _ => None,
                });
                if let Some(record) = created {
                    parts.insert(step.rule.to_string(), json!(record));
                }
            }
        }
        let Some(view) = outcome.record() else { return };
        for parts in self.known.values_mut().filter(|parts| parts.get("id") == Some(&id)) {
            parts.insert("revision".into(), json!(view.revision()));
            parts.extend(view.fields().map(|(key, value)| (key.to_string(), value.to_json())));
        }
    }

    /// Puts what is known in the place of every text that is a handle and nothing else.
    pub fn fill(&self, json: &Json) -> Result<Json, Missing> {
        Ok(match json {
            Json::String(text) => self.filled(text)?.unwrap_or_else(|| json.clone()),
            Json::Array(items) => Json::Array(items.iter().map(|item| self.fill(item)).collect::<Result<_, _>>()?),
            Json::Object(parts) => {
                let filled = parts.iter().map(|(key, part)| Ok((key.clone(), self.fill(part)?)));
                Json::Object(filled.collect::<Result<_, Missing>>()?)
            }
            other => other.clone(),
        })
    }

    fn filled(&self, text: &str) -> Result<Option<Json>, Missing> {
        let Some(handle) = text.strip_prefix('$') else { return Ok(None) };
        let (name, part) = handle.split_once('.').unwrap_or((handle, "id"));
        let Some(parts) = self.known.get(name) else {
            let is_handle = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_');
            // Prices and the like are text, not handles.
            return match is_handle && name.starts_with(char::is_alphabetic) {
                true => Err(Missing::Unknown(format!("`{text}`: expected the name of a line above that was run"))),
                false => Ok(None),
            };
        };
        if let Some(known) = parts.get(part) {
            return Ok(Some(known.clone()));
        }
        if self.idle.contains(name) {
            let message = format!("`{text}` is told when `{name}` is done, and this time it changed nothing");
            return Err(Missing::ToldBefore(message));
        }
        let known = parts.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
        Err(Missing::Unknown(format!("`{text}` is not known: expected one of {known}")))
    }
}
