//! What ids are called, learnt from views.

use std::collections::BTreeMap;

use guanxi::access::View;
use guanxi::calendar::{LocalTime, Offset, Weekday, instant_at, local_date};
use guanxi::value::{Instant, Money, Value};

/// What ids are called, and how values are written.
#[derive(Debug)]
pub struct Names {
    known: BTreeMap<String, String>,
    offset: Offset,
}

impl Names {
    /// Knows nobody; times are local times of `offset`.
    pub fn new(offset: Offset) -> Self {
        Self { known: BTreeMap::new(), offset }
    }

    /// Learns what a record is called.
    pub fn learn(&mut self, view: &View) {
        let (id, title) = (view.id().to_string(), view.title());
        if id != title {
            self.known.insert(id, title);
        }
    }

    /// Returns what an id is called, or the id.
    pub fn of(&self, id: &str) -> String {
        match (self.known.get(id), id.strip_prefix("role:")) {
            (Some(name), _) => name.clone(),
            (None, Some(role)) => format!("role {role}"),
            _ => id.to_owned(),
        }
    }

    /// Returns how people write a value.
    pub fn value(&self, value: &Value) -> String {
        match value {
            Value::Reference(id) => self.of(&id.to_string()),
            Value::Instant(at) => self.moment(*at),
            Value::Money(money) => amount(*money),
            Value::List(items) => items.iter().map(|item| self.value(item)).collect::<Vec<_>>().join(", "),
            Value::Tags(tags) => tags.iter().collect::<Vec<_>>().join(", "),
            other => other.to_string(),
        }
    }

    /// Returns a text with names in the place of ids, and local times in the place of others.
    pub fn in_text(&self, text: &str) -> String {
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '@');
        let mut told = String::new();
        let mut rest = text;
        while let Some(start) = rest.find(is_part) {
            let (before, from) = rest.split_at(start);
            let end = from.find(|c| !is_part(c)).unwrap_or(from.len());
            let (word, after) = from.split_at(end);
            told.push_str(before);
            match word.parse::<Instant>() {
                Ok(at) => told.push_str(&self.moment(at)),
                Err(_) => told.push_str(&self.of(word)),
            }
            rest = after;
        }
        told + rest
    }

    /// Returns the day and time of a moment: `Mon 09:05`.
    pub fn moment(&self, at: Instant) -> String {
        let day = weekday(Weekday::of(local_date(at, self.offset)));
        format!("{} {}", &day[..3], self.time(at))
    }

    /// Returns the time of a moment: `09:05`.
    pub fn time(&self, at: Instant) -> String {
        let midnight = instant_at(local_date(at, self.offset), LocalTime::MIDNIGHT, self.offset);
        let minutes = at.since(midnight).millis() / 60_000;
        format!("{:02}:{:02}", minutes / 60, minutes % 60)
    }
}

/// Returns the name of a day.
pub fn weekday(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "Monday",
        Weekday::Tuesday => "Tuesday",
        Weekday::Wednesday => "Wednesday",
        Weekday::Thursday => "Thursday",
        Weekday::Friday => "Friday",
        Weekday::Saturday => "Saturday",
        Weekday::Sunday => "Sunday",
    }
}

/// Returns an amount with its thousands apart: `CNY 310,000`.
pub fn amount(money: Money) -> String {
    let text = money.amount().to_string();
    let (whole, cents) = text.split_once('.').unwrap_or((&text, ""));
    let mut grouped = String::new();
    for (position, digit) in whole.chars().enumerate() {
        let left = whole.len() - position;
        if position > 0 && left % 3 == 0 && digit.is_ascii_digit() && !grouped.ends_with('-') {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if !cents.is_empty() && cents.bytes().any(|digit| digit != b'0') {
        grouped = format!("{grouped}.{cents}");
    }
    format!("{} {grouped}", money.currency())
}
