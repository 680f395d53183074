use super::Subject;
use super::bench::{A, B, Bench, Verdict, law};
use super::sample::{lead, named, put};
use crate::store::ChangeSet;
use crate::value::Revision;

law!(
    "versions",
    "A change set under Version is committed only while the record still has that revision: no update is lost.",
    [
        the_present_revision_is_accepted,
        an_older_revision_is_refused,
        a_newer_revision_is_refused,
        a_record_that_never_was_has_no_revision,
        a_deleted_record_has_no_revision,
        the_second_writer_of_a_revision_is_refused,
        a_writer_after_a_deleter_is_refused,
        a_deleter_after_a_writer_is_refused,
        a_record_that_is_only_read_is_guarded_too,
        guards_see_the_state_before_the_writes,
    ]
);

fn first() -> Revision {
    Revision::FIRST
}

fn the_present_revision_is_accepted<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    bench.has(&[put(lead("l-1"), 1, [])])?;
    for (revision, who) in (1..6).zip([A, B].into_iter().cycle()) {
        let next = put(lead("l-1"), revision + 1, []);
        bench.accepts(who, &ChangeSet::new().version(lead("l-1"), Revision::new(revision)).put(next.clone()))?;
        bench.sees(&next)?;
    }
    Ok(())
}

fn an_older_revision_is_refused<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let present = put(lead("l-1"), 2, []);
    bench.has(std::slice::from_ref(&present))?;
    bench.refuses(A, &ChangeSet::new().version(lead("l-1"), first()).put(put(lead("l-1"), 3, [])), 0)?;
    bench.sees(&present)
}

fn a_newer_revision_is_refused<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let present = put(lead("l-1"), 1, []);
    bench.has(std::slice::from_ref(&present))?;
    bench.refuses(A, &ChangeSet::new().version(lead("l-1"), Revision::new(2)).put(put(lead("l-1"), 3, [])), 0)?;
    bench.sees(&present)
}

fn a_record_that_never_was_has_no_revision<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    for revision in [0, 1] {
        let changes = ChangeSet::new().version(lead("l-1"), Revision::new(revision)).put(put(lead("l-1"), 2, []));
        bench.refuses(A, &changes, 0)?;
    }
    bench.misses(&lead("l-1"))
}

fn a_deleted_record_has_no_revision<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    bench.has(&[put(lead("l-1"), 1, [])])?;
    bench.accepts(B, &ChangeSet::new().version(lead("l-1"), first()).delete(lead("l-1")))?;
    bench.refuses(A, &ChangeSet::new().version(lead("l-1"), first()).put(put(lead("l-1"), 2, [])), 0)?;
    bench.misses(&lead("l-1"))
}

fn the_second_writer_of_a_revision_is_refused<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    bench.has(&[named(lead("l-1"), 1, &[b"a"])])?;
    let (mine, yours) = (named(lead("l-1"), 2, &[b"mine"]), named(lead("l-1"), 2, &[b"yours"]));
    bench.accepts(A, &ChangeSet::new().version(lead("l-1"), first()).put(mine.clone()))?;
    bench.refuses(B, &ChangeSet::new().version(lead("l-1"), first()).put(yours), 0)?;
    bench.sees(&mine)?;
    bench.finds(&super::sample::all_names(), &[(b"mine", &mine)])
}

fn a_writer_after_a_deleter_is_refused<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    bench.has(&[put(lead("l-1"), 1, [])])?;
    bench.accepts(A, &ChangeSet::new().version(lead("l-1"), first()).delete(lead("l-1")))?;
    bench.refuses(B, &ChangeSet::new().version(lead("l-1"), first()).put(put(lead("l-1"), 2, [])), 0)?;
    bench.misses(&lead("l-1"))
}

fn a_deleter_after_a_writer_is_refused<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    bench.has(&[put(lead("l-1"), 1, [])])?;
    let second = put(lead("l-1"), 2, []);
    bench.accepts(A, &ChangeSet::new().version(lead("l-1"), first()).put(second.clone()))?;
    bench.refuses(B, &ChangeSet::new().version(lead("l-1"), first()).delete(lead("l-1")), 0)?;
    bench.sees(&second)
}

fn a_record_that_is_only_read_is_guarded_too<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    bench.has(&[put(lead("l-1"), 1, [])])?;
    let other = put(lead("l-2"), 1, []);
    bench.accepts(A, &ChangeSet::new().version(lead("l-1"), first()).put(other.clone()))?;
    bench.accepts(B, &ChangeSet::new().put(put(lead("l-1"), 2, [])))?;
    bench.refuses(A, &ChangeSet::new().version(lead("l-1"), first()).delete(lead("l-2")), 0)?;
    bench.sees(&other)
}

fn guards_see_the_state_before_the_writes<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    bench.has(&[put(lead("l-1"), 1, [])])?;
    let second = put(lead("l-1"), 2, []);
    bench.refuses(A, &ChangeSet::new().put(second.clone()).version(lead("l-1"), Revision::new(2)), 0)?;
    bench.accepts(A, &ChangeSet::new().put(second.clone()).version(lead("l-1"), first()))?;
    bench.sees(&second)
}
