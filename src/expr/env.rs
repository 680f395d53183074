use std::sync::Arc;

use crate::calendar::{Calendar, Offset, Zone};
use crate::value::{Date, Instant};

/// What an evaluation knows beside the record: the time, where the day begins, and which days are worked.
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Env {
    now: Instant,
    zone: Zone,
    calendar: Option<Arc<Calendar>>,
}

impl Env {
    /// Returns the surroundings of an evaluation at `now`, with days that begin at midnight UTC.
    pub fn new(now: Instant) -> Self {
        Self { now, zone: Zone::UTC, calendar: None }
    }

    /// Returns the same with days that begin at midnight `minutes` east of UTC, -1080 to 1080: 480 in China.
    #[must_use]
    pub fn with_offset(self, minutes: i32) -> Self {
        // The ends are those of every offset.
        let offset = Offset::from_minutes(minutes.clamp(-1_080, 1_080)).unwrap_or(Offset::UTC);
        self.with_zone(offset.into())
    }

    /// Returns the same with days that begin when the clock of `zone` says so.
    #[must_use]
    pub fn with_zone(self, zone: Zone) -> Self {
        Self { zone, ..self }
    }

    /// Returns the same with the calendar that says which days are worked.
    ///
    /// # Example: Monday is one working day after Friday
    /// ```
    /// use std::sync::Arc;
    ///
    /// use guanxi::calendar::{CalendarDef, Offset, Weekday};
    /// use guanxi::expr::Env;
    ///
    /// let plain = CalendarDef::new("plain", Offset::UTC, Weekday::MON_TO_FRI).compile()?;
    /// let monday = Env::new("2026-03-09T09:00:00Z".parse()?).with_calendar(Arc::new(plain));
    /// assert_eq!(monday.working_days("2026-03-06".parse()?, monday.today()), Some(1));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_calendar(self, calendar: Arc<Calendar>) -> Self {
        Self { calendar: Some(calendar), ..self }
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
        self.zone.date_at(at)
    }

    /// Returns how many minutes east of UTC the clocks stand at a moment.
    pub fn offset_minutes(&self, at: Instant) -> i32 {
        self.zone.offset_at(at).minutes()
    }

    /// Returns how many working days it takes from `from` to `to`, negative backwards, or `None` without a calendar.
    ///
    /// `from` itself is not counted and `to` is.
    pub fn working_days(&self, from: Date, to: Date) -> Option<i64> {
        self.calendar.as_ref().map(|calendar| calendar.working_days_between(from, to).into())
    }
}
