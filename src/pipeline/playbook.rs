use serde::{Deserialize, Serialize};

use crate::schema::Label;

/// What is done in a stage, for people to read; nothing here is checked when a record moves.
///
/// # Example
/// ```
/// use guanxi::pipeline::Playbook;
///
/// let playbook: Playbook = serde_json::from_str(r#"{"tasks":[{"en":"Call the customer","zh":"致电客户"}]}"#)?;
/// assert_eq!(playbook.tasks[0].in_language("zh"), Some("致电客户"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Playbook {
    /// What to do.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tasks: Vec<Label>,
    /// What to find out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub information: Vec<Label>,
    /// What to give the customer.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub material: Vec<Label>,
    /// What to reach.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub goals: Vec<Label>,
}

impl Playbook {
    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
