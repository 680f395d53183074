//! Local days and times, working days and hours, and what recurs: over zones and calendars given as data.
//!
//! **Lives here:** where an instant falls on a local clock ([`Zone`], of a fixed [`Offset`] or of a name found among
//! [`Zones`]), steps that a duration cannot count ([`add_months`], [`yearly_on`]), and what a company writes down about its
//! time, each a definition that is data and compiles with all its problems at once:
//!
//! | definition | compiles into | that tells |
//! |---|---|---|
//! | [`CalendarDef`] | [`Calendar`] | working days and working hours, between two and so many after one |
//! | [`RecurrenceDef`] | [`Recurrence`] | when something comes round |
//! | [`FiscalCalendarDef`] | [`FiscalCalendar`] | fiscal years, quarters and months |
//! | [`ZoneDef`] | [`Zone`] | the offsets of a place that no database has, or not yet |
//!
//! [`Cadence`] is an interval between touches, small enough to be its own text. All of them answer at once however far they
//! have to count.
//!
//! **Never here:** reading the clock, a built-in holiday list, anything that knows a rule or a record.
//!
//! # Example: "within two working days", told on the Friday before the Spring Festival of 2026
//! ```
//! use guanxi::calendar::{CalendarDef, Offset, Weekday};
//! use guanxi::value::{Date, Instant};
//!
//! let shanghai: Offset = "+08:00".parse()?;
//! let festival = (15..=23).filter_map(|day| Date::new(2026, 2, day));
//! let calendar = CalendarDef::new("cn-2026", shanghai, Weekday::MON_TO_FRI)
//!     .with_holidays(festival)
//!     .with_makeup_days(Date::new(2026, 2, 14))
//!     .compile()?;
//!
//! let told: Instant = "2026-02-12T17:30:00Z".parse()?; // half past one on Friday night in Shanghai
//! let due = calendar.add_working_days(calendar.zone().date_at(told), 2);
//! assert_eq!(due, Date::new(2026, 2, 24)); // the make-up Saturday is the first, the next is after the festival
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#[cfg(test)]
mod arbitrary;
mod cadence;
#[expect(clippy::module_inception, reason = "the room is named after its main type")]
mod calendar;
mod calendar_compile;
mod day_hours;
mod day_off;
mod definition;
mod exceptions;
mod fiscal_calendar;
mod fiscal_calendar_def;
mod fiscal_period;
mod local;
mod local_time;
mod month_day;
mod months;
mod offset;
mod offset_table;
mod problem;
mod problems;
mod recurrence;
mod recurrence_compile;
mod recurrence_def;
mod recurrence_unit;
mod rhythm;
mod time_span;
mod weekday;
mod working_time;
mod working_week;
mod zone;
#[cfg(feature = "tz")]
mod zone_database;
mod zone_def;
mod zones;

pub use cadence::{Cadence, InvalidCadence};
pub use calendar::Calendar;
pub use day_off::{DayOff, InvalidDayOff};
pub use definition::CalendarDef;
pub use fiscal_calendar::FiscalCalendar;
pub use fiscal_calendar_def::FiscalCalendarDef;
pub use fiscal_period::{FiscalPeriod, FiscalUnit};
pub use local::{days_between, instant_at, local_date, start_of_day};
pub use local_time::{InvalidLocalTime, LocalTime};
pub use month_day::{InvalidMonthDay, MonthDay};
pub use months::{add_months, yearly_on};
pub use offset::{InvalidOffset, Offset};
pub use problem::{CalendarProblem, InvalidCalendar};
pub use recurrence::Recurrence;
pub use recurrence_def::RecurrenceDef;
pub use time_span::{InvalidTimeSpan, TimeSpan};
pub use weekday::{InvalidWeekday, Weekday};
pub use zone::Zone;
pub use zone_def::ZoneDef;
pub use zones::{UnknownZone, Zones};
