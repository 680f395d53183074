//! Whatever a command was overtaken by, the two end as if one had come after the other.
//!
//! For every pair of commands, and every call that the first makes of the store, the second runs as a whole just before
//! that call. What both were told, and everything that is stored, must be what one of the two orders gives.

mod company;

use std::convert::Infallible;

use company::{Counted, World, command, id, name};
use guanxi::access::Principal;
use guanxi::rules::EffectKey;
use guanxi::store::{Asks, ChangeSet, CommitError, Facts, Store};
use guanxi::value::{Duration, Id, Instant};
use guanxi::{Context, Crm};
use serde_json::{Value as Json, json};

type AnyStore<'a> = dyn Store<Error = Infallible> + 'a;

/// A store on which somebody else acts just before the n-th call.
struct Overtaken<'a> {
    inner: &'a mut Counted,
    calls: u32,
    at: u32,
    other: &'a dyn Fn(&mut AnyStore<'_>) -> String,
    told: Option<String>,
}

impl Overtaken<'_> {
    fn call(&mut self) {
        self.calls += 1;
        if self.calls == self.at {
            self.told = Some((self.other)(self.inner));
        }
    }
}

impl Store for Overtaken<'_> {
    type Error = Infallible;

    fn fetch(&mut self, asks: &Asks) -> Result<Facts, Infallible> {
        self.call();
        self.inner.fetch(asks)
    }

    fn commit(&mut self, changes: &ChangeSet) -> Result<(), CommitError<Infallible>> {
        self.call();
        self.inner.commit(changes)
    }
}

/// Something that is done by somebody.
enum Act {
    Run(Json),
    RunAs(&'static str, &'static str, Json),
    Tick,
    Claim,
    Settle(Id),
}

/// The world before anybody acts, with the records that the acts name.
fn world() -> World {
    let mut rules = company::with_rules(json!([
        {"key": "route", "object": "deal", "on": "created", "when": "reason == 'route'", "then": [
            {"assign": {"field": "owner", "from": "user", "match": {"region": "region"}, "strategy": "round_robin"}},
            {"emit": {"kind": "note", "to": "owner", "title": "{name}"}}]},
        {"key": "visited", "object": "deal", "on": {"event": "visited"}, "then": [
            {"set": {"fields": {"score": "(has(score) ? score : 0) + 10"}}}]},
        {"key": "closing", "object": "deal", "on": {"date": {"field": "closes"}}, "then": [
            {"set": {"fields": {"score": "(has(score) ? score : 0) + 1"}}},
            {"emit": {"kind": "note", "to": "owner", "title": "{name} {score|-}"}}]}
    ]));
    let fields = rules["objects"][3]["fields"].as_array_mut().unwrap();
    fields.push(json!({"key": "region", "type": "text", "class": "status"}));
    rules["objects"][2]["ids"] = json!("host");
    rules["objects"][3]["ids"] = json!("host");
    let mut world = World::new(&rules);
    for user in ["li.na", "wang"] {
        world.ok(json!({"create": {"object": "user", "id": user, "fields": {"name": user, "region": "east"}}}));
    }
    for (account, code) in [("a", "c-1"), ("b", "c-2"), ("gone", "c-9")] {
        world.ok(json!({"create": {"object": "account", "id": account, "fields": {"name": account, "code": code}}}));
    }
    world.ok(json!({"delete": {"object": "account", "id": "gone"}}));
    let fields = json!({"name": "Cloud", "owner": "li.na", "account": "b", "closes": "2026-03-02"});
    world.ok(json!({"create": {"object": "deal", "id": "d", "fields": fields}}));
    let fields = json!({"name": "Sea", "reason": "route", "region": "east"});
    world.ok(json!({"create": {"object": "deal", "id": "e", "fields": fields}}));
    world.later(1);
    world
}

fn acts(effect: Id) -> Vec<Act> {
    let deal = |fields: Json| json!({"update": {"object": "deal", "id": "d", "fields": fields}});
    let upsert = |text: &str| json!({"upsert": {"object": "account", "id": text, "external": {"system": "erp", "id": "1"}, "fields": {"name": text}}});
    let routed = |deal: &str| json!({"create": {"object": "deal", "id": deal, "fields": {"name": deal, "reason": "route", "region": "east"}}});
    let account = |account: &str| json!({"create": {"object": "account", "id": account, "fields": {"name": account, "code": "c-9"}}});
    vec![
        Act::Run(deal(json!({"name": "x"}))),
        Act::Run(deal(json!({"name": "y", "stage": "lost", "reason": "price"}))),
        Act::Run(json!({"update": {"object": "deal", "id": "d", "if_revision": 1, "fields": {"name": "z"}}})),
        Act::Run(deal(json!({"closes": "2026-09-01"}))),
        Act::Run(deal(json!({"account": "a"}))),
        Act::Run(json!({"delete": {"object": "deal", "id": "d"}})),
        Act::Run(json!({"delete": {"object": "account", "id": "a"}})),
        Act::Run(json!({"create": {"object": "deal", "id": "new", "fields": {"name": "new", "account": "a"}}})),
        Act::Run(json!({"create": {"object": "deal", "id": "new", "fields": {"name": "other new"}}})),
        Act::Run(account("n-1")),
        Act::Run(account("n-2")),
        Act::Run(json!({"update": {"object": "account", "id": "b", "fields": {"code": "c-9"}}})),
        Act::Run(json!({"restore": {"object": "account", "id": "gone"}})),
        Act::Run(upsert("u-1")),
        Act::Run(upsert("u-2")),
        Act::Run(routed("r-1")),
        Act::Run(routed("r-2")),
        Act::Run(json!({"event": {"object": "deal", "id": "d", "name": "visited"}})),
        Act::Run(json!({"comment": {"object": "deal", "id": "d", "text": "called"}})),
        Act::Run(deal(json!({"owner": "wang"}))),
        Act::RunAs("li.na", "own", deal(json!({"name": "mine"}))),
        Act::RunAs("li.na", "own", json!({"comment": {"object": "deal", "id": "d", "text": "mine"}})),
        Act::RunAs("li.na", "own", json!({"event": {"object": "deal", "id": "d", "name": "left"}})),
        Act::RunAs("li.na", "own", json!({"delete": {"object": "deal", "id": "d"}})),
        Act::Tick,
        Act::Claim,
        Act::Settle(effect),
    ]
}

/// Does it, and tells what came of it.
fn act(crm: &Crm, act: &Act, now: Instant, seed: u64, store: &mut AnyStore<'_>) -> String {
    let system = Context::system("acme".parse().unwrap(), "host", now, seed).unwrap();
    let run = |ctx: &Context, json: &Json, store: &mut AnyStore<'_>| match crm
        .run(store, ctx, &command(json.clone()))
        .map_err(company::rejected)
    {
        Ok(outcome) => format!("{} {:?}", outcome.id(), outcome.revision()),
        Err(why) => format!("{:?}", why.kind()),
    };
    match act {
        Act::Run(json) => run(&system, json, store),
        Act::RunAs(user, role, json) => {
            let principal = Principal::user(id(user)).with_role(name(role));
            run(&Context::new("acme".parse().unwrap(), principal, now, seed), json, store)
        }
        Act::Tick => {
            let ticked = crm.tick(store, &system, 9).map_err(company::rejected).unwrap();
            assert!(ticked.failed.is_empty(), "{:?}", ticked.failed);
            format!("{} fired", ticked.fired.len())
        }
        Act::Claim => {
            let claimed = crm.claim(store, &system, 1, Duration::from_days(1)).map_err(company::rejected).unwrap();
            claimed.items.iter().map(|effect| effect.title()).collect()
        }
        Act::Settle(key) => {
            crm.settle(store, &system, &EffectKey::new(key.clone())).map_err(company::rejected).unwrap();
            "settled".into()
        }
    }
}

fn stored(world: &World) -> Vec<String> {
    world.store.rows.values().map(|put| format!("{put:?}")).collect()
}

#[test]
fn two_commands_end_as_if_one_had_come_after_the_other() {
    let World { crm, now, store, .. } = world();
    let effect = store.rows.keys().find(|key| *key.object() == "effect").unwrap();
    let acts = acts(effect.id().clone());
    let (mut pairs, mut moments) = (0, 0);
    let mut wrong = Vec::new();
    for (i, first) in acts.iter().enumerate() {
        for (j, second) in acts.iter().enumerate() {
            let one = |store: &mut AnyStore<'_>| act(&crm, first, now, 501, store);
            let two = |store: &mut AnyStore<'_>| act(&crm, second, now, 502, store);
            let mut world_12 = world();
            let told_12 = (one(&mut world_12.store), two(&mut world_12.store));
            let mut world_21 = world();
            let told = two(&mut world_21.store);
            let told_21 = (one(&mut world_21.store), told);
            let serial = [(told_12, stored(&world_12)), (told_21, stored(&world_21))];
            pairs += 1;
            for at in 1.. {
                let mut world = world();
                let mut store = Overtaken { inner: &mut world.store, calls: 0, at, other: &two, told: None };
                let told = one(&mut store);
                let Some(other) = store.told.take() else { break };
                moments += 1;
                let end = ((told, other), stored(&world));
                // Who looks twice, like a tick that finds its timers and then fires them, may be told of a part of both.
                let same_store = serial.iter().any(|(_, rows)| *rows == end.1);
                let same_words = serial.contains(&end);
                let looks_twice = matches!(first, Act::Tick);
                if !(same_words || looks_twice && same_store) {
                    wrong.push(format!("act {i}, overtaken by act {j} before call {at}: told {:?}", end.0));
                }
            }
        }
    }
    println!("{pairs} pairs of commands, {moments} moments of being overtaken");
    assert!(wrong.is_empty(), "{} of {moments} are no order at all:\n{}", wrong.len(), wrong.join("\n"));
}
