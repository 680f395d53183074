use super::Weekday;
use crate::value::Date;

/// Which days of every week are worked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct WorkingWeek {
    // One bit a weekday, Monday lowest.
    bits: u8,
}

impl WorkingWeek {
    pub(super) fn contains(self, date: Date) -> bool {
        self.bits & bit(Weekday::of(date)) != 0
    }

    /// Returns how many working days lie between the Monday before 1970-01-01 and the start of the day `epoch_days`,
    /// negative before that Monday; only differences mean something.
    pub(super) fn count_before(self, epoch_days: i32) -> i32 {
        let days = epoch_days + 3;
        let (weeks, days_into_week) = (days.div_euclid(7), days.rem_euclid(7));
        let passed = (1_u8 << days_into_week) - 1;
        weeks * self.bits.count_ones() as i32 + (self.bits & passed).count_ones() as i32
    }
}

impl FromIterator<Weekday> for WorkingWeek {
    fn from_iter<I: IntoIterator<Item = Weekday>>(days: I) -> Self {
        Self { bits: days.into_iter().fold(0, |bits, day| bits | bit(day)) }
    }
}

fn bit(day: Weekday) -> u8 {
    1 << day as u8
}
