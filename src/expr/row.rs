use std::ops::ControlFlow;

use serde::Serialize;

use crate::value::Value;

use super::{Program, Slot};

/// The values of one record, as an expression sees them.
///
/// `get` is called for every field that an evaluation touches: a slice indexed by slot is the fast way.
///
/// # Example: a slice is a row
/// ```
/// use guanxi::expr::{Row, Slot};
/// use guanxi::value::Value;
///
/// let row = [Some(Value::text("east")), None];
/// assert_eq!(Row::get(&row[..], Slot::new(0)), Some(&Value::text("east")));
/// assert_eq!(Row::get(&row[..], Slot::new(1)), None);
/// ```
pub trait Row {
    /// Returns the value in `slot`, or `None` when the record has none.
    fn get(&self, slot: Slot) -> Option<&Value>;

    /// Answers `aggregate` for this record: either shows every related record to `visit`, until that breaks, and returns
    /// [`Related::Shown`], or knows the answer already.
    ///
    /// The rows shown are all of the collection; the filter is applied by the program.
    fn related(&self, aggregate: &Aggregate, visit: &mut dyn FnMut(&dyn Row) -> ControlFlow<()>) -> Related {
        let _ = (aggregate, visit);
        Related::Unavailable
    }
}

impl Row for [Option<Value>] {
    #[inline]
    fn get(&self, slot: Slot) -> Option<&Value> {
        <[Option<Value>]>::get(self, slot.index())?.as_ref()
    }
}

impl Row for Vec<Option<Value>> {
    #[inline]
    fn get(&self, slot: Slot) -> Option<&Value> {
        Row::get(self.as_slice(), slot)
    }
}

/// How a [`Row`] answered an aggregate.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Related {
    /// This is the answer, filter included: an integer for a count, a bool for `exists`, the sum, or the latest value.
    Answer(Value),
    /// Every related record was shown, or as many as were asked for.
    Shown,
    /// There are more related records than the caller is willing to read; the result is unknown.
    TooMany,
    /// The related records are not at hand; the result is unknown.
    Unavailable,
}

/// What an aggregate computes over related records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Aggregation {
    /// How many there are.
    Count,
    /// Whether there is one.
    Exists,
    /// The greatest value of a date or an instant.
    Latest,
    /// The sum of a number, money or duration; records without the value add nothing.
    Sum,
}

impl Aggregation {
    pub(super) const ALL: [Self; 4] = [Self::Count, Self::Exists, Self::Latest, Self::Sum];

    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Exists => "exists",
            Self::Latest => "latest",
            Self::Sum => "sum",
        }
    }

    pub(super) fn of_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|aggregation| aggregation.key() == key)
    }

    pub(super) fn has_value(self) -> bool {
        matches!(self, Self::Latest | Self::Sum)
    }
}

/// A count, sum, existence or latest value over related records, as a compiled program asks for it.
///
/// Records for which the filter is unknown do not take part.
#[derive(Debug, Clone)]
pub struct Aggregate {
    pub(super) collection: u32,
    pub(super) name: std::sync::Arc<str>,
    pub(super) aggregation: Aggregation,
    pub(super) field: Option<Slot>,
    pub(super) filter: Option<Program>,
    /// What a sum over nothing is, if that is known.
    pub(super) zero: Option<Value>,
    pub(super) reads_old: bool,
}

impl Aggregate {
    /// Returns the number of the collection, as [`Collection::new`](super::Collection::new) was given it.
    pub fn collection(&self) -> u32 {
        self.collection
    }

    /// Returns the name of the collection.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns what is computed.
    pub fn aggregation(&self) -> Aggregation {
        self.aggregation
    }

    /// Returns the field of the related records that a sum or a latest value is over.
    pub fn field(&self) -> Option<Slot> {
        self.field
    }

    /// Returns the condition that a related record must meet, or `None` when every one counts.
    pub fn filter(&self) -> Option<&Program> {
        self.filter.as_ref()
    }

    /// Returns whether it is also asked of the record before the change.
    pub fn reads_old(&self) -> bool {
        self.reads_old
    }
}
