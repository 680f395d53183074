use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What people read for a key, by language tag.
///
/// # Example
/// ```
/// use guanxi::schema::Label;
///
/// let won: Label = serde_json::from_str(r#"{"en":"Won","zh":"赢单"}"#)?;
/// assert_eq!(won.in_language("zh"), Some("赢单"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Label {
    texts: BTreeMap<String, String>,
}

impl Label {
    /// Returns the text in the language with this tag.
    pub fn in_language(&self, tag: &str) -> Option<&str> {
        self.texts.get(tag).map(String::as_str)
    }

    /// Returns whether there is no text in any language.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }
}
