use serde::{Deserialize, Serialize};

use super::{Calendar, InvalidCalendar, Offset, TimeSpan, Weekday, Zones, calendar_compile};
use crate::value::Date;

/// A calendar as a company writes it down; [`compile`](Self::compile) makes it a [`Calendar`].
///
/// A day is worked when its weekday is in `working_days`, unless it is one of the `holidays`, or when it is one of the
/// `makeup_days` (调休上班日). A holiday at a weekend and a make-up day in the week change nothing and are fine: a public
/// list may be copied as it stands. Texts stay as they are written until they are compiled, so that one mistake does
/// not hide the next.
///
/// | key | what it holds |
/// |---|---|
/// | `key` | a [`Name`](crate::value::Name) such as `cn-2026` |
/// | `utc_offset` or `zone` | an [`Offset`] such as `+08:00`, or the name of a zone such as `Asia/Shanghai` |
/// | `working_days` | weekdays, `mon` to `sun` |
/// | `hours` | the spans of a working day such as `09:00-12:00`, each a [`TimeSpan`]; without, the whole day |
/// | `weekday_hours` | other hours of a working weekday: `{"day": "fri", "hours": ["09:00-15:00"]}` |
/// | `holidays` | dates on which nobody works |
/// | `makeup_days` | dates that are worked, for the `hours`; `2026-02-28 as fri` for those of a weekday |
/// | `date_hours` | dates with hours of their own, worked whatever their weekday: `{"date": "2026-12-31", "hours": […]}` |
///
/// # Example: an office, its short Friday and half a day before New Year
/// ```
/// use guanxi::calendar::CalendarDef;
/// use guanxi::value::{Duration, Instant};
///
/// let definition: CalendarDef = serde_json::from_str(
///     r#"{
///         "key": "office",
///         "utc_offset": "+08:00",
///         "working_days": ["mon", "tue", "wed", "thu", "fri"],
///         "hours": ["09:00-12:00", "13:30-18:00"],
///         "weekday_hours": [{"day": "fri", "hours": ["09:00-15:00"]}],
///         "makeup_days": ["2026-02-14 as fri"],
///         "date_hours": [{"date": "2026-12-31", "hours": ["09:00-12:00"]}]
///     }"#,
/// )?;
/// let office = definition.compile()?;
/// let hours = |day: &str| office.working_hours(day.parse().unwrap()).iter().map(ToString::to_string).collect::<Vec<_>>();
/// assert_eq!(hours("2026-02-13"), ["09:00-15:00"]);
/// assert_eq!(hours("2026-02-14"), ["09:00-15:00"]); // a Saturday
/// assert_eq!(hours("2026-12-30"), ["09:00-12:00", "13:30-18:00"]);
/// assert_eq!(hours("2026-12-31"), ["09:00-12:00"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
///         "hours": ["22:00-06:00"],
///         "holidays": ["2026-02-16", "2026-02-30"],
///         "makeup_days": ["2026-02-16"]
///     }"#,
/// )?;
/// let refused = definition.compile().unwrap_err();
/// let paths: Vec<_> = refused.problems().iter().map(|problem| problem.path()).collect();
/// assert_eq!(paths, ["utc_offset", "hours[0]", "holidays[1]", "makeup_days[0]"]);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarDef {
    pub(super) key: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) utc_offset: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) zone: Option<String>,
    pub(super) working_days: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) hours: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) weekday_hours: Vec<WeekdayHoursDef>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) holidays: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) makeup_days: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) date_hours: Vec<DateHoursDef>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WeekdayHoursDef {
    pub(super) day: String,
    pub(super) hours: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DateHoursDef {
    pub(super) date: String,
    pub(super) hours: Vec<String>,
}

impl CalendarDef {
    /// Returns a calendar of that week with whole days and without holidays; `key` is to be a
    /// [`Name`](crate::value::Name) such as `cn-2026`.
    pub fn new(key: &str, utc_offset: Offset, working_days: impl IntoIterator<Item = Weekday>) -> Self {
        Self {
            key: key.to_owned(),
            utc_offset: Some(utc_offset.to_string()),
            zone: None,
            working_days: texts(working_days),
            hours: Vec::new(),
            weekday_hours: Vec::new(),
            holidays: Vec::new(),
            makeup_days: Vec::new(),
            date_hours: Vec::new(),
        }
    }

    /// Tells the time by a named zone, such as `Europe/Berlin`, instead of a fixed offset.
    #[must_use]
    pub fn in_zone(mut self, name: &str) -> Self {
        (self.utc_offset, self.zone) = (None, Some(name.to_owned()));
        self
    }

    /// Adds to the hours of every working day that has none of its own.
    #[must_use]
    pub fn with_hours(mut self, spans: impl IntoIterator<Item = TimeSpan>) -> Self {
        self.hours.extend(texts(spans));
        self
    }

    /// Gives one weekday hours of its own.
    #[must_use]
    pub fn with_weekday_hours(mut self, day: Weekday, spans: impl IntoIterator<Item = TimeSpan>) -> Self {
        self.weekday_hours.push(WeekdayHoursDef { day: day.to_string(), hours: texts(spans) });
        self
    }

    /// Adds days on which nobody works, whatever their weekday.
    #[must_use]
    pub fn with_holidays(mut self, days: impl IntoIterator<Item = Date>) -> Self {
        self.holidays.extend(texts(days));
        self
    }

    /// Adds days that are worked although they fall at a weekend, for the hours of every working day.
    #[must_use]
    pub fn with_makeup_days(mut self, days: impl IntoIterator<Item = Date>) -> Self {
        self.makeup_days.extend(texts(days));
        self
    }

    /// Adds a day that is worked for the hours of a weekday that it stands in for.
    #[must_use]
    pub fn with_makeup_day_as(mut self, day: Date, weekday: Weekday) -> Self {
        self.makeup_days.push(format!("{day} as {weekday}"));
        self
    }

    /// Gives one date hours of its own, such as half a day; it is worked whatever its weekday.
    #[must_use]
    pub fn with_date_hours(mut self, date: Date, spans: impl IntoIterator<Item = TimeSpan>) -> Self {
        self.date_hours.push(DateHoursDef { date: date.to_string(), hours: texts(spans) });
        self
    }

    /// Returns the checked calendar that answers questions, with the zones that the features know.
    ///
    /// # Errors
    /// As [`compile_in`](Self::compile_in); without feature `tz` any named zone is unknown.
    pub fn compile(&self) -> Result<Calendar, InvalidCalendar> {
        self.compile_in(&Zones::new())
    }

    /// Returns the checked calendar that answers questions.
    ///
    /// # Errors
    /// [`InvalidCalendar`] with all problems at once: a text that is no name, offset, weekday, span or date, an unknown
    /// zone, not exactly one of offset and zone, an entry listed twice, spans that overlap, a day that is both a holiday
    /// and worked, hours of a weekday that is off, a week without a working day.
    pub fn compile_in(&self, zones: &Zones) -> Result<Calendar, InvalidCalendar> {
        calendar_compile::compile(self, zones)
    }
}

pub(super) fn texts(entries: impl IntoIterator<Item = impl ToString>) -> Vec<String> {
    entries.into_iter().map(|entry| entry.to_string()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans<const N: usize>(texts: [&str; N]) -> [TimeSpan; N] {
        texts.map(|text| text.parse().unwrap())
    }

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
                "`makeup_days[1]`: `2026-02-18` is a holiday too, as `holidays[3]`: expected one of the two",
                &format!("`makeup_days[2]`: `十四日\\n` {date}"),
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

    #[test]
    fn hours_are_checked_where_they_stand() {
        let found = problems(
            r#"{
                "key": "office",
                "utc_offset": "+08:00", "zone": "Asia/Shanghai",
                "working_days": ["mon", "tue", "fri"],
                "hours": ["09:00-12:00", "13:30-18:00", "11:00-14:00", "22:00-06:00"],
                "weekday_hours": [
                    {"day": "sat", "hours": ["09:00-12:00"]},
                    {"day": "fri", "hours": []},
                    {"day": "fri", "hours": ["09:00-12:00", "09:00-12:00"]}
                ],
                "holidays": ["2026-02-17"],
                "makeup_days": ["2026-02-14 as sun", "2026-02-14", "2026-02-28 as friday", "2026-03-01 as fri"],
                "date_hours": [
                    {"date": "2026-02-17", "hours": ["09:00-12:00"]},
                    {"date": "2026-03-01", "hours": ["9-12"]}
                ]
            }"#,
        );
        let starts = [
            "`zone`: given beside `utc_offset`: expected one of the two",
            "`hours[2]`: `11:00-14:00` overlaps `hours[0]`",
            "`hours[3]`: `22:00-06:00` is not a span of a day: expected `HH:MM-HH:MM` such as `09:00-12:00`, its end after",
            "`weekday_hours[0].day`: `sat` is not one of the `working_days`",
            "`weekday_hours[1].hours`: expected at least one span",
            "`weekday_hours[2].day`: `fri` is listed twice, first as `weekday_hours[1].day`",
            "`weekday_hours[2].hours[1]`: `09:00-12:00` overlaps `weekday_hours[2].hours[0]`",
            "`makeup_days[0]`: `sun` is not one of the `working_days`",
            "`makeup_days[1]`: `2026-02-14` is listed twice, first as `makeup_days[0]`",
            "`makeup_days[2]`: `friday` is not a day of the week",
            "`date_hours[0].date`: `2026-02-17` is a holiday too, as `holidays[0]`: expected one of the two",
            "`date_hours[1].date`: `2026-03-01` has the hours of a weekday, by `makeup_days[3]`: expected one of the two",
            "`date_hours[1].hours[0]`: `9-12` is not a span of a day",
        ];
        for (problem, start) in found.iter().zip(starts) {
            assert!(problem.starts_with(start), "{problem}\nexpected {start}");
        }
        assert_eq!(found.len(), starts.len());
    }

    #[test]
    fn a_clock_is_needed_and_known() {
        let json = r#"{"key": "office", "working_days": ["mon"]}"#;
        assert_eq!(
            problems(json),
            ["`utc_offset`: expected an offset such as `+08:00` here, or in `zone` a name such as `Asia/Shanghai`"]
        );
        let nowhere = CalendarDef::new("office", Offset::UTC, [Weekday::Monday]).in_zone("Europe/Atlantis");
        let refused = nowhere.compile().unwrap_err().to_string();
        assert!(refused.starts_with("invalid calendar: `zone`: `Europe/Atlantis` is not a known zone: "), "{refused}");
    }

    #[test]
    fn the_more_special_hours_win() {
        let date = |text: &str| text.parse::<Date>().unwrap();
        let calendar = CalendarDef::new("office", Offset::UTC, Weekday::MON_TO_FRI)
            .with_hours(spans(["13:30-18:00", "09:00-12:00"]))
            .with_weekday_hours(Weekday::Friday, spans(["09:00-12:00", "12:00-15:00"]))
            .with_makeup_days([date("2026-02-14"), date("2026-02-13"), date("2026-02-21")])
            .with_makeup_day_as(date("2026-02-28"), Weekday::Friday)
            .with_date_hours(date("2026-02-21"), spans(["00:00-24:00"]))
            .compile()
            .unwrap();
        for (day, hours) in [
            ("2026-02-12", spans(["09:00-12:00", "13:30-18:00"]).as_slice()),
            ("2026-02-13", &spans(["09:00-15:00"])),
            ("2026-02-14", &spans(["09:00-12:00", "13:30-18:00"])),
            ("2026-02-21", &[TimeSpan::WHOLE_DAY]),
            ("2026-02-22", &[]),
            ("2026-02-28", &spans(["09:00-15:00"])),
        ] {
            assert_eq!(calendar.working_hours(date(day)), hours, "{day}");
        }
        let json = r#"{"key":"office","utc_offset":"Z","working_days":["mon"],"hours":[],"weekday_hours":[]}"#;
        let whole_days = serde_json::from_str::<CalendarDef>(json).unwrap().compile().unwrap();
        assert_eq!(whole_days.working_hours(date("2026-02-16")), [TimeSpan::WHOLE_DAY]);
    }
}
