use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A time of day on the local clock to the minute, 00:00 to 23:59.
///
/// Use it for "every morning at nine"; with a day and an offset it becomes an instant by
/// [`instant_at`](super::instant_at).
///
/// # Example: reads and prints
/// ```
/// use guanxi::calendar::LocalTime;
///
/// let opening: LocalTime = "09:30".parse()?;
/// assert_eq!(Some(opening), LocalTime::new(9, 30));
/// assert!("24:00".parse::<LocalTime>().is_err());
/// # Ok::<(), guanxi::calendar::InvalidLocalTime>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocalTime {
    // INVARIANT: hour < 24, minute < 60. The derived order relies on the order of the fields.
    hour: u8,
    minute: u8,
}

impl LocalTime {
    /// 00:00, the start of the day.
    pub const MIDNIGHT: Self = Self { hour: 0, minute: 0 };

    /// Returns the time `hour`:`minute`, or `None` when the clock never shows it.
    pub fn new(hour: u8, minute: u8) -> Option<Self> {
        (hour < 24 && minute < 60).then_some(Self { hour, minute })
    }

    /// Returns the hour, 0 to 23.
    pub fn hour(self) -> u8 {
        self.hour
    }

    /// Returns the minute of the hour, 0 to 59.
    pub fn minute(self) -> u8 {
        self.minute
    }
}

impl fmt::Display for LocalTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.hour, self.minute)
    }
}

impl fmt::Debug for LocalTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for LocalTime {
    type Err = InvalidLocalTime;

    fn from_str(text: &str) -> Result<Self, InvalidLocalTime> {
        let (hour, minute) = hours_and_minutes(text.as_bytes()).ok_or(InvalidLocalTime)?;
        Self::new(hour, minute).ok_or(InvalidLocalTime)
    }
}

/// Reads exactly `HH:MM` with at most 59 minutes; whether so many hours make sense is the caller's to say.
pub(super) fn hours_and_minutes(text: &[u8]) -> Option<(u8, u8)> {
    let &[h1, h2, b':', m1, m2] = text else { return None };
    let number = |tens: u8, ones: u8| {
        (tens.is_ascii_digit() && ones.is_ascii_digit()).then(|| (tens - b'0') * 10 + (ones - b'0'))
    };
    let (hours, minutes) = (number(h1, h2)?, number(m1, m2)?);
    (minutes < 60).then_some((hours, minutes))
}

impl Serialize for LocalTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for LocalTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A text that is no [`LocalTime`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a time of day: expected `HH:MM` such as `09:30`, from 00:00 to 23:59")]
pub struct InvalidLocalTime;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_minute_of_the_day_round_trips_in_order() {
        let times: Vec<LocalTime> =
            (0..24).flat_map(|hour| (0..60).map(move |minute| LocalTime::new(hour, minute).unwrap())).collect();
        assert!(times.is_sorted_by(|earlier, later| earlier < later));
        for time in times {
            assert_eq!(time.to_string().parse(), Ok(time));
            let json = serde_json::to_string(&time).unwrap();
            assert_eq!(serde_json::from_str::<LocalTime>(&json).unwrap(), time);
        }
    }

    #[test]
    fn what_no_clock_shows_is_refused() {
        for bad in ["", "9:30", "09:3", "0930", "09:60", "24:00", "09:30:00", " 9:30", "+9:30", "九点"] {
            assert_eq!(bad.parse::<LocalTime>(), Err(InvalidLocalTime), "{bad}");
        }
    }
}
