//! Local days at a fixed offset, months and anniversaries, and working days over calendars given as data.
//!
//! **Lives here:** where an instant falls on a local calendar ([`Offset`], [`LocalTime`], [`local_date`], [`instant_at`],
//! [`start_of_day`], [`days_between`]), steps that a duration cannot count ([`add_months`], [`yearly_on`]), and working
//! days: a company writes down its week, holidays and make-up days as a [`CalendarDef`], which compiles into a
//! [`Calendar`] that answers at once however far it has to count.
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
#[expect(clippy::module_inception, reason = "the room is named after its main type")]
mod calendar;
mod compile;
mod day_hours;
mod definition;
mod exceptions;
mod local;
mod local_time;
mod months;
mod offset;
mod offset_table;
mod problem;
mod problems;
mod time_span;
mod weekday;
mod working_time;
mod working_week;
mod zone;
#[cfg(feature = "tz")]
mod zone_database;
mod zone_def;
mod zones;

pub use calendar::Calendar;
pub use definition::CalendarDef;
pub use local::{days_between, instant_at, local_date, start_of_day};
pub use local_time::{InvalidLocalTime, LocalTime};
pub use months::{add_months, yearly_on};
pub use offset::{InvalidOffset, Offset};
pub use problem::{CalendarProblem, InvalidCalendar};
pub use time_span::{InvalidTimeSpan, TimeSpan};
pub use weekday::{InvalidWeekday, Weekday};
pub use zone::Zone;
pub use zone_def::ZoneDef;
pub use zones::{UnknownZone, Zones};
