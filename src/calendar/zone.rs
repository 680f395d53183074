use std::fmt;
use std::sync::Arc;

use super::offset_table::{OffsetTable, Seam};
use super::{LocalTime, Offset};
use crate::value::{Date, Instant};

/// The clock of a place: one fixed [`Offset`], or a named zone whose offset changes, as with daylight saving.
///
/// Use it wherever local days or times meet moments. A fixed one is made from its offset, a named one comes from
/// [`Zones`](super::Zones) or from a [`ZoneDef`](super::ZoneDef). Cloning is cheap.
///
/// Clocks that are put forward skip some local times, and those that are put back show some twice. What is to happen at
/// such a time happens once: at the first moment after the gap, or at the first of the two. (A calendar by RFC 5545, section
/// 3.3.5, agrees on the second and puts off the first by the length of the gap.)
///
/// # Example: the night in which New York has no half past two
/// ```
/// use guanxi::calendar::ZoneDef;
/// use guanxi::value::Date;
///
/// let definition: ZoneDef = serde_json::from_str(
///     r#"{
///         "key": "America/New_York",
///         "utc_offset": "-05:00",
///         "changes": [{"at": "2027-03-14T07:00:00Z", "utc_offset": "-04:00"}]
///     }"#,
/// )?;
/// let new_york = definition.compile()?;
/// let night: Date = "2027-03-14".parse()?;
/// assert_eq!(new_york.instant_at(night, "02:30".parse()?).to_string(), "2027-03-14T07:00:00Z");
/// assert_eq!(new_york.time_at("2027-03-14T07:00:00Z".parse()?).to_string(), "03:00");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Zone(Kind);

#[derive(Clone, PartialEq, Eq)]
enum Kind {
    Fixed(Offset),
    Named { name: Arc<str>, table: Arc<OffsetTable> },
}

impl Zone {
    /// The clock of UTC.
    pub const UTC: Self = Self(Kind::Fixed(Offset::UTC));

    pub(super) fn named(name: &str, table: OffsetTable) -> Self {
        Self(Kind::Named { name: name.into(), table: Arc::new(table) })
    }

    /// Returns the name of a named zone, such as `Asia/Shanghai`; a fixed offset has none.
    pub fn name(&self) -> Option<&str> {
        match &self.0 {
            Kind::Fixed(_) => None,
            Kind::Named { name, .. } => Some(name),
        }
    }

    /// Returns the offset from UTC at a moment, to the minute: where it had seconds, mostly before 1930, without them.
    ///
    /// # Example: summer time
    /// ```
    /// use guanxi::calendar::ZoneDef;
    ///
    /// let berlin = ZoneDef::new("Europe/Berlin", "+01:00".parse()?)
    ///     .with_change("2026-03-29T01:00:00Z".parse()?, "+02:00".parse()?)
    ///     .compile()?;
    /// assert_eq!(berlin.offset_at("2026-03-29T00:59:59Z".parse()?).to_string(), "+01:00");
    /// assert_eq!(berlin.offset_at("2026-03-29T01:00:00Z".parse()?).to_string(), "+02:00");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn offset_at(&self, at: Instant) -> Offset {
        match &self.0 {
            Kind::Fixed(offset) => *offset,
            Kind::Named { table, .. } => {
                Offset::from_minutes(table.seconds_at(at.millis()).div_euclid(60)).unwrap_or(Offset::UTC)
            }
        }
    }

    /// Returns the day that the clock shows at a moment.
    ///
    /// Within 18 hours of the ends of the supported years, where the local day would fall outside them, it is
    /// [`Date::MIN`] or [`Date::MAX`].
    ///
    /// # Example: late in the evening in London is tomorrow in Shanghai
    /// ```
    /// use guanxi::calendar::{Offset, Zone};
    ///
    /// let shanghai = Zone::from("+08:00".parse::<Offset>()?);
    /// assert_eq!(shanghai.date_at("2026-12-31T23:30:00Z".parse()?).to_string(), "2027-01-01");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn date_at(&self, at: Instant) -> Date {
        nearest_date(self.local_millis(at.millis()).div_euclid(DAY_MILLIS))
    }

    /// Returns the time of day that the clock shows at a moment, to the minute that has begun.
    ///
    /// # Example: a quarter of an hour beside the others
    /// ```
    /// use guanxi::calendar::{Offset, Zone};
    ///
    /// let kathmandu = Zone::from("+05:45".parse::<Offset>()?);
    /// assert_eq!(kathmandu.time_at("2025-12-31T18:15:59Z".parse()?).to_string(), "00:00");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn time_at(&self, at: Instant) -> LocalTime {
        let minutes = self.local_millis(at.millis()).rem_euclid(DAY_MILLIS) / MINUTE_MILLIS;
        let (hour, minute) = (u8::try_from(minutes / 60), u8::try_from(minutes % 60));
        hour.ok()
            .zip(minute.ok())
            .and_then(|(hour, minute)| LocalTime::new(hour, minute))
            .unwrap_or(LocalTime::MIDNIGHT)
    }

    /// Returns the moment when the clock shows `time` on `date`: the first such moment where there are two, and the
    /// first moment after the gap where there is none.
    ///
    /// A moment outside the supported years becomes [`Instant::MIN`] or [`Instant::MAX`].
    ///
    /// # Example: nine in the morning on New Year's Day of the horse
    /// ```
    /// use guanxi::calendar::{Offset, Zone};
    /// use guanxi::value::Date;
    ///
    /// let shanghai = Zone::from("+08:00".parse::<Offset>()?);
    /// let date: Date = "2026-02-17".parse()?;
    /// assert_eq!(shanghai.instant_at(date, "09:00".parse()?).to_string(), "2026-02-17T01:00:00Z");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn instant_at(&self, date: Date, time: LocalTime) -> Instant {
        let minutes = i64::from(time.hour()) * 60 + i64::from(time.minute());
        nearest_instant(self.first_showing(i64::from(date.epoch_days()) * DAY_MILLIS + minutes * MINUTE_MILLIS))
    }

    /// Returns the first moment of the local day, which is not midnight where the clock skips it.
    ///
    /// A day that a place left out altogether, as Samoa did when it crossed the date line, starts when the next one
    /// does.
    ///
    /// # Example: the day begins eight hours earlier in Shanghai
    /// ```
    /// use guanxi::calendar::{Offset, Zone};
    /// use guanxi::value::Date;
    ///
    /// let shanghai = Zone::from("+08:00".parse::<Offset>()?);
    /// let date: Date = "2026-03-02".parse()?;
    /// assert_eq!(shanghai.start_of_day(date).to_string(), "2026-03-01T16:00:00Z");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn start_of_day(&self, date: Date) -> Instant {
        self.instant_at(date, LocalTime::MIDNIGHT)
    }

    /// Returns how many days later the clock's day is at `later` than at `earlier`, negative when it is before.
    ///
    /// This is what people mean by "days ago"; elapsed time is [`Instant::since`].
    ///
    /// # Example: two minutes, yet a day ago
    /// ```
    /// use guanxi::calendar::{Offset, Zone};
    ///
    /// let (call, now) = ("2026-03-01T23:59:00+08:00".parse()?, "2026-03-02T00:01:00+08:00".parse()?);
    /// assert_eq!(Zone::from("+08:00".parse::<Offset>()?).days_between(call, now), 1);
    /// assert_eq!(Zone::UTC.days_between(call, now), 0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn days_between(&self, earlier: Instant, later: Instant) -> i32 {
        self.date_at(later).days_since(self.date_at(earlier))
    }

    /// Returns the first moment at which the clock shows the local time `local` or has come past it, in milliseconds.
    pub(super) fn first_showing(&self, local: i64) -> i64 {
        match &self.0 {
            Kind::Fixed(offset) => local - offset_millis(*offset),
            Kind::Named { table, .. } => table.first_showing(local),
        }
    }

    /// Returns the last day that has begun by a moment, counted from 1970-01-01.
    ///
    /// Where clocks are put back over midnight they show the day before once more; it does not begin again.
    pub(super) fn day_begun_by(&self, at: i64) -> i32 {
        let shown = self.local_millis(at).div_euclid(DAY_MILLIS);
        // No clock is put back by more than the 36 hours between the farthest offsets.
        let begun = (shown + 1..=shown + 2).take_while(|day| self.first_showing(day * DAY_MILLIS) <= at).last();
        i32::try_from(begun.unwrap_or(shown)).unwrap_or(i32::MAX)
    }

    /// Returns the local times that are skipped or come twice.
    pub(super) fn seams(&self) -> impl Iterator<Item = Seam> {
        let table = match &self.0 {
            Kind::Fixed(_) => None,
            Kind::Named { table, .. } => Some(table),
        };
        table.into_iter().flat_map(|table| table.seams())
    }

    fn local_millis(&self, at: i64) -> i64 {
        at + match &self.0 {
            Kind::Fixed(offset) => offset_millis(*offset),
            Kind::Named { table, .. } => i64::from(table.seconds_at(at)) * 1_000,
        }
    }
}

pub(super) const DAY_MILLIS: i64 = 86_400_000;
pub(super) const MINUTE_MILLIS: i64 = 60_000;

fn offset_millis(offset: Offset) -> i64 {
    i64::from(offset.minutes()) * MINUTE_MILLIS
}

fn nearest_date(days: i64) -> Date {
    let nearest = if days < 0 { Date::MIN } else { Date::MAX };
    i32::try_from(days).ok().and_then(Date::from_epoch_days).unwrap_or(nearest)
}

fn nearest_instant(millis: i64) -> Instant {
    Instant::from_millis(millis).unwrap_or(if millis < 0 { Instant::MIN } else { Instant::MAX })
}

impl From<Offset> for Zone {
    fn from(offset: Offset) -> Self {
        Self(Kind::Fixed(offset))
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Fixed(offset) => fmt::Display::fmt(offset, f),
            Kind::Named { name, .. } => f.write_str(name),
        }
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::arbitrary::{any_instant, any_zone};
    use super::*;

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn zone(first: i32, changes: &[(&str, i32)]) -> Zone {
        let millis = |text: &str| text.parse::<Instant>().unwrap().millis();
        Zone::named("test", OffsetTable::new(first * 3_600, changes.iter().map(|&(at, to)| (millis(at), to * 3_600))))
    }

    #[test]
    fn days_whose_midnight_is_skipped_start_after_the_gap() {
        let cairo = zone(2, &[("2026-04-23T22:00:00Z", 3)]);
        assert_eq!(cairo.start_of_day(date("2026-04-24")).to_string(), "2026-04-23T22:00:00Z");
        assert_eq!(cairo.time_at(cairo.start_of_day(date("2026-04-24"))).to_string(), "01:00");
        let sao_paulo = zone(-3, &[("2018-11-04T03:00:00Z", -2)]);
        assert_eq!(sao_paulo.start_of_day(date("2018-11-04")).to_string(), "2018-11-04T03:00:00Z");
        assert_eq!(sao_paulo.date_at("2018-11-04T02:59:59.999Z".parse().unwrap()), date("2018-11-03"));
    }

    #[test]
    fn a_day_left_out_starts_and_ends_at_once() {
        let apia = zone(-10, &[("2011-12-30T10:00:00Z", 14)]);
        let crossed: Instant = "2011-12-30T10:00:00Z".parse().unwrap();
        for day in ["2011-12-30", "2011-12-31"] {
            assert_eq!(apia.start_of_day(date(day)), crossed);
        }
        assert_eq!(apia.instant_at(date("2011-12-30"), "12:00".parse().unwrap()), crossed);
        assert_eq!(apia.day_begun_by(crossed.millis()), date("2011-12-31").epoch_days());
        assert_eq!(apia.day_begun_by(crossed.millis() - 1), date("2011-12-29").epoch_days());
        let before = "2011-12-30T09:59:00Z".parse().unwrap();
        assert_eq!(apia.days_between(before, crossed), 2);
    }

    #[test]
    fn a_day_shown_again_has_begun_once() {
        // Newfoundland put its clocks back at one minute past midnight.
        let gander = Zone::named("test", OffsetTable::new(-9_000, [(1_162_089_060_000, -12_600)]));
        let shown_again: Instant = "2006-10-29T03:00:00Z".parse().unwrap();
        assert_eq!(gander.date_at(shown_again), date("2006-10-28"));
        assert_eq!(gander.day_begun_by(shown_again.millis()), date("2006-10-29").epoch_days());
        assert_eq!(gander.start_of_day(date("2006-10-29")).to_string(), "2006-10-29T02:30:00Z");
    }

    proptest! {
        #[test]
        fn days_follow_each_other_without_a_gap(zone in any_zone(), at in any_instant()) {
            let day = i64::from(zone.day_begun_by(at.millis()));
            prop_assert!(zone.first_showing(day * DAY_MILLIS) <= at.millis());
            prop_assert!(at.millis() < zone.first_showing((day + 1) * DAY_MILLIS));
        }

        #[test]
        fn a_moment_is_not_before_its_own_local_time(zone in any_zone(), at in any_instant()) {
            let (day, time) = (zone.date_at(at), zone.time_at(at));
            prop_assume!(day != Date::MIN && day != Date::MAX);
            prop_assert!(zone.instant_at(day, time) <= at);
        }
    }
}
