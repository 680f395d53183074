use super::Subject;
use super::bench::{B, Bench, Verdict, law};
use super::sample::{Row, TRICKY, acme, all_names, by_name, lead, lead_of, named, numbered, put, tricky_ids};
use crate::store::{ChangeSet, Put, Range, Term};
use crate::value::{Key, Name};

law!(
    "ranges",
    "A range gives the entries with from <= bytes < to, each once, ordered by bytes, then object, then id.",
    [
        entries_come_in_the_order_of_their_bytes,
        descending_is_exactly_the_reverse,
        every_pair_of_bounds_cuts_where_it_says,
        every_pair_of_bounds_cuts_where_it_says_in_reverse,
        a_range_turned_around_is_empty,
        an_open_range_goes_to_the_end,
        an_exact_range_finds_only_its_bytes,
        a_prefix_range_finds_only_its_prefix,
        equal_bytes_come_in_the_order_of_ids,
        equal_bytes_come_in_the_order_of_objects_first,
        a_record_comes_once_for_each_of_its_terms,
        an_unknown_index_is_empty,
        entries_come_in_order_whatever_the_order_of_writing,
    ]
);

/// One record under each of the tricky bytes.
fn tricky_puts() -> Vec<Put> {
    // Ids descend where bytes ascend, so that an order by id shows.
    TRICKY.iter().zip((0..100).rev()).map(|(bytes, number)| named(numbered(number), 1, &[bytes])).collect()
}

fn tricky_rows(puts: &[Put]) -> Vec<Row<'_>> {
    TRICKY.iter().copied().zip(puts).collect()
}

fn entries_come_in_the_order_of_their_bytes<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let puts = tricky_puts();
    bench.has(&puts)?;
    bench.finds(&all_names(), &tricky_rows(&puts))
}

fn descending_is_exactly_the_reverse<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let puts = tricky_puts();
    bench.has(&puts)?;
    let rows: Vec<_> = tricky_rows(&puts).into_iter().rev().collect();
    bench.finds(&all_names().descending(), &rows)
}

fn every_pair_of_bounds_cuts_where_it_says<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let puts = tricky_puts();
    bench.has(&puts)?;
    for from in TRICKY {
        for to in TRICKY {
            let mut rows = tricky_rows(&puts);
            rows.retain(|(bytes, _)| from <= *bytes && *bytes < to);
            bench.finds(&Range::between(acme(), by_name(), from, to), &rows)?;
        }
    }
    Ok(())
}

fn every_pair_of_bounds_cuts_where_it_says_in_reverse<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let puts = tricky_puts();
    bench.has(&puts)?;
    for from in TRICKY {
        for to in TRICKY {
            let mut rows = tricky_rows(&puts);
            rows.retain(|(bytes, _)| from <= *bytes && *bytes < to);
            rows.reverse();
            bench.finds(&Range::between(acme(), by_name(), from, to).descending(), &rows)?;
        }
    }
    Ok(())
}

fn a_range_turned_around_is_empty<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    bench.has(&tricky_puts())?;
    for (from, to) in [(b"b", b"a"), (b"a", b"a")] {
        bench.finds(&Range::between(acme(), by_name(), from, to), &[])?;
        bench.finds(&Range::between(acme(), by_name(), from, to).descending(), &[])?;
    }
    Ok(())
}

fn an_open_range_goes_to_the_end<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let puts = tricky_puts();
    bench.has(&puts)?;
    for from in TRICKY {
        let mut rows = tricky_rows(&puts);
        rows.retain(|(bytes, _)| from <= *bytes);
        bench.finds(&Range::starting_at(acme(), by_name(), from), &rows)?;
        rows.reverse();
        bench.finds(&Range::starting_at(acme(), by_name(), from).descending(), &rows)?;
    }
    Ok(())
}

fn an_exact_range_finds_only_its_bytes<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let puts = tricky_puts();
    bench.has(&puts)?;
    for row in tricky_rows(&puts) {
        bench.finds(&Range::exact(acme(), by_name(), row.0), &[row])?;
    }
    bench.finds(&Range::exact(acme(), by_name(), b"ab"), &[])
}

fn a_prefix_range_finds_only_its_prefix<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let puts = tricky_puts();
    bench.has(&puts)?;
    for prefix in TRICKY {
        let mut rows = tricky_rows(&puts);
        rows.retain(|(bytes, _)| bytes.starts_with(prefix));
        bench.finds(&Range::prefix(acme(), by_name(), prefix), &rows)?;
    }
    Ok(())
}

fn equal_bytes_come_in_the_order_of_ids<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let puts: Vec<_> = tricky_ids().into_iter().map(|id| named(lead_of(acme(), id), 1, &[b"a"])).collect();
    for put in puts.iter().rev() {
        bench.has(std::slice::from_ref(put))?;
    }
    let mut rows: Vec<Row<'_>> = puts.iter().map(|put| (b"a".as_slice(), put)).collect();
    bench.finds(&all_names(), &rows)?;
    rows.reverse();
    bench.finds(&all_names().descending(), &rows)
}

fn equal_bytes_come_in_the_order_of_objects_first<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let ids = tricky_ids();
    let objects = ["deal", "lead", "lead-2", "lead.x", "lead2", "lead_x"].map(Name::known);
    let keys = objects.iter().flat_map(|object| ids.iter().map(|id| Key::new(acme(), object.clone(), id.clone())));
    let puts: Vec<_> = keys.map(|key| named(key, 1, &[b"a"])).collect();
    bench.has(&puts)?;
    let mut rows: Vec<Row<'_>> = puts.iter().map(|put| (b"a".as_slice(), put)).collect();
    bench.finds(&all_names(), &rows)?;
    rows.reverse();
    bench.finds(&all_names().descending(), &rows)
}

fn a_record_comes_once_for_each_of_its_terms<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let (first, second) = (named(lead("l-1"), 1, &[b"a", b"c"]), named(lead("l-2"), 1, &[b"b", b"c"]));
    bench.has(&[first.clone(), second.clone()])?;
    let rows: [Row<'_>; 4] = [(b"a", &first), (b"b", &second), (b"c", &first), (b"c", &second)];
    bench.finds(&all_names(), &rows)
}

fn an_unknown_index_is_empty<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    bench.has(&tricky_puts())?;
    bench.finds(&Range::all(acme(), Name::known("lead.unknown")), &[])
}

fn entries_come_in_order_whatever_the_order_of_writing<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let names: Vec<_> = (0..300_u16).map(|n| n.wrapping_mul(7_919).to_be_bytes()).collect();
    let puts: Vec<_> =
        names.iter().zip(0..).map(|(name, n)| put(numbered(n), 1, [Term::new(by_name(), name)])).collect();
    bench.has(&puts)?;
    let removed = puts.iter().step_by(3).fold(ChangeSet::new(), |changes, put| changes.delete(put.key().clone()));
    bench.accepts(B, &removed)?;
    let left = names.iter().zip(&puts).enumerate().filter(|(n, _)| n % 3 != 0);
    let mut rows: Vec<Row<'_>> = left.map(|(_, (name, put))| (name.as_slice(), put)).collect();
    rows.sort_by_key(|(name, _)| *name);
    bench.finds(&all_names(), &rows)
}
