//! What happened, as one line of JSON for each event.

use guanxi::crm::Ticked;
use serde_json::{Value as Json, json};

use super::fetches::Fetches;
use super::host::{Happened, Told};

/// Returns an event and the end of its line.
pub fn told(told: &Told) -> String {
    let mut json = json!({ "at": told.at, "by": told.who.id() });
    let (key, what) = match &told.what {
        Happened::Done(command, outcome) => {
            json["command"] = json!(command);
            json["fetches"] = json!(outcome.fetches());
            ("outcome", json!(outcome))
        }
        Happened::Refused(kind, object, rejected) => {
            json["command"] = json!(kind);
            json["object"] = json!(object);
            ("rejected", json!(rejected))
        }
        Happened::Passed(why) => ("passed_over", json!(why)),
        Happened::Ticked(all) => ("ticked", ticked(all)),
        Happened::Sent(effects) => ("sent", json!(effects)),
        Happened::Answered(ask, answer) => {
            json["ask"] = json!(ask);
            ("view", json!(answer))
        }
    };
    json[key] = what;
    format!("{json}\n")
}

/// Returns the last line.
pub fn fetches(fetches: &Fetches) -> String {
    let rounds: Vec<Json> =
        fetches.rounds().map(|(rounds, commands)| json!({ "fetches": rounds, "commands": commands })).collect();
    format!("{}\n", json!({ "fetches": rounds }))
}

fn ticked(all: &[Ticked]) -> Json {
    let fired: Vec<_> = all.iter().flat_map(|ticked| &ticked.fired).collect();
    let vanished: usize = all.iter().map(|ticked| ticked.vanished.len()).sum();
    let failed = all.iter().flat_map(|ticked| &ticked.failed);
    let failed: Vec<_> = failed
        .map(|(timer, why)| json!({ "rule": timer.rule(), "object": timer.object(), "record": timer.record(), "rejected": why }))
        .collect();
    json!({ "fired": fired, "vanished": vanished, "failed": failed })
}
