use std::fmt;

use crate::value::Date;

/// A year, quarter or month of a [`FiscalCalendar`](super::FiscalCalendar): its days, its number and its label.
///
/// # Example: printed as its label
/// ```
/// use guanxi::calendar::{FiscalCalendarDef, FiscalUnit};
///
/// let fiscal = FiscalCalendarDef::new(4, 1).compile()?; // years begin on 1 April and are named by their end
/// let quarter = fiscal.period_of("2026-03-31".parse()?, FiscalUnit::Quarter).ok_or("no such quarter")?;
/// assert_eq!(quarter.to_string(), "FY2026 Q4");
/// assert_eq!(quarter.first().to_string(), "2026-01-01");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FiscalPeriod {
    pub(super) unit: FiscalUnit,
    pub(super) year: i32,
    pub(super) number: u8,
    pub(super) first: Date,
    pub(super) last: Date,
}

/// How long a period is; the list is complete.
///
/// # Example: how many make a year
/// ```
/// use guanxi::calendar::FiscalUnit;
///
/// assert_eq!([FiscalUnit::Year, FiscalUnit::Quarter, FiscalUnit::Month].map(FiscalUnit::in_a_year), [1, 4, 12]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FiscalUnit {
    /// A fiscal year, labelled such as `FY2026`.
    Year,
    /// A quarter of it, labelled such as `FY2026 Q1`.
    Quarter,
    /// A twelfth of it, labelled such as `FY2026 P01`: a month, or four or five weeks.
    Month,
}

impl FiscalPeriod {
    /// Returns whether it is a year, a quarter or a month.
    pub fn unit(&self) -> FiscalUnit {
        self.unit
    }

    /// Returns the year by which its fiscal year is named.
    pub fn year(&self) -> i32 {
        self.year
    }

    /// Returns its number within the fiscal year: 1 for a year, 1 to 4 for a quarter, 1 to 12 for a month.
    pub fn number(&self) -> u8 {
        self.number
    }

    /// Returns its first day.
    pub fn first(&self) -> Date {
        self.first
    }

    /// Returns its last day.
    pub fn last(&self) -> Date {
        self.last
    }

    /// Returns whether `date` is one of its days.
    pub fn contains(&self, date: Date) -> bool {
        (self.first..=self.last).contains(&date)
    }
}

impl FiscalUnit {
    /// Returns how many there are in a year: 1, 4 or 12.
    pub fn in_a_year(self) -> u8 {
        match self {
            Self::Year => 1,
            Self::Quarter => 4,
            Self::Month => 12,
        }
    }
}

impl fmt::Display for FiscalPeriod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FY{:04}", self.year)?;
        match self.unit {
            FiscalUnit::Year => Ok(()),
            FiscalUnit::Quarter => write!(f, " Q{}", self.number),
            FiscalUnit::Month => write!(f, " P{:02}", self.number),
        }
    }
}
