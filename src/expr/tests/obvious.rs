//! A slow evaluator over the generated conditions, written from the definition of the language; programs agree with it.

use proptest::prelude::*;
use rust_decimal::Decimal;

use super::deal::{Deal, DealRow, FIELDS, condition as compile, monday};
use super::generate::{C, V, any_ty, condition, deal, value};
use crate::expr::{Env, Expr, Program, Relation, Row, Scope, Slot, Truth};
use crate::value::{Duration, Money, Value};

struct Look<'a> {
    row: &'a DealRow,
    old: Option<&'a DealRow>,
    env: &'a Env,
    /// The phone that a condition is about, and its position.
    phone: Option<(&'a Value, i64)>,
}

fn slot(field: &str) -> Slot {
    Slot::new(u32::try_from(FIELDS.iter().position(|known| *known == field).unwrap()).unwrap())
}

impl Look<'_> {
    fn field(&self, field: &str, old: bool) -> Option<Value> {
        let row = if old { self.old? } else { self.row };
        row.get(slot(field)).cloned()
    }

    fn truth(&self, condition: &C) -> Truth {
        let known = |truth: Option<bool>| truth.map_or(Truth::Unknown, Truth::from);
        let flag = |value: Option<Value>| known(value.map(|value| value.as_bool().unwrap()));
        match condition {
            C::Is(flag) => Truth::from(*flag),
            C::Hot => flag(self.field("hot", false)),
            C::OldHot => flag(self.field("hot", true)),
            C::All(parts) => parts.iter().fold(Truth::True, |all, part| all & self.truth(part)),
            C::Any(parts) => parts.iter().fold(Truth::False, |any, part| any | self.truth(part)),
            C::Not(part) => !self.truth(part),
            C::Relate(left, test, right) => known(self.relate(left, test, right)),
            C::In(needle, _) if self.value(needle).is_none() => Truth::Unknown,
            C::In(needle, items) => {
                items.iter().map(|item| known(self.relate(needle, "==", item))).fold(Truth::False, |any, one| any | one)
            }
            C::Tagged(needle) => known(match (self.value(needle), self.field("tags", false)) {
                (Some(needle), Some(Value::Tags(tags))) => Some(tags.iter().any(|tag| tag == needle.as_str().unwrap())),
                _ => None,
            }),
            C::Phone(needle) => known(match (self.value(needle), self.field("phones", false)) {
                (Some(needle), Some(Value::List(phones))) => Some(phones.contains(&needle)),
                _ => None,
            }),
            C::Phones(what, part) => {
                let Some(Value::List(phones)) = self.field("phones", false) else { return Truth::Unknown };
                let about = |(position, phone)| Look { phone: Some((phone, position)), ..*self }.truth(part);
                let truths: Vec<Truth> = (0..).zip(phones.iter()).map(about).collect();
                match *what {
                    "all" => truths.into_iter().fold(Truth::True, |all, one| all & one),
                    "exists" => truths.into_iter().fold(Truth::False, |any, one| any | one),
                    _ if truths.contains(&Truth::Unknown) => Truth::Unknown,
                    _ => Truth::from(truths.into_iter().filter(|truth| truth.is_true()).count() == 1),
                }
            }
            C::Has(field, old) => Truth::from(self.field(field, *old).is_some()),
            C::Changed(field) => Truth::from(self.field(field, false) != self.field(field, true)),
            C::Newly(part) => {
                let before =
                    self.old.map(|old| Look { row: old, old: None, env: self.env, phone: self.phone }.truth(part));
                self.truth(part) & Truth::from(before != Some(Truth::True))
            }
            C::Within(at, span) => known(match (self.value(at), self.value(span)) {
                (Some(Value::Instant(at)), Some(Value::Duration(span))) => {
                    let distance = i128::from(self.env.now().millis()) - i128::from(at.millis());
                    Some(distance.abs() <= i128::from(span.millis()))
                }
                _ => None,
            }),
            C::Find(text, how, part) => known(match (self.value(text), self.value(part)) {
                (Some(text), Some(part)) => {
                    let (text, part) = (text.as_str().unwrap(), part.as_str().unwrap());
                    Some(match *how {
                        "contains" => text.contains(part),
                        "startsWith" => text.starts_with(part),
                        _ => text.ends_with(part),
                    })
                }
                _ => None,
            }),
            C::If(condition, then, otherwise) => match self.truth(condition) {
                Truth::True => self.truth(then),
                Truth::False => self.truth(otherwise),
                Truth::Unknown => Truth::Unknown,
            },
            C::Touched(since) => {
                let since = self.value(since).unwrap();
                Truth::from(self.touches().any(|activity| activity[1].as_ref().is_some_and(|at| *at >= since)))
            }
        }
    }

    fn touches(&self) -> impl Iterator<Item = &Vec<Option<Value>>> {
        self.row.activities.iter().filter(|activity| activity[0] == Some(Value::Bool(true)))
    }

    fn relate(&self, left: &V, test: &str, right: &V) -> Option<bool> {
        let order = match (self.value(left)?, self.value(right)?) {
            (Value::Money(left), Value::Money(right)) if left.currency() != right.currency() => return None,
            (left, right) => left.cmp(&right),
        };
        Some(match test {
            "==" => order.is_eq(),
            "!=" => order.is_ne(),
            "<" => order.is_lt(),
            "<=" => order.is_le(),
            ">" => order.is_gt(),
            _ => order.is_ge(),
        })
    }

    fn value(&self, value: &V) -> Option<Value> {
        Some(match value {
            V::Constant(value) => value.clone(),
            V::Field(field, old) => return self.field(field, *old),
            V::Join(left, how, right) => return join(self.value(left)?, *how, self.value(right)?),
            V::Negate(value) => match self.value(value)? {
                Value::Integer(number) => Value::Integer(number.checked_neg()?),
                Value::Decimal(number) => Value::Decimal(Decimal::ZERO - number),
                Value::Money(money) => Value::Money(Money::from_minor(money.minor().checked_neg()?, money.currency())),
                Value::Duration(span) => Value::Duration(Duration::from_millis(span.millis().checked_neg()?)),
                other => panic!("-{other}"),
            },
            V::If(condition, then, otherwise) => match self.truth(condition) {
                Truth::True => return self.value(then),
                Truth::False => return self.value(otherwise),
                Truth::Unknown => return None,
            },
            V::Span(unit, count) => {
                let unit = match *unit {
                    "days" => 86_400_000,
                    "hours" => 3_600_000,
                    _ => 60_000,
                };
                Value::Duration(span(self.value(count)?.as_integer()?.checked_mul(unit)?)?)
            }
            V::DaysSince(value) => {
                let local = |at: i64| (at + 8 * 3_600_000).div_euclid(86_400_000);
                let day = match self.value(value)? {
                    Value::Date(day) => i64::from(day.epoch_days()),
                    Value::Instant(at) => local(at.millis()),
                    other => panic!("{other}"),
                };
                Value::Integer(local(self.env.now().millis()) - day)
            }
            V::Size(value) => {
                Value::Integer(i64::try_from(self.value(value)?.as_str().unwrap().chars().count()).unwrap())
            }
            V::Phone => self.phone?.0.clone(),
            V::Position => Value::Integer(self.phone?.1),
            V::PhoneAt(position) => {
                let (phones, position) = (self.field("phones", false)?, self.value(position)?.as_integer()?);
                let Value::List(phones) = phones else { panic!("{phones}") };
                phones.get(usize::try_from(position).ok()?)?.clone()
            }
            V::Kept(part) => {
                let Some(Value::List(phones)) = self.field("phones", false) else { return None };
                let mut kept = 0;
                for (position, phone) in (0..).zip(phones.iter()) {
                    match (Look { phone: Some((phone, position)), ..*self }).truth(part) {
                        Truth::Unknown => return None,
                        truth => kept += i64::from(truth.is_true()),
                    }
                }
                Value::Integer(kept)
            }
            V::Written(value) => match self.value(value)? {
                Value::Date(day) => Value::text(&day.to_string()),
                Value::Integer(number) => Value::text(&number.to_string()),
                other => other,
            },
            V::Whole(value) => match self.value(value)? {
                Value::Decimal(number) => Value::Integer(i64::try_from(number.trunc().mantissa()).ok()?),
                other => panic!("{other}"),
            },
            V::Rewritten(how, value) => {
                let (text, value) = (self.value(value)?, *how);
                let text = text.as_str()?.to_owned();
                Value::text(&match value {
                    "lowerAscii" => text.chars().map(|c| c.to_ascii_lowercase()).collect::<String>(),
                    "upperAscii" => text.chars().map(|c| c.to_ascii_uppercase()).collect(),
                    _ => text.trim_matches(char::is_whitespace).to_owned(),
                })
            }
            V::Hour(value) => match self.value(value)? {
                Value::Instant(at) => Value::Integer((at.millis() + 8 * 3_600_000).rem_euclid(86_400_000) / 3_600_000),
                other => panic!("{other}"),
            },
            V::BusinessDaysSince(value) => {
                // Monday to Friday, counted day by day.
                let Value::Date(day) = self.value(value)? else { panic!("no date") };
                let (from, to) = (i64::from(day.epoch_days()), i64::from(self.env.today().epoch_days()));
                let worked = |day: &i64| (day + 3).rem_euclid(7) < 5;
                let count = |range: std::ops::RangeInclusive<i64>| range.filter(worked).count();
                let passed = if from <= to { count(from + 1..=to) } else { count(to..=from - 1) };
                let passed = i64::try_from(passed).ok()?;
                Value::Integer(if from <= to { passed } else { -passed })
            }
            V::Now => Value::Instant(self.env.now()),
            V::Today => Value::Date("2026-03-02".parse().unwrap()),
            V::Touches(since) => {
                let since = self.value(since).unwrap();
                let count =
                    self.touches().filter(|activity| activity[1].as_ref().is_some_and(|at| *at > since)).count();
                Value::Integer(i64::try_from(count).unwrap())
            }
            V::Minutes => {
                let mut minutes = self.row.activities.iter().filter_map(|activity| activity[2].clone());
                return minutes.try_fold(Value::Integer(0), |sum, value| join(sum, '+', value));
            }
            V::Cost => {
                let costs: Vec<Value> = self.touches().filter_map(|activity| activity[3].clone()).collect();
                let (first, rest) = costs.split_first()?;
                return rest.iter().try_fold(first.clone(), |sum, value| join(sum, '+', value.clone()));
            }
            V::Latest => return self.row.activities.iter().filter_map(|activity| activity[1].clone()).max(),
        })
    }
}

fn join(left: Value, how: char, right: Value) -> Option<Value> {
    Some(match (left, right) {
        (Value::Integer(left), Value::Integer(right)) => Value::Integer(match how {
            '+' => left.checked_add(right)?,
            '-' => left.checked_sub(right)?,
            '*' => left.checked_mul(right)?,
            '/' => left.checked_div(right)?,
            _ => left.checked_rem(right)?,
        }),
        (Value::Integer(left), Value::Decimal(right)) => decimals(left.into(), how, right)?,
        (Value::Decimal(left), Value::Integer(right)) => decimals(left, how, right.into())?,
        (Value::Decimal(left), Value::Decimal(right)) => decimals(left, how, right)?,
        (Value::Money(left), Value::Money(right)) => match how {
            '+' => Value::Money(left.plus(right).ok()?),
            '-' => Value::Money(left.minus(right).ok()?),
            _ if left.currency() != right.currency() => return None,
            _ => decimals(left.minor().into(), '/', right.minor().into())?,
        },
        (Value::Money(money), Value::Integer(count)) => Value::Money(money.times(count).ok()?),
        (Value::Duration(span), Value::Integer(count)) => {
            Value::Duration(self::span(span.millis().checked_mul(count)?)?)
        }
        (Value::Date(left), Value::Date(right)) => {
            Value::Duration(span(i64::from(left.days_since(right)) * 86_400_000)?)
        }
        (Value::Instant(left), Value::Instant(right)) => Value::Duration(span(left.millis() - right.millis())?),
        (Value::Text(left), Value::Text(right)) => Value::text(&[left.as_ref(), right.as_ref()].concat()),
        (moved, Value::Duration(span)) => {
            let millis = if how == '-' { span.millis().checked_neg()? } else { span.millis() };
            match moved {
                Value::Instant(at) => Value::Instant(at.plus(Duration::from_millis(millis))?),
                Value::Duration(other) => Value::Duration(self::span(other.millis().checked_add(millis)?)?),
                Value::Date(_) if millis % 86_400_000 != 0 => return None,
                Value::Date(day) => Value::Date(day.plus_days(i32::try_from(millis / 86_400_000).ok()?)?),
                other => panic!("{other} {how} a span"),
            }
        }
        (left, right) => panic!("{left} {how} {right}"),
    })
}

/// A computed span is at most 2^63 nanoseconds long.
fn span(millis: i64) -> Option<Duration> {
    millis.checked_mul(1_000_000).map(|_| Duration::from_millis(millis))
}

fn decimals(left: Decimal, how: char, right: Decimal) -> Option<Value> {
    Some(Value::Decimal(match how {
        '+' => left.checked_add(right)?,
        '-' => left.checked_sub(right)?,
        '*' => left.checked_mul(right)?,
        _ => left.checked_div(right)?,
    }))
}

/// Tells whether a record fulfils everything that an index would ask of it.
fn fulfils(program: &Program, row: &DealRow, env: &Env) -> bool {
    program.comparisons_at(env).iter().all(|comparison| {
        let Some(value) = row.get(comparison.slot) else { return false };
        let one = || comparison.values.first().unwrap();
        let alike = |other: &Value| match (value, other) {
            (Value::Integer(n), Value::Decimal(_)) => Value::Decimal((*n).into()),
            (value, _) => value.clone(),
        };
        match comparison.relation {
            Relation::AtLeast => alike(one()) >= *one(),
            Relation::AtMost => alike(one()) <= *one(),
            Relation::Equal => alike(one()) == *one(),
            Relation::Greater => alike(one()) > *one(),
            Relation::Has => true,
            Relation::Holds => match (value, one()) {
                (Value::Tags(tags), Value::Text(tag)) => tags.contains(tag),
                (Value::List(items), item) => items.contains(item),
                _ => false,
            },
            Relation::In => comparison.values.contains(value),
            Relation::Less => alike(one()) < *one(),
            Relation::NotEqual => alike(one()) != *one(),
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn conditions_mean_what_they_say(what in condition(4, false), row in deal(), old in prop::option::of(deal())) {
        let (program, env) = (compile(&what.text()), monday());
        let mut scope = Scope::new(&row, &env);
        if let Some(old) = &old {
            scope = scope.with_old(old);
        }
        let expected = Look { row: &row, old: old.as_ref(), env: &env, phone: None }.truth(&what);
        prop_assert_eq!(program.test(scope), expected, "{}", what.text());
        let why = program.explain(scope);
        prop_assert_eq!(why.truth, expected);
        prop_assert_eq!(why.first_failure().is_none(), expected.is_true());
        prop_assert!(!expected.is_true() || fulfils(&program, &row, &env));
        prop_assert_eq!(program.value(scope).ok(), match expected {
            Truth::Unknown => None,
            known => Some(Value::Bool(known.is_true())),
        });
        // What a program says it reads is all that it reads.
        let mut rest = row.clone();
        for (index, value) in rest.values.iter_mut().enumerate() {
            if !program.slots().contains(&Slot::new(u32::try_from(index).unwrap())) {
                *value = None;
            }
        }
        let mut unread = Scope::new(&rest, &env);
        if let Some(old) = old.as_ref().filter(|_| program.reads_old()) {
            unread = unread.with_old(old);
        }
        prop_assert_eq!(program.test(unread), expected);
        if !program.reads_time() {
            let later = Env::new("2031-01-01T00:00:00Z".parse().unwrap());
            prop_assert_eq!(program.test(Scope { env: &later, ..scope }), expected);
        }
    }

    #[test]
    fn values_are_what_they_say(what in any_ty().prop_flat_map(|ty| value(ty, 3, false)), row in deal(), old in deal()) {
        let env = monday();
        let text = what.text();
        let program = text.parse::<Expr>().unwrap().compile(&Deal).map_err(|e| TestCaseError::fail(format!("{text}: {e}")))?;
        let found = program.value(Scope::new(&row, &env).with_old(&old)).ok();
        let expected = Look { row: &row, old: Some(&old), env: &env, phone: None }.value(&what);
        // By itself the text of an option or an id is a text.
        let plain = |value: Option<Value>| value.map(|value| match value {
            Value::Enum(key) => Value::Text(key),
            Value::Reference(id) => Value::text(&id.to_string()),
            other => other,
        });
        prop_assert_eq!(plain(found), plain(expected), "{}", text);
    }
}
