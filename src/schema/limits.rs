use serde::{Deserialize, Serialize};

use super::Problems;

/// Bounds on sizes of data; reaching one is a typed error that names it, never a cut.
///
/// # Example
/// ```
/// use guanxi::schema::Limits;
///
/// assert_eq!(Limits::default().text_bytes, 65_536);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Limits {
    /// The longest text in a field, in bytes.
    pub text_bytes: usize,
    /// The longest text in an indexed or unique field, in bytes: a term must stay short.
    pub indexed_text_bytes: usize,
    /// The most fields of one object.
    pub fields: usize,
    /// The most items of a list.
    pub list_items: usize,
    /// The most tags of a record.
    pub tags: usize,
    /// The most records of a page.
    pub page: u32,
    /// The most objects of a definition.
    pub objects: usize,
    /// The most rules of a definition.
    pub rules: usize,
    /// The most roles of a definition.
    pub roles: usize,
    /// The most related records that a condition looks at.
    pub related: u32,
    /// The most records that an assignment chooses among, before their other fields are looked at; where there are more,
    /// nobody is chosen.
    pub candidates: u32,
}

impl Limits {
    /// The most that may be declared as the most objects or fields: both are numbered in 16 bits.
    const NUMBERED: usize = 60_000;

    /// Checks that something is possible within the limits, and that numbers suffice.
    pub(super) fn check(&self, problems: &mut Problems) {
        for (key, given) in [("page", self.page), ("related", self.related), ("candidates", self.candidates)] {
            if given == 0 {
                problems.add(format!("settings.limits.{key}"), "is 0: expected at least 1");
            }
        }
        for (key, given) in [("objects", self.objects), ("fields", self.fields)] {
            if given > Self::NUMBERED {
                let message = format!("is {given}: expected at most {}", Self::NUMBERED);
                problems.add(format!("settings.limits.{key}"), message);
            }
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            text_bytes: 65_536,
            indexed_text_bytes: 255,
            fields: 1_000,
            list_items: 10_000,
            tags: 200,
            page: 1_000,
            objects: 256,
            rules: 10_000,
            roles: 64,
            related: 1_000,
            candidates: 10_000,
        }
    }
}
