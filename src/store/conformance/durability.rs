use super::Subject;
use super::bench::{A, B, Bench, Verdict, law, same};
use super::sample::{acme, all_names, by_name, lead, named, numbered};
use crate::store::{Asks, ChangeSet, Found, Range};

law!(
    "durability",
    "When a commit returns, every later fetch sees it: through each handle, and after all were closed.",
    [
        a_new_database_is_empty,
        every_ask_is_answered,
        a_commit_is_seen_through_every_handle,
        a_commit_outlives_every_handle,
        changes_outlive_every_handle,
        a_record_read_before_is_read_anew,
        an_absence_read_before_is_read_anew,
        a_range_read_before_is_read_anew,
        a_counter_read_before_is_read_anew,
        handles_that_take_turns_see_each_other,
    ]
);

fn a_new_database_is_empty<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    bench.misses(&lead("l-1"))?;
    bench.finds(&all_names(), &[])?;
    bench.finds(&all_names().of_all_tenants(), &[])?;
    bench.counts(&lead("l-1"), 0)
}

fn every_ask_is_answered<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let puts: Vec<_> = (0..200).map(|n| named(numbered(n), 1, &[&n.to_be_bytes()])).collect();
    bench.has(&puts)?;
    let keys: Vec<_> = (0..400).map(numbered).collect();
    let ranges: Vec<_> = (0..100_u16).map(|n| Range::exact(acme(), by_name(), &n.to_be_bytes()).count()).collect();
    let asks = keys.iter().cloned().fold(Asks::new(), Asks::record);
    let asks = keys.iter().cloned().fold(asks, Asks::counter);
    let facts = bench.fetch(B, &ranges.iter().cloned().fold(asks, Asks::range))?;
    for (n, key) in keys.iter().enumerate() {
        let found = facts.record(key).map(|record| record.is_some());
        same(|| format!("record {key} among many"), &Some(n < 200), &found)?;
        same(|| format!("counter {key} among many"), &Some(0), &facts.counter(key))?;
    }
    for range in &ranges {
        same(|| format!("range {range:?} among many"), &Some(&Found::Count(1)), &facts.range(range))?;
    }
    Ok(())
}

fn a_commit_is_seen_through_every_handle<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let put = named(lead("l-1"), 1, &[b"a"]);
    bench.accepts(A, &ChangeSet::new().put(put.clone()).bump(lead("c"), 1, 9))?;
    bench.sees(&put)?;
    bench.finds(&all_names(), &[(b"a", &put)])?;
    bench.counts(&lead("c"), 1)
}

fn a_commit_outlives_every_handle<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let put = named(lead("l-1"), 1, &[b"a"]);
    bench.accepts(A, &ChangeSet::new().put(put.clone()).bump(lead("c"), 1, 9))?;
    let mut bench = bench.reopened();
    bench.sees(&put)?;
    bench.finds(&all_names(), &[(b"a", &put)])?;
    bench.counts(&lead("c"), 1)
}

fn changes_outlive_every_handle<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    bench.has(&[named(lead("l-1"), 1, &[b"a"]), named(lead("l-2"), 1, &[b"b"])])?;
    let put = named(lead("l-1"), 2, &[b"c"]);
    bench.accepts(B, &ChangeSet::new().put(put.clone()).delete(lead("l-2")).bump(lead("c"), -3, 0))?;
    let mut bench = bench.reopened();
    bench.sees(&put)?;
    bench.misses(&lead("l-2"))?;
    bench.finds(&all_names(), &[(b"c", &put)])?;
    bench.counts(&lead("c"), -3)
}

fn a_record_read_before_is_read_anew<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let (first, second) = (named(lead("l-1"), 1, &[]), named(lead("l-1"), 2, &[]));
    bench.has(std::slice::from_ref(&first))?;
    bench.sees(&first)?;
    bench.accepts(B, &ChangeSet::new().put(second.clone()))?;
    bench.sees(&second)?;
    bench.accepts(A, &ChangeSet::new().delete(lead("l-1")))?;
    bench.misses(&lead("l-1"))
}

fn an_absence_read_before_is_read_anew<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    bench.misses(&lead("l-1"))?;
    let put = named(lead("l-1"), 1, &[]);
    bench.accepts(B, &ChangeSet::new().put(put.clone()))?;
    bench.sees(&put)
}

fn a_range_read_before_is_read_anew<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    bench.finds(&all_names(), &[])?;
    let first = named(lead("l-1"), 1, &[b"a"]);
    bench.accepts(B, &ChangeSet::new().put(first.clone()))?;
    bench.finds(&all_names(), &[(b"a", &first)])?;
    let second = named(lead("l-2"), 1, &[b"b"]);
    bench.accepts(A, &ChangeSet::new().put(second.clone()))?;
    bench.finds(&all_names(), &[(b"a", &first), (b"b", &second)])
}

fn a_counter_read_before_is_read_anew<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    for (n, who) in [(1, B), (2, A), (3, A), (4, B)] {
        bench.accepts(who, &ChangeSet::new().bump(lead("c"), 1, 9))?;
        bench.counts(&lead("c"), n)?;
    }
    Ok(())
}

fn handles_that_take_turns_see_each_other<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    for revision in 1..=20_u64 {
        let who = if revision % 2 == 0 { A } else { B };
        let put = named(lead("l-1"), revision, &[&revision.to_be_bytes()]);
        bench.accepts(who, &ChangeSet::new().put(put.clone()))?;
        bench.sees(&put)?;
        bench.finds(&all_names(), &[(&revision.to_be_bytes(), &put)])?;
    }
    Ok(())
}
