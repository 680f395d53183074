use serde::{Deserialize, Serialize};

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
    /// The longest JSON document, in bytes.
    pub json_bytes: usize,
    /// The most related records that a condition or an assignment looks at.
    pub related: u32,
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
            json_bytes: 1 << 20,
            related: 1_000,
        }
    }
}
