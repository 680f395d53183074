//! What somebody may not see makes no difference to him.
//!
//! Two companies are built by the same random story. They differ in nothing but what one person may not see: in the hidden
//! fields of records that he sees, in everything about records that he does not see, and in whether these exist at all.
//! Whatever he asks and tries, both must answer with the same bytes.
//!
//! Declared exceptions, which the story keeps equal or leaves out: revisions count all changes; a unique key and an id of
//! another system are taken, whoever has them; people and teams may be referred to by everybody; records come in the
//! order of their creation.

mod company;
mod dice;

use std::collections::BTreeMap;

use company::{World, id, name};
use dice::Dice;
use guanxi::access::Principal;
use guanxi::crm::RejectedKind;
use guanxi::record::Draft;
use guanxi::{Context, Query, Rejected};
use serde::Serialize;
use serde_json::{Value as Json, json};

const STORIES: u64 = 60;

const USERS: [&str; 4] = ["boss", "li.na", "wang", "zhou"];

/// The company, with a seal, a moment that timelines show, and a rule on what most may not see.
fn definition() -> Json {
    let mut made = company::with_rules(json!([
        {"key": "loss", "object": "deal", "on": {"saved": []}, "when": "margin < 5", "once": "every_time", "then": [
            {"emit": {"kind": "notify", "to": "'boss'", "title": "A loss: {name}"}}]},
        {"key": "cold", "object": "deal", "on": {"inactive": {"days": 3, "since": ["margin_at", "created_at"]}}, "then": [
            {"emit": {"kind": "notify", "to": "'boss'", "title": "Cold: {name}"}}]}
    ]));
    let deal = &mut made["objects"][3];
    let fields = deal["fields"].as_array_mut().unwrap();
    fields.push(json!({"key": "sealed", "type": "bool", "class": "status"}));
    fields.push(json!({"key": "at", "type": "instant", "class": "sales"}));
    fields.push(json!({"key": "margin_at", "type": "instant", "class": "sensitive"}));
    deal["ownership"]["sealed"] = json!("sealed");
    // Names are no unique key here: those are a declared exception.
    deal.as_object_mut().unwrap().remove("unique");
    made["seals"] = json!([{"object": "deal", "actions": ["view"], "except": ["admin", "all"]}]);
    let roles = made["roles"].as_array_mut().unwrap();
    roles.push(json!({"key": "desk", "grants": [
        {"object": "account", "actions": ["create", "view", "edit"], "relations": ["any"], "fields": ["sales", "status"]},
        {"object": "deal", "actions": ["create", "view", "edit", "comment"], "relations": ["any"], "fields": ["status"]}]}));
    roles.push(json!({"key": "keeper", "grants": [
        {"object": "account", "actions": ["view"], "relations": ["owner"], "fields": ["*"]},
        {"object": "account", "actions": ["view"], "relations": ["any"], "fields": ["status"]},
        {"object": "deal", "actions": ["view", "delete"], "relations": ["owner", "shared_with"], "fields": ["*"]}]}));
    made
}

/// One record of the story: its fields at first, and what is set later.
#[derive(Debug, Clone)]
struct Told {
    object: &'static str,
    fields: Json,
    later: Option<Json>,
    comment: bool,
    deleted: bool,
}

/// A story of accounts and deals; a number stands for the n-th record.
fn story(dice: &mut Dice) -> Vec<Told> {
    let mut told = Vec::new();
    for n in 0..4 {
        let fields = json!({"name": format!("account {n}"), "owner": dice.one(&USERS), "grade": dice.one(&["A", "B"]),
            "debt": {"amount": format!("{n}.00"), "currency": "CNY"}});
        told.push(Told { object: "account", fields, later: None, comment: false, deleted: false });
    }
    for n in 0..9 {
        let mut fields = json!({"name": format!("deal {}", dice.below(4)), "owner": dice.one(&USERS), "account": dice.below(4),
            "team": dice.one(&["east", "west"]), "stage": dice.one(&["open", "won"]), "margin": dice.below(9),
            "closes": format!("2026-0{}-15", 1 + dice.below(9)), "at": format!("2026-03-0{}T09:00:00Z", 1 + dice.below(9)),
            "sealed": dice.below(5) == 0, "margin_at": format!("2026-02-0{}T09:00:00Z", 1 + dice.below(9))});
        if dice.below(3) == 0 {
            fields["shared"] = json!([dice.one(&USERS)]);
        }
        let later =
            (n % 2 == 0).then(|| json!({"margin": 10 + dice.below(9), "name": format!("deal {}", dice.below(4))}));
        told.push(Told { object: "deal", fields, later, comment: dice.below(3) == 0, deleted: false });
    }
    told
}

/// The company after a story: the records that it told of, by number; those left out have no id.
fn played(story: &[Option<Told>]) -> (World, Vec<Option<String>>) {
    let mut world = World::new(&definition());
    for team in ["east", "west"] {
        world.ok(json!({"create": {"object": "team", "id": team, "fields": {"name": team}}}));
    }
    for (user, team) in USERS.iter().zip(["east", "east", "east", "west"]) {
        let manager = (*user != "boss").then_some("boss");
        let fields = json!({"name": user, "team": team, "manager": manager, "region": team});
        world.ok(json!({"create": {"object": "user", "id": user, "fields": fields}}));
    }
    let mut ids: Vec<Option<String>> = Vec::new();
    for (n, told) in story.iter().enumerate() {
        world.later(1);
        // Every record has seeds of its own, whether the one before it exists or not.
        world.seed = 1_000 + 10 * n as u64;
        let Some(Told { object, fields, later, comment, .. }) = told else {
            ids.push(None);
            continue;
        };
        let given = |fields: &Json| {
            let mut fields = fields.clone();
            if let Some(account) = fields.get("account").and_then(Json::as_u64) {
                fields["account"] = json!(ids[account as usize]);
            }
            fields
        };
        let made = world.made(object, given(fields));
        if let Some(later) = later {
            world.ok(json!({"update": {"object": object, "id": made, "fields": given(later)}}));
        }
        if *comment {
            world.ok(json!({"comment": {"object": object, "id": made, "text": format!("about {made}")}}));
            world.ok(json!({"event": {"object": object, "id": made, "name": "visited"}}));
        }
        ids.push(Some(made));
    }
    world.later(1);
    for (told, made) in story.iter().zip(&ids) {
        if let (Some(Told { object, deleted: true, .. }), Some(made)) = (told, made) {
            world.ok(json!({"delete": {"object": object, "id": made}}));
        }
    }
    world.seed = 100_000;
    (world, ids)
}

/// The same story as far as somebody may see it: what he may not see is another, or is not at all.
fn altered(dice: &mut Dice, story: &[Told], sees: &[BTreeMap<&'static str, bool>]) -> Vec<Option<Told>> {
    let mut made = Vec::new();
    for (told, sees) in story.iter().zip(sees) {
        let is_hidden = sees.is_empty();
        // An account that is left out would leave the deals that refer to it hanging.
        if is_hidden && told.object == "deal" && dice.below(3) == 0 {
            made.push(None);
            continue;
        }
        let mut told = told.clone();
        for fields in [Some(&mut told.fields), told.later.as_mut()].into_iter().flatten() {
            for (key, value) in fields.as_object_mut().unwrap() {
                // Whose it is decides what he sees of it.
                let is_ownership = ["owner", "team", "shared", "sealed"].contains(&key.as_str());
                if is_ownership || !is_hidden && sees.get(key.as_str()).copied().unwrap_or(false) {
                    continue;
                }
                *value = match (key.as_str(), &value) {
                    ("stage", _) => json!(dice.one(&["open", "won"])),
                    ("grade", _) => json!(dice.one(&["A", "B"])),
                    ("account", _) => json!(dice.below(4)),
                    ("closes", _) => json!(format!("2027-0{}-15", 1 + dice.below(9))),
                    ("at" | "margin_at", _) => json!(format!("2026-02-1{}T09:00:00Z", dice.below(9))),
                    // What is set later changes the record in both companies, so that its revisions are the same.
                    ("margin", margin) => {
                        json!(margin.as_u64().unwrap_or_default() / 10 * 100 + 1 + dice.below(50) as u64)
                    }
                    ("debt", _) => json!({"amount": format!("{}.00", dice.below(9)), "currency": "EUR"}),
                    (_, text) => json!(format!("{} (hidden {})", text.as_str().unwrap_or_default(), dice.below(9))),
                };
            }
        }
        if is_hidden {
            (told.comment, told.deleted) = (dice.below(2) == 0, dice.below(2) == 0);
        }
        made.push(Some(told));
    }
    made
}

fn text<T: Serialize>(answer: Result<T, Rejected>) -> String {
    answer.map_or_else(
        |why| format!("refused: {}", serde_json::to_string(&why).unwrap()),
        |answer| serde_json::to_string(&answer).unwrap(),
    )
}

/// Everything that somebody is told who asks everything and tries everything.
fn told(world: &mut World, user: &str, role: &str, known: &[(&'static str, String)]) -> Vec<String> {
    let mut lines = Vec::new();
    let principal = Principal::user(id(user)).with_role(name(role));
    let mut ctx = Context::new("acme".parse().unwrap(), principal, world.now, 100_000);
    macro_rules! ask {
        ($question:expr) => {{
            let question = $question;
            let answer = text(world.ask(&ctx, &question));
            lines.push(format!("{question:?}: {answer}"));
        }};
    }
    for (object, record) in known {
        let (object, record) = (name(object), id(record));
        ask!(Query::get(object.clone(), record.clone()));
        for limit in [1, 2, 100] {
            ask!(Query::timeline(object.clone(), record.clone()).limit(limit));
            ask!(Query::customer_360(object.clone(), record.clone()).limit(limit));
        }
    }
    for filter in [
        "",
        "stage == 'open'",
        "margin > 7",
        "has(account.debt)",
        "account.grade == 'A'",
        "account.grade != 'A'",
        "!has(account.grade)",
        "account.owner == 'li.na'",
        "closes > date('2026-04-01')",
        "!has(closes)",
        "sealed || !sealed",
        "name == 'deal 1'",
        "owner == 'wang' || stage == 'won'",
        "at > timestamp('2026-03-04T00:00:00Z')",
    ] {
        for sort in [None, Some("closes"), Some("stage"), Some("margin"), Some("created_at")] {
            for size in [1, 2, 100] {
                let mut query = Query::list(name("deal")).page_size(size);
                query = if filter.is_empty() { query } else { query.filter(filter) };
                query = sort.iter().fold(query, |query, field| query.sort(name(field)));
                let mut next = None;
                loop {
                    let query = next.take().into_iter().fold(query.clone(), |query, cursor| query.after(cursor));
                    let page = world.ask(&ctx, &query);
                    next = page.as_ref().ok().and_then(|page| page.next.clone());
                    lines.push(format!("{query:?}: {}", text(page)));
                    if next.is_none() {
                        break;
                    }
                }
            }
        }
    }
    for cards in [1, 2, 100] {
        ask!(Query::board(name("deal")).cards(cards));
    }
    for size in [1, 2, 100] {
        let mut query = Query::changes().page_size(size);
        loop {
            let page = world.ask(&ctx, &query).unwrap();
            lines.push(format!("{query:?}: {}", text(Ok(&page))));
            if !page.more {
                break;
            }
            query = query.after(page.next);
        }
    }
    ask!(Query::list(name("account")).filter("grade == 'A'"));
    let draft: Draft = serde_json::from_value(json!({"object": "deal", "fields": {"stage": "lost"}})).unwrap();
    lines.push(text(world.crm.form(&ctx, &draft)));
    for (object, record) in known {
        let mut commands = vec![
            json!({"update": {"object": object, "id": record, "fields": {"name": "mine"}}}),
            json!({"update": {"object": object, "id": record, "if_revision": 9, "fields": {"name": "mine"}}}),
            json!({"update": {"object": object, "id": record, "fields": {"owner": "wang"}}}),
            json!({"move_stage": {"object": object, "id": record, "to": "won"}}),
            json!({"delete": {"object": object, "id": record}}),
            json!({"restore": {"object": object, "id": record}}),
            json!({"comment": {"object": object, "id": record, "text": "x"}}),
            json!({"event": {"object": object, "id": record, "name": "x"}}),
        ];
        if *object == "account" {
            commands.push(
                json!({"create": {"object": "deal", "fields": {"name": "new", "owner": user, "account": record}}}),
            );
            commands.push(json!({"create": {"object": "deal", "fields": {"stage": "won", "account": record}}}));
            commands.extend(known.iter().filter(|(object, _)| *object == "deal").take(2).map(
                |(object, deal)| json!({"link": {"object": object, "id": deal, "field": "account", "to": record}}),
            ));
        }
        for command in commands {
            ctx = ctx.next();
            let shown = command.to_string();
            let check = world.crm.check(&mut world.store, &ctx, &company::command(command)).map_err(company::rejected);
            lines.push(format!("{shown}: {}", text(check)));
        }
    }
    // Some of it for good, and then what stands where.
    for (object, record) in known {
        ctx = ctx.next();
        let update = json!({"update": {"object": object, "id": record, "fields": {"tags": ["seen"], "reason": "why"}}});
        lines.push(text(world.run(&ctx, update)));
        ask!(Query::timeline(name(object), id(record)));
    }
    ask!(Query::list(name("deal")));
    lines
}

#[test]
fn what_somebody_may_not_see_makes_no_difference_to_him() {
    let roles = ["own", "team", "chief", "buyer", "all", "clerk", "desk", "keeper", "nobody", "admin"];
    let (mut answers, mut differences) = (0, 0);
    for seed in 0..STORIES {
        let mut dice = Dice(seed);
        let (user, role) = (dice.one(&USERS), roles[seed as usize % roles.len()]);
        let story = story(&mut dice);
        let whole: Vec<_> = story.iter().cloned().map(Some).collect();
        let (mut one, ids) = played(&whole);
        // What he sees of each record; of nothing, when he does not see it at all.
        let ctx = Context::new("acme".parse().unwrap(), Principal::user(id(user)).with_role(name(role)), one.now, 1);
        let sees: Vec<BTreeMap<&'static str, bool>> = story
            .iter()
            .zip(&ids)
            .map(|(told, record)| {
                let get = Query::get(name(told.object), id(record.as_ref().unwrap()));
                let keys = ["name", "grade", "debt", "account", "stage", "margin", "closes", "at", "margin_at"];
                match one.ask(&ctx, &get) {
                    Ok(view) => keys.iter().map(|key| (*key, view.shows(key))).collect(),
                    Err(why) => {
                        assert!(matches!(why.kind(), RejectedKind::NotFound), "{why}");
                        BTreeMap::new()
                    }
                }
            })
            .collect();
        let (mut other, other_ids) = played(&altered(&mut dice, &story, &sees));
        differences += usize::from(one.store.rows != other.store.rows);
        assert!(ids.iter().zip(&other_ids).all(|(one, other)| other.is_none() || one == other));
        let known: Vec<_> = story.iter().map(|told| told.object).zip(ids.into_iter().flatten()).collect();
        let (one, other) = (told(&mut one, user, role, &known), told(&mut other, user, role, &known));
        for (one, other) in one.iter().zip(&other) {
            assert_eq!(one, other, "story {seed}: {user} as {role}");
        }
        assert_eq!(one.len(), other.len());
        answers += one.len();
    }
    println!("{STORIES} stories, {answers} answers alike");
    assert!(differences > STORIES as usize / 2, "too little was hidden: {differences}");
}
