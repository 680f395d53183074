use super::Subject;
use super::bench::{A, B, Bench, Handle, Verdict, law};
use super::sample::{acme, all_names, at, by_name, lead, lead_of, named, tenant};
use crate::store::{ChangeSet, Guard, Put, Range};
use crate::value::Key;

law!(
    "phantoms",
    "A change set under Same is committed only while the range still gives the same answer, in the form relied on.",
    [
        an_unchanged_answer_is_accepted,
        an_unchanged_empty_answer_is_accepted,
        an_entry_that_came_into_an_empty_range_is_noticed,
        an_entry_that_came_is_noticed,
        an_entry_that_went_is_noticed,
        an_entry_that_moved_within_the_range_is_noticed,
        an_entry_that_left_the_range_is_noticed,
        an_exchange_of_records_is_noticed,
        a_written_record_is_noticed_where_records_were_read,
        a_change_outside_the_range_does_not_matter,
        a_change_beyond_the_limit_does_not_matter,
        a_change_before_the_position_does_not_matter,
        a_change_within_a_page_in_reverse_is_noticed,
        a_change_of_another_tenant_does_not_matter,
        a_change_of_any_tenant_matters_to_a_range_of_all,
        guards_see_the_state_before_the_writes,
        an_answer_that_came_back_is_accepted,
        every_answer_of_several_is_guarded,
    ]
);

/// Reads a range and returns a guard that relies on the answer.
fn relied<S: Subject>(bench: &mut Bench<'_, S>, who: Handle, range: &Range) -> Result<Guard, super::report::Broken> {
    let found = bench.found(who, range)?;
    Ok(Guard::Same { range: range.clone(), digest: found.digest() })
}

fn forms(range: &Range) -> [Range; 3] {
    [range.clone().count(), range.clone().keys(), range.clone()]
}

fn decided() -> Key {
    lead("decided")
}

/// What a decision that relied on the answer wants to commit.
fn decision(guard: Guard) -> ChangeSet {
    ChangeSet::new().guard(guard).put(named(decided(), 1, &[]))
}

/// Relies on `range` in its three forms, changes something, and expects each form to be refused, or not.
fn after<S: Subject>(bench: &mut Bench<'_, S>, range: &Range, change: &ChangeSet, noticed: [bool; 3]) -> Verdict {
    let mut guards = Vec::new();
    for form in forms(range) {
        guards.push(relied(bench, A, &form)?);
    }
    bench.accepts(B, change)?;
    for (guard, noticed) in guards.into_iter().zip(noticed) {
        if noticed {
            bench.refuses(A, &decision(guard), 0)?;
            bench.misses(&decided())?;
        } else {
            bench.accepts(A, &decision(guard))?;
            bench.accepts(A, &ChangeSet::new().delete(decided()))?;
        }
    }
    Ok(())
}

// Whether a count, keys and records notice a change.
const ALL_NOTICE: [bool; 3] = [true, true, true];
const KEYS_AND_RECORDS_NOTICE: [bool; 3] = [false, true, true];
const RECORDS_NOTICE: [bool; 3] = [false, false, true];
const NONE_NOTICES: [bool; 3] = [false, false, false];

fn some() -> [Put; 3] {
    [named(lead("l-1"), 1, &[b"a"]), named(lead("l-3"), 1, &[b"c"]), named(lead("l-5"), 1, &[b"e"])]
}

fn an_unchanged_answer_is_accepted<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    bench.has(&some())?;
    after(&mut bench, &all_names(), &ChangeSet::new(), NONE_NOTICES)?;
    after(&mut bench, &all_names().descending().limit(2), &ChangeSet::new(), NONE_NOTICES)
}

fn an_unchanged_empty_answer_is_accepted<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    after(&mut bench, &all_names(), &ChangeSet::new(), NONE_NOTICES)?;
    bench.has(&some())?;
    after(&mut bench, &Range::exact(acme(), by_name(), b"b"), &ChangeSet::new(), NONE_NOTICES)
}

fn an_entry_that_came_into_an_empty_range_is_noticed<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    bench.has(&some())?;
    let change = ChangeSet::new().put(named(lead("l-2"), 1, &[b"b"]));
    after(&mut bench, &Range::exact(acme(), by_name(), b"b"), &change, ALL_NOTICE)
}

fn an_entry_that_came_is_noticed<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    bench.has(&some())?;
    after(&mut bench, &all_names(), &ChangeSet::new().put(named(lead("l-2"), 1, &[b"b"])), ALL_NOTICE)
}

fn an_entry_that_went_is_noticed<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    bench.has(&some())?;
    after(&mut bench, &all_names(), &ChangeSet::new().delete(lead("l-3")), ALL_NOTICE)
}

fn an_entry_that_moved_within_the_range_is_noticed<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    bench.has(&some())?;
    // The revision stays, so that only the bytes tell.
    let change = ChangeSet::new().put(named(lead("l-3"), 1, &[b"d"]));
    after(&mut bench, &all_names(), &change, KEYS_AND_RECORDS_NOTICE)
}

fn an_entry_that_left_the_range_is_noticed<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    bench.has(&some())?;
    let change = ChangeSet::new().put(named(lead("l-3"), 2, &[b"x"]));
    after(&mut bench, &Range::between(acme(), by_name(), b"a", b"f"), &change, ALL_NOTICE)
}

fn an_exchange_of_records_is_noticed<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    bench.has(&some())?;
    let change = ChangeSet::new().delete(lead("l-3")).put(named(lead("l-4"), 1, &[b"c"]));
    after(&mut bench, &all_names(), &change, KEYS_AND_RECORDS_NOTICE)
}

fn a_written_record_is_noticed_where_records_were_read<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    bench.has(&some())?;
    after(&mut bench, &all_names(), &ChangeSet::new().put(named(lead("l-3"), 2, &[b"c"])), RECORDS_NOTICE)
}

fn a_change_outside_the_range_does_not_matter<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    bench.has(&some())?;
    let change = ChangeSet::new().put(named(lead("l-0"), 1, &[b"a\xff", b"c\0"])).delete(lead("l-5"));
    after(&mut bench, &Range::exact(acme(), by_name(), b"c"), &change, NONE_NOTICES)
}

fn a_change_beyond_the_limit_does_not_matter<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    bench.has(&some())?;
    let change = ChangeSet::new().put(named(lead("l-4"), 1, &[b"d"]));
    after(&mut bench, &all_names().limit(2), &change, NONE_NOTICES)
}

fn a_change_before_the_position_does_not_matter<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let some = some();
    bench.has(&some)?;
    let [_, middle, _] = &some;
    let range = all_names().after(at(&(b"c", middle)));
    after(&mut bench, &range, &ChangeSet::new().put(named(lead("l-1"), 2, &[b"b"])), NONE_NOTICES)?;
    after(&mut bench, &range, &ChangeSet::new().put(named(lead("l-4"), 1, &[b"d"])), ALL_NOTICE)
}

fn a_change_within_a_page_in_reverse_is_noticed<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    bench.has(&some())?;
    let range = all_names().descending().limit(2);
    after(&mut bench, &range, &ChangeSet::new().put(named(lead("l-0"), 1, &[b"b"])), NONE_NOTICES)?;
    // The page stays full, so a count does not tell.
    after(&mut bench, &range, &ChangeSet::new().put(named(lead("l-4"), 1, &[b"d"])), KEYS_AND_RECORDS_NOTICE)
}

fn a_change_of_another_tenant_does_not_matter<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    bench.has(&some())?;
    let theirs = lead_of(tenant("bolt"), super::sample::id("l-2"));
    after(&mut bench, &all_names(), &ChangeSet::new().put(named(theirs, 1, &[b"b"])), NONE_NOTICES)
}

fn a_change_of_any_tenant_matters_to_a_range_of_all<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    bench.has(&some())?;
    let theirs = lead_of(tenant("bolt"), super::sample::id("l-2"));
    let change = ChangeSet::new().put(named(theirs, 1, &[b"b"]));
    after(&mut bench, &all_names().of_all_tenants(), &change, ALL_NOTICE)
}

fn guards_see_the_state_before_the_writes<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    for range in forms(&all_names()) {
        bench.accepts(A, &ChangeSet::new().delete(lead("l-1")))?;
        let empty = relied(&mut bench, A, &range)?;
        let create = ChangeSet::new().put(named(lead("l-1"), 1, &[b"a"]));
        bench.accepts(A, &create.guard(empty))?;
    }
    bench.sees(&named(lead("l-1"), 1, &[b"a"]))
}

fn an_answer_that_came_back_is_accepted<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    bench.has(&some())?;
    let mut guards = Vec::new();
    for form in forms(&all_names()) {
        guards.push(relied(&mut bench, A, &form)?);
    }
    bench.accepts(B, &ChangeSet::new().put(named(lead("l-2"), 1, &[b"b"])))?;
    bench.accepts(B, &ChangeSet::new().delete(lead("l-2")))?;
    guards.into_iter().try_for_each(|guard| bench.accepts(A, &decision(guard)))
}

fn every_answer_of_several_is_guarded<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    bench.has(&some())?;
    let names: [&[u8]; 3] = [b"a", b"b", b"c"];
    let mut changes = ChangeSet::new().put(named(decided(), 1, &[]));
    for name in names {
        changes = changes.guard(relied(&mut bench, A, &Range::exact(acme(), by_name(), name))?);
    }
    for (position, name) in names.iter().enumerate() {
        let intruder = named(lead("l-9"), 1, &[name]);
        bench.accepts(B, &ChangeSet::new().put(intruder))?;
        bench.refuses(A, &changes, position)?;
    }
    bench.accepts(B, &ChangeSet::new().delete(lead("l-9")))?;
    bench.accepts(A, &changes)
}
