//! Pipelines at work: what a definition may say, which moves are refused and why, and what is kept of them.

mod company;

use company::{World, at, definition, id, name};
use guanxi::Context;
use guanxi::crm::{RejectedKind, StageRecord};
use guanxi::pipeline::{InvalidChange, Obstacle};
use guanxi::record::{Draft, ProblemCode};
use guanxi::{Definition, Query, Rejected};
use serde_json::{Value as Json, json};

/// The company whose deals go from talks to an offer to the end; to be offered a deal needs a date, to be won an amount,
/// of a lost one the reason is known.
fn with_pipeline() -> Json {
    let mut made = definition();
    made["objects"][3]["fields"][3] = json!({
        "key": "stage", "type": "enum", "class": "status", "index": true,
        "options": ["talking", "offered", "signing", "won", "lost"]
    });
    made["objects"][3]["fields"][4] =
        json!({"key": "reason", "type": "enum", "class": "sales", "options": ["price", "other"]});
    made["pipelines"] = json!([sales()]);
    made
}

fn sales() -> Json {
    json!({
        "key": "sales", "object": "deal", "version": 1, "skips": "any", "back": "any", "reopen_to": ["offered"],
        "stages": [
            {"key": "talking", "kind": "open", "expected": {"min_days": 1, "max_days": 3, "basis": "in_stage"}},
            {"key": "offered", "kind": "open", "gate": {"required": ["closes"]}},
            {"key": "signing", "kind": "open"},
            {"key": "won", "kind": "won", "gate": {"required": ["amount"], "when": "account.grade == 'A'"}},
            {"key": "lost", "kind": "lost"}
        ],
        "lost": {"reason": "reason"}
    })
}

fn problems(definition: &Json) -> Vec<String> {
    let problems = Definition::from_json(&definition.to_string()).compile().err();
    problems.into_iter().flat_map(|problems| problems.iter().map(ToString::to_string).collect::<Vec<_>>()).collect()
}

#[test]
fn a_deal_without_a_stage_starts_in_the_first_one() {
    let mut world = World::new(&with_pipeline());
    let deal = world.made("deal", json!({"name": "Line 3"}));
    assert_eq!(world.field("deal", &deal, "stage").as_deref(), Some("talking"));
}

#[test]
fn everything_wrong_with_a_pipeline_is_told_with_its_place() {
    let mut made = with_pipeline();
    made["pipelines"][0]["stages"][1]["key"] = json!("offred");
    made["pipelines"][0]["stages"][3]["gate"]["required"] = json!(["amuont"]);
    made["roles"][1]["grants"][0]["object"] = json!("laed");
    let told = problems(&made);
    assert!(
        told[0].starts_with("pipelines[0].stages[1].key: `offred` is no option of `deal.stage`; did you mean"),
        "{told:?}"
    );
    assert!(
        told.iter().any(|told| told.starts_with("pipelines[0].stages[3].gate.required[0]: unknown field `amuont`"))
    );
    assert!(told.iter().all(|told| !told.starts_with("pipelines") || told.ends_with("(in `sales`)")), "{told:?}");
    assert!(told.iter().any(|told| told.starts_with("roles[1].grants[0]")), "what is wrong elsewhere is told as well");
}

#[test]
fn an_option_that_is_no_stage_and_an_object_without_stages_are_refused() {
    let mut made = with_pipeline();
    made["pipelines"][0]["stages"].as_array_mut().unwrap().remove(2);
    assert_eq!(problems(&made), ["pipelines[0].stages: missing: `signing` is an option of `deal.stage` (in `sales`)"]);
    let mut made = with_pipeline();
    made["pipelines"][0]["object"] = json!("account");
    assert_eq!(problems(&made), ["pipelines[0].object: `account` has no stage (in `sales`)"]);
}

#[test]
fn a_pipeline_starts_where_the_stage_field_does_and_is_the_only_one_of_its_object() {
    let mut made = with_pipeline();
    made["objects"][3]["fields"][3]["default"] = json!("offered");
    let told = problems(&made);
    assert_eq!(
        told,
        ["pipelines[0].stages: start with `talking`, but the default of the stage field is `offered` (in `sales`)"]
    );
    let mut made = with_pipeline();
    let mut second = sales();
    second["key"] = json!("renewals");
    made["pipelines"].as_array_mut().unwrap().push(second);
    assert_eq!(problems(&made), ["pipelines[1].object: `deal` has the pipeline `sales` already (in `renewals`)"]);
}

#[test]
fn a_definition_with_pipelines_is_written_as_it_is_read() {
    let json = serde_json::to_value(Definition::from_json(&with_pipeline().to_string())).unwrap();
    assert_eq!(json["pipelines"][0]["stages"], with_pipeline()["pipelines"][0]["stages"]);
    assert_eq!(serde_json::from_value::<Definition>(json.clone()).unwrap(), Definition::from_json(&json.to_string()));
}

fn world() -> World {
    World::new(&with_pipeline())
}

fn moved(deal: &str, to: &str, fields: Json) -> Json {
    json!({"move_stage": {"object": "deal", "id": deal, "to": to, "fields": fields}})
}

fn said(why: &Rejected) -> Vec<(String, ProblemCode)> {
    why.fields().iter().map(|problem| (problem.field().to_owned(), problem.code())).collect()
}

fn stages(world: &mut World, deal: &str) -> StageRecord {
    let ctx = world.system();
    world.ask(&ctx, &Query::stages(name("deal"), id(deal))).unwrap()
}

fn told(record: &StageRecord) -> Vec<String> {
    let stage = |stage: &Option<std::sync::Arc<str>>| stage.as_deref().unwrap_or("-").to_owned();
    let line = |change: &guanxi::pipeline::StageChange| {
        format!("{} > {} {} {}", stage(&change.from), stage(&change.to), change.at, change.by)
    };
    record.history.changes().iter().map(line).collect()
}

#[test]
fn whatever_bars_a_move_is_told_at_once_by_field_and_nothing_is_written() {
    let mut world = world();
    let account = world.made("account", json!({"name": "Cloud", "grade": "B"}));
    let deal = world.made("deal", json!({"name": "Line 3", "account": account}));
    let commits = world.store.commits;
    let why = world.refused(moved(&deal, "won", json!({})));
    assert_eq!(
        why.to_string(),
        "the gate of `offered` needs `closes`; the gate of `won` needs `amount`; \
         the gate of `won` is closed: `account.grade == 'A'` is false: account.grade is `B`"
    );
    let (required, blocked) = (ProblemCode::Required, ProblemCode::Blocked);
    assert_eq!(said(&why), [("closes".into(), required), ("amount".into(), required), ("stage".into(), blocked)]);
    assert_eq!(why.kind(), RejectedKind::Invalid);
    let Rejected::Blocked(blocked) = &why else { panic!("{why:?}") };
    assert_eq!((blocked.from(), blocked.to()), (Some("talking"), Some("won")));
    assert_eq!((blocked.pipeline().as_str(), blocked.version(), blocked.obstacles().len()), ("sales", 1, 3));
    let json = serde_json::to_value(&why).unwrap();
    assert_eq!((&json["code"], &json["obstacles"][0]["code"]), (&json!("blocked"), &json!("fields_missing")));
    assert_eq!(world.store.commits, commits);
}

#[test]
fn every_way_to_change_a_stage_goes_through_the_gates() {
    let mut world = world();
    let deal = world.made("deal", json!({"name": "Line 3"}));
    let upsert = |fields: Json| json!({"upsert": {"object": "deal", "external": {"system": "erp", "id": "1"}, "fields": fields}});
    world.ok(upsert(json!({"name": "Line 4"})));
    for command in [
        json!({"create": {"object": "deal", "fields": {"name": "Line 5", "stage": "offered"}}}),
        json!({"update": {"object": "deal", "id": deal, "fields": {"stage": "offered"}}}),
        upsert(json!({"name": "Line 4", "stage": "offered"})),
        upsert(json!({"stage": "offered"})),
        moved(&deal, "offered", json!({})),
    ] {
        assert_eq!(said(&world.refused(command)), [("closes".into(), ProblemCode::Required)]);
    }
    for none in [
        json!({"create": {"object": "deal", "fields": {"name": "Line 5", "stage": null}}}),
        json!({"update": {"object": "deal", "id": deal, "fields": {"stage": null}}}),
    ] {
        let why = world.refused(none);
        assert_eq!(why.to_string(), "a record in pipeline `sales` is always in a stage");
    }
    world.ok(moved(&deal, "offered", json!({"closes": "2026-04-01"})));
    world.ok(upsert(json!({"stage": "offered", "closes": "2026-04-01"})));
}

#[test]
fn a_dry_run_and_the_form_tell_the_same_before_anything_is_done() {
    let mut world = world();
    let deal = world.made("deal", json!({"name": "Line 3"}));
    let (ctx, command) = (world.system(), company::command(moved(&deal, "offered", json!({}))));
    let dry = world.crm.check(&mut world.store, &ctx, &command).map_err(company::rejected).unwrap_err();
    assert_eq!(dry, world.run(&ctx, moved(&deal, "offered", json!({}))).unwrap_err());
    let draft = Draft::new(name("deal")).set("name", "Line 5").set("stage", "lost");
    let form = world.crm.form(&ctx, &draft).unwrap();
    let required = |form: &guanxi::crm::Form| {
        let required = form.fields.iter().filter(|field| field.required);
        required.map(|field| field.key.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(required(&form), ["name", "reason"]);
    assert_eq!(
        form.obstacles.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["a loss needs its reason in `reason`"]
    );
    let draft = Draft::new(name("deal")).set("name", "Line 5").set("stage", "signing").set("closes", "2026-04-01");
    let form = world.crm.form(&ctx, &draft).unwrap();
    assert_eq!((required(&form), form.obstacles.len()), (vec!["name".to_owned(), "closes".into()], 0));
}

#[test]
fn what_a_gate_saw_is_told_only_to_those_who_may_see_it() {
    let mut world = world();
    world.ok(json!({"create": {"object": "user", "id": "li.na", "fields": {"name": "Li Na"}}}));
    let account = world.made("account", json!({"name": "Cloud", "grade": "B"}));
    let deal = world.made(
        "deal",
        json!({"name": "Line 3", "account": account, "owner": "li.na", "closes": "2026-04-01", "amount": "CNY 9.00"}),
    );
    let ctx = world.user("li.na", "own");
    let why = world.run(&ctx, moved(&deal, "won", json!({}))).unwrap_err();
    assert_eq!(why.to_string(), "the gate of `won` is closed");
    let Rejected::Blocked(blocked) = &why else { panic!("{why:?}") };
    assert!(matches!(&blocked.obstacles()[0], Obstacle::GateClosed { seen: None, .. }));
    assert!(!serde_json::to_string(&why).unwrap().contains('B'));
    world.ok(json!({"update": {"object": "account", "id": account, "fields": {"owner": "li.na"}}}));
    let why = world.run(&ctx, moved(&deal, "won", json!({}))).unwrap_err();
    assert!(why.to_string().ends_with("account.grade is `B`"), "he sees the account now: {why}");
}

#[test]
fn a_gate_is_judged_on_what_it_relied_on() {
    let mut world = world();
    let account = world.made("account", json!({"name": "Cloud", "grade": "A"}));
    let deal =
        world.made("deal", json!({"name": "Line 3", "account": account, "closes": "2026-04-01", "amount": "CNY 9.00"}));
    let fetches = world.store.fetches;
    let (ctx, command) = (world.system(), company::command(moved(&deal, "won", json!({}))));
    let facts = |world: &mut World, asks| guanxi::store::Store::fetch(&mut world.store, &asks).unwrap();
    let mut known = guanxi::store::Facts::new();
    let set = loop {
        match world.crm.decide(&ctx, &command, &known).unwrap() {
            guanxi::crm::Step::Ask(asks) => known.merge(facts(&mut world, asks)),
            guanxi::crm::Step::Done(set, _) => break set,
        }
    };
    assert_eq!(world.store.fetches - fetches, 2, "the record, then what the gate looks at");
    world.ok(json!({"update": {"object": "account", "id": account, "fields": {"grade": "B"}}}));
    let refused = guanxi::store::Store::commit(&mut world.store, &set);
    assert!(matches!(refused, Err(guanxi::store::CommitError::Conflict(_))), "the gate has closed since");
}

#[test]
fn a_rule_that_would_break_a_gate_leaves_it_out_and_says_so() {
    let mut made = with_pipeline();
    made["rules"] = json!([
        {"key": "hurry", "object": "deal", "on": {"saved": ["tags"]}, "then": [{"set": {"fields": {"stage": "'won'"}}}]},
        {"key": "copy", "object": "account", "on": "created",
         "then": [{"create": {"object": "deal", "fields": {"name": "name", "stage": "'offered'"}}}]}
    ]);
    let mut world = World::new(&made);
    let deal = world.made("deal", json!({"name": "Line 3", "closes": "2026-04-01"}));
    let done = world.ok(json!({"update": {"object": "deal", "id": deal, "fields": {"tags": ["x"]}}}));
    assert_eq!(
        done.why(),
        "rule `hurry` fired: left out: `stage` not written: the gate of `won` needs `amount`; the gate of `won` is closed"
    );
    assert_eq!(world.field("deal", &deal, "stage").as_deref(), Some("talking"));
    let done = world.ok(json!({"create": {"object": "account", "fields": {"name": "Cloud"}}}));
    assert_eq!(done.why(), "rule `copy` fired: left out: no deal created: the gate of `offered` needs `closes`");
    let account = world.made("account", json!({"name": "Boats", "grade": "A"}));
    let fields = json!({"tags": ["y"], "amount": "CNY 9.00", "account": account});
    world.ok(json!({"update": {"object": "deal", "id": deal, "fields": fields}}));
    assert_eq!(world.field("deal", &deal, "stage").as_deref(), Some("won"), "now the gate is open");
    assert_eq!(told(&stages(&mut world, &deal)).len(), 2);
}

#[test]
fn the_history_tells_who_moved_a_deal_when_and_how_long_it_was_where() {
    let mut world = world();
    let deal = world.made("deal", json!({"name": "Line 3"}));
    world.later(24);
    world.ok(json!({"update": {"object": "deal", "id": deal, "fields": {"tags": ["x"], "stage": "talking"}}}));
    world.later(24);
    world.ok(moved(&deal, "offered", json!({"closes": "2026-04-01"})));
    world.later(24);
    world.ok(json!({"delete": {"object": "deal", "id": deal}}));
    world.ok(json!({"restore": {"object": "deal", "id": deal}}));
    world.ok(moved(&deal, "lost", json!({"reason": "price"})));
    world.later(24);
    world.ok(moved(&deal, "offered", json!({"reason": null})));
    world.later(12);
    let kept = stages(&mut world, &deal);
    assert_eq!(
        told(&kept),
        [
            "- > talking 2026-03-02T01:00:00Z host",
            "talking > offered 2026-03-04T01:00:00Z host",
            "offered > lost 2026-03-05T01:00:00Z host",
            "lost > offered 2026-03-06T01:00:00Z host"
        ]
    );
    assert_eq!(kept.history.changes()[2].reason.as_deref(), Some("price"), "though it was cleared since");
    assert_eq!((kept.pipeline.as_ref().map(|key| key.as_str()), kept.version), (Some("sales"), Some(1)));
    let dwell: Vec<_> = kept.dwell.iter().map(ToString::to_string).collect();
    assert_eq!(dwell, ["`talking` for P2D", "`offered` for P1DT12H", "`lost` for P1D"]);
}

#[test]
fn a_deal_that_stays_too_long_is_stalled() {
    let mut world = world();
    let deal = world.made("deal", json!({"name": "Line 3"}));
    world.later(73);
    let kept = stages(&mut world, &deal);
    assert_eq!(kept.stalled.unwrap().to_string(), "`talking` is at P3DT1H in the stage, expected at most P3D");
}

#[test]
fn a_history_shows_what_the_caller_may_see() {
    let mut world = world();
    world.ok(json!({"create": {"object": "user", "id": "li.na", "fields": {"name": "Li Na"}}}));
    let deal = world.made("deal", json!({"name": "Line 3", "owner": "li.na"}));
    world.ok(moved(&deal, "lost", json!({"reason": "price", "closes": "2026-04-01"})));
    let query = Query::stages(name("deal"), id(&deal));
    let (clerk, other) = (world.user("zhou", "clerk"), world.user("zhou", "own"));
    let seen = world.ask(&clerk, &query).unwrap();
    assert_eq!((seen.history.changes().len(), seen.history.changes()[1].reason.clone()), (2, None), "not of sales");
    assert_eq!(world.ask(&other, &query).unwrap_err().kind(), RejectedKind::NotFound);
    let system = world.system();
    let none = Query::stages(name("account"), id("a-1"));
    assert_eq!(world.ask(&system, &none).unwrap_err().kind(), RejectedKind::Invalid);
}

fn import(world: &mut World) -> Context {
    world.system().trusted_import()
}

#[test]
fn only_a_trusted_import_tells_the_past() {
    let mut world = world();
    let deal = world.made("deal", json!({"name": "Line 3"}));
    let mut offered = moved(&deal, "offered", json!({"closes": "2026-04-01"}));
    offered["move_stage"]["at"] = json!("2026-03-01T00:00:00Z");
    let why = world.refused(offered.clone());
    assert!(matches!(why, Rejected::Misdated(InvalidChange::Backdated { .. })), "{why:?}");
    assert_eq!(
        (why.kind(), serde_json::to_value(&why).unwrap()["code"].clone()),
        (RejectedKind::Denied, json!("misdated"))
    );
    let create = json!({"create": {"object": "deal", "at": "2025-01-01T00:00:00Z", "fields": {"name": "Old"}}});
    assert!(matches!(world.refused(create), Rejected::Misdated(InvalidChange::Backdated { .. })));
    let ctx = import(&mut world);
    let why = world.run(&ctx, offered).unwrap_err();
    assert!(matches!(why, Rejected::Misdated(InvalidChange::OutOfOrder { .. })), "before it was created: {why}");
    let ahead = json!({"create": {"object": "deal", "at": "2027-01-01T00:00:00Z", "fields": {"name": "Old"}}});
    let why = world.run(&ctx, ahead).unwrap_err();
    assert!(matches!(why, Rejected::Misdated(InvalidChange::InFuture { .. })), "{why}");
    let stageless = json!({"create": {"object": "account", "at": "2025-01-01T00:00:00Z", "fields": {"name": "Old"}}});
    let why = world.run(&ctx, stageless).unwrap_err();
    assert_eq!(said(&why), [("at".into(), ProblemCode::UnknownField)]);
}

#[test]
fn an_import_replays_a_deal_in_order() {
    let mut world = world();
    let ctx = import(&mut world);
    let upsert = json!({"upsert": {"object": "deal", "external": {"system": "erp", "id": "7"},
        "at": "2025-01-01T00:00:00Z", "fields": {"name": "Old", "closes": "2025-03-01"}}});
    let deal = world.run(&ctx, upsert.clone()).unwrap().id().to_string();
    let step = |to: &str, at: &str| json!({"move_stage": {"object": "deal", "id": deal, "to": to, "at": at, "fields": {"reason": "price"}}});
    let ctx = import(&mut world);
    world.run(&ctx, step("offered", "2025-01-11T00:00:00Z")).unwrap();
    let ctx = import(&mut world);
    let why = world.run(&ctx, step("lost", "2025-01-05T00:00:00Z")).unwrap_err();
    assert!(matches!(why, Rejected::Misdated(InvalidChange::OutOfOrder { .. })), "{why}");
    let ctx = import(&mut world);
    world.run(&ctx, step("lost", "2025-01-11T00:00:00Z")).unwrap();
    let commits = world.store.commits;
    let ctx = import(&mut world);
    world.run(&ctx, upsert).unwrap();
    assert_eq!(world.store.commits, commits, "the same file again changes nothing");
    // Whoever works with it now moves it now.
    world.ok(moved(&deal, "offered", json!({})));
    let kept = stages(&mut world, &deal);
    assert_eq!(
        told(&kept),
        [
            "- > talking 2025-01-01T00:00:00Z host",
            "talking > offered 2025-01-11T00:00:00Z host",
            "offered > lost 2025-01-11T00:00:00Z host",
            "lost > offered 2026-03-02T01:00:00Z host"
        ]
    );
    assert_eq!(kept.history.created_at(), at("2025-01-01T00:00:00Z"));
    assert_eq!(kept.history.changes()[0].told_at, Some(at("2026-03-02T01:00:00Z")), "and when it was told is known");
    assert_eq!(kept.history.changes()[3].told_at, None);
    assert_eq!(kept.dwell[0].to_string(), "`talking` for P10D");
}

#[test]
fn a_history_stays_in_order_where_clocks_do_not_agree() {
    let mut world = world();
    let deal = world.made("deal", json!({"name": "Line 3"}));
    world.later(-1);
    world.ok(moved(&deal, "offered", json!({"closes": "2026-04-01"})));
    let kept = stages(&mut world, &deal);
    assert_eq!(told(&kept)[1], "talking > offered 2026-03-02T01:00:00Z host", "no earlier than it was created");
}

#[test]
fn a_deal_goes_on_in_the_version_in_which_it_started() {
    let mut world = world();
    let old = world.made("deal", json!({"name": "Line 3"}));
    let mut made = with_pipeline();
    let mut second = sales();
    second["version"] = json!(2);
    second["stages"][1]["gate"]["required"] = json!(["closes", "account"]);
    made["pipelines"].as_array_mut().unwrap().push(second);
    world.crm = company::compiled(&made);
    let new = world.made("deal", json!({"name": "Line 4"}));
    world.ok(moved(&old, "offered", json!({"closes": "2026-04-01"})));
    let why = world.refused(moved(&new, "offered", json!({"closes": "2026-04-01"})));
    assert_eq!(why.to_string(), "the gate of `offered` needs `account`");
    assert_eq!((stages(&mut world, &old).version, stages(&mut world, &new).version), (Some(1), Some(2)));
    world.ok(json!({"update": {"object": "deal", "id": new, "fields": {"tags": ["x"]}}}));
    assert_eq!(stages(&mut world, &new).history.changes()[0].version, Some(2), "whatever happens to it");
}

#[test]
fn a_deal_goes_on_in_another_version_when_the_host_says_so() {
    let mut world = world();
    world.ok(json!({"create": {"object": "user", "id": "li.na", "fields": {"name": "Li Na"}}}));
    let deal = world.made("deal", json!({"name": "Line 3", "closes": "2026-04-01", "stage": "signing"}));
    let idle = world.made("deal", json!({"name": "Line 4"}));
    let mut made = with_pipeline();
    let mut second = sales();
    second["version"] = json!(2);
    second["stages"].as_array_mut().unwrap().remove(2);
    made["pipelines"].as_array_mut().unwrap().push(second);
    made["rules"] = json!([{"key": "offered", "object": "deal", "on": {"saved": ["stage"]}, "when": "stage == 'offered'",
        "then": [{"emit": {"kind": "mail", "to": {"role": "boss"}, "title": "offered"}}]}]);
    made["roles"].as_array_mut().unwrap().push(json!({"key": "boss", "grants": []}));
    world.crm = company::compiled(&made);
    world.later(24);
    let to = |deal: &str, version: u32, stages: Json| json!({"migrate": {"object": "deal", "id": deal, "version": version, "stages": stages}});
    assert_eq!(said(&world.refused(to(&deal, 2, json!({})))), [("stages.signing".into(), ProblemCode::UnknownOption)]);
    assert_eq!(said(&world.refused(to(&deal, 3, json!({})))), [("version".into(), ProblemCode::UnknownOption)]);
    let seller = world.user("li.na", "admin");
    let mapped = json!({"signing": "offered"});
    assert_eq!(world.run(&seller, to(&deal, 2, mapped.clone())).unwrap_err(), Rejected::NotAutomation);
    let done = world.ok(to(&deal, 2, mapped.clone()));
    assert!(done.effects().is_empty() && done.trace().steps().is_empty(), "nothing has happened to it");
    let kept = stages(&mut world, &deal);
    assert_eq!(told(&kept)[1], "signing > offered 2026-03-03T01:00:00Z host");
    assert_eq!((kept.version, kept.history.changes()[1].version), (Some(2), Some(2)));
    let commits = world.store.commits;
    world.ok(to(&deal, 2, mapped.clone()));
    assert_eq!(world.store.commits, commits, "it is there already");
    world.ok(to(&idle, 2, mapped));
    let kept = stages(&mut world, &idle);
    assert_eq!((kept.version, kept.history.changes().len()), (Some(2), 1), "its stage has stayed");
}
