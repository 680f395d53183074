//! What commands and queries do, through the front door.

mod company;

use company::{World, at, id, name};
use guanxi::crm::{Happened, RejectedKind};
use guanxi::record::ProblemCode;
use guanxi::value::{Duration, Revision};
use guanxi::{Query, Rejected};
use serde_json::{Value as Json, json};

fn update(record: &str, fields: Json) -> Json {
    json!({"update": {"object": "deal", "id": record, "fields": fields}})
}

fn deal(world: &mut World, fields: Json) -> String {
    world.made("deal", fields)
}

fn codes(why: &Rejected) -> Vec<(String, ProblemCode)> {
    why.fields().iter().map(|problem| (problem.field().to_owned(), problem.code())).collect()
}

fn one(field: &str, code: ProblemCode) -> Vec<(String, ProblemCode)> {
    vec![(field.to_owned(), code)]
}

#[test]
fn a_record_is_created_changed_deleted_and_restored() {
    let mut world = World::company();
    let deal = deal(&mut world, json!({"name": "  Cloud   boats "}));
    assert_eq!(world.field("deal", &deal, "stage").as_deref(), Some("open"), "the default");
    let changed = world.ok(update(&deal, json!({"closes": "2026-04-01"})));
    assert_eq!(changed.revision(), Some(Revision::new(2)));
    assert_eq!(changed.changes()[0].changes()[0].field(), &"closes");
    world.ok(json!({"delete": {"object": "deal", "id": deal}}));
    let ctx = world.system();
    let page = world.ask(&ctx, &Query::list(name("deal"))).unwrap();
    assert!(page.records.is_empty(), "deleted records are in no list");
    assert_eq!(world.refused(update(&deal, json!({"name": "x"}))).kind(), RejectedKind::NotFound);
    let back = world.ok(json!({"restore": {"object": "deal", "id": deal}}));
    assert_eq!(back.revision(), Some(Revision::new(4)));
    let page = world.ask(&ctx, &Query::list(name("deal"))).unwrap();
    assert_eq!(page.records.len(), 1);
    let commits = world.store.commits;
    let again = world.ok(json!({"restore": {"object": "deal", "id": deal}}));
    assert_eq!((again.changes().len(), world.store.commits), (0, commits), "restoring what is there is nothing");
}

#[test]
fn setting_what_is_there_already_changes_nothing() {
    let mut world = World::company();
    let deal = deal(&mut world, json!({"name": "Cloud", "closes": "2026-04-01", "tags": ["a", "b"]}));
    let rows = world.store.rows.clone();
    let commits = world.store.commits;
    world.later(1);
    for same in [
        json!({"name": "Cloud"}),
        json!({"closes": "2026-04-01", "tags": ["b", "a", "b"]}),
        json!({"reason": null}),
        json!({"reason": "  "}),
        json!({}),
    ] {
        let outcome = world.ok(update(&deal, same));
        assert!(outcome.changes().is_empty() && outcome.effects().is_empty() && outcome.timers().is_empty());
        assert_eq!(outcome.revision(), Some(Revision::FIRST));
    }
    world.ok(json!({"move_stage": {"object": "deal", "id": deal, "to": "open"}}));
    assert_eq!(world.store.commits, commits, "nothing was committed");
    assert_eq!(world.store.rows, rows);
}

#[test]
fn a_stale_revision_is_refused_with_the_present_one() {
    let mut world = World::company();
    let deal = deal(&mut world, json!({"name": "Cloud"}));
    world.ok(update(&deal, json!({"name": "Cloud 2"})));
    let commits = world.store.commits;
    for command in [
        json!({"update": {"object": "deal", "id": deal, "if_revision": 1, "fields": {"name": "x"}}}),
        json!({"delete": {"object": "deal", "id": deal, "if_revision": 1}}),
        json!({"restore": {"object": "deal", "id": deal, "if_revision": 3}}),
        json!({"move_stage": {"object": "deal", "id": deal, "to": "won", "if_revision": 1}}),
    ] {
        match world.refused(command) {
            why @ Rejected::Stale { current, .. } => {
                assert_eq!((current, why.kind()), (Revision::new(2), RejectedKind::Conflict));
            }
            other => panic!("{other}"),
        }
    }
    assert_eq!(world.store.commits, commits);
    world.ok(json!({"update": {"object": "deal", "id": deal, "if_revision": 2, "fields": {"name": "x"}}}));
}

#[test]
fn a_unique_key_belongs_to_one_record_at_a_time() {
    let mut world = World::company();
    let first = world.made("account", json!({"name": "A", "code": "c-1"}));
    let second = world.made("account", json!({"name": "B", "code": "c-2"}));
    let create = json!({"create": {"object": "account", "fields": {"name": "C", "code": "c-1"}}});
    let steal = json!({"update": {"object": "account", "id": second, "fields": {"code": "c-1"}}});
    for taken in [create.clone(), steal.clone()] {
        let why = world.refused(taken);
        assert_eq!((why.kind(), codes(&why)), (RejectedKind::Conflict, one("code", ProblemCode::Duplicate)));
    }
    world.ok(json!({"delete": {"object": "account", "id": first}}));
    world.ok(steal);
    let why = world.refused(json!({"restore": {"object": "account", "id": first}}));
    assert_eq!(codes(&why), one("code", ProblemCode::Duplicate), "the key was taken meanwhile");
    world.ok(json!({"update": {"object": "account", "id": second, "fields": {"code": null}}}));
    world.ok(json!({"restore": {"object": "account", "id": first}}));
    assert_eq!(codes(&world.refused(create)), one("code", ProblemCode::Duplicate));
    // A key of several fields counts where all of them have a value.
    let deal =
        |account: &str, deal: &str| json!({"create": {"object": "deal", "fields": {"name": deal, "account": account}}});
    world.ok(deal(&first, "x"));
    world.ok(deal(&second, "x"));
    assert_eq!(world.refused(deal(&first, "x")).kind(), RejectedKind::Conflict);
    world.ok(json!({"create": {"object": "deal", "fields": {"name": "x"}}}));
    world.ok(json!({"create": {"object": "deal", "fields": {"name": "x"}}}));
}

#[test]
fn what_a_record_refers_to_must_be_there() {
    let mut world = World::company();
    let account = world.made("account", json!({"name": "A"}));
    let deal = deal(&mut world, json!({"name": "Cloud"}));
    let link = |to: &str| json!({"link": {"object": "deal", "id": deal, "field": "account", "to": to}});
    assert_eq!(codes(&world.refused(link("nowhere"))), one("account", ProblemCode::Dangling));
    world.ok(link(&account));
    assert_eq!(world.field("deal", &deal, "account"), Some(account.clone()));
    let shared = update(&deal, json!({"shared": ["li.na", "ghost"]}));
    assert_eq!(codes(&world.refused(shared)), one("shared", ProblemCode::Dangling));
    world.ok(json!({"delete": {"object": "account", "id": account}}));
    world.ok(update(&deal, json!({"name": "x"})));
    let other = world.made("deal", json!({"name": "Other"}));
    let why = world.refused(json!({"link": {"object": "deal", "id": other, "field": "account", "to": account}}));
    assert_eq!(codes(&why), one("account", ProblemCode::Dangling), "a deleted record cannot be referred to");
    let why = world.refused(json!({"link": {"object": "deal", "id": other, "field": "name", "to": account}}));
    assert_eq!(why.kind(), RejectedKind::Invalid);
}

#[test]
fn wrong_input_is_named_all_at_once() {
    let mut world = World::company();
    let deal = deal(&mut world, json!({"name": "Cloud"}));
    let commits = world.store.commits;
    let why = world.refused(json!({"create": {"object": "deal", "fields": {
        "nmae": "x", "stage": "wno", "closes": "yesterday", "score": 3, "created_by": "me", "shared": [1], "margin": "much"
    }}}));
    assert_eq!(
        codes(&why),
        [
            ("closes", ProblemCode::WrongType),
            ("created_by", ProblemCode::ReadOnly),
            ("margin", ProblemCode::WrongType),
            ("nmae", ProblemCode::UnknownField),
            ("score", ProblemCode::ReadOnly),
            ("shared", ProblemCode::WrongType),
            ("stage", ProblemCode::UnknownOption),
            ("name", ProblemCode::Required)
        ]
        .map(|(field, code)| (field.to_owned(), code))
    );
    assert!(why.to_string().contains("did you mean `name`?"), "{why}");
    let unknown_object = json!({"create": {"object": "daal", "fields": {}}});
    assert!(world.refused(unknown_object).to_string().contains("did you mean `deal`?"));
    let to_nowhere = json!({"move_stage": {"object": "deal", "id": deal, "to": "wno"}});
    assert_eq!(codes(&world.refused(to_nowhere)), one("stage", ProblemCode::UnknownOption));
    let no_stages = json!({"move_stage": {"object": "account", "id": deal, "to": "won"}});
    assert_eq!(codes(&world.refused(no_stages)), one("stage", ProblemCode::UnknownField));
    let derived = json!({"create": {"object": "deal", "id": "mine", "fields": {"name": "x"}}});
    assert_eq!(world.refused(derived).fields()[0].field(), "id");
    let host = json!({"create": {"object": "user", "fields": {"name": "x"}}});
    assert_eq!(codes(&world.refused(host)), one("id", ProblemCode::Required));
    let known = json!({"create": {"object": "user", "id": "li.na", "fields": {"name": "x"}}});
    assert_eq!(world.refused(known).kind(), RejectedKind::Conflict);
    assert_eq!(world.store.commits, commits, "nothing was written");
}

#[test]
fn a_bound_in_one_currency_says_nothing_of_another() {
    let mut world = World::company();
    let create = |amount: &str, currency: &str| json!({"create": {"object": "deal", "fields": {"name": "x", "amount": {"amount": amount, "currency": currency}}}});
    world.ok(create("1000.00", "CNY"));
    world.ok(create("0.01", "EUR"));
    world.ok(create("99999.00", "USD"));
    for (amount, currency) in [("0.99", "CNY"), ("1000.01", "CNY")] {
        assert_eq!(codes(&world.refused(create(amount, currency))), one("amount", ProblemCode::OutOfRange));
    }
}

#[test]
fn a_field_may_be_required_by_others() {
    let mut world = World::company();
    let deal = deal(&mut world, json!({"name": "Cloud"}));
    let lost = json!({"move_stage": {"object": "deal", "id": deal, "to": "lost"}});
    assert_eq!(codes(&world.refused(lost)), one("reason", ProblemCode::Required));
    world.ok(json!({"move_stage": {"object": "deal", "id": deal, "to": "lost", "fields": {"reason": "price"}}}));
    assert_eq!(codes(&world.refused(update(&deal, json!({"reason": null})))), one("reason", ProblemCode::Required));
    assert_eq!(codes(&world.refused(update(&deal, json!({"name": null})))), one("name", ProblemCode::Required));
}

#[test]
fn what_a_new_definition_requires_does_not_lock_old_records() {
    let mut old = company::definition();
    old["objects"][3]["fields"][4].as_object_mut().unwrap().remove("required_if");
    let mut world = World::new(&old);
    let deal = world.made("deal", json!({"name": "Cloud", "stage": "lost"}));
    world.crm = company::compiled(&company::definition());
    world.ok(update(&deal, json!({"closes": "2026-05-01"})));
    world.ok(update(&deal, json!({"stage": "won"})));
    assert_eq!(codes(&world.refused(update(&deal, json!({"stage": "lost"})))), one("reason", ProblemCode::Required));
}

#[test]
fn another_system_knows_a_record_by_its_own_id() {
    let mut world = World::company();
    let upsert = |external: &str, fields: Json| json!({"upsert": {"object": "account", "external": {"system": "erp", "id": external}, "fields": fields}});
    let made = world.ok(upsert("77", json!({"name": "A"})));
    let same = world.ok(upsert("77", json!({"name": "A+"})));
    assert_eq!((made.id(), same.revision()), (same.id(), Some(Revision::new(2))));
    let commits = world.store.commits;
    world.ok(upsert("77", json!({"name": "A+"})));
    assert_eq!(world.store.commits, commits, "nothing changed");
    assert_ne!(world.ok(upsert("78", json!({"name": "B"}))).id(), made.id());
    for bad in ["", "a\nb", &"x".repeat(257)] {
        assert_eq!(world.refused(upsert(bad, json!({"name": "C"}))).fields()[0].field(), "external");
    }
    let first = made.id().to_string();
    world.ok(json!({"delete": {"object": "account", "id": first}}));
    let anew = world.ok(upsert("77", json!({"name": "A again"})));
    assert_ne!(anew.id(), made.id(), "a deleted record is not known any more");
    let why = world.refused(json!({"restore": {"object": "account", "id": first}}));
    assert_eq!(codes(&why), one("external_ids", ProblemCode::Duplicate));
}

#[test]
fn comments_and_events_are_kept_and_shown() {
    let mut world = World::company();
    let deal = deal(&mut world, json!({"name": "Cloud", "owner": "li.na"}));
    world.later(1);
    world.ok(json!({"comment": {"object": "deal", "id": deal, "text": "called", "mentions": ["zhou"]}}));
    world.later(1);
    world.ok(json!({"event": {"object": "deal", "id": deal, "name": "visited_website"}}));
    world.later(1);
    world.ok(update(&deal, json!({"margin": 7})));
    world.later(1);
    world.ok(update(&deal, json!({"name": "Cloud 2", "margin": 8})));
    let words = |items: &[guanxi::crm::TimelineItem]| -> Vec<String> {
        let told = |what: &Happened| match what {
            Happened::Changed { command, fields, .. } => {
                let fields: Vec<_> = fields.iter().map(|change| change.field().to_string()).collect();
                format!("{command} {}", fields.join("+"))
            }
            Happened::Commented { text, mentions, .. } => format!("{text} {mentions:?}"),
            Happened::Told { name, .. } => name.to_string(),
            other => format!("{other:?}"),
        };
        items.iter().map(|item| told(&item.what)).collect()
    };
    let timeline = Query::timeline(name("deal"), id(&deal));
    let system = world.system();
    let all = world.ask(&system, &timeline).unwrap();
    assert_eq!(words(&all), ["update name+margin", "update margin", "visited_website", "called [`zhou`]", "create "]);
    let li_na = world.user("li.na", "own");
    let seen = world.ask(&li_na, &timeline).unwrap();
    assert_eq!(
        words(&seen),
        ["update name", "visited_website", "called [`zhou`]", "create "],
        "no trace of the margin"
    );
    let wang = world.user("wang", "own");
    assert_eq!(world.ask(&wang, &timeline).unwrap_err().kind(), RejectedKind::NotFound);
    assert_eq!(world.ask(&system, &timeline.clone().limit(2)).unwrap().len(), 2);
}

#[test]
fn a_comment_is_checked_like_the_fields_of_a_record() {
    let mut world = World::company();
    let deal = deal(&mut world, json!({"name": "Cloud"}));
    world.ok(json!({"delete": {"object": "user", "id": "wang"}}));
    let comment = |text: &str, mentions: Json| json!({"comment": {"object": "deal", "id": deal, "text": text, "mentions": mentions}});
    let many: Vec<_> = (0..201).map(|_| "li.na").collect();
    for (text, mentions, expected) in [
        (" \n", json!([]), vec![("text", ProblemCode::Required)]),
        ("", json!(["ghost"]), vec![("text", ProblemCode::Required), ("mentions", ProblemCode::Dangling)]),
        (&"x".repeat(65_537), json!([]), vec![("text", ProblemCode::TooLong)]),
        ("x", json!(["li.na", "wang"]), vec![("mentions", ProblemCode::Dangling)]),
        ("x", json!(many), vec![("mentions", ProblemCode::TooLong)]),
    ] {
        let expected: Vec<_> = expected.into_iter().map(|(field, code)| (field.to_owned(), code)).collect();
        let why = world.refused(comment(text, mentions));
        assert_eq!((why.kind(), codes(&why)), (RejectedKind::Invalid, expected), "{why}");
    }
    world.ok(comment(&"x".repeat(65_536), json!(many[..200])));
}

/// Every command that is about one record.
fn commands_on(record: &str) -> Vec<Json> {
    let object = "deal";
    vec![
        json!({"update": {"object": object, "id": record, "fields": {"name": "mine"}}}),
        json!({"update": {"object": object, "id": record, "if_revision": 9, "fields": {"name": "mine"}}}),
        json!({"update": {"object": object, "id": record, "fields": {"owner": "wang"}}}),
        json!({"move_stage": {"object": object, "id": record, "to": "won"}}),
        json!({"link": {"object": object, "id": record, "field": "account", "to": "a-1"}}),
        json!({"delete": {"object": object, "id": record}}),
        json!({"restore": {"object": object, "id": record}}),
        json!({"comment": {"object": object, "id": record, "text": "x"}}),
        json!({"event": {"object": object, "id": record, "name": "x"}}),
    ]
}

#[test]
fn what_is_denied_writes_nothing() {
    let mut world = World::company();
    let deal = deal(&mut world, json!({"name": "Cloud", "owner": "li.na", "team": "east"}));
    let rows = world.store.rows.clone();
    let commits = world.store.commits;
    for (user, role) in [("li.na", "all"), ("li.na", "clerk"), ("li.na", "nobody"), ("wang", "own"), ("wang", "team")] {
        for command in commands_on(&deal).into_iter().chain([
            json!({"create": {"object": "deal", "fields": {"name": "x", "owner": "zhou"}}}),
            json!({"upsert": {"object": "deal", "external": {"system": "erp", "id": "1"}, "fields": {"name": "x"}}}),
        ]) {
            let ctx = world.user(user, role);
            let why = world.run(&ctx, command.clone()).expect_err(&command.to_string());
            assert!(
                matches!(why.kind(), RejectedKind::Denied | RejectedKind::NotFound | RejectedKind::Conflict),
                "{why}"
            );
            if why.kind() == RejectedKind::Conflict {
                assert_ne!(role, "nobody", "{command}: {why}");
            }
        }
    }
    assert_eq!((world.store.commits, world.store.rows.len()), (commits, rows.len()));
    assert_eq!(world.store.rows, rows);
}

#[test]
fn owning_is_not_assigning() {
    let mut world = World::company();
    let deal = deal(&mut world, json!({"name": "Cloud", "owner": "li.na"}));
    let give = update(&deal, json!({"owner": "wang"}));
    let owner = world.user("li.na", "own");
    let refused = world.run(&owner, give.clone()).unwrap_err().to_string();
    assert_eq!(refused, format!("not allowed to assign `owner` of deal `{deal}`"));
    world.run(&owner, update(&deal, json!({"name": "Cloud 2"}))).unwrap();
    let margin = world.run(&owner.next(), update(&deal, json!({"margin": 3}))).unwrap_err();
    assert_eq!(margin.to_string(), format!("not allowed to edit deal `{deal}`"), "a hidden field is not even named");
    let boss = world.user("boss", "chief");
    world.run(&boss, give).unwrap();
    assert_eq!(world.field("deal", &deal, "owner").as_deref(), Some("wang"));
    let why = world.run(&boss.next(), update(&deal, json!({"owner": "boss"}))).unwrap_err();
    assert_eq!(why.kind(), RejectedKind::NotFound, "wang is not one of the boss's people");
}

#[test]
fn a_hidden_record_is_like_a_missing_one() {
    let (mut hidden, mut missing) = (World::company(), World::company());
    let deal = deal(&mut hidden, json!({"name": "Cloud", "owner": "wang"}));
    let account = hidden.made("account", json!({"name": "A", "owner": "wang"}));
    let ghost = missing.made("deal", json!({"name": "Cloud", "owner": "wang"}));
    missing.ok(json!({"create": {"object": "account", "fields": {"name": "A", "owner": "wang"}}}));
    assert_eq!(deal, ghost, "the same worlds so far");
    // In the other world both are gone for good.
    missing = World::company();
    missing.seed = hidden.seed;
    for (user, role) in [("li.na", "own"), ("zhou", "team"), ("wang", "nobody"), ("zhou", "chief"), ("zhou", "buyer")] {
        let commands = commands_on(&deal)
            .into_iter()
            .chain([json!({"create": {"object": "deal", "fields": {"name": "x", "owner": user, "account": account}}})]);
        for command in commands {
            let answer = |world: &mut World| {
                let ctx = world.user(user, role);
                let before = world.store.fetches;
                let why = world.run(&ctx, command.clone()).expect_err(&command.to_string());
                (why, world.store.fetches - before)
            };
            assert_eq!(answer(&mut hidden), answer(&mut missing), "{user} {role} {command}");
        }
        let answer = |world: &mut World| {
            let ctx = world.user(user, role);
            let before = world.store.fetches;
            let (object, deal, account) = (name("deal"), id(&deal), id(&account));
            let all = format!(
                "{:?} {:?} {:?} {:?} {:?}",
                world.ask(&ctx, &Query::get(object.clone(), deal.clone())),
                world.ask(&ctx, &Query::timeline(object.clone(), deal)),
                world.ask(&ctx, &Query::customer_360(name("account"), account)),
                world.ask(&ctx, &Query::list(object.clone())),
                world.ask(&ctx, &Query::list(object).filter("name == 'Cloud'").sort(name("closes"))),
            );
            (all, world.store.fetches - before)
        };
        assert_eq!(answer(&mut hidden), answer(&mut missing), "{user} {role}");
    }
}

#[test]
fn who_has_no_grant_may_do_nothing() {
    let mut world = World::company();
    let deal = deal(&mut world, json!({"name": "Cloud"}));
    let nobody = world.user("li.na", "nobody");
    assert!(world.crm.form(&nobody, &guanxi::record::Draft::new(name("deal"))).is_err());
    assert!(world.ask(&nobody, &Query::get(name("deal"), id(&deal))).is_err());
    assert_eq!(world.ask(&nobody, &Query::board(name("deal"))).unwrap_err().kind(), RejectedKind::Denied);
    assert_eq!(world.ask(&nobody, &Query::list(name("deal"))).unwrap_err().kind(), RejectedKind::Denied);
    let stranger = world.user("li.na", "unheard_of");
    let why = world.ask(&stranger, &Query::list(name("deal"))).unwrap_err();
    assert_eq!((why.kind(), why.to_string().as_str()), (RejectedKind::Denied, "unknown role `unheard_of`"));
    for kind in [
        world.crm.pending(&mut world.store, &nobody, 9).map(|_| ()).map_err(company::rejected),
        world.crm.claim(&mut world.store, &nobody, 9, Duration::from_days(1)).map(|_| ()).map_err(company::rejected),
        world.crm.tick(&mut world.store, &nobody, 9).map(|_| ()).map_err(company::rejected),
    ] {
        assert_eq!(kind, Err(Rejected::NotAutomation));
    }
}

#[test]
fn tenants_never_mix() {
    let mut world = World::company();
    let deal = deal(&mut world, json!({"name": "Cloud"}));
    let other = guanxi::Context::system("other".parse().unwrap(), "host", world.now, 1).unwrap();
    assert!(world.ask(&other, &Query::list(name("deal"))).unwrap().records.is_empty());
    for command in commands_on(&deal) {
        let shown = command.to_string();
        assert_eq!(world.run(&other, command).expect_err(&shown).kind(), RejectedKind::NotFound, "{shown}");
    }
    assert!(world.crm.pending(&mut world.store, &other, 9).unwrap().is_empty());
}

/// What a test knows of a deal, to say what a list must show.
#[derive(Clone, Debug)]
struct Known {
    id: guanxi::value::Id,
    owner: &'static str,
    team: &'static str,
    closes: Option<String>,
    stage: &'static str,
}

fn many_deals(world: &mut World) -> Vec<Known> {
    let owners = ["li.na", "wang", "zhou"];
    let mut known = Vec::new();
    for n in 0..41_usize {
        let (owner, team, stage) = (owners[n % 3], ["east", "west"][n / 2 % 2], ["open", "won"][n / 5 % 2]);
        // Several deals close on the same day, some on none.
        let closes = (n % 7 != 0).then(|| format!("2026-0{}-15", n * 5 % 9 + 1));
        let fields =
            json!({"name": format!("deal {n}"), "owner": owner, "team": team, "closes": closes, "stage": stage});
        world.later(n as i64 % 2);
        let id = id(&deal(world, fields));
        known.push(Known { id, owner, team, closes, stage });
    }
    known
}

#[test]
fn lists_are_filtered_ordered_and_paged_for_whoever_asks() {
    let mut world = World::company();
    let known = many_deals(&mut world);
    let mut compared = 0;
    for (user, role) in [("li.na", "all"), ("li.na", "own"), ("zhou", "team"), ("boss", "chief"), ("host", "")] {
        let sees = |deal: &Known| match role {
            "own" => deal.owner == user,
            "team" => deal.owner == user || deal.team == "west",
            "chief" => deal.owner == "li.na" || deal.owner == "zhou",
            _ => true,
        };
        for filter in [
            "",
            "stage == 'won'",
            "stage == 'open' && closes >= date('2026-04-15') && closes < date('2026-08-15')",
            "owner == 'wang'",
            "owner == 'wang' || stage == 'won'",
            "closes > date('2026-04-15')",
            "closes <= date('2026-04-15')",
        ] {
            for sort in [None, Some("closes")] {
                for descending in [false, true] {
                    let passes = |deal: &&Known| {
                        let day = deal.closes.as_deref();
                        match filter {
                            "" => true,
                            "stage == 'won'" => deal.stage == "won",
                            "owner == 'wang'" => deal.owner == "wang",
                            "owner == 'wang' || stage == 'won'" => deal.owner == "wang" || deal.stage == "won",
                            "closes > date('2026-04-15')" => day.is_some_and(|day| day > "2026-04-15"),
                            "closes <= date('2026-04-15')" => day.is_some_and(|day| day <= "2026-04-15"),
                            _ => {
                                deal.stage == "open"
                                    && day.is_some_and(|day| ("2026-04-15".."2026-08-15").contains(&day))
                            }
                        }
                    };
                    let mut expected: Vec<_> = known.iter().filter(|deal| sees(deal)).filter(passes).cloned().collect();
                    if sort.is_some() {
                        expected.retain(|deal| deal.closes.is_some());
                        expected.sort_by(|a, b| (&a.closes, &a.id).cmp(&(&b.closes, &b.id)));
                    } else {
                        expected.sort_by(|a, b| a.id.cmp(&b.id));
                    }
                    if descending {
                        expected.reverse();
                    }
                    let expected: Vec<_> = expected.into_iter().map(|deal| deal.id).collect();
                    for size in [1, 3, 7, 41, 1_000] {
                        let ctx = if role.is_empty() { world.system() } else { world.user(user, role) };
                        let mut query = Query::list(name("deal")).page_size(size);
                        query = match filter {
                            "" => query,
                            _ if size == 7 => query.filter_by(filter.parse().unwrap()),
                            _ => query.filter(filter),
                        };
                        query = sort.iter().fold(query, |query, field| query.sort(name(field)));
                        query = if descending { query.descending() } else { query };
                        let (mut found, mut next) = (Vec::new(), None);
                        loop {
                            let page = next.take().into_iter().fold(query.clone(), |query, cursor| query.after(cursor));
                            let page = world.ask(&ctx, &page).unwrap();
                            assert!(page.records.len() <= size as usize);
                            assert!(page.next.is_none() || page.records.len() == size as usize);
                            found.extend(page.records.iter().map(|view| view.id().clone()));
                            let Some(cursor) = page.next else { break };
                            let text = serde_json::to_string(&cursor).unwrap();
                            assert_eq!(serde_json::from_str::<guanxi::crm::PageCursor>(&text).unwrap(), cursor);
                            next = Some(cursor.to_string().parse().unwrap());
                        }
                        assert_eq!(
                            found, expected,
                            "{role} {filter} {sort:?} descending: {descending}, pages of {size}"
                        );
                        compared += 1;
                    }
                }
            }
        }
    }
    println!("{compared} lists compared");
}

#[test]
fn a_list_finds_records_that_a_unique_index_leaves_out() {
    let mut world = World::new(&json!({"objects": [{"key": "seat", "fields": [
        {"key": "row", "type": "text", "index": false}, {"key": "place", "type": "integer"}, {"key": "note", "type": "text"}],
        "unique": [["row", "place", "note"]]}]}));
    for place in [json!(1), json!(2), Json::Null] {
        world.made("seat", json!({"row": "a", "place": place}));
    }
    let ctx = world.system();
    let found = world.ask(&ctx, &Query::list(name("seat")).filter("row == 'a'")).unwrap();
    assert_eq!(found.records.len(), 3);
    // No index has all seats by their place.
    assert!(world.ask(&ctx, &Query::list(name("seat")).filter("row == 'a'").sort(name("place"))).is_err());
}

#[test]
fn a_filter_on_a_hidden_field_is_denied_before_anything_is_read() {
    let mut world = World::company();
    for with_data in [false, true] {
        if with_data {
            deal(&mut world, json!({"name": "Cloud", "owner": "li.na", "margin": 7}));
        }
        for query in [
            Query::list(name("deal")).filter("margin == 7"),
            Query::list(name("deal")).filter("margin > 5 || stage == 'open'"),
            Query::list(name("deal")).filter("!has(margin)"),
            Query::list(name("deal")).filter("has(account.debt)"),
            Query::list(name("deal")).sort(name("margin")),
        ] {
            for role in ["own", "team", "all"] {
                let ctx = world.user("li.na", role);
                let fetches = world.store.fetches;
                let why = world.ask(&ctx, &query).unwrap_err();
                assert_eq!((why.kind(), world.store.fetches), (RejectedKind::Denied, fetches), "{role}: {why}");
                assert!(!why.to_string().contains("margin"), "{why}");
            }
            let admin = world.user("li.na", "admin");
            world.ask(&admin, &query).unwrap();
        }
    }
    let ctx = world.system();
    for (query, field) in [
        (Query::list(name("deal")).filter("nmae == 'x'"), "filter"),
        (Query::list(name("deal")).filter("name == "), "filter"),
        (Query::list(name("deal")).filter("count(deals) > 1"), "filter"),
        (Query::list(name("deal")).sort(name("nmae")), "nmae"),
        (Query::list(name("deal")).sort(name("name")), "name"),
        (Query::list(name("deal")).page_size(0), "page_size"),
        (Query::list(name("deal")).page_size(1_001), "page_size"),
    ] {
        assert_eq!(world.ask(&ctx, &query).unwrap_err().fields()[0].field(), field);
    }
}

#[test]
fn a_board_and_a_customer_show_what_the_caller_may_see() {
    let mut world = World::company();
    let account =
        world.made("account", json!({"name": "A", "owner": "li.na", "debt": {"amount": "5.00", "currency": "CNY"}}));
    let mut ids = Vec::new();
    for (owner, stage) in [("li.na", "open"), ("wang", "open"), ("li.na", "won"), ("wang", "won")] {
        world.later(1);
        let fields = json!({"name": format!("{owner} {stage}"), "owner": owner, "stage": stage, "account": account, "margin": 1});
        ids.push(deal(&mut world, fields));
    }
    let li_na = world.user("li.na", "own");
    let board = world.ask(&li_na, &Query::board(name("deal"))).unwrap();
    let cards: Vec<_> = board.iter().map(|column| (column.stage.as_ref(), column.cards.len(), column.more)).collect();
    assert_eq!(cards, [("open", 1, false), ("won", 1, false), ("lost", 0, false)]);
    assert!(board.iter().flat_map(|column| &column.cards).all(|card| card.get("margin").is_none()));
    let view = world.ask(&li_na, &Query::customer_360(name("account"), id(&account))).unwrap();
    let deals: Vec<_> = view.sections[0].collections[0].records.iter().map(|deal| deal.title()).collect();
    assert_eq!(deals, ["li.na won", "li.na open"]);
    assert_eq!(view.record.get("debt"), None);
    let system = world.system();
    let view = world.ask(&system, &Query::customer_360(name("account"), id(&account))).unwrap();
    assert_eq!(view.sections[0].collections[0].records.len(), 4);
    assert!(view.quality.is_some() && view.record.get("debt").is_some());
    let timeline = world.ask(&li_na, &Query::timeline(name("account"), id(&account))).unwrap();
    assert_eq!(timeline.iter().filter(|item| matches!(item.what, Happened::Related { .. })).count(), 2);
    assert!(world.ask(&system, &Query::customer_360(name("deal"), id(&ids[0]))).is_err(), "a deal has no such view");
    assert!(world.ask(&system, &Query::board(name("account"))).is_err(), "an account has no stages");
}

#[test]
fn a_form_tells_what_is_required_and_read_only_now() {
    let mut world = World::company();
    let ctx = world.user("li.na", "own");
    let form = |draft: guanxi::record::Draft| world.crm.form(&ctx, &draft).unwrap();
    let field = |form: &guanxi::crm::Form, key: &str| {
        form.fields.iter().find(|field| field.key == key).map(|field| (field.required, field.read_only))
    };
    let empty = form(guanxi::record::Draft::new(name("deal")));
    assert_eq!(field(&empty, "name"), Some((true, false)));
    assert_eq!(field(&empty, "reason"), Some((false, false)));
    assert_eq!(field(&empty, "score"), Some((false, true)));
    assert_eq!(field(&empty, "margin"), None, "a hidden field is not in the form");
    let lost = form(guanxi::record::Draft::new(name("deal")).set("stage", "lost"));
    assert_eq!(field(&lost, "reason"), Some((true, false)));
}

#[test]
fn a_form_counts_with_the_defaults_that_the_record_will_have() {
    let mut definition = company::definition();
    let fields = definition["objects"][3]["fields"].as_array_mut().unwrap();
    fields.push(json!({"key": "channel", "type": "text", "required_if": "stage == 'open'"}));
    let mut world = World::new(&definition);
    let ctx = world.system();
    let required = |draft: guanxi::record::Draft| {
        let form = world.crm.form(&ctx, &draft).unwrap();
        form.fields.iter().find(|field| field.key == "channel").unwrap().required
    };
    let draft = |json: Json| serde_json::from_value(json!({"object": "deal", "fields": json})).unwrap();
    assert!(required(draft(json!({}))), "a new deal is open unless somebody says otherwise");
    assert!(!required(draft(json!({"stage": "won"}))));
    assert!(!required(draft(json!({"stage": null}))), "the default is cleared");
    for (fields, expected) in
        [(json!({"name": "x"}), one("channel", ProblemCode::Required)), (json!({"name": "x", "stage": null}), vec![])]
    {
        let created = world.run(&ctx, json!({"create": {"object": "deal", "fields": fields}}));
        assert_eq!(created.err().map(|why| codes(&why)).unwrap_or_default(), expected, "entry says the same");
    }
}

#[test]
fn checking_decides_without_doing() {
    let mut world = World::company();
    let rows = world.store.rows.clone();
    let ctx = world.system();
    let create = company::command(json!({"create": {"object": "deal", "fields": {"name": "Cloud"}}}));
    let outcome = world.crm.check(&mut world.store, &ctx, &create).unwrap();
    assert_eq!(outcome.record().unwrap().title(), "Cloud");
    assert_eq!(world.store.rows, rows);
    let real = world.crm.run(&mut world.store, &ctx, &create).unwrap();
    assert_eq!(real.id(), outcome.id());
}

#[test]
fn bulk_answers_row_by_row() {
    let mut world = World::company();
    let rows = [
        json!({"create": {"object": "account", "fields": {"name": "A", "code": "1"}}}),
        json!({"create": {"object": "account", "fields": {"code": "2"}}}),
        json!({"create": {"object": "account", "fields": {"name": "B", "code": "1"}}}),
        json!({"create": {"object": "account", "fields": {"name": "C", "code": "3"}}}),
    ];
    let commands: Vec<_> = rows.into_iter().map(company::command).collect();
    let ctx = world.system();
    let answers = world.crm.run_each(&mut world.store, &ctx, &commands);
    let kinds: Vec<_> =
        answers.iter().map(|answer| answer.as_ref().err().and_then(|e| e.rejected()).map(Rejected::kind)).collect();
    assert_eq!(kinds, [None, Some(RejectedKind::Invalid), Some(RejectedKind::Conflict), None]);
    // The next command of the host does not meet what the bulk made.
    let mut next = ctx.clone();
    for n in 0..6 {
        let create = match n {
            0 | 1 => json!({"create": {"object": "team", "id": format!("t{n}"), "fields": {}}}),
            _ => json!({"create": {"object": "account", "fields": {"name": format!("after {n}")}}}),
        };
        world.run(&next, create).unwrap();
        next = next.next();
    }
    // The same bulk run again makes nothing twice.
    let stored = world.stored("account");
    let again = world.crm.run_each(&mut world.store, &ctx, &commands);
    assert_eq!((again[0].is_ok(), again[3].is_ok(), world.stored("account")), (true, true, stored));
}

#[test]
fn the_outbox_gives_every_effect_until_it_is_settled() {
    let mut world = World::new(&company::with_rules(json!([{"key": "tell", "object": "deal", "on": "created",
        "then": [{"emit": {"kind": "mail", "to": "owner", "title": "{name}"}}]}])));
    world.ok(json!({"create": {"object": "user", "id": "li.na", "fields": {"name": "李娜"}}}));
    for n in 0..3 {
        world.later(1);
        deal(&mut world, json!({"name": format!("deal {n}"), "owner": "li.na"}));
    }
    assert_eq!(world.waiting(), ["li.na <- deal 0", "li.na <- deal 1", "li.na <- deal 2"]);
    let lease = Duration::from_days(1);
    let ctx = world.system();
    let first = world.crm.claim(&mut world.store, &ctx, 2, lease).unwrap();
    assert_eq!(first.items.len(), 2);
    assert_eq!(world.waiting(), ["li.na <- deal 2"], "what is claimed is not given to others");
    world.crm.settle(&mut world.store, &ctx, first.items[0].key()).unwrap();
    world.later(23);
    assert_eq!(world.waiting().len(), 1, "the lease is not over");
    world.later(1);
    assert_eq!(
        world.waiting(),
        ["li.na <- deal 1", "li.na <- deal 2"],
        "what was taken and not settled comes back first"
    );
    let unknown = guanxi::rules::EffectKey::new(id("00000000-0000-8000-8000-000000000000"));
    let why = world.crm.settle(&mut world.store, &ctx, &unknown).map_err(company::rejected).unwrap_err();
    assert_eq!(why.kind(), RejectedKind::NotFound);
    let ctx = world.system();
    for effect in world.crm.claim(&mut world.store, &ctx, 9, lease).unwrap() {
        world.crm.settle(&mut world.store, &ctx, effect.key()).unwrap();
    }
    world.now = at("2030-01-01T00:00:00Z");
    assert_eq!(world.waiting(), [""; 0]);
    assert_eq!(world.stored("effect"), 3, "they are kept");
}
