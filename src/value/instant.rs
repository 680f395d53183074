use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Date, Duration};

/// A moment in time to the millisecond, from year 1 to year 9999, the same everywhere on earth.
///
/// # Example: RFC 3339 in, UTC out
/// ```
/// use guanxi::value::Instant;
///
/// let monday: Instant = "2026-03-02T09:00:00+08:00".parse()?;
/// assert_eq!(monday.to_string(), "2026-03-02T01:00:00Z");
/// # Ok::<(), guanxi::value::InvalidInstant>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant {
    // INVARIANT: within MIN..=MAX.
    millis: i64,
}

const DAY_MILLIS: i64 = 86_400_000;

impl Instant {
    /// The first millisecond of 0001-01-01 UTC.
    pub const MIN: Self = Self { millis: -62_135_596_800_000 };
    /// The last millisecond of 9999-12-31 UTC.
    pub const MAX: Self = Self { millis: 253_402_300_799_999 };
    /// 1970-01-01T00:00:00Z.
    pub const EPOCH: Self = Self { millis: 0 };

    /// Returns the moment `millis` milliseconds after 1970-01-01T00:00:00Z, or `None` outside the supported years.
    pub fn from_millis(millis: i64) -> Option<Self> {
        let instant = Self { millis };
        (Self::MIN..=Self::MAX).contains(&instant).then_some(instant)
    }

    /// Returns the milliseconds since 1970-01-01T00:00:00Z, negative before.
    pub fn millis(self) -> i64 {
        self.millis
    }

    /// Returns the moment `span` later (earlier when negative), or `None` outside the supported years.
    pub fn plus(self, span: Duration) -> Option<Self> {
        self.millis.checked_add(span.millis()).and_then(Self::from_millis)
    }

    /// Returns the time from `earlier` to this moment, negative when it is before.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.millis.saturating_sub(earlier.millis))
    }

    /// Returns the calendar day in UTC.
    pub fn utc_date(self) -> Date {
        let days = self.millis.div_euclid(DAY_MILLIS);
        i32::try_from(days).ok().and_then(Date::from_epoch_days).unwrap_or(Date::MAX)
    }

    /// Returns the moment as chrono's type.
    pub fn to_chrono(self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.millis).unwrap_or_default()
    }
}

impl TryFrom<DateTime<Utc>> for Instant {
    type Error = InvalidInstant;

    fn try_from(at: DateTime<Utc>) -> Result<Self, InvalidInstant> {
        Self::from_millis(at.timestamp_millis()).ok_or(InvalidInstant)
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_chrono().to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
}

impl fmt::Debug for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Instant {
    type Err = InvalidInstant;

    fn from_str(text: &str) -> Result<Self, InvalidInstant> {
        let at = DateTime::parse_from_rfc3339(text).map_err(|_| InvalidInstant)?;
        Self::try_from(at.to_utc())
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A text or number that is no [`Instant`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an instant: expected RFC 3339 such as `2026-03-02T09:00:00+08:00`, from year 1 to 9999")]
pub struct InvalidInstant;
