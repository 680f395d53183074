use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Calendar, LocalTime, add_months};
use crate::value::{Date, Instant};

/// How often to be in touch (跟进频率): an interval in days, working days, weeks or months.
///
/// Use it to follow from the last touch when the next is due. As text it is `3 days`, `2 working days`, `1 week` or
/// `1 month`, with a number from 1 to 1000; days, weeks and months are those of the calendar on the wall, be they worked
/// or not.
///
/// # Example: the better the customer, the more often
/// ```
/// use guanxi::calendar::{Cadence, CalendarDef, Offset, Weekday};
/// use guanxi::value::Date;
///
/// let calendar = CalendarDef::new("office", "+08:00".parse::<Offset>()?, Weekday::MON_TO_FRI).compile()?;
/// let touched: Date = "2026-01-30".parse()?; // a Friday
/// let next = |cadence: &str| cadence.parse::<Cadence>().map(|cadence| cadence.next_date(touched, &calendar));
/// assert_eq!(next("3 days")?, Date::new(2026, 2, 2));
/// assert_eq!(next("3 working days")?, Date::new(2026, 2, 4));
/// assert_eq!(next("1 week")?, Date::new(2026, 2, 6));
/// assert_eq!(next("1 month")?, Date::new(2026, 2, 28));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Cadence {
    // INVARIANT: 1 to MOST.
    count: u16,
    unit: Unit,
}

const MOST: u16 = 1_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Unit {
    Days,
    WorkingDays,
    Weeks,
    Months,
}

impl Cadence {
    /// Returns an interval of 1 to 1000 days, or `None` for any other number.
    pub fn days(count: u16) -> Option<Self> {
        Self::new(count, Unit::Days)
    }

    /// Returns an interval of 1 to 1000 working days, or `None` for any other number.
    pub fn working_days(count: u16) -> Option<Self> {
        Self::new(count, Unit::WorkingDays)
    }

    /// Returns an interval of 1 to 1000 weeks, or `None` for any other number.
    pub fn weeks(count: u16) -> Option<Self> {
        Self::new(count, Unit::Weeks)
    }

    /// Returns an interval of 1 to 1000 months, or `None` for any other number.
    pub fn months(count: u16) -> Option<Self> {
        Self::new(count, Unit::Months)
    }

    fn new(count: u16, unit: Unit) -> Option<Self> {
        (1..=MOST).contains(&count).then_some(Self { count, unit })
    }

    /// Returns the day on which the next touch is due after one on `last`.
    ///
    /// A month after the 31st is the last day of a shorter month. `None` outside the supported years.
    pub fn next_date(self, last: Date, calendar: &Calendar) -> Option<Date> {
        let count = i32::from(self.count);
        match self.unit {
            Unit::Days => last.plus_days(count),
            Unit::WorkingDays => calendar.add_working_days(last, count),
            Unit::Weeks => last.plus_days(7 * count),
            Unit::Months => add_months(last, count),
        }
    }

    /// Returns when the next touch is due after one at `last`: on [`next_date`](Self::next_date) at a time of day, by the
    /// calendar's clock.
    ///
    /// # Example: a call on Friday night in Shanghai
    /// ```
    /// use guanxi::calendar::{Cadence, CalendarDef, Offset, Weekday};
    /// use guanxi::value::Instant;
    ///
    /// let calendar = CalendarDef::new("office", "+08:00".parse::<Offset>()?, Weekday::MON_TO_FRI).compile()?;
    /// let (cadence, nine): (Cadence, _) = ("2 working days".parse()?, "09:00".parse()?);
    /// let called: Instant = "2026-03-06T23:30:00+08:00".parse()?;
    /// assert_eq!(cadence.next_due(called, nine, &calendar), Some("2026-03-10T09:00:00+08:00".parse()?));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn next_due(self, last: Instant, at: LocalTime, calendar: &Calendar) -> Option<Instant> {
        let day = self.next_date(calendar.zone().date_at(last), calendar)?;
        Some(calendar.zone().instant_at(day, at))
    }
}

impl fmt::Display for Cadence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self.unit {
            Unit::Days => "day",
            Unit::WorkingDays => "working day",
            Unit::Weeks => "week",
            Unit::Months => "month",
        };
        write!(f, "{} {unit}{}", self.count, if self.count == 1 { "" } else { "s" })
    }
}

impl fmt::Debug for Cadence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Cadence {
    type Err = InvalidCadence;

    fn from_str(text: &str) -> Result<Self, InvalidCadence> {
        let (count, unit) = text.split_once(' ').ok_or(InvalidCadence)?;
        let unit = match unit {
            "day" | "days" => Unit::Days,
            "working day" | "working days" => Unit::WorkingDays,
            "week" | "weeks" => Unit::Weeks,
            "month" | "months" => Unit::Months,
            _ => return Err(InvalidCadence),
        };
        // `+3` and `03` would be numbers to the standard library.
        let is_plain = count.bytes().all(|b| b.is_ascii_digit()) && !count.starts_with('0');
        let count = count.parse().ok().filter(|_| is_plain).ok_or(InvalidCadence)?;
        Self::new(count, unit).ok_or(InvalidCadence)
    }
}

impl Serialize for Cadence {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Cadence {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A text that is no [`Cadence`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a cadence: expected 1 to 1000 days, working days, weeks or months, such as `3 days`")]
pub struct InvalidCadence;

#[cfg(test)]
mod tests {
    use super::super::{CalendarDef, Offset, Weekday};
    use super::*;

    #[test]
    fn every_cadence_round_trips_through_text_and_json() {
        for make in [Cadence::days, Cadence::working_days, Cadence::weeks, Cadence::months] {
            for cadence in (1..=MOST).filter_map(make) {
                assert_eq!(cadence.to_string().parse(), Ok(cadence));
                let json = serde_json::to_string(&cadence).unwrap();
                assert_eq!(serde_json::from_str::<Cadence>(&json).unwrap(), cadence);
            }
            assert_eq!([make(0), make(MOST + 1)], [None, None]);
        }
        assert_eq!("1 days".parse::<Cadence>().unwrap().to_string(), "1 day");
    }

    #[test]
    fn what_is_no_cadence_is_refused() {
        for bad in
            ["", "3", "3days", "0 days", "1001 days", "-3 days", "+3 days", "03 days", "3  days", "3 years", "三天"]
        {
            assert_eq!(bad.parse::<Cadence>(), Err(InvalidCadence), "{bad}");
        }
    }

    #[test]
    fn beyond_the_supported_years_nothing_is_due() {
        let calendar = CalendarDef::new("plain", Offset::UTC, Weekday::MON_TO_FRI).compile().unwrap();
        for make in [Cadence::days, Cadence::working_days, Cadence::weeks, Cadence::months] {
            let cadence = make(1).unwrap();
            assert_eq!(cadence.next_date(Date::MAX, &calendar), None);
            assert_eq!(cadence.next_due(Instant::MAX, LocalTime::MIDNIGHT, &calendar), None);
        }
    }
}
