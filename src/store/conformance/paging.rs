use super::Subject;
use super::bench::{A, B, Bench, Verdict, law, same};
use super::sample::{Row, acme, all_names, at, by_name, lead, lead_of, named, numbered, tenant};
use crate::store::{Position, Put, Range};

law!(
    "paging",
    "A page holds the first entries after its position, as many as its limit allows: none twice, none left out.",
    [
        every_page_size_walks_every_entry_once,
        every_page_size_walks_every_entry_once_in_reverse,
        a_page_continues_after_any_entry,
        a_page_continues_after_any_entry_in_reverse,
        a_page_continues_within_equal_bytes,
        a_page_continues_after_an_entry_that_is_gone,
        a_page_continues_after_a_place_that_never_was,
        a_position_outside_the_bounds_widens_nothing,
        a_page_within_bounds_ends_at_them,
        a_limit_of_nothing_gives_nothing,
        the_highest_limit_gives_everything,
        the_tenant_of_a_position_tells_nothing_within_one_tenant,
        a_long_walk_misses_nothing,
    ]
);

/// Records that share bytes, and records that have several terms.
fn crowd() -> Vec<(&'static [u8], Put)> {
    let names: [&[&[u8]]; 6] =
        [&[b"a", b"b"], &[b"b"], &[b"b", b"c", b"d"], &[b""], &[b"b\0", b"b\xff"], &[b"\xff", b"b"]];
    let puts = names.iter().zip(0..).map(|(names, n)| (*names, named(numbered(n), 1, names)));
    let mut rows: Vec<_> = puts.flat_map(|(names, put)| names.iter().map(move |name| (*name, put.clone()))).collect();
    rows.sort_by(|(a, x), (b, y)| a.cmp(b).then_with(|| x.key().cmp(y.key())));
    rows
}

fn store_crowd<S: Subject>(bench: &mut Bench<'_, S>, crowd: &[(&'static [u8], Put)]) -> Verdict {
    bench.has(&crowd.iter().map(|(_, put)| put.clone()).collect::<Vec<_>>())
}

fn ascending<'a>(crowd: &'a [(&'static [u8], Put)]) -> Vec<Row<'a>> {
    crowd.iter().map(|(bytes, put)| (*bytes, put)).collect()
}

fn descending<'a>(crowd: &'a [(&'static [u8], Put)]) -> Vec<Row<'a>> {
    crowd.iter().rev().map(|(bytes, put)| (*bytes, put)).collect()
}

/// Reads page after page, continuing after the last entry that the store gave.
fn walk<S: Subject>(bench: &mut Bench<'_, S>, range: &Range, rows: &[Row<'_>], limit: u32) -> Verdict {
    let mut page = range.clone().keys().limit(limit);
    let mut walked = Vec::new();
    // A store that repeats itself must not be followed for ever.
    while walked.len() <= rows.len() {
        let found = bench.found(if walked.len() % 2 == 0 { A } else { B }, &page)?;
        let Some(last) = found.entries().last() else { break };
        page = page.after(last.position());
        walked.extend(found.entries().map(|entry| (entry.bytes.to_vec(), entry.key.to_string())));
    }
    let wanted: Vec<_> = rows.iter().map(|(bytes, put)| (bytes.to_vec(), put.key().to_string())).collect();
    same(
        || format!("a walk over {} entries by pages of {limit}, {:?}", rows.len(), range.direction()),
        &wanted,
        &walked,
    )
}

/// Reads a page of every size after every entry.
fn pages<S: Subject>(bench: &mut Bench<'_, S>, range: &Range, rows: &[Row<'_>]) -> Verdict {
    for limit in 0..=rows.len() + 1 {
        let page = range.clone().limit(u32::try_from(limit).unwrap_or(u32::MAX));
        bench.finds(&page, rows.get(..limit).unwrap_or(rows))?;
        for (place, row) in rows.iter().enumerate() {
            let rest = rows.get(place + 1..).unwrap_or_default();
            bench.finds(&page.clone().after(at(row)), rest.get(..limit).unwrap_or(rest))?;
        }
    }
    Ok(())
}

fn every_page_size_walks_every_entry_once<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let crowd = crowd();
    store_crowd(&mut bench, &crowd)?;
    (1..=12).try_for_each(|limit| walk(&mut bench, &all_names(), &ascending(&crowd), limit))
}

fn every_page_size_walks_every_entry_once_in_reverse<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let crowd = crowd();
    store_crowd(&mut bench, &crowd)?;
    (1..=12).try_for_each(|limit| walk(&mut bench, &all_names().descending(), &descending(&crowd), limit))
}

fn a_page_continues_after_any_entry<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let crowd = crowd();
    store_crowd(&mut bench, &crowd)?;
    pages(&mut bench, &all_names(), &ascending(&crowd))
}

fn a_page_continues_after_any_entry_in_reverse<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let crowd = crowd();
    store_crowd(&mut bench, &crowd)?;
    pages(&mut bench, &all_names().descending(), &descending(&crowd))
}

fn a_page_continues_within_equal_bytes<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let puts: Vec<_> =
        super::sample::tricky_ids().into_iter().map(|id| named(lead_of(acme(), id), 1, &[b"a"])).collect();
    bench.has(&puts)?;
    let mut rows: Vec<Row<'_>> = puts.iter().map(|put| (b"a".as_slice(), put)).collect();
    let exact = Range::exact(acme(), by_name(), b"a");
    for limit in 1..=4 {
        walk(&mut bench, &exact, &rows, limit)?;
    }
    rows.reverse();
    (1..=4).try_for_each(|limit| walk(&mut bench, &exact.clone().descending(), &rows, limit))
}

fn a_page_continues_after_an_entry_that_is_gone<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let puts: Vec<_> = (0..6).map(|n| named(numbered(n), 1, &[b"a"])).collect();
    bench.has(&puts)?;
    let rows: Vec<Row<'_>> = puts.iter().map(|put| (b"a".as_slice(), put)).collect();
    for (place, gone) in rows.iter().enumerate().filter(|(place, _)| place % 2 == 1) {
        bench.accepts(A, &crate::store::ChangeSet::new().delete(gone.1.key().clone()))?;
        let stays = |from: usize| rows.iter().enumerate().filter(move |(n, _)| *n >= from || n % 2 == 0);
        let later: Vec<_> = stays(place).filter(|(n, _)| *n > place).map(|(_, row)| *row).collect();
        bench.finds(&all_names().after(at(gone)), &later)?;
        let earlier: Vec<_> = stays(place).filter(|(n, _)| *n < place).map(|(_, row)| *row).rev().collect();
        bench.finds(&all_names().descending().after(at(gone)), &earlier)?;
    }
    Ok(())
}

fn a_page_continues_after_a_place_that_never_was<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let (first, last) = (named(lead("l-1"), 1, &[b"b"]), named(lead("l-3"), 1, &[b"d"]));
    bench.has(&[first.clone(), last.clone()])?;
    let rows: [Row<'_>; 2] = [(b"b", &first), (b"d", &last)];
    // (bytes, id, how many of the rows lie before)
    let places: [(&[u8], &str, usize); 7] = [
        (b"", "l-9", 0),
        (b"b", "l-0", 0),
        (b"b", "l-2", 1),
        (b"b\0", "l-0", 1),
        (b"d", "l-2", 1),
        (b"d", "l-4", 2),
        (b"\xff", "l-0", 2),
    ];
    for (bytes, id, before) in places {
        let place = Position { bytes: bytes.into(), key: lead(id) };
        bench.finds(&all_names().after(place.clone()), rows.get(before..).unwrap_or_default())?;
        let mut earlier = rows.get(..before).unwrap_or_default().to_vec();
        earlier.reverse();
        bench.finds(&all_names().descending().after(place), &earlier)?;
    }
    Ok(())
}

fn a_position_outside_the_bounds_widens_nothing<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let puts: Vec<_> = [b"a", b"b", b"c"].iter().zip(0..).map(|(name, n)| named(numbered(n), 1, &[*name])).collect();
    bench.has(&puts)?;
    let [first, middle, last] = puts.as_slice() else { return Ok(()) };
    let only_b = || Range::between(acme(), by_name(), b"b", b"c");
    bench.finds(&only_b().after(at(&(b"a", first))), &[(b"b", middle)])?;
    bench.finds(&only_b().after(at(&(b"c", last))), &[])?;
    bench.finds(&only_b().descending().after(at(&(b"c", last))), &[(b"b", middle)])?;
    bench.finds(&only_b().descending().after(at(&(b"a", first))), &[])
}

fn a_page_within_bounds_ends_at_them<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let crowd = crowd();
    store_crowd(&mut bench, &crowd)?;
    let mut rows = ascending(&crowd);
    rows.retain(|(bytes, _)| (b"b".as_slice()..b"c".as_slice()).contains(bytes));
    let range = Range::between(acme(), by_name(), b"b", b"c");
    pages(&mut bench, &range, &rows)?;
    rows.reverse();
    pages(&mut bench, &range.descending(), &rows)
}

fn a_limit_of_nothing_gives_nothing<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    bench.has(&[named(lead("l-1"), 1, &[b"a"])])?;
    bench.finds(&all_names().limit(0), &[])
}

fn the_highest_limit_gives_everything<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let put = named(lead("l-1"), 1, &[b"a", b"b"]);
    bench.has(std::slice::from_ref(&put))?;
    bench.finds(&all_names().limit(u32::MAX), &[(b"a", &put), (b"b", &put)])
}

fn the_tenant_of_a_position_tells_nothing_within_one_tenant<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let puts = ["l-1", "l-2", "l-3"].map(|id| named(lead(id), 1, &[b"a"]));
    bench.has(&puts)?;
    let [first, _, last] = &puts;
    for other in ["aaa", "zzz"] {
        let place = Position { bytes: b"a".as_slice().into(), key: lead_of(tenant(other), super::sample::id("l-2")) };
        bench.finds(&all_names().after(place.clone()), &[(b"a", last)])?;
        bench.finds(&all_names().descending().after(place), &[(b"a", first)])?;
    }
    Ok(())
}

fn a_long_walk_misses_nothing<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let names: Vec<_> = (0..400_u16).map(|n| (n / 3).to_be_bytes()).collect();
    let puts: Vec<_> = names.iter().zip(0..).map(|(name, n)| named(numbered(n), 1, &[name])).collect();
    bench.has(&puts)?;
    let mut rows: Vec<Row<'_>> = names.iter().map(<[u8; 2]>::as_slice).zip(&puts).collect();
    walk(&mut bench, &all_names(), &rows, 7)?;
    rows.reverse();
    walk(&mut bench, &all_names().descending(), &rows, 64)
}
