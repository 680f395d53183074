use std::collections::BTreeMap;

use super::day_hours::DayHours;
use super::exceptions::Exceptions;
use super::working_week::WorkingWeek;
use super::{TimeSpan, Zone};
use crate::value::{Date, Name};

/// When a company works: the hours of a week, less its holidays, plus its make-up days, by the clock of a zone.
///
/// It comes from a [`CalendarDef`](super::CalendarDef). Use it for whatever is due "within three working days" or "within
/// four working hours"; years that the lists do not cover follow the week alone. A day with any working hours, be it half
/// a day, is a working day. Counting takes the logarithm of the exceptions, never a walk over the days.
///
/// # Example: the Spring Festival of 2026
/// The days are those of the notice of the General Office of the State Council of 4 November 2025 (国务院办公厅关于2026年
/// 部分节假日安排的通知, <https://politics.gmw.cn/2025-11/04/content_38391083.htm>): off from Sunday 15 to Monday
/// 23 February, made up for on the Saturdays 14 and 28 February.
/// ```
/// use guanxi::calendar::{CalendarDef, Offset, Weekday};
/// use guanxi::value::Date;
///
/// let february = |day| Date::new(2026, 2, day);
/// let calendar = CalendarDef::new("cn-2026", "+08:00".parse()?, Weekday::MON_TO_FRI)
///     .with_holidays((15..=23).filter_map(february))
///     .with_makeup_days([14, 28].into_iter().filter_map(february))
///     .compile()?;
///
/// let [friday, saturday, festival, back] = ["2026-02-13", "2026-02-14", "2026-02-17", "2026-02-24"];
/// assert!(calendar.is_working_day(saturday.parse()?));
/// assert!(!calendar.is_working_day(festival.parse()?));
/// assert_eq!(calendar.add_working_days(friday.parse()?, 2), Some(back.parse()?));
/// assert_eq!(calendar.working_days_between(friday.parse()?, back.parse()?), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    name: Name,
    zone: Zone,
    week: WorkingWeek,
    exceptions: Exceptions,
}

impl Calendar {
    /// Returns the calendar of a week and of days, counted from 1970-01-01, that have hours of their own or are off.
    pub(super) fn new(name: Name, zone: Zone, week: WorkingWeek, own: BTreeMap<i32, DayHours>) -> Self {
        let exceptions = Exceptions::new(&week, &zone, own);
        Self { name, zone, week, exceptions }
    }

    /// Returns the name by which a definition refers to this calendar.
    pub fn name(&self) -> &Name {
        &self.name
    }

    /// Returns the clock by which this calendar's days and hours are told.
    pub fn zone(&self) -> &Zone {
        &self.zone
    }

    /// Returns whether `date` is worked.
    pub fn is_working_day(&self, date: Date) -> bool {
        !self.hours(date.epoch_days()).is_off()
    }

    /// Returns the working hours of `date`, ascending; none when it is off.
    ///
    /// # Example: half a day before New Year
    /// ```
    /// use guanxi::calendar::{CalendarDef, Offset, Weekday};
    /// use guanxi::value::Date;
    ///
    /// let calendar = CalendarDef::new("office", Offset::UTC, Weekday::MON_TO_FRI)
    ///     .with_hours(["09:00-12:00".parse()?, "13:30-18:00".parse()?])
    ///     .with_date_hours("2026-12-31".parse()?, ["09:00-12:00".parse()?])
    ///     .compile()?;
    /// let hours = |text: &str| text.parse::<Date>().map(|day| calendar.working_hours(day).len());
    /// assert_eq!([hours("2026-12-30")?, hours("2026-12-31")?, hours("2027-01-02")?], [2, 1, 0]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn working_hours(&self, date: Date) -> &[TimeSpan] {
        self.hours(date.epoch_days()).spans()
    }

    /// Returns the `n`-th working day after `date`, or before it when `n` is negative.
    ///
    /// Zero days is `date` itself, worked or not. `date` is never counted: from a Saturday off, the first working day
    /// is Monday, as it is from Friday. `None` when that day lies outside the supported years.
    ///
    /// # Example: over a weekend
    /// ```
    /// use guanxi::calendar::{CalendarDef, Offset, Weekday};
    /// use guanxi::value::Date;
    ///
    /// let calendar = CalendarDef::new("plain", Offset::UTC, Weekday::MON_TO_FRI).compile()?;
    /// let [friday, saturday, monday]: [Date; 3] = ["2026-03-06".parse()?, "2026-03-07".parse()?, "2026-03-09".parse()?];
    /// assert_eq!(calendar.add_working_days(friday, 1), Some(monday));
    /// assert_eq!(calendar.add_working_days(saturday, 1), Some(monday));
    /// assert_eq!(calendar.add_working_days(saturday, 0), Some(saturday));
    /// assert_eq!(calendar.add_working_days(saturday, -1), Some(friday));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn add_working_days(&self, date: Date, n: i32) -> Option<Date> {
        let from = date.epoch_days();
        match n {
            0 => Some(date),
            1.. => self.working_day_at(self.count_before(from + 1).checked_add(n - 1)?),
            _ => self.working_day_at(self.count_before(from).checked_add(n)?),
        }
    }

    /// Returns how many working days it takes from `a` to `b`, negative when `b` is before `a`.
    ///
    /// `a` itself is not counted and `b` is, in either direction, so that this undoes
    /// [`add_working_days`](Self::add_working_days): where that gave `b` for `n`, this gives `n`.
    ///
    /// # Example: Friday to Monday is one working day
    /// ```
    /// use guanxi::calendar::{CalendarDef, Offset, Weekday};
    /// use guanxi::value::Date;
    ///
    /// let calendar = CalendarDef::new("plain", Offset::UTC, Weekday::MON_TO_FRI).compile()?;
    /// let [friday, saturday, monday]: [Date; 3] = ["2026-03-06".parse()?, "2026-03-07".parse()?, "2026-03-09".parse()?];
    /// assert_eq!(calendar.working_days_between(friday, monday), 1);
    /// assert_eq!(calendar.working_days_between(friday, saturday), 0);
    /// assert_eq!(calendar.working_days_between(monday, friday), -1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn working_days_between(&self, a: Date, b: Date) -> i32 {
        // Forwards the end of a day counts, backwards its start.
        let end = i32::from(a <= b);
        self.count_before(b.epoch_days() + end) - self.count_before(a.epoch_days() + end)
    }

    /// Returns the first working day at or after a date.
    pub(super) fn first_worked_from(&self, date: Date) -> Option<Date> {
        if self.is_working_day(date) { Some(date) } else { self.add_working_days(date, 1) }
    }

    /// Returns the last working day at or before a date.
    pub(super) fn last_worked_until(&self, date: Date) -> Option<Date> {
        if self.is_working_day(date) { Some(date) } else { self.add_working_days(date, -1) }
    }

    /// Returns whether a date would be worked if there were no exceptions.
    pub(super) fn is_usually_worked(&self, date: Date) -> bool {
        !self.week.hours(date.epoch_days()).is_off()
    }

    /// Returns the hours of a day, counted from 1970-01-01.
    pub(super) fn hours(&self, day: i32) -> &DayHours {
        self.exceptions.hours(day).unwrap_or_else(|| self.week.hours(day))
    }

    /// Returns how many milliseconds are worked before a day, from an origin of the week's choosing.
    pub(super) fn millis_before(&self, day: i32) -> i64 {
        self.week.millis_before(day) + self.exceptions.before(day).millis
    }

    /// Returns how many working days lie before a day, from an origin of the week's choosing.
    fn count_before(&self, day: i32) -> i32 {
        self.week.count_before(day) + self.exceptions.before(day).days
    }

    /// Returns the working day that has exactly `count` others before it, by halving the supported days.
    fn working_day_at(&self, count: i32) -> Option<Date> {
        let (mut low, mut high) = (Date::MIN.epoch_days(), Date::MAX.epoch_days() + 1);
        if count < self.count_before(low) {
            return None;
        }
        // The first day whose end has more than `count` working days before it; past the last day if there is none.
        while low < high {
            let middle = low + (high - low) / 2;
            if self.count_before(middle + 1) > count {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        Date::from_epoch_days(low)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::super::arbitrary::any_date;
    use super::super::{CalendarDef, Offset, Weekday};
    use super::*;

    /// The same company, counted on the fingers.
    #[derive(Debug, Clone)]
    struct Naive {
        week: BTreeSet<Weekday>,
        holidays: BTreeSet<Date>,
        makeup_days: BTreeSet<Date>,
        /// A day that the exceptions are near to.
        near: Date,
    }

    impl Naive {
        fn compile(&self) -> Calendar {
            CalendarDef::new("naive", Offset::UTC, self.week.iter().copied())
                .with_holidays(self.holidays.iter().copied())
                .with_makeup_days(self.makeup_days.iter().copied())
                .compile()
                .unwrap()
        }

        fn works(&self, day: Date) -> bool {
            if self.week.contains(&Weekday::of(day)) {
                !self.holidays.contains(&day)
            } else {
                self.makeup_days.contains(&day)
            }
        }

        fn add(&self, mut day: Date, n: i32) -> Option<Date> {
            let mut left = n.abs();
            while left > 0 {
                day = day.plus_days(n.signum())?;
                left -= i32::from(self.works(day));
            }
            Some(day)
        }

        fn between(&self, a: Date, b: Date) -> i32 {
            let step = if a <= b { 1 } else { -1 };
            let (mut day, mut count) = (a, 0);
            while day != b {
                day = day.plus_days(step).unwrap();
                count += step * i32::from(self.works(day));
            }
            count
        }
    }

    fn any_naive() -> impl Strategy<Value = Naive> {
        use Weekday::*;
        let week =
            prop::sample::subsequence(vec![Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday], 1..=7);
        let near = prop_oneof![
            3 => Just(Date::new(2026, 2, 1).unwrap()),
            1 => Just(Date::new(1969, 12, 1).unwrap()),
            1 => Just(Date::MIN),
            1 => Just(Date::MAX.plus_days(-59).unwrap()),
        ];
        let exceptions = prop::collection::btree_map(0..60, any::<bool>(), 0..40);
        (week, near, exceptions).prop_map(|(week, near, exceptions)| {
            let listed = |makeup: bool| {
                let days = exceptions.iter().filter(|(_, is_makeup)| **is_makeup == makeup);
                days.map(|(days, _)| near.plus_days(*days).unwrap()).collect()
            };
            Naive { week: week.into_iter().collect(), holidays: listed(false), makeup_days: listed(true), near }
        })
    }

    /// A company and a day close to its exceptions.
    fn any_naive_day() -> impl Strategy<Value = (Naive, Date)> {
        (any_naive(), -30..90).prop_map(|(naive, days)| {
            let day = naive.near.plus_days(days).unwrap_or(naive.near);
            (naive, day)
        })
    }

    proptest! {
        #[test]
        fn adding_is_counting_day_by_day((naive, day) in any_naive_day(), n in -60..60) {
            prop_assert_eq!(naive.compile().is_working_day(day), naive.works(day));
            prop_assert_eq!(naive.compile().add_working_days(day, n), naive.add(day, n));
        }

        #[test]
        fn measuring_is_counting_day_by_day((naive, a) in any_naive_day(), days in -120..120) {
            let b = a.plus_days(days).unwrap_or(a);
            prop_assert_eq!(naive.compile().working_days_between(a, b), naive.between(a, b));
        }

        #[test]
        fn measuring_undoes_adding_however_far(naive in any_naive(), day in any_date(), n in -4_000_000..4_000_000_i32) {
            let calendar = naive.compile();
            if let Some(there) = calendar.add_working_days(day, n) {
                prop_assert!(n == 0 || calendar.is_working_day(there));
                prop_assert_eq!(calendar.working_days_between(day, there), n);
            } else {
                let end = if n > 0 { Date::MAX } else { Date::MIN };
                prop_assert!(calendar.working_days_between(day, end).abs() < n.abs());
            }
        }
    }

    #[test]
    fn the_farthest_counts_are_answered() {
        let calendar = CalendarDef::new("plain", Offset::UTC, Weekday::MON_TO_FRI).compile().unwrap();
        for n in [i32::MIN, i32::MAX] {
            for day in [Date::MIN, Date::new(2026, 2, 14).unwrap(), Date::MAX] {
                assert_eq!(calendar.add_working_days(day, n), None);
            }
        }
        // Year 1 begins on a Monday and year 9999 ends on a Friday.
        let whole = calendar.working_days_between(Date::MIN, Date::MAX);
        assert_eq!(calendar.add_working_days(Date::MIN, whole), Some(Date::MAX));
        assert_eq!(calendar.add_working_days(Date::MIN, whole + 1), None);
        assert_eq!(calendar.add_working_days(Date::MAX, -whole), Some(Date::MIN));
        assert_eq!(calendar.add_working_days(Date::MAX, -whole - 1), None);
    }

    #[test]
    fn a_week_emptied_by_holidays_up_to_the_last_year_has_no_next_day() {
        let last_monday = Date::new(9999, 12, 27).unwrap();
        assert_eq!(Weekday::of(last_monday), Weekday::Monday);
        let calendar =
            CalendarDef::new("mondays", Offset::UTC, [Weekday::Monday]).with_holidays([last_monday]).compile().unwrap();
        let before = last_monday.plus_days(-7).unwrap();
        assert_eq!(calendar.add_working_days(before, 1), None);
        assert_eq!(calendar.add_working_days(Date::MAX, -1), Some(before));
    }

    /// All of 2026 by the State Council's notice, in which every day off in a working week is one of the 13 public
    /// holidays of the law or made up for.
    #[test]
    fn the_chinese_year_2026_has_its_248_working_days() {
        let days = |list: &[(u32, u32, u32)]| -> Vec<Date> {
            list.iter()
                .flat_map(|&(month, first, last)| (first..=last).map(move |day| Date::new(2026, month, day).unwrap()))
                .collect()
        };
        let holidays = days(&[(1, 1, 3), (2, 15, 23), (4, 4, 6), (5, 1, 5), (6, 19, 21), (9, 25, 27), (10, 1, 7)]);
        let makeup_days = days(&[(1, 4, 4), (2, 14, 14), (2, 28, 28), (5, 9, 9), (9, 20, 20), (10, 10, 10)]);
        let calendar = CalendarDef::new("cn-2026", Offset::from_minutes(480).unwrap(), Weekday::MON_TO_FRI)
            .with_holidays(holidays)
            .with_makeup_days(makeup_days)
            .compile()
            .unwrap();
        let year = |year| Date::new(year, 12, 31).unwrap();
        assert_eq!(calendar.working_days_between(year(2025), year(2026)), 248);
        let date = |text: &str| text.parse::<Date>().unwrap();
        for (from, n, to) in [
            ("2026-02-13", 1, "2026-02-14"),
            ("2026-02-14", 1, "2026-02-24"),
            ("2026-02-15", 1, "2026-02-24"),
            ("2026-02-15", 0, "2026-02-15"),
            ("2026-02-24", -1, "2026-02-14"),
            ("2026-02-27", 2, "2026-03-02"),
            ("2026-09-30", 3, "2026-10-10"),
            ("2025-12-31", 2, "2026-01-05"),
        ] {
            assert_eq!(calendar.add_working_days(date(from), n), Some(date(to)), "{from} {n}");
        }
    }
}
