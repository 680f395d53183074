//! Checks a calendar as it is written down, and makes it a calendar.

use std::collections::{BTreeMap, BTreeSet};

use super::day_hours::DayHours;
use super::problems::{Problems, shown};
use super::working_week::WorkingWeek;
use super::{Calendar, CalendarDef, InvalidCalendar, Offset, TimeSpan, Weekday, Zone, Zones};
use crate::value::{Date, Name};

pub(super) fn compile(definition: &CalendarDef, zones: &Zones) -> Result<Calendar, InvalidCalendar> {
    let mut reading = Reading { definition, problems: Problems::default() };
    let name = reading.problems.keep("key", Name::new(&definition.key));
    let zone = reading.zone(zones);
    let (week, usual) = reading.week();
    let own = reading.own_days(&week, &usual);
    let calendar = name.zip(zone).map(|(name, zone)| {
        let mut hours = WorkingWeek::default();
        for (day, of_day) in week {
            hours.set(day, of_day);
        }
        Calendar::new(name, zone, hours, own)
    });
    reading.problems.into_result("calendar", calendar)
}

/// The hours of the weekdays that are worked.
type Week = BTreeMap<Weekday, DayHours>;

struct Reading<'a> {
    definition: &'a CalendarDef,
    problems: Problems,
}

impl Reading<'_> {
    fn zone(&mut self, zones: &Zones) -> Option<Zone> {
        match (&self.definition.utc_offset, &self.definition.zone) {
            (Some(offset), None) => self.problems.read::<Offset>("utc_offset", offset).map(Zone::from),
            (None, Some(name)) => self.problems.keep("zone", zones.find(name)),
            (Some(offset), Some(_)) => {
                self.problems.read::<Offset>("utc_offset", offset);
                self.problems.add("zone", "given beside `utc_offset`: expected one of the two".to_owned());
                None
            }
            (None, None) => {
                let message = "expected an offset such as `+08:00` here, or in `zone` a name such as `Asia/Shanghai`";
                self.problems.add("utc_offset", message.to_owned());
                None
            }
        }
    }

    /// Returns the week, and the hours of a day of no particular weekday.
    fn week(&mut self) -> (Week, DayHours) {
        if self.definition.working_days.is_empty() {
            self.problems.add("working_days", "a week needs at least one working day".to_owned());
        }
        let days = self.problems.read_list::<Weekday>("working_days", &self.definition.working_days);
        let usual = match self.definition.hours.as_slice() {
            [] => DayHours::new([TimeSpan::WHOLE_DAY]),
            spans => self.hours("hours", spans),
        };
        let mut week: Week = days.into_keys().map(|day| (day, usual.clone())).collect();
        let mut places = BTreeMap::new();
        for (place, own) in self.definition.weekday_hours.iter().enumerate() {
            let path = format!("weekday_hours[{place}]");
            let day = self.working_day(&format!("{path}.day"), &own.day, &week);
            let is_new = day.is_none_or(|day| self.problems.place(&mut places, day, &own.day, format!("{path}.day")));
            let hours = self.own_hours(&path, &own.hours);
            if let Some(of_day) = day.filter(|_| is_new).and_then(|day| week.get_mut(&day)) {
                *of_day = hours;
            }
        }
        (week, usual)
    }

    /// Returns the days that are off or have hours of their own.
    fn own_days(&mut self, week: &Week, usual: &DayHours) -> BTreeMap<i32, DayHours> {
        let holidays = self.problems.read_list::<Date>("holidays", &self.definition.holidays);
        let mut own: BTreeMap<i32, DayHours> = holidays.keys().map(|day| (day.epoch_days(), DayHours::OFF)).collect();
        let mut places = BTreeMap::new();
        let mut with_weekday = BTreeSet::new();
        for (place, text) in self.definition.makeup_days.iter().enumerate() {
            let path = format!("makeup_days[{place}]");
            let (date, weekday) =
                text.split_once(" as ").map_or((text.as_str(), None), |(date, day)| (date, Some(day)));
            let day = self.problems.read::<Date>(&path, date);
            let stands_for = weekday.and_then(|weekday| self.working_day(&path, weekday, week));
            let Some(day) = day.filter(|&day| self.problems.place(&mut places, day, date, path.clone())) else {
                continue;
            };
            self.is_no_holiday(&holidays, day, &path);
            let hours = match stands_for {
                Some(weekday) => week.get(&weekday),
                None => week.get(&Weekday::of(day)).or(Some(usual)),
            };
            if stands_for.is_some() {
                with_weekday.insert(day);
            }
            own.extend(hours.map(|hours| (day.epoch_days(), hours.clone())));
        }
        let mut own_hours = BTreeMap::new();
        for (place, entry) in self.definition.date_hours.iter().enumerate() {
            let path = format!("date_hours[{place}].date");
            let day = self.problems.read::<Date>(&path, &entry.date);
            let day = day.filter(|&day| self.problems.place(&mut own_hours, day, &entry.date, path.clone()));
            if let Some(day) = day {
                self.is_no_holiday(&holidays, day, &path);
                if let Some(makeup) = places.get(&day).filter(|_| with_weekday.contains(&day)) {
                    let message = format!("`{day}` has the hours of a weekday, by `{makeup}`: expected one of the two");
                    self.problems.add(&path, message);
                }
            }
            let hours = self.own_hours(&format!("date_hours[{place}]"), &entry.hours);
            own.extend(day.map(|day| (day.epoch_days(), hours)));
        }
        own
    }

    fn is_no_holiday(&mut self, holidays: &BTreeMap<Date, String>, day: Date, path: &str) {
        if let Some(place) = holidays.get(&day) {
            self.problems.add(path, format!("`{day}` is a holiday too, as `{place}`: expected one of the two"));
        }
    }

    fn working_day(&mut self, path: &str, text: &str, week: &Week) -> Option<Weekday> {
        let day = self.problems.read::<Weekday>(path, text)?;
        if !week.contains_key(&day) {
            self.problems.add(path, format!("`{day}` is not one of the `working_days`, so it has no hours"));
            return None;
        }
        Some(day)
    }

    fn own_hours(&mut self, path: &str, texts: &[String]) -> DayHours {
        let path = format!("{path}.hours");
        if texts.is_empty() {
            self.problems.add(&path, "expected at least one span: a day without hours is off".to_owned());
        }
        self.hours(&path, texts)
    }

    fn hours(&mut self, path: &str, texts: &[String]) -> DayHours {
        let mut spans: Vec<(TimeSpan, String)> = Vec::new();
        for (place, text) in texts.iter().enumerate() {
            let path = format!("{path}[{place}]");
            let Some(span) = self.problems.read::<TimeSpan>(&path, text) else { continue };
            match spans.iter().find(|(other, _)| span.start() < other.end() && other.start() < span.end()) {
                Some((_, other)) => self.problems.add(&path, format!("`{}` overlaps `{other}`", shown(text))),
                None => spans.push((span, path)),
            }
        }
        spans.sort_unstable();
        DayHours::new(spans.into_iter().map(|(span, _)| span))
    }
}
