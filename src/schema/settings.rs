use serde::{Deserialize, Serialize};

use super::Limits;
use crate::calendar::Offset;
use crate::value::Name;

/// What holds for all objects of a definition.
///
/// # Example: a definition for the German market
/// ```
/// use guanxi::schema::Settings;
///
/// let settings: Settings = serde_json::from_str(r#"{"calling_code":49,"utc_offset":"+01:00"}"#)?;
/// assert_eq!(settings.calling_code, 49);
/// assert_eq!(Settings::default().calling_code, 86);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Settings {
    /// The calling code (ITU-T E.164) of phone numbers that are written without one: 86 is China.
    pub calling_code: u16,
    /// Local time as a fixed offset from UTC: `+08:00` is China Standard Time.
    pub utc_offset: Offset,
    /// Local time as a named zone instead, such as `Europe/Berlin`: one of the definition's own, or with feature `tz` one
    /// of the IANA database.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// The calendar whose working days conditions count with `business_days_since`; without one they cannot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calendar: Option<Name>,
    /// Field classes beside the standard ones.
    pub classes: Vec<Name>,
    /// For how many days it stays known that an effect was settled, so that the same one does not leave again.
    pub settled_days: u32,
    /// Bounds on sizes of data.
    pub limits: Limits,
}

impl Default for Settings {
    fn default() -> Self {
        let china = Offset::from_minutes(480).unwrap_or(Offset::UTC);
        Self {
            calling_code: 86,
            utc_offset: china,
            zone: None,
            calendar: None,
            classes: Vec::new(),
            settled_days: 30,
            limits: Limits::default(),
        }
    }
}
