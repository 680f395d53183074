//! A small company to try behaviours on: its definition as JSON, and a store that counts what it is asked.
#![allow(dead_code, reason = "every test program uses a part of it")]

use std::collections::BTreeMap;

use guanxi::access::Principal;
use guanxi::crm::{Question, RunError};
use guanxi::store::{Asks, ChangeSet, CommitError, Facts, MemoryStore, Put, Store, Write};
use guanxi::value::{Id, Instant, Key, Name};
use guanxi::{Command, Context, Crm, Definition, Outcome, Rejected};
use serde_json::{Value as Json, json};

pub fn name(text: &str) -> Name {
    text.parse().unwrap()
}

pub fn id(text: &str) -> Id {
    text.parse().unwrap()
}

pub fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

pub fn command(json: Json) -> Command {
    serde_json::from_value(json.clone()).unwrap_or_else(|error| panic!("{error}: {json}"))
}

/// A store that counts, and keeps a second copy of everything to be looked at.
#[derive(Debug, Default)]
pub struct Counted {
    inner: MemoryStore,
    pub fetches: u32,
    pub commits: u32,
    pub rows: BTreeMap<Key, Put>,
}

impl Store for Counted {
    type Error = std::convert::Infallible;

    fn fetch(&mut self, asks: &Asks) -> Result<Facts, Self::Error> {
        self.fetches += 1;
        self.inner.fetch(asks)
    }

    fn commit(&mut self, changes: &ChangeSet) -> Result<(), CommitError<Self::Error>> {
        self.commits += 1;
        self.inner.commit(changes)?;
        for write in changes.writes() {
            match write {
                Write::Put(put) => self.rows.insert(put.key().clone(), put.clone()),
                Write::Delete(key) => self.rows.remove(key),
            };
        }
        Ok(())
    }
}

/// A company under test.
pub struct World {
    pub crm: Crm,
    pub store: Counted,
    pub now: Instant,
    pub seed: u64,
}

pub const MONDAY: &str = "2026-03-02T09:00:00+08:00";

impl World {
    pub fn new(definition: &Json) -> Self {
        Self { crm: compiled(definition), store: Counted::default(), now: at(MONDAY), seed: 0 }
    }

    /// The company with users, teams and nothing else.
    pub fn company() -> Self {
        let mut world = Self::new(&definition());
        for team in ["east", "west"] {
            world.ok(json!({"create": {"object": "team", "id": team, "fields": {"name": team}}}));
        }
        for (user, team, manager) in [
            ("boss", "east", None),
            ("li.na", "east", Some("boss")),
            ("wang", "east", None),
            ("zhou", "west", Some("boss")),
        ] {
            let fields = json!({"name": user, "team": team, "manager": manager, "region": team});
            world.ok(json!({"create": {"object": "user", "id": user, "fields": fields}}));
        }
        world
    }

    pub fn system(&mut self) -> Context {
        self.seed += 1;
        Context::system("acme".parse().unwrap(), "host", self.now, self.seed).unwrap()
    }

    pub fn user(&mut self, user: &str, role: &str) -> Context {
        self.seed += 1;
        let principal = Principal::user(id(user)).with_role(name(role));
        Context::new("acme".parse().unwrap(), principal, self.now, self.seed)
    }

    pub fn run(&mut self, ctx: &Context, json: Json) -> Result<Outcome, Rejected> {
        self.crm.run(&mut self.store, ctx, &command(json)).map_err(rejected)
    }

    pub fn ok(&mut self, json: Json) -> Outcome {
        let ctx = self.system();
        let shown = json.to_string();
        self.run(&ctx, json).unwrap_or_else(|why| panic!("{why}: {shown}"))
    }

    pub fn refused(&mut self, json: Json) -> Rejected {
        let ctx = self.system();
        let shown = json.to_string();
        self.run(&ctx, json).err().unwrap_or_else(|| panic!("accepted: {shown}"))
    }

    pub fn ask<Q: Question>(&mut self, ctx: &Context, question: &Q) -> Result<Q::Answer, Rejected> {
        self.crm.ask(&mut self.store, ctx, question).map_err(rejected)
    }

    /// Creates a record of `object` and returns its id.
    pub fn made(&mut self, object: &str, fields: Json) -> String {
        self.ok(json!({"create": {"object": object, "fields": fields}})).id().to_string()
    }

    /// A field of a record, as the host's automation sees it.
    pub fn field(&mut self, object: &str, record: &str, key: &str) -> Option<String> {
        let ctx = self.system();
        let view = self.ask(&ctx, &guanxi::Query::get(name(object), id(record))).unwrap();
        view.get(key).map(ToString::to_string)
    }

    pub fn later(&mut self, hours: i64) {
        self.now = Instant::from_millis(self.now.millis() + hours * 3_600_000).unwrap();
    }

    pub fn tick(&mut self) -> guanxi::crm::Ticked {
        let ctx = self.system();
        self.crm.tick(&mut self.store, &ctx, 100).map_err(rejected).unwrap()
    }

    /// The titles of the effects that wait, in order.
    pub fn waiting(&mut self) -> Vec<String> {
        let ctx = self.system();
        let effects = self.crm.pending(&mut self.store, &ctx, 1_000).map_err(rejected).unwrap();
        effects.items.iter().map(|effect| format!("{} <- {}", effect.to(), effect.title())).collect()
    }

    /// How many things of a kind are stored: records, `effect`, `timer`, `comment`.
    pub fn stored(&self, object: &str) -> usize {
        self.store.rows.keys().filter(|key| *key.object() == *object).count()
    }
}

pub fn compiled(definition: &Json) -> Crm {
    Definition::from_json(&definition.to_string()).compile().unwrap_or_else(|problems| panic!("{problems}"))
}

pub fn rejected<E: std::fmt::Debug>(error: RunError<E>) -> Rejected {
    match error {
        RunError::Rejected(rejected) => rejected,
        other => panic!("{other:?}"),
    }
}

/// The objects and roles of the company; tests add rules.
pub fn definition() -> Json {
    json!({
        "settings": {"utc_offset": "+08:00"},
        "objects": [
            {"key": "user", "ids": "host", "title": "name", "fields": [
                {"key": "name", "type": "text", "class": "status"},
                {"key": "team", "type": "reference", "to": "team", "class": "status"},
                {"key": "manager", "type": "reference", "to": "user", "index": true, "class": "status"},
                {"key": "region", "type": "text", "index": true, "class": "status"},
                {"key": "active", "type": "bool", "default": true, "class": "status"}
            ]},
            {"key": "team", "ids": "host", "fields": [{"key": "name", "type": "text"}]},
            {"key": "account", "title": "name", "ownership": {"owner": "owner"}, "fields": [
                {"key": "name", "type": "text", "class": "sales", "required": true, "weight": 1},
                {"key": "code", "type": "text", "class": "sales", "unique": true},
                {"key": "phone", "type": "text", "format": "phone", "class": "contact"},
                {"key": "owner", "type": "reference", "to": "user", "index": true, "class": "status"},
                {"key": "grade", "type": "enum", "options": ["A", "B"], "class": "sales"},
                {"key": "debt", "type": "money", "class": "sensitive"}
            ]},
            {"key": "deal", "title": "name", "stage": "stage",
             "ownership": {"owner": "owner", "team": "team", "shared_with": "shared"},
             "fields": [
                {"key": "name", "type": "text", "class": "sales", "required": true},
                {"key": "account", "type": "reference", "to": "account", "index": true, "collection": "deals", "class": "sales"},
                {"key": "amount", "type": "money", "class": "sales", "min": {"amount": "1.00", "currency": "CNY"},
                 "max": {"amount": "1000.00", "currency": "CNY"}},
                {"key": "stage", "type": "enum", "options": ["open", "won", "lost"], "default": "open", "index": true, "class": "status"},
                {"key": "reason", "type": "text", "required_if": "stage == 'lost'", "class": "status"},
                {"key": "owner", "type": "reference", "to": "user", "index": true, "class": "status"},
                {"key": "team", "type": "reference", "to": "team", "index": true, "class": "status"},
                {"key": "shared", "type": {"list": "reference"}, "to": "user", "index": true, "class": "status"},
                {"key": "closes", "type": "date", "index": true, "class": "sales"},
                {"key": "score", "type": "integer", "read_only": true, "class": "sales"},
                {"key": "tags", "type": "tags", "class": "sales", "index": true},
                {"key": "margin", "type": "integer", "class": "sensitive", "index": true}
             ],
             "unique": [["account", "name"]],
             "indexes": [{"key": "stage_closes", "fields": ["stage", "closes"]}]}
        ],
        "roles": [
            {"key": "admin", "admin": true, "grants": [{"object": "*",
                "actions": ["create", "view", "edit", "delete", "assign", "transition", "comment"],
                "relations": ["any"], "fields": ["*", "sensitive"]}]},
            {"key": "own", "grants": [
                {"object": "deal", "actions": ["create", "view", "edit", "delete", "comment"], "relations": ["owner", "shared_with"], "fields": ["*"]},
                {"object": "account", "actions": ["view"], "relations": ["owner"], "fields": ["*"]}]},
            {"key": "team", "grants": [
                {"object": "deal", "actions": ["view"], "relations": ["owner", "same_team"], "fields": ["*"]}]},
            {"key": "chief", "grants": [
                {"object": "deal", "actions": ["view", "assign"], "relations": ["owner", "manager_of_owner"], "fields": ["*"]}]},
            {"key": "buyer-chief", "grants": [
                {"object": "deal", "actions": ["view"], "relations": ["owner", "manager_of_owner"], "fields": ["*"]},
                {"object": "account", "actions": ["view"], "relations": ["owner", "manager_of_owner"], "fields": ["*"]}]},
            {"key": "buyer", "grants": [
                {"object": "deal", "actions": ["create", "view", "edit"], "relations": ["owner"], "fields": ["*"]},
                {"object": "account", "actions": ["view"], "relations": ["manager_of_owner"], "fields": ["*"]}]},
            {"key": "all", "grants": [
                {"object": "deal", "actions": ["view"], "relations": ["any"], "fields": ["*"]},
                {"object": "account", "actions": ["view"], "relations": ["any"], "fields": ["*"]}]},
            {"key": "clerk", "grants": [
                {"object": "deal", "actions": ["view"], "relations": ["any"], "fields": ["status"]}]},
            {"key": "nobody", "grants": []}
        ],
        "customer_360": [{"object": "account", "key": "transaction", "collections": ["deals"]}]
    })
}

/// The company's definition with these rules.
pub fn with_rules(rules: Json) -> Json {
    let mut made = definition();
    made["rules"] = rules;
    made
}
