use chrono::Months;

use crate::value::Date;

/// Returns the same day of the month `months` months later (earlier when negative), or the last day of a shorter month.
///
/// Use it for terms and instalments that run in months; for days there is [`Date::plus_days`]. `None` outside the
/// supported years. Count from the first date each time, as a chain of steps forgets the 31st.
///
/// # Example: from the end of January
/// ```
/// use guanxi::calendar::add_months;
/// use guanxi::value::Date;
///
/// let signed: Date = "2026-01-31".parse()?;
/// assert_eq!(add_months(signed, 1), Date::new(2026, 2, 28));
/// assert_eq!(add_months(signed, 2), Date::new(2026, 3, 31));
/// assert_eq!(add_months(signed, 25), Date::new(2028, 2, 29));
/// assert_eq!(add_months(signed, -12), Date::new(2025, 1, 31));
/// # Ok::<(), guanxi::value::InvalidDate>(())
/// ```
pub fn add_months(date: Date, months: i32) -> Option<Date> {
    let count = Months::new(months.unsigned_abs());
    let date = date.to_chrono();
    let moved = if months < 0 { date.checked_sub_months(count) } else { date.checked_add_months(count) };
    moved.and_then(|moved| Date::try_from(moved).ok())
}

/// Returns the day in `year` (1 to 9999) on which something of `month` (1 to 12) and `day` (1 to 31) comes round again.
///
/// Use it for birthdays and anniversaries. What fell on 29 February comes round on 28 February in a common year, so that
/// a reminder is never late. `None` for a day that no year has, such as 31 April.
///
/// # Example: a birthday every four years, and in between
/// ```
/// use guanxi::calendar::yearly_on;
/// use guanxi::value::Date;
///
/// assert_eq!(yearly_on(2, 29, 2028), Date::new(2028, 2, 29));
/// assert_eq!(yearly_on(2, 29, 2027), Date::new(2027, 2, 28));
/// assert_eq!(yearly_on(4, 31, 2027), None);
/// ```
pub fn yearly_on(month: u32, day: u32, year: i32) -> Option<Date> {
    match (month, day) {
        (2, 29) => Date::new(year, 2, 29).or_else(|| Date::new(year, 2, 28)),
        _ => Date::new(year, month, day),
    }
}

#[cfg(test)]
mod tests {
    use chrono::Datelike;
    use proptest::prelude::*;

    use super::super::arbitrary::any_date;
    use super::*;

    #[test]
    fn beyond_the_supported_years_there_is_no_day() {
        assert_eq!(add_months(Date::MAX, 0), Some(Date::MAX));
        assert_eq!(add_months(Date::MAX, 1), None);
        assert_eq!(add_months(Date::MIN, -1), None);
        assert_eq!(add_months(Date::MIN, 9999 * 12 - 1), Date::new(9999, 12, 1));
        for months in [i32::MIN, i32::MAX] {
            assert_eq!(add_months(Date::MIN, months), None);
        }
        assert_eq!(yearly_on(2, 29, 0), None);
        assert_eq!(yearly_on(1, 1, 10_000), None);
        assert_eq!(yearly_on(2, 30, 2028), None);
        assert_eq!(yearly_on(u32::MAX, u32::MAX, i32::MIN), None);
    }

    #[test]
    fn a_leap_day_comes_round_every_year() {
        let born = Date::new(2000, 2, 29).unwrap();
        for year in 1..=9999 {
            let last_of_february = Date::new(year, 3, 1).and_then(|march| march.plus_days(-1));
            assert_eq!(yearly_on(2, 29, year), last_of_february);
            assert_eq!(add_months(born, (year - 2000) * 12), last_of_february);
        }
    }

    proptest! {
        #[test]
        fn months_move_by_counting_and_stay_in_their_month(date in any_date(), months in -120_000..120_000_i32) {
            let from = date.to_chrono();
            let month = from.year() * 12 + from.month0() as i32 + months;
            let (year, month) = (month.div_euclid(12), month.rem_euclid(12) as u32 + 1);
            // The reference walks back from the wanted day to the first one that exists.
            let expected = (1..=from.day()).rev().find_map(|day| Date::new(year, month, day));
            prop_assert_eq!(add_months(date, months), expected);
        }

        #[test]
        fn an_anniversary_is_the_day_whole_years_later(date in any_date(), year in 1..=9999_i32) {
            let from = date.to_chrono();
            prop_assert_eq!(
                yearly_on(from.month(), from.day(), year),
                add_months(date, (year - from.year()) * 12)
            );
        }
    }
}
