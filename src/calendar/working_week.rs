use super::Weekday;
use super::day_hours::DayHours;

/// The working hours of every week.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct WorkingWeek {
    // Monday first.
    days: [DayHours; 7],
}

impl WorkingWeek {
    pub(super) fn set(&mut self, day: Weekday, hours: DayHours) {
        if let Some(place) = self.days.get_mut(day as usize) {
            *place = hours;
        }
    }

    /// Returns the hours of a day, counted from 1970-01-01.
    pub(super) fn hours(&self, day: i32) -> &DayHours {
        const OFF: &DayHours = &DayHours::OFF;
        self.days.get(weeks_and_days(day).1).unwrap_or(OFF)
    }

    /// Returns how many working days lie between the Monday before 1970-01-01 and the start of a day, negative before
    /// that Monday; only differences mean something.
    pub(super) fn count_before(&self, day: i32) -> i32 {
        let worked = |days: &[DayHours]| days.iter().map(|hours| i32::from(!hours.is_off())).sum::<i32>();
        let (weeks, days) = weeks_and_days(day);
        weeks * worked(&self.days) + worked(self.days.get(..days).unwrap_or_default())
    }

    /// Returns the milliseconds worked from that Monday to the start of a day, as if clocks were never changed.
    pub(super) fn millis_before(&self, day: i32) -> i64 {
        let length = |days: &[DayHours]| days.iter().map(DayHours::millis).sum::<i64>();
        let (weeks, days) = weeks_and_days(day);
        i64::from(weeks) * length(&self.days) + length(self.days.get(..days).unwrap_or_default())
    }
}

/// Returns the whole weeks since the Monday before 1970-01-01, and the days since Monday.
fn weeks_and_days(day: i32) -> (i32, usize) {
    let days = day.saturating_add(3);
    (days.div_euclid(7), days.rem_euclid(7) as usize)
}
