use crate::value::{Key, Name};

/// Why rules were stopped.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Stop {
    /// Rules would do more than the budget allows.
    #[error("rules would exceed the budget of {most} {what}: {}", chain_text(chain))]
    #[non_exhaustive]
    Budget {
        /// Rounds, runs, writes or effects.
        what: &'static str,
        /// The budget.
        most: u32,
        /// The rules that ran, in order; the last ones where there are many.
        chain: Vec<Name>,
    },
    /// A record that rules read is not what guanxi writes.
    #[error("the stored record `{0}` is corrupt")]
    Corrupt(Key),
}

fn chain_text(chain: &[Name]) -> String {
    chain.iter().map(|rule| format!("`{rule}`")).collect::<Vec<_>>().join(" → ")
}
