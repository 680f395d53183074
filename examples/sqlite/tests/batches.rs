//! Commits in batches: whole, in their order, seen at once by the store that makes them, and kept a batch at a time.

use guanxi::model::Lead;
use guanxi::{Command, Context, Crm, Query};
use guanxi_sqlite::SqliteStore;

fn ctx(seed: u64) -> Context {
    Context::system("acme".parse().unwrap(), "import", "2026-03-02T09:00:00+08:00".parse().unwrap(), seed).unwrap()
}

fn create(crm: &Crm, store: &mut SqliteStore, n: u64) {
    crm.run(store, &ctx(n), &Command::create(Lead::new(&format!("云舟 {n}")))).unwrap();
}

fn leads(crm: &Crm, store: &mut SqliteStore) -> usize {
    crm.ask(store, &ctx(1_000), &Query::list("lead".parse().unwrap())).unwrap().records.len()
}

#[test]
fn a_batch_is_kept_as_a_whole_or_not_at_all() {
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join("crm.db");
    let crm = guanxi::standard().compile().unwrap();
    let mut store = SqliteStore::open(&path).unwrap();
    let mut other = SqliteStore::open(&path).unwrap();
    store.begin_batches(3);
    for (n, kept) in [(1, 0), (2, 0), (3, 3), (4, 3), (5, 3)] {
        create(&crm, &mut store, n);
        assert_eq!(leads(&crm, &mut store), usize::try_from(n).unwrap(), "seen at once");
        assert_eq!(leads(&crm, &mut other), kept, "kept after {n}");
    }
    // Whoever is killed here loses what is not full, and nothing else.
    drop(store);
    let mut store = SqliteStore::open(&path).unwrap();
    assert_eq!(leads(&crm, &mut store), 3);
    store.begin_batches(3);
    create(&crm, &mut store, 6);
    store.end_batches().unwrap();
    assert_eq!(leads(&crm, &mut other), 4);
    create(&crm, &mut store, 7);
    assert_eq!(leads(&crm, &mut other), 5, "and then each for itself");
}

#[test]
fn what_is_refused_in_a_batch_leaves_nothing_and_the_rest_stays() {
    let folder = tempfile::TempDir::new().unwrap();
    let mut store = SqliteStore::open(folder.path().join("crm.db")).unwrap();
    let crm = guanxi::standard().compile().unwrap();
    store.begin_batches(10);
    create(&crm, &mut store, 1);
    // The same context again: its entry in the audit trail is guarded to be absent.
    create(&crm, &mut store, 1);
    create(&crm, &mut store, 2);
    store.end_batches().unwrap();
    assert_eq!(leads(&crm, &mut store), 2);
}
