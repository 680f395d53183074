//! Decision tables: conditions on inputs in columns, decisions in rows.

mod cell;
mod compile;
mod decide;
mod definition;
mod explain;
mod hit_policy;
mod output;
#[cfg(test)]
mod tests;

pub use decide::{Decision, DecisionTable};
pub use definition::DecisionTableDef;
pub use explain::{DecisionExplanation, RowExplanation};
pub use hit_policy::HitPolicy;
pub use output::OutputDef;
