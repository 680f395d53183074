use serde::{Deserialize, Serialize};

/// Bounds on what rules may cause in one commit; exceeding one refuses the whole command and names the chain.
///
/// # Example
/// ```
/// use guanxi::rules::RuleBudget;
///
/// assert_eq!(RuleBudget::default().depth, 8);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct RuleBudget {
    /// The most rounds in which rules answer what rules did.
    pub depth: u32,
    /// The most rules that fire.
    pub runs: u32,
    /// The most records that rules write.
    pub writes: u32,
    /// The most effects that rules emit.
    pub effects: u32,
}

impl Default for RuleBudget {
    fn default() -> Self {
        Self { depth: 8, runs: 200, writes: 1_000, effects: 500 }
    }
}
