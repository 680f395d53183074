use guanxi::Command;
use guanxi::value::Instant;
use serde_json::{Value as Json, json};

use crate::dice::Dice;
use crate::faulty_store::{FaultyStore, Plan};
use crate::host::Host;

/// One thing that the host does, with the time and the seed at which it does it.
#[derive(Debug, Clone)]
pub enum Step {
    Run { now: Instant, seed: u64, command: Command },
    Tick { now: Instant, seed: u64 },
    Deliver { now: Instant, seed: u64 },
}

#[derive(Debug)]
pub struct Scenario {
    pub steps: Vec<Step>,
    pub end: Instant,
}

const SECOND: i64 = 1_000;
const DAY: i64 = 86_400 * SECOND;
const STEPS: u64 = 45;

impl Scenario {
    /// Returns a scenario, and the host that has played it undisturbed.
    pub fn generate(seed: u64) -> (Self, Host) {
        let mut dice = Dice(seed);
        let mut host = Host::new(FaultyStore::new(Plan::Never));
        let mut now: i64 = "2026-03-02T01:00:00Z".parse::<Instant>().unwrap().millis();
        let mut latest = now;
        let mut steps = Vec::new();
        let (mut leads, mut deals): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
        let users = ["li.na", "wang", "zhou"];
        let mut play = |host: &mut Host, step: Step| {
            steps.push(step.clone());
            host.step(&step)
        };
        for (n, user) in users.iter().enumerate() {
            let fields = json!({"region": if n == 2 { "west" } else { "east" }});
            let command = json!({"create": {"object": "user", "id": user, "fields": fields}});
            play(&mut host, Step::Run { now: time(now), seed: n as u64, command: read(command) });
        }
        for n in 0..STEPS {
            let seed = 1_000 + n;
            // Mostly some hours, sometimes a jump of the clock: back or ahead, by a second or by more than a year.
            now += match dice.below(12) {
                0 => SECOND,
                1 => -SECOND,
                2 => (dice.below(400) as i64 + 1) * DAY,
                3 => -((dice.below(400) as i64 + 1) * DAY),
                4 => 3 * DAY,
                _ => dice.below(40) as i64 * 3_600 * SECOND + 1,
            };
            latest = latest.max(now);
            let at = time(now);
            let command = match dice.below(14) {
                0 | 1 => Some(json!({"create": {"object": "lead", "fields": {
                    "name": format!("lead {n}"), "region": dice.one(&["east", "west", "north"]),
                    "birthday": "1988-02-29", "touched_at": at.to_string()}}})),
                2 => Some(json!({"create": {"object": "deal", "fields": {
                    "name": format!("deal {n}"), "owner": dice.one(&users), "lead": pick(&mut dice, &leads)}}})),
                3 => Some(
                    json!({"upsert": {"object": "deal", "external": {"system": "erp", "id": format!("{}", dice.below(3))},
                    "fields": {"name": format!("erp {n}"), "owner": "wang"}}}),
                ),
                4 => pick(&mut dice, &leads).map(|lead| {
                    json!({"update": {"object": "lead", "id": lead,
                    "fields": {"touched_at": at.to_string()}}})
                }),
                5 => pick(&mut dice, &leads)
                    .map(|lead| json!({"event": {"object": "lead", "id": lead, "name": "visited"}})),
                6 => pick(&mut dice, &leads)
                    .map(|lead| json!({"comment": {"object": "lead", "id": lead, "text": format!("said {n}")}})),
                7 => pick(&mut dice, &deals).map(|deal| {
                    json!({"move_stage": {"object": "deal", "id": deal,
                    "to": dice.one(&["open", "won", "lost"])}})
                }),
                8 => pick(&mut dice, &deals).map(|deal| {
                    json!({"update": {"object": "deal", "id": deal,
                    "if_revision": dice.below(3) + 1, "fields": {"name": format!("renamed {n}")}}})
                }),
                9 => {
                    let verb = dice.one(&["delete", "restore"]);
                    pick(&mut dice, &leads).map(|lead| json!({verb: {"object": "lead", "id": lead}}))
                }
                10 | 11 => {
                    play(&mut host, Step::Deliver { now: at, seed });
                    None
                }
                _ => {
                    play(&mut host, Step::Tick { now: at, seed });
                    None
                }
            };
            let Some(command) = command else { continue };
            let made = play(&mut host, Step::Run { now: at, seed, command: read(command) });
            let list = match made.as_ref().map(|outcome| outcome.object().as_str()) {
                Some("lead") => &mut leads,
                Some("deal") => &mut deals,
                _ => continue,
            };
            let id = made.unwrap().id().to_string();
            if !list.contains(&id) {
                list.push(id);
            }
        }
        // Whatever the clock did, in the end everything is due.
        let end = time(latest + 10 * DAY);
        play(&mut host, Step::Tick { now: end, seed: 9_999 });
        let end = time(latest + 1_000 * DAY);
        host.finish(end);
        assert!(host.store.keys().count() > 10);
        (Self { steps, end }, host)
    }
}

fn time(millis: i64) -> Instant {
    Instant::from_millis(millis).unwrap()
}

fn read(json: Json) -> Command {
    serde_json::from_value(json.clone()).unwrap_or_else(|error| panic!("{error}: {json}"))
}

fn pick(dice: &mut Dice, ids: &[String]) -> Option<String> {
    (!ids.is_empty()).then(|| dice.one(ids))
}

/// A company with everything that could be done twice: turns, counters, created records, effects, timers.
pub fn definition() -> Json {
    let tell = |title: &str| json!({"emit": {"kind": "note", "to": "owner", "title": title}});
    json!({
        "settings": {"utc_offset": "+08:00"},
        "objects": [
            {"key": "user", "ids": "host", "fields": [{"key": "region", "type": "text", "index": true}]},
            {"key": "lead", "fields": [
                {"key": "name", "type": "text"}, {"key": "region", "type": "text"},
                {"key": "owner", "type": "reference", "to": "user", "index": true},
                {"key": "score", "type": "integer", "default": 0, "index": true},
                {"key": "touched_at", "type": "instant"}, {"key": "birthday", "type": "date"}]},
            {"key": "deal", "stage": "stage", "fields": [
                {"key": "name", "type": "text", "unique": true},
                {"key": "owner", "type": "reference", "to": "user", "index": true},
                {"key": "lead", "type": "reference", "to": "lead", "index": true, "collection": "deals"},
                {"key": "stage", "type": "enum", "options": ["open", "won", "lost"], "default": "open", "index": true}]},
            {"key": "task", "fields": [
                {"key": "title", "type": "text"}, {"key": "owner", "type": "reference", "to": "user"},
                {"key": "lead", "type": "reference", "to": "lead", "index": true}]}
        ],
        "rules": [
            {"key": "route", "object": "lead", "on": "created", "then": [
                {"assign": {"field": "owner", "from": "user", "match": {"region": "region"}, "strategy": "round_robin"}},
                tell("route {name}")]},
            {"key": "visited", "object": "lead", "on": {"event": "visited"}, "then": [
                {"set": {"fields": {"score": "score + 10"}}}, tell("visit {name} {score}"),
                {"create": {"object": "task", "fields": {"title": {"template": "call {name}"}, "owner": "owner", "lead": "id"}}}]},
            {"key": "said", "object": "lead", "on": "commented", "then": [{"set": {"fields": {"score": "score + 1"}}}]},
            {"key": "remind", "object": "lead", "on": {"inactive": {"days": 3, "since": ["touched_at"]}}, "then": [
                tell("remind {name}"), {"set": {"fields": {"score": "score - 1"}}},
                {"create": {"object": "task", "fields": {"title": {"template": "remind {name}"}, "owner": "owner", "lead": "id"}}}]},
            {"key": "birthday", "object": "lead", "on": {"date": {"field": "birthday", "yearly": true}},
                "then": [tell("birthday {name}")]},
            {"key": "won", "object": "deal", "on": {"saved": ["stage"]}, "when": "stage == 'won'", "then": [
                tell("won {name}"), {"set": {"on": "lead", "fields": {"score": "lead.score + 100"}}}]}
        ]
    })
}
