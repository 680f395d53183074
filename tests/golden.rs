//! The formats that others rely on: every public JSON, and every stored byte, as they were committed.
//!
//! `GOLDEN=write cargo test --test golden`, twice, writes the files anew; look at the difference before committing. Those in
//! `golden/v1` are what version 1 of the stored forms wrote: once that is released, they are never written again.

#[path = "golden/compare.rs"]
mod compare;
#[path = "golden/dump.rs"]
mod dump;
#[path = "golden/story.rs"]
mod story;

use guanxi::crm::{Page, PageCursor, RunError};
use guanxi::expr::Expr;
use guanxi::record::{Draft, Fields, Record};
use guanxi::rules::{Cursor, Effect, EffectKey, Occasions, Timer};
use guanxi::store::{ChangeSet, MemoryStore, Store};
use guanxi::value::{Id, Instant, Money, Value};
use guanxi::{Command, Crm, Definition, Query, Rejected};
use serde_json::{Value as Json, json};

use compare::{golden, golden_text, read};
use dump::{KINDS, Kind};
use story::{Broken, COMMANDS, Contested, Story, definition, name};

#[test]
fn a_definition_is_written_as_it_is_read() {
    golden("definition", &definition());
    let strict: Definition = serde_json::from_str(&read("definition.json")).unwrap();
    assert_eq!(strict, definition());
    let nothing = Definition::new().compile().unwrap();
    assert_eq!(nothing.rules().rules().len(), 0);
    golden("definition_defaults", &Definition::new());
}

#[test]
fn what_is_wrong_with_a_definition_has_a_form() {
    let mistaken = Definition::from_json(
        r#"{"objects": [{"key": "lead", "fields": [{"key": "region", "type": "txet"}]}], "rulez": [], "budget": {}, "budget": {},
            "rules": [{"key": "r", "object": "laed", "on": "created", "then": []}]}"#,
    );
    golden("problems", &mistaken.compile().unwrap_err());
    golden("findings", &definition().compile().unwrap().findings());
}

#[test]
fn commands_are_written_as_they_are_read() {
    let commands: Vec<Command> = serde_json::from_str(&read("commands.json")).unwrap();
    golden("commands", &commands);
    let kinds: Vec<_> = commands.iter().map(Command::kind).collect();
    assert_eq!(kinds, COMMANDS);
}

#[test]
fn fields_are_written_as_they_are_read() {
    let fields: Fields = [
        ("bool", Some(Value::Bool(true))),
        ("cleared", None),
        ("integer", Some(Value::Integer(-7))),
        ("list", Some(Value::List(guanxi::value::List::new([Value::text("a"), Value::text("b")]).unwrap()))),
        ("money", Some(Value::Money("CNY 9.90".parse::<Money>().unwrap()))),
        ("text", Some(Value::text("云舟"))),
    ]
    .into_iter()
    .map(|(key, value)| (name(key), value))
    .collect();
    golden("fields", &fields);
    assert_eq!(serde_json::from_str::<Fields>(&read("fields.json")).unwrap(), fields);

    // Whatever JSON has no form for is text, which its field reads back.
    let typed = [
        Value::Decimal("0.75".parse().unwrap()),
        Value::Date("2026-02-17".parse().unwrap()),
        Value::Instant("2026-03-02T09:00:00.250+08:00".parse().unwrap()),
        Value::Duration("PT36H".parse().unwrap()),
        Value::option("won"),
        Value::Reference("li.na".parse().unwrap()),
        Value::Reference(Id::from_uuid_bytes([7; 16])),
        Value::Money("JPY 500".parse().unwrap()),
        Value::Tags(["vip", "华东"].into_iter().collect()),
    ];
    golden("values", &typed);
    let written: Vec<Json> = serde_json::from_str(&read("values.json")).unwrap();
    for (json, value) in written.iter().zip(&typed) {
        assert_eq!(Value::from_json(json, &value.value_type()).as_ref(), Ok(value));
    }
}

#[test]
fn expressions_have_two_forms() {
    let texts = [
        "region in ['east', 'west'] && !has(owner) || sealed",
        "changed(stage) && old.stage != new.stage && newly(stage == 'won')",
        "amount >= money('CNY 100.00') ? 'A' : 'B'",
        "account.grade == 'A' && seats * 2 + 1 - 3 / 4 % 5 < -seats",
        "probability <= 12.50 && probability > 0",
        "date('2026-03-02') + days(2) > today",
        "timestamp('2026-03-02T09:00:00Z') < now + duration('PT36H') - hours(1) - minutes(2)",
        "within(touched_at, days(30)) && days_since(touched_at) > 3",
        "name.contains('云') && name.startsWith('a') && name.endsWith('b') && size(name) > 2",
        "exists(deals, d, d.stage == 'won') && count(deals) > 1 && count(deals, d, d.stage == 'lost') == 0",
        "sum(deals, d, d.amount, d.stage == 'won') > 'CNY 5.00' && latest(activities, a, a.at) < now",
        "phones.exists(p, p == '') && phones.all(i, p, i < 9) && phones.exists_one(p, p.trim() == 'x')",
        "size(phones.filter(p, p != '').map(p, p.lowerAscii() + 'x')) > 1u",
        "phones.transformList(i, p, i > 0, p)[0].upperAscii() == 'X' && name.matches('^a+$')",
        "created_at.getHours() >= 9 && created_at.getDayOfWeek('+08:00') != 0 && business_days_since(created_at) > 2",
        "int('12') + int(string(3)) > 1 && double('1.5') == dyn(1.5) && bool('t')",
        "timestamp(seats) > duration(name) + created_at",
        r#"name == "a\n\"b\" \u4e91" || note == '''multi
line'''"#,
    ];
    let both: Vec<_> = texts
        .iter()
        .map(|text| {
            let expr: Expr = text.parse().unwrap();
            json!({"text": expr, "tree": expr.to_json()})
        })
        .collect();
    golden("expressions", &both);
    let committed: Vec<Json> = serde_json::from_str(&read("expressions.json")).unwrap();
    for (both, text) in committed.iter().zip(texts) {
        let expr: Expr = text.parse().unwrap();
        assert_eq!(serde_json::from_value::<Expr>(both["text"].clone()).unwrap(), expr);
        assert_eq!(Expr::from_json(&both["tree"]).unwrap(), expr);
    }
}

#[test]
fn what_a_command_did_has_a_form() {
    let story = Story::told();
    for (name, outcome) in &story.outcomes {
        golden(&format!("outcome_{name}"), outcome);
        // The trace is part of the outcome, and has the same form by itself.
        let json = serde_json::to_value(outcome).unwrap();
        assert_eq!(json["trace"], serde_json::to_value(outcome.trace()).unwrap());
    }
}

#[test]
fn what_is_asked_is_answered_in_a_form() {
    let mut story = Story::told();
    answers(&mut story.store.inner, &story.crm);
    let form = Draft::new(name("deal")).set("stage", "lost");
    golden("form", &story.crm.form(&story.ctx, &form).unwrap());
    let form = story.crm.form(&story.as_user("li.na", "sales"), &Draft::new(name("account"))).unwrap();
    golden("form_for_sales", &form);
}

/// Asks everything of the story's end.
fn answers(store: &mut MemoryStore, crm: &Crm) {
    let story = Story::without_store();
    let (automation, sales) = (&story.ctx, story.as_user("li.na", "sales"));
    let deals = crm.ask(store, automation, &Query::list(name("deal"))).unwrap();
    let accounts = crm.ask(store, automation, &Query::list(name("account"))).unwrap();
    let titled =
        |page: &Page, title: &str| page.records.iter().find(|view| view.title() == title).unwrap().id().clone();
    let (account, deal) = (titled(&accounts, "上海云舟科技有限公司"), titled(&deals, "云舟 2026"));
    golden("view", &crm.ask(store, automation, &Query::get(name("deal"), deal.clone())).unwrap());
    golden("view_for_sales", &crm.ask(store, &sales, &Query::get(name("deal"), deal.clone())).unwrap());
    let page = Query::list(name("deal")).sort(name("close_on")).page_size(1);
    let page = crm.ask(store, automation, &page).unwrap();
    golden("page", &page);
    let cursor = page.next.unwrap();
    assert_eq!(cursor.to_string().parse::<PageCursor>().unwrap(), cursor);
    let rest = Query::list(name("deal")).sort(name("close_on")).after(cursor);
    golden("page_last", &crm.ask(store, automation, &rest).unwrap());
    golden("timeline", &crm.ask(store, automation, &Query::timeline(name("account"), account.clone())).unwrap());
    golden("stages", &crm.ask(store, automation, &Query::stages(name("deal"), deal.clone())).unwrap());
    golden("timeline_of_deal", &crm.ask(store, &sales, &Query::timeline(name("deal"), deal)).unwrap());
    golden("board", &crm.ask(store, automation, &Query::board(name("deal"))).unwrap());
    golden("customer_360", &crm.ask(store, automation, &Query::customer_360(name("account"), account)).unwrap());
    let settled = Query::changes().settling(guanxi::value::Duration::ZERO).page_size(3);
    golden("changes", &crm.ask(store, &sales, &settled).unwrap());
    golden("effects", &crm.pending(store, automation, 10).unwrap().items);
}

#[test]
fn every_refusal_has_a_form() {
    let mut story = Story::told();
    let sales = story.as_user("li.na", "sales");
    let clerk = story.as_user("wang.wei", "clerk");
    let deal = story.deal.clone();
    let (deals, accounts) = (|| name("deal"), || name("account"));
    let create = |json: &str| Command::create(serde_json::from_str::<Draft>(json).unwrap());
    let fields = |json: &str| serde_json::from_str::<Fields>(json).unwrap();
    let mut refused: Vec<Rejected> = Vec::new();
    let invalid = r#"{"object": "deal", "fields": {"nmae": "x", "stage": "wno", "amount": "CNY -1.00", "probability": "2",
        "seats": "many", "won_at": "2026-03-02T09:00:00Z", "id": "x", "close_on": "2026-02-30", "account": "nobody"}}"#;
    let dangling = r#"{"object": "deal", "fields": {"name": "x", "account": "nobody"}}"#;
    let format = r#"{"object": "account", "fields": {"name": "x", "phone": "12", "uscc": "914403001922038217"}}"#;
    let taken = r#"{"object": "account", "fields": {"name": "y", "uscc": "914403001922038216"}}"#;
    for command in [
        create(invalid),
        create(dangling),
        create(format),
        create(taken),
        create(r#"{"object": "laed", "fields": {}}"#),
        Command::delete(deals(), "nobody".parse().unwrap()),
        Command::update(deals(), deal.clone(), fields(r#"{"seats": 2}"#)).if_revision(guanxi::value::Revision::FIRST),
    ] {
        refused.push(story.refused(&story.ctx.clone(), &command));
    }
    let edit_amount = Command::update(deals(), deal.clone(), fields(r#"{"amount": "CNY 1.00"}"#));
    refused.push(story.refused(&sales, &edit_amount));
    refused.push(story.refused(&sales, &Command::delete(deals(), deal.clone())));
    let sealed = Command::update(accounts(), story.sealed.clone(), fields(r#"{"need": "x"}"#));
    refused.push(story.refused(&story.as_user("li.na", "sales"), &sealed));
    refused.push(story.refused(&clerk, &Command::comment(deals(), deal.clone(), "hello")));
    refused.push(story.refused(&story.as_user("li.na", "sale"), &edit_amount));
    let RunError::Rejected(rejected) = story.crm.pending(&mut story.store, &sales, 1).unwrap_err() else { panic!() };
    refused.push(rejected);
    let long = Command::comment(deals(), deal.clone(), &"x".repeat(70_000));
    refused.push(story.refused(&story.ctx.clone(), &long));
    let flood = Definition::from_json(&read("definition.json").replace(r#""effects": 10"#, r#""effects": 1"#));
    let won = Command::move_stage(deals(), story.second_deal.clone(), "won");
    let flood = flood.compile().unwrap();
    refused.push(rejection(flood.run(&mut story.store, &story.ctx, &won)));
    refused.push(rejection(story.crm.run(&mut Contested(story.store.inner.clone()), &story.ctx, &won)));
    refused.push(rejection(story.crm.run(&mut Broken(story.store.inner.clone()), &story.ctx, &won)));
    let blocked: Command = serde_json::from_str(
        r#"{"create": {"object": "deal", "fields": {"name": "No amount", "region": "west", "seats": 1, "stage": "won"}}}"#,
    )
    .unwrap();
    refused.push(story.refused(&story.ctx.clone(), &blocked));
    refused.push(story.refused(&story.ctx.clone(), &won.at(Instant::EPOCH)));
    golden("rejected", &refused);
    let codes: std::collections::BTreeSet<_> =
        refused.iter().map(|r| serde_json::to_value(r).unwrap()["code"].as_str().unwrap().to_owned()).collect();
    assert_eq!(
        codes.iter().map(String::as_str).collect::<Vec<_>>(),
        [
            "blocked",
            "contended",
            "corrupt",
            "denied",
            "invalid",
            "limit",
            "misdated",
            "not_automation",
            "not_found",
            "stale",
            "taken",
            "unknown_role"
        ]
    );
}

fn rejection<T: std::fmt::Debug, E: std::fmt::Debug>(run: Result<T, RunError<E>>) -> Rejected {
    match run.unwrap_err() {
        RunError::Rejected(rejected) => rejected,
        other => panic!("{other:?}"),
    }
}

#[test]
fn stored_bytes_are_those_that_were_committed() {
    let story = Story::told();
    for kind in KINDS {
        golden_text(&format!("v1/{}.hex", kind.file()), &dump::text(&story.store.written, kind));
    }
}

#[test]
fn committed_bytes_are_read_and_written_the_same() {
    let crm = definition().compile().unwrap();
    let mut records = Vec::new();
    let mut timers = Vec::new();
    for kind in KINDS {
        let entries = dump::entries(&read(&format!("v1/{}.hex", kind.file())));
        assert!(!entries.is_empty(), "{kind:?}");
        for entry in entries {
            let (key, revision, body) = (entry.key(), entry.revision(), entry.body());
            let again = match kind {
                Kind::Record => {
                    let object = crm.schema().object(key.object().as_str()).unwrap();
                    let record = Record::from_stored(object, key.id(), revision, body).unwrap();
                    let bytes = record.to_stored();
                    records.push(record);
                    bytes
                }
                Kind::Effect => Effect::from_stored(EffectKey::new(key.id().clone()), body).unwrap().to_stored(),
                Kind::Timer => {
                    let timer = Timer::from_stored(body).unwrap();
                    assert_eq!(timer.id(), *key.id());
                    let bytes = timer.to_stored();
                    timers.push(timer);
                    bytes
                }
                Kind::Cursor => Cursor::from_stored(key.id().clone(), body).unwrap().to_stored(),
                Kind::Occasion => Occasions::from_stored(body).unwrap().to_stored(),
                // These are read where a timeline is asked for.
                Kind::Audit | Kind::Comment | Kind::Event => body.to_vec(),
            };
            assert_eq!(again, **body, "{key}");
            // A form of tomorrow is refused, not misread.
            let mut newer = body.to_vec();
            newer[0] += 1;
            match kind {
                Kind::Record => {
                    let object = crm.schema().object(key.object().as_str()).unwrap();
                    assert!(Record::from_stored(object, key.id(), revision, &newer).is_err());
                }
                Kind::Effect => assert!(Effect::from_stored(EffectKey::new(key.id().clone()), &newer).is_err()),
                Kind::Timer => assert!(Timer::from_stored(&newer).is_err()),
                Kind::Cursor => assert!(Cursor::from_stored(key.id().clone(), &newer).is_err()),
                Kind::Occasion => assert!(Occasions::from_stored(&newer).is_err()),
                Kind::Audit | Kind::Comment | Kind::Event => {}
            }
        }
    }
    golden("records", &records);
    let at: Instant = "2026-03-09T09:00:00+08:00".parse().unwrap();
    let parked = (0..5).fold(timers[0].clone(), |timer, _| timer.failed("the store was full", at));
    timers.extend([timers[0].clone().failed("the store was full", at), parked]);
    golden("timers", &timers);
}

#[test]
fn a_store_of_version_1_answers_as_it_did() {
    let mut store = MemoryStore::new();
    for kind in KINDS {
        let entries = dump::entries(&read(&format!("v1/{}.hex", kind.file())));
        store.commit(&entries.into_iter().fold(ChangeSet::new(), ChangeSet::put)).unwrap();
    }
    answers(&mut store, &definition().compile().unwrap());
}

#[test]
fn unknown_fields_are_refused_in_definitions_and_commands() {
    let whole: Json = serde_json::from_str(&read("definition.json")).unwrap();
    let mut tried = 0;
    for path in objects_of(&whole) {
        let mut json = whole.clone();
        json.pointer_mut(&path).unwrap().as_object_mut().unwrap().insert("surprise".into(), json!(1));
        let problems = Definition::from_json(&json.to_string()).compile();
        assert!(problems.is_err(), "a surprise in `{path}` was accepted");
        tried += 1;
    }
    assert!(tried > 100, "{tried}");
    let commands: Json = serde_json::from_str(&read("commands.json")).unwrap();
    // Which fields a record has is for its object to say.
    let of_record = |path: &String| path.ends_with("/fields") || path.ends_with("/having");
    for path in objects_of(&commands).into_iter().filter(|path| !path.is_empty() && !of_record(path)) {
        let mut json = commands.clone();
        json.pointer_mut(&path).unwrap().as_object_mut().unwrap().insert("surprise".into(), json!(1));
        assert!(serde_json::from_value::<Vec<Command>>(json).is_err(), "a surprise in `{path}` was accepted");
    }
}

/// Returns the JSON pointers of all objects in `json`.
fn objects_of(json: &Json) -> Vec<String> {
    let below = |key: String, part: &Json| objects_of(part).into_iter().map(move |path| format!("/{key}{path}"));
    match json {
        Json::Object(parts) => {
            let inside = parts.iter().flat_map(|(key, part)| below(key.clone(), part));
            [String::new()].into_iter().chain(inside).collect()
        }
        Json::Array(items) => items.iter().enumerate().flat_map(|(at, part)| below(at.to_string(), part)).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn a_record_survives_an_update_by_a_definition_that_knows_less() {
    let crm = |fields: &str| {
        let json =
            format!(r#"{{"objects": [{{"key": "lead", "fields": [{{"key": "region", "type": "text"}}{fields}]}}]}}"#);
        Definition::from_json(&json).compile().unwrap()
    };
    let (new, old) = (crm(r#", {"key": "phone", "type": "text", "format": "phone"}"#), crm(""));
    let mut store = MemoryStore::new();
    let ctx = Story::without_store().ctx;
    let draft = Draft::new(name("lead")).set("region", "east").set("phone", "021-6235 1234");
    let made = new.run(&mut store, &ctx, &Command::create(draft)).unwrap();
    let region = |to: &str| [(name("region"), Some(Value::text(to)))].into_iter().collect::<Fields>();
    let moved = Command::update(name("lead"), made.id().clone(), region("west"));
    assert_eq!(old.run(&mut store, &ctx.next(), &moved).unwrap().record().unwrap().get("phone"), None);
    let back = new.ask(&mut store, &ctx, &Query::get(name("lead"), made.id().clone())).unwrap();
    assert_eq!(back.get("region"), Some(&Value::text("west")));
    assert_eq!(back.get("phone"), Some(&Value::text("+862162351234")));
}
