use std::fmt;
use std::str::FromStr;

use chrono::Datelike;

use super::{Calendar, Weekday, add_months};
use crate::value::Date;

/// A day of any month: by its number, by its weekday, or by being worked; the list is complete.
///
/// Use it for what recurs monthly, quarterly or yearly. As text it is `15`, `last`, `2nd tue`, `last fri`,
/// `first working` or `last working`.
///
/// # Example: reads and prints
/// ```
/// use guanxi::calendar::{MonthDay, Weekday};
///
/// assert_eq!("2nd tue".parse::<MonthDay>()?, MonthDay::Nth(2, Weekday::Tuesday));
/// assert_eq!(MonthDay::LastWorking.to_string(), "last working");
/// assert!("5th mon".parse::<MonthDay>().is_err()); // most months have none: the last one is meant, or another day
/// # Ok::<(), guanxi::calendar::InvalidMonthDay>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MonthDay {
    /// The day of this number, 1 to 31.
    Day(u8),
    /// The last day.
    Last,
    /// The first to fourth such weekday, by a number from 1 to 4.
    Nth(u8, Weekday),
    /// The last such weekday.
    LastWeekday(Weekday),
    /// The first working day of a calendar.
    FirstWorking,
    /// The last working day of a calendar.
    LastWorking,
}

impl MonthDay {
    /// Returns the day in the month that begins with `first`, if it has such a day.
    pub(super) fn in_month(self, first: Date, calendar: Option<&Calendar>) -> Option<Date> {
        let last = last_of_month(first)?;
        let counted = |nth: u8, weekday: Weekday| {
            let ahead = (weekday as i32 - Weekday::of(first) as i32).rem_euclid(7);
            first.plus_days(ahead + 7 * (i32::from(nth) - 1))
        };
        match self {
            Self::Day(day) => first.plus_days(i32::from(day) - 1),
            Self::Last => Some(last),
            Self::Nth(nth, weekday) => counted(nth, weekday),
            Self::LastWeekday(weekday) => last.plus_days(-(Weekday::of(last) as i32 - weekday as i32).rem_euclid(7)),
            Self::FirstWorking => calendar?.first_worked_from(first),
            Self::LastWorking => calendar?.last_worked_until(last),
        }
        .filter(|day| (first..=last).contains(day))
    }

    /// Returns whether a calendar has to say which days are worked.
    pub(super) fn needs_calendar(self) -> bool {
        matches!(self, Self::FirstWorking | Self::LastWorking)
    }
}

/// Returns the last day of the month of a date.
pub(super) fn last_of_month(date: Date) -> Option<Date> {
    let first = first_of_month(date)?;
    add_months(first, 1).map_or(Some(Date::MAX), |next| next.plus_days(-1))
}

/// Returns the first day of the month of a date.
pub(super) fn first_of_month(date: Date) -> Option<Date> {
    date.plus_days(1 - i32::try_from(date.to_chrono().day()).ok()?)
}

const NTH: [(&str, u8); 4] = [("1st", 1), ("2nd", 2), ("3rd", 3), ("4th", 4)];

impl fmt::Display for MonthDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(day) => write!(f, "{day}"),
            Self::Last => f.write_str("last"),
            Self::Nth(nth, weekday) => match NTH.iter().find(|(_, number)| number == nth) {
                Some((word, _)) => write!(f, "{word} {weekday}"),
                None => write!(f, "{nth}th {weekday}"),
            },
            Self::LastWeekday(weekday) => write!(f, "last {weekday}"),
            Self::FirstWorking => f.write_str("first working"),
            Self::LastWorking => f.write_str("last working"),
        }
    }
}

impl FromStr for MonthDay {
    type Err = InvalidMonthDay;

    fn from_str(text: &str) -> Result<Self, InvalidMonthDay> {
        let weekday = |text: &str| text.parse::<Weekday>().map_err(|_| InvalidMonthDay);
        match text.split_once(' ') {
            Some(("first", "working")) => Ok(Self::FirstWorking),
            Some(("last", "working")) => Ok(Self::LastWorking),
            Some(("last", day)) => Ok(Self::LastWeekday(weekday(day)?)),
            Some((word, day)) => {
                let (_, nth) = NTH.iter().find(|(known, _)| *known == word).ok_or(InvalidMonthDay)?;
                Ok(Self::Nth(*nth, weekday(day)?))
            }
            None if text == "last" => Ok(Self::Last),
            None => {
                // `+5` and `05` would be numbers to the standard library.
                let is_plain = text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0');
                let day = text.parse::<u8>().ok().filter(|day| is_plain && (1..=31).contains(day));
                day.map(Self::Day).ok_or(InvalidMonthDay)
            }
        }
    }
}

/// A text that is no [`MonthDay`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a day of a month: expected `1` to `31`, `last`, a weekday such as `1st mon` to `4th mon` or `last fri`, \
     `first working` or `last working`"
)]
pub struct InvalidMonthDay;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::arbitrary::{any_date, any_month_day};
    use super::super::{CalendarDef, Offset};
    use super::*;

    #[test]
    fn what_is_no_day_of_a_month_is_refused() {
        for bad in ["", "0", "32", "05", "+5", "-1", "5th mon", "2nd  tue", "2nd Tue", "first", "first mon", "last day"]
        {
            assert_eq!(bad.parse::<MonthDay>(), Err(InvalidMonthDay), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn a_day_is_found_as_by_walking_over_the_month(day in any_month_day(), within in any_date()) {
            prop_assert_eq!(day.to_string().parse(), Ok(day));
            let calendar = CalendarDef::new("plain", Offset::UTC, Weekday::MON_TO_FRI)
                .with_holidays((0..10).filter_map(|n| first_of_month(within)?.plus_days(n)))
                .compile()
                .unwrap();
            let first = first_of_month(within).unwrap();
            let month: Vec<Date> = (0..31)
                .map_while(|n| first.plus_days(n))
                .filter(|date| date.to_chrono().month() == first.to_chrono().month())
                .collect();
            let of = |weekday: Weekday| month.iter().copied().filter(move |date| Weekday::of(*date) == weekday);
            let mut worked = month.iter().copied().filter(|date| calendar.is_working_day(*date));
            let expected = match day {
                MonthDay::Day(n) => month.get(usize::from(n) - 1).copied(),
                MonthDay::Last => month.last().copied(),
                MonthDay::Nth(n, weekday) => of(weekday).nth(usize::from(n) - 1),
                MonthDay::LastWeekday(weekday) => of(weekday).next_back(),
                MonthDay::FirstWorking => worked.next(),
                MonthDay::LastWorking => worked.next_back(),
            };
            prop_assert_eq!(day.in_month(first, Some(&calendar)), expected);
        }
    }
}
