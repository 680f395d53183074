//! Any calendar, zone, recurrence and fiscal calendar is refused with places and words, or answers every moment alike from
//! both sides: what is added is what is measured, and what comes next is later and comes once.

use guanxi::calendar::{
    Calendar, CalendarDef, FiscalCalendarDef, FiscalUnit, InvalidCalendar, Recurrence, RecurrenceDef, Zone, ZoneDef,
    Zones,
};
use guanxi::value::{Date, Duration, Instant};
use serde_json::Value;

/// Checks an object with the keys `zone`, `calendar`, `recurrence`, `fiscal` and `at`, a list of moments.
pub fn check(data: &[u8]) {
    let Ok(Value::Object(parts)) = serde_json::from_slice::<Value>(data) else { return };
    let part = |key: &str| parts.get(key).cloned().unwrap_or_default();
    let moments: Vec<Instant> = match part("at") {
        Value::Array(texts) => texts.iter().filter_map(|text| text.as_str()?.parse().ok()).take(8).collect(),
        _ => Vec::new(),
    };
    let zone = serde_json::from_value::<ZoneDef>(part("zone")).ok().and_then(|zone| compiled(zone.compile()));
    let zones = zone.iter().cloned().fold(Zones::new(), Zones::with);
    let calendar = serde_json::from_value::<CalendarDef>(part("calendar")).ok();
    let calendar = calendar.and_then(|calendar| {
        let written = serde_json::to_value(&calendar).expect("a definition can be written");
        assert_eq!(serde_json::from_value::<CalendarDef>(written).expect("and read"), calendar);
        compiled(calendar.compile_in(&zones))
    });
    let zone = calendar.as_ref().map(Calendar::zone).or(zone.as_ref()).unwrap_or(&Zone::UTC);
    let recurrence = serde_json::from_value::<RecurrenceDef>(part("recurrence")).ok();
    let recurrence = recurrence.and_then(|recurrence| compiled(recurrence.compile(zone, calendar.as_ref())));
    let fiscal = serde_json::from_value::<FiscalCalendarDef>(part("fiscal")).ok();
    let fiscal = fiscal.and_then(|fiscal| compiled(fiscal.compile()));
    for at in moments {
        let (date, time) = (zone.date_at(at), zone.time_at(at));
        // At the ends of time the local day may be another than the clock shows.
        let is_shown = date != Date::MIN && date != Date::MAX;
        assert!(!is_shown || zone.instant_at(date, time) <= at, "{date} {time} is not shown by {at}");
        if let Some(calendar) = &calendar {
            working_time(calendar, at);
            working_days(calendar, at);
        }
        if let Some(recurrence) = &recurrence {
            next(recurrence, at);
        }
        for unit in [FiscalUnit::Year, FiscalUnit::Quarter, FiscalUnit::Month] {
            let period = fiscal.as_ref().and_then(|fiscal| fiscal.period_of(date, unit));
            assert!(period.is_none_or(|period| period.contains(date)));
        }
    }
}

fn compiled<T>(result: Result<T, InvalidCalendar>) -> Option<T> {
    result
        .map_err(|refused| {
            assert!(!refused.problems().is_empty());
            for problem in refused.problems() {
                assert!(!problem.path().is_empty() && !problem.message().is_empty(), "{problem:?}");
                assert!(!problem.to_string().contains('\n'), "{problem:?}");
            }
        })
        .ok()
}

fn working_time(calendar: &Calendar, at: Instant) {
    if let Some(opening) = calendar.next_opening(at) {
        assert!(opening >= at && calendar.is_open(opening));
        assert_eq!(calendar.is_open(at), opening == at);
        assert_eq!(calendar.working_time_between(at, opening), Duration::ZERO);
    }
    for millis in [0, 1, 60_000, 28_800_000, 3_600_000_000, 31_536_000_000_000] {
        for span in [millis, -millis].map(Duration::from_millis) {
            if let Some(there) = calendar.add_working_time(at, span) {
                assert_eq!(calendar.working_time_between(at, there), span, "{at} to {there}");
            }
        }
    }
}

fn working_days(calendar: &Calendar, at: Instant) {
    let date = calendar.zone().date_at(at);
    assert_eq!(calendar.is_working_day(date), !calendar.working_hours(date).is_empty());
    for n in [-1_000, -1, 0, 1, 7, 1_000] {
        if let Some(there) = calendar.add_working_days(date, n) {
            assert_eq!(calendar.working_days_between(date, there), n);
        }
    }
}

fn next(recurrence: &Recurrence, mut at: Instant) {
    for _ in 0..8 {
        let Some(next) = recurrence.next_after(at) else { return };
        assert!(next > at, "{next} is not after {at}");
        let just_before = next.plus(Duration::from_millis(-1)).expect("it is after something");
        assert_eq!(recurrence.next_after(just_before), Some(next));
        at = next;
    }
}
