//! Many writers at once on one store: nothing is lost, and counters are exact.

use std::thread;

use guanxi::store::{Asks, ChangeSet, CommitError, MemoryStore, Put, Range, Store, Term};
use guanxi::value::{Key, Revision};

const WRITERS: u64 = 16;
const UPDATES: u64 = 500;

fn key(id: &str) -> Key {
    Key::new("acme".parse().unwrap(), "lead".parse().unwrap(), id.parse().unwrap())
}

/// Adds a mark of this writer to one record until each update has come through; returns how often it was refused.
fn update(store: &mut MemoryStore, writer: u64) -> u64 {
    let (record, counter) = (key("l-1"), key("updates"));
    let mut refused = 0;
    for _ in 0..UPDATES {
        loop {
            let facts = store.fetch(&Asks::new().record(record.clone())).unwrap();
            let found = facts.record(&record).flatten().unwrap();
            // Lets another writer in between reading and committing, as a longer decision would.
            thread::yield_now();
            let body = [&*found.body, &[u8::try_from(writer).unwrap()]].concat();
            let term = Term::new("lead.last".parse().unwrap(), &writer.to_be_bytes());
            let put = Put::new(record.clone(), found.revision.next(), body, [term]);
            let changes = ChangeSet::new().version(record.clone(), found.revision).put(put);
            match store.commit(&changes.bump(counter.clone(), 1, i64::MAX)) {
                Ok(()) => break,
                Err(CommitError::Conflict(_)) => refused += 1,
                Err(error) => panic!("{error}"),
            }
        }
    }
    refused
}

#[test]
fn sixteen_writers_of_one_record_lose_no_update() {
    let mut store = MemoryStore::new();
    store.commit(&ChangeSet::new().put(Put::new(key("l-1"), Revision::FIRST, [].as_slice(), []))).unwrap();
    let refused: u64 = thread::scope(|scope| {
        let start = |writer| {
            let mut store = store.clone();
            scope.spawn(move || update(&mut store, writer))
        };
        let writers: Vec<_> = (0..WRITERS).map(start).collect();
        writers.into_iter().map(|writer| writer.join().unwrap()).sum()
    });
    println!("{WRITERS} writers, {UPDATES} updates each of one record: {refused} conflicts");

    let last = Range::all("acme".parse().unwrap(), "lead.last".parse().unwrap()).keys();
    let asks = Asks::new().record(key("l-1")).counter(key("updates")).range(last.clone());
    let facts = store.fetch(&asks).unwrap();
    let end = facts.record(&key("l-1")).flatten().unwrap();
    let of_writer = |writer| end.body.iter().filter(|mark| u64::from(**mark) == writer).count();
    assert!((0..WRITERS).all(|writer| u64::try_from(of_writer(writer)).unwrap() == UPDATES));
    assert_eq!(end.revision.number(), 1 + WRITERS * UPDATES);
    assert_eq!(facts.counter(&key("updates")), i64::try_from(WRITERS * UPDATES).ok());
    assert_eq!(facts.range(&last).unwrap().len(), 1);
}

#[test]
fn sixteen_writers_share_a_bounded_counter_to_the_last_place() {
    let places = 1_000;
    let store = MemoryStore::new();
    let (taken, refused) = thread::scope(|scope| {
        let start = |_| {
            let mut store = store.clone();
            scope.spawn(move || {
                let tries = (0..100).map(|_| store.commit(&ChangeSet::new().bump(key("places"), 1, places)));
                tries.fold((0, 0), |(taken, refused), tried| match tried {
                    Ok(()) => (taken + 1, refused),
                    Err(_) => (taken, refused + 1),
                })
            })
        };
        let writers: Vec<_> = (0..WRITERS).map(start).collect();
        let counts = writers.into_iter().map(|writer| writer.join().unwrap());
        counts.fold((0, 0), |(taken, refused), (more, no)| (taken + more, refused + no))
    });
    println!("{WRITERS} writers, 100 claims each of {places} places: {refused} refused");
    assert_eq!((taken, refused), (places, 600));
    let facts = store.clone().fetch(&Asks::new().counter(key("places"))).unwrap();
    assert_eq!(facts.counter(&key("places")), Some(places));
}

#[test]
fn a_thread_that_panics_does_not_take_the_store_with_it() {
    let mut store = MemoryStore::new();
    let mut other = store.clone();
    let put = Put::new(key("l-1"), Revision::FIRST, b"kept".as_slice(), []);
    let panicked = thread::spawn(move || {
        other.commit(&ChangeSet::new().put(put)).unwrap();
        panic!("a host's own failure");
    });
    assert!(panicked.join().is_err());
    let facts = store.fetch(&Asks::new().record(key("l-1"))).unwrap();
    assert_eq!(&*facts.record(&key("l-1")).flatten().unwrap().body, b"kept");
}
