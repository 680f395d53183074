use super::Slot;
use super::operator::{Part, Rewrite, To};
use super::over_list::Each;

/// One instruction of a compiled program: 16 bytes, operands by index.
///
/// The first instruction is the root. Operands of one instruction stand side by side, so a conjunction runs over a slice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Op {
    // Yield a truth.
    All(Operands),
    Any(Operands),
    Not(u32),
    /// A field of whole numbers, days, moments or spans against such a constant.
    Whole {
        test: Test,
        kind: Kind,
        slot: Slot,
        constant: i64,
    },
    /// A field against a constant.
    Field {
        test: Test,
        slot: Slot,
        constant: u32,
    },
    /// A field against a sorted set of constants.
    FieldIn {
        slot: Slot,
        set: u32,
    },
    /// The first operand against the second.
    Relate {
        test: Test,
        first: u32,
    },
    /// An operand against a sorted set of constants.
    In {
        operand: u32,
        set: u32,
    },
    /// The first operand against each of the others.
    OneOf(Operands),
    /// The first operand within the list or the tags of the second.
    Holds {
        first: u32,
    },
    Has {
        slot: Slot,
        old: bool,
    },
    Changed {
        slot: Slot,
    },
    Newly {
        operand: u32,
    },
    /// The first operand, a moment, at most the second away from now.
    Within {
        first: u32,
    },
    Find {
        how: Find,
        first: u32,
    },
    // Yield a value.
    Constant(u32),
    Get {
        slot: Slot,
        old: bool,
    },
    /// The first operand decides between the second and the third.
    If {
        first: u32,
    },
    Now,
    Today,
    Negate {
        operand: u32,
    },
    Arithmetic {
        how: Arithmetic,
        first: u32,
    },
    /// A number of units of this many milliseconds.
    Span {
        operand: u32,
        unit: u32,
    },
    DaysSince {
        operand: u32,
        /// Whether only working days count.
        worked: bool,
    },
    Rewrite {
        how: Rewrite,
        operand: u32,
    },
    Convert {
        to: To,
        operand: u32,
    },
    /// A part of a time in the zone so many minutes east of UTC; [`TENANT`] is the tenant's.
    Part {
        part: Part,
        operand: u32,
        zone: i32,
    },
    /// The item of the first operand at the position of the second.
    Index {
        first: u32,
    },
    /// The operand searched for a pattern.
    Matches {
        operand: u32,
        pattern: u32,
    },
    /// What is asked of the items of the first operand, by a condition, a value or both.
    Each {
        what: Each,
        first: u32,
        has_filter: bool,
    },
    /// An item, or its position, of the list so many further out.
    Item {
        up: u32,
        position: bool,
    },
    Size {
        operand: u32,
    },
    /// A whole number as a decimal one.
    Widen {
        operand: u32,
    },
    Aggregate(u32),
    List(Operands),
}

/// Stands for the zone of the tenant where a zone is asked for.
pub(super) const TENANT: i32 = i32::MIN;

/// A run of instructions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Operands {
    pub(super) first: u32,
    pub(super) count: u32,
}

/// A comparison, as the set of orders that it allows: 1 for less, 2 for equal, 4 for greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Test {
    Less = 0b001,
    Equal = 0b010,
    AtMost = 0b011,
    Greater = 0b100,
    NotEqual = 0b101,
    AtLeast = 0b110,
}

impl Test {
    #[inline]
    pub(super) fn holds(self, order: std::cmp::Ordering) -> bool {
        let bit = match order {
            std::cmp::Ordering::Less => 0b001,
            std::cmp::Ordering::Equal => 0b010,
            std::cmp::Ordering::Greater => 0b100,
        };
        // Without a branch: rules differ in their tests, so one could not be foreseen.
        self as u8 & bit != 0
    }

    /// Returns the same test with its sides exchanged.
    pub(super) fn flipped(self) -> Self {
        match self {
            Self::Equal => Self::Equal,
            Self::NotEqual => Self::NotEqual,
            Self::Less => Self::Greater,
            Self::AtMost => Self::AtLeast,
            Self::Greater => Self::Less,
            Self::AtLeast => Self::AtMost,
        }
    }
}

/// The value types that are one whole number inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Integer,
    Date,
    Instant,
    Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Find {
    Contains,
    StartsWith,
    EndsWith,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

impl Op {
    /// Returns whether the instruction yields a truth; the others yield values, flags among them.
    #[inline]
    pub(super) fn yields_truth(self) -> bool {
        match self {
            Self::All(_)
            | Self::Any(_)
            | Self::Not(_)
            | Self::Whole { .. }
            | Self::Field { .. }
            | Self::FieldIn { .. }
            | Self::Relate { .. }
            | Self::In { .. }
            | Self::OneOf(_)
            | Self::Holds { .. }
            | Self::Has { .. }
            | Self::Changed { .. }
            | Self::Newly { .. }
            | Self::Within { .. }
            | Self::Find { .. }
            | Self::Matches { .. } => true,
            Self::Each { what, .. } => what.yields_truth(),
            _ => false,
        }
    }

    /// Returns whether what it yields depends on the time.
    pub(super) fn tells_time(self) -> bool {
        matches!(self, Self::Now | Self::Today | Self::DaysSince { .. } | Self::Within { .. })
    }

    /// Returns the operands.
    pub(super) fn operands(self) -> Operands {
        let (first, count) = match self {
            Self::All(operands) | Self::Any(operands) | Self::OneOf(operands) | Self::List(operands) => {
                return operands;
            }
            Self::Not(operand)
            | Self::In { operand, .. }
            | Self::Newly { operand }
            | Self::Negate { operand }
            | Self::Span { operand, .. }
            | Self::DaysSince { operand, .. }
            | Self::Rewrite { operand, .. }
            | Self::Convert { operand, .. }
            | Self::Part { operand, .. }
            | Self::Matches { operand, .. }
            | Self::Size { operand }
            | Self::Widen { operand } => (operand, 1),
            Self::Relate { first, .. }
            | Self::Holds { first }
            | Self::Within { first }
            | Self::Find { first, .. }
            | Self::Index { first }
            | Self::Arithmetic { first, .. } => (first, 2),
            Self::If { first } => (first, 3),
            Self::Each { what, first, has_filter } => (first, 1 + u32::from(has_filter) + u32::from(what.has_value())),
            _ => (0, 0),
        };
        Operands { first, count }
    }

    /// Returns the fields that the instruction itself reads: the slot, and whether now or before.
    pub(super) fn reads(self) -> impl Iterator<Item = (Slot, bool)> {
        let (one, other) = match self {
            Self::Whole { slot, .. } | Self::Field { slot, .. } | Self::FieldIn { slot, .. } => {
                (Some((slot, false)), None)
            }
            Self::Has { slot, old } | Self::Get { slot, old } => (Some((slot, old)), None),
            Self::Changed { slot } => (Some((slot, true)), Some((slot, false))),
            _ => (None, None),
        };
        one.into_iter().chain(other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instruction_is_a_quarter_of_a_cache_line() {
        assert_eq!(size_of::<Op>(), 16);
    }
}
