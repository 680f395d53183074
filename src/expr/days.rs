use std::fmt::Debug;

use crate::calendar::Calendar;
use crate::value::{Date, Instant};

/// What the days of a tenant are: where its clocks stand, and which days it works.
///
/// A [`Calendar`] is one. Implement it for what knows more, such as a zone with summer time.
pub trait Days: Debug + Send + Sync {
    /// Returns how many minutes east of UTC the clocks stand at `at`, -1440 to 1440.
    fn offset_minutes(&self, at: Instant) -> i32;

    /// Returns how many working days it takes from `from` to `to`, negative backwards: `from` itself is not counted and
    /// `to` is. `None` when nothing says which days are worked.
    fn working_days(&self, from: Date, to: Date) -> Option<i64>;
}

impl Days for Calendar {
    fn offset_minutes(&self, _: Instant) -> i32 {
        self.offset().minutes()
    }

    fn working_days(&self, from: Date, to: Date) -> Option<i64> {
        Some(self.working_days_between(from, to).into())
    }
}
