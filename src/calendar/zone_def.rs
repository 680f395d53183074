use serde::{Deserialize, Serialize};

use super::offset_table::OffsetTable;
use super::problems::{Problems, shown};
use super::{InvalidCalendar, Offset, Zone};
use crate::value::Instant;

/// A zone as a host writes it down: a first offset from UTC, and when another one begins.
///
/// Use it where feature `tz` is off, or where a government was faster than the database. `key` is the name by which
/// others refer to it, in the manner of the IANA time zone database: `Asia/Shanghai`. The offset of the last change
/// holds ever after, so list as many years ahead as anything may be due.
///
/// # Example: the European Union in 2026
/// ```
/// use guanxi::calendar::{ZoneDef, Zones};
///
/// let berlin: ZoneDef = serde_json::from_str(
///     r#"{
///         "key": "Europe/Berlin",
///         "utc_offset": "+01:00",
///         "changes": [
///             {"at": "2026-03-29T01:00:00Z", "utc_offset": "+02:00"},
///             {"at": "2026-10-25T01:00:00Z", "utc_offset": "+01:00"}
///         ]
///     }"#,
/// )?;
/// let zones = Zones::new().with(berlin.compile()?);
/// let summer = "2026-07-01T22:30:00Z".parse()?;
/// assert_eq!(zones.find("Europe/Berlin")?.date_at(summer).to_string(), "2026-07-02");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ZoneDef {
    key: String,
    utc_offset: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    changes: Vec<OffsetChangeDef>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct OffsetChangeDef {
    at: String,
    utc_offset: String,
}

impl ZoneDef {
    /// Returns a zone that has the one offset, until [`with_change`](Self::with_change) says otherwise.
    pub fn new(key: &str, utc_offset: Offset) -> Self {
        Self { key: key.to_owned(), utc_offset: utc_offset.to_string(), changes: Vec::new() }
    }

    /// Adds a moment, after all those before, from which on another offset holds.
    #[must_use]
    pub fn with_change(mut self, at: Instant, utc_offset: Offset) -> Self {
        self.changes.push(OffsetChangeDef { at: at.to_string(), utc_offset: utc_offset.to_string() });
        self
    }

    /// Returns the checked zone.
    ///
    /// # Errors
    /// [`InvalidCalendar`] with all problems at once: a key that is no name of a zone, a text that is no offset or
    /// instant, a change that is not after the one before it.
    pub fn compile(&self) -> Result<Zone, InvalidCalendar> {
        let mut problems = Problems::default();
        if !is_zone_name(&self.key) {
            let message = format!("`{}` is not a name of a zone: expected {ZONE_NAME}", shown(&self.key));
            problems.add("key", message);
        }
        let first = problems.read::<Offset>("utc_offset", &self.utc_offset);
        let mut changes: Vec<(Instant, Offset)> = Vec::new();
        for (place, change) in self.changes.iter().enumerate() {
            let at = problems.read::<Instant>(&format!("changes[{place}].at"), &change.at);
            let offset = problems.read::<Offset>(&format!("changes[{place}].utc_offset"), &change.utc_offset);
            let (Some(at), Some(offset)) = (at, offset) else { continue };
            match changes.last() {
                Some((last, _)) if at <= *last => {
                    let message =
                        format!("`{at}` is not after `{last}`, the change before it: expected ascending moments");
                    problems.add(&format!("changes[{place}].at"), message);
                }
                _ => changes.push((at, offset)),
            }
        }
        let seconds = |offset: Offset| offset.minutes() * 60;
        let zone = first.map(|first| {
            let changes = changes.iter().map(|(at, offset)| (at.millis(), seconds(*offset)));
            Zone::named(&self.key, OffsetTable::new(seconds(first), changes))
        });
        problems.into_result("zone", zone)
    }
}

const ZONE_NAME: &str =
    "1 to 64 of letters, digits, `_`, `-`, `+` and `/`, starting with a letter, such as `Asia/Shanghai`";

fn is_zone_name(text: &str) -> bool {
    text.len() <= 64
        && text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'+' | b'/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mistake_is_named_with_its_place() {
        let definition: ZoneDef = serde_json::from_str(
            r#"{"key": "北京", "utc_offset": "8", "changes": [
                {"at": "2026-03-29T01:00:00Z", "utc_offset": "+02:00"},
                {"at": "2026-03-29", "utc_offset": "+25:00"},
                {"at": "2026-03-29T03:00:00+02:00", "utc_offset": "+01:00"}
            ]}"#,
        )
        .unwrap();
        let refused = definition.compile().unwrap_err();
        let paths: Vec<_> = refused.problems().iter().map(|problem| problem.path()).collect();
        assert_eq!(paths, ["key", "utc_offset", "changes[1].at", "changes[1].utc_offset", "changes[2].at"]);
        assert!(refused.to_string().starts_with("invalid zone: `key`: `北京` is not a name of a zone"), "{refused}");
        assert_eq!(
            refused.problems()[4].message(),
            "`2026-03-29T01:00:00Z` is not after `2026-03-29T01:00:00Z`, the change before it: expected ascending moments"
        );
    }

    #[test]
    fn data_and_code_say_the_same() {
        let json = r#"{"key":"Europe/Berlin","utc_offset":"+01:00","changes":[{"at":"2026-03-29T01:00:00Z","utc_offset":"+02:00"}]}"#;
        let built = ZoneDef::new("Europe/Berlin", "+01:00".parse().unwrap())
            .with_change("2026-03-29T01:00:00Z".parse().unwrap(), "+02:00".parse().unwrap());
        assert_eq!(serde_json::to_string(&built).unwrap(), json);
        assert_eq!(serde_json::from_str::<ZoneDef>(json).unwrap(), built);
        assert_eq!(built.compile().unwrap().to_string(), "Europe/Berlin");
    }
}
