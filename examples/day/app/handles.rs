//! Names for records whose ids nobody knows before they are made.

use std::collections::BTreeMap;

use guanxi::Outcome;
use guanxi::rules::{Deed, Verdict};
use serde_json::{Map, Value as Json, json};

/// What handles such as `$yunzhou`, `$yunzhou.owner` and `$won.deal-won` stand for: what outcomes told so far.
#[derive(Debug, Default)]
pub struct Handles {
    known: BTreeMap<String, Map<String, Json>>,
}

impl Handles {
    /// Learns from an outcome, which gets a name or is about a record that has one.
    pub fn learn(&mut self, name: Option<&str>, outcome: &Outcome) {
        let id = json!(outcome.id());
        if let Some(name) = name {
            let parts = self.known.entry(name.to_owned()).or_default();
            parts.insert("id".into(), id.clone());
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
    pub fn fill(&self, json: &Json) -> Result<Json, String> {
        Ok(match json {
            Json::String(text) => self.filled(text)?.unwrap_or_else(|| json.clone()),
            Json::Array(items) => Json::Array(items.iter().map(|item| self.fill(item)).collect::<Result<_, _>>()?),
            Json::Object(parts) => {
                let filled = parts.iter().map(|(key, part)| Ok((key.clone(), self.fill(part)?)));
                Json::Object(filled.collect::<Result<_, String>>()?)
            }
            other => other.clone(),
        })
    }

    fn filled(&self, text: &str) -> Result<Option<Json>, String> {
        let Some(handle) = text.strip_prefix('$') else { return Ok(None) };
        let (name, part) = handle.split_once('.').unwrap_or((handle, "id"));
        let Some(parts) = self.known.get(name) else {
            let is_handle = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_');
            // Prices and the like are text, not handles.
            return match is_handle && name.starts_with(char::is_alphabetic) {
                true => Err(format!("`{text}`: expected the name of a line above that was run")),
                false => Ok(None),
            };
        };
        let known = || parts.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
        parts.get(part).cloned().map(Some).ok_or_else(|| format!("`{text}` is not known: expected one of {}", known()))
    }
}
