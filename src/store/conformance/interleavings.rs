use super::Subject;
use super::bench::{A, B, Bench, Handle, Outcome, Verdict, law, same};
use super::report::Broken;
use super::sample::{acme, all_names, by_name, lead, named, put};
use crate::store::{Asks, ChangeSet, Put, Range, Term};
use crate::value::Revision;

law!(
    "interleavings",
    "Two decisions end as if one had come after the other, in whatever order their reads and commits fall.",
    [
        two_updates_of_one_record_both_count,
        two_creations_of_one_key_leave_one,
        two_decisions_over_one_empty_range_leave_one,
        two_decisions_over_one_count_keep_the_limit,
        two_claims_of_the_last_place_leave_one,
        an_update_and_a_delete_do_not_mix,
        two_records_that_watch_each_other_do_not_both_leave,
        a_transfer_and_a_sum_do_not_mix,
    ]
);

/// The order of four steps: true where it is handle A's turn.
const ORDERS: [[bool; 4]; 6] = [
    [true, true, false, false],
    [true, false, true, false],
    [true, false, false, true],
    [false, true, true, false],
    [false, true, false, true],
    [false, false, true, true],
];

/// A decision: reads through a handle and returns what to commit, or nothing to do.
type Decide<'d, S> = &'d dyn Fn(&mut Bench<'_, S>, Handle) -> Result<Option<ChangeSet>, Broken>;

/// Lets handle A decide by `a` and handle B by `b`, their two steps in `order`; who is refused decides again.
fn race<S: Subject>(bench: &mut Bench<'_, S>, order: [bool; 4], a: Decide<'_, S>, b: Decide<'_, S>) -> Verdict {
    let (mut of_a, mut of_b) = (None, None);
    for turn in order {
        let (who, decide, mine) = if turn { (A, a, &mut of_a) } else { (B, b, &mut of_b) };
        match mine.take() {
            None => *mine = Some(decide(bench, who)?),
            Some(changes) => settle(bench, who, decide, changes)?,
        }
    }
    Ok(())
}

fn settle<S: Subject>(
    bench: &mut Bench<'_, S>,
    who: Handle,
    decide: Decide<'_, S>,
    mut changes: Option<ChangeSet>,
) -> Verdict {
    for _ in 0..4 {
        let Some(wanted) = changes else { return Ok(()) };
        if bench.commit(who, &wanted)? == Outcome::Committed {
            return Ok(());
        }
        changes = decide(bench, who)?;
    }
    same(|| format!("a decision made anew through handle {who:?}, alone"), &"committed", &"refused four times")
}

/// Runs a race in each of the six orders, each on records of its own.
fn every_order(mut race: impl FnMut([bool; 4], usize) -> Verdict) -> Verdict {
    ORDERS.into_iter().enumerate().try_for_each(|(n, order)| {
        race(order, n).map_err(|broken| {
            let steps: Vec<_> = order.iter().map(|a| if *a { "A" } else { "B" }).collect();
            Broken { asked: format!("{} (steps taken by {})", broken.asked, steps.join(", ")), ..broken }
        })
    })
}

fn read<S: Subject>(
    bench: &mut Bench<'_, S>,
    who: Handle,
    key: &crate::value::Key,
) -> Result<Option<(Revision, Vec<u8>)>, Broken> {
    let facts = bench.fetch(who, &Asks::new().record(key.clone()))?;
    Ok(facts.record(key).flatten().map(|stored| (stored.revision, stored.body.to_vec())))
}

fn two_updates_of_one_record_both_count<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let key = lead("l-1");
    every_order(|order, _| {
        bench.has(&[Put::new(key.clone(), Revision::FIRST, b"x".as_slice(), [])])?;
        let update = |bench: &mut Bench<'_, S>, who: Handle| {
            let Some((revision, mut body)) = read(bench, who, &key)? else { return Ok(None) };
            body.push(if who == A { b'a' } else { b'b' });
            let put = Put::new(key.clone(), revision.next(), body, []);
            Ok(Some(ChangeSet::new().version(key.clone(), revision).put(put)))
        };
        race(&mut bench, order, &update, &update)?;
        let end = read(&mut bench, A, &key)?.map(|(revision, body)| (revision.number(), body.len()));
        same(|| format!("revision and length of {key} after two updates"), &Some((3, 3)), &end)
    })
}

fn two_creations_of_one_key_leave_one<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    every_order(|order, _| {
        bench.accepts(A, &ChangeSet::new().delete(lead("l-1")).delete(lead("of-a")).delete(lead("of-b")))?;
        let create = |bench: &mut Bench<'_, S>, who: Handle| {
            let mark = lead(if who == A { "of-a" } else { "of-b" });
            let changes = ChangeSet::new().absent(lead("l-1")).put(put(lead("l-1"), 1, [])).put(put(mark, 1, []));
            Ok(read(bench, who, &lead("l-1"))?.is_none().then_some(changes))
        };
        race(&mut bench, order, &create, &create)?;
        let made = [lead("of-a"), lead("of-b")]
            .iter()
            .try_fold(0, |made, key| Ok(made + usize::from(read(&mut bench, B, key)?.is_some())))?;
        same(|| "creations that came through".to_owned(), &1, &made)
    })
}

/// Each handle adds a record under `bytes` as long as the range has fewer than `most` entries.
fn fill<S: Subject>(mut bench: Bench<'_, S>, range: &Range, present: usize, most: usize) -> Verdict {
    every_order(|order, _| {
        bench.accepts(A, &ChangeSet::new().delete(lead("of-a")).delete(lead("of-b")))?;
        let join = |bench: &mut Bench<'_, S>, who: Handle| {
            let found = bench.found(who, range)?;
            let mine = named(lead(if who == A { "of-a" } else { "of-b" }), 1, &[b"queue"]);
            Ok((found.len() < most).then(|| ChangeSet::new().same(range.clone(), found.digest()).put(mine)))
        };
        race(&mut bench, order, &join, &join)?;
        let end = bench.found(B, &Range::exact(acme(), by_name(), b"queue").keys())?.len();
        same(|| "entries in the range".to_owned(), &(present + 1), &end)
    })
}

fn two_decisions_over_one_empty_range_leave_one<S: Subject>(bench: Bench<'_, S>) -> Verdict {
    fill(bench, &Range::exact(acme(), by_name(), b"queue"), 0, 1)
}

fn two_decisions_over_one_count_keep_the_limit<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    bench.has(&[named(lead("l-1"), 1, &[b"queue"]), named(lead("l-2"), 1, &[b"queue"])])?;
    fill(bench, &Range::exact(acme(), by_name(), b"queue").limit(5).count(), 2, 3)
}

fn two_claims_of_the_last_place_leave_one<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    every_order(|order, _| {
        let reset = ChangeSet::new().delete(lead("of-a")).delete(lead("of-b"));
        let free = bench.fetch(A, &Asks::new().counter(lead("c")))?.counter(&lead("c")).unwrap_or(0);
        bench.accepts(A, &reset.bump(lead("c"), 2 - free, i64::MAX))?;
        let claim = |bench: &mut Bench<'_, S>, who: Handle| {
            let taken = bench.fetch(who, &Asks::new().counter(lead("c")))?.counter(&lead("c")).unwrap_or(0);
            let mine = put(lead(if who == A { "of-a" } else { "of-b" }), 1, []);
            Ok((taken < 3).then(|| ChangeSet::new().bump(lead("c"), 1, 3).put(mine)))
        };
        race(&mut bench, order, &claim, &claim)?;
        let (a, b) = (read(&mut bench, A, &lead("of-a"))?, read(&mut bench, A, &lead("of-b"))?);
        same(|| "claims that came through".to_owned(), &1, &(usize::from(a.is_some()) + usize::from(b.is_some())))?;
        bench.counts(&lead("c"), 3)
    })
}

fn an_update_and_a_delete_do_not_mix<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    every_order(|order, _| {
        bench.has(&[named(lead("l-1"), 1, &[b"a"])])?;
        let update = |bench: &mut Bench<'_, S>, who: Handle| {
            let next = |revision: Revision| named(lead("l-1"), revision.next().number(), &[b"b"]);
            let changes = |revision| ChangeSet::new().version(lead("l-1"), revision).put(next(revision));
            Ok(read(bench, who, &lead("l-1"))?.map(|(revision, _)| changes(revision)))
        };
        let delete = |bench: &mut Bench<'_, S>, who: Handle| {
            let changes = |revision| ChangeSet::new().version(lead("l-1"), revision).delete(lead("l-1"));
            Ok(read(bench, who, &lead("l-1"))?.map(|(revision, _)| changes(revision)))
        };
        race(&mut bench, order, &update, &delete)?;
        bench.misses(&lead("l-1"))?;
        bench.finds(&all_names(), &[])
    })
}

fn two_records_that_watch_each_other_do_not_both_leave<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    every_order(|order, _| {
        bench.has(&[put(lead("of-a"), 1, []), put(lead("of-b"), 1, [])])?;
        let leave = |bench: &mut Bench<'_, S>, who: Handle| {
            let (mine, theirs) = if who == A { (lead("of-a"), lead("of-b")) } else { (lead("of-b"), lead("of-a")) };
            let stays = read(bench, who, &theirs)?;
            Ok(stays.map(|(revision, _)| ChangeSet::new().version(theirs, revision).delete(mine)))
        };
        race(&mut bench, order, &leave, &leave)?;
        let (a, b) = (read(&mut bench, A, &lead("of-a"))?, read(&mut bench, B, &lead("of-b"))?);
        same(|| "records that stayed".to_owned(), &1, &(usize::from(a.is_some()) + usize::from(b.is_some())))
    })
}

fn a_transfer_and_a_sum_do_not_mix<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let amount = |key, revision, number: u8| {
        Put::new(key, Revision::new(revision), [number].as_slice(), [Term::new(by_name(), b"x")])
    };
    let range = Range::exact(acme(), by_name(), b"x");
    every_order(|order, _| {
        bench.has(&[amount(lead("l-1"), 1, 9), amount(lead("l-2"), 1, 1)])?;
        let transfer = |bench: &mut Bench<'_, S>, who: Handle| {
            let (Some((x, from)), Some((y, to))) = (read(bench, who, &lead("l-1"))?, read(bench, who, &lead("l-2"))?)
            else {
                return Ok(None);
            };
            let (from, to) = (from.iter().sum::<u8>(), to.iter().sum::<u8>());
            let changes = ChangeSet::new().version(lead("l-1"), x).version(lead("l-2"), y);
            let changes = changes.put(amount(lead("l-1"), x.next().number(), from.saturating_sub(4)));
            Ok(Some(changes.put(amount(lead("l-2"), y.next().number(), to.saturating_add(4)))))
        };
        let sum = |bench: &mut Bench<'_, S>, who: Handle| {
            let found = bench.found(who, &range)?;
            let total = found.records().iter().flat_map(|(_, stored)| stored.body.to_vec()).sum();
            let put = Put::new(lead("sum"), Revision::FIRST, [total].as_slice(), []);
            Ok(Some(ChangeSet::new().same(range.clone(), found.digest()).put(put)))
        };
        race(&mut bench, order, &transfer, &sum)?;
        let total = read(&mut bench, A, &lead("sum"))?.map(|(_, body)| body);
        same(|| "the sum of both records".to_owned(), &Some(vec![10]), &total)
    })
}
