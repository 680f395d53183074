//! Working time: how much of it lies between two moments, and when so much of it has passed.

use super::Calendar;
use super::day_hours::OpenSpan;
use crate::value::{Date, Duration, Instant};

impl Calendar {
    /// Returns whether `at` lies within working hours, which end just before their last minute does.
    ///
    /// # Example: the lunch break
    /// ```
    /// use guanxi::calendar::{CalendarDef, Offset, Weekday};
    ///
    /// let calendar = CalendarDef::new("office", "+08:00".parse::<Offset>()?, Weekday::MON_TO_FRI)
    ///     .with_hours(["09:00-12:00".parse()?, "13:30-18:00".parse()?])
    ///     .compile()?;
    /// assert!(calendar.is_open("2026-03-02T11:59:59+08:00".parse()?));
    /// assert!(!calendar.is_open("2026-03-02T12:00:00+08:00".parse()?));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn is_open(&self, at: Instant) -> bool {
        let at = at.millis();
        let day = self.zone().day_begun_by(at);
        self.hours(day).on(day, self.zone()).any(|span| span.opens <= at && at < span.closes)
    }

    /// Returns the first moment at or after `at` within working hours: `at` itself when it is.
    ///
    /// `None` when there is none in the supported years.
    ///
    /// # Example: from Friday night to Monday morning
    /// ```
    /// use guanxi::calendar::{CalendarDef, Offset, Weekday};
    ///
    /// let calendar = CalendarDef::new("office", "+08:00".parse::<Offset>()?, Weekday::MON_TO_FRI)
    ///     .with_hours(["09:00-18:00".parse()?])
    ///     .compile()?;
    /// let monday = "2026-03-09T09:00:00+08:00".parse()?;
    /// assert_eq!(calendar.next_opening("2026-03-06T18:00:00+08:00".parse()?), Some(monday));
    /// assert_eq!(calendar.next_opening(monday), Some(monday));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn next_opening(&self, at: Instant) -> Option<Instant> {
        self.last_with(self.worked_before(at.millis()))
    }

    /// Returns the moment by which `span` of working time has passed since `at`, or when it is negative the moment from
    /// which on so much of it passes until `at`.
    ///
    /// Use it for "to be answered within four working hours". What ends with the working hours is due when they end, not
    /// when they begin again; what starts backwards from their beginning starts there. Nothing at all is due at once in
    /// working hours, else when they next begin. `None` when the moment lies outside the supported years.
    ///
    /// Time is what a stopwatch measures while the office is open: a day of 24 working hours has 23 when clocks are put
    /// forward.
    ///
    /// # Example: four hours on a Friday afternoon
    /// ```
    /// use guanxi::calendar::{CalendarDef, Offset, Weekday};
    /// use guanxi::value::{Duration, Instant};
    ///
    /// let calendar = CalendarDef::new("office", "+08:00".parse::<Offset>()?, Weekday::MON_TO_FRI)
    ///     .with_hours(["09:00-12:00".parse()?, "13:30-18:00".parse()?])
    ///     .compile()?;
    /// let asked: Instant = "2026-03-06T16:00:00+08:00".parse()?;
    /// let due = calendar.add_working_time(asked, Duration::from_hours(4));
    /// assert_eq!(due, Some("2026-03-09T11:00:00+08:00".parse()?));
    /// assert_eq!(due.and_then(|due| calendar.add_working_time(due, Duration::from_hours(-4))), Some(asked));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn add_working_time(&self, at: Instant, span: Duration) -> Option<Instant> {
        let worked = self.worked_before(at.millis()).checked_add(span.millis())?;
        if span > Duration::ZERO { self.first_with(worked) } else { self.last_with(worked) }
    }

    /// Returns how much working time lies between two moments, negative when `b` is before `a`.
    ///
    /// # Example: over a weekend
    /// ```
    /// use guanxi::calendar::{CalendarDef, Offset, Weekday};
    /// use guanxi::value::Duration;
    ///
    /// let calendar = CalendarDef::new("office", "+08:00".parse::<Offset>()?, Weekday::MON_TO_FRI)
    ///     .with_hours(["09:00-18:00".parse()?])
    ///     .compile()?;
    /// let (friday, monday) = ("2026-03-06T17:00:00+08:00".parse()?, "2026-03-09T10:00:00+08:00".parse()?);
    /// assert_eq!(calendar.working_time_between(friday, monday), Duration::from_hours(2));
    /// assert_eq!(calendar.working_time_between(monday, friday), Duration::from_hours(-2));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn working_time_between(&self, a: Instant, b: Instant) -> Duration {
        Duration::from_millis(self.worked_before(b.millis()) - self.worked_before(a.millis()))
    }

    /// Returns how many milliseconds are worked before a moment, from an origin of the week's choosing.
    fn worked_before(&self, at: i64) -> i64 {
        let day = self.zone().day_begun_by(at);
        let today = self.hours(day).on(day, self.zone()).map(|span| (at.min(span.closes) - span.opens).max(0));
        self.millis_before(day) + today.sum::<i64>()
    }

    /// Returns the first moment before which exactly `worked` milliseconds are worked.
    fn first_with(&self, worked: i64) -> Option<Instant> {
        self.moment(worked, |left, span| left <= span.millis())
    }

    /// Returns the last moment before which exactly `worked` milliseconds are worked.
    fn last_with(&self, worked: i64) -> Option<Instant> {
        self.moment(worked, |left, span| left < span.millis())
    }

    /// Returns the moment in the first working hours that are long enough for what is left to work.
    fn moment(&self, worked: i64, is_enough: impl Fn(i64, OpenSpan) -> bool) -> Option<Instant> {
        // Local days reach a day beyond the supported moments.
        let (mut low, mut high) = (Date::MIN.epoch_days() - 1, Date::MAX.epoch_days() + 2);
        if worked < self.millis_before(low) {
            return None;
        }
        while low < high {
            let middle = low + (high - low) / 2;
            let until_its_end = OpenSpan { opens: 0, closes: self.millis_before(middle + 1) };
            if is_enough(worked, until_its_end) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        let mut left = worked - self.millis_before(low);
        for span in self.hours(low).on(low, self.zone()) {
            if is_enough(left, span) {
                return Instant::from_millis(span.opens + left);
            }
            left -= span.millis();
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::super::arbitrary::{any_instant, any_zone};
    use super::super::day_hours::DayHours;
    use super::super::working_week::WorkingWeek;
    use super::super::zone::{DAY_MILLIS, MINUTE_MILLIS, Zone};
    use super::super::{CalendarDef, Offset, TimeSpan, Weekday};
    use super::*;

    const SLA_CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data/analytics/sla/expected.json");

    /// Monday to Friday nine to five, and a holiday on Monday 15 January 2024.
    fn office() -> Calendar {
        CalendarDef::new("office", Offset::UTC, Weekday::MON_TO_FRI)
            .with_hours("09:00-17:00".parse::<TimeSpan>())
            .with_holidays(Date::new(2024, 1, 15))
            .compile()
            .unwrap()
    }

    fn at(text: &str) -> Instant {
        format!("{text}Z").parse().unwrap()
    }

    fn seconds(seconds: i64) -> Duration {
        Duration::from_millis(seconds * 1_000)
    }

    #[test]
    fn clocks_of_service_levels_run_in_working_hours() {
        for (start, end, passed) in [
            ("2024-01-01T10:00:00", "2024-01-01T12:00:00", 7_200),
            ("2024-01-12T10:00:00", "2024-01-16T12:00:00", 36_000),
            ("2024-01-13T00:00:00", "2024-01-14T23:59:59", 0),
        ] {
            assert_eq!(office().working_time_between(at(start), at(end)), seconds(passed), "{start} to {end}");
        }
        for (start, span, due) in [
            ("2024-01-01T10:00:00", 3_600, "2024-01-01T11:00:00"),
            ("2024-01-01T16:00:00", 7_200, "2024-01-02T10:00:00"),
            ("2024-01-12T16:30:00", 3_600, "2024-01-16T09:30:00"),
            ("2024-01-06T12:00:00", 0, "2024-01-08T09:00:00"),
            ("2024-01-05T16:00:00", 3_600, "2024-01-05T17:00:00"),
            ("2024-01-08T10:00:00", -3_600, "2024-01-08T09:00:00"),
            ("2024-01-08T10:00:00", -3_601, "2024-01-05T16:59:59"),
        ] {
            assert_eq!(office().add_working_time(at(start), seconds(span)), Some(at(due)), "{start} and {span} s");
        }
    }

    #[test]
    fn published_cases_of_service_levels_hold() {
        let Ok(json) = std::fs::read_to_string(SLA_CASES) else {
            println!("skipped: no {SLA_CASES}");
            return;
        };
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        let cases = json["cases"].as_array().unwrap();
        for case in cases {
            let start = at(case["start"].as_str().unwrap());
            if case["op"] == "elapsed" {
                let passed = office().working_time_between(start, at(case["end"].as_str().unwrap()));
                assert_eq!(passed, seconds(case["expected_seconds"].as_i64().unwrap()), "{case}");
            } else {
                let due = office().add_working_time(start, seconds(case["seconds"].as_i64().unwrap()));
                assert_eq!(due, Some(at(case["expected"].as_str().unwrap())), "{case}");
            }
        }
        assert_eq!(cases.len(), 7);
    }

    #[test]
    fn beyond_the_supported_years_nothing_is_due() {
        let office = office();
        let (longest, shortest) = (Duration::from_millis(i64::MAX), Duration::from_millis(i64::MIN));
        for start in [Instant::MIN, Instant::EPOCH, Instant::MAX] {
            assert_eq!(office.add_working_time(start, longest), None);
            assert_eq!(office.add_working_time(start, shortest), None);
        }
        // The last day of year 9999 is a Friday.
        assert_eq!(office.next_opening(Instant::MAX), None);
        let whole = office.working_time_between(Instant::MIN, Instant::MAX);
        assert_eq!(office.add_working_time(Instant::MIN, whole), Some(at("9999-12-31T17:00:00")));
    }

    #[test]
    fn round_the_clock_is_as_long_as_the_clock_runs() {
        let changes = super::super::ZoneDef::new("Europe/Berlin", "+01:00".parse().unwrap())
            .with_change(at("2026-03-29T01:00:00"), "+02:00".parse().unwrap())
            .with_change(at("2026-10-25T01:00:00"), "+01:00".parse().unwrap());
        let zones = super::super::Zones::new().with(changes.compile().unwrap());
        let everyday = Weekday::MON_TO_FRI.into_iter().chain([Weekday::Saturday, Weekday::Sunday]);
        let calendar =
            CalendarDef::new("always", Offset::UTC, everyday).in_zone("Europe/Berlin").compile_in(&zones).unwrap();
        for (day, hours) in [("2026-03-29", 23), ("2026-10-25", 25), ("2026-07-01", 24)] {
            let day: Date = day.parse().unwrap();
            let (start, end) =
                (calendar.zone().start_of_day(day), calendar.zone().start_of_day(day.plus_days(1).unwrap()));
            assert_eq!(calendar.working_time_between(start, end), Duration::from_hours(hours));
        }
        let year = calendar.working_time_between(at("2026-01-01T00:00:00"), at("2027-01-01T00:00:00"));
        assert_eq!(year, Duration::from_days(365));
    }

    /// Hours at five-minute marks and exceptions within the first two years of the zones' changes.
    fn any_calendar() -> impl Strategy<Value = Calendar> {
        let hours = prop_oneof![
            Just(DayHours::new([TimeSpan::WHOLE_DAY])),
            prop::collection::btree_set(0..=288_u16, 0..6).prop_map(|marks| {
                let marks: Vec<u16> = marks.into_iter().collect();
                DayHours::new(
                    marks.chunks_exact(2).map(|pair| TimeSpan::from_minutes(pair[0] * 5, pair[1] * 5).unwrap()),
                )
            }),
        ];
        let day = 10_590..11_400_i32;
        let own = prop::collection::btree_map(day, hours.clone(), 0..20);
        (any_zone(), prop::collection::vec(hours, 7), own).prop_map(|(zone, week, own)| {
            let mut hours = WorkingWeek::default();
            for (place, of_day) in week.into_iter().enumerate() {
                hours.set(Weekday::of(Date::from_epoch_days(4 + place as i32).unwrap()), of_day);
            }
            hours.set(Weekday::Wednesday, DayHours::new([TimeSpan::from_minutes(60, 120).unwrap()]));
            Calendar::new("any".parse().unwrap(), zone, hours, own)
        })
    }

    /// Whether the office is open, by the days' first moments and the hours as written.
    fn opens(calendar: &Calendar, at: i64) -> bool {
        let zone: &Zone = calendar.zone();
        let shown = zone.date_at(Instant::from_millis(at).unwrap()).epoch_days();
        (shown - 2..=shown + 2).any(|day| {
            calendar.hours(day).spans().iter().any(|span| {
                let [from, to] = [span.start(), span.end()]
                    .map(|minute| zone.first_showing(i64::from(day) * DAY_MILLIS + i64::from(minute) * MINUTE_MILLIS));
                from <= at && at < to
            })
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn measuring_is_counting_minute_by_minute(
            calendar in any_calendar(), start in 15_250_000..16_000_000_i64, minutes in 0..4_000_i64,
        ) {
            let moment = |minute: i64| Instant::from_millis(minute * MINUTE_MILLIS).unwrap();
            let open: Vec<i64> =
                (start..start + minutes).filter(|minute| opens(&calendar, minute * MINUTE_MILLIS)).collect();
            let (from, to) = (moment(start), moment(start + minutes));
            prop_assert_eq!(calendar.is_open(from), opens(&calendar, from.millis()));
            let worked = Duration::from_millis(open.len() as i64 * MINUTE_MILLIS);
            prop_assert_eq!(calendar.working_time_between(from, to), worked);
            if let Some(&first) = open.first() {
                prop_assert_eq!(calendar.next_opening(from), Some(moment(first)));
                prop_assert_eq!(calendar.add_working_time(from, Duration::ZERO), Some(moment(first)));
                let last = open[open.len() - 1];
                prop_assert_eq!(calendar.add_working_time(from, worked), Some(moment(last + 1)));
                // Backwards from the same end the first open minute is the first that counts.
                prop_assert_eq!(calendar.add_working_time(to, Duration::from_millis(-worked.millis())), Some(moment(first)));
            }
        }

        #[test]
        fn measuring_undoes_adding_however_far(
            calendar in any_calendar(), start in any_instant(), span in -300_000_000_000_000..300_000_000_000_000_i64,
        ) {
            let span = Duration::from_millis(span);
            if let Some(there) = calendar.add_working_time(start, span) {
                prop_assert_eq!(calendar.working_time_between(start, there), span);
            } else {
                let end = if span > Duration::ZERO { Instant::MAX } else { Instant::MIN };
                let most = calendar.working_time_between(start, end);
                prop_assert!(most.millis().abs() <= span.millis().abs());
            }
        }
    }

    #[test]
    fn own_hours_may_be_off_for_weeks() {
        let off = (19_700..19_760).map(|day| (day, DayHours::OFF)).collect::<BTreeMap<_, _>>();
        let mut week = WorkingWeek::default();
        week.set(Weekday::Monday, DayHours::new([TimeSpan::WHOLE_DAY]));
        let calendar = Calendar::new("mondays".parse().unwrap(), Zone::UTC, week, off);
        let first_off = Date::from_epoch_days(19_700).unwrap();
        assert_eq!(calendar.next_opening(Zone::UTC.start_of_day(first_off)), Some(at("2024-02-12T00:00:00")));
    }
}
