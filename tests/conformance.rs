//! The conformance suite accepts stores that keep the laws and refuses, by name, stores that break one.

mod naive_store;
mod sabotage;

use std::cell::RefCell;
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use guanxi::store::conformance::{self, Subject, Wait, Waiting};
use guanxi::store::{Asks, ChangeSet, CommitError, Facts, MemoryStore, Overlay, Store};
use naive_store::NaiveStore;
use sabotage::{Flaw, Sabotage};

#[derive(Default)]
struct InMemory(MemoryStore);

impl Subject for InMemory {
    type Store = MemoryStore;

    fn fresh(&mut self) {
        self.0 = MemoryStore::new();
    }

    fn open(&mut self) -> MemoryStore {
        self.0.clone()
    }
}

#[test]
fn the_memory_store_keeps_every_law() {
    let report = conformance::run(&mut InMemory::default());
    report.assert_ok();
    println!("memory store: {report}");
    assert!(report.checks() >= 60, "{report}");
}

/// An overlay of which there are several handles, on a store of its own.
struct OnTop(Rc<RefCell<Overlay<'static, MemoryStore>>>);

impl OnTop {
    fn new() -> Self {
        Self(Rc::new(RefCell::new(Overlay::new(Box::leak(Box::default())))))
    }
}

impl Store for OnTop {
    type Error = std::convert::Infallible;

    fn fetch(&mut self, asks: &Asks) -> Result<Facts, Self::Error> {
        self.0.borrow_mut().fetch(asks)
    }

    fn commit(&mut self, changes: &ChangeSet) -> Result<(), CommitError<Self::Error>> {
        self.0.borrow_mut().commit(changes)
    }
}

impl Subject for OnTop {
    type Store = Self;

    fn fresh(&mut self) {
        *self = Self::new();
    }

    fn open(&mut self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

#[test]
fn an_overlay_keeps_every_law() {
    conformance::run(&mut OnTop::new()).assert_ok();
}

#[derive(Default, Clone)]
struct SharedNaive(Rc<RefCell<NaiveStore>>);

impl Store for SharedNaive {
    type Error = std::convert::Infallible;

    fn fetch(&mut self, asks: &Asks) -> Result<Facts, Self::Error> {
        self.0.borrow_mut().fetch(asks)
    }

    fn commit(&mut self, changes: &ChangeSet) -> Result<(), CommitError<Self::Error>> {
        self.0.borrow_mut().commit(changes)
    }
}

impl Subject for SharedNaive {
    type Store = Self;

    fn fresh(&mut self) {
        *self.0.borrow_mut() = NaiveStore::default();
    }

    fn open(&mut self) -> Self {
        self.clone()
    }
}

#[test]
fn the_naive_model_keeps_every_law() {
    conformance::run(&mut SharedNaive::default()).assert_ok();
}

/// Polls until the future is done, as the simplest runtime would.
struct Polling;

impl Wait for Polling {
    fn wait<F: Future>(&mut self, future: F) -> F::Output {
        let mut future = pin!(future);
        loop {
            if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
                return output;
            }
        }
    }
}

#[test]
fn an_asynchronous_store_is_tested_by_waiting_for_it() {
    struct Asynchronous(InMemory);

    impl Subject for Asynchronous {
        type Store = Waiting<MemoryStore, Polling>;

        fn fresh(&mut self) {
            self.0.fresh();
        }

        fn open(&mut self) -> Self::Store {
            Waiting::new(self.0.open(), Polling)
        }
    }

    conformance::run(&mut Asynchronous(InMemory::default())).assert_ok();
}

/// Runs the suite on a store with the flaw and expects these checks to be among those that refuse it.
fn refuses(flaw: Flaw, checks: &[&str]) {
    let report = conformance::run(&mut Sabotage::new(flaw));
    let failed: Vec<_> = report.failures().iter().map(conformance::Failure::check).collect();
    println!("{flaw:?}: refused by {} of {} checks", failed.len(), report.checks());
    for (law, checks) in sabotage::by_law(failed.iter().copied()) {
        println!("    {law}: {}", checks.join(", "));
    }
    for check in checks {
        assert!(failed.contains(check), "{flaw:?} was not noticed by {check}");
    }
}

#[test]
fn a_store_that_ignores_versions_is_refused() {
    refuses(
        Flaw::IgnoresVersion,
        &[
            "versions::the_second_writer_of_a_revision_is_refused",
            "interleavings::two_updates_of_one_record_both_count",
        ],
    );
}

#[test]
fn a_store_that_ignores_absence_is_refused() {
    refuses(
        Flaw::IgnoresAbsent,
        &["absence::one_unique_key_goes_to_one_record", "interleavings::two_creations_of_one_key_leave_one"],
    );
}

#[test]
fn a_store_that_ignores_phantoms_is_refused() {
    refuses(
        Flaw::IgnoresSame,
        &[
            "phantoms::an_entry_that_came_into_an_empty_range_is_noticed",
            "interleavings::two_decisions_over_one_empty_range_leave_one",
        ],
    );
}

#[test]
fn a_store_that_ignores_the_bound_of_a_counter_is_refused() {
    refuses(
        Flaw::IgnoresTheBound,
        &["counters::above_the_bound_is_refused", "interleavings::two_claims_of_the_last_place_leave_one"],
    );
}

#[test]
fn a_store_that_keeps_half_of_a_refused_commit_is_refused() {
    refuses(Flaw::KeepsHalfOfARefusedCommit, &["atomicity::a_guard_that_fails_refuses_everything"]);
}

#[test]
fn a_store_that_loses_half_of_a_commit_is_refused() {
    refuses(Flaw::LosesHalfOfACommit, &["atomicity::every_write_of_a_change_set_is_committed"]);
}

#[test]
fn a_store_that_drops_deletes_is_refused() {
    refuses(Flaw::DropsDeletes, &["records::a_deleted_record_is_gone", "terms::a_delete_removes_all_terms"]);
}

#[test]
fn a_store_that_loses_terms_on_update_is_refused() {
    refuses(Flaw::LosesTermsOnUpdate, &["terms::a_put_with_the_same_terms_keeps_them_all"]);
}

#[test]
fn a_store_that_leaks_another_tenant_is_refused() {
    refuses(Flaw::LeaksAnotherTenant, &["tenants::ranges_of_two_tenants_stay_apart"]);
}

#[test]
fn a_store_that_repeats_entries_at_page_ends_is_refused() {
    refuses(Flaw::RepeatsAtPageEnds, &["paging::every_page_size_walks_every_entry_once"]);
}

#[test]
fn a_store_that_skips_entries_at_page_ends_is_refused() {
    refuses(Flaw::SkipsAtPageEnds, &["paging::every_page_size_walks_every_entry_once"]);
}

#[test]
fn a_store_that_forgets_the_order_is_refused() {
    refuses(Flaw::ForgetsTheOrder, &["ranges::entries_come_in_the_order_of_their_bytes"]);
}

#[test]
fn a_store_that_acknowledges_before_it_keeps_is_refused() {
    refuses(Flaw::AcknowledgesEarly, &["durability::a_commit_outlives_every_handle"]);
}

#[test]
fn a_store_that_serves_stale_reads_is_refused() {
    refuses(
        Flaw::ServesStaleReads,
        &["durability::a_record_read_before_is_read_anew", "durability::a_range_read_before_is_read_anew"],
    );
}

#[test]
fn a_failure_tells_the_law_and_what_was_found() {
    let report = conformance::run(&mut Sabotage::new(Flaw::DropsDeletes));
    let failure =
        report.failures().iter().find(|failure| failure.check() == "records::a_deleted_record_is_gone").unwrap();
    assert!(failure.law().starts_with("A record is kept byte for byte"));
    assert_eq!(failure.asked(), "record acme/lead/l-1 through handle A");
    assert_eq!((failure.expected(), failure.found()), ("no record", "revision 1 with body `acme/lead/l-1 at 1`"));
    assert!(report.to_string().contains(&failure.to_string()));
}

#[test]
#[should_panic(expected = "checks passed")]
fn a_broken_store_fails_the_assertion() {
    conformance::run(&mut Sabotage::new(Flaw::DropsDeletes)).assert_ok();
}
