use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::cut::Cut;
use super::rows::Row;
use super::tenant::Tenant;
use crate::store::{Direction, Entry, Found, Range, Scope, Want};
use crate::value::{Id, Key, Name, TenantId};

/// Returns what a range holds.
pub(super) fn read(tenants: &BTreeMap<TenantId, Tenant>, range: &Range) -> Found {
    match range.scope() {
        Scope::Tenant(tenant) => match tenants.get_key_value(tenant) {
            Some((name, data)) => read_one(name, data, range),
            None => Found::nothing(range.want()),
        },
        Scope::AllTenants => read_all(tenants, range),
    }
}

fn read_one(tenant: &TenantId, data: &Tenant, range: &Range) -> Found {
    let stretch = Stretch::of(range, tenant);
    let limit = range.page_size() as usize;
    if range.want() == Want::Count {
        let count = data.count(range.index(), &stretch.low, stretch.high.as_ref(), limit);
        return Found::Count(u64::try_from(count).unwrap_or(u64::MAX));
    }
    let entries = entries(tenant, data, &stretch, range);
    match range.direction() {
        Direction::Ascending => collect(entries.take(limit), range.want()),
        Direction::Descending => collect(entries.rev().take(limit), range.want()),
    }
}

fn read_all(tenants: &BTreeMap<TenantId, Tenant>, range: &Range) -> Found {
    let tenants: Vec<_> = tenants.iter().map(|(name, data)| (name, data, Stretch::of(range, name))).collect();
    let limit = range.page_size() as usize;
    if range.want() == Want::Count {
        let count = tenants.iter().fold(0, |count: usize, (_, data, stretch)| {
            count + data.count(range.index(), &stretch.low, stretch.high.as_ref(), limit - count)
        });
        return Found::Count(u64::try_from(count).unwrap_or(u64::MAX));
    }
    let sources = tenants.iter().map(|(name, data, stretch)| -> Entries<'_> {
        let entries = entries(name, data, stretch, range);
        match range.direction() {
            Direction::Ascending => Box::new(entries),
            Direction::Descending => Box::new(entries.rev()),
        }
    });
    collect(Merged::new(sources, range.direction()).take(limit), range.want())
}

/// The part of a range that one tenant's index is read for.
struct Stretch<'a> {
    low: Cut<'a>,
    high: Option<Cut<'a>>,
}

impl<'a> Stretch<'a> {
    fn of(range: &'a Range, tenant: &TenantId) -> Self {
        let mut stretch = Self { low: Cut::before_bytes(range.from()), high: range.to().map(Cut::before_bytes) };
        let Some(after) = range.continued_after() else { return stretch };
        // The tenant breaks ties only where there are several.
        let tenant = match range.scope() {
            Scope::Tenant(_) => Ordering::Equal,
            Scope::AllTenants => tenant.cmp(after.key.tenant()),
        };
        let before = Cut::before(&after.bytes, after.key.object(), after.key.id());
        let behind = Cut::after(&after.bytes, after.key.object(), after.key.id());
        match range.direction() {
            Direction::Ascending => {
                let low = if tenant.is_gt() { before } else { behind };
                stretch.low = stretch.low.max(low);
            }
            Direction::Descending => {
                let high = if tenant.is_lt() { behind } else { before };
                stretch.high = Some(stretch.high.map_or(high.clone(), |to| to.min(high)));
            }
        }
        stretch
    }
}

type Entries<'a> = Box<dyn Iterator<Item = (Place<'a>, &'a Row)> + 'a>;

/// An entry on its way out; the order is that of a range over all tenants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place<'a> {
    bytes: &'a [u8],
    object: &'a Name,
    id: &'a Id,
    tenant: &'a TenantId,
}

fn entries<'a>(
    tenant: &'a TenantId,
    data: &'a Tenant,
    stretch: &'a Stretch<'a>,
    range: &Range,
) -> impl DoubleEndedIterator<Item = (Place<'a>, &'a Row)> {
    let entries = data.entries(range.index(), &stretch.low, stretch.high.as_ref());
    entries.map(move |(bytes, row)| (Place { bytes, object: &row.object, id: &row.id, tenant }, row))
}

/// Several sources, each in order, as one.
struct Merged<'a> {
    heads: BTreeMap<Place<'a>, (&'a Row, Entries<'a>)>,
    direction: Direction,
}

impl<'a> Merged<'a> {
    fn new(sources: impl Iterator<Item = Entries<'a>>, direction: Direction) -> Self {
        let mut merged = Self { heads: BTreeMap::new(), direction };
        sources.for_each(|source| merged.advance(source));
        merged
    }

    fn advance(&mut self, mut source: Entries<'a>) {
        if let Some((place, row)) = source.next() {
            self.heads.insert(place, (row, source));
        }
    }
}

impl<'a> Iterator for Merged<'a> {
    type Item = (Place<'a>, &'a Row);

    fn next(&mut self) -> Option<Self::Item> {
        let (place, (row, source)) = match self.direction {
            Direction::Ascending => self.heads.pop_first()?,
            Direction::Descending => self.heads.pop_last()?,
        };
        self.advance(source);
        Some((place, row))
    }
}

fn collect<'a>(entries: impl Iterator<Item = (Place<'a>, &'a Row)>, want: Want) -> Found {
    let mut last: Arc<[u8]> = Arc::default();
    let mut entry = |place: Place<'a>| {
        // Neighbours under one value share its bytes.
        if *last != *place.bytes {
            last = place.bytes.into();
        }
        Entry { bytes: Arc::clone(&last), key: Key::new(place.tenant.clone(), place.object.clone(), place.id.clone()) }
    };
    match want {
        Want::Count => Found::Count(u64::try_from(entries.count()).unwrap_or(u64::MAX)),
        Want::Keys => Found::Keys(entries.map(|(place, _)| entry(place)).collect()),
        Want::Records => Found::Records(entries.map(|(place, row)| (entry(place), row.stored())).collect()),
    }
}
