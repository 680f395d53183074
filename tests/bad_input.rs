//! Whatever comes in: a typed error that names the place, nothing changed, no panic, no overflow of a small stack.

mod company;
mod dice;

use company::{World, command, id, name};
use dice::Dice;
use guanxi::crm::RejectedKind;
use guanxi::record::{Draft, Fields};
use guanxi::store::{ChangeSet, Put, Store};
use guanxi::{Command, Definition, Query};
use serde_json::{Value as Json, json};

/// Runs `test` on a thread with a stack of 256 KiB.
fn on_a_small_stack(test: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(256 * 1024).spawn(test).unwrap().join().unwrap();
}

fn rounds(few: u64) -> u64 {
    std::env::var("GUANXI_SEEDS").ok().and_then(|text| text.parse::<u64>().ok()).map_or(few, |seeds| seeds * 50)
}

const DEEP: usize = 1_000_000;

fn nested(open: &str, core: &str, close: &str) -> String {
    format!("{}{core}{}", open.repeat(DEEP), close.repeat(DEEP))
}

#[test]
fn text_that_is_no_definition_is_reported_and_nothing_more() {
    on_a_small_stack(|| {
        let deep_text = format!("{}1", "(".repeat(DEEP));
        let rule = |when: &str| {
            format!(
                r#"{{"objects":[{{"key":"a","fields":[]}}],"rules":[{{"key":"r","object":"a","on":"created","when":{when},"then":[]}}]}}"#
            )
        };
        let broken = [
            String::new(),
            "{".into(),
            "[]".into(),
            "null".into(),
            "12".into(),
            "\u{0}".into(),
            r#"{"objects": {}}"#.into(),
            r#"{"objects": [1, "a", null, []]}"#.into(),
            r#"{"objekts": []}"#.into(),
            r#"{"settings": {"utc_offset": "+99:00"}}"#.into(),
            r#"{"settings": {"limits": {"page": 0}}}"#.into(),
            r#"{"settings": {"limits": {"related": 0}}}"#.into(),
            r#"{"settings": {"limits": {"objects": 100000}}}"#.into(),
            r#"{"settings": {"limits": {"fields": 100000}}}"#.into(),
            r#"{"budget": {"depth": -1}}"#.into(),
            nested("[", "", "]"),
            nested(r#"{"a":"#, "1", "}"),
            nested(r#"{"objects":[{"key":"a","fields":"#, "1", "}]}"),
            rule(&nested(r#"{"not":"#, "true", "}")),
            rule(&nested(r#"{"all":["#, "true", "]}")),
            rule(&format!("{deep_text:?}")),
            rule(&format!("{:?}", "!".repeat(DEEP))),
            rule(&format!("{:?}", "a".repeat(DEEP))),
            rule(&format!("{:?}", "true && ".repeat(DEEP / 10) + "true")),
            format!(r#"{{"objects":[{{"key":"{}","fields":[]}}]}}"#, "k".repeat(DEEP)),
            format!(r#"{{"objects":[{{"key":"a","fields":[{}{{"key":"z","type":"text"}}]}}]}}"#, r#"{"key":"a","type":"text"},"#.repeat(2_000)),
            format!(r#"{{"objects":[{}{{"key":"z","fields":[]}}]}}"#, r#"{"key":"a","fields":[]},"#.repeat(70_000)),
            r#"{"objects":[{"key":"timer","fields":[]}]}"#.into(),
            r#"{"objects":[{"key":"event","fields":[]}]}"#.into(),
            r#"{"objects":[{"key":"a","fields":[{"key":"b.c","type":"text","index":true}]}]}"#.into(),
            r#"{"objects":[{"key":"a","fields":[{"key":"x","type":{"list":{"list":"text"}}}]}]}"#.into(),
            r#"{"objects":[{"key":"a","fields":[{"key":"x","type":"integer"},{"key":"y","type":"integer"}],
                "indexes":[{"key":"b.c","fields":["x","y"]}]},{"key":"a.b","fields":[{"key":"c","type":"text","index":true}]}]}"#.into(),
        ];
        for text in broken {
            let shown: String = text.chars().take(90).collect();
            let definition = Definition::from_json(&text);
            let problems = definition.compile().err().unwrap_or_else(|| panic!("accepted: {shown}"));
            assert!(!problems.is_empty(), "{shown}");
            for problem in problems.iter().take(50) {
                assert!(!problem.path().is_empty() && !problem.message().is_empty(), "{shown}: {problem}");
                assert!(problem.to_string().len() < 10_000, "{shown}: an error must stay readable");
            }
            drop(serde_json::from_str::<Definition>(&text).map(|made| made.compile()));
        }
    });
}

#[test]
fn two_objects_cannot_share_the_name_of_an_index() {
    let shared = r#"{"objects":[{"key":"a","fields":[{"key":"x","type":"integer"},{"key":"y","type":"integer"}],
        "indexes":[{"key":"b.c","fields":["x","y"]}]},{"key":"a.b","fields":[{"key":"c","type":"text","index":true}]}]}"#;
    let problems = Definition::from_json(shared).compile().unwrap_err();
    assert_eq!(problems.to_string(), "objects[1].indexes: index `a.b.c` is one of `a` already (in `a.b`)");
}

#[test]
fn a_problem_names_the_position_in_the_file_and_the_key_of_its_rule() {
    let rule = |key: &str, more: Json| {
        let mut rule = json!({"key": key, "object": "a", "on": "created", "when": "n > 0",
            "then": [{"set": {"fields": {"n": "0"}}}]});
        rule.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        rule
    };
    let object = |key: &str, to: &str| json!({"key": key, "fields": [{"key": "n", "type": "integer"}, {"key": "r", "type": "reference", "to": to}]});
    let rules = [
        rule("good", json!({})),
        rule("unreadable", json!({"on": "craeted"})),
        rule("late", json!({"when": "m > 0"})),
        json!("no rule"),
        rule("later", json!({"then": []})),
    ];
    let definition = json!({"objects": [object("a", "a")], "roles": [{"key": "r"}, {"key": "s", "grants": [
        {"object": "b", "actions": ["view"], "relations": ["any"], "fields": ["*"]}]}], "rules": rules});
    let mut definition = Definition::from_json(&definition.to_string());
    let starts = |definition: &Definition, expected: &[&str]| {
        let problems = definition.compile().unwrap_err();
        let told: Vec<_> = problems.iter().map(ToString::to_string).collect();
        assert_eq!(told.len(), expected.len(), "{problems}");
        for (told, expected) in told.iter().zip(expected) {
            let (start, end) = expected.split_once('…').unwrap_or((expected, ""));
            assert!(told.starts_with(start) && told.ends_with(end), "{told}\n{expected}");
        }
    };
    let mut expected = vec![
        "roles[0]: missing field `grants` (in `r`)",
        "rules[1].on: unknown variant `craeted`…(in `unreadable`)",
        "rules[3]: invalid type…",
        "roles[1].grants[0].object: unknown object `b`…(in `s`)",
        "rules[2].when: …(in `late`)",
        "rules[4].then: expected at least one operation (in `later`)",
    ];
    starts(&definition, &expected);
    definition.add_json(&json!({"rules": [7, rule("last", json!({"when": "m > 0"}))]}).to_string());
    expected.insert(3, "rules[5]: invalid type…");
    expected.push("rules[6].when: …(in `last`)");
    starts(&definition, &expected);

    // What refers to an object that cannot be read is not wrong for that.
    let half =
        json!({"key": "half", "fields": [{"key": "n", "type": "int"}, {"key": "m", "type": "text"}], "title": "n"});
    let rule =
        json!({"key": "r", "object": "half", "on": {"updated": ["m"]}, "then": [{"set": {"fields": {"m": "'x'"}}}]});
    let role = json!({"key": "s", "grants": [
        {"object": "none", "actions": ["view"], "relations": ["any"], "fields": ["*"]}]});
    let mut objects = json!({"objects": [{"key": "none"}, half, object("a", "half"), object("b", "none")],
        "rules": [rule], "roles": [role]});
    for is_whole in [false, true] {
        let problems = Definition::from_json(&objects.to_string()).compile().unwrap_err();
        let told: Vec<_> = problems.iter().map(|problem| problem.path().to_owned()).collect();
        let expected = if is_whole { vec!["objects[0]"] } else { vec!["objects[0]", "objects[1].fields[0]"] };
        assert_eq!(told, expected, "{problems}");
        objects["objects"][1]["fields"][0]["type"] = json!("text");
    }

    let objects = json!({"objects": [{"key": "x"}, object("a", "b")]});
    let problems = Definition::from_json(&objects.to_string()).compile().unwrap_err();
    let told: Vec<_> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        ["objects[0]: missing field `fields` (in `x`)", "objects[1].fields[1].to: unknown object `b` (in `a`)"]
    );
}

#[test]
fn of_a_flood_of_rules_that_cannot_be_read_the_first_are_told_and_how_many_more_there_are() {
    let told = |flood: usize| {
        let unread = || json!(7);
        let late = || json!({"key": "late", "object": "b", "on": "created", "then": []});
        let rules: Vec<_> = (0..flood).flat_map(|_| [unread(), late()]).collect();
        let definition = json!({"objects": [{"key": "a", "fields": []}], "rules": rules});
        let problems = Definition::from_json(&definition.to_string()).compile().unwrap_err();
        problems.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let all = told(100);
    assert!(all[99].starts_with("rules[198]: invalid type"), "{}", all[99]);
    assert!(all[100].starts_with("rules[1]."), "{}", all[100]);
    let some = told(10_000);
    assert!(some[99].starts_with("rules[198]: invalid type"), "{}", some[99]);
    assert_eq!(some[100], "rules: has 9900 more that cannot be read");
    assert!(some[101].starts_with("rules[1]."), "{}", some[101]);
    assert!(some.last().unwrap().starts_with("rules[19999]."), "{}", some.last().unwrap());
}

#[test]
fn who_sends_no_kind_of_command_is_told_which_there_are() {
    let told = |text: &str| serde_json::from_str::<Command>(text).unwrap_err().to_string();
    let unknown = told(r#"{"craete":{}}"#);
    let (_, kinds) = unknown.split_once("expected one of ").unwrap();
    let (kinds, _) = kinds.split_once(" at line").unwrap();
    assert!(kinds.contains("`create`"), "{unknown}");
    for kind in kinds.split(", ") {
        let known = told(&format!("{{{}:null}}", kind.replace('`', "\"")));
        assert!(known.contains("expected an object with"), "{known}");
    }
    assert!(told("{}").starts_with(&format!("no kind of command: expected one of {kinds}")), "{}", told("{}"));
    let two = told(r#"{"restore":{"object":"deal","id":"x"},"delete":{"object":"deal","id":"x"}}"#);
    assert!(two.starts_with(&format!("several kinds of command: expected one of {kinds}")), "{two}");
    assert!(told("[]").contains(r#"expected a command such as {"create":{…}}"#), "{}", told("[]"));
}

#[test]
fn text_that_is_no_command_is_refused() {
    on_a_small_stack(|| {
        let long = "x".repeat(DEEP);
        let broken = [
            String::new(),
            "{}".into(),
            "[]".into(),
            r#"{"create":{}}"#.into(),
            r#"{"create":{"object":"deal","fields":{},"now":1}}"#.into(),
            r#"{"create":{"object":"Deal"}}"#.into(),
            r#"{"create":{"object":"deal","fields":{"a":1,"a":2}}}"#.into(),
            r#"{"create":{"object":"deal","fields":{"a":1.5}}}"#.into(),
            r#"{"create":{"object":"deal","fields":{"a":1e400}}}"#.into(),
            r#"{"create":{"object":"deal","fields":{"a":99999999999999999999}}}"#.into(),
            r#"{"create":{"object":"deal","fields":{"a":[[1]]}}}"#.into(),
            r#"{"create":{"object":"deal","fields":{"a":[null]}}}"#.into(),
            r#"{"create":{"object":"deal","fields":{"a":{"amount":"1","currency":"cny"}}}}"#.into(),
            r#"{"create":{"object":"deal","fields":{"a":{"amount":"1e99","currency":"CNY"}}}}"#.into(),
            r#"{"update":{"object":"deal","id":"","fields":{}}}"#.into(),
            r#"{"update":{"object":"deal","id":" x","fields":{}}}"#.into(),
            r#"{"update":{"object":"deal","id":"x","if_revision":-1,"fields":{}}}"#.into(),
            r#"{"drop":{"object":"deal","id":"x"}}"#.into(),
            r#"{"create":{"object":"deal"},"delete":{"object":"deal","id":"x"}}"#.into(),
            format!(r#"{{"delete":{{"object":"deal","id":"{long}"}}}}"#),
            format!(r#"{{"delete":{{"object":"{long}","id":"x"}}}}"#),
            format!(r#"{{"create":{{"object":"deal","fields":{{"a":{}}}}}}}"#, nested("[", "", "]")),
            format!(r#"{{"create":{{"object":"deal","fields":{{"a":{}}}}}}}"#, nested(r#"{"a":"#, "1", "}")),
        ];
        for text in broken {
            let shown: String = text.chars().take(90).collect();
            let error = serde_json::from_str::<Command>(&text).err().unwrap_or_else(|| panic!("accepted: {shown}"));
            assert!(error.to_string().len() < 2_000, "{shown}: {error}");
        }
        for text in ["[]", "1", r#"{"A":1}"#, r#"{"a":{"b":1}}"#, &nested("[", "", "]"), &nested(r#"{"a":"#, "1", "}")]
        {
            assert!(serde_json::from_str::<Fields>(text).is_err());
            assert!(serde_json::from_str::<Draft>(text).is_err());
        }
    });
}

#[test]
fn a_flood_of_fields_is_refused_in_time() {
    // Looking through all of the former for each would take minutes.
    let fields: Vec<_> = (0..300_000).map(|n| format!("\"f{n}\":1")).collect();
    let read = |last: &str| {
        let json = format!("{{\"object\":\"deal\",\"fields\":{{{},{last}}}}}", fields.join(","));
        serde_json::from_str::<Draft>(&json).map(|draft| draft.fields().len()).map_err(|error| error.to_string())
    };
    assert_eq!(read("\"last\":1").unwrap(), 300_001);
    assert!(read("\"f7\":1").unwrap_err().contains("field `f7` is given twice"));
}

#[test]
fn of_a_flood_of_unknown_fields_the_first_are_told_and_how_many_more_there_are() {
    let mut world = World::company();
    let deal = world.made("deal", json!({"name": "Cloud"}));
    for flood in [20, 21, 20_000] {
        let mut fields = serde_json::Map::new();
        fields.insert("amount".into(), json!("a lot"));
        fields.extend((0..flood).map(|n| (format!("amout_{n:05}"), json!(1))));
        for command in [
            json!({"create": {"object": "deal", "fields": fields}}),
            json!({"update": {"object": "deal", "id": deal, "fields": fields}}),
            json!({"upsert": {"object": "deal", "external": {"system": "erp", "id": "d-1"}, "fields": fields}}),
            json!({"move_stage": {"object": "deal", "id": deal, "to": "won", "fields": fields}}),
        ] {
            let why = world.refused(command);
            let told: Vec<_> = why.fields().iter().map(|problem| problem.field()).collect();
            let unknown = told.iter().filter(|field| field.starts_with("amout_")).count();
            assert_eq!((why.kind(), unknown), (RejectedKind::Invalid, 20), "{why}");
            if flood == 20 {
                assert!(told.contains(&"amount"), "with all that is wrong beside them: {why}");
                continue;
            }
            let more = format!("`fields` has {} more that are no fields of `deal`", flood - 20);
            assert!(why.to_string().ends_with(&more) && why.to_string().len() < 2_000, "{why}");
            assert_eq!(why.fields().len(), 21);
        }
    }
}

#[test]
fn a_cursor_that_a_page_gave_is_read_back_however_long_the_values_are() {
    let mut made = company::definition();
    made["settings"]["limits"] = json!({"indexed_text_bytes": 5_000});
    let mut world = World::new(&made);
    for n in 0..3 {
        let fields = json!({"name": "x", "region": "r".repeat(4_500 + n)});
        world.ok(json!({"create": {"object": "user", "id": format!("u{n}"), "fields": fields}}));
    }
    let ctx = world.system();
    let list = Query::list(name("user")).sort(name("region")).page_size(1);
    let next = world.ask(&ctx, &list).unwrap().next.unwrap().to_string();
    let page = world.ask(&ctx, &list.after(next.parse().unwrap())).unwrap();
    assert_eq!(page.records[0].id(), &id("u1"));
}

#[test]
fn absurd_values_are_refused_by_the_name_of_their_field() {
    on_a_small_stack(|| {
        let mut world = World::company();
        let rows = world.store.rows.clone();
        let long = "长".repeat(400_000);
        let many: Vec<_> = (0..20_000).map(|n| format!("t{n}")).collect();
        let cases = [
            ("name", json!(long)),
            ("name", json!("x".repeat(65_537))),
            ("name", json!("x".repeat(513))),
            ("reason", json!(long)),
            ("tags", json!(many)),
            ("tags", json!(["y".repeat(600)])),
            ("shared", json!(many)),
            ("closes", json!(long)),
            ("closes", json!("999999-01-01")),
            ("closes", json!("2026-02-30")),
            ("stage", json!(long)),
            ("owner", json!(long)),
            ("owner", json!("")),
            ("margin", json!("9".repeat(100))),
            ("margin", json!(true)),
            ("amount", json!({"amount": "-92233720368547758.08", "currency": "CNY"})),
        ];
        for (field, value) in cases {
            let mut fields = json!({"name": "x"});
            fields[field] = value;
            let ctx = world.system();
            let create = command(json!({"create": {"object": "deal", "fields": fields}}));
            let result = world.crm.run(&mut world.store, &ctx, &create).map_err(company::rejected);
            let Err(why) = result else {
                // White space alone is no value, so an empty owner is none.
                assert_eq!(field, "owner");
                world.store.rows.retain(|key, _| rows.contains_key(key));
                continue;
            };
            assert_eq!(why.kind(), RejectedKind::Invalid, "{field}");
            assert_eq!(why.fields()[0].field(), field);
            assert!(why.to_string().len() < 2_000, "{field}: {} bytes of error", why.to_string().len());
        }
        assert_eq!(world.store.rows, rows);
        for draft in [Draft::new(name("deal")).set("no name!", 1), Draft::new(name("deal")).set(&long, 1)] {
            let ctx = world.system();
            let why =
                world.crm.run(&mut world.store, &ctx, &Command::create(draft)).map_err(company::rejected).unwrap_err();
            assert_eq!(why.kind(), RejectedKind::Invalid);
        }
        let ctx = world.system();
        for text in
            ["(".repeat(DEEP), "!".repeat(DEEP), "a == 'x' || ".repeat(10_000) + "true", format!("name == '{long}'")]
        {
            drop(world.ask(&ctx, &Query::list(name("deal")).filter(&text)));
        }
        for cursor in ["", "~", "zz~x", "0~x", "00", &format!("00~{long}")] {
            assert!(cursor.parse::<guanxi::crm::PageCursor>().is_err(), "{:.40}", cursor);
        }
        for limit in [0, 1, u32::MAX] {
            let deal = Query::timeline(name("team"), company::id("east")).limit(limit);
            world.ask(&ctx, &deal).unwrap();
            world.ask(&ctx, &Query::board(name("deal")).cards(limit)).unwrap();
            drop(world.ask(&ctx, &Query::customer_360(name("account"), company::id("x")).limit(limit)));
            world.crm.pending(&mut world.store, &ctx, limit).unwrap();
            assert!(!world.crm.tick(&mut world.store, &ctx, limit).unwrap().more);
        }
    });
}

#[test]
fn corrupt_bytes_are_a_typed_error() {
    let rounds = rounds(400);
    on_a_small_stack(move || {
        let rules = json!([
            {"key": "tell", "object": "deal", "on": {"saved": []}, "then": [{"emit": {"kind": "note", "to": "owner", "title": "{name}"}}]},
            {"key": "route", "object": "deal", "on": "created", "then": [
                {"assign": {"field": "owner", "from": "user", "match": {"region": "reason"}, "strategy": "round_robin"}}]},
            {"key": "close", "object": "deal", "on": {"date": {"field": "closes"}}, "then": [
                {"emit": {"kind": "note", "to": "owner", "title": "{name}"}}]}]);
        let mut world = World::new(&company::with_rules(rules));
        world.ok(json!({"create": {"object": "user", "id": "li.na", "fields": {"name": "李娜", "region": "east"}}}));
        let fields = json!({"name": "云舟 Cloud", "reason": "east", "closes": "2026-03-03", "tags": ["a", "b"],
            "amount": {"amount": "9.90", "currency": "CNY"}, "margin": 7, "shared": ["li.na"]});
        let deal = world.made("deal", fields);
        world.ok(json!({"update": {"object": "deal", "id": deal, "fields": {"margin": 8}}}));
        world.ok(json!({"comment": {"object": "deal", "id": deal, "text": "called", "mentions": ["li.na"]}}));
        world.ok(json!({"event": {"object": "deal", "id": deal, "name": "visited"}}));
        world.later(48);
        let rows = world.store.rows.clone();
        let kinds: std::collections::BTreeSet<_> = rows.keys().map(|key| key.object().to_string()).collect();
        assert_eq!(
            kinds.into_iter().collect::<Vec<_>>(),
            ["audit", "comment", "cursor", "deal", "effect", "event", "timer", "user"]
        );
        let (mut dice, mut corrupt, mut fine) = (Dice(7), 0, 0);
        for round in 0..rounds {
            let put = rows.values().nth(dice.below(rows.len())).unwrap();
            let mut body = put.body().to_vec();
            match round % 4 {
                0 => body.truncate(dice.below(body.len())),
                1 => body = (0..dice.below(200)).map(|_| dice.below(256) as u8).collect(),
                2 => body.insert(dice.below(body.len()), dice.below(256) as u8),
                _ => {
                    let place = dice.below(body.len());
                    body[place] = dice.below(256) as u8;
                }
            }
            let broken = Put::new(put.key().clone(), put.revision(), body, put.terms().iter().cloned());
            let mut store = world_store(&rows);
            store.commit(&ChangeSet::new().put(broken)).unwrap();
            world.store = store;
            let ctx = world.system();
            let (object, deal) = (name("deal"), company::id(&deal));
            let update =
                command(json!({"update": {"object": "deal", "id": deal, "fields": {"name": "y", "account": null}}}));
            let create = command(json!({"create": {"object": "deal", "fields": {"name": "z", "reason": "east"}}}));
            let answers = [
                world.ask(&ctx, &Query::get(object.clone(), deal.clone())).map(|_| ()),
                world.ask(&ctx, &Query::list(object.clone())).map(|_| ()),
                world.ask(&ctx, &Query::timeline(object, deal)).map(|_| ()),
                world.crm.pending(&mut world.store, &ctx, 9).map(|_| ()).map_err(company::rejected),
                world.crm.run(&mut world.store, &ctx, &update).map(|_| ()).map_err(company::rejected),
                world.crm.run(&mut world.store, &ctx.next(), &create).map(|_| ()).map_err(company::rejected),
                world.crm.tick(&mut world.store, &ctx, 9).map(|_| ()).map_err(company::rejected),
            ];
            for answer in answers {
                match answer {
                    Ok(()) => fine += 1,
                    Err(why) if why.kind() == RejectedKind::Corrupt => corrupt += 1,
                    // Bytes that happen to be another record are that record.
                    Err(_) => fine += 1,
                }
            }
        }
        println!("{rounds} corruptions: {corrupt} answers were refused as corrupt, {fine} were not touched by them");
        assert!(corrupt > 0);
    });
}

fn world_store(rows: &std::collections::BTreeMap<guanxi::value::Key, Put>) -> company::Counted {
    let mut store = company::Counted::default();
    let all = rows.values().fold(ChangeSet::new(), |set, put| set.put(put.clone()));
    store.commit(&all).unwrap();
    store
}

/// Returns a place in the JSON, chosen by dice.
fn somewhere<'a>(json: &'a mut Json, dice: &mut Dice) -> &'a mut Json {
    let stop = dice.below(6) == 0;
    let children = match json {
        Json::Array(items) => items.len(),
        Json::Object(fields) => fields.len(),
        _ => 0,
    };
    if stop || children == 0 {
        return json;
    }
    let child = dice.below(children);
    match json {
        Json::Array(items) => somewhere(&mut items[child], dice),
        Json::Object(fields) => somewhere(fields.values_mut().nth(child).unwrap(), dice),
        _ => unreachable!("it has children"),
    }
}

fn mutate(json: &mut Json, dice: &mut Dice) {
    let donor = somewhere(&mut json.clone(), dice).clone();
    let place = somewhere(json, dice);
    match (dice.below(8), &mut *place) {
        (0, _) => *place = donor,
        (1, Json::Array(items)) if !items.is_empty() => {
            items.remove(dice.below(items.len()));
        }
        (2, Json::Array(items)) if !items.is_empty() => {
            let copy = items[dice.below(items.len())].clone();
            items.push(copy);
        }
        (1 | 2, Json::Object(fields)) if !fields.is_empty() => {
            let key = fields.keys().nth(dice.below(fields.len())).unwrap().clone();
            fields.remove(&key);
        }
        (3, Json::Object(fields)) => {
            fields.insert(["key", "type", "fields", "when", "extra", "days"][dice.below(6)].into(), donor);
        }
        (_, Json::String(text)) => {
            let words = [
                "",
                "lead",
                "owner",
                "now",
                "1",
                "''",
                "count(deals, d, true)",
                "old.stage",
                "{",
                "{owner.name}",
                "2026-02-30",
                "余",
                "owner == 'x'",
            ];
            let kept: String = text.chars().take(dice.below(text.chars().count() + 1)).collect();
            *text = [kept.as_str(), words[dice.below(words.len())]].concat();
        }
        (_, Json::Number(number)) => {
            let numbers = [json!(0), json!(-1), json!(1), json!(u64::MAX), json!(i64::MIN), json!(1.5), json!(100_000)];
            let _ = number;
            *place = numbers[dice.below(numbers.len())].clone();
        }
        _ => *place = [Json::Null, json!([]), json!({}), json!(true), json!("x")][dice.below(5)].clone(),
    }
}

#[test]
fn a_mutated_definition_compiles_or_says_where_it_is_wrong() {
    let rounds = rounds(300);
    on_a_small_stack(move || {
        let standard = serde_json::to_value(guanxi::standard()).unwrap();
        assert_eq!(
            serde_json::from_value::<Definition>(standard.clone()).unwrap(),
            guanxi::standard(),
            "it survives JSON"
        );
        let (mut dice, mut compiled, mut refused) = (Dice(11), 0, 0);
        for _ in 0..rounds {
            let mut json = standard.clone();
            for _ in 0..=dice.below(3) {
                mutate(&mut json, &mut dice);
            }
            match Definition::from_json(&json.to_string()).compile() {
                Err(problems) => {
                    refused += 1;
                    assert!(!problems.is_empty());
                    for problem in problems.iter() {
                        assert!(!problem.path().is_empty() && !problem.message().is_empty(), "{problem}");
                    }
                }
                Ok(crm) => {
                    compiled += 1;
                    // What compiles can be used.
                    let mut world = World::new(&json!({}));
                    world.crm = crm;
                    let ctx = world.system();
                    for create in [
                        json!({"create": {"object": "user", "id": "li.na", "fields": {"name": "李娜"}}}),
                        json!({"create": {"object": "lead", "fields": {"company": "上海云舟科技有限公司", "phone": "021-6235 1234"}}}),
                        json!({"create": {"object": "deal", "fields": {"name": "Cloud", "owner": "li.na"}}}),
                    ] {
                        drop(world.run(&ctx.next(), create));
                    }
                    world.later(24 * 60);
                    let ctx = world.system();
                    drop(world.crm.tick(&mut world.store, &ctx, 100));
                    drop(world.ask(&ctx, &Query::list(name("lead"))));
                    drop(world.ask(&ctx, &Query::board(name("deal")).cards(5)));
                }
            }
        }
        println!("{rounds} mutations: {compiled} compiled, {refused} were refused with their places");
        assert!(compiled > 0 && refused > 0);
    });
}

#[test]
fn slips_in_the_shape_of_a_rule_are_told_in_words_with_its_key() {
    let rule = |rest: &str| {
        let mut ours = guanxi::standard().without_rule("lead-route");
        ours.add_json(&format!(r#"{{"rules": [{{"key": "east", "object": "lead", {rest}}}]}}"#));
        ours.compile().unwrap_err().iter().map(|problem| problem.message().to_owned()).collect::<Vec<_>>().join("\n")
    };
    for (rest, begin) in [
        (r#""on": "updated", "then": []"#, "a name stands alone: expected an object with it as the key"),
        (r#""on": "created", "then": ["assign"]"#, "a name stands alone: expected an object with it as the key"),
        (r#""on": {"created": null, "deleted": null}, "then": []"#, "an object has no or several keys: expected one"),
        (
            r#""on": "created", "then": [{"emit": {"kind": "mail", "to": "a@b.cn", "title": "x"}}]"#,
            "expected a recipient",
        ),
        (r#""on": "created", "then": [{"set": {"fields": {"need": "a b"}}}]"#, "expected a value: an expression"),
        (r#""on": "created", "tehn": []"#, "unknown field `tehn`"),
    ] {
        let told = rule(rest);
        assert!(told.starts_with(begin), "{rest}: {told}");
        assert!(told.ends_with(" (in `east`)"), "{rest}: {told}");
    }
}

#[test]
fn commands_of_the_wrong_shape_are_told_what_belongs_there() {
    for (json, expected) in [
        (r#"{"create":"lead"}"#, "expected an object with `object` and `fields`"),
        (r#"{"upsert":{"object":"lead","external":"erp:1","fields":{}}}"#, "expected an object with `system` and `id`"),
    ] {
        let told = serde_json::from_str::<guanxi::Command>(json).unwrap_err().to_string();
        assert!(told.contains(expected), "{json}: {told}");
    }
}
