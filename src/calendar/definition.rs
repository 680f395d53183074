use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt::Display;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::working_week::WorkingWeek;
use super::{Calendar, CalendarProblem, InvalidCalendar, Offset, Weekday};
use crate::value::{Date, Name};

/// A calendar as a company writes it down; [`compile`](Self::compile) makes it a [`Calendar`].
///
/// A day is worked when its weekday is in `working_days`, unless it is one of the `holidays`, or when it is one of the
/// `makeup_days` (调休上班日). A holiday at a weekend and a make-up day in the week change nothing and are fine: a public
/// list may be copied as it stands. Texts stay as they are written until they are compiled, so that one mistake does
/// not hide the next.
///
/// # Example: mistakes are reported all at once
/// ```
/// use guanxi::calendar::CalendarDef;
///
/// let definition: CalendarDef = serde_json::from_str(
///     r#"{
///         "key": "cn-2026",
///         "utc_offset": "+8",
///         "working_days": ["mon", "tue", "wed", "thu", "fri"],
///         "holidays": ["2026-02-16", "2026-02-30"],
///         "makeup_days": ["2026-02-16"]
///     }"#,
/// )?;
/// let refused = definition.compile().unwrap_err();
/// let paths: Vec<_> = refused.problems().iter().map(|problem| problem.path()).collect();
/// assert_eq!(paths, ["utc_offset", "holidays[1]", "makeup_days[0]"]);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarDef {
    key: String,
    utc_offset: String,
    working_days: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    holidays: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    makeup_days: Vec<String>,
}

impl CalendarDef {
    /// Returns a calendar of that week without holidays; `key` is to be a [`Name`] such as `cn-2026`.
    pub fn new(key: &str, utc_offset: Offset, working_days: impl IntoIterator<Item = Weekday>) -> Self {
        Self {
            key: key.to_owned(),
            utc_offset: utc_offset.to_string(),
            working_days: working_days.into_iter().map(|day| day.to_string()).collect(),
            holidays: Vec::new(),
            makeup_days: Vec::new(),
        }
    }

    /// Adds days on which nobody works, whatever their weekday.
    #[must_use]
    pub fn with_holidays(mut self, days: impl IntoIterator<Item = Date>) -> Self {
        self.holidays.extend(days.into_iter().map(|day| day.to_string()));
        self
    }

    /// Adds days that are worked although they fall at a weekend.
    #[must_use]
    pub fn with_makeup_days(mut self, days: impl IntoIterator<Item = Date>) -> Self {
        self.makeup_days.extend(days.into_iter().map(|day| day.to_string()));
        self
    }

    /// Returns the checked calendar that answers questions.
    ///
    /// # Errors
    /// [`InvalidCalendar`] with all problems at once: a text that is no name, offset, weekday or date, an entry listed
    /// twice, a day that is both a holiday and a make-up day, a week without a working day.
    pub fn compile(&self) -> Result<Calendar, InvalidCalendar> {
        let mut problems = Problems::default();
        let name = problems.keep("key", Name::new(&self.key));
        let offset = problems.read("utc_offset", &self.utc_offset);
        if self.working_days.is_empty() {
            problems.add("working_days", "a week needs at least one working day".to_owned());
        }
        let week = problems.read_list::<Weekday>("working_days", &self.working_days);
        let holidays = problems.read_list::<Date>("holidays", &self.holidays);
        let makeup_days = problems.read_list::<Date>("makeup_days", &self.makeup_days);
        for (day, &makeup_place) in &makeup_days {
            if let Some(place) = holidays.get(day) {
                let message = format!("`{day}` is a holiday too, as `holidays[{place}]`: expected one of the two");
                problems.add(&format!("makeup_days[{makeup_place}]"), message);
            }
        }
        match (name, offset) {
            (Some(name), Some(offset)) if problems.0.is_empty() => {
                let week = week.into_keys().collect::<WorkingWeek>();
                Ok(Calendar::new(name, offset, week, holidays.into_keys(), makeup_days.into_keys()))
            }
            _ => Err(InvalidCalendar::new(problems.0)),
        }
    }
}

#[derive(Default)]
struct Problems(Vec<CalendarProblem>);

impl Problems {
    /// Reads entries and where each stands in its list.
    fn read_list<T: FromStr<Err: Display> + Ord>(&mut self, list: &str, texts: &[String]) -> BTreeMap<T, usize> {
        let mut places = BTreeMap::new();
        for (place, text) in texts.iter().enumerate() {
            let path = format!("{list}[{place}]");
            let Some(entry) = self.read(&path, text) else { continue };
            match places.entry(entry) {
                Entry::Vacant(vacant) => {
                    vacant.insert(place);
                }
                Entry::Occupied(first) => {
                    self.add(&path, format!("`{text}` is listed twice, first as `{list}[{}]`", first.get()));
                }
            }
        }
        places
    }

    fn read<T: FromStr<Err: Display>>(&mut self, path: &str, text: &str) -> Option<T> {
        // The errors of single values begin with "not a …"; a message stays on one line and short.
        let shown = || text.escape_debug().take(32).collect::<String>();
        self.keep(path, text.parse().map_err(|error| format!("`{}` is {error}", shown())))
    }

    fn keep<T>(&mut self, path: &str, result: Result<T, impl Display>) -> Option<T> {
        result.map_err(|error| self.add(path, error.to_string())).ok()
    }

    fn add(&mut self, path: &str, message: String) {
        self.0.push(CalendarProblem::new(path.to_owned(), message));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(json: &str) -> Vec<String> {
        let definition: CalendarDef = serde_json::from_str(json).unwrap();
        definition.compile().unwrap_err().problems().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn every_mistake_is_named_with_its_place() {
        let found = problems(
            r#"{
                "key": "中国2026",
                "utc_offset": "+19:00",
                "working_days": ["mon", "Tue", "mon"],
                "holidays": ["2026-02-16", "2026-2-17", "2026-02-16", "2026-02-18"],
                "makeup_days": ["2026-02-14", "2026-02-18", "十四日\n"]
            }"#,
        );
        let date = "is not a date: expected an existing day as `YYYY-MM-DD`, from 0001-01-01 to 9999-12-31";
        assert_eq!(
            found,
            [
                "`key`: `中国2026` is not a name: expected 1 to 64 of a-z, 0-9, `_`, `-`, `.`, starting with a letter",
                "`utc_offset`: `+19:00` is not an offset from UTC: expected `Z` or hours and minutes such as `+08:00`, \
                 from -18:00 to +18:00",
                "`working_days[1]`: `Tue` is not a day of the week: expected `mon`, `tue`, `wed`, `thu`, `fri`, `sat` \
                 or `sun`",
                "`working_days[2]`: `mon` is listed twice, first as `working_days[0]`",
                &format!("`holidays[1]`: `2026-2-17` {date}"),
                "`holidays[2]`: `2026-02-16` is listed twice, first as `holidays[0]`",
                &format!("`makeup_days[2]`: `十四日\\n` {date}"),
                "`makeup_days[1]`: `2026-02-18` is a holiday too, as `holidays[3]`: expected one of the two",
            ]
        );
    }

    #[test]
    fn a_week_without_work_is_refused_even_with_makeup_days() {
        let json = r#"{"key": "idle", "utc_offset": "Z", "working_days": [], "makeup_days": ["2026-02-14"]}"#;
        assert_eq!(problems(json), ["`working_days`: a week needs at least one working day"]);
        let refused = CalendarDef::new("Idle", Offset::UTC, []).compile().unwrap_err();
        assert_eq!(
            refused.to_string(),
            "invalid calendar: `key`: `Idle` is not a name: expected 1 to 64 of a-z, 0-9, `_`, `-`, `.`, starting \
             with a letter; `working_days`: a week needs at least one working day"
        );
    }

    #[test]
    fn an_unknown_field_is_refused() {
        let json = r#"{"key": "cn", "utc_offset": "Z", "working_days": ["mon"], "holiday": ["2026-02-16"]}"#;
        let refused = serde_json::from_str::<CalendarDef>(json).unwrap_err();
        assert!(refused.to_string().starts_with("unknown field `holiday`, expected one of"), "{refused}");
    }

    #[test]
    fn data_and_code_say_the_same() {
        let json = r#"{"key":"cn-2026","utc_offset":"+08:00","working_days":["mon","tue","wed","thu","fri"],"holidays":["2026-02-16"],"makeup_days":["2026-02-14"]}"#;
        let read: CalendarDef = serde_json::from_str(json).unwrap();
        let built = CalendarDef::new("cn-2026", Offset::from_minutes(480).unwrap(), Weekday::MON_TO_FRI)
            .with_holidays(Date::new(2026, 2, 16))
            .with_makeup_days(Date::new(2026, 2, 14));
        assert_eq!(read, built);
        assert_eq!(serde_json::to_string(&built).unwrap(), json);
        assert_eq!(read.compile(), built.compile());
    }
}
