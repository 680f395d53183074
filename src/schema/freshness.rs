use serde::{Deserialize, Serialize};

use crate::value::Duration;

/// How old a field may be before it counts as stale.
///
/// In a definition: `"real_time"`, `"per_contact"` or `{"within":"P90D"}`.
///
/// # Example
/// ```
/// use guanxi::schema::Freshness;
///
/// let quarterly: Freshness = serde_json::from_str(r#"{"within":"P90D"}"#)?;
/// assert!(matches!(quarterly, Freshness::Within(_)));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Freshness {
    /// Kept up to date by the system that owns it; never judged by age.
    RealTime,
    /// Reviewed with every touch: stale when it is older than the last touch of the record.
    PerContact,
    /// Stale when it is older than this.
    Within(Duration),
}
