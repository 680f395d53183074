//! A small company's few days, always the same, and the stores that tell of it.

use std::collections::BTreeMap;
use std::convert::Infallible;

use guanxi::access::Principal;
use guanxi::crm::RunError;
use guanxi::record::{Draft, Fields};
use guanxi::store::{Asks, ChangeSet, CommitError, Conflict, Facts, Put, Store, Stored, Write};
use guanxi::value::{Duration, Id, Instant, Key, Name};
use guanxi::{Command, Context, Crm, Definition, MemoryStore, Outcome, Rejected};

use crate::compare::read;

/// Every kind of command.
pub(crate) const COMMANDS: [&str; 10] =
    ["comment", "create", "delete", "event", "link", "migrate", "move_stage", "restore", "update", "upsert"];

pub(crate) fn name(text: &str) -> Name {
    text.parse().unwrap()
}

/// The definition of the small company.
pub(crate) fn definition() -> Definition {
    Definition::from_json(&read("definition.json"))
}

/// What has happened.
pub(crate) struct Story {
    pub(crate) crm: Crm,
    pub(crate) store: Recording,
    pub(crate) ctx: Context,
    pub(crate) outcomes: Vec<(&'static str, Outcome)>,
    pub(crate) deal: Id,
    pub(crate) second_deal: Id,
    pub(crate) sealed: Id,
}

impl Story {
    /// Returns the story before anything has happened, at the time of its end.
    pub(crate) fn without_store() -> Self {
        let now: Instant = "2026-03-06T09:00:00+08:00".parse().unwrap();
        let nobody: Id = "nobody".parse().unwrap();
        Self {
            crm: definition().compile().unwrap_or_else(|problems| panic!("{problems}")),
            store: Recording::default(),
            ctx: Context::system("acme".parse().unwrap(), "web-form", now, 7).unwrap(),
            outcomes: Vec::new(),
            deal: nobody.clone(),
            second_deal: nobody.clone(),
            sealed: nobody,
        }
    }

    /// Returns the story as it was told.
    pub(crate) fn told() -> Self {
        let mut story = Self::without_store();
        let end = story.ctx.now();
        story.ctx = story.ctx.at("2026-03-02T09:00:00+08:00".parse().unwrap());
        for (id, json) in [
            ("zhang.san", r#"{"name": "张三", "region": "east"}"#),
            ("li.na", r#"{"name": "李娜", "region": "east", "manager": "zhang.san"}"#),
        ] {
            story.run("create_user", draft("user", json).with_id(id.parse().unwrap()));
        }
        let upsert: Command = serde_json::from_str(
            r#"{"upsert": {"object": "account", "external": {"system": "erp", "id": "K-1"}, "fields": {
                "name": "  上海云舟科技有限公司 ", "phone": "021-6235 1234", "uscc": "914403001922038216", "owner": "li.na",
                "watchers": ["zhang.san"], "tags": ["vip", "华东"], "bank": "6222 0000", "need": "CRM"}}}"#,
        )
        .unwrap();
        let account = story.run("upsert", upsert);
        let sealed = r#"{"name": "Sealed Ltd.", "owner": "li.na", "sealed": true}"#;
        story.sealed = story.run("create_sealed", draft("account", sealed));
        let deal = format!(
            r#"{{"name": "云舟 2026", "account": "{account}", "region": "east", "amount": "CNY 1200.50", "probability": "0.750",
                "seats": 40, "close_on": "2026-03-20", "cycle": "P1DT12H"}}"#
        );
        story.deal = story.run("create", draft("deal", &deal));
        let second = format!(
            r#"{{"name": "Second", "account": "{account}", "region": "east", "amount": "CNY 500.00", "close_on": "2026-04-20"}}"#
        );
        story.second_deal = story.run("create_in_turn", draft("deal", &second));
        let (deal, second) = (story.deal.clone(), story.second_deal.clone());
        story.run("event", Command::event(name("deal"), deal.clone(), name("visited_website")));
        let mut comment = Command::comment(name("account"), account.clone(), "已联系,等待回复");
        if let Command::Comment(comment) = &mut comment {
            comment.mentions = vec!["zhang.san".parse().unwrap()];
        }
        story.run("comment", comment);
        story.ctx = story.ctx.explaining();
        story.run("move_stage", Command::move_stage(name("deal"), deal.clone(), "won"));
        let sales = story.as_user("li.na", "sales");
        let fields: Fields = serde_json::from_str(r#"{"phone": null, "need": "Training"}"#).unwrap();
        let update = Command::update(name("account"), account, fields);
        let seen = story.crm.run(&mut story.store, &sales, &update).unwrap();
        story.outcomes.push(("update_by_sales", seen));
        let lost: Command = serde_json::from_value(serde_json::json!({"move_stage": {"object": "deal", "id": deal, "to": "lost", "fields": {"lost_reason": "Budget"}}})).unwrap();
        let seen = story.crm.run(&mut story.store, &sales.next(), &lost).unwrap();
        story.outcomes.push(("move_stage_by_sales", seen));
        story.ctx = story.ctx.at(end);
        let ticked = story.crm.tick(&mut story.store, &story.ctx, 10).unwrap();
        let fired = ticked.fired.into_iter().next().unwrap();
        assert_eq!(*fired.id(), second);
        story.outcomes.push(("timer", fired));
        let third = story.run("create_to_delete", draft("activity", r#"{"summary": "By mistake"}"#));
        story.run("delete", Command::delete(name("activity"), third));
        story
    }

    /// Returns the context of a person.
    pub(crate) fn as_user(&self, id: &str, role: &str) -> Context {
        let principal = Principal::user(id.parse().unwrap()).with_role(name(role));
        Context::new(self.ctx.tenant().clone(), principal, self.ctx.now(), self.ctx.seed() ^ 1)
    }

    /// Runs a command and returns the record that it was about.
    fn run(&mut self, told_as: &'static str, command: impl Into<Told>) -> Id {
        let Told(command) = command.into();
        let outcome = self.crm.run(&mut self.store, &self.ctx, &command).unwrap_or_else(|error| panic!("{error}"));
        let minute = Duration::from_millis(60_000);
        self.ctx = self.ctx.next().at(self.ctx.now().plus(minute).unwrap());
        let id = outcome.id().clone();
        if !told_as.starts_with("create_") || told_as == "create_in_turn" {
            self.outcomes.push((told_as, outcome));
        }
        id
    }

    /// Returns why a command is refused.
    pub(crate) fn refused(&mut self, ctx: &Context, command: &Command) -> Rejected {
        match self.crm.run(&mut self.store, ctx, command) {
            Err(RunError::Rejected(rejected)) => rejected,
            other => panic!("{command:?} was not refused: {other:?}"),
        }
    }
}

/// A command, or a draft to create.
struct Told(Command);

impl From<Command> for Told {
    fn from(command: Command) -> Self {
        Self(command)
    }
}

impl From<Draft> for Told {
    fn from(draft: Draft) -> Self {
        Self(Command::create(draft))
    }
}

fn draft(object: &str, fields: &str) -> Draft {
    Draft::new(name(object)).with_fields(serde_json::from_str(fields).unwrap())
}

/// A store that remembers what it was given.
#[derive(Debug, Default)]
pub(crate) struct Recording {
    pub(crate) inner: MemoryStore,
    pub(crate) written: BTreeMap<Key, Put>,
}

impl Store for Recording {
    type Error = Infallible;

    fn fetch(&mut self, asks: &Asks) -> Result<Facts, Infallible> {
        self.inner.fetch(asks)
    }

    fn commit(&mut self, changes: &ChangeSet) -> Result<(), CommitError<Infallible>> {
        self.inner.commit(changes)?;
        for write in changes.writes() {
            match write {
                Write::Put(put) => self.written.insert(put.key().clone(), put.clone()),
                Write::Delete(key) => self.written.remove(key),
            };
        }
        Ok(())
    }
}

/// A store in which somebody else is always faster.
#[derive(Debug)]
pub(crate) struct Contested(pub(crate) MemoryStore);

impl Store for Contested {
    type Error = Infallible;

    fn fetch(&mut self, asks: &Asks) -> Result<Facts, Infallible> {
        self.0.fetch(asks)
    }

    fn commit(&mut self, _: &ChangeSet) -> Result<(), CommitError<Infallible>> {
        Err(Conflict::unplaced().into())
    }
}

/// A store whose records have lost their last byte.
#[derive(Debug)]
pub(crate) struct Broken(pub(crate) MemoryStore);

impl Store for Broken {
    type Error = Infallible;

    fn fetch(&mut self, asks: &Asks) -> Result<Facts, Infallible> {
        let whole = self.0.fetch(asks)?;
        let mut facts = whole.clone();
        for key in asks.records() {
            if let Some(Some(Stored { revision, body })) = whole.record(key) {
                let body = body[..body.len() - 1].into();
                facts.add_record(key.clone(), Some(Stored { revision: *revision, body }));
            }
        }
        Ok(facts)
    }

    fn commit(&mut self, _: &ChangeSet) -> Result<(), CommitError<Infallible>> {
        Ok(())
    }
}
