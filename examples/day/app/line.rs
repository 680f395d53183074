//! One line of input: when, who, what.

use guanxi::Command;
use guanxi::value::Instant;
use serde_json::{Map, Value as Json, json};

use super::ask::Ask;

/// One line of input. Command, question and caller stay JSON until the line is run, because they may hold handles such
/// as `$yunzhou.owner`.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// When.
    pub at: Instant,
    /// Who.
    pub who: Json,
    /// What to call the record that comes of it.
    pub name: Option<String>,
    /// What.
    pub what: What,
}

/// What a line wants.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// A command.
    Command(Json),
    /// A query.
    Ask(Json),
    /// Fire the timers that are due.
    Tick,
    /// Send the effects that wait.
    Deliver,
}

impl Line {
    /// A command.
    pub fn command(at: Instant, who: Json, command: &Command) -> Self {
        Self { at, who, name: None, what: What::Command(json!(command)) }
    }

    /// A query.
    pub fn ask(at: Instant, who: Json, ask: &Ask) -> Self {
        Self { at, who, name: None, what: What::Ask(json!(ask)) }
    }

    /// Fires timers.
    pub fn tick(at: Instant) -> Self {
        Self { at, who: system("clock"), name: None, what: What::Tick }
    }

    /// Sends effects.
    pub fn deliver(at: Instant) -> Self {
        Self { at, who: system("outbox"), name: None, what: What::Deliver }
    }

    /// Names the record that comes of the command.
    pub fn named(mut self, name: &str) -> Self {
        self.name = Some(name.to_owned());
        self
    }

    /// Reads a line; an error says what was expected.
    pub fn read(text: &str) -> Result<Self, String> {
        let json: Json = serde_json::from_str(text).map_err(|error| format!("not JSON: {error}"))?;
        let Json::Object(mut parts) = json else { return Err("expected a JSON object".into()) };
        let at = match parts.remove("at") {
            Some(Json::String(at)) => at.parse().map_err(|error| format!("`at` is {error}"))?,
            Some(_) => return Err("`at`: expected a time as text, such as \"2026-03-02T09:00:00+08:00\"".into()),
            None => return Err("`at` is missing: expected a time such as \"2026-03-02T09:00:00+08:00\"".into()),
        };
        let name = match parts.remove("name") {
            None => None,
            Some(Json::String(name)) if is_handle(&name) => Some(name),
            Some(_) => return Err("`name`: expected letters, digits, `-` and `_` as text".into()),
        };
        let who = parts.remove("as");
        let what = what(&mut parts)?;
        if let Some((key, _)) = parts.into_iter().next() {
            let expected = "expected `at`, `as`, `name` and one of `command`, `ask`, `tick`, `deliver`";
            return Err(format!("unknown part `{key}`: {expected}"));
        }
        let who = match (who, &what) {
            (Some(who), _) => who,
            (None, What::Tick) => system("clock"),
            (None, What::Deliver) => system("outbox"),
            (None, _) => {
                return Err(r#"`as` is missing: expected {"user":"…","roles":["…"]} or {"system":"…"}"#.into());
            }
        };
        Ok(Self { at, who, name, what })
    }

    /// Returns the line as [`Line::read`] reads it.
    pub fn to_json(&self) -> Json {
        let mut parts = Map::new();
        parts.insert("at".into(), json!(self.at));
        parts.insert("as".into(), self.who.clone());
        if let Some(name) = &self.name {
            parts.insert("name".into(), json!(name));
        }
        let (key, what) = match &self.what {
            What::Command(command) => ("command", command.clone()),
            What::Ask(ask) => ("ask", ask.clone()),
            What::Tick => ("tick", json!(true)),
            What::Deliver => ("deliver", json!(true)),
        };
        parts.insert(key.into(), what);
        Json::Object(parts)
    }
}

/// Returns the caller that is the host's own automation.
pub fn system(name: &str) -> Json {
    json!({ "system": name })
}

/// Returns the caller that is a person with one role.
pub fn user(id: &str, role: &str) -> Json {
    json!({ "user": id, "roles": [role] })
}

fn what(parts: &mut Map<String, Json>) -> Result<What, String> {
    let mut found = Vec::new();
    for key in ["command", "ask", "tick", "deliver"] {
        found.extend(parts.remove(key).map(|json| (key, json)));
    }
    let [(key, json)] = found.as_slice() else {
        return Err("expected exactly one of `command`, `ask`, `tick`, `deliver`".into());
    };
    match (*key, json) {
        ("command", json) => Ok(What::Command(json.clone())),
        ("ask", json) => Ok(What::Ask(json.clone())),
        ("tick", Json::Bool(true)) => Ok(What::Tick),
        ("deliver", Json::Bool(true)) => Ok(What::Deliver),
        (key, _) => Err(format!("`{key}`: expected `true`")),
    }
}

fn is_handle(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_')
}
