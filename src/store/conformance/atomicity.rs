use super::Subject;
use super::bench::{A, B, Bench, Verdict, law};
use super::sample::{Row, all_names, lead, named, numbered, put};
use crate::store::{ChangeSet, Found, Guard, Put};
use crate::value::Revision;

law!(
    "atomicity",
    "A change set is committed whole, when every guard holds, or not at all.",
    [
        every_write_of_a_change_set_is_committed,
        a_large_change_set_is_committed_whole,
        a_guard_that_fails_refuses_everything,
        every_guard_of_every_kind_is_checked_at_every_position,
        a_refusal_leaves_terms_alone,
        a_refusal_leaves_the_handle_usable,
        the_same_change_set_may_be_tried_again,
        guards_alone_are_checked,
        an_empty_change_set_is_accepted,
    ]
);

/// Two records and a counter, as they are before the decision.
fn before<S: Subject>(bench: &mut Bench<'_, S>) -> Result<[Put; 2], super::report::Broken> {
    let puts = [named(lead("l-1"), 1, &[b"a"]), named(lead("l-2"), 1, &[b"b"])];
    bench.has(&puts)?;
    bench.accepts(A, &ChangeSet::new().bump(lead("c"), 5, 9))?;
    Ok(puts)
}

/// A put, a new record, a delete and a bump.
fn writes(changes: ChangeSet) -> ChangeSet {
    let changes = changes.put(named(lead("l-1"), 2, &[b"x"])).delete(lead("l-2")).put(named(lead("l-3"), 1, &[b"y"]));
    changes.bump(lead("c"), 1, 9)
}

fn nothing_happened<S: Subject>(bench: &mut Bench<'_, S>, [first, second]: &[Put; 2]) -> Verdict {
    bench.sees(first)?;
    bench.sees(second)?;
    bench.misses(&lead("l-3"))?;
    bench.counts(&lead("c"), 5)?;
    bench.finds(&all_names(), &[(b"a", first), (b"b", second)])
}

fn every_write_of_a_change_set_is_committed<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    before(&mut bench)?;
    bench.accepts(A, &writes(ChangeSet::new()))?;
    let (first, third) = (named(lead("l-1"), 2, &[b"x"]), named(lead("l-3"), 1, &[b"y"]));
    bench.sees(&first)?;
    bench.misses(&lead("l-2"))?;
    bench.sees(&third)?;
    bench.counts(&lead("c"), 6)?;
    bench.finds(&all_names(), &[(b"x", &first), (b"y", &third)])
}

fn a_large_change_set_is_committed_whole<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let names: Vec<_> = (0..1_000_u16).map(u16::to_be_bytes).collect();
    let puts: Vec<_> = names.iter().zip(0..).map(|(name, n)| named(numbered(n), 1, &[name])).collect();
    bench.has(&puts)?;
    let rows: Vec<Row<'_>> = names.iter().map(<[u8; 2]>::as_slice).zip(&puts).collect();
    bench.finds(&all_names(), &rows)?;
    let gone = puts.iter().fold(ChangeSet::new(), |changes, put| changes.delete(put.key().clone()));
    bench.refuses(B, &gone.clone().absent(numbered(999)), 0)?;
    bench.finds(&all_names(), &rows)?;
    bench.accepts(B, &gone)?;
    bench.finds(&all_names(), &[])
}

fn a_guard_that_fails_refuses_everything<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let puts = before(&mut bench)?;
    bench.refuses(A, &writes(ChangeSet::new().absent(lead("l-1"))), 0)?;
    nothing_happened(&mut bench, &puts)?;
    bench.refuses(B, &writes(ChangeSet::new()).absent(lead("l-1")), 1)?;
    nothing_happened(&mut bench, &puts)
}

fn every_guard_of_every_kind_is_checked_at_every_position<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let puts = before(&mut bench)?;
    let all = bench.found(A, &all_names())?;
    let same = |found: &Found| Guard::Same { range: all_names(), digest: found.digest() };
    let version = |number| Guard::Version { key: lead("l-1"), revision: Revision::new(number) };
    let bump = |max| Guard::Bump { key: lead("c"), by: 1, max };
    // Each guard as it holds and as it fails.
    let guards = [
        (Guard::Absent(lead("l-9")), Guard::Absent(lead("l-2"))),
        (version(1), version(2)),
        (same(&all), same(&Found::nothing(all_names().want()))),
        (bump(6), bump(5)),
    ];
    for failing in 0..guards.len() {
        for turn in 0..guards.len() {
            let order = (0..guards.len()).map(|n| (n + turn) % guards.len());
            let chosen =
                order.filter_map(|n| guards.get(n).map(|(holds, fails)| if n == failing { fails } else { holds }));
            let changes = chosen.cloned().fold(ChangeSet::new(), ChangeSet::guard);
            let position = (failing + guards.len() - turn) % guards.len();
            let writes = changes.put(named(lead("l-3"), 1, &[b"y"])).delete(lead("l-2"));
            bench.refuses(B, &writes, position)?;
            nothing_happened(&mut bench, &puts)?;
        }
    }
    Ok(())
}

fn a_refusal_leaves_terms_alone<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let put = named(lead("l-1"), 1, &[b"a", b"b", b"c"]);
    bench.has(std::slice::from_ref(&put))?;
    let changed = named(lead("l-1"), 2, &[b"b", b"d"]);
    bench.refuses(A, &ChangeSet::new().put(changed).version(lead("l-1"), Revision::new(9)), 0)?;
    bench.finds(&all_names(), &[(b"a", &put), (b"b", &put), (b"c", &put)])
}

fn a_refusal_leaves_the_handle_usable<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    bench.has(&[put(lead("l-1"), 1, [])])?;
    for who in [A, B, A, B] {
        bench.refuses(who, &ChangeSet::new().absent(lead("l-1")).put(put(lead("l-2"), 1, [])), 0)?;
        bench.misses(&lead("l-2"))?;
        bench.accepts(who, &ChangeSet::new().put(put(lead("l-3"), 1, [])))?;
    }
    bench.sees(&put(lead("l-3"), 1, []))
}

fn the_same_change_set_may_be_tried_again<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    bench.has(&[put(lead("l-1"), 1, [])])?;
    let again = put(lead("l-1"), 2, []);
    let changes = ChangeSet::new().absent(lead("l-1")).put(again.clone());
    bench.refuses(A, &changes, 0)?;
    bench.accepts(B, &ChangeSet::new().delete(lead("l-1")))?;
    bench.accepts(A, &changes)?;
    bench.sees(&again)
}

fn guards_alone_are_checked<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    bench.has(&[put(lead("l-1"), 1, [])])?;
    bench.accepts(A, &ChangeSet::new().version(lead("l-1"), Revision::FIRST))?;
    bench.refuses(A, &ChangeSet::new().version(lead("l-1"), Revision::new(2)), 0)?;
    bench.refuses(B, &ChangeSet::new().absent(lead("l-1")), 0)
}

fn an_empty_change_set_is_accepted<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    bench.accepts(A, &ChangeSet::new())?;
    bench.finds(&all_names(), &[])
}
