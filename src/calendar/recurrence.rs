use super::rhythm::Rhythm;
use super::zone::{DAY_MILLIS, MINUTE_MILLIS};
use super::{Calendar, DayOff, LocalTime, Zone};
use crate::value::{Date, Instant};

/// When something comes round: daily, weekly, monthly, quarterly or yearly at a time of day in a zone.
///
/// It comes from a [`RecurrenceDef`](super::RecurrenceDef). Use it for reports, reviews and rules that look at all their
/// records now and then. Each day of it is due once, at one moment, however clocks are changed; days that a calendar moves
/// to the same working day are due together, once.
///
/// # Example: the last day of the month, after work, before the weekend
/// ```
/// use guanxi::calendar::{CalendarDef, DayOff, MonthDay, Offset, RecurrenceDef, Weekday};
///
/// let calendar = CalendarDef::new("office", "+08:00".parse::<Offset>()?, Weekday::MON_TO_FRI).compile()?;
/// let closing = RecurrenceDef::monthly([MonthDay::Last], "18:00".parse()?)
///     .on_days_off(DayOff::Before)
///     .compile(calendar.zone(), Some(&calendar))?;
///
/// let january = closing.next_after("2026-01-05T00:00:00Z".parse()?);
/// assert_eq!(january, Some("2026-01-30T18:00:00+08:00".parse()?)); // the 31st is a Saturday
/// let february = january.and_then(|january| closing.next_after(january));
/// assert_eq!(february, Some("2026-02-27T18:00:00+08:00".parse()?)); // and so is 28 February
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recurrence {
    pub(super) rhythm: Rhythm,
    pub(super) at: LocalTime,
    pub(super) from: Date,
    pub(super) until: Date,
    pub(super) zone: Zone,
    pub(super) calendar: Option<Calendar>,
    pub(super) days_off: Option<DayOff>,
}

impl Recurrence {
    /// Returns the first moment after `at` at which it is due, or `None` when it is over.
    ///
    /// The answer takes a few steps, however far away it is.
    ///
    /// # Example: half past two comes once a night
    /// ```
    /// use guanxi::calendar::{RecurrenceDef, ZoneDef};
    ///
    /// let new_york = ZoneDef::new("America/New_York", "-04:00".parse()?)
    ///     .with_change("2026-11-01T06:00:00Z".parse()?, "-05:00".parse()?)
    ///     .compile()?;
    /// let nightly = RecurrenceDef::daily("01:30".parse()?).compile(&new_york, None)?;
    /// let first = nightly.next_after("2026-11-01T00:00:00Z".parse()?);
    /// assert_eq!(first, Some("2026-11-01T05:30:00Z".parse()?));
    /// let second = first.and_then(|first| nightly.next_after(first));
    /// assert_eq!(second, Some("2026-11-02T06:30:00Z".parse()?)); // not once more at 06:30 UTC on the 1st
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn next_after(&self, at: Instant) -> Option<Instant> {
        let begun = self.zone.day_begun_by(at.millis());
        let due_day = if self.due_on(begun) > at.millis() { begun } else { begun.checked_add(1)? };
        // Local days reach a day beyond the supported dates.
        let due_day = Date::from_epoch_days(due_day.max(Date::MIN.epoch_days()))?;
        let mut day = self.first_due_from(due_day)?.max(self.from);
        loop {
            day = self.rhythm.first_from(day, self.calendar.as_ref()).filter(|&day| day <= self.until)?;
            if let Some(moved) = self.moved(day) {
                return Instant::from_millis(self.due_on(moved.epoch_days()));
            }
            // A calendar that skips every day of the rhythm is refused, so that this ends after a few turns.
            day = day.plus_days(1)?;
        }
    }

    /// Returns the first day that, if it were a day of the rhythm, would be due on `due_day` or later.
    fn first_due_from(&self, due_day: Date) -> Option<Date> {
        match (self.days_off, &self.calendar) {
            (Some(DayOff::Before), Some(calendar)) => calendar.first_worked_from(due_day),
            (Some(DayOff::After), Some(calendar)) => {
                let worked_before = calendar.add_working_days(due_day, -1);
                worked_before.map_or(Some(Date::MIN), |worked| worked.plus_days(1))
            }
            _ => Some(due_day),
        }
    }

    /// Returns the day on which a day of the rhythm is due, if it is.
    fn moved(&self, day: Date) -> Option<Date> {
        match (self.days_off, &self.calendar) {
            (Some(DayOff::Before), Some(calendar)) => calendar.last_worked_until(day),
            (Some(DayOff::After), Some(calendar)) => calendar.first_worked_from(day),
            (Some(DayOff::Skip), Some(calendar)) => Some(day).filter(|&day| calendar.is_working_day(day)),
            _ => Some(day),
        }
    }

    fn due_on(&self, day: i32) -> i64 {
        let minutes = i64::from(self.at.hour()) * 60 + i64::from(self.at.minute());
        self.zone.first_showing(i64::from(day) * DAY_MILLIS + minutes * MINUTE_MILLIS)
    }
}

#[cfg(test)]
mod tests {
    use chrono::Datelike;
    use proptest::prelude::*;

    use super::super::arbitrary::{any_local_time, any_month_day, any_zone};
    use super::super::rhythm::{ShortMonths, monday_of, month_of};
    use super::super::{CalendarDef, MonthDay, Offset, Weekday};
    use super::*;

    /// Whether a day is one of the rhythm, by its words.
    fn is_named(rhythm: &Rhythm, date: Date, calendar: Option<&Calendar>) -> bool {
        let day = date.epoch_days();
        match rhythm {
            Rhythm::Days { first, every } => day >= *first && (day - first) % every == 0,
            Rhythm::Weeks { monday, every, on } => {
                day >= *monday && (day - monday) / 7 % every == 0 && on.contains(&Weekday::of(date))
            }
            Rhythm::Months { first, every, on, short } => {
                let months = |date: Date| date.to_chrono().year() * 12 + date.to_chrono().month() as i32;
                let turn = months(date) - months(*first);
                let begins = date.plus_days(1 - date.to_chrono().day() as i32).unwrap();
                let is_last = date.plus_days(1).is_none_or(|next| months(next) != months(date));
                turn >= 0
                    && turn % every == 0
                    && on.iter().any(|on| match (on.in_month(begins, calendar), on, short) {
                        (Some(found), _, _) => found == date,
                        (None, MonthDay::Day(_), ShortMonths::LastDay) => is_last,
                        (None, _, _) => false,
                    })
            }
        }
    }

    /// All moments of the days from 400 days before `day` until it is over, in order.
    fn walk(recurrence: &Recurrence, day: i32) -> Vec<i64> {
        let calendar = recurrence.calendar.as_ref();
        let worked = |date: Date| calendar.is_none_or(|calendar| calendar.is_working_day(date));
        let mut due: Vec<i64> = (day - 400..=recurrence.until.epoch_days())
            .filter_map(Date::from_epoch_days)
            .filter(|date| (recurrence.from..=recurrence.until).contains(date))
            .filter(|&date| is_named(&recurrence.rhythm, date, calendar))
            .filter_map(|date| {
                let step = match recurrence.days_off {
                    Some(DayOff::Before) => -1,
                    Some(DayOff::After) => 1,
                    Some(DayOff::Skip) => return Some(date).filter(|&date| worked(date)),
                    None => return Some(date),
                };
                (0..1_000).filter_map(|n| date.plus_days(step * n)).find(|&date| worked(date))
            })
            .map(|date| recurrence.zone.instant_at(date, recurrence.at).millis())
            .collect();
        due.dedup();
        assert!(due.is_sorted());
        due
    }

    fn any_rhythm() -> impl Strategy<Value = Rhythm> {
        use Weekday::*;
        let near = || (10_300..10_800_i32).prop_map(|day| Date::from_epoch_days(day).unwrap());
        let all = vec![Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday];
        let short = prop_oneof![Just(ShortMonths::LastDay), Just(ShortMonths::Skip)];
        let months =
            prop_oneof![Just((1, 1)), (1..=3).prop_map(|month| (3, month)), (1..=12).prop_map(|month| (12, month))];
        prop_oneof![
            (near(), 1..40_i32).prop_map(|(first, every)| Rhythm::Days { first: first.epoch_days(), every }),
            (near(), 1..6_i32, prop::sample::subsequence(all, 1..=7)).prop_map(|(first, every, on)| Rhythm::Weeks {
                monday: monday_of(first),
                every,
                on
            }),
            (near(), 1..4_i32, months, prop::collection::vec(any_month_day(), 1..4), short).prop_map(
                |(first, every, (months, month), on, short)| {
                    let first = month_of(first, months, month).unwrap();
                    Rhythm::Months { first, every: every * months, on, short }
                }
            ),
        ]
    }

    fn any_recurrence() -> impl Strategy<Value = Recurrence> {
        let days_off =
            prop_oneof![Just(None), Just(Some(DayOff::Before)), Just(Some(DayOff::After)), Just(Some(DayOff::Skip)),];
        let holidays = prop::collection::btree_set(10_500..11_100_i32, 0..60);
        let bounds = (10_300..10_700_i32, 10_700..11_300_i32);
        (any_rhythm(), any_local_time(), bounds, any_zone(), days_off, holidays).prop_map(
            |(rhythm, at, (from, until), zone, days_off, holidays)| {
                let day = |day| Date::from_epoch_days(day).unwrap();
                let calendar = CalendarDef::new("plain", Offset::UTC, Weekday::MON_TO_FRI)
                    .with_holidays(holidays.into_iter().map(day))
                    .compile()
                    .unwrap();
                let (from, until) = (day(from), day(until));
                Recurrence { rhythm, at, from, until, zone, calendar: Some(calendar), days_off }
            },
        )
    }

    proptest! {
        #[test]
        fn every_day_of_it_is_due_once_as_a_walk_finds(recurrence in any_recurrence(), day in 10_550..11_000_i32) {
            let due = walk(&recurrence, day);
            let mut at = Instant::from_millis(i64::from(day) * DAY_MILLIS).unwrap();
            for _ in 0..12 {
                let expected = due.iter().copied().find(|&due| due > at.millis());
                let found = recurrence.next_after(at);
                prop_assert_eq!(found, expected.and_then(Instant::from_millis));
                let Some(next) = found else { break };
                // Just before it is due, it still is to come.
                let before = Instant::from_millis(next.millis() - 1).unwrap();
                prop_assert_eq!(recurrence.next_after(before), found);
                at = next;
            }
        }

        #[test]
        fn the_next_is_always_later(mut recurrence in any_recurrence(), at in super::super::arbitrary::any_instant()) {
            (recurrence.from, recurrence.until) = (Date::MIN, Date::MAX);
            prop_assert!(recurrence.next_after(at).is_none_or(|next| next > at));
        }
    }
}
