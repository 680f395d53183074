use guanxi::access::{Principal, View};
use guanxi::crm::{Customer360View, RunError};
use guanxi::model::{Account, Team, Typed, User};
use guanxi::record::{Draft, Fields};
use guanxi::rules::Effect;
use guanxi::value::{Id, Instant, Name, Value};
use guanxi::{Command, Context, Crm, MemoryStore, Outcome, Query, Rejected};
use serde_json::Value as Json;

/// A small company on the memory store: its people, its clock, and what its host has sent.
pub(crate) struct Office {
    crm: Crm,
    store: MemoryStore,
    ctx: Context,
}

impl Office {
    /// The office opens on Monday 2 March 2026 at nine in Shanghai.
    pub(crate) fn open() -> Self {
        let crm = guanxi::standard().compile().unwrap_or_else(|problems| panic!("{problems}"));
        let opening = instant("2026-03-02T09:00:00+08:00");
        let ctx = Context::system("acme".parse().unwrap(), "host", opening, 7).unwrap();
        let mut office = Self { crm, store: MemoryStore::new(), ctx };
        office.create(Team::new("east").name("East 华东"));
        office.create(User::new("zhao.lei").name("赵雷").role("management").team("east"));
        let li_na =
            User::new("li.na").name("李娜").role("sales").region("east").industry("software").industry("retail");
        office.create(li_na.team("east").manager("zhao.lei"));
        let wang_fang = User::new("wang.fang").name("王芳").role("sales").region("west").industry("software");
        office.create(wang_fang.manager("zhao.lei"));
        office.create(User::new("ma.ke").name("马克").role("marketing"));
        office.create(User::new("qian.jin").name("钱进").role("finance"));
        office.create(User::new("chen.jie").name("陈洁").role("service").skill("pump P3"));
        office
    }

    /// Sets the clock, which never runs backwards, and fires whatever is due.
    pub(crate) fn at(&mut self, now: &str) -> Vec<Outcome> {
        let now = instant(now);
        assert!(now >= self.ctx.now(), "the clock runs backwards");
        self.ctx = self.ctx.at(now).next();
        let ticked = self.crm.tick(&mut self.store, &self.ctx, 100).unwrap();
        assert!(ticked.failed.is_empty() && !ticked.more, "{ticked:?}");
        ticked.fired
    }

    pub(crate) fn now(&self) -> Instant {
        self.ctx.now()
    }

    pub(crate) fn run(&mut self, command: &Command) -> Outcome {
        self.ctx = self.ctx.next();
        self.crm.run(&mut self.store, &self.ctx, command).unwrap_or_else(|error| panic!("{error}"))
    }

    pub(crate) fn refused(&mut self, command: &Command) -> Rejected {
        self.ctx = self.ctx.next();
        rejected(self.crm.run(&mut self.store, &self.ctx, command))
    }

    /// Runs a command as somebody with roles, joined by `+`.
    pub(crate) fn run_as(&mut self, user: &str, roles: &str, command: &Command) -> Result<Outcome, Rejected> {
        let ctx = self.context_of(user, roles);
        match self.crm.run(&mut self.store, &ctx, command) {
            Ok(outcome) => Ok(outcome),
            refused => Err(rejected(refused)),
        }
    }

    pub(crate) fn create(&mut self, draft: impl Into<Draft>) -> Id {
        self.run(&Command::create(draft)).id().clone()
    }

    pub(crate) fn update(&mut self, object: &str, id: &Id, changes: Json) -> Outcome {
        self.run(&Command::update(name(object), id.clone(), fields(changes)))
    }

    pub(crate) fn tell(&mut self, object: &str, id: &Id, event: &str) -> Outcome {
        self.run(&Command::event(name(object), id.clone(), name(event)))
    }

    /// The account of a customer of Li Na's.
    pub(crate) fn customer(&mut self) -> Id {
        self.create(Account::new("上海云舟科技有限公司").owner("li.na").team("east").payment_account("工行 6222 0001"))
    }

    /// Takes everything that waits out of the outbox, as the host does that performs it.
    pub(crate) fn sent(&mut self) -> Vec<Effect> {
        let effects = self.crm.pending(&mut self.store, &self.ctx, 1_000).unwrap().items;
        for effect in &effects {
            self.crm.settle(&mut self.store, &self.ctx, effect.key()).unwrap();
        }
        effects
    }

    /// The same in short: kind, recipient and rule.
    pub(crate) fn sent_in_short(&mut self) -> Vec<String> {
        let mut sent: Vec<_> =
            self.sent().iter().map(|e| format!("{} to {} by {}", e.kind(), e.to(), e.rule())).collect();
        sent.sort();
        sent
    }

    pub(crate) fn see<T: Typed>(&mut self, id: &Id) -> T::View {
        let view = self.record(T::OBJECT, id);
        let values: Fields = view.fields().map(|(key, value)| (key.clone(), Some(value.clone()))).collect();
        let draft = Draft::new(name(T::OBJECT)).with_id(id.clone()).with_fields(values);
        T::View::try_from(draft).unwrap()
    }

    pub(crate) fn record(&mut self, object: &str, id: &Id) -> View {
        self.crm.ask(&mut self.store, &self.ctx, &Query::get(name(object), id.clone())).unwrap()
    }

    pub(crate) fn see_as(&mut self, user: &str, roles: &str, object: &str, id: &Id) -> Option<View> {
        let ctx = self.context_of(user, roles);
        self.crm.ask(&mut self.store, &ctx, &Query::get(name(object), id.clone())).ok()
    }

    pub(crate) fn list(&mut self, object: &str, filter: &str) -> Vec<View> {
        let query = Query::list(name(object)).filter(filter);
        self.crm.ask(&mut self.store, &self.ctx, &query).unwrap_or_else(|error| panic!("{error}")).records
    }

    pub(crate) fn customer_360(&mut self, account: &Id) -> Customer360View {
        self.crm.ask(&mut self.store, &self.ctx, &Query::customer_360(name("account"), account.clone())).unwrap()
    }

    fn context_of(&mut self, user: &str, roles: &str) -> Context {
        self.ctx = self.ctx.next();
        let user = Principal::user(user.parse().unwrap());
        let user = roles.split('+').fold(user, |user, role| user.with_role(role.parse().unwrap()));
        Context::new(self.ctx.tenant().clone(), user, self.ctx.now(), self.ctx.seed())
    }
}

fn rejected<E: std::fmt::Debug>(answer: Result<Outcome, RunError<E>>) -> Rejected {
    match answer {
        Err(RunError::Rejected(rejected)) => rejected,
        other => panic!("not refused: {other:?}"),
    }
}

pub(crate) fn name(text: &str) -> Name {
    text.parse().unwrap()
}

pub(crate) fn instant(text: &str) -> Instant {
    text.parse().unwrap()
}

pub(crate) fn fields(json: Json) -> Fields {
    serde_json::from_value(json).unwrap()
}

pub(crate) fn text(view: &View, field: &str) -> String {
    view.get(field).map(Value::to_string).unwrap_or_default()
}
