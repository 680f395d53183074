//! The IANA time zone database, as chrono-tz ships it.

use chrono::{DateTime, Offset, TimeZone};
use chrono_tz::Tz;

use super::offset_table::OffsetTable;

/// Returns the offsets of a zone by its exact name.
///
/// chrono-tz tells the offset of a moment and keeps its list of changes to itself, so they are looked for: two days at a
/// time, since no zone ever changed its offset twice within less than 95 hours, then by halving.
pub(super) fn table(name: &str) -> Option<OffsetTable> {
    let zone: Tz = name.parse().ok()?;
    let mut changes = Vec::new();
    let mut known = seconds_at(zone, FIRST);
    let first = known;
    for end in (FIRST + STEP..=LAST).step_by(STEP_LEN) {
        let found = seconds_at(zone, end);
        if found != known {
            let (mut before, mut after) = (end - STEP, end);
            while after - before > 1 {
                let middle = before + (after - before) / 2;
                if seconds_at(zone, middle) == known {
                    before = middle;
                } else {
                    after = middle;
                }
            }
            changes.push((after * 1_000, found));
            known = found;
        }
    }
    Some(OffsetTable::new(first, changes))
}

/// 1800-01-01 and 2110-01-01 in seconds since 1970-01-01: no zone changes outside.
const FIRST: i64 = -5_364_662_400;
const LAST: i64 = 4_417_977_600;
const STEP: i64 = 172_800;
const STEP_LEN: usize = 172_800;

fn seconds_at(zone: Tz, seconds: i64) -> i32 {
    let at = DateTime::from_timestamp(seconds, 0).unwrap_or_default().naive_utc();
    zone.offset_from_utc_datetime(&at).fix().local_minus_utc()
}

#[cfg(test)]
mod tests {
    use super::super::{Calendar, CalendarDef, LocalTime, Offset, Weekday, Zones};
    use super::*;
    use crate::value::{Date, Instant};

    const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data/analytics/dst/expected.json");

    fn due(zone: &str, local: &str) -> String {
        let (date, time) = local.split_once('T').unwrap();
        let (date, time): (Date, LocalTime) = (date.parse().unwrap(), time.parse().unwrap());
        Zones::new().find(zone).unwrap().instant_at(date, time).to_string()
    }

    #[test]
    fn gaps_and_folds_are_due_once() {
        for (zone, local, at) in [
            ("Africa/Cairo", "2026-04-24T00:30", "2026-04-23T22:00:00Z"),
            ("Africa/Cairo", "2026-10-29T23:30", "2026-10-29T20:30:00Z"),
            ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:30:00Z"),
            ("Pacific/Apia", "2011-12-30T12:00", "2011-12-30T10:00:00Z"),
            ("Asia/Shanghai", "1991-04-14T02:30", "1991-04-13T18:00:00Z"),
            ("Asia/Shanghai", "2026-11-21T09:00", "2026-11-21T01:00:00Z"),
            ("Europe/Dublin", "2026-10-25T01:30", "2026-10-25T00:30:00Z"),
        ] {
            assert_eq!(due(zone, local), at, "{local} in {zone}");
        }
    }

    #[test]
    fn cases_of_another_implementation_hold() {
        let Ok(json) = std::fs::read_to_string(CASES) else {
            println!("skipped: no {CASES}");
            return;
        };
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        let cases = json["cases"].as_array().unwrap();
        for case in cases {
            let (zone, local) = (case["zone"].as_str().unwrap(), case["local"].as_str().unwrap());
            assert_eq!(due(zone, local), case["fire_once_policy"].as_str().unwrap(), "{case}");
            let zone = Zones::new().find(zone).unwrap();
            for candidate in case["utc_candidates"].as_array().unwrap() {
                let at: Instant = candidate.as_str().unwrap().parse().unwrap();
                let shown = format!("{}T{}", zone.date_at(at), zone.time_at(at));
                assert_eq!(shown == local, case["kind"] != "gap", "{case}");
            }
        }
        assert_eq!(cases.len(), 15);
    }

    fn calendar(zone: &str) -> Calendar {
        CalendarDef::new("office", Offset::UTC, Weekday::MON_TO_FRI).in_zone(zone).compile().unwrap()
    }

    #[test]
    fn nobody_works_on_a_day_that_is_left_out() {
        let date = |text: &str| text.parse::<Date>().unwrap();
        let (apia, shanghai) = (calendar("Pacific/Apia"), calendar("Asia/Shanghai"));
        let friday = date("2011-12-30");
        assert!(!apia.is_working_day(friday) && shanghai.is_working_day(friday));
        assert_eq!(apia.add_working_days(date("2011-12-29"), 1), Some(date("2012-01-02")));
        assert_eq!(apia.working_days_between(date("2011-12-01"), date("2011-12-31")), 20);
        assert_eq!(shanghai.working_days_between(date("2011-12-01"), date("2011-12-31")), 21);
    }

    /// Every two hours of two decades, and every five days of three centuries, in every zone there is.
    #[test]
    fn the_changes_found_are_all_there_are() {
        for zone in chrono_tz::TZ_VARIANTS {
            let table = table(zone.name()).unwrap();
            for at in (FIRST..LAST).step_by(431_999).chain((1_600_000_000..1_800_000_000).step_by(70_001)) {
                assert_eq!(table.seconds_at(at * 1_000), seconds_at(zone, at), "{zone} at {at}");
            }
        }
    }

    #[test]
    fn the_data_ends_with_the_last_year_of_its_century() {
        let last = |name| table(name).unwrap().seams().last().unwrap().from;
        let year = |millis| chrono::Datelike::year(&DateTime::from_timestamp_millis(millis).unwrap());
        assert_eq!([year(last("Europe/Berlin")), year(last("America/New_York"))], [2099, 2099]);
        assert!(table("europe/berlin").is_none());
    }
}
