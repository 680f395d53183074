use std::fmt;
use std::str::FromStr;

use crate::value::Date;

/// A day of the week, Monday first; the list is complete.
///
/// # Example: a make-up day is often a Saturday
/// ```
/// use guanxi::calendar::Weekday;
/// use guanxi::value::Date;
///
/// let date: Date = "2026-02-14".parse()?;
/// assert_eq!(Weekday::of(date), Weekday::Saturday);
/// assert_eq!("sat".parse::<Weekday>()?.to_string(), "sat");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Weekday {
    /// `mon`, 星期一.
    Monday,
    /// `tue`, 星期二.
    Tuesday,
    /// `wed`, 星期三.
    Wednesday,
    /// `thu`, 星期四.
    Thursday,
    /// `fri`, 星期五.
    Friday,
    /// `sat`, 星期六.
    Saturday,
    /// `sun`, 星期日.
    Sunday,
}

impl Weekday {
    /// The days that most companies work.
    pub const MON_TO_FRI: [Self; 5] = [Self::Monday, Self::Tuesday, Self::Wednesday, Self::Thursday, Self::Friday];

    /// Returns the day of the week of a date.
    pub fn of(date: Date) -> Self {
        // 1970-01-01 was a Thursday.
        match (date.epoch_days() + 3).rem_euclid(7) {
            0 => Self::Monday,
            1 => Self::Tuesday,
            2 => Self::Wednesday,
            3 => Self::Thursday,
            4 => Self::Friday,
            5 => Self::Saturday,
            _ => Self::Sunday,
        }
    }
}

impl fmt::Display for Weekday {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Monday => "mon",
            Self::Tuesday => "tue",
            Self::Wednesday => "wed",
            Self::Thursday => "thu",
            Self::Friday => "fri",
            Self::Saturday => "sat",
            Self::Sunday => "sun",
        })
    }
}

impl FromStr for Weekday {
    type Err = InvalidWeekday;

    fn from_str(text: &str) -> Result<Self, InvalidWeekday> {
        Ok(match text {
            "mon" => Self::Monday,
            "tue" => Self::Tuesday,
            "wed" => Self::Wednesday,
            "thu" => Self::Thursday,
            "fri" => Self::Friday,
            "sat" => Self::Saturday,
            "sun" => Self::Sunday,
            _ => return Err(InvalidWeekday),
        })
    }
}

/// A text that is no [`Weekday`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a day of the week: expected `mon`, `tue`, `wed`, `thu`, `fri`, `sat` or `sun`")]
pub struct InvalidWeekday;

#[cfg(test)]
mod tests {
    use chrono::Datelike;
    use proptest::prelude::*;

    use super::super::arbitrary::any_date;
    use super::*;

    proptest! {
        #[test]
        fn weekdays_are_those_of_chrono_and_round_trip(date in any_date()) {
            let day = Weekday::of(date);
            prop_assert_eq!(day as u32, date.to_chrono().weekday().num_days_from_monday());
            prop_assert_eq!(day.to_string().parse(), Ok(day));
        }
    }
}
