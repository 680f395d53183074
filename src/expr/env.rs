use std::sync::Arc;

use super::Days;
use crate::value::{Date, Instant};

/// What an evaluation knows beside the record: the time, and where the day begins.
///
/// # Example: midnight comes earlier in the east
/// ```
/// use guanxi::expr::Env;
///
/// let evening = "2026-03-02T18:00:00Z".parse()?;
/// assert_eq!(Env::new(evening).today().to_string(), "2026-03-02");
/// assert_eq!(Env::new(evening).with_offset(480).today().to_string(), "2026-03-03");
/// # Ok::<(), guanxi::value::InvalidInstant>(())
/// ```
#[derive(Debug, Clone)]
pub struct Env {
    now: Instant,
    // INVARIANT: at most a day either way.
    offset_minutes: i32,
    days: Option<Arc<dyn Days>>,
}

const DAY_MINUTES: i32 = 24 * 60;

impl Env {
    /// Returns the surroundings of an evaluation at `now`, with days that begin at midnight UTC.
    pub fn new(now: Instant) -> Self {
        Self { now, offset_minutes: 0, days: None }
    }

    /// Returns the same with days that begin at midnight `minutes` east of UTC, -1440 to 1440: 480 in China.
    #[must_use]
    pub fn with_offset(self, minutes: i32) -> Self {
        Self { offset_minutes: minutes.clamp(-DAY_MINUTES, DAY_MINUTES), ..self }
    }

    /// Returns the same with the days of the tenant: its zone takes the place of an offset, and it counts working days.
    ///
    /// # Example: Monday is one working day after Friday
    /// ```
    /// use std::sync::Arc;
    ///
    /// use guanxi::calendar::{CalendarDef, Offset, Weekday};
    /// use guanxi::expr::Env;
    ///
    /// let plain = CalendarDef::new("plain", Offset::UTC, Weekday::MON_TO_FRI).compile()?;
    /// let monday = Env::new("2026-03-09T09:00:00Z".parse()?).with_days(Arc::new(plain));
    /// assert_eq!(monday.working_days("2026-03-06".parse()?, monday.today()), Some(1));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_days(self, days: Arc<dyn Days>) -> Self {
        Self { days: Some(days), ..self }
    }

    /// Returns the present moment.
    pub fn now(&self) -> Instant {
        self.now
    }

    /// Returns the present local day.
    pub fn today(&self) -> Date {
        self.local_date(self.now)
    }

    /// Returns the local day of `at`; at the very ends of time, the first or the last day there is.
    pub fn local_date(&self, at: Instant) -> Date {
        let local = at.millis().saturating_add(i64::from(self.offset_minutes(at)).saturating_mul(60_000));
        let days = i32::try_from(local.div_euclid(86_400_000)).unwrap_or(i32::MAX);
        let days = days.clamp(Date::MIN.epoch_days(), Date::MAX.epoch_days());
        Date::from_epoch_days(days).unwrap_or(Date::MIN)
    }

    /// Returns how many minutes east of UTC the day begins at `at`.
    pub fn offset_minutes(&self, at: Instant) -> i32 {
        self.days.as_ref().map_or(self.offset_minutes, |days| days.offset_minutes(at).clamp(-DAY_MINUTES, DAY_MINUTES))
    }

    /// Returns how many working days it takes from `from` to `to`, or `None` without a calendar.
    pub fn working_days(&self, from: Date, to: Date) -> Option<i64> {
        self.days.as_ref().and_then(|days| days.working_days(from, to))
    }
}
