use super::Subject;
use super::bench::{A, B, Bench, Verdict, law};
use super::sample::{acme, all_names, by_name, lead, named, put};
use crate::store::{ChangeSet, Range, Term};
use crate::value::Name;

law!(
    "terms",
    "A record is found under exactly the terms of its last put, and under none once it is deleted.",
    [
        a_record_is_found_under_each_of_its_terms,
        a_record_is_found_in_each_of_its_indexes,
        indexes_stay_apart,
        records_share_a_term,
        a_put_replaces_all_terms,
        a_put_keeps_the_terms_that_stay,
        a_put_with_the_same_terms_keeps_them_all,
        a_put_without_terms_is_found_no_more,
        a_put_moves_one_of_two_records_that_share_a_term,
        a_delete_removes_all_terms,
        a_delete_leaves_the_terms_of_others,
        a_record_that_comes_again_has_only_its_new_terms,
        a_term_may_be_empty,
        a_term_may_be_long,
        a_record_may_have_many_terms,
    ]
);

fn a_record_is_found_under_each_of_its_terms<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let put = named(lead("l-1"), 1, &[b"c", b"a", b"b", b"a"]);
    bench.has(std::slice::from_ref(&put))?;
    bench.finds(&all_names(), &[(b"a", &put), (b"b", &put), (b"c", &put)])?;
    bench.finds(&Range::exact(acme(), by_name(), b"b"), &[(b"b", &put)])
}

fn a_record_is_found_in_each_of_its_indexes<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let region = Name::known("lead.region");
    let put = put(lead("l-1"), 1, [Term::new(by_name(), b"a"), Term::new(region.clone(), b"z")]);
    bench.has(std::slice::from_ref(&put))?;
    bench.finds(&all_names(), &[(b"a", &put)])?;
    bench.finds(&Range::all(acme(), region), &[(b"z", &put)])
}

fn indexes_stay_apart<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let indexes = ["lead.nam", "lead.name", "lead.name.full", "lead.name2", "lead_name"].map(Name::known);
    let puts = indexes.clone().map(|index| {
        let bytes = index.as_str().as_bytes().to_vec();
        (put(lead("l-1"), 1, []), Term::new(index, &bytes))
    });
    let all = put(lead("l-1"), 1, puts.iter().map(|(_, term)| term.clone()));
    bench.has(std::slice::from_ref(&all))?;
    for index in indexes {
        bench.finds(&Range::all(acme(), index.clone()), &[(index.as_str().as_bytes(), &all)])?;
    }
    bench.finds(&Range::all(acme(), Name::known("lead")), &[])
}

fn records_share_a_term<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let puts = ["l-1", "l-2", "l-3"].map(|id| named(lead(id), 1, &[b"a"]));
    bench.has(&puts)?;
    let rows: Vec<_> = puts.iter().map(|put| (b"a".as_slice(), put)).collect();
    bench.finds(&Range::exact(acme(), by_name(), b"a"), &rows)
}

fn a_put_replaces_all_terms<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    bench.has(&[named(lead("l-1"), 1, &[b"a", b"b"])])?;
    let second = named(lead("l-1"), 2, &[b"c", b"d"]);
    bench.accepts(B, &ChangeSet::new().put(second.clone()))?;
    bench.finds(&all_names(), &[(b"c", &second), (b"d", &second)])
}

fn a_put_keeps_the_terms_that_stay<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    bench.has(&[named(lead("l-1"), 1, &[b"a", b"b", b"d"])])?;
    let second = named(lead("l-1"), 2, &[b"b", b"c", b"d"]);
    bench.accepts(B, &ChangeSet::new().put(second.clone()))?;
    bench.finds(&all_names(), &[(b"b", &second), (b"c", &second), (b"d", &second)])
}

fn a_put_with_the_same_terms_keeps_them_all<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    bench.has(&[named(lead("l-1"), 1, &[b"a", b"b"])])?;
    let second = named(lead("l-1"), 2, &[b"a", b"b"]);
    bench.accepts(B, &ChangeSet::new().put(second.clone()))?;
    bench.finds(&all_names(), &[(b"a", &second), (b"b", &second)])
}

fn a_put_without_terms_is_found_no_more<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    bench.has(&[named(lead("l-1"), 1, &[b"a", b"b"])])?;
    let second = named(lead("l-1"), 2, &[]);
    bench.accepts(B, &ChangeSet::new().put(second.clone()))?;
    bench.finds(&all_names(), &[])?;
    bench.sees(&second)
}

fn a_put_moves_one_of_two_records_that_share_a_term<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let stays = named(lead("l-2"), 1, &[b"a"]);
    bench.has(&[named(lead("l-1"), 1, &[b"a"]), stays.clone()])?;
    let moved = named(lead("l-1"), 2, &[b"b"]);
    bench.accepts(B, &ChangeSet::new().put(moved.clone()))?;
    bench.finds(&all_names(), &[(b"a", &stays), (b"b", &moved)])
}

fn a_delete_removes_all_terms<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    bench.has(&[named(lead("l-1"), 1, &[b"a", b"b"])])?;
    bench.accepts(B, &ChangeSet::new().delete(lead("l-1")))?;
    bench.finds(&all_names(), &[])
}

fn a_delete_leaves_the_terms_of_others<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let stays = named(lead("l-2"), 1, &[b"a", b"b"]);
    bench.has(&[named(lead("l-1"), 1, &[b"a", b"b"]), stays.clone()])?;
    bench.accepts(B, &ChangeSet::new().delete(lead("l-1")))?;
    bench.finds(&all_names(), &[(b"a", &stays), (b"b", &stays)])
}

fn a_record_that_comes_again_has_only_its_new_terms<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    bench.has(&[named(lead("l-1"), 1, &[b"a", b"b"])])?;
    let again = named(lead("l-1"), 1, &[b"b", b"c"]);
    bench.accepts(A, &ChangeSet::new().delete(lead("l-1")).put(again.clone()))?;
    bench.finds(&all_names(), &[(b"b", &again), (b"c", &again)])
}

fn a_term_may_be_empty<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let put = named(lead("l-1"), 1, &[b""]);
    bench.has(std::slice::from_ref(&put))?;
    bench.finds(&Range::exact(acme(), by_name(), b""), &[(b"", &put)])
}

fn a_term_may_be_long<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let longest = vec![b'x'; Term::MAX_LEN];
    let shorter = vec![b'x'; Term::MAX_LEN - 1];
    let put = named(lead("l-1"), 1, &[&longest, &shorter]);
    bench.has(std::slice::from_ref(&put))?;
    bench.finds(&all_names(), &[(&shorter, &put), (&longest, &put)])?;
    bench.finds(&Range::exact(acme(), by_name(), &longest), &[(&longest, &put)])
}

fn a_record_may_have_many_terms<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let bytes: Vec<_> = (0..500_u16).map(u16::to_be_bytes).collect();
    let names: Vec<&[u8]> = bytes.iter().map(<[u8; 2]>::as_slice).collect();
    let put = named(lead("l-1"), 1, &names);
    bench.has(std::slice::from_ref(&put))?;
    let rows: Vec<_> = names.iter().map(|name| (*name, &put)).collect();
    bench.finds(&all_names(), &rows)?;
    bench.accepts(B, &ChangeSet::new().delete(lead("l-1")))?;
    bench.finds(&all_names(), &[])
}
