use std::collections::BTreeMap;

use super::day_hours::{DayHours, OpenSpan};
use super::working_week::WorkingWeek;
use super::zone::{DAY_MILLIS, Zone};

/// The days about which the week does not tell the truth, and what they add up to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Exceptions {
    // INVARIANT: strictly ascending by day.
    days: Vec<Exception>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Exception {
    /// Counted from 1970-01-01.
    day: i32,
    hours: DayHours,
    /// What all exceptions up to this one add to the week, negative when they take away.
    added: Added,
}

/// What exceptions add to the working days and to the working time of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Added {
    pub(super) days: i32,
    pub(super) millis: i64,
}

impl Exceptions {
    /// Returns the days that have other hours than in the week, and those on which clocks are changed.
    pub(super) fn new(week: &WorkingWeek, zone: &Zone, own: BTreeMap<i32, DayHours>) -> Self {
        let mut candidates: BTreeMap<i32, DayHours> =
            days_of_seams(zone).map(|day| (day, week.hours(day).clone())).collect();
        candidates.extend(own);
        let mut added = Added::default();
        let days = candidates.into_iter().filter_map(|(day, hours)| {
            let usual = week.hours(day);
            // Where a place left out a day, nobody worked on it.
            let hours = if exists(zone, day) { hours } else { DayHours::OFF };
            let millis: i64 = hours.on(day, zone).map(OpenSpan::millis).sum();
            if hours == *usual && millis == usual.millis() {
                return None;
            }
            added.days += i32::from(!hours.is_off()) - i32::from(!usual.is_off());
            added.millis += millis - usual.millis();
            Some(Exception { day, hours, added })
        });
        Self { days: days.collect() }
    }

    /// Returns the hours of a day on which the week is wrong.
    pub(super) fn hours(&self, day: i32) -> Option<&DayHours> {
        let place = self.days.binary_search_by_key(&day, |exception| exception.day).ok()?;
        self.days.get(place).map(|exception| &exception.hours)
    }

    /// Returns what the exceptions before a day add.
    pub(super) fn before(&self, day: i32) -> Added {
        let passed = self.days.partition_point(|exception| exception.day < day);
        passed.checked_sub(1).and_then(|last| self.days.get(last)).map_or(Added::default(), |last| last.added)
    }
}

fn exists(zone: &Zone, day: i32) -> bool {
    let start = i64::from(day) * DAY_MILLIS;
    zone.first_showing(start) < zone.first_showing(start + DAY_MILLIS)
}

/// Returns the days on which the clock skips or repeats something.
fn days_of_seams(zone: &Zone) -> impl Iterator<Item = i32> {
    zone.seams().flat_map(|seam| {
        (seam.from.div_euclid(DAY_MILLIS)..=seam.to.div_euclid(DAY_MILLIS)).filter_map(|day| i32::try_from(day).ok())
    })
}
