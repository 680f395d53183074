use serde::Serialize;

use super::operator::To;
use super::{Program, Slot};

/// Why an expression has no value.
///
/// In JSON: `{"why":"missing","field":"amount"}`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize)]
#[serde(tag = "why", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Unknown {
    /// A division or remainder by zero.
    #[error("division by zero")]
    DivisionByZero,
    /// A field has no value.
    #[error("`{field}` has no value")]
    #[non_exhaustive]
    Missing {
        /// The path of the field.
        field: Box<str>,
    },
    /// A text says nothing of the wanted type.
    #[error("the text is no {expected}")]
    #[non_exhaustive]
    Malformed {
        /// What it should be.
        expected: &'static str,
    },
    /// Two currencies met, and guanxi never converts without a rate.
    #[error("amounts of different currencies")]
    MixedCurrencies,
    /// No calendar says which days are worked.
    #[error("there is no calendar that says which days are worked")]
    NoCalendar,
    /// A list has no item at the position.
    #[error("the list has no item at this position")]
    NoItem,
    /// There is no related record to take a value from.
    #[error("no related record in `{collection}`")]
    #[non_exhaustive]
    NoneRelated {
        /// The collection.
        collection: Box<str>,
    },
    /// The record was just created; there is nothing before.
    #[error("there is no record before the change")]
    NoOld,
    /// The result is beyond what its type can hold.
    #[error("the result is out of range")]
    Overflow,
    /// A date was moved by something else than whole days.
    #[error("a date moves by whole days only")]
    PartOfDay,
    /// More steps over the items of lists than an evaluation may take.
    #[error("more than {} steps over the items of lists", super::Expr::MAX_STEPS)]
    TooManySteps,
    /// More related records than may be read.
    #[error("too many related records in `{collection}`")]
    #[non_exhaustive]
    TooManyRelated {
        /// The collection.
        collection: Box<str>,
    },
    /// The related records were not given.
    #[error("the related records in `{collection}` are not at hand")]
    #[non_exhaustive]
    Unavailable {
        /// The collection.
        collection: Box<str>,
    },
    /// A field holds a value of another type than declared.
    #[error("`{field}` holds a value of another type than declared")]
    #[non_exhaustive]
    WrongType {
        /// The path of the field.
        field: Box<str>,
    },
}

/// The same while evaluating: small, and names nothing yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    Missing(Slot),
    MissingOld(Slot),
    NoOld,
    WrongType(Slot),
    /// The same of something that is no field.
    Mistyped,
    Overflow,
    DivisionByZero,
    MixedCurrencies,
    Malformed(To),
    NoCalendar,
    NoItem,
    PartOfDay,
    TooManySteps,
    NoneRelated(u32),
    TooManyRelated(u32),
    Unavailable(u32),
}

impl Reason {
    #[cold]
    pub(super) fn named(self, program: &Program) -> Unknown {
        let collection = |index: u32| {
            let aggregate = usize::try_from(index).ok().and_then(|index| program.aggregates().get(index));
            aggregate.map_or_else(|| Box::from("?"), |aggregate| Box::from(aggregate.name()))
        };
        match self {
            Self::Missing(slot) => Unknown::Missing { field: program.path(slot).into() },
            Self::MissingOld(slot) => Unknown::Missing { field: format!("old.{}", program.path(slot)).into() },
            Self::NoOld => Unknown::NoOld,
            Self::WrongType(slot) => Unknown::WrongType { field: program.path(slot).into() },
            Self::Mistyped => Unknown::WrongType { field: "?".into() },
            Self::Overflow => Unknown::Overflow,
            Self::DivisionByZero => Unknown::DivisionByZero,
            Self::MixedCurrencies => Unknown::MixedCurrencies,
            Self::Malformed(to) => Unknown::Malformed { expected: to.expected() },
            Self::NoCalendar => Unknown::NoCalendar,
            Self::NoItem => Unknown::NoItem,
            Self::PartOfDay => Unknown::PartOfDay,
            Self::TooManySteps => Unknown::TooManySteps,
            Self::NoneRelated(index) => Unknown::NoneRelated { collection: collection(index) },
            Self::TooManyRelated(index) => Unknown::TooManyRelated { collection: collection(index) },
            Self::Unavailable(index) => Unknown::Unavailable { collection: collection(index) },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_small() {
        assert_eq!((size_of::<Reason>(), size_of::<Result<bool, Reason>>()), (8, 8));
    }
}
