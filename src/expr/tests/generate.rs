//! Random conditions that make sense, with their text, and random deals.

use proptest::prelude::*;
use rust_decimal::Decimal;

use super::deal::{DealRow, FIELDS};
use crate::expr::literal::Literal;
use crate::value::{Currency, Date, Duration, Id, Instant, List, Money, Value};

/// The types of values that are generated.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Ty {
    Integer,
    Decimal,
    Money,
    Date,
    Instant,
    Duration,
    Text,
    Region,
    Owner,
}

/// A condition.
#[derive(Debug, Clone)]
pub(super) enum C {
    Is(bool),
    Hot,
    OldHot,
    All(Vec<C>),
    Any(Vec<C>),
    Not(Box<C>),
    Relate(V, &'static str, V),
    In(V, Vec<V>),
    Tagged(V),
    Phone(V),
    /// Something of all, some or one of the phones.
    Phones(&'static str, Box<C>),
    Has(&'static str, bool),
    Changed(&'static str),
    Newly(Box<C>),
    Within(V, V),
    Find(V, &'static str, V),
    If(Box<C>, Box<C>, Box<C>),
    Touched(Box<V>),
}

/// A value.
#[derive(Debug, Clone)]
pub(super) enum V {
    Constant(Value),
    Field(&'static str, bool),
    Join(Box<V>, char, Box<V>),
    Negate(Box<V>),
    If(Box<C>, Box<V>, Box<V>),
    Span(&'static str, Box<V>),
    DaysSince(Box<V>),
    Size(Box<V>),
    /// The phone that a condition is about.
    Phone,
    Position,
    PhoneAt(Box<V>),
    /// How many phones meet a condition.
    Kept(Box<C>),
    Written(Box<V>),
    Whole(Box<V>),
    Rewritten(&'static str, Box<V>),
    Hour(Box<V>),
    BusinessDaysSince(Box<V>),
    Now,
    Today,
    /// The number of touches after a moment.
    Touches(Box<V>),
    Minutes,
    Cost,
    Latest,
}

impl C {
    /// Writes the condition with more parentheses than needed.
    pub(super) fn text(&self) -> String {
        let joined = |parts: &[C], symbol: &str| {
            let parts: Vec<String> = parts.iter().map(|part| format!("({})", part.text())).collect();
            parts.join(symbol)
        };
        match self {
            Self::Is(flag) => flag.to_string(),
            Self::Hot => "hot".into(),
            Self::OldHot => "old.hot".into(),
            Self::All(parts) => joined(parts, " && "),
            Self::Any(parts) => joined(parts, "||"),
            Self::Not(part) => format!("!({})", part.text()),
            // Beside a field a text is enough, whatever the type.
            Self::Relate(left @ V::Field(..), test, V::Constant(value)) => {
                format!("{} {test} {}", left.text(), plain(value))
            }
            Self::Relate(V::Constant(value), test, right @ V::Field(..)) => {
                format!("{} {test} {}", plain(value), right.text())
            }
            Self::Relate(left, test, right) => format!("({}) {test} ({})", left.text(), right.text()),
            Self::In(needle, items) => {
                let items: Vec<String> = items.iter().map(V::text).collect();
                format!("{} in [{}]", needle.text(), items.join(", "))
            }
            Self::Tagged(needle) => format!("({}) in tags", needle.text()),
            Self::Phone(needle) => format!("({}) in phones", needle.text()),
            Self::Phones(what, part) if part.names_position() => {
                let what = if *what == "exists_one" { "existsOne" } else { what };
                format!("phones.{what}(i, p, {})", part.text())
            }
            Self::Phones(what, part) => format!("phones.{what}(p, {})", part.text()),
            Self::Has(field, old) => format!("has({}{field})", if *old { "old." } else { "" }),
            Self::Changed(field) => format!("changed({field})"),
            Self::Newly(part) => format!("newly({})", part.text()),
            Self::Within(at, span) => format!("within({}, {})", at.text(), span.text()),
            Self::Find(text, how, part) => format!("({}).{how}({})", text.text(), part.text()),
            Self::If(condition, then, otherwise) => {
                format!("({}) ? ({}) : ({})", condition.text(), then.text(), otherwise.text())
            }
            Self::Touched(since) => format!("exists(activities, a, a.is_touch && a.at >= {})", since.text()),
        }
    }
}

impl C {
    /// Returns whether the position of a phone is named.
    fn names_position(&self) -> bool {
        matches!(self, Self::Relate(left, _, right) if matches!((left, right), (V::Position, _) | (_, V::Position)))
    }
}

impl V {
    pub(super) fn text(&self) -> String {
        match self {
            Self::Constant(value) => match value {
                Value::Money(_) => format!("money({})", plain(value)),
                Value::Date(_) => format!("date({})", plain(value)),
                Value::Instant(_) => format!("timestamp({})", plain(value)),
                Value::Duration(_) => format!("duration({})", plain(value)),
                other => plain(other),
            },
            Self::Field(field, old) => format!("{}{field}", if *old { "old." } else { "" }),
            Self::Join(left, how, right) => format!("({}) {how} ({})", left.text(), right.text()),
            Self::Negate(value) => format!("-({})", value.text()),
            Self::If(condition, then, otherwise) => {
                format!("(({}) ? ({}) : ({}))", condition.text(), then.text(), otherwise.text())
            }
            Self::Span(unit, count) => format!("{unit}({})", count.text()),
            Self::DaysSince(value) => format!("days_since({})", value.text()),
            Self::Size(value) => format!("size({})", value.text()),
            Self::Phone => "p".into(),
            Self::Position => "i".into(),
            Self::PhoneAt(position) => format!("phones[{}]", position.text()),
            // A filter has no name for the position, but what is made of the items has.
            Self::Kept(part) if part.names_position() => {
                format!("size(phones.transformList(i, p, {}, string(i) + p))", part.text())
            }
            Self::Kept(part) => format!("size(phones.filter(p, {}))", part.text()),
            Self::Written(value) => format!("string({})", value.text()),
            Self::Whole(value) => format!("int({})", value.text()),
            Self::Rewritten(how, value) => format!("({}).{how}()", value.text()),
            Self::Hour(value) => format!("({}).getHours()", value.text()),
            Self::BusinessDaysSince(value) => format!("business_days_since({})", value.text()),
            Self::Now => "now".into(),
            Self::Today => "today".into(),
            Self::Touches(since) => format!("count(activities, x, x.is_touch && x.at > {})", since.text()),
            Self::Minutes => "sum(activities, a, a.minutes)".into(),
            Self::Cost => "sum(activities, a, a.cost, a.is_touch)".into(),
            Self::Latest => "latest(activities, a, a.at)".into(),
        }
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::Bool(_) | Value::Integer(_) => value.to_string(),
        Value::Decimal(number) => Literal::Decimal(*number).to_string(),
        other => Literal::Text(other.to_string().into()).to_string(),
    }
}

/// A condition; `old` and the like only outside `newly`.
pub(super) fn condition(depth: u32, inner: bool) -> BoxedStrategy<C> {
    let has = prop::sample::select(FIELDS.to_vec());
    let leaf = prop_oneof![
        any::<bool>().prop_map(C::Is),
        Just(C::Hot),
        (has.clone(), any::<bool>()).prop_map(move |(field, old)| C::Has(field, old && !inner)),
        has.prop_map(move |field| if inner { C::Hot } else { C::Changed(field) }),
        Just(if inner { C::Hot } else { C::OldHot }),
    ];
    if depth == 0 {
        return leaf.boxed();
    }
    let below = || condition(depth - 1, inner);
    let value = move |ty| value(ty, depth - 1, inner);
    let relate = any_ty().prop_flat_map(move |ty| {
        let ordered = !matches!(ty, Ty::Region | Ty::Owner);
        let tests = if ordered { vec!["==", "!=", "<", "<=", ">", ">="] } else { vec!["==", "!="] };
        (value(ty), prop::sample::select(tests), value(ty)).prop_map(|(left, test, right)| C::Relate(left, test, right))
    });
    let within = any_ty().prop_flat_map(move |ty| {
        let items = prop_oneof![
            prop::collection::vec(value(ty), 0..4),
            prop::collection::vec(constant(ty).prop_map(V::Constant), 0..14),
        ];
        (field(ty, inner), items).prop_map(|(needle, items)| C::In(needle, items))
    });
    let phones = (prop::sample::select(vec!["all", "exists", "exists_one"]), of_phone());
    let find = prop::sample::select(vec!["contains", "startsWith", "endsWith"]);
    let parts = || prop::collection::vec(below(), 2..4);
    prop_oneof![
        2 => leaf,
        2 => parts().prop_map(C::All),
        2 => parts().prop_map(C::Any),
        1 => below().prop_map(|part| C::Not(part.into())),
        8 => relate,
        3 => within,
        1 => value(Ty::Text).prop_map(C::Tagged),
        1 => value(Ty::Text).prop_map(C::Phone),
        2 => phones.prop_map(|(what, part)| C::Phones(what, part.into())),
        1 => (value(Ty::Instant), value(Ty::Duration)).prop_map(|(at, span)| C::Within(at, span)),
        1 => (value(Ty::Text), find, value(Ty::Text)).prop_map(|(text, how, part)| C::Find(text, how, part)),
        1 => (below(), below(), below()).prop_map(|(c, a, b)| C::If(c.into(), a.into(), b.into())),
        1 => condition(depth - 1, true).prop_map(move |part| if inner { part } else { C::Newly(part.into()) }),
        1 => constant(Ty::Instant).prop_map(|at| C::Touched(V::Constant(at).into())),
    ]
    .boxed()
}

/// A condition on one of the phones.
fn of_phone() -> BoxedStrategy<C> {
    let text =
        || prop_oneof![3 => Just(V::Phone), 1 => field(Ty::Text, true), 1 => constant(Ty::Text).prop_map(V::Constant)];
    let number = || prop_oneof![field(Ty::Integer, true), constant(Ty::Integer).prop_map(V::Constant)];
    let tests = || prop::sample::select(vec!["==", "!=", "<", ">="]);
    let find = prop::sample::select(vec!["contains", "startsWith", "endsWith"]);
    prop_oneof![
        (text(), tests(), text()).prop_map(|(left, test, right)| C::Relate(left, test, right)),
        (text(), find, text()).prop_map(|(text, how, part)| C::Find(text, how, part)),
        (tests(), number()).prop_map(|(test, number)| C::Relate(V::Position, test, number)),
        Just(C::Hot),
    ]
    .boxed()
}

pub(super) fn any_ty() -> impl Strategy<Value = Ty> + Clone {
    use Ty::{Date, Decimal, Duration, Instant, Integer, Money, Owner, Region, Text};
    prop::sample::select(vec![Integer, Decimal, Money, Date, Instant, Duration, Text, Region, Owner])
}

fn field(ty: Ty, inner: bool) -> BoxedStrategy<V> {
    let name = match ty {
        Ty::Integer => "count",
        Ty::Decimal => "rate",
        Ty::Money => "amount",
        Ty::Date => "due_on",
        Ty::Instant => "closed_at",
        Ty::Duration => "delay",
        Ty::Text => "title",
        Ty::Region => "region",
        Ty::Owner => "owner",
    };
    prop::bool::weighted(0.2).prop_map(move |old| V::Field(name, old && !inner)).boxed()
}

pub(super) fn value(ty: Ty, depth: u32, inner: bool) -> BoxedStrategy<V> {
    let leaf = prop_oneof![2 => field(ty, inner), 1 => constant(ty).prop_map(V::Constant)];
    if depth == 0 {
        return leaf.boxed();
    }
    let below = move |ty| value(ty, depth - 1, inner);
    let join = |left: BoxedStrategy<V>, how: Vec<char>, right: BoxedStrategy<V>| {
        (left, prop::sample::select(how), right).prop_map(|(a, how, b)| V::Join(a.into(), how, b.into())).boxed()
    };
    let negated = below(ty).prop_map(|value| V::Negate(value.into())).boxed();
    let all = vec!['+', '-', '*', '/', '%'];
    let more = match ty {
        Ty::Integer => prop_oneof![
            3 => join(below(ty), all, below(ty)),
            1 => negated,
            1 => below(Ty::Text).prop_map(|value| V::Size(value.into())),
            1 => prop_oneof![below(Ty::Date), below(Ty::Instant)].prop_map(|value| V::DaysSince(value.into())),
            1 => Just(V::Minutes),
            1 => of_phone().prop_map(|part| V::Kept(part.into())),
            1 => below(Ty::Decimal).prop_map(|value| V::Whole(value.into())),
            1 => below(Ty::Instant).prop_map(|value| V::Hour(value.into())),
            1 => (-400..400_i32).prop_map(|days| V::BusinessDaysSince(V::Constant(near_day(days)).into())),
            1 => constant(Ty::Instant).prop_map(|at| V::Touches(V::Constant(at).into())),
        ]
        .boxed(),
        Ty::Decimal => prop_oneof![
            join(below(ty), vec!['+', '-', '*', '/'], below(ty)),
            join(below(Ty::Integer), vec!['+', '-', '*', '/'], below(ty)),
            join(below(Ty::Money), vec!['/'], below(Ty::Money)),
            negated
        ]
        .boxed(),
        Ty::Money => prop_oneof![
            join(below(ty), vec!['+', '-'], below(ty)),
            join(below(ty), vec!['*'], below(Ty::Integer)),
            negated,
            Just(V::Cost)
        ]
        .boxed(),
        Ty::Date => prop_oneof![join(below(ty), vec!['+', '-'], below(Ty::Duration)), Just(V::Today)].boxed(),
        Ty::Instant => {
            prop_oneof![join(below(ty), vec!['+', '-'], below(Ty::Duration)), Just(V::Now), Just(V::Latest)].boxed()
        }
        Ty::Duration => prop_oneof![
            join(below(ty), vec!['+', '-'], below(ty)),
            join(below(Ty::Instant), vec!['-'], below(Ty::Instant)),
            join(below(Ty::Date), vec!['-'], below(Ty::Date)),
            join(below(ty), vec!['*'], below(Ty::Integer)),
            (prop::sample::select(vec!["days", "hours", "minutes"]), below(Ty::Integer))
                .prop_map(|(unit, count)| V::Span(unit, count.into())),
            negated
        ]
        .boxed(),
        Ty::Text => prop_oneof![
            join(below(ty), vec!['+'], below(ty)),
            below(Ty::Integer).prop_map(|position| V::PhoneAt(position.into())),
            prop_oneof![below(Ty::Integer), below(Ty::Date)].prop_map(|value| V::Written(value.into())),
            (prop::sample::select(vec!["lowerAscii", "upperAscii", "trim"]), below(ty))
                .prop_map(|(how, value)| V::Rewritten(how, value.into())),
        ]
        .boxed(),
        Ty::Region | Ty::Owner => leaf.clone().boxed(),
    };
    let choice = (condition(depth - 1, inner), below(ty), field(ty, inner));
    let choice = choice.prop_map(|(c, a, b)| V::If(c.into(), a.into(), b.into()));
    prop_oneof![3 => leaf, 3 => more, 1 => choice].boxed()
}

fn near_day(days: i32) -> Value {
    Value::Date(Date::new(2026, 3, 2).and_then(|day| day.plus_days(days)).unwrap())
}

pub(super) fn constant(ty: Ty) -> BoxedStrategy<Value> {
    let near = || prop_oneof![4 => -3..10_i64, 1 => any::<i64>()];
    let currency = |code: &str| code.parse::<Currency>().unwrap();
    match ty {
        Ty::Integer => near().prop_map(Value::Integer).boxed(),
        Ty::Decimal => (-20..20_i64, 0..3_u32).prop_map(|(n, scale)| Value::Decimal(Decimal::new(n, scale))).boxed(),
        Ty::Money => (near(), prop::sample::select(vec!["CNY", "CNY", "CNY", "JPY"]))
            .prop_map(move |(minor, code)| Value::Money(Money::from_minor(minor, currency(code))))
            .boxed(),
        Ty::Date => (20_510..20_520_i32).prop_map(|days| Value::Date(Date::from_epoch_days(days).unwrap())).boxed(),
        Ty::Instant => (-20..20_i64)
            .prop_map(|hours| Value::Instant(Instant::from_millis(1_772_413_200_000 + hours * 3_600_000).unwrap()))
            .boxed(),
        Ty::Duration => (-10..10_i64, prop::sample::select(vec![43_200_000, 86_400_000_i64]))
            .prop_map(|(count, unit)| Value::Duration(Duration::from_millis(count * unit)))
            .boxed(),
        Ty::Text => "[ab]{0,3}".prop_map(|text| Value::text(&text)).boxed(),
        Ty::Region => prop::sample::select(vec!["east", "west", "north"]).prop_map(Value::option).boxed(),
        Ty::Owner => "[ab]{1,2}".prop_map(|id| Value::Reference(Id::new(&id).unwrap())).boxed(),
    }
}

/// A deal of which about every fourth field is missing.
pub(super) fn deal() -> impl Strategy<Value = DealRow> {
    let some = |value: BoxedStrategy<Value>| prop::option::weighted(0.75, value).boxed();
    let flag = || some(any::<bool>().prop_map(Value::Bool).boxed());
    let texts = || prop::collection::vec("[ab]{0,3}", 0..3);
    let tags = texts().prop_map(|tags| Value::Tags(tags.iter().map(String::as_str).collect())).boxed();
    let phones = texts().prop_map(|all| Value::List(List::new(all.iter().map(|t| Value::text(t))).unwrap())).boxed();
    let grade = prop::sample::select(vec!["A", "B"]).prop_map(Value::option).boxed();
    let values = vec![
        some(constant(Ty::Region)),
        some(constant(Ty::Text)),
        some(constant(Ty::Money)),
        some(constant(Ty::Money)),
        some(constant(Ty::Integer)),
        some(constant(Ty::Decimal)),
        some(constant(Ty::Date)),
        some(constant(Ty::Instant)),
        some(constant(Ty::Duration)),
        flag(),
        some(constant(Ty::Owner)),
        some(tags),
        some(phones),
        some(grade),
    ];
    let activity = vec![flag(), some(constant(Ty::Instant)), some(constant(Ty::Integer)), some(constant(Ty::Money))];
    (values, prop::collection::vec(activity, 0..4)).prop_map(|(values, activities)| DealRow { values, activities })
}
