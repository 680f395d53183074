use super::operator_table::{Row, TABLE};

/// The closed set of operators, each with its key in JSON and its form in text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Operator {
    All,
    Any,
    Not,
    Equal,
    NotEqual,
    Less,
    AtMost,
    Greater,
    AtLeast,
    In,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Negate,
    If,
    Index,
    Has,
    Changed,
    Newly,
    DaysSince,
    BusinessDaysSince,
    Within,
    Now,
    Today,
    Days,
    Hours,
    Minutes,
    Contains,
    StartsWith,
    EndsWith,
    Matches,
    Rewrite(Rewrite),
    Size,
    Dyn,
    Convert(To),
    Part(Part),
}

/// What becomes of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Rewrite {
    Lower,
    Upper,
    Trim,
}

/// The types that a value is turned into by their name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum To {
    Bool,
    Integer,
    Decimal,
    Text,
    Duration,
    Instant,
}

/// A part of a time, as CEL counts them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Part {
    FullYear,
    /// From 0.
    Month,
    /// The day of the month from 1.
    Date,
    /// From 0.
    DayOfMonth,
    /// From 0, which is Sunday.
    DayOfWeek,
    /// From 0.
    DayOfYear,
    Hours,
    Minutes,
    Seconds,
    Milliseconds,
}

/// How an operator is written in text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Between its operands; the number is how tightly it binds.
    Infix(&'static str, u8),
    /// Before its operand.
    Prefix(&'static str),
    /// `c ? a : b`.
    Conditional,
    /// `a[b]`.
    Index,
    /// `name(a, b)`.
    Call(&'static str),
    /// `a.name(b)`.
    Method(&'static str),
    /// `name`.
    Word(&'static str),
}

pub(super) mod binds {
    //! How tightly each form binds, the loosest first.
    pub(in crate::expr) const ANYTHING: u8 = 0;
    pub(in crate::expr) const CONDITIONAL: u8 = 1;
    pub(in crate::expr) const ANY: u8 = 2;
    pub(in crate::expr) const ALL: u8 = 3;
    pub(in crate::expr) const RELATION: u8 = 4;
    pub(in crate::expr) const SUM: u8 = 5;
    pub(in crate::expr) const PRODUCT: u8 = 6;
    pub(in crate::expr) const PREFIX: u8 = 7;
    pub(in crate::expr) const MEMBER: u8 = 8;
}

impl To {
    /// Says what a text that cannot be turned into it is not.
    pub(super) fn expected(self) -> &'static str {
        match self {
            Self::Bool => "bool such as `true` or `0`",
            Self::Integer => "whole number such as `12`",
            Self::Decimal => "number such as `12.50` of at most 28 digits",
            Self::Text => "text",
            Self::Duration => "duration such as `P3D` or `48h`",
            Self::Instant => "instant such as `2026-03-02T09:00:00+08:00`, to the millisecond",
        }
    }
}

impl Operator {
    pub(super) fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|row| row.operator)
    }

    /// Returns how the operator is called in JSON.
    pub(super) fn key(self) -> &'static str {
        self.row().key
    }

    pub(super) fn form(self) -> Form {
        self.row().form
    }

    /// Returns the number of operands; `all` and `any` take this many or more.
    pub(super) fn arity(self) -> usize {
        self.row().arity
    }

    /// Returns whether the operator can have this many operands.
    pub(super) fn takes(self, count: usize) -> bool {
        count == self.arity() || self.is_variadic() || (self.has_option() && count == self.arity() + 1)
    }

    /// Returns whether one operand more may follow.
    pub(super) fn has_option(self) -> bool {
        self.row().optional
    }

    pub(super) fn is_variadic(self) -> bool {
        matches!(self, Self::All | Self::Any)
    }

    /// Returns the operator as a person would write it: `&&`, `has`, `startsWith`.
    pub(super) fn symbol(self) -> &'static str {
        match self.form() {
            Form::Infix(symbol, _) | Form::Prefix(symbol) => symbol,
            Form::Call(name) | Form::Method(name) | Form::Word(name) => name,
            Form::Conditional => "?",
            Form::Index => "[]",
        }
    }

    pub(super) fn of_key(key: &str) -> Option<Self> {
        TABLE.iter().find(|row| row.key == key).map(|row| row.operator)
    }

    pub(super) fn of_call(name: &str) -> Option<Self> {
        // CEL has it as a function and as a method.
        if name == "matches" {
            return Some(Self::Matches);
        }
        Self::all().find(|operator| matches!(operator.form(), Form::Call(call) if call == name))
    }

    pub(super) fn of_method(name: &str) -> Option<Self> {
        // The same, the other way round.
        if name == "size" {
            return Some(Self::Size);
        }
        Self::all().find(|operator| matches!(operator.form(), Form::Method(method) if method == name))
    }

    fn row(self) -> &'static Row {
        // INVARIANT: the table has a row for every operator, which a test checks.
        TABLE.iter().find(|row| row.operator == self).unwrap_or(&TABLE[0])
    }
}
