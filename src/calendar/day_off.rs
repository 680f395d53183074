use std::fmt;
use std::str::FromStr;

/// What becomes of a day that a calendar has off; the list is complete.
///
/// # Example: reads and prints
/// ```
/// use guanxi::calendar::DayOff;
///
/// assert_eq!("after".parse::<DayOff>()?, DayOff::After);
/// assert_eq!(DayOff::Skip.to_string(), "skip");
/// # Ok::<(), guanxi::calendar::InvalidDayOff>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DayOff {
    /// `before`: it is the last working day before it.
    Before,
    /// `after`: it is the first working day after it.
    After,
    /// `skip`: it is left out.
    Skip,
}

impl fmt::Display for DayOff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Before => "before",
            Self::After => "after",
            Self::Skip => "skip",
        })
    }
}

impl FromStr for DayOff {
    type Err = InvalidDayOff;

    fn from_str(text: &str) -> Result<Self, InvalidDayOff> {
        match text {
            "before" => Ok(Self::Before),
            "after" => Ok(Self::After),
            "skip" => Ok(Self::Skip),
            _ => Err(InvalidDayOff),
        }
    }
}

/// A text that is no [`DayOff`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a treatment of days off: expected `before`, `after` or `skip`")]
pub struct InvalidDayOff;
