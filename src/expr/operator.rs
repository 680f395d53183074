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
    Has,
    Changed,
    Newly,
    DaysSince,
    Within,
    Now,
    Today,
    Days,
    Hours,
    Minutes,
    Contains,
    StartsWith,
    EndsWith,
    Size,
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

const TABLE: [(Operator, &str, Form, usize); 31] = [
    (Operator::All, "all", Form::Infix("&&", binds::ALL), 2),
    (Operator::Any, "any", Form::Infix("||", binds::ANY), 2),
    (Operator::Not, "not", Form::Prefix("!"), 1),
    (Operator::Equal, "eq", Form::Infix("==", binds::RELATION), 2),
    (Operator::NotEqual, "ne", Form::Infix("!=", binds::RELATION), 2),
    (Operator::Less, "lt", Form::Infix("<", binds::RELATION), 2),
    (Operator::AtMost, "le", Form::Infix("<=", binds::RELATION), 2),
    (Operator::Greater, "gt", Form::Infix(">", binds::RELATION), 2),
    (Operator::AtLeast, "ge", Form::Infix(">=", binds::RELATION), 2),
    (Operator::In, "in", Form::Infix("in", binds::RELATION), 2),
    (Operator::Add, "add", Form::Infix("+", binds::SUM), 2),
    (Operator::Subtract, "sub", Form::Infix("-", binds::SUM), 2),
    (Operator::Multiply, "mul", Form::Infix("*", binds::PRODUCT), 2),
    (Operator::Divide, "div", Form::Infix("/", binds::PRODUCT), 2),
    (Operator::Remainder, "rem", Form::Infix("%", binds::PRODUCT), 2),
    (Operator::Negate, "neg", Form::Prefix("-"), 1),
    (Operator::If, "if", Form::Conditional, 3),
    (Operator::Has, "has", Form::Call("has"), 1),
    (Operator::Changed, "changed", Form::Call("changed"), 1),
    (Operator::Newly, "newly", Form::Call("newly"), 1),
    (Operator::DaysSince, "days_since", Form::Call("days_since"), 1),
    (Operator::Within, "within", Form::Call("within"), 2),
    (Operator::Now, "now", Form::Word("now"), 0),
    (Operator::Today, "today", Form::Word("today"), 0),
    (Operator::Days, "days", Form::Call("days"), 1),
    (Operator::Hours, "hours", Form::Call("hours"), 1),
    (Operator::Minutes, "minutes", Form::Call("minutes"), 1),
    (Operator::Contains, "contains", Form::Method("contains"), 2),
    (Operator::StartsWith, "starts_with", Form::Method("startsWith"), 2),
    (Operator::EndsWith, "ends_with", Form::Method("endsWith"), 2),
    (Operator::Size, "size", Form::Call("size"), 1),
];

impl Operator {
    pub(super) fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|row| row.0)
    }

    /// Returns how the operator is called in JSON.
    pub(super) fn key(self) -> &'static str {
        self.row().1
    }

    pub(super) fn form(self) -> Form {
        self.row().2
    }

    /// Returns the number of operands; `all` and `any` take this many or more.
    pub(super) fn arity(self) -> usize {
        self.row().3
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
        }
    }

    pub(super) fn of_key(key: &str) -> Option<Self> {
        TABLE.iter().find(|row| row.1 == key).map(|row| row.0)
    }

    pub(super) fn of_call(name: &str) -> Option<Self> {
        Self::all().find(|operator| matches!(operator.form(), Form::Call(call) if call == name))
    }

    pub(super) fn of_method(name: &str) -> Option<Self> {
        // `size` is a function and a method in CEL.
        if name == "size" {
            return Some(Self::Size);
        }
        Self::all().find(|operator| matches!(operator.form(), Form::Method(method) if method == name))
    }

    fn row(self) -> &'static (Self, &'static str, Form, usize) {
        // INVARIANT: the table has a row for every operator, which a test checks.
        TABLE.iter().find(|row| row.0 == self).unwrap_or(&TABLE[0])
    }
}
