use super::Subject;
use super::bench::{A, B, Bench, Verdict, law};
use super::sample::{Row, all_names, at, by_name, id, lead_of, named, put, tenant};
use crate::store::{ChangeSet, Put, Range};
use crate::value::{Key, TenantId};

law!(
    "tenants",
    "Nothing of one tenant is ever seen, counted or guarded for another; only a range of all tenants covers several.",
    [
        records_of_two_tenants_stay_apart,
        ranges_of_two_tenants_stay_apart,
        pages_stay_within_their_tenant,
        counters_of_two_tenants_stay_apart,
        guards_look_at_their_own_tenant,
        a_delete_leaves_the_other_tenant_alone,
        one_change_set_may_write_for_several_tenants,
        a_range_of_all_tenants_covers_each,
        a_range_of_all_tenants_orders_by_bytes_then_key_then_tenant,
        every_page_of_all_tenants_continues_where_the_last_one_ended,
        a_range_of_all_tenants_keeps_to_its_bounds,
    ]
);

/// Names that a store which compares loosely would mix up, in ascending order.
const TENANTS: [&str; 7] = ["Acme", "acm", "acme", "acme2", "acme_", "bolt", "云舟"];

fn tenants() -> [TenantId; 7] {
    TENANTS.map(tenant)
}

fn l(tenant: &TenantId) -> Key {
    lead_of(tenant.clone(), id("l-1"))
}

fn one_each(names: &[&[u8]]) -> [Put; 7] {
    tenants().map(|tenant| named(l(&tenant), 1, names))
}

fn records_of_two_tenants_stay_apart<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    for (n, tenant) in tenants().iter().enumerate() {
        bench.misses(&l(tenant))?;
        bench.has(&[put(l(tenant), 1, [])])?;
        for earlier in tenants().iter().take(n) {
            bench.sees(&put(l(earlier), 1, []))?;
        }
    }
    Ok(())
}

fn ranges_of_two_tenants_stay_apart<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let puts = one_each(&[b"a", b"b"]);
    bench.has(&puts)?;
    for (tenant, put) in tenants().into_iter().zip(&puts) {
        let range = Range::all(tenant, by_name());
        bench.finds(&range, &[(b"a", put), (b"b", put)])?;
        bench.finds(&range.descending(), &[(b"b", put), (b"a", put)])?;
    }
    bench.finds(&Range::all(tenant("acme3"), by_name()), &[])
}

fn pages_stay_within_their_tenant<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let puts = one_each(&[b"a", b"b", b"c"]);
    bench.has(&puts)?;
    for (tenant, put) in tenants().into_iter().zip(&puts) {
        let page = Range::all(tenant, by_name()).limit(2);
        bench.finds(&page, &[(b"a", put), (b"b", put)])?;
        bench.finds(&page.clone().after(at(&(b"b", put))), &[(b"c", put)])?;
        bench.finds(&page.after(at(&(b"c", put))), &[])?;
    }
    Ok(())
}

fn counters_of_two_tenants_stay_apart<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    for (n, tenant) in (1..).zip(tenants()) {
        bench.counts(&l(&tenant), 0)?;
        bench.accepts(A, &ChangeSet::new().bump(l(&tenant), n, n))?;
    }
    (1..).zip(tenants()).try_for_each(|(n, tenant)| bench.counts(&l(&tenant), n))
}

fn guards_look_at_their_own_tenant<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let (mine, theirs) = (tenant("acme"), tenant("bolt"));
    let empty = bench.found(A, &all_names())?.digest();
    bench.has(&[named(l(&theirs), 1, &[b"a"])])?;
    bench.accepts(A, &ChangeSet::new().bump(l(&theirs), 9, 9))?;
    bench.refuses(A, &ChangeSet::new().version(l(&mine), crate::value::Revision::FIRST), 0)?;
    bench.accepts(A, &ChangeSet::new().absent(l(&mine)))?;
    bench.accepts(A, &ChangeSet::new().same(all_names(), empty))?;
    bench.accepts(A, &ChangeSet::new().bump(l(&mine), 1, 1))
}

fn a_delete_leaves_the_other_tenant_alone<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let puts = one_each(&[b"a"]);
    bench.has(&puts)?;
    bench.accepts(B, &ChangeSet::new().delete(l(&tenant("acme"))))?;
    bench.misses(&l(&tenant("acme")))?;
    for put in puts.iter().filter(|put| put.key().tenant().as_str() != "acme") {
        bench.sees(put)?;
        bench.finds(&Range::all(put.key().tenant().clone(), by_name()), &[(b"a", put)])?;
    }
    Ok(())
}

fn one_change_set_may_write_for_several_tenants<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let puts = one_each(&[b"a"]);
    let changes = puts.iter().fold(ChangeSet::new(), |changes, put| changes.absent(put.key().clone()).put(put.clone()));
    bench.accepts(A, &changes)?;
    puts.iter().try_for_each(|put| bench.sees(put))
}

fn a_range_of_all_tenants_covers_each<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let puts = one_each(&[b"a"]);
    bench.has(&puts)?;
    let mut rows: Vec<Row<'_>> = puts.iter().map(|put| (b"a".as_slice(), put)).collect();
    bench.finds(&all_names().of_all_tenants(), &rows)?;
    rows.reverse();
    bench.finds(&all_names().of_all_tenants().descending(), &rows)
}

/// Entries of several tenants whose order by bytes, key and tenant differs from the order by tenant first.
fn mixed() -> Vec<(&'static [u8], Put)> {
    let names: [&[u8]; 3] = [b"a", b"b", b"b\0"];
    let of_tenant = |tenant: TenantId| {
        let ids = ["l-1", "l-2"].into_iter().zip([names.as_slice(), &names[1..]]);
        ids.flat_map(move |(text, names)| {
            let put = named(lead_of(tenant.clone(), id(text)), 1, names);
            names.iter().map(move |name| (*name, put.clone())).collect::<Vec<_>>()
        })
    };
    let mut rows: Vec<_> = ["bolt", "acme", "云舟"].map(tenant).into_iter().flat_map(of_tenant).collect();
    rows.sort_by(|(a, x), (b, y)| {
        let place = |put: &Put| (put.key().object().clone(), put.key().id().clone(), put.key().tenant().clone());
        a.cmp(b).then_with(|| place(x).cmp(&place(y)))
    });
    rows
}

fn a_range_of_all_tenants_orders_by_bytes_then_key_then_tenant<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let mixed = mixed();
    bench.has(&mixed.iter().map(|(_, put)| put.clone()).collect::<Vec<_>>())?;
    let mut rows: Vec<Row<'_>> = mixed.iter().map(|(bytes, put)| (*bytes, put)).collect();
    bench.finds(&all_names().of_all_tenants(), &rows)?;
    rows.reverse();
    bench.finds(&all_names().of_all_tenants().descending(), &rows)
}

fn every_page_of_all_tenants_continues_where_the_last_one_ended<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let mixed = mixed();
    bench.has(&mixed.iter().map(|(_, put)| put.clone()).collect::<Vec<_>>())?;
    let mut rows: Vec<Row<'_>> = mixed.iter().map(|(bytes, put)| (*bytes, put)).collect();
    let range = all_names().of_all_tenants();
    for range in [range.clone(), range.descending()] {
        for limit in [1, 2, 5, rows.len()] {
            let page = range.clone().limit(u32::try_from(limit).unwrap_or(u32::MAX));
            for (place, row) in rows.iter().enumerate() {
                let rest = rows.get(place + 1..).unwrap_or_default();
                bench.finds(&page.clone().after(at(row)), rest.get(..limit).unwrap_or(rest))?;
            }
        }
        rows.reverse();
    }
    Ok(())
}

fn a_range_of_all_tenants_keeps_to_its_bounds<S: Subject>(mut bench: Bench<'_, S>) -> Verdict {
    let mixed = mixed();
    bench.has(&mixed.iter().map(|(_, put)| put.clone()).collect::<Vec<_>>())?;
    let rows = mixed.iter().map(|(bytes, put)| (*bytes, put));
    let rows: Vec<Row<'_>> = rows.filter(|(bytes, _)| *bytes == b"b").collect();
    bench.finds(&Range::exact(tenant("nobody"), by_name(), b"b").of_all_tenants(), &rows)
}
