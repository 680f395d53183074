use serde::{Deserialize, Serialize};

use super::fiscal_calendar::Division;
use super::problems::{Problems, shown};
use super::{FiscalCalendar, InvalidCalendar, Weekday};

/// A fiscal calendar as a company writes it down; [`compile`](Self::compile) makes it a [`FiscalCalendar`].
///
/// | key | what it holds |
/// |---|---|
/// | `month`, `day` | where the fiscal year begins: 1 to 12, and 1 to 28, which every month has |
/// | `named_by` | the calendar year of its `last_day`, as without the key, or of its `first_day` |
/// | `weeks` | months of whole weeks: `4-4-5`, `4-5-4` or `5-4-4`; without the key, months of the calendar |
/// | `begins_on` | with `weeks`, the weekday on which each begins |
///
/// A year of weeks begins on that weekday nearest to its day, so that it has 52 weeks or 53; the last month has the 53rd.
/// Those that begin on a Monday near 1 January are the week years of ISO 8601.
///
/// # Example: mistakes are reported all at once
/// ```
/// use guanxi::calendar::FiscalCalendarDef;
///
/// let definition: FiscalCalendarDef = serde_json::from_str(r#"{"month": 13, "day": 31, "weeks": "4-4-4"}"#)?;
/// let refused = definition.compile().unwrap_err();
/// let paths: Vec<_> = refused.problems().iter().map(|problem| problem.path()).collect();
/// assert_eq!(paths, ["month", "day", "weeks", "begins_on"]);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FiscalCalendarDef {
    month: i64,
    day: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    named_by: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    weeks: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    begins_on: Option<String>,
}

impl FiscalCalendarDef {
    /// Returns years that begin on a day, 1 to 28, of a month, 1 to 12, and have twelve months of the calendar.
    pub fn new(month: u8, day: u8) -> Self {
        Self { month: i64::from(month), day: i64::from(day), named_by: None, weeks: None, begins_on: None }
    }

    /// Names a fiscal year by the calendar year in which it begins instead of that in which it ends.
    #[must_use]
    pub fn named_by_first_day(mut self) -> Self {
        self.named_by = Some("first_day".to_owned());
        self
    }

    /// Divides quarters into months of whole weeks: four, four and five, in the order of `pattern`.
    #[must_use]
    pub fn in_weeks(mut self, pattern: [u8; 3], begins_on: Weekday) -> Self {
        let [first, second, third] = pattern;
        self.weeks = Some(format!("{first}-{second}-{third}"));
        self.begins_on = Some(begins_on.to_string());
        self
    }

    /// Returns the checked fiscal calendar.
    ///
    /// # Errors
    /// [`InvalidCalendar`] with all problems at once: a number out of its range, a text that is none of those expected,
    /// weeks without a weekday on which they begin, or a weekday without weeks.
    pub fn compile(&self) -> Result<FiscalCalendar, InvalidCalendar> {
        let mut problems = Problems::default();
        let month = in_range("month", self.month, 12, &mut problems);
        let day = in_range("day", self.day, 28, &mut problems);
        let is_named_by_first = match self.named_by.as_deref() {
            None | Some("last_day") => false,
            Some("first_day") => true,
            Some(other) => {
                problems.add("named_by", format!("`{}` is unknown: expected `first_day` or `last_day`", shown(other)));
                false
            }
        };
        let division = self.division(&mut problems);
        let fiscal = month.zip(day).zip(division).map(|((month, day), division)| {
            // A year that begins with the calendar's ends in it too.
            let ends_in_next = (month, day) != (1, 1);
            let named_after = i32::from(ends_in_next && !is_named_by_first);
            FiscalCalendar { month, day, division, named_after }
        });
        problems.into_result("fiscal calendar", fiscal)
    }

    fn division(&self, problems: &mut Problems) -> Option<Division> {
        let pattern = match self.weeks.as_deref() {
            None => None,
            Some("4-4-5") => Some([4, 4, 5]),
            Some("4-5-4") => Some([4, 5, 4]),
            Some("5-4-4") => Some([5, 4, 4]),
            Some(other) => {
                problems.add("weeks", format!("`{}` is unknown: expected `4-4-5`, `4-5-4` or `5-4-4`", shown(other)));
                None
            }
        };
        let begin = self.begins_on.as_ref().map(|day| problems.read::<Weekday>("begins_on", day));
        match (&self.weeks, begin) {
            (None, None) => Some(Division::Months),
            (Some(_), None) => {
                problems.add("begins_on", "missing: expected the weekday on which `weeks` begin".to_owned());
                None
            }
            (None, Some(_)) => {
                problems.add("begins_on", "given without `weeks`: expected both or none".to_owned());
                None
            }
            (Some(_), Some(begin)) => pattern.zip(begin).map(|(pattern, begin)| Division::Weeks { begin, pattern }),
        }
    }
}

fn in_range(path: &str, number: i64, most: u32, problems: &mut Problems) -> Option<u32> {
    let checked = u32::try_from(number).ok().filter(|number| (1..=most).contains(number));
    if checked.is_none() {
        problems.add(path, format!("`{number}` is out of range: expected 1 to {most}"));
    }
    checked
}

#[cfg(test)]
mod tests {
    use super::super::FiscalUnit;
    use super::*;

    #[test]
    fn every_mistake_is_named_with_its_place() {
        let json = r#"{"month": 0, "day": 29, "named_by": "middle", "begins_on": "Mon"}"#;
        let definition: FiscalCalendarDef = serde_json::from_str(json).unwrap();
        let found: Vec<_> = definition.compile().unwrap_err().problems().iter().map(ToString::to_string).collect();
        assert_eq!(
            found,
            [
                "`month`: `0` is out of range: expected 1 to 12",
                "`day`: `29` is out of range: expected 1 to 28",
                "`named_by`: `middle` is unknown: expected `first_day` or `last_day`",
                "`begins_on`: `Mon` is not a day of the week: expected `mon`, `tue`, `wed`, `thu`, `fri`, `sat` or `sun`",
                "`begins_on`: given without `weeks`: expected both or none",
            ]
        );
    }

    #[test]
    fn a_year_is_named_by_its_end_or_its_beginning() {
        for (definition, label) in [
            (FiscalCalendarDef::new(1, 1), "FY2026"),
            (FiscalCalendarDef::new(1, 1).named_by_first_day(), "FY2026"),
            (FiscalCalendarDef::new(4, 6), "FY2027"),
            (FiscalCalendarDef::new(4, 6).named_by_first_day(), "FY2026"),
        ] {
            let year =
                definition.compile().unwrap().period_of("2026-04-06".parse().unwrap(), FiscalUnit::Year).unwrap();
            assert_eq!(year.to_string(), label);
        }
    }

    #[test]
    fn data_and_code_say_the_same() {
        let json = r#"{"month":2,"day":1,"named_by":"first_day","weeks":"4-5-4","begins_on":"sun"}"#;
        let built = FiscalCalendarDef::new(2, 1).named_by_first_day().in_weeks([4, 5, 4], Weekday::Sunday);
        assert_eq!(serde_json::to_string(&built).unwrap(), json);
        assert_eq!(serde_json::from_str::<FiscalCalendarDef>(json).unwrap(), built);
        // The retail calendar of the National Retail Federation: fiscal 2023 began on 29 January and had 53 weeks.
        let year = built.compile().unwrap().period(2023, FiscalUnit::Year, 1).unwrap();
        assert_eq!((year.first().to_string(), year.last().to_string()), ("2023-01-29".into(), "2024-02-03".into()));
    }
}
