use std::fmt;
use std::str::FromStr;

use super::local_time::hours_and_minutes;

/// A span of the local day to the minute, such as `09:00-12:00`; `00:00-24:00` is the whole day.
///
/// Use it for working hours. The start belongs to it and the end does not. A span ends on the day on which it starts:
/// hours that pass midnight are two, `22:00-24:00` and, on the next day, `00:00-06:00`.
///
/// # Example: reads and prints
/// ```
/// use guanxi::calendar::TimeSpan;
///
/// let morning: TimeSpan = "09:00-12:00".parse()?;
/// assert_eq!((morning.start(), morning.end()), (540, 720));
/// assert_eq!("00:00-24:00".parse::<TimeSpan>()?, TimeSpan::WHOLE_DAY);
/// assert!("22:00-06:00".parse::<TimeSpan>().is_err());
/// # Ok::<(), guanxi::calendar::InvalidTimeSpan>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeSpan {
    // INVARIANT: start < end <= DAY_MINUTES. The derived order relies on the order of the fields.
    start: u16,
    end: u16,
}

const DAY_MINUTES: u16 = 24 * 60;

impl TimeSpan {
    /// 00:00-24:00.
    pub const WHOLE_DAY: Self = Self { start: 0, end: DAY_MINUTES };

    /// Returns the span from `start` to `end` in minutes since 00:00, or `None` unless `start` < `end` ≤ 1440.
    pub fn from_minutes(start: u16, end: u16) -> Option<Self> {
        (start < end && end <= DAY_MINUTES).then_some(Self { start, end })
    }

    /// Returns the first minute, 0 to 1439 since 00:00.
    pub fn start(self) -> u16 {
        self.start
    }

    /// Returns the minute after the last one, 1 to 1440 since 00:00.
    pub fn end(self) -> u16 {
        self.end
    }
}

impl fmt::Display for TimeSpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { start, end } = self;
        write!(f, "{:02}:{:02}-{:02}:{:02}", start / 60, start % 60, end / 60, end % 60)
    }
}

impl fmt::Debug for TimeSpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for TimeSpan {
    type Err = InvalidTimeSpan;

    fn from_str(text: &str) -> Result<Self, InvalidTimeSpan> {
        let minutes = |text: &str| {
            let (hours, minutes) = hours_and_minutes(text.as_bytes())?;
            Some(u16::from(hours) * 60 + u16::from(minutes))
        };
        let (start, end) = text.split_once('-').ok_or(InvalidTimeSpan)?;
        let (start, end) = minutes(start).zip(minutes(end)).ok_or(InvalidTimeSpan)?;
        Self::from_minutes(start, end).ok_or(InvalidTimeSpan)
    }
}

/// A text that is no [`TimeSpan`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a span of a day: expected `HH:MM-HH:MM` such as `09:00-12:00`, its end after its start and at most `24:00`; \
     hours that pass midnight are two, such as `22:00-24:00` and, on the next day, `00:00-06:00`"
)]
pub struct InvalidTimeSpan;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_no_span_of_a_day_is_refused() {
        for bad in
            ["", "-", "09:00", "09:00-09:00", "18:00-09:00", "22:00-00:00", "09:00-24:01", "9:00-12:00", "09:00–12:00"]
        {
            assert_eq!(bad.parse::<TimeSpan>(), Err(InvalidTimeSpan), "{bad}");
        }
        assert_eq!(TimeSpan::from_minutes(0, 1_441), None);
    }

    proptest! {
        #[test]
        fn every_span_round_trips(start in 0..1440_u16, length in 1..=1440_u16) {
            let span = TimeSpan::from_minutes(start, start + length);
            prop_assert_eq!(span.is_some(), start + length <= 1440);
            if let Some(span) = span {
                prop_assert_eq!(span.to_string().parse(), Ok(span));
            }
        }
    }
}
