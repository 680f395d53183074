use super::operator::{Form, Operator, Part, Rewrite, To, binds};

/// How one operator is written, and how many operands it takes.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) operator: Operator,
    /// Its name in JSON.
    pub(super) key: &'static str,
    pub(super) form: Form,
    /// The number of operands; `all` and `any` take this many or more.
    pub(super) arity: usize,
    /// Whether one operand more may follow.
    pub(super) optional: bool,
}

const fn row(operator: Operator, key: &'static str, form: Form, arity: usize) -> Row {
    Row { operator, key, form, arity, optional: false }
}

/// An accessor of a time, which may be told the zone.
const fn part(part: Part, key: &'static str, method: &'static str) -> Row {
    Row { operator: Operator::Part(part), key, form: Form::Method(method), arity: 1, optional: true }
}

pub(super) const TABLE: [Row; 54] = [
    row(Operator::All, "all", Form::Infix("&&", binds::ALL), 2),
    row(Operator::Any, "any", Form::Infix("||", binds::ANY), 2),
    row(Operator::Not, "not", Form::Prefix("!"), 1),
    row(Operator::Equal, "eq", Form::Infix("==", binds::RELATION), 2),
    row(Operator::NotEqual, "ne", Form::Infix("!=", binds::RELATION), 2),
    row(Operator::Less, "lt", Form::Infix("<", binds::RELATION), 2),
    row(Operator::AtMost, "le", Form::Infix("<=", binds::RELATION), 2),
    row(Operator::Greater, "gt", Form::Infix(">", binds::RELATION), 2),
    row(Operator::AtLeast, "ge", Form::Infix(">=", binds::RELATION), 2),
    row(Operator::In, "in", Form::Infix("in", binds::RELATION), 2),
    row(Operator::Add, "add", Form::Infix("+", binds::SUM), 2),
    row(Operator::Subtract, "sub", Form::Infix("-", binds::SUM), 2),
    row(Operator::Multiply, "mul", Form::Infix("*", binds::PRODUCT), 2),
    row(Operator::Divide, "div", Form::Infix("/", binds::PRODUCT), 2),
    row(Operator::Remainder, "rem", Form::Infix("%", binds::PRODUCT), 2),
    row(Operator::Negate, "neg", Form::Prefix("-"), 1),
    row(Operator::If, "if", Form::Conditional, 3),
    row(Operator::Index, "index", Form::Index, 2),
    row(Operator::Has, "has", Form::Call("has"), 1),
    row(Operator::Changed, "changed", Form::Call("changed"), 1),
    row(Operator::Newly, "newly", Form::Call("newly"), 1),
    row(Operator::DaysSince, "days_since", Form::Call("days_since"), 1),
    row(Operator::BusinessDaysSince, "business_days_since", Form::Call("business_days_since"), 1),
    row(Operator::Within, "within", Form::Call("within"), 2),
    row(Operator::Now, "now", Form::Word("now"), 0),
    row(Operator::Today, "today", Form::Word("today"), 0),
    row(Operator::Days, "days", Form::Call("days"), 1),
    row(Operator::Hours, "hours", Form::Call("hours"), 1),
    row(Operator::Minutes, "minutes", Form::Call("minutes"), 1),
    row(Operator::Contains, "contains", Form::Method("contains"), 2),
    row(Operator::StartsWith, "starts_with", Form::Method("startsWith"), 2),
    row(Operator::EndsWith, "ends_with", Form::Method("endsWith"), 2),
    row(Operator::Matches, "matches", Form::Method("matches"), 2),
    row(Operator::Rewrite(Rewrite::Lower), "lower_ascii", Form::Method("lowerAscii"), 1),
    row(Operator::Rewrite(Rewrite::Upper), "upper_ascii", Form::Method("upperAscii"), 1),
    row(Operator::Rewrite(Rewrite::Trim), "trim", Form::Method("trim"), 1),
    row(Operator::Size, "size", Form::Call("size"), 1),
    row(Operator::Dyn, "dyn", Form::Call("dyn"), 1),
    row(Operator::Convert(To::Bool), "to_bool", Form::Call("bool"), 1),
    row(Operator::Convert(To::Integer), "to_integer", Form::Call("int"), 1),
    row(Operator::Convert(To::Decimal), "to_decimal", Form::Call("double"), 1),
    row(Operator::Convert(To::Text), "to_text", Form::Call("string"), 1),
    row(Operator::Convert(To::Duration), "to_duration", Form::Call("duration"), 1),
    row(Operator::Convert(To::Instant), "to_timestamp", Form::Call("timestamp"), 1),
    part(Part::FullYear, "get_full_year", "getFullYear"),
    part(Part::Month, "get_month", "getMonth"),
    part(Part::Date, "get_date", "getDate"),
    part(Part::DayOfMonth, "get_day_of_month", "getDayOfMonth"),
    part(Part::DayOfWeek, "get_day_of_week", "getDayOfWeek"),
    part(Part::DayOfYear, "get_day_of_year", "getDayOfYear"),
    part(Part::Hours, "get_hours", "getHours"),
    part(Part::Minutes, "get_minutes", "getMinutes"),
    part(Part::Seconds, "get_seconds", "getSeconds"),
    part(Part::Milliseconds, "get_milliseconds", "getMilliseconds"),
];
