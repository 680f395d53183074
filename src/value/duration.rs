use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A span of elapsed time to the millisecond, signed; a day is always 24 hours.
///
/// Calendar and working days are counted by the calendar, not by a duration.
///
/// # Example: ISO 8601 in and out
/// ```
/// use guanxi::value::Duration;
///
/// let limit: Duration = "PT36H".parse()?;
/// assert_eq!(limit, Duration::from_hours(36));
/// assert_eq!(limit.to_string(), "P1DT12H");
/// # Ok::<(), guanxi::value::InvalidDuration>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Duration {
    millis: i64,
}

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60_000;
const HOUR: i64 = 3_600_000;
const DAY: i64 = 86_400_000;

impl Duration {
    /// No time at all.
    pub const ZERO: Self = Self { millis: 0 };

    /// Returns a span of `millis` milliseconds.
    pub const fn from_millis(millis: i64) -> Self {
        Self { millis }
    }

    /// Returns a span of `hours` hours.
    pub const fn from_hours(hours: i32) -> Self {
        // The widest i32 of hours is 7.7e15 milliseconds, well within an i64.
        Self { millis: (hours as i64).saturating_mul(HOUR) }
    }

    /// Returns a span of `days` days of 24 hours.
    pub const fn from_days(days: i32) -> Self {
        Self { millis: (days as i64).saturating_mul(DAY) }
    }

    /// Returns the span in milliseconds.
    pub const fn millis(self) -> i64 {
        self.millis
    }

    /// Returns the span in whole days of 24 hours, towards zero.
    pub const fn whole_days(self) -> i64 {
        self.millis.wrapping_div(DAY)
    }

    /// Returns the sum, or `None` on overflow.
    pub fn plus(self, other: Self) -> Option<Self> {
        self.millis.checked_add(other.millis).map(Self::from_millis)
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.millis < 0 {
            f.write_str("-")?;
        }
        f.write_str("P")?;
        let mut rest = self.millis.unsigned_abs();
        let mut take = |unit: i64| {
            let unit = unit.unsigned_abs();
            let count = rest.checked_div(unit).unwrap_or(0);
            rest = rest.checked_rem(unit).unwrap_or(0);
            count
        };
        let (days, hours, minutes, seconds, millis) = (take(DAY), take(HOUR), take(MINUTE), take(SECOND), take(1));
        if days > 0 {
            write!(f, "{days}D")?;
        }
        let no_time = hours == 0 && minutes == 0 && seconds == 0 && millis == 0;
        if no_time {
            return if days == 0 { f.write_str("T0S") } else { Ok(()) };
        }
        f.write_str("T")?;
        if hours > 0 {
            write!(f, "{hours}H")?;
        }
        if minutes > 0 {
            write!(f, "{minutes}M")?;
        }
        match (seconds, millis) {
            (0, 0) => Ok(()),
            (s, 0) => write!(f, "{s}S"),
            (s, ms) => write!(f, "{s}.{ms:03}S"),
        }
    }
}

impl fmt::Debug for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Duration {
    type Err = InvalidDuration;

    /// Reads `[-]P[nW][nD][T[nH][nM][n[.nnn]S]]`, in this order, with at least one part.
    fn from_str(text: &str) -> Result<Self, InvalidDuration> {
        let (negative, rest) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let rest = rest.strip_prefix('P').ok_or(InvalidDuration)?;
        let (days, time) = match rest.split_once('T') {
            Some((_, "")) => return Err(InvalidDuration),
            Some((days, time)) => (days, time),
            None => (rest, ""),
        };
        if days.is_empty() && time.is_empty() {
            return Err(InvalidDuration);
        }
        // Counted downwards, because there is one more number below zero than above.
        let mut total = 0_i64;
        read_parts(days, &[('W', DAY.saturating_mul(7)), ('D', DAY)], &mut total)?;
        read_parts(time, &[('H', HOUR), ('M', MINUTE), ('S', SECOND)], &mut total)?;
        let total = if negative { Some(total) } else { total.checked_neg() };
        total.map(Self::from_millis).ok_or(InvalidDuration)
    }
}

fn read_parts(mut text: &str, units: &[(char, i64)], total: &mut i64) -> Result<(), InvalidDuration> {
    for &(unit, millis) in units {
        let Some((count, rest)) = text.split_once(unit) else { continue };
        let (whole, fraction) = count.split_once('.').map_or((count, None), |(whole, part)| (whole, Some(part)));
        let part = number(whole)?.checked_mul(millis).ok_or(InvalidDuration)?;
        *total = total.checked_sub(part).ok_or(InvalidDuration)?;
        if let Some(fraction) = fraction {
            if unit != 'S' || fraction.is_empty() || fraction.len() > 3 {
                return Err(InvalidDuration);
            }
            let padded = format!("{fraction:0<3}");
            *total = total.checked_sub(number(&padded)?).ok_or(InvalidDuration)?;
        }
        text = rest;
    }
    if text.is_empty() { Ok(()) } else { Err(InvalidDuration) }
}

fn number(digits: &str) -> Result<i64, InvalidDuration> {
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(InvalidDuration);
    }
    digits.parse().map_err(|_| InvalidDuration)
}

impl Serialize for Duration {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Duration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A text that is no [`Duration`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a duration: expected ISO 8601 such as `P3D`, `PT48H` or `P1DT12H30M`, at most milliseconds")]
pub struct InvalidDuration;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn out_of_order_or_empty_parts_are_refused() {
        for bad in ["", "P", "PT", "P1", "PT1M1H", "P1H", "PT1.5H", "P-1D", "PT1.0005S", "P99999999999999999D", "P1D1D"]
        {
            assert!(bad.parse::<Duration>().is_err(), "{bad}");
        }
    }

    #[test]
    fn the_longest_spans_round_trip() {
        for millis in [i64::MIN, i64::MAX] {
            let span = Duration::from_millis(millis);
            assert_eq!(span.to_string().parse(), Ok(span));
        }
        assert_eq!("P106751991167DT7H12M55.808S".parse::<Duration>(), Err(InvalidDuration));
    }

    proptest! {
        #[test]
        fn text_round_trips(millis: i64) {
            let span = Duration::from_millis(millis);
            prop_assert_eq!(span.to_string().parse(), Ok(span));
        }
    }
}
