use super::Subject;
use super::bench::{A, B, Bench, Verdict, law};
use super::sample::{acme, lead, lead_of, named, put, tricky_ids};
use crate::store::{ChangeSet, Put};
use crate::value::{Id, Key, Name, Revision, TenantId};

law!(
    "records",
    "A record is kept byte for byte at its key, until it is replaced or deleted; writes apply in their order.",
    [
        every_byte_of_a_body_comes_back,
        an_empty_body_comes_back,
        a_large_body_comes_back,
        high_revisions_come_back,
        a_put_replaces_the_record,
        records_of_two_objects_stay_apart,
        ids_of_every_kind_stay_apart,
        the_longest_key_is_kept,
        a_deleted_record_is_gone,
        deleting_nothing_is_no_error,
        a_deleted_record_may_come_again,
        writes_of_one_change_set_apply_in_their_order,
    ]
);

/// The highest revision that has to be kept: databases count to 2^63 - 1.
const HIGHEST: u64 = i64::MAX as u64;

fn with_body(body: Vec<u8>) -> Put {
    Put::new(lead("l-1"), Revision::FIRST, body, [])
}

fn every_byte_of_a_body_comes_back<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let put = with_body((0..=255).chain((0..=255).rev()).collect());
    bench.has(std::slice::from_ref(&put))?;
    bench.sees(&put)
}

fn an_empty_body_comes_back<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let put = with_body(Vec::new());
    bench.has(std::slice::from_ref(&put))?;
    bench.sees(&put)
}

fn a_large_body_comes_back<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let put = with_body((0..1_u32 << 18).flat_map(|n| n.wrapping_mul(0x9e37_79b9).to_le_bytes()).collect());
    bench.has(std::slice::from_ref(&put))?;
    bench.sees(&put)
}

fn high_revisions_come_back<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    for revision in [1, 1 << 31, 1 << 32, 1 << 53, (1 << 53) + 1, HIGHEST] {
        let put = put(lead("l-1"), revision, []);
        bench.has(std::slice::from_ref(&put))?;
        bench.sees(&put)?;
        bench.accepts(B, &ChangeSet::new().version(lead("l-1"), Revision::new(revision)))?;
    }
    Ok(())
}

fn a_put_replaces_the_record<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    bench.has(&[put(lead("l-1"), 1, []), put(lead("l-2"), 1, [])])?;
    let second = put(lead("l-1"), 2, []);
    bench.accepts(B, &ChangeSet::new().put(second.clone()))?;
    bench.sees(&second)?;
    bench.sees(&put(lead("l-2"), 1, []))
}

fn records_of_two_objects_stay_apart<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let keys =
        ["deal", "lead", "lead2", "lea"].map(|object| Key::new(acme(), Name::known(object), super::sample::id("1")));
    let puts = keys.map(|key| put(key, 1, []));
    bench.has(&puts)?;
    puts.iter().try_for_each(|put| bench.sees(put))
}

fn ids_of_every_kind_stay_apart<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let puts: Vec<_> = tricky_ids().into_iter().map(|id| put(lead_of(acme(), id), 1, [])).collect();
    for put in &puts {
        bench.accepts(A, &ChangeSet::new().absent(put.key().clone()).put(put.clone()))?;
    }
    puts.iter().try_for_each(|put| bench.sees(put))
}

fn the_longest_key_is_kept<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let text = "x".repeat(Id::MAX_LEN);
    let (Ok(tenant), Ok(object), Ok(id)) = (TenantId::new(&text), Name::new(&text), Id::new(&text)) else {
        return Ok(());
    };
    let put = named(Key::new(tenant, object, id), 1, &[b"a"]);
    bench.has(std::slice::from_ref(&put))?;
    bench.sees(&put)
}

fn a_deleted_record_is_gone<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let stays = put(lead("l-2"), 1, []);
    bench.has(&[put(lead("l-1"), 1, []), stays.clone()])?;
    bench.accepts(B, &ChangeSet::new().delete(lead("l-1")))?;
    bench.misses(&lead("l-1"))?;
    bench.sees(&stays)
}

fn deleting_nothing_is_no_error<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    bench.accepts(A, &ChangeSet::new().delete(lead("l-1")).put(put(lead("l-2"), 1, [])))?;
    bench.sees(&put(lead("l-2"), 1, []))
}

fn a_deleted_record_may_come_again<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    bench.has(&[put(lead("l-1"), 5, [])])?;
    bench.accepts(B, &ChangeSet::new().delete(lead("l-1")))?;
    let again = put(lead("l-1"), 1, []);
    bench.accepts(A, &ChangeSet::new().absent(lead("l-1")).put(again.clone()))?;
    bench.sees(&again)
}

fn writes_of_one_change_set_apply_in_their_order<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let (first, second) = (named(lead("l-1"), 1, &[b"a"]), named(lead("l-1"), 2, &[b"b"]));
    let changes = ChangeSet::new().put(first).delete(lead("l-1")).put(second.clone());
    bench.accepts(A, &changes.put(put(lead("l-2"), 1, [])).delete(lead("l-2")))?;
    bench.sees(&second)?;
    bench.misses(&lead("l-2"))?;
    bench.finds(&super::sample::all_names(), &[(b"b", &second)])
}
