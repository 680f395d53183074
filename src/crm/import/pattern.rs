use std::fmt;
use std::str::Chars;

use crate::calendar::{LocalTime, Zone};
use crate::text::clean::clean;
use crate::value::{Date, Duration, Instant};

/// How a day or a moment is written, ready to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern {
    text: String,
    parts: Vec<Part>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Literal(char),
    Number { unit: Unit, least: usize, most: usize },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
}

/// The units with their letter and the longest run of it, in the order of [`Unit`].
const UNITS: [(Unit, char, usize); 6] = [
    (Unit::Year, 'Y', 4),
    (Unit::Month, 'M', 2),
    (Unit::Day, 'D', 2),
    (Unit::Hour, 'H', 2),
    (Unit::Minute, 'm', 2),
    (Unit::Second, 's', 2),
];

/// Why a text is not what a pattern expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Misfit {
    /// It is written in another way.
    Written,
    /// It is written so, but no calendar or clock shows it.
    Exists,
}

impl Pattern {
    /// Returns the pattern that `text` spells.
    pub(super) fn new(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        // As the texts are that it reads.
        let folded = clean(text);
        let mut rest = folded.chars();
        while let Some(c) = rest.clone().next() {
            let Some((unit, _, longest)) = UNITS.into_iter().find(|(_, letter, _)| *letter == c) else {
                if c.is_ascii_alphanumeric() && c != 'T' {
                    return Err(format!("`{c}` stands for nothing: expected {EXPECTED}"));
                }
                parts.push(Part::Literal(c));
                rest.next();
                continue;
            };
            let length = rest.clone().take_while(|&next| next == c).count();
            let least = if unit == Unit::Year { 4 } else { 1 };
            if length < least || length > longest {
                let run: String = rest.take(length.min(20)).collect();
                return Err(format!("`{run}` stands for nothing: expected {EXPECTED}"));
            }
            let of_unit = |part: &Part| matches!(part, Part::Number { unit: known, .. } if *known == unit);
            if parts.iter().any(of_unit) {
                return Err(format!("has `{c}` twice: expected every part once"));
            }
            if let Some(Part::Number { least: 1, .. }) = parts.last() {
                return Err(format!("nobody can tell where `{c}` begins: expected two letters, or a sign, before it"));
            }
            parts.push(Part::Number { unit, least: length, most: if length == 1 { 2 } else { length } });
            rest.nth(length.saturating_sub(1));
        }
        let made = Self { text: text.to_owned(), parts };
        if [Unit::Year, Unit::Month, Unit::Day].into_iter().any(|unit| !made.has(unit)) {
            return Err("has no whole day: expected a year, a month and a day".into());
        }
        if (made.has(Unit::Minute) && !made.has(Unit::Hour)) || (made.has(Unit::Second) && !made.has(Unit::Minute)) {
            return Err("has a part of an hour without the hour or minute that it is of".into());
        }
        Ok(made)
    }

    /// Returns whether the pattern tells the time of the day.
    pub(super) fn has_time(&self) -> bool {
        self.has(Unit::Hour)
    }

    fn has(&self, wanted: Unit) -> bool {
        self.parts.iter().any(|part| matches!(part, Part::Number { unit, .. } if *unit == wanted))
    }

    /// Returns the day that `text` tells.
    pub(super) fn date(&self, text: &str) -> Result<Date, Misfit> {
        let numbers = self.numbers(text).ok_or(Misfit::Written)?;
        numbers.date().ok_or(Misfit::Exists)
    }

    /// Returns the moment that `text` tells in local time; of a time that the clock shows twice it is the first, and one
    /// that it skips does not exist.
    pub(super) fn instant(&self, text: &str, zone: &Zone) -> Result<Instant, Misfit> {
        let numbers = self.numbers(text).ok_or(Misfit::Written)?;
        let made = numbers.date().and_then(|date| {
            let time = LocalTime::new(u8::try_from(numbers.hour).ok()?, u8::try_from(numbers.minute).ok()?)?;
            let second = Some(numbers.second).filter(|second| *second < 60)?;
            let at = zone.instant_at(date, time);
            // A day alone begins when it does, be it after a midnight that is skipped.
            let is_shown = !self.has_time() || (zone.date_at(at), zone.time_at(at)) == (date, time);
            Some(at).filter(|_| is_shown)?.plus(Duration::from_millis(i64::from(second) * 1_000))
        });
        made.ok_or(Misfit::Exists)
    }

    /// Returns the numbers of a text that is written like the pattern, whether a calendar has them or not.
    fn numbers(&self, text: &str) -> Option<Numbers> {
        let mut numbers = Numbers::default();
        let mut rest = text.chars();
        for part in &self.parts {
            match *part {
                Part::Literal(c) => {
                    rest.next().filter(|next| *next == c)?;
                }
                Part::Number { unit, least, most } => *numbers.of(unit) = number(&mut rest, least, most)?,
            }
        }
        rest.next().is_none().then_some(numbers)
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

const EXPECTED: &str = "YYYY, MM or M, DD or D, HH or H, mm or m, ss or s, `T`, and signs between them";

#[derive(Debug, Default)]
struct Numbers {
    year: u32,
    month: u32,
    day: u32,
    hour: u32,
    minute: u32,
    second: u32,
}

impl Numbers {
    fn of(&mut self, unit: Unit) -> &mut u32 {
        match unit {
            Unit::Year => &mut self.year,
            Unit::Month => &mut self.month,
            Unit::Day => &mut self.day,
            Unit::Hour => &mut self.hour,
            Unit::Minute => &mut self.minute,
            Unit::Second => &mut self.second,
        }
    }

    fn date(&self) -> Option<Date> {
        Date::new(i32::try_from(self.year).ok()?, self.month, self.day)
    }
}

/// Takes `least` to `most` digits, as many as there are.
fn number(rest: &mut Chars<'_>, least: usize, most: usize) -> Option<u32> {
    let (mut number, mut taken) = (0_u32, 0);
    while let Some(digit) = rest.clone().next().and_then(|c| c.to_digit(10)).filter(|_| taken < most) {
        number = number * 10 + digit;
        taken += 1;
        rest.next();
    }
    (taken >= least).then_some(number)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::calendar::Offset;

    fn date(pattern: &str, text: &str) -> Result<String, Misfit> {
        Pattern::new(pattern).unwrap().date(text).map(|date| date.to_string())
    }

    #[test]
    fn days_are_read_as_they_are_written() {
        for (pattern, text) in [
            ("YYYY-MM-DD", "2026-03-02"),
            ("DD/MM/YYYY", "02/03/2026"),
            ("D.M.YYYY", "2.3.2026"),
            ("D.M.YYYY", "02.03.2026"),
            ("YYYY年M月D日", "2026年3月2日"),
            ("YYYYMMDD", "20260302"),
        ] {
            assert_eq!(date(pattern, text).as_deref(), Ok("2026-03-02"), "{pattern}");
        }
    }

    #[test]
    fn what_no_calendar_or_clock_shows_is_never_carried_over() {
        for text in ["2026-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "0000-01-01"] {
            assert_eq!(date("YYYY-MM-DD", text), Err(Misfit::Exists), "{text}");
        }
        let pattern = Pattern::new("YYYY-MM-DD HH:mm:ss").unwrap();
        let china = Zone::from("+08:00".parse::<Offset>().unwrap());
        let read = |text: &str| pattern.instant(text, &china).map(|at| at.to_string());
        assert_eq!(read("2026-03-02 09:00:07").as_deref(), Ok("2026-03-02T01:00:07Z"));
        for text in ["2026-03-02 24:00:00", "2026-03-02 09:60:00", "2026-03-02 09:00:60"] {
            assert_eq!(read(text), Err(Misfit::Exists), "{text}");
        }
    }

    #[test]
    fn what_is_written_in_another_way_does_not_fit() {
        for text in
            ["", "2026-3-2", "26-03-02", "2026-03-02 ", "2026-03-021", "2026/03/02", "-026-03-02", "２０２６-03-02"]
        {
            assert_eq!(date("YYYY-MM-DD", text), Err(Misfit::Written), "{text}");
        }
    }

    #[test]
    fn patterns_that_nobody_could_read_are_refused() {
        for (pattern, why) in [
            ("", "no whole day"),
            ("YYYY-MM", "no whole day"),
            ("YY-MM-DD", "stands for nothing"),
            ("YYYYY-MM-DD", "stands for nothing"),
            ("YYYY-MMM-DD", "stands for nothing"),
            ("yyyy-MM-dd", "stands for nothing"),
            ("YYYY-MM-DD hh:mm", "stands for nothing"),
            ("YYYY-M-D-M", "twice"),
            ("YYYYMD", "nobody can tell"),
            ("YYYY-MM-DD mm", "without the hour"),
            ("YYYY-MM-DD HH:ss", "without the hour"),
        ] {
            let refused = Pattern::new(pattern).unwrap_err();
            assert!(refused.contains(why), "{pattern}: {refused}");
        }
    }

    proptest! {
        #[test]
        fn every_day_comes_back(year in 1..10_000_i32, month in 1..13_u32, day in 1..32_u32) {
            let there = Date::new(year, month, day);
            for (pattern, text) in [
                ("YYYY年M月D日", format!("{year:04}年{month}月{day}日")),
                ("DDMMYYYY", format!("{day:02}{month:02}{year:04}")),
            ] {
                prop_assert_eq!(Pattern::new(pattern).unwrap().date(&text).ok(), there);
            }
        }

        #[test]
        fn nothing_is_read_from_soup(pattern in "[YMDHmsT年/ -]{0,20}", text in "\\PC{0,20}") {
            if let Ok(pattern) = Pattern::new(&pattern) {
                let _ = (pattern.date(&text), pattern.instant(&text, &Zone::UTC));
            }
        }
    }
}
