use chrono::Datelike;

use crate::value::{Date, Duration, Value};

use super::Env;
use super::op::TENANT;
use super::operator::Part;
use super::unknown::Reason;

const DAY: i64 = 86_400_000;

/// Returns a part of a time: of an instant in a zone, of a date, or of a duration as CEL counts it.
pub(super) fn part(part: Part, value: &Value, zone: i32, env: &Env) -> Result<Value, Reason> {
    let number = match value {
        Value::Instant(at) => {
            let minutes = if zone == TENANT { env.offset_minutes(*at) } else { zone };
            let local = at.millis().saturating_add(i64::from(minutes).saturating_mul(60_000));
            let days = i32::try_from(local.div_euclid(DAY)).map_err(|_| Reason::Overflow)?;
            match clock(part, local.rem_euclid(DAY)) {
                Some(number) => Some(number),
                None => day(part, Date::from_epoch_days(days).ok_or(Reason::Overflow)?),
            }
        }
        Value::Date(date) => day(part, *date),
        Value::Duration(span) => total(part, *span),
        _ => None,
    };
    number.map(Value::Integer).ok_or(Reason::Mistyped)
}

fn clock(part: Part, millis: i64) -> Option<i64> {
    Some(match part {
        Part::Hours => millis / 3_600_000,
        Part::Minutes => millis / 60_000 % 60,
        Part::Seconds => millis / 1_000 % 60,
        Part::Milliseconds => millis % 1_000,
        _ => return None,
    })
}

fn day(part: Part, date: Date) -> Option<i64> {
    let date = date.to_chrono();
    Some(match part {
        Part::FullYear => date.year().into(),
        Part::Month => date.month0().into(),
        Part::Date => date.day().into(),
        Part::DayOfMonth => date.day0().into(),
        Part::DayOfWeek => date.weekday().num_days_from_sunday().into(),
        Part::DayOfYear => date.ordinal0().into(),
        _ => return None,
    })
}

/// The whole span in these units; of the milliseconds only those beyond the seconds.
fn total(part: Part, span: Duration) -> Option<i64> {
    Some(match part {
        Part::Hours => span.millis() / 3_600_000,
        Part::Minutes => span.millis() / 60_000,
        Part::Seconds => span.millis() / 1_000,
        Part::Milliseconds => span.millis() % 1_000,
        _ => return None,
    })
}
