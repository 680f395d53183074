use serde::{Deserialize, Serialize};

use super::definition::texts;
use super::recurrence_unit::RecurrenceUnit as Unit;
use super::{Calendar, DayOff, InvalidCalendar, LocalTime, MonthDay, Recurrence, Weekday, Zone, recurrence_compile};
use crate::value::Date;

/// A recurrence as it is written down; [`compile`](Self::compile) makes it a [`Recurrence`].
///
/// Use it for "every Monday at nine" and "on the last working day of the quarter". Texts stay as they are written until
/// they are compiled, so that one mistake does not hide the next.
///
/// | key | what it holds |
/// |---|---|
/// | `unit` | `day`, `week`, `month`, `quarter` (from January, April, July and October) or `year` |
/// | `every` | every so many units, 1 to 1000, counted from the one of `from`; 1 when it is missing |
/// | `on` | for weeks weekdays, for longer units each a [`MonthDay`]; none for days |
/// | `month` | the month of the quarter, 1 to 3, or of the year, 1 to 12 |
/// | `short_months` | what day 29, 30 or 31 is in a shorter month: its `last_day`, as without the key, or `skip` |
/// | `at` | the time of day, a [`LocalTime`] |
/// | `from`, `until` | the first and the last date; needed only where `every` is more than 1 |
/// | `days_off` | what a day is that a calendar has off: due `before` or `after` it, or `skip`; itself without the key |
///
/// # Example: mistakes are reported all at once
/// ```
/// use guanxi::calendar::{RecurrenceDef, Zone};
///
/// let definition: RecurrenceDef = serde_json::from_str(
///     r#"{"unit": "year", "every": 0, "month": 2, "on": ["31", "2nd tue"], "at": "9:00", "days_off": "after"}"#,
/// )?;
/// let refused = definition.compile(&Zone::UTC, None).unwrap_err();
/// let paths: Vec<_> = refused.problems().iter().map(|problem| problem.path()).collect();
/// assert_eq!(paths, ["every", "on[0]", "at", "days_off"]);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecurrenceDef {
    pub(super) unit: String,
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub(super) every: i64,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) on: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) month: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) short_months: Option<String>,
    pub(super) at: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) from: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) until: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) days_off: Option<String>,
}

impl RecurrenceDef {
    /// Returns what recurs every day.
    pub fn daily(at: LocalTime) -> Self {
        Self::new(Unit::Day, Vec::new(), None, at)
    }

    /// Returns what recurs on weekdays of every week.
    pub fn weekly(on: impl IntoIterator<Item = Weekday>, at: LocalTime) -> Self {
        Self::new(Unit::Week, texts(on), None, at)
    }

    /// Returns what recurs on days of every month.
    pub fn monthly(on: impl IntoIterator<Item = MonthDay>, at: LocalTime) -> Self {
        Self::new(Unit::Month, texts(on), None, at)
    }

    /// Returns what recurs on days of a month, 1 to 3, of every quarter.
    pub fn quarterly(month: u8, on: impl IntoIterator<Item = MonthDay>, at: LocalTime) -> Self {
        Self::new(Unit::Quarter, texts(on), Some(month), at)
    }

    /// Returns what recurs on days of a month, 1 to 12, of every year.
    pub fn yearly(month: u8, on: impl IntoIterator<Item = MonthDay>, at: LocalTime) -> Self {
        Self::new(Unit::Year, texts(on), Some(month), at)
    }

    fn new(unit: Unit, on: Vec<String>, month: Option<u8>, at: LocalTime) -> Self {
        Self {
            unit: unit.to_string(),
            every: 1,
            on,
            month: month.map(i64::from),
            short_months: None,
            at: at.to_string(),
            from: None,
            until: None,
            days_off: None,
        }
    }

    /// Lets it recur only in every `n`-th day, week, month, quarter or year, 1 to 1000, counted from the one of `from`.
    #[must_use]
    pub fn every(mut self, n: u16, from: Date) -> Self {
        self.every = i64::from(n);
        self.starting(from)
    }

    /// Lets it begin on a date; days moved by a calendar go by where they were.
    #[must_use]
    pub fn starting(mut self, from: Date) -> Self {
        self.from = Some(from.to_string());
        self
    }

    /// Lets it end with a date; days moved by a calendar go by where they were.
    #[must_use]
    pub fn until(mut self, last: Date) -> Self {
        self.until = Some(last.to_string());
        self
    }

    /// Leaves out months that are too short for the day, instead of taking their last.
    #[must_use]
    pub fn skipping_short_months(mut self) -> Self {
        self.short_months = Some("skip".to_owned());
        self
    }

    /// Moves or skips the days that the calendar has off.
    #[must_use]
    pub fn on_days_off(mut self, days_off: DayOff) -> Self {
        self.days_off = Some(days_off.to_string());
        self
    }

    /// Returns the checked recurrence by the clock of `zone`; `calendar` tells which days are worked.
    ///
    /// # Errors
    /// [`InvalidCalendar`] with all problems at once: a text that is none of those expected, a number out of its range, a
    /// key that does not go with the unit, what needs a calendar and has none, an end before the beginning, and days that
    /// never come, such as 31 February or Sundays in a calendar that skips them.
    pub fn compile(&self, zone: &Zone, calendar: Option<&Calendar>) -> Result<Recurrence, InvalidCalendar> {
        recurrence_compile::compile(self, zone, calendar)
    }
}

fn one() -> i64 {
    1
}

fn is_one(every: &i64) -> bool {
    *every == 1
}

#[cfg(test)]
mod tests {
    use super::super::{CalendarDef, Offset};
    use super::*;

    fn problems(json: &str) -> Vec<String> {
        let definition: RecurrenceDef = serde_json::from_str(json).unwrap();
        let refused = definition.compile(&Zone::UTC, None).unwrap_err();
        refused.problems().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_never_comes_is_refused() {
        for (json, problem) in [
            (
                r#"{"unit": "year", "month": 2, "on": ["31"], "at": "09:00"}"#,
                "`on[0]`: `31`: the month of the year never has such a day",
            ),
            (r#"{"unit": "day", "every": 0, "at": "09:00"}"#, "`every`: `0` is out of range: expected 1 to 1000"),
            (
                r#"{"unit": "day", "at": "09:00", "from": "2026-03-02", "until": "2026-03-01"}"#,
                "`until`: `2026-03-01` is before `2026-03-02`, where it begins",
            ),
            (
                r#"{"unit": "month", "on": ["31"], "at": "09:00", "from": "2026-04-01", "until": "2026-04-30",
                    "short_months": "skip"}"#,
                "`on`: there is never such a day between `from` and `until`",
            ),
            (
                // Februaries of common years only: 2025 and every eighth year after it.
                r#"{"unit": "year", "every": 8, "month": 2, "on": ["29"], "at": "09:00", "from": "2025-01-01",
                    "short_months": "skip"}"#,
                "`on`: there is never such a day between `from` and `until`",
            ),
        ] {
            assert_eq!(problems(json), [problem]);
        }
        let sundays = RecurrenceDef::weekly([Weekday::Sunday], LocalTime::MIDNIGHT).on_days_off(DayOff::Skip);
        let calendar = CalendarDef::new("plain", Offset::UTC, Weekday::MON_TO_FRI).compile().unwrap();
        assert_eq!(
            sundays.compile(&Zone::UTC, Some(&calendar)).unwrap_err().to_string(),
            "invalid recurrence: `days_off`: skips every day that it has: all of them are off"
        );
    }

    #[test]
    fn every_mistake_is_named_with_its_place() {
        assert_eq!(
            problems(
                r#"{"unit": "week", "every": 2, "on": ["mon", "1", "mon"], "month": 1, "short_months": "skip",
                    "at": "24:00", "until": "tomorrow", "days_off": "never"}"#
            ),
            [
                "`on[1]`: `1` is not a day of the week: expected `mon`, `tue`, `wed`, `thu`, `fri`, `sat` or `sun`",
                "`on[2]`: `mon` is listed twice, first as `on[0]`",
                "`short_months`: a week has no months: expected none",
                "`month`: a week has no months to choose from: expected none",
                "`at`: `24:00` is not a time of day: expected `HH:MM` such as `09:30`, from 00:00 to 23:59",
                "`until`: `tomorrow` is not a date: expected an existing day as `YYYY-MM-DD`, from 0001-01-01 to 9999-12-31",
                "`days_off`: `never` is not a treatment of days off: expected `before`, `after` or `skip`",
                "`from`: missing: every 2 is counted from a date",
            ]
        );
        assert_eq!(
            problems(r#"{"unit": "quarter", "on": ["first working", "32"], "at": "09:00", "days_off": "skip"}"#)[..2],
            [
                "`month`: missing: expected the month of the quarter, 1 to 3",
                "`on[1]`: `32` is not a day of a month: expected `1` \
              to `31`, `last`, a weekday such as `1st mon` to `4th mon` or `last fri`, `first working` or `last working`"
            ]
        );
        assert_eq!(
            problems(r#"{"unit": "fortnight", "at": "09:00"}"#),
            ["`unit`: `fortnight` is not a unit: expected `day`, `week`, `month`, `quarter` or `year`"]
        );
        assert_eq!(problems(r#"{"unit": "month", "at": "09:00"}"#), ["`on`: expected at least one day"]);
        assert_eq!(
            problems(r#"{"unit": "month", "on": ["last working"], "at": "09:00"}"#),
            ["`on[0]`: `last working`: there is no calendar to say which days are worked"]
        );
    }

    #[test]
    fn data_and_code_say_the_same() {
        let (from, at): (Date, LocalTime) = ("2026-01-01".parse().unwrap(), "09:00".parse().unwrap());
        let built = RecurrenceDef::quarterly(1, [MonthDay::Day(31), MonthDay::FirstWorking], at)
            .every(2, from)
            .until("2027-12-31".parse().unwrap())
            .skipping_short_months()
            .on_days_off(DayOff::After);
        let json = r#"{"unit":"quarter","every":2,"on":["31","first working"],"month":1,"short_months":"skip","at":"09:00","from":"2026-01-01","until":"2027-12-31","days_off":"after"}"#;
        assert_eq!(serde_json::to_string(&built).unwrap(), json);
        assert_eq!(serde_json::from_str::<RecurrenceDef>(json).unwrap(), built);
        let short = r#"{"unit":"day","at":"09:00"}"#;
        assert_eq!(serde_json::to_string(&RecurrenceDef::daily(at)).unwrap(), short);
        assert_eq!(serde_json::from_str::<RecurrenceDef>(short).unwrap(), RecurrenceDef::daily(at));
    }

    #[test]
    fn short_months_are_taken_at_their_end_or_left_out() {
        let dates = |definition: RecurrenceDef| {
            let recurrence = definition.compile(&Zone::UTC, None).unwrap();
            let mut at = "2027-12-31T23:00:00Z".parse().unwrap();
            [(); 3].map(|()| {
                at = recurrence.next_after(at).unwrap();
                at.utc_date().to_string()
            })
        };
        let monthly = || RecurrenceDef::monthly([MonthDay::Day(30)], LocalTime::MIDNIGHT);
        assert_eq!(dates(monthly()), ["2028-01-30", "2028-02-29", "2028-03-30"]);
        assert_eq!(dates(monthly().skipping_short_months()), ["2028-01-30", "2028-03-30", "2028-04-30"]);
        let yearly = || RecurrenceDef::yearly(2, [MonthDay::Day(29)], LocalTime::MIDNIGHT);
        assert_eq!(dates(yearly()), ["2028-02-29", "2029-02-28", "2030-02-28"]);
        assert_eq!(dates(yearly().skipping_short_months()), ["2028-02-29", "2032-02-29", "2036-02-29"]);
    }
}
