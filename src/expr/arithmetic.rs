use rust_decimal::Decimal;

use crate::value::{Duration, List, Money, MoneyError, Value};

use super::Expr;
use super::op::Arithmetic;
use super::unknown::Reason;

const DAY_MILLIS: i64 = 86_400_000;
/// The longest span that is computed, about 292 years: CEL counts nanoseconds in 64 bits.
const MAX_SPAN_MILLIS: i64 = i64::MAX / 1_000_000;

/// Joins two values exactly, or says why it cannot. Whole numbers divide towards zero; decimal results keep 28 digits.
pub(super) fn arithmetic(how: Arithmetic, left: &Value, right: &Value) -> Result<Value, Reason> {
    use Arithmetic::{Add, Divide, Multiply, Subtract};
    Ok(match (left, how, right) {
        (Value::Integer(left), _, Value::Integer(right)) => Value::Integer(whole(how, *left, *right)?),
        (Value::Integer(left), _, Value::Decimal(right)) => Value::Decimal(decimal(how, (*left).into(), *right)?),
        (Value::Decimal(left), _, Value::Integer(right)) => Value::Decimal(decimal(how, *left, (*right).into())?),
        (Value::Decimal(left), _, Value::Decimal(right)) => Value::Decimal(decimal(how, *left, *right)?),
        (Value::Money(left), Add, Value::Money(right)) => Value::Money(left.plus(*right).map_err(money)?),
        (Value::Money(left), Subtract, Value::Money(right)) => Value::Money(left.minus(*right).map_err(money)?),
        (Value::Money(left), Divide, Value::Money(right)) => {
            if left.currency() != right.currency() {
                return Err(Reason::MixedCurrencies);
            }
            Value::Decimal(decimal(Divide, left.minor().into(), right.minor().into())?)
        }
        (Value::Money(amount), Multiply, Value::Integer(count))
        | (Value::Integer(count), Multiply, Value::Money(amount)) => Value::Money(amount.times(*count).map_err(money)?),
        (Value::Duration(span), Multiply, Value::Integer(count))
        | (Value::Integer(count), Multiply, Value::Duration(span)) => {
            Value::Duration(self::span(span.millis().checked_mul(*count).ok_or(Reason::Overflow)?)?)
        }
        (Value::Date(left), Subtract, Value::Date(right)) => {
            let millis = i64::from(left.days_since(*right)).checked_mul(DAY_MILLIS).ok_or(Reason::Overflow)?;
            Value::Duration(span(millis)?)
        }
        (Value::Instant(left), Subtract, Value::Instant(right)) => Value::Duration(span(left.since(*right).millis())?),
        (Value::Text(left), Add, Value::Text(right)) => Value::Text(text(left, right)?.into()),
        (Value::List(left), Add, Value::List(right)) => Value::List(list(left, right)?),
        (Value::Duration(span), Add, moved) => later(moved, *span)?,
        (moved, Add, Value::Duration(span)) => later(moved, *span)?,
        (moved, Subtract, Value::Duration(span)) => later(moved, opposite(*span)?)?,
        _ => return Err(Reason::Mistyped),
    })
}

/// Returns the value with the other sign.
pub(super) fn negated(value: &Value) -> Result<Value, Reason> {
    Ok(match value {
        Value::Integer(number) => Value::Integer(number.checked_neg().ok_or(Reason::Overflow)?),
        Value::Decimal(number) => Value::Decimal(-number),
        Value::Money(money) => {
            let minor = money.minor().checked_neg().ok_or(Reason::Overflow)?;
            Value::Money(Money::from_minor(minor, money.currency()))
        }
        Value::Duration(span) => Value::Duration(opposite(*span)?),
        _ => return Err(Reason::Mistyped),
    })
}

fn whole(how: Arithmetic, left: i64, right: i64) -> Result<i64, Reason> {
    let result = match how {
        Arithmetic::Add => left.checked_add(right),
        Arithmetic::Subtract => left.checked_sub(right),
        Arithmetic::Multiply => left.checked_mul(right),
        Arithmetic::Divide | Arithmetic::Remainder if right == 0 => return Err(Reason::DivisionByZero),
        Arithmetic::Divide => left.checked_div(right),
        Arithmetic::Remainder => left.checked_rem(right),
    };
    result.ok_or(Reason::Overflow)
}

fn decimal(how: Arithmetic, left: Decimal, right: Decimal) -> Result<Decimal, Reason> {
    let result = match how {
        Arithmetic::Add => left.checked_add(right),
        Arithmetic::Subtract => left.checked_sub(right),
        Arithmetic::Multiply => left.checked_mul(right),
        Arithmetic::Divide if right.is_zero() => return Err(Reason::DivisionByZero),
        Arithmetic::Divide => left.checked_div(right),
        Arithmetic::Remainder => return Err(Reason::Mistyped),
    };
    result.ok_or(Reason::Overflow)
}

fn later(moved: &Value, span: Duration) -> Result<Value, Reason> {
    match moved {
        Value::Instant(at) => at.plus(span).map(Value::Instant).ok_or(Reason::Overflow),
        Value::Duration(other) => {
            self::span(other.millis().checked_add(span.millis()).ok_or(Reason::Overflow)?).map(Value::Duration)
        }
        Value::Date(_) if span.millis() % DAY_MILLIS != 0 => Err(Reason::PartOfDay),
        Value::Date(day) => {
            let days = i32::try_from(span.whole_days()).map_err(|_| Reason::Overflow)?;
            day.plus_days(days).map(Value::Date).ok_or(Reason::Overflow)
        }
        _ => Err(Reason::Mistyped),
    }
}

/// Returns the span, unless it is too long.
pub(super) fn span(millis: i64) -> Result<Duration, Reason> {
    let fits = millis.unsigned_abs() <= MAX_SPAN_MILLIS.unsigned_abs();
    if fits { Ok(Duration::from_millis(millis)) } else { Err(Reason::Overflow) }
}

fn text(left: &str, right: &str) -> Result<String, Reason> {
    if left.len().saturating_add(right.len()) > Expr::MAX_TEXT {
        Err(Reason::Overflow)
    } else {
        Ok(format!("{left}{right}"))
    }
}

fn list(left: &List, right: &List) -> Result<List, Reason> {
    if left.len().saturating_add(right.len()) > Expr::MAX_LIST {
        return Err(Reason::Overflow);
    }
    List::new(left.iter().chain(right.iter()).cloned()).map_err(|_| Reason::Mistyped)
}

fn opposite(span: Duration) -> Result<Duration, Reason> {
    span.millis().checked_neg().map(Duration::from_millis).ok_or(Reason::Overflow)
}

fn money(error: MoneyError) -> Reason {
    match error {
        MoneyError::MixedCurrencies { .. } => Reason::MixedCurrencies,
        _ => Reason::Overflow,
    }
}
