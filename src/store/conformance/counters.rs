use super::Subject;
use super::bench::{A, B, Bench, Verdict, law};
use super::sample::{acme, lead, lead_of, named, put, tenant, tricky_ids};
use crate::store::ChangeSet;
use crate::value::{Key, Name};

law!(
    "counters",
    "A bump adds exactly once, in its commit, unless that would lift the counter above its bound or out of an i64.",
    [
        a_counter_adds_up,
        a_bump_without_writes_is_committed,
        the_bound_itself_is_reached,
        above_the_bound_is_refused,
        one_large_step_over_the_bound_is_refused,
        giving_back_is_always_allowed,
        a_bump_by_nothing_is_always_allowed,
        the_bound_is_that_of_the_bump,
        a_bound_may_be_below_zero,
        bumps_of_one_change_set_apply_in_their_order,
        two_handles_share_the_bound,
        bumps_through_both_handles_all_count,
        a_sum_out_of_range_is_refused,
        the_whole_range_is_kept,
        a_refused_bump_leaves_every_counter_alone,
        a_bump_is_taken_back_with_its_change_set,
        counters_of_different_keys_stay_apart,
        a_counter_is_no_record,
    ]
);

fn c() -> Key {
    lead("c")
}

fn bump(by: i64, max: i64) -> ChangeSet {
    ChangeSet::new().bump(c(), by, max)
}

fn a_counter_adds_up<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    for (by, sum) in [(1, 1), (4, 5), (-2, 3), (-7, -4), (10, 6)] {
        bench.accepts(A, &bump(by, 100).put(put(lead("l-1"), 1, [])))?;
        bench.counts(&c(), sum)?;
    }
    Ok(())
}

fn a_bump_without_writes_is_committed<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    bench.accepts(B, &bump(1, 1))?;
    bench.counts(&c(), 1)
}

fn the_bound_itself_is_reached<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    bench.accepts(A, &bump(2, 3))?;
    bench.accepts(A, &bump(1, 3))?;
    bench.counts(&c(), 3)
}

fn above_the_bound_is_refused<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    bench.accepts(A, &bump(3, 3))?;
    bench.refuses(A, &bump(1, 3), 0)?;
    bench.counts(&c(), 3)
}

fn one_large_step_over_the_bound_is_refused<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    bench.refuses(A, &bump(4, 3), 0)?;
    bench.refuses(A, &bump(1, 0), 0)?;
    bench.counts(&c(), 0)
}

fn giving_back_is_always_allowed<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    bench.accepts(A, &bump(10, 10))?;
    bench.accepts(B, &bump(-1, 3))?;
    bench.accepts(B, &bump(-2, i64::MIN))?;
    bench.counts(&c(), 7)
}

fn a_bump_by_nothing_is_always_allowed<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    bench.accepts(A, &bump(5, 5))?;
    bench.accepts(A, &bump(0, 3))?;
    bench.counts(&c(), 5)
}

fn the_bound_is_that_of_the_bump<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    bench.accepts(A, &bump(5, 5))?;
    bench.refuses(A, &bump(1, 5), 0)?;
    bench.accepts(A, &bump(1, 6))?;
    bench.refuses(A, &bump(1, 2), 0)?;
    bench.counts(&c(), 6)
}

fn a_bound_may_be_below_zero<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    bench.accepts(A, &bump(-5, -3))?;
    bench.accepts(A, &bump(2, -3))?;
    bench.refuses(A, &bump(1, -3), 0)?;
    bench.counts(&c(), -3)
}

fn bumps_of_one_change_set_apply_in_their_order<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    bench.refuses(A, &bump(5, 3).bump(c(), -5, 3), 0)?;
    bench.refuses(A, &bump(2, 3).bump(c(), 2, 3), 1)?;
    bench.counts(&c(), 0)?;
    bench.accepts(A, &bump(-5, 3).bump(c(), 5, 3).bump(c(), 3, 3))?;
    bench.counts(&c(), 3)
}

fn two_handles_share_the_bound<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    bench.counts(&c(), 0)?;
    bench.accepts(A, &bump(1, 1).put(put(lead("l-1"), 1, [])))?;
    bench.refuses(B, &bump(1, 1).put(put(lead("l-2"), 1, [])), 0)?;
    bench.misses(&lead("l-2"))?;
    bench.counts(&c(), 1)
}

fn bumps_through_both_handles_all_count<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    for _ in 0..20 {
        bench.accepts(A, &bump(1, 100))?;
        bench.accepts(B, &bump(2, 100))?;
    }
    bench.counts(&c(), 60)
}

fn a_sum_out_of_range_is_refused<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    bench.accepts(A, &bump(i64::MAX, i64::MAX))?;
    bench.refuses(A, &bump(1, i64::MAX), 0)?;
    bench.refuses(A, &bump(i64::MAX, i64::MAX), 0)?;
    bench.counts(&c(), i64::MAX)?;
    let low = lead("low");
    bench.accepts(A, &ChangeSet::new().bump(low.clone(), i64::MIN, 0))?;
    bench.refuses(A, &ChangeSet::new().bump(low.clone(), -1, 0), 0)?;
    bench.counts(&low, i64::MIN)
}

fn the_whole_range_is_kept<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    bench.accepts(A, &bump(i64::MAX - 1, i64::MAX))?;
    bench.accepts(B, &bump(1, i64::MAX))?;
    bench.counts(&c(), i64::MAX)?;
    bench.accepts(B, &bump(-i64::MAX, i64::MAX))?;
    bench.counts(&c(), 0)
}

fn a_refused_bump_leaves_every_counter_alone<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let other = lead("other");
    bench.refuses(A, &bump(1, 9).bump(other.clone(), 2, 1), 1)?;
    bench.refuses(A, &ChangeSet::new().bump(other.clone(), 2, 1).bump(c(), 1, 9), 0)?;
    bench.counts(&c(), 0)?;
    bench.counts(&other, 0)
}

fn a_bump_is_taken_back_with_its_change_set<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    bench.has(&[put(lead("l-1"), 1, [])])?;
    bench.refuses(A, &bump(1, 9).absent(lead("l-1")), 1)?;
    bench.refuses(A, &ChangeSet::new().absent(lead("l-1")).bump(c(), 1, 9), 0)?;
    bench.counts(&c(), 0)
}

fn counters_of_different_keys_stay_apart<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let mut keys: Vec<_> = tricky_ids().into_iter().map(|id| lead_of(acme(), id)).collect();
    keys.push(Key::new(acme(), Name::known("deal"), super::sample::id("9")));
    keys.push(lead_of(tenant("bolt"), super::sample::id("9")));
    for (n, key) in (1..).zip(&keys) {
        bench.accepts(A, &ChangeSet::new().bump(key.clone(), n, 99))?;
    }
    (1..).zip(&keys).try_for_each(|(n, key)| bench.counts(key, n))
}

fn a_counter_is_no_record<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    bench.accepts(A, &bump(1, 9))?;
    bench.misses(&c())?;
    let made = named(c(), 1, &[b"a"]);
    bench.accepts(B, &ChangeSet::new().put(made.clone()))?;
    bench.counts(&c(), 1)?;
    bench.accepts(B, &ChangeSet::new().delete(c()))?;
    bench.misses(&c())?;
    bench.counts(&c(), 1)
}
