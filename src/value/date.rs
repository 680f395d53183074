use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A calendar day without a time or a zone, from 0001-01-01 to 9999-12-31 (proleptic Gregorian).
///
/// Use it for what happens *on* a day (`due_on`, a birthday); an [`Instant`](super::Instant) is for what happens *at* a moment.
///
/// # Example: reads, prints and counts days
/// ```
/// use guanxi::value::Date;
///
/// let day: Date = "2028-02-28".parse()?;
/// assert_eq!(day.plus_days(2).map(|d| d.to_string()), Some("2028-03-01".into()));
/// assert!("2027-02-29".parse::<Date>().is_err());
/// # Ok::<(), guanxi::value::InvalidDate>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    // INVARIANT: within MIN..=MAX.
    days: i32,
}

/// Days from 0001-01-01 (day 1 of the common era) to 1970-01-01.
const EPOCH_FROM_CE: i32 = 719_163;

impl Date {
    /// 0001-01-01.
    pub const MIN: Self = Self { days: -719_162 };
    /// 9999-12-31.
    pub const MAX: Self = Self { days: 2_932_896 };

    /// Returns the day `year`-`month`-`day`, or `None` when there is no such day in the supported years.
    pub fn new(year: i32, month: u32, day: u32) -> Option<Self> {
        NaiveDate::from_ymd_opt(year, month, day).and_then(|date| Self::try_from(date).ok())
    }

    /// Returns the day `days` days after 1970-01-01 (negative before), or `None` outside the supported years.
    pub fn from_epoch_days(days: i32) -> Option<Self> {
        let date = Self { days };
        (Self::MIN..=Self::MAX).contains(&date).then_some(date)
    }

    /// Returns the days since 1970-01-01, negative before.
    pub fn epoch_days(self) -> i32 {
        self.days
    }

    /// Returns the day `days` days later (earlier when negative), or `None` outside the supported years.
    pub fn plus_days(self, days: i32) -> Option<Self> {
        self.days.checked_add(days).and_then(Self::from_epoch_days)
    }

    /// Returns how many days after `earlier` this day is, negative when it is before.
    pub fn days_since(self, earlier: Self) -> i32 {
        self.days.saturating_sub(earlier.days)
    }

    /// Returns the same day as chrono's type.
    pub fn to_chrono(self) -> NaiveDate {
        NaiveDate::from_num_days_from_ce_opt(self.days.saturating_add(EPOCH_FROM_CE)).unwrap_or_default()
    }
}

impl TryFrom<NaiveDate> for Date {
    type Error = InvalidDate;

    fn try_from(date: NaiveDate) -> Result<Self, InvalidDate> {
        Self::from_epoch_days(date.num_days_from_ce().saturating_sub(EPOCH_FROM_CE)).ok_or(InvalidDate)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let date = self.to_chrono();
        write!(f, "{:04}-{:02}-{:02}", date.year(), date.month(), date.day())
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Date {
    type Err = InvalidDate;

    fn from_str(text: &str) -> Result<Self, InvalidDate> {
        // Only the full ISO 8601 form: chrono alone would accept `2026-3-2`.
        let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *text.as_bytes() else {
            return Err(InvalidDate);
        };
        let number = |digits: &[u8]| {
            digits.iter().try_fold(0_i32, |n, &b| {
                b.is_ascii_digit().then(|| n.saturating_mul(10).saturating_add(i32::from(b.saturating_sub(b'0'))))
            })
        };
        let (Some(year), Some(month), Some(day)) = (number(&[y1, y2, y3, y4]), number(&[m1, m2]), number(&[d1, d2]))
        else {
            return Err(InvalidDate);
        };
        Self::new(year, month.unsigned_abs(), day.unsigned_abs()).ok_or(InvalidDate)
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A text or number that is no [`Date`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a date: expected an existing day as `YYYY-MM-DD`, from 0001-01-01 to 9999-12-31")]
pub struct InvalidDate;
