//! A store on top of another one answers as that one would after the same commits, and leaves it alone.

mod history;

use guanxi::store::{Asks, ChangeSet, MemoryStore, Overlay, Store};
use history::{Step, any_put, any_range, any_step, change_set, outcome};
use proptest::collection::vec;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn an_overlay_answers_as_if_it_had_been_committed_below(
        below in vec(any_put(), 0..200),
        steps in vec(any_step(), 1..30),
        last in vec(any_range(), 20),
    ) {
        let below = below.into_iter().fold(ChangeSet::new(), ChangeSet::put);
        let last = last.into_iter().fold(Asks::new(), Asks::range);
        let (mut base, mut copy) = (MemoryStore::new(), MemoryStore::new());
        for store in [&mut base, &mut copy] {
            prop_assert_eq!(outcome(store.commit(&below)), None);
        }
        let before = base.fetch(&last).unwrap();
        let mut overlay = Overlay::new(&mut base);
        for step in steps {
            match step {
                Step::Commit { guards, relied_on, writes } => {
                    let changes = change_set(&mut copy, &guards, &relied_on, &writes);
                    prop_assert_eq!(outcome(copy.commit(&changes)), outcome(overlay.commit(&changes)));
                }
                Step::Fetch(asks) => prop_assert_eq!(copy.fetch(&asks).unwrap(), overlay.fetch(&asks).unwrap()),
            }
        }
        prop_assert_eq!(copy.fetch(&last).unwrap(), overlay.fetch(&last).unwrap());
        prop_assert_eq!(base.fetch(&last).unwrap(), before);
    }
}
