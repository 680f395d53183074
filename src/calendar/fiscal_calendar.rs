use chrono::Datelike;

use super::{FiscalPeriod, FiscalUnit, Weekday, add_months};
use crate::value::Date;

/// How a company divides time for its accounts (财年日历): fiscal years, their quarters and their months.
///
/// It comes from a [`FiscalCalendarDef`](super::FiscalCalendarDef). Use it for targets, forecasts and comparisons with
/// the year before. Every supported day belongs to one period of each unit, except near year 1 and year 9999, where the
/// fiscal year would reach beyond them.
///
/// # Example: this quarter and the same one a year ago
/// ```
/// use guanxi::calendar::{FiscalCalendarDef, FiscalUnit};
///
/// let fiscal = FiscalCalendarDef::new(4, 1).compile()?;
/// let quarter = fiscal.period_of("2026-11-22".parse()?, FiscalUnit::Quarter).ok_or("no such quarter")?;
/// assert_eq!(quarter.to_string(), "FY2027 Q3");
/// let before = fiscal.same_period_last_year(&quarter).ok_or("no such quarter")?;
/// assert_eq!((before.first().to_string(), before.last().to_string()), ("2025-10-01".into(), "2025-12-31".into()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FiscalCalendar {
    // INVARIANT: a day that every year has, 1 to 28 of a month.
    pub(super) month: u32,
    pub(super) day: u32,
    pub(super) division: Division,
    /// How many years after the one in which it begins a fiscal year is named.
    pub(super) named_after: i32,
}

/// How a fiscal year is divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Division {
    Months,
    /// Whole weeks that begin on a weekday; the three months of a quarter have so many each.
    Weeks {
        begin: Weekday,
        pattern: [u8; 3],
    },
}

impl FiscalCalendar {
    /// Returns the period of a unit to which a day belongs, or `None` if it reaches beyond the supported years.
    pub fn period_of(&self, date: Date, unit: FiscalUnit) -> Option<FiscalPeriod> {
        let year = date.to_chrono().year();
        // Weeks begin up to three days before the year does, or after it.
        let begun =
            (year - 1..=year + 1).rev().find(|&year| self.first_day(year).is_some_and(|first| first <= date))?;
        let mut numbers = 1..=unit.in_a_year();
        numbers.find_map(|number| self.period_begun(begun, unit, number).filter(|period| date <= period.last))
    }

    /// Returns a period by the name of its fiscal year and its number within it: 1 for a year, 1 to 4 for a quarter, 1 to
    /// 12 for a month. `None` if there is no such number or it reaches beyond the supported years.
    ///
    /// # Example: the first month of a year that begins on 1 April
    /// ```
    /// use guanxi::calendar::{FiscalCalendarDef, FiscalUnit};
    ///
    /// let fiscal = FiscalCalendarDef::new(4, 1).compile()?;
    /// let first = fiscal.period(2027, FiscalUnit::Month, 1).ok_or("no such month")?;
    /// assert_eq!(first.first().to_string(), "2026-04-01");
    /// assert!(fiscal.period(2027, FiscalUnit::Quarter, 5).is_none());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn period(&self, year: i32, unit: FiscalUnit, number: u8) -> Option<FiscalPeriod> {
        let begun = year.checked_sub(self.named_after).filter(|begun| (0..=9_999).contains(begun))?;
        self.period_begun(begun, unit, number)
    }

    /// Returns the period of the same unit and number a fiscal year earlier.
    ///
    /// Where years are divided into weeks, the last month of one year may have a week more than that of the other.
    pub fn same_period_last_year(&self, period: &FiscalPeriod) -> Option<FiscalPeriod> {
        self.period(period.year.checked_sub(1)?, period.unit, period.number)
    }

    /// Returns a period of the fiscal year that begins in, or within three days of, the year `begun`.
    fn period_begun(&self, begun: i32, unit: FiscalUnit, number: u8) -> Option<FiscalPeriod> {
        if !(1..=unit.in_a_year()).contains(&number) {
            return None;
        }
        let months = 12 / unit.in_a_year();
        let first = self.first_of_month(begun, (number - 1) * months)?;
        let last = self.first_of_month(begun, number * months)?.plus_days(-1)?;
        Some(FiscalPeriod { unit, year: begun + self.named_after, number, first, last })
    }

    /// Returns the first day of a month of a fiscal year, from 0; that of month 12 is the next year's.
    fn first_of_month(&self, begun: i32, month: u8) -> Option<Date> {
        match self.division {
            _ if month >= 12 => self.first_day(begun + 1),
            Division::Months => add_months(self.first_day(begun)?, i32::from(month)),
            Division::Weeks { pattern, .. } => {
                let quarters = i32::from(month / 3) * pattern.iter().map(|&weeks| i32::from(weeks)).sum::<i32>();
                let into: i32 = pattern.iter().take(usize::from(month % 3)).map(|&weeks| i32::from(weeks)).sum();
                self.first_day(begun)?.plus_days(7 * (quarters + into))
            }
        }
    }

    /// Returns the day on which a fiscal year begins.
    fn first_day(&self, begun: i32) -> Option<Date> {
        let named = Date::new(begun, self.month, self.day)?;
        match self.division {
            Division::Months => Some(named),
            Division::Weeks { begin, .. } => {
                // The weekday nearest to the day, three days before it to three after it.
                let before = (Weekday::of(named) as i32 - begin as i32).rem_euclid(7);
                named.plus_days(if before <= 3 { -before } else { 7 - before })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::FiscalCalendarDef;
    use super::super::arbitrary::any_date;
    use super::*;

    fn any_fiscal() -> impl Strategy<Value = FiscalCalendar> {
        let weekday = (0..7).prop_map(|days| Weekday::of(Date::from_epoch_days(days).unwrap()));
        let weeks = (weekday, prop::sample::select(vec![[4, 4, 5], [4, 5, 4], [5, 4, 4]]))
            .prop_map(|(begin, pattern)| Division::Weeks { begin, pattern });
        (1..=12_u32, 1..=28_u32, prop_oneof![Just(Division::Months), weeks], 0..=1)
            .prop_map(|(month, day, division, named_after)| FiscalCalendar { month, day, division, named_after })
    }

    const UNITS: [FiscalUnit; 3] = [FiscalUnit::Year, FiscalUnit::Quarter, FiscalUnit::Month];

    proptest! {
        #[test]
        fn every_day_is_in_one_period_and_periods_follow_each_other(fiscal in any_fiscal(), date in any_date()) {
            for unit in UNITS {
                let Some(period) = fiscal.period_of(date, unit) else {
                    prop_assert!(date < Date::new(2, 1, 10).unwrap() || date > Date::new(9998, 12, 20).unwrap());
                    continue;
                };
                prop_assert!(period.contains(date));
                prop_assert_eq!(fiscal.period(period.year(), unit, period.number()), Some(period));
                if let Some(next) = period.last().plus_days(1).and_then(|day| fiscal.period_of(day, unit)) {
                    prop_assert_eq!(next.first().plus_days(-1), Some(period.last()));
                    let number = period.number() % unit.in_a_year() + 1;
                    prop_assert_eq!(next.number(), number);
                    prop_assert_eq!(next.year() - period.year(), i32::from(number == 1));
                }
                if let Some(before) = fiscal.same_period_last_year(&period) {
                    prop_assert_eq!((before.number(), before.year()), (period.number(), period.year() - 1));
                    let days = period.first().days_since(before.first());
                    prop_assert!((364..=371).contains(&days));
                }
            }
        }
    }

    /// The years of whole weeks that begin on the Monday nearest to 1 January are those of ISO 8601.
    #[test]
    fn years_of_weeks_from_january_are_the_iso_week_years() {
        let fiscal = FiscalCalendarDef::new(1, 1).in_weeks([4, 4, 5], Weekday::Monday).compile().unwrap();
        for days in
            (Date::new(1900, 1, 1).unwrap().epoch_days()..Date::new(2100, 1, 1).unwrap().epoch_days()).step_by(3)
        {
            let date = Date::from_epoch_days(days).unwrap();
            let year = fiscal.period_of(date, FiscalUnit::Year).unwrap();
            let iso = date.to_chrono().iso_week();
            assert_eq!(year.year(), iso.year(), "{date}");
            assert_eq!(date.days_since(year.first()).div_euclid(7) + 1, iso.week() as i32, "{date}");
        }
    }

    #[test]
    fn a_fifty_third_week_belongs_to_the_last_month() {
        let fiscal = FiscalCalendarDef::new(1, 1).in_weeks([4, 4, 5], Weekday::Monday).compile().unwrap();
        let weeks = |year, month| {
            let period = fiscal.period(year, FiscalUnit::Month, month).unwrap();
            (period.last().days_since(period.first()) + 1) / 7
        };
        assert_eq!((1..=12).map(|month| weeks(2025, month)).collect::<Vec<_>>(), [4, 4, 5, 4, 4, 5, 4, 4, 5, 4, 4, 5]);
        assert_eq!(weeks(2026, 12), 6); // 2026 has 53 weeks
    }

    #[test]
    fn no_number_is_too_odd() {
        let fiscal = FiscalCalendarDef::new(12, 28).compile().unwrap();
        for year in [i32::MIN, -1, 0, 10_000, i32::MAX] {
            for number in [0, 1, 4, 12, 13, u8::MAX] {
                assert!(
                    UNITS
                        .iter()
                        .all(|&unit| fiscal.period(year, unit, number).is_none_or(|period| period.year() == year))
                );
            }
        }
        assert_eq!(fiscal.period_of(Date::MIN, FiscalUnit::Year), None);
        assert_eq!(fiscal.period_of(Date::MAX, FiscalUnit::Year), None);
    }
}
