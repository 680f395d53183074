use super::Subject;
use super::bench::{A, B, Bench, Verdict, law};
use super::sample::{acme, id, lead, lead_of, put, tenant, tricky_ids};
use crate::store::ChangeSet;
use crate::value::{Key, Name};

law!(
    "absence",
    "A change set under Absent is committed only while there is no record at the key: nothing is created twice.",
    [
        a_free_key_is_accepted,
        a_taken_key_is_refused,
        the_second_creator_is_refused,
        one_unique_key_goes_to_one_record,
        a_key_that_was_deleted_is_free,
        the_whole_key_counts,
        a_key_that_only_has_a_counter_is_free,
        a_change_set_may_create_what_it_guards,
        absence_is_guarded_without_a_write,
    ]
);

fn a_free_key_is_accepted<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let made = put(lead("l-1"), 1, []);
    bench.accepts(A, &ChangeSet::new().absent(lead("l-1")).put(made.clone()))?;
    bench.sees(&made)
}

fn a_taken_key_is_refused<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let present = put(lead("l-1"), 1, []);
    bench.has(std::slice::from_ref(&present))?;
    bench.refuses(A, &ChangeSet::new().absent(lead("l-1")).put(put(lead("l-1"), 2, [])), 0)?;
    bench.sees(&present)
}

fn the_second_creator_is_refused<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    bench.misses(&lead("l-1"))?;
    let mine = put(lead("l-1"), 1, []);
    bench.accepts(B, &ChangeSet::new().absent(lead("l-1")).put(mine.clone()))?;
    bench.refuses(A, &ChangeSet::new().absent(lead("l-1")).put(put(lead("l-1"), 7, [])), 0)?;
    bench.sees(&mine)
}

fn one_unique_key_goes_to_one_record<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let unique = Key::new(acme(), Name::known("unique"), id("lead.phone=138"));
    let claim =
        |record| ChangeSet::new().absent(unique.clone()).put(put(unique.clone(), 1, [])).put(put(record, 1, []));
    bench.accepts(A, &claim(lead("l-1")))?;
    bench.refuses(B, &claim(lead("l-2")), 0)?;
    bench.sees(&put(lead("l-1"), 1, []))?;
    bench.misses(&lead("l-2"))
}

fn a_key_that_was_deleted_is_free<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    bench.has(&[put(lead("l-1"), 1, [])])?;
    bench.accepts(B, &ChangeSet::new().delete(lead("l-1")))?;
    bench.accepts(A, &ChangeSet::new().absent(lead("l-1")))
}

fn the_whole_key_counts<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    for id in tricky_ids() {
        for (tenant, object) in [(tenant("acme"), "lead"), (tenant("Acme"), "lead"), (tenant("acme"), "leads")] {
            let key = Key::new(tenant, Name::known(object), id.clone());
            bench.accepts(A, &ChangeSet::new().absent(key.clone()).put(put(key.clone(), 1, [])))?;
            bench.refuses(B, &ChangeSet::new().absent(key), 0)?;
        }
    }
    bench.accepts(A, &ChangeSet::new().absent(lead_of(acme(), id("li"))))
}

fn a_key_that_only_has_a_counter_is_free<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    bench.accepts(A, &ChangeSet::new().bump(lead("l-1"), 1, 9))?;
    let made = put(lead("l-1"), 1, []);
    bench.accepts(B, &ChangeSet::new().absent(lead("l-1")).put(made.clone()))?;
    bench.sees(&made)?;
    bench.counts(&lead("l-1"), 1)
}

fn a_change_set_may_create_what_it_guards<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let puts = [put(lead("l-1"), 1, []), put(lead("l-2"), 1, [])];
    let changes = puts.iter().cloned().fold(ChangeSet::new(), ChangeSet::put);
    bench.accepts(A, &changes.absent(lead("l-1")).absent(lead("l-2")).absent(lead("l-1")))?;
    puts.iter().try_for_each(|put| bench.sees(put))
}

fn absence_is_guarded_without_a_write<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    bench.accepts(A, &ChangeSet::new().absent(lead("l-1")).put(put(lead("l-2"), 1, [])))?;
    bench.accepts(B, &ChangeSet::new().put(put(lead("l-1"), 1, [])))?;
    bench.refuses(A, &ChangeSet::new().absent(lead("l-1")).put(put(lead("l-2"), 2, [])), 0)?;
    bench.sees(&put(lead("l-2"), 1, []))
}
