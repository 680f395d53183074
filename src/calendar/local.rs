use super::{LocalTime, Offset, Zone};
use crate::value::{Date, Instant};

/// Returns the local calendar day of a moment, as [`Zone::date_at`] of a fixed offset.
///
/// Within 18 hours of the ends of the supported years, where the local day would fall outside them, it is
/// [`Date::MIN`] or [`Date::MAX`].
///
/// # Example: late in the evening in London is tomorrow in Shanghai
/// ```
/// use guanxi::calendar::{Offset, local_date};
/// use guanxi::value::{Date, Instant};
///
/// let at: Instant = "2026-12-31T23:30:00Z".parse()?;
/// assert_eq!(local_date(at, "+08:00".parse()?).to_string(), "2027-01-01");
/// assert_eq!(local_date(at, Offset::UTC).to_string(), "2026-12-31");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn local_date(at: Instant, offset: Offset) -> Date {
    Zone::from(offset).date_at(at)
}

/// Returns the moment when the local clock shows `time` on `date`, as [`Zone::instant_at`] of a fixed offset.
///
/// A moment outside the supported years becomes [`Instant::MIN`] or [`Instant::MAX`]; either way its local day is `date`
/// again.
///
/// # Example: nine in the morning on New Year's Day of the horse
/// ```
/// use guanxi::calendar::{LocalTime, Offset, instant_at};
/// use guanxi::value::Date;
///
/// let (date, nine): (Date, LocalTime) = ("2026-02-17".parse()?, "09:00".parse()?);
/// assert_eq!(instant_at(date, nine, "+08:00".parse()?).to_string(), "2026-02-17T01:00:00Z");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn instant_at(date: Date, time: LocalTime, offset: Offset) -> Instant {
    Zone::from(offset).instant_at(date, time)
}

/// Returns the first moment of the local day, as [`instant_at`] midnight.
///
/// # Example: the day begins eight hours earlier in Shanghai
/// ```
/// use guanxi::calendar::start_of_day;
/// use guanxi::value::Date;
///
/// let date: Date = "2026-03-02".parse()?;
/// assert_eq!(start_of_day(date, "+08:00".parse()?).to_string(), "2026-03-01T16:00:00Z");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn start_of_day(date: Date, offset: Offset) -> Instant {
    instant_at(date, LocalTime::MIDNIGHT, offset)
}

/// Returns how many local midnights lie between two moments, negative when `later` is before `earlier`.
///
/// This is what people mean by "days ago"; elapsed time is [`Instant::since`].
///
/// # Example: two minutes, yet a day ago
/// ```
/// use guanxi::calendar::{Offset, days_between};
/// use guanxi::value::Instant;
///
/// let (call, now): (Instant, Instant) = ("2026-03-01T23:59:00+08:00".parse()?, "2026-03-02T00:01:00+08:00".parse()?);
/// assert_eq!(days_between(call, now, "+08:00".parse()?), 1);
/// assert_eq!(days_between(call, now, Offset::UTC), 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn days_between(earlier: Instant, later: Instant, offset: Offset) -> i32 {
    local_date(later, offset).days_since(local_date(earlier, offset))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::arbitrary::{any_date, any_instant, any_local_time, any_offset};
    use super::*;
    use crate::value::Duration;

    #[test]
    fn the_ends_of_the_supported_years_hold() {
        let (west, east) = (Offset::from_minutes(-1080).unwrap(), Offset::from_minutes(1080).unwrap());
        assert_eq!(local_date(Instant::MIN, west), Date::MIN);
        assert_eq!(local_date(Instant::MAX, east), Date::MAX);
        assert_eq!(start_of_day(Date::MIN, east), Instant::MIN);
        assert_eq!(instant_at(Date::MAX, LocalTime::new(23, 59).unwrap(), west), Instant::MAX);
        assert_eq!(days_between(Instant::MIN, Instant::MAX, Offset::UTC), 3_652_058);
        assert_eq!(days_between(Instant::MAX, Instant::MIN, Offset::UTC), -3_652_058);
    }

    proptest! {
        #[test]
        fn a_local_time_falls_on_its_day(date in any_date(), time in any_local_time(), offset in any_offset()) {
            prop_assert_eq!(local_date(instant_at(date, time, offset), offset), date);
        }

        #[test]
        fn the_text_with_its_offset_names_the_same_moment(
            date in any_date(), time in any_local_time(), offset in any_offset(),
        ) {
            let at = instant_at(date, time, offset);
            prop_assume!(at != Instant::MIN && at != Instant::MAX);
            prop_assert_eq!(format!("{date}T{time}:00{offset}").parse(), Ok(at));
        }

        #[test]
        fn a_day_starts_at_its_first_moment(at in any_instant(), offset in any_offset()) {
            // Where the local day falls outside the supported years there is no such day to start.
            prop_assume!(at.plus(Duration::from_millis(i64::from(offset.minutes()) * 60_000)).is_some());
            let date = local_date(at, offset);
            prop_assert!(start_of_day(date, offset) <= at);
            prop_assert!(date.plus_days(1).is_none_or(|next| at < start_of_day(next, offset)));
        }
    }
}
