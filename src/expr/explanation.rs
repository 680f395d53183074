use std::fmt;

use serde::Serialize;

use crate::value::Value;

use super::{Truth, Unknown};

/// Why a condition holds, fails or is unknown.
///
/// Prints one English sentence; serialises as data, from which a screen in any language can be made. It shows values of
/// the record: whoever passes it on removes what the reader may not see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Explanation {
    /// What the condition yields.
    pub truth: Truth,
    /// The clauses in the order of the condition, each group before its parts.
    pub clauses: Vec<Clause>,
}

/// One clause of a condition: an operand of `&&` or `||`, or the whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Clause {
    /// The clause as text.
    pub text: String,
    /// What it yields.
    pub truth: Truth,
    /// Why it is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Unknown>,
    /// The values it looked at; none for a group, whose parts have them.
    pub seen: Vec<Seen>,
    /// How the parts of a group are joined, or `None` for a clause without parts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<Group>,
    /// How many groups it stands in; the operands of an outermost `&&` stand in none.
    pub depth: usize,
}

/// How the clauses of a group are joined. Complete: there are these two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// All must hold.
    All,
    /// One must hold.
    Any,
}

/// A value that a clause looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Seen {
    /// The path of the field, or the text of what was computed.
    pub field: String,
    /// Its value, or `None` when it has none.
    pub value: Option<Value>,
}

impl Explanation {
    /// Returns the outermost clause that the result fails by: the first that is false, otherwise the first that is
    /// unknown; `None` when the condition holds.
    pub fn first_failure(&self) -> Option<&Clause> {
        if self.truth.is_true() {
            return None;
        }
        let outer = || self.clauses.iter().filter(|clause| clause.depth == 0);
        outer().find(|clause| clause.truth.is_false()).or_else(|| outer().find(|clause| !clause.truth.is_true()))
    }
}

/// Prints `region is `east`, industry is `software`` when it holds, otherwise what failed first.
impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(failed) = self.first_failure() else {
            let mut separator = "";
            for clause in self.clauses.iter().filter(|clause| clause.group.is_none() && clause.truth.is_true()) {
                f.write_str(separator)?;
                separator = ", ";
                match clause.seen.is_empty() {
                    true => write!(f, "`{}` is true", clause.text)?,
                    false => values(f, &clause.seen)?,
                }
            }
            return Ok(());
        };
        write!(f, "`{}` is {}", failed.text, failed.truth)?;
        if let Some(reason) = &failed.reason {
            return write!(f, ": {reason}");
        }
        let position = self.clauses.iter().position(|clause| std::ptr::eq(clause, failed)).unwrap_or(0);
        let parts = self.clauses.iter().skip(position.saturating_add(1)).take_while(|clause| clause.depth > 0);
        let mut separator = ": ";
        for clause in std::iter::once(failed).chain(parts).filter(|clause| !clause.seen.is_empty()) {
            f.write_str(separator)?;
            values(f, &clause.seen)?;
            separator = ", ";
        }
        Ok(())
    }
}

fn values(f: &mut fmt::Formatter<'_>, seen: &[Seen]) -> fmt::Result {
    for (position, seen) in seen.iter().enumerate() {
        let separator = if position > 0 { ", " } else { "" };
        match &seen.value {
            Some(value) => write!(f, "{separator}{} is `{value}`", seen.field)?,
            None => write!(f, "{separator}{} has no value", seen.field)?,
        }
    }
    Ok(())
}
