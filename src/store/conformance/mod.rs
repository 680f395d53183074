//! The suite that a store runs against itself, before anybody trusts it with customers.
//!
//! **Lives here:** the laws of [`Store`](super::Store) as some hundred named checks, one file a law; what a store gives
//! to be tested ([`Subject`]); what comes out ([`Report`]); and [`Waiting`], which turns an asynchronous store into one
//! that can be tested.
//!
//! **Never here:** measurements, and laws that only one kind of database can keep.
//!
//! Every check starts on an empty database with two handles on it and works through both. The suite is
//! single-threaded: it interleaves the steps of two decisions in every order rather than hoping for a clash.
//!
//! # Example: a store is put to the test
//! ```
//! use guanxi::store::{MemoryStore, conformance};
//!
//! struct InMemory(MemoryStore);
//!
//! impl conformance::Subject for InMemory {
//!     type Store = MemoryStore;
//!
//!     fn fresh(&mut self) {
//!         self.0 = MemoryStore::new();
//!     }
//!
//!     fn open(&mut self) -> MemoryStore {
//!         self.0.clone()
//!     }
//! }
//!
//! let report = conformance::run(&mut InMemory(MemoryStore::new()));
//! assert!(report.checks() >= 60);
//! report.assert_ok();
//! ```

mod absence;
mod atomicity;
mod bench;
mod counters;
mod counting;
mod durability;
mod interleavings;
mod paging;
mod phantoms;
mod ranges;
mod records;
mod report;
mod sample;
mod subject;
mod tenants;
mod terms;
mod versions;
mod waiting;

use self::bench::{Bench, Check, Law};
pub use self::report::{Failure, Report};
pub use self::subject::Subject;
pub use self::waiting::{Wait, Waiting};

/// Runs every check against `subject` and reports which laws its store breaks.
///
/// Nothing stops at the first failure, so that one run tells all. A store that panics ends the run.
pub fn run<S: Subject>(subject: &mut S) -> Report {
    let mut report = Report::default();
    for law in laws::<S>() {
        for (name, check) in law.checks {
            subject.fresh();
            report.add(law.area, name, law.text, check(Bench::open(subject)));
        }
    }
    report
}

fn laws<S: Subject>() -> [Law<S>; 13] {
    [
        durability::law(),
        records::law(),
        terms::law(),
        ranges::law(),
        paging::law(),
        counting::law(),
        versions::law(),
        absence::law(),
        phantoms::law(),
        counters::law(),
        atomicity::law(),
        tenants::law(),
        interleavings::law(),
    ]
}
