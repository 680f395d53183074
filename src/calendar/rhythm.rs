//! The days of a recurrence as the definition names them, before any is moved.

use std::str::FromStr;

use chrono::Datelike;

use super::month_day::{first_of_month, last_of_month};
use super::{Calendar, MonthDay, Weekday, add_months};
use crate::value::Date;

/// Which days come round, counted from 1970-01-01 where they are numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Rhythm {
    /// Every so many days.
    Days { first: i32, every: i32 },
    /// Weekdays of every so many weeks; `monday` begins one of the weeks.
    Weeks { monday: i32, every: i32, on: Vec<Weekday> },
    /// Days of every so many months; `first` begins one of the months.
    Months { first: Date, every: i32, on: Vec<MonthDay>, short: ShortMonths },
}

/// What a day that a month is too short for becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ShortMonths {
    LastDay,
    Skip,
}

impl FromStr for ShortMonths {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "last_day" => Ok(Self::LastDay),
            "skip" => Ok(Self::Skip),
            _ => Err("not a treatment of short months: expected `last_day` or `skip`"),
        }
    }
}

/// After 400 years the days of the months and of the week come round again: what no 4,800 months have never comes.
const CYCLE: i32 = 4_800;

impl Rhythm {
    /// Returns the first day of the rhythm at or after `date`.
    pub(super) fn first_from(&self, date: Date, calendar: Option<&Calendar>) -> Option<Date> {
        match self {
            Self::Days { first, every } => {
                let passed = (date.epoch_days() - first).max(0);
                Date::from_epoch_days(first + (passed + every - 1).div_euclid(*every) * every)
            }
            Self::Weeks { monday, every, on } => {
                let passed = (date.epoch_days() - monday).max(0).div_euclid(7 * every);
                (passed..=passed + 1).find_map(|turn| {
                    let days = on.iter().map(|&day| monday + 7 * every * turn + day as i32);
                    days.filter(|&day| day >= date.epoch_days()).min().and_then(Date::from_epoch_days)
                })
            }
            Self::Months { first, every, on, short } => {
                let passed = months_between(*first, date).max(0).div_euclid(*every);
                (passed..=passed + CYCLE).map_while(|turn| add_months(*first, turn * every)).find_map(|month| {
                    let days = on.iter().filter_map(|&day| in_month(day, month, *short, calendar));
                    days.filter(|&day| day >= date).min()
                })
            }
        }
    }

    /// Returns how many days of the rhythm there are at most until their weekdays come round again.
    pub(super) fn days_of_a_cycle(&self) -> usize {
        match self {
            Self::Days { .. } => 7,
            Self::Weeks { on, .. } => on.len(),
            Self::Months { on, .. } => on.len() * CYCLE as usize,
        }
    }
}

fn in_month(day: MonthDay, month: Date, short: ShortMonths, calendar: Option<&Calendar>) -> Option<Date> {
    let found = day.in_month(month, calendar);
    match (day, short) {
        (MonthDay::Day(_), ShortMonths::LastDay) => found.or_else(|| last_of_month(month)),
        _ => found,
    }
}

/// Returns how many months the month of `later` is after the month of `earlier`.
fn months_between(earlier: Date, later: Date) -> i32 {
    let months = |date: Date| date.to_chrono().year() * 12 + date.to_chrono().month0() as i32;
    months(later) - months(earlier)
}

/// Returns the Monday at or before a date, counted from 1970-01-01.
pub(super) fn monday_of(date: Date) -> i32 {
    date.epoch_days() - Weekday::of(date) as i32
}

/// Returns the first day of the month that is `month` (from 1) in the year or the quarter of a date.
pub(super) fn month_of(date: Date, months: i32, month: i32) -> Option<Date> {
    let into = (date.to_chrono().month0() as i32).rem_euclid(months);
    // The year or the quarter begins within the supported years, as these do on a first of January.
    add_months(first_of_month(date)?, month - 1 - into)
}
