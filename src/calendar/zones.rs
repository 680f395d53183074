use std::collections::BTreeMap;

use super::Zone;

/// The named zones that a definition may use: those of the host, then, with feature `tz`, those of the IANA database.
///
/// Use it to compile calendars that name their zone. Without the feature a name that the host did not supply is refused
/// when the definition is loaded. With it, the data is that of the chrono-tz release in use, which ends with the year
/// 2099: the last offset of a zone holds ever after.
///
/// # Example: a host that knows one zone
/// ```
/// use guanxi::calendar::{ZoneDef, Zones};
///
/// let zones = Zones::new().with(ZoneDef::new("Asia/Shanghai", "+08:00".parse()?).compile()?);
/// assert_eq!(zones.find("Asia/Shanghai")?.name(), Some("Asia/Shanghai"));
/// assert!(zones.find("Europe/Atlantis").is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Zones {
    supplied: BTreeMap<String, Zone>,
}

impl Zones {
    /// Returns no more than what the features know.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a named zone, instead of any other of its name; a fixed offset has no name to be found by and adds nothing.
    #[must_use]
    pub fn with(mut self, zone: Zone) -> Self {
        if let Some(name) = zone.name().map(str::to_owned) {
            self.supplied.insert(name, zone);
        }
        self
    }

    /// Returns the zone of that name, in exactly that spelling.
    ///
    /// # Errors
    /// [`UnknownZone`] when neither the host supplied it nor, with feature `tz`, the database has it.
    pub fn find(&self, name: &str) -> Result<Zone, UnknownZone> {
        let supplied = self.supplied.get(name).cloned();
        supplied.or_else(|| of_database(name)).ok_or_else(|| UnknownZone { name: name.chars().take(64).collect() })
    }
}

#[cfg(feature = "tz")]
fn of_database(name: &str) -> Option<Zone> {
    super::zone_database::table(name).map(|table| Zone::named(name, table))
}

#[cfg(not(feature = "tz"))]
fn of_database(_: &str) -> Option<Zone> {
    None
}

/// The name of a zone that nobody knows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not a known zone: {KNOWN}", name.escape_debug())]
pub struct UnknownZone {
    name: String,
}

#[cfg(feature = "tz")]
const KNOWN: &str =
    "expected one that the host supplies or a name of the IANA time zone database, such as `Asia/Shanghai`";
#[cfg(not(feature = "tz"))]
const KNOWN: &str = "without feature `tz` only those exist that the host supplies";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_zone_says_what_would_help() {
        let refused = Zones::new().find("Mars/Base\n").unwrap_err().to_string();
        assert!(refused.starts_with("`Mars/Base\\n` is not a known zone: "), "{refused}");
        assert_eq!(refused.contains("feature `tz`"), cfg!(not(feature = "tz")));
        assert_eq!(Zones::new().find("Asia/Shanghai").is_ok(), cfg!(feature = "tz"));
        assert!(Zones::new().with(Zone::UTC).find("Z").is_err());
    }

    #[test]
    fn what_the_host_supplies_goes_before_the_database() {
        let ours = super::super::ZoneDef::new("Asia/Shanghai", "+09:00".parse().unwrap()).compile().unwrap();
        assert_eq!(Zones::new().with(ours.clone()).find("Asia/Shanghai"), Ok(ours));
    }
}
