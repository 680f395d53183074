use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::local_time::hours_and_minutes;

/// How far local time is ahead of UTC, fixed all year, in whole minutes from -18:00 to +18:00.
///
/// Use it for a place without daylight saving, such as all of China since 1992. The range is that of ISO 8601 offsets in
/// `java.time.ZoneOffset`; places on earth use -12:00 to +14:00.
///
/// # Example: reads and prints
/// ```
/// use guanxi::calendar::Offset;
///
/// let shanghai: Offset = "+08:00".parse()?;
/// assert_eq!(shanghai.minutes(), 480);
/// assert_eq!("+00:00".parse::<Offset>()?.to_string(), "Z");
/// assert!("+8".parse::<Offset>().is_err());
/// # Ok::<(), guanxi::calendar::InvalidOffset>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Offset {
    // INVARIANT: within -LIMIT..=LIMIT.
    minutes: i16,
}

const LIMIT: i16 = 18 * 60;

impl Offset {
    /// UTC itself, printed `Z`.
    pub const UTC: Self = Self { minutes: 0 };

    /// Returns the offset `minutes` ahead of UTC (behind when negative), or `None` beyond 18 hours.
    pub fn from_minutes(minutes: i32) -> Option<Self> {
        let minutes = i16::try_from(minutes).ok()?;
        (-LIMIT..=LIMIT).contains(&minutes).then_some(Self { minutes })
    }

    /// Returns how many minutes local time is ahead of UTC, -1080 to 1080.
    pub fn minutes(self) -> i32 {
        i32::from(self.minutes)
    }
}

impl fmt::Display for Offset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::UTC {
            return f.write_str("Z");
        }
        let sign = if self.minutes < 0 { '-' } else { '+' };
        let minutes = self.minutes.unsigned_abs();
        write!(f, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
    }
}

impl fmt::Debug for Offset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Offset {
    type Err = InvalidOffset;

    fn from_str(text: &str) -> Result<Self, InvalidOffset> {
        let (sign, digits) = match text.as_bytes() {
            b"Z" => return Ok(Self::UTC),
            [b'+', digits @ ..] => (1, digits),
            [b'-', digits @ ..] => (-1, digits),
            _ => return Err(InvalidOffset),
        };
        let (hours, minutes) = hours_and_minutes(digits).ok_or(InvalidOffset)?;
        Self::from_minutes(sign * (i32::from(hours) * 60 + i32::from(minutes))).ok_or(InvalidOffset)
    }
}

impl Serialize for Offset {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Offset {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A text that is no [`Offset`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an offset from UTC: expected `Z` or hours and minutes such as `+08:00`, from -18:00 to +18:00")]
pub struct InvalidOffset;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_offset_round_trips_through_text_and_json() {
        for minutes in -1080..=1080 {
            let offset = Offset::from_minutes(minutes).unwrap();
            assert_eq!(offset.to_string().parse(), Ok(offset));
            let json = serde_json::to_string(&offset).unwrap();
            assert_eq!(serde_json::from_str::<Offset>(&json).unwrap(), offset);
        }
        assert_eq!(Offset::from_minutes(-210).unwrap().to_string(), "-03:30");
    }

    #[test]
    fn what_is_no_offset_is_refused() {
        for bad in
            ["", "z", "8", "+8", "+08", "+0800", "08:00", "+08:60", "+18:01", "-99:00", "+1:000", "+08:00 ", "八"]
        {
            assert_eq!(bad.parse::<Offset>(), Err(InvalidOffset), "{bad}");
        }
        for minutes in [1081, -1081, i32::MAX, i32::MIN] {
            assert_eq!(Offset::from_minutes(minutes), None);
        }
    }
}
