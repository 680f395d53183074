use serde::{Deserialize, Serialize};

/// What counts when the conditions of several rows hold, after the hit policies of DMN 1.5 (OMG, section 8.2.8).
///
/// Complete: there are these four.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HitPolicy {
    /// All rows count, in their order.
    Collect,
    /// The first row counts; the order of the rows is a part of the table.
    #[default]
    First,
    /// The row with the smallest priority counts, of two such rows the first.
    Priority,
    /// There must be only one; several are a conflict, and none of them counts.
    Unique,
}
