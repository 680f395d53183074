//! Times for property tests, with the ends of the supported years and of months more often than chance has them.

use proptest::prelude::*;

use super::offset_table::OffsetTable;
use super::{LocalTime, MonthDay, Offset, Weekday, Zone};
use crate::value::{Date, Instant};

pub(super) fn any_date() -> impl Strategy<Value = Date> {
    let (first, last) = (Date::MIN.epoch_days(), Date::MAX.epoch_days());
    let month_end = (1..=9999, 1..=12_u32, 28..=31_u32);
    prop_oneof![
        (first..=last).prop_map(|days| Date::from_epoch_days(days).unwrap()),
        month_end.prop_filter_map("no such day", |(year, month, day)| Date::new(year, month, day)),
        (0..400).prop_map(|days| Date::MIN.plus_days(days).unwrap()),
        (0..400).prop_map(|days: i32| Date::MAX.plus_days(-days).unwrap()),
        (0..400).prop_map(|days| Date::new(2026, 1, 1).unwrap().plus_days(days).unwrap()),
    ]
}

pub(super) fn any_instant() -> impl Strategy<Value = Instant> {
    let (first, last) = (Instant::MIN.millis(), Instant::MAX.millis());
    const TWO_DAYS: i64 = 172_800_000;
    prop_oneof![first..=last, first..=first + TWO_DAYS, last - TWO_DAYS..=last]
        .prop_map(|millis| Instant::from_millis(millis).unwrap())
}

pub(super) fn any_local_time() -> impl Strategy<Value = LocalTime> {
    (0..24_u8, 0..60_u8).prop_map(|(hour, minute)| LocalTime::new(hour, minute).unwrap())
}

pub(super) fn any_offset() -> impl Strategy<Value = Offset> {
    (-1080..=1080).prop_map(|minutes| Offset::from_minutes(minutes).unwrap())
}

/// Zones with up to six changes between 1999 and 2026, some of them within hours, and fixed ones.
pub(super) fn any_zone() -> impl Strategy<Value = Zone> {
    let change = (1..60 * 24 * 400_i64, -72..=72_i32);
    let named = (-72..=72_i32, prop::collection::vec(change, 0..6)).prop_map(|(first, changes)| {
        let mut at = 915_148_800_000;
        let changes = changes.into_iter().map(|(minutes, quarters)| {
            at += minutes * 60_000;
            (at, quarters * 900)
        });
        Zone::named("any", OffsetTable::new(first * 900, changes))
    });
    prop_oneof![named, any_offset().prop_map(Zone::from)]
}

pub(super) fn any_month_day() -> impl Strategy<Value = MonthDay> {
    let weekday = || (0..7).prop_map(|days| Weekday::of(Date::from_epoch_days(days).unwrap()));
    prop_oneof![
        (1..=31_u8).prop_map(MonthDay::Day),
        Just(MonthDay::Last),
        (1..=4_u8, weekday()).prop_map(|(nth, weekday)| MonthDay::Nth(nth, weekday)),
        weekday().prop_map(MonthDay::LastWeekday),
        Just(MonthDay::FirstWorking),
        Just(MonthDay::LastWorking),
    ]
}
