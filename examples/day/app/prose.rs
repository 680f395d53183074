//! Sentences about records and what became of them.

use guanxi::access::{ChangeView, View};
use guanxi::{Command, Outcome};

use super::names::Names;

/// Which fields tell most about a record, by object; of others the first few are told.
const TELLING: [(&str, &[&str]); 9] = [
    ("lead", &["contact_name", "region", "industry", "status", "owner", "need"]),
    ("account", &["region", "industry", "grade", "lifecycle", "owner"]),
    ("contact", &["position", "phone", "account"]),
    ("deal", &["amount", "stage", "expected_close_on", "owner"]),
    ("activity", &["kind", "lead", "deal", "ticket", "next_step"]),
    ("task", &["department", "due_at", "assignee"]),
    ("ticket", &["kind", "priority", "status", "account", "satisfaction"]),
    ("order", &["amount", "status", "payment_status", "delivery_status"]),
    ("payment", &["amount", "method", "order", "account"]),
];

/// Tells what a command did to the record that it was about.
pub fn done(names: &Names, command: &Command, outcome: &Outcome) -> String {
    let object = outcome.object();
    let own = outcome.changes().iter().find(|change| change.id() == outcome.id());
    let title = names.of(&outcome.id().to_string());
    match (command, own) {
        _ if outcome.was_done_before() => format!("{object} {title}: was done before"),
        (Command::Comment(comment), _) => {
            let to: Vec<String> =
                comment.mentions.iter().map(|id| format!("@{} ", names.of(&id.to_string()))).collect();
            format!("says about {object} {title}: “{}{}”", to.concat(), comment.text)
        }
        (Command::Event(happening), _) => format!("{object} {title}: {}", happening.name.as_str().replace('_', " ")),
        (Command::Delete(_), _) => format!("deletes {object} {title}"),
        (Command::Restore(_), _) => format!("restores {object} {title}"),
        (_, Some(change)) if change.is_creation() => match outcome.record() {
            Some(view) => format!("new {object}: {}", record(names, view)),
            None => format!("new {object}"),
        },
        (_, Some(change)) => format!("{object} {title}: {}", changes(names, change)),
        (_, None) => format!("{object} {title}: nothing new"),
    }
}

/// Returns whether a command did nothing, as when it was done before; what is said of a record does not change it.
pub fn is_idle(command: &Command, outcome: &Outcome) -> bool {
    let says = matches!(command, Command::Comment(_) | Command::Event(_));
    outcome.was_done_before() || (outcome.changes().is_empty() && !says)
}

/// Tells what rules did to another record; nothing where only times were noted.
pub fn besides(names: &Names, change: &ChangeView) -> Option<String> {
    let (object, title) = (change.object(), names.of(&change.id().to_string()));
    if change.is_creation() {
        let field = |key: &str| change.changes().iter().find(|c| *c.field() == key).and_then(|c| c.after());
        let told = ["title", "summary", "name", "subject"].into_iter().find_map(field);
        let title = told.map_or(title, |told| names.value(told));
        return Some(format!("new {object}: {title}"));
    }
    let told = changes(names, change);
    (!told.is_empty()).then(|| format!("{object} {title}: {told}"))
}

/// Tells what a record is.
pub fn record(names: &Names, view: &View) -> String {
    let fields = details(names, view);
    if fields.is_empty() { view.title() } else { format!("{} — {fields}", view.title()) }
}

/// Tells the fields that tell most.
pub fn details(names: &Names, view: &View) -> String {
    let telling = TELLING.iter().find(|(object, _)| view.object() == object);
    let told: Vec<String> = match telling {
        Some((_, keys)) => keys
            .iter()
            .filter_map(|key| Some((*key, view.get(key)?)))
            .map(|(key, value)| {
                let value = names.value(value);
                match key {
                    "need" => format!("“{value}”"),
                    "expected_close_on" => format!("closes {value}"),
                    "due_at" => format!("due {value}"),
                    "next_step" => format!("next: {value}"),
                    "satisfaction" => format!("satisfaction {value}"),
                    _ => value,
                }
            })
            .collect(),
        None => {
            let title = view.title();
            let fields = view.fields().map(|(key, value)| (key, names.value(value)));
            fields.filter(|(_, value)| *value != title).take(4).map(|(key, value)| format!("{key} {value}")).collect()
        }
    };
    told.join(", ")
}

/// Tells each change; when something last happened is noted by rules and not worth a word.
fn changes(names: &Names, change: &ChangeView) -> String {
    let told = change.changes().iter().filter(|change| !change.field().as_str().ends_with("_at"));
    let told = told.map(|change| {
        let field = change.field();
        match (change.before(), change.after()) {
            (Some(before), Some(after)) => format!("{field} {} → {}", names.value(before), names.value(after)),
            (None, Some(after)) => format!("{field} {}", names.value(after)),
            (_, None) => format!("{field} cleared"),
        }
    });
    told.collect::<Vec<_>>().join(", ")
}
