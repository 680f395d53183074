use std::fmt;
use std::str::FromStr;

/// What a recurrence counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RecurrenceUnit {
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

impl RecurrenceUnit {
    /// Returns how many months it has; what is counted in days has none.
    pub(super) fn months(self) -> i32 {
        match self {
            Self::Day | Self::Week => 0,
            Self::Month => 1,
            Self::Quarter => 3,
            Self::Year => 12,
        }
    }
}

impl fmt::Display for RecurrenceUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        })
    }
}

impl FromStr for RecurrenceUnit {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text {
            "day" => Self::Day,
            "week" => Self::Week,
            "month" => Self::Month,
            "quarter" => Self::Quarter,
            "year" => Self::Year,
            _ => return Err("not a unit: expected `day`, `week`, `month`, `quarter` or `year`"),
        })
    }
}
