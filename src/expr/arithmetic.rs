use rust_decimal::Decimal;

use crate::value::{Duration, Money, MoneyError, Value};

use super::op::Arithmetic;
use super::unknown::Reason;

const DAY_MILLIS: i64 = 86_400_000;

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
            let millis = span.millis().checked_mul(*count).ok_or(Reason::Overflow)?;
            Value::Duration(Duration::from_millis(millis))
        }
        (Value::Date(left), Subtract, Value::Date(right)) => {
            let millis = i64::from(left.days_since(*right)).checked_mul(DAY_MILLIS).ok_or(Reason::Overflow)?;
            Value::Duration(Duration::from_millis(millis))
        }
        (Value::Instant(left), Subtract, Value::Instant(right)) => Value::Duration(left.since(*right)),
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
        Arithmetic::Divide | Arithmetic::Remainder if right.is_zero() => return Err(Reason::DivisionByZero),
        Arithmetic::Divide => left.checked_div(right),
        Arithmetic::Remainder => left.checked_rem(right),
    };
    result.ok_or(Reason::Overflow)
}

fn later(moved: &Value, span: Duration) -> Result<Value, Reason> {
    match moved {
        Value::Instant(at) => at.plus(span).map(Value::Instant).ok_or(Reason::Overflow),
        Value::Duration(other) => other.plus(span).map(Value::Duration).ok_or(Reason::Overflow),
        Value::Date(_) if span.millis() % DAY_MILLIS != 0 => Err(Reason::PartOfDay),
        Value::Date(day) => {
            let days = i32::try_from(span.whole_days()).map_err(|_| Reason::Overflow)?;
            day.plus_days(days).map(Value::Date).ok_or(Reason::Overflow)
        }
        _ => Err(Reason::Mistyped),
    }
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
