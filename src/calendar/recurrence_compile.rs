//! Checks a recurrence as it is written down, and makes it a recurrence.

use super::problems::Problems;
use super::recurrence_unit::RecurrenceUnit as Unit;
use super::rhythm::{Rhythm, ShortMonths, monday_of, month_of};
use super::{Calendar, DayOff, InvalidCalendar, LocalTime, MonthDay, Recurrence, RecurrenceDef, Weekday, Zone};
use crate::value::{Date, Instant};

pub(super) fn compile(
    definition: &RecurrenceDef,
    zone: &Zone,
    calendar: Option<&Calendar>,
) -> Result<Recurrence, InvalidCalendar> {
    let mut problems = Problems::default();
    let unit = problems.read::<Unit>("unit", &definition.unit);
    let every = checked_every(definition, &mut problems);
    let rhythm = unit.map(|unit| days(definition, unit, calendar, &mut problems));
    let at = problems.read::<LocalTime>("at", &definition.at);
    let [from, until] = bounds(definition, &mut problems);
    let days_off = definition.days_off.as_ref().and_then(|text| problems.read::<DayOff>("days_off", text));
    if days_off.is_some() && calendar.is_none() {
        problems.add("days_off", "there is no calendar to say which days are off".to_owned());
    }
    if definition.every > 1 && definition.from.is_none() {
        problems.add("from", format!("missing: every {} is counted from a date", definition.every));
    }
    let from = from.unwrap_or(Date::MIN);
    let rhythm = rhythm.flatten().zip(every).and_then(|(days, every)| days.from(from, every));
    let recurrence = rhythm.zip(at).map(|(rhythm, at)| Recurrence {
        rhythm,
        at,
        from,
        until: until.unwrap_or(Date::MAX),
        zone: zone.clone(),
        calendar: calendar.cloned(),
        days_off,
    });
    // Whether it ever comes can only be asked of what is right otherwise.
    if let Some(recurrence) = recurrence.as_ref().filter(|_| problems.is_empty()) {
        if is_always_skipped(recurrence) {
            problems.add("days_off", "skips every day that it has: all of them are off".to_owned());
        } else if recurrence.next_after(Instant::MIN).is_none() {
            problems.add("on", "there is never such a day between `from` and `until`".to_owned());
        }
    }
    problems.into_result("recurrence", recurrence)
}

fn checked_every(definition: &RecurrenceDef, problems: &mut Problems) -> Option<i32> {
    let every = i32::try_from(definition.every).ok().filter(|every| (1..=1_000).contains(every));
    if every.is_none() {
        problems.add("every", format!("`{}` is out of range: expected 1 to 1000", definition.every));
    }
    every
}

fn bounds(definition: &RecurrenceDef, problems: &mut Problems) -> [Option<Date>; 2] {
    let from = definition.from.as_ref().and_then(|text| problems.read::<Date>("from", text));
    let until = definition.until.as_ref().and_then(|text| problems.read::<Date>("until", text));
    if let Some((from, until)) = from.zip(until).filter(|(from, until)| until < from) {
        problems.add("until", format!("`{until}` is before `{from}`, where it begins"));
    }
    [from, until]
}

fn days(definition: &RecurrenceDef, unit: Unit, calendar: Option<&Calendar>, problems: &mut Problems) -> Option<Days> {
    let days = match unit {
        Unit::Day => {
            if !definition.on.is_empty() {
                problems.add("on", "a unit of one day has no days to choose from: expected none".to_owned());
            }
            Days::All
        }
        Unit::Week => {
            let on = problems.read_list::<Weekday>("on", &definition.on);
            Days::OfWeeks(on.into_keys().collect())
        }
        Unit::Month | Unit::Quarter | Unit::Year => {
            let month = checked_month(definition, unit, problems);
            let on = problems.read_list::<MonthDay>("on", &definition.on);
            for (day, path) in &on {
                check_month_day(*day, unit, month, calendar, path, problems);
            }
            let short = definition.short_months.as_ref().map(|text| problems.read("short_months", text));
            let short = short.unwrap_or(Some(ShortMonths::LastDay))?;
            Days::OfMonths { months: unit.months(), month: month?, on: on.into_keys().collect(), short }
        }
    };
    if definition.on.is_empty() && unit != Unit::Day {
        problems.add("on", "expected at least one day".to_owned());
    }
    if unit.months() == 0 && definition.short_months.is_some() {
        problems.add("short_months", format!("a {unit} has no months: expected none"));
    }
    if unit.months() < 3 && definition.month.is_some() {
        problems.add("month", format!("a {unit} has no months to choose from: expected none"));
    }
    Some(days)
}

/// Returns the number of the month within the unit.
fn checked_month(definition: &RecurrenceDef, unit: Unit, problems: &mut Problems) -> Option<i32> {
    let months = unit.months();
    match definition.month {
        _ if months == 1 => Some(1),
        Some(month) => {
            let checked = i32::try_from(month).ok().filter(|month| (1..=months).contains(month));
            if checked.is_none() {
                problems.add("month", format!("`{month}` is out of range: expected 1 to {months}"));
            }
            checked
        }
        None => {
            problems.add("month", format!("missing: expected the month of the {unit}, 1 to {months}"));
            None
        }
    }
}

fn check_month_day(
    day: MonthDay,
    unit: Unit,
    month: Option<i32>,
    calendar: Option<&Calendar>,
    path: &str,
    problems: &mut Problems,
) {
    if day.needs_calendar() && calendar.is_none() {
        problems.add(path, format!("`{day}`: there is no calendar to say which days are worked"));
    }
    // The longest a month can be, in a leap year.
    let first = month.filter(|_| unit == Unit::Year).and_then(|month| Date::new(2028, month.unsigned_abs(), 1));
    let never = |first: &Date| matches!(day, MonthDay::Day(_)) && day.in_month(*first, None).is_none();
    if first.as_ref().is_some_and(never) {
        problems.add(path, format!("`{day}`: the month of the year never has such a day"));
    }
}

/// Returns whether a calendar's week has off all weekdays on which the days ever fall.
fn is_always_skipped(recurrence: &Recurrence) -> bool {
    let Some(calendar) = recurrence.calendar.as_ref().filter(|_| recurrence.days_off == Some(DayOff::Skip)) else {
        return false;
    };
    let mut from = Some(recurrence.from);
    let days = std::iter::from_fn(|| {
        let day = recurrence.rhythm.first_from(from?, Some(calendar))?;
        from = day.plus_days(1);
        Some(day)
    });
    !days.take(recurrence.rhythm.days_of_a_cycle()).any(|day| calendar.is_usually_worked(day))
}

/// The days of a unit, before it is known from when on its turns are counted.
enum Days {
    All,
    OfWeeks(Vec<Weekday>),
    OfMonths { months: i32, month: i32, on: Vec<MonthDay>, short: ShortMonths },
}

impl Days {
    fn from(self, from: Date, every: i32) -> Option<Rhythm> {
        Some(match self {
            Self::All => Rhythm::Days { first: from.epoch_days(), every },
            Self::OfWeeks(on) => Rhythm::Weeks { monday: monday_of(from), every, on },
            Self::OfMonths { months, month, on, short } => {
                Rhythm::Months { first: month_of(from, months, month)?, every: every * months, on, short }
            }
        })
    }
}
