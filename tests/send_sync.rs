//! What hosts share between threads may be shared, and the asynchronous driver does what the other one does.

use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context as Wakeup, Poll, Waker};

use guanxi::access::View;
use guanxi::crm::import::{Import, ImportReport};
use guanxi::crm::{Get, List, RunError, Ticked};
use guanxi::pipeline::{Pipelines, StageHistory, Transition};
use guanxi::record::Record;
use guanxi::rules::{Effect, Timer};
use guanxi::schema::Problems;
use guanxi::store::{Asks, AsyncStore, ChangeSet, CommitError, Conflict, Facts, Store};
use guanxi::{Command, Context, Crm, Definition, MemoryStore, Outcome, Query, Rejected};
use serde_json::json;

fn shared<T: Send + Sync + 'static>() {}

#[test]
fn everything_may_be_shared_between_threads() {
    shared::<Crm>();
    shared::<Definition>();
    shared::<Record>();
    shared::<View>();
    shared::<Outcome>();
    shared::<Rejected>();
    shared::<RunError<std::io::Error>>();
    shared::<Context>();
    shared::<Command>();
    shared::<MemoryStore>();
    shared::<Effect>();
    shared::<Timer>();
    shared::<Ticked>();
    shared::<Problems>();
    shared::<(Pipelines, StageHistory, Transition)>();
    shared::<(Get, List)>();
    shared::<(Import, ImportReport)>();
}

/// A store that lets others run before it answers, and has its first commits refused.
struct Slow {
    inner: MemoryStore,
    conflicts: u32,
    waits: u32,
}

struct YieldOnce(bool);

impl Future for YieldOnce {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, wakeup: &mut Wakeup<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.0, true) {
            return Poll::Ready(());
        }
        wakeup.waker().wake_by_ref();
        Poll::Pending
    }
}

impl AsyncStore for Slow {
    type Error = std::convert::Infallible;

    async fn fetch(&mut self, asks: &Asks) -> Result<Facts, Self::Error> {
        self.waits += 1;
        YieldOnce(false).await;
        Store::fetch(&mut self.inner, asks)
    }

    async fn commit(&mut self, changes: &ChangeSet) -> Result<(), CommitError<Self::Error>> {
        self.waits += 1;
        YieldOnce(false).await;
        if self.conflicts > 0 {
            self.conflicts -= 1;
            return Err(Conflict::unplaced().into());
        }
        Store::commit(&mut self.inner, changes)
    }
}

fn block_on<F: Future>(future: F) -> (F::Output, u32) {
    let mut future = pin!(future);
    let mut pending = 0;
    loop {
        match future.as_mut().poll(&mut Wakeup::from_waker(Waker::noop())) {
            Poll::Ready(done) => return (done, pending),
            Poll::Pending => pending += 1,
        }
    }
}

fn is_send<T: Send>(future: T) -> T {
    future
}

#[test]
fn the_asynchronous_driver_does_the_same() {
    let definition = json!({"objects": [{"key": "note", "title": "text", "fields": [{"key": "text", "type": "text", "unique": true}]}]});
    let crm = Definition::from_json(&definition.to_string()).compile().unwrap();
    let ctx = Context::system("acme".parse().unwrap(), "host", "2026-03-02T01:00:00Z".parse().unwrap(), 7).unwrap();
    let create: Command =
        serde_json::from_value(json!({"create": {"object": "note", "fields": {"text": "hello"}}})).unwrap();
    let mut slow = Slow { inner: MemoryStore::new(), conflicts: 2, waits: 0 };
    let (made, pending) = block_on(is_send(crm.run_async(&mut slow, &ctx, &create)));
    let made = made.unwrap();
    assert_eq!((made.tries(), pending), (3, slow.waits));

    let mut memory = MemoryStore::new();
    let same = crm.run(&mut memory, &ctx, &create).unwrap();
    assert_eq!((same.id(), same.record()), (made.id(), made.record()));
    let get = Query::get("note".parse().unwrap(), made.id().clone());
    assert_eq!(block_on(is_send(crm.ask_async(&mut slow, &ctx, &get))).0.unwrap().title(), "hello");
    // A plain store is an asynchronous one, too.
    assert_eq!(block_on(crm.ask_async(&mut memory, &ctx, &get)).0.unwrap().title(), "hello");
    let (again, _) = block_on(crm.run_async(&mut slow, &ctx, &create));
    assert_eq!(again.unwrap().id(), made.id(), "the same command with the same context is done once");
    slow.conflicts = 8;
    let other: Command =
        serde_json::from_value(json!({"create": {"object": "note", "fields": {"text": "other"}}})).unwrap();
    let (refused, _) = block_on(crm.run_async(&mut slow, &ctx.next(), &other));
    assert!(matches!(refused.unwrap_err().rejected(), Some(Rejected::Contended { .. })));
}

#[test]
fn timers_and_effects_work_on_an_asynchronous_store() {
    let definition = json!({
        "objects": [{"key": "note", "title": "text", "fields": [{"key": "text", "type": "text"}]}],
        "rules": [{
            "key": "stale", "object": "note", "on": {"inactive": {"days": 3, "since": ["created_at"]}},
            "then": [{"emit": {"kind": "notify", "to": "created_by", "title": "Still there: {text}"}}]
        }]
    });
    let crm = Definition::from_json(&definition.to_string()).compile().unwrap();
    let ctx = Context::system("acme".parse().unwrap(), "host", "2026-03-02T01:00:00Z".parse().unwrap(), 7).unwrap();
    let create: Command =
        serde_json::from_value(json!({"create": {"object": "note", "fields": {"text": "hello"}}})).unwrap();
    let mut slow = Slow { inner: MemoryStore::new(), conflicts: 0, waits: 0 };
    let made = block_on(crm.run_async(&mut slow, &ctx, &create)).0.unwrap();

    let later = ctx.at("2026-03-05T01:00:00Z".parse().unwrap());
    let due = block_on(is_send(crm.due_tenants_async(&mut slow, &later, 10, None))).0.unwrap();
    assert_eq!(due.tenants, [ctx.tenant().clone()]);
    let ticked = block_on(is_send(crm.tick_async(&mut slow, &later, 10))).0.unwrap();
    assert_eq!(ticked.fired.len(), 1);
    assert!(block_on(crm.tick_async(&mut slow, &later, 10)).0.unwrap().fired.is_empty());
    let waiting = block_on(is_send(crm.pending_tenants_async(&mut slow, &later, 10, None))).0.unwrap();
    assert_eq!(waiting.tenants, [ctx.tenant().clone()]);
    let pending = block_on(is_send(crm.pending_async(&mut slow, &later, 10))).0.unwrap();
    let hour = guanxi::value::Duration::from_hours(1);
    let claimed = block_on(is_send(crm.claim_async(&mut slow, &later, 10, hour))).0.unwrap();
    assert_eq!((pending.items.len(), claimed.items[0].title()), (1, "Still there: hello"));
    assert_eq!(pending, claimed);
    assert!(block_on(crm.pending_async(&mut slow, &later, 10)).0.unwrap().is_empty());
    block_on(is_send(crm.settle_async(&mut slow, &later, claimed.items[0].key()))).0.unwrap();
    assert!(block_on(is_send(crm.parked_async(&mut slow, &later, 10))).0.unwrap().is_empty());
    let revived = block_on(is_send(crm.revive_async(&mut slow, &later, made.id()))).0;
    assert!(matches!(revived.unwrap_err().rejected(), Some(Rejected::NotFound { .. })));
    let much_later = later.at("2026-03-09T01:00:00Z".parse().unwrap());
    assert!(block_on(crm.pending_async(&mut slow, &much_later, 10)).0.unwrap().is_empty());
}
