//! Sixteen writers on one file lose nothing.

use std::thread;

use guanxi::store::{Asks, ChangeSet, CommitError, Put, Store};
use guanxi::value::{Key, Revision};
use guanxi_sqlite::SqliteStore;

const WRITERS: usize = 16;
const UPDATES: usize = 25;

fn key(id: &str) -> Key {
    Key::new("acme".parse().unwrap(), "lead".parse().unwrap(), id.parse().unwrap())
}

/// Adds this writer's mark to the one record until each update has come through; returns how often it was refused.
fn write(store: &mut SqliteStore, writer: usize) -> usize {
    let (record, counter) = (key("l-1"), key("updates"));
    let mut refused = 0;
    for _ in 0..UPDATES {
        loop {
            let facts = store.fetch(&Asks::new().record(record.clone())).unwrap();
            let found = facts.record(&record).flatten().unwrap();
            let body = [&*found.body, &[u8::try_from(writer).unwrap()]].concat();
            let put = Put::new(record.clone(), found.revision.next(), body, []);
            let changes = ChangeSet::new().version(record.clone(), found.revision).put(put);
            match store.commit(&changes.bump(counter.clone(), 1, i64::MAX)) {
                Ok(()) => break,
                Err(CommitError::Conflict(_)) => refused += 1,
                Err(error) => panic!("{error:?}"),
            }
        }
    }
    refused
}

#[test]
fn sixteen_writers_on_one_file_lose_no_update() {
    let directory = tempfile::TempDir::new().unwrap();
    let path = directory.path().join("crm.db");
    let mut store = SqliteStore::open(&path).unwrap();
    let empty = Put::new(key("l-1"), Revision::FIRST, [].as_slice(), []);
    store.commit(&ChangeSet::new().put(empty)).unwrap();

    let refused: usize = thread::scope(|scope| {
        let path = &path;
        let start = |writer| scope.spawn(move || write(&mut SqliteStore::open(path).unwrap(), writer));
        let writers: Vec<_> = (0..WRITERS).map(start).collect();
        writers.into_iter().map(|writer| writer.join().unwrap()).sum()
    });
    println!("{WRITERS} writers, {UPDATES} updates each of one record: {refused} conflicts");

    let facts = store.fetch(&Asks::new().record(key("l-1")).counter(key("updates"))).unwrap();
    let end = facts.record(&key("l-1")).flatten().unwrap();
    let mut marks = vec![0; WRITERS];
    end.body.iter().for_each(|writer| marks[usize::from(*writer)] += 1);
    assert_eq!(marks, [UPDATES; WRITERS]);
    assert_eq!(end.revision.number(), 1 + u64::try_from(WRITERS * UPDATES).unwrap());
    assert_eq!(facts.counter(&key("updates")), i64::try_from(WRITERS * UPDATES).ok());
}
