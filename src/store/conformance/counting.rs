use super::Subject;
use super::bench::{A, B, Bench, Verdict, law, same};
use super::sample::{acme, all_names, at, by_name, lead, named, numbered};
use crate::store::{ChangeSet, Found, Put, Range};

law!(
    "counting",
    "A count is the number of entries that the range would give, up to its limit.",
    [
        counts_stop_at_the_limit,
        counts_keep_to_the_bounds,
        counts_continue_after_a_place,
        counts_follow_puts_and_deletes,
        a_record_counts_once_for_each_of_its_terms,
    ]
);

fn ten() -> Vec<Put> {
    (0..10).map(|n: u16| named(numbered(n), 1, &[&n.to_be_bytes()])).collect()
}

fn count<S: Subject>(bench: &mut Bench<'_, S>, range: Range, expected: usize) -> Verdict {
    let range = range.count();
    for who in [A, B] {
        let found = bench.found(who, &range)?;
        let expected = Found::Count(u64::try_from(expected).unwrap_or(u64::MAX));
        same(|| format!("{range:?} through handle {who:?}"), &expected, &found)?;
    }
    Ok(())
}

fn counts_stop_at_the_limit<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    bench.has(&ten())?;
    for limit in 0..=12 {
        let expected = limit.min(10);
        let limit = u32::try_from(limit).unwrap_or(u32::MAX);
        count(&mut bench, all_names().limit(limit), expected)?;
        count(&mut bench, all_names().descending().limit(limit), expected)?;
    }
    count(&mut bench, all_names().limit(u32::MAX), 10)
}

fn counts_keep_to_the_bounds<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    bench.has(&ten())?;
    for from in 0..=10_u16 {
        for to in from..=10 {
            let range = Range::between(acme(), by_name(), &from.to_be_bytes(), &to.to_be_bytes());
            count(&mut bench, range.clone(), usize::from(to - from))?;
            count(&mut bench, range.descending().limit(3), usize::from(to - from).min(3))?;
        }
    }
    Ok(())
}

fn counts_continue_after_a_place<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let puts = ten();
    bench.has(&puts)?;
    for (n, put) in (0..10_u16).zip(&puts) {
        let place = at(&(&n.to_be_bytes(), put));
        count(&mut bench, all_names().after(place.clone()), usize::from(9 - n))?;
        count(&mut bench, all_names().descending().after(place.clone()), usize::from(n))?;
        count(&mut bench, all_names().after(place).limit(4), usize::from(9 - n).min(4))?;
    }
    Ok(())
}

fn counts_follow_puts_and_deletes<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    for n in 0..10_u16 {
        bench.accepts(A, &ChangeSet::new().put(named(numbered(n), 1, &[b"a"])))?;
        count(&mut bench, all_names(), usize::from(n) + 1)?;
    }
    for n in 0..10_u16 {
        bench.accepts(B, &ChangeSet::new().delete(numbered(n)))?;
        count(&mut bench, all_names(), usize::from(9 - n))?;
    }
    Ok(())
}

fn a_record_counts_once_for_each_of_its_terms<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    bench.has(&[named(lead("l-1"), 1, &[b"a", b"b", b"b", b"c"]), named(lead("l-2"), 1, &[b"b"])])?;
    count(&mut bench, all_names(), 4)?;
    count(&mut bench, Range::exact(acme(), by_name(), b"b"), 2)
}
