//! The memory store answers exactly as a store that is too plain to be wrong.

mod history;
mod naive_store;

use guanxi::store::{Asks, ChangeSet, MemoryStore, Store};
use history::{Step, any_put, any_range, any_step, change_set, outcome};
use naive_store::NaiveStore;
use proptest::collection::vec;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn every_history_gives_the_same_answers(
        first in vec(any_put(), 0..400),
        steps in vec(any_step(), 1..40),
        last in vec(any_range(), 20),
    ) {
        let (mut plain, mut fast) = (NaiveStore::default(), MemoryStore::new());
        let first = first.into_iter().fold(ChangeSet::new(), ChangeSet::put);
        prop_assert_eq!(outcome(plain.commit(&first)), outcome(fast.commit(&first)));
        for step in steps {
            match step {
                Step::Commit { guards, relied_on, writes } => {
                    let changes = change_set(&mut plain, &guards, &relied_on, &writes);
                    prop_assert_eq!(outcome(plain.commit(&changes)), outcome(fast.clone().commit(&changes)));
                }
                Step::Fetch(asks) => prop_assert_eq!(plain.fetch(&asks).unwrap(), fast.fetch(&asks).unwrap()),
            }
        }
        let asks = last.into_iter().fold(Asks::new(), Asks::range);
        prop_assert_eq!(plain.fetch(&asks).unwrap(), fast.fetch(&asks).unwrap());
    }
}
