use std::collections::BTreeMap;
use std::iter::repeat;
use std::sync::Arc;

use super::cursor::PageCursor;
use super::streams::Streams;
use crate::access::Rows;
use crate::expr::{Comparison, Relation};
use crate::record::{Record, each_entry};
use crate::schema::{Index, Object, slots};
use crate::store::{Direction, Range};
use crate::value::{Id, Name, TenantId, Value, ordered};

/// Which stretches of which indexes hold the records of a list.
///
/// Within each stretch all entries share a prefix; the order of the list is the order of what follows it, then of ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Plan {
    stretches: Vec<Stretch>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stretch {
    index: Name,
    pub(super) prefix: Vec<u8>,
    /// Bounds on what follows the prefix: from, and up to but without.
    from: Vec<u8>,
    to: Option<Vec<u8>>,
}

impl Plan {
    /// Plans a list by the index with the most leading fields that the filter fixes and that gives the order; `None` where
    /// no index does.
    pub(super) fn by_filter(object: &Object, comparisons: &[Comparison], sort: Option<u16>) -> Option<Self> {
        let mut best: Option<(usize, bool, &Index)> = None;
        for index in object.indexes() {
            let fixed = index.slots().iter().take_while(|&&slot| equal(object, comparisons, slot).is_some()).count();
            let next = index.slots().get(fixed).copied();
            let is_all_one_place = fixed == index.slots().len();
            // A unique index leaves out the records that lack a value in one of its fields.
            if index.is_unique() && fixed + 1 < index.slots().len() {
                continue;
            }
            let fits = match sort {
                // Entries at one place are in the order of ids, which is the order of creation.
                None => fixed > 0 && is_all_one_place,
                Some(slot) => next == Some(slot) && is_single(object, slot),
            };
            let bounded = next.is_some_and(|slot| comparisons.iter().any(|c| c.slot.number() == u32::from(slot)));
            if fits && best.is_none_or(|(most, was_bounded, _)| (fixed, bounded) > (most, was_bounded)) {
                best = Some((fixed, bounded, index));
            }
        }
        let (fixed, _, index) = best?;
        Some(Self { stretches: vec![Stretch::new(object, index, fixed, comparisons)] })
    }

    /// Plans a list, in the order of ids, of what a caller sees who sees only what he stands close to; `None` for anybody
    /// else, and where a field of ownership has no index of its own.
    pub(super) fn by_ownership(object: &Object, rows: &Rows) -> Option<Self> {
        let Rows::Held(held) = rows else { return None };
        let single = |slot| object.indexes().iter().find(|index| index.slots() == [slot]);
        let held = held.iter().flat_map(|held| held.ids.iter().map(move |id| (held.slot, id)));
        let stretch = |(slot, id): (u16, &Id)| {
            let prefix = ordered::encode(&Value::Reference(id.clone()));
            single(slot).map(|index| Stretch { index: index.name().clone(), prefix, from: Vec::new(), to: None })
        };
        Some(Self { stretches: held.map(stretch).collect::<Option<_>>()? })
    }

    /// Plans a list of all records, in the order of their creation.
    pub(super) fn of_all(object: &Object) -> Self {
        let created = object.indexes().iter().find(|index| index.slots() == [slots::CREATED_AT]);
        let index = created.map_or_else(|| object.name().clone(), |index| index.name().clone());
        Self { stretches: vec![Stretch { index, prefix: Vec::new(), from: Vec::new(), to: None }] }
    }

    /// Returns the range of each stretch, up to `limit` entries of it.
    pub(super) fn ranges(&self, tenant: &TenantId, limit: u32) -> impl Iterator<Item = Range> {
        self.stretches.iter().map(move |stretch| stretch.range(tenant).limit(limit))
    }

    /// Returns the stretches, ready to be read from `after` on.
    pub(super) fn streams(
        self,
        tenant: &TenantId,
        direction: Direction,
        after: Option<&PageCursor>,
        object: &Object,
    ) -> Streams {
        Streams::new(self.stretches, tenant, direction, after, object)
    }

    /// Returns what the stretches hold of these records, as if it were read from `after` on.
    pub(super) fn streams_among(
        self,
        records: &BTreeMap<Id, Arc<Record>>,
        tenant: &TenantId,
        direction: Direction,
        after: Option<&PageCursor>,
    ) -> Streams {
        let places = self.stretches.iter().flat_map(|stretch| {
            let range = stretch.range(tenant);
            let places =
                |record: &Arc<Record>| stretch.places_of(record, &range).into_iter().zip(repeat(Arc::clone(record)));
            records.values().flat_map(places).collect::<Vec<_>>()
        });
        Streams::of(places.collect(), direction, after)
    }
}

impl Stretch {
    fn new(object: &Object, index: &Index, fixed: usize, comparisons: &[Comparison]) -> Self {
        let mut prefix = Vec::new();
        for &slot in index.slots().iter().take(fixed) {
            ordered::push(&mut prefix, equal(object, comparisons, slot));
        }
        let (mut from, mut to): (Vec<u8>, Option<Vec<u8>>) = (Vec::new(), None);
        if let Some(&next) = index.slots().get(fixed) {
            // A value is always more than no value: who orders by a field, or compares it, wants it to be there.
            from = vec![1];
            for comparison in comparisons.iter().filter(|c| c.slot.number() == u32::from(next)) {
                let Some(bytes) = comparison.values.first().map(ordered::encode) else { continue };
                match comparison.relation {
                    Relation::AtLeast => from = from.max(bytes),
                    // An encoding delimits itself, so nothing that follows it is smaller than its successor.
                    Relation::Greater => from = from.max(ordered::after_prefix(&bytes).unwrap_or(bytes)),
                    Relation::Less => to = Some(to.map_or_else(|| bytes.clone(), |to| to.min(bytes.clone()))),
                    Relation::AtMost => {
                        let end = ordered::after_prefix(&bytes);
                        to = match (to, end) {
                            (Some(to), Some(end)) => Some(to.min(end)),
                            (to, end) => to.or(end),
                        };
                    }
                    _ => {}
                }
            }
        }
        Self { index: index.name().clone(), prefix, from, to }
    }

    /// Returns where in the stretch, which is `range`, a record stands.
    fn places_of(&self, record: &Record, range: &Range) -> Vec<PageCursor> {
        let Some(index) = record.object().indexes().iter().find(|index| *index.name() == self.index) else {
            return Vec::new();
        };
        let mut places = Vec::new();
        each_entry(record, index, &mut Vec::new(), |bytes| {
            if range.from() <= bytes && range.to().is_none_or(|to| bytes < to) {
                let bytes = bytes.get(self.prefix.len()..).unwrap_or_default().to_vec();
                places.push(PageCursor { bytes, id: record.id().clone() });
            }
        });
        places
    }

    pub(super) fn range(&self, tenant: &TenantId) -> Range {
        let joined = |rest: &[u8]| [self.prefix.as_slice(), rest].concat();
        let end = match &self.to {
            Some(to) => Some(joined(to)),
            None => ordered::after_prefix(&self.prefix),
        };
        let start = joined(&self.from);
        match end {
            Some(end) => Range::between(tenant.clone(), self.index.clone(), &start, &end),
            None => Range::starting_at(tenant.clone(), self.index.clone(), &start),
        }
    }
}

/// Returns the value that a filter fixes a field to.
fn equal<'c>(object: &Object, comparisons: &'c [Comparison], slot: u16) -> Option<&'c Value> {
    let field = object.at(slot)?;
    let fixed = comparisons.iter().find(|comparison| {
        let relation = match is_single(object, slot) {
            true => Relation::Equal,
            false => Relation::Holds,
        };
        comparison.slot.number() == u32::from(slot) && comparison.relation == relation
    });
    let value = fixed?.values.first()?;
    let fits = !is_single(object, slot) || value.value_type() == *field.value_type();
    fits.then_some(value)
}

fn is_single(object: &Object, slot: u16) -> bool {
    use crate::value::ValueType;
    object.at(slot).is_some_and(|field| !matches!(field.value_type(), ValueType::List(_) | ValueType::Tags))
}
