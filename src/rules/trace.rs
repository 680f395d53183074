use std::fmt;

use serde::Serialize;

use crate::value::{Id, Name};

/// Why rules did what they did: one step for every rule that was looked at, in order.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Trace {
    steps: Vec<Step>,
}

/// One rule, looked at for one record in one round.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Step {
    /// The round, from 1: rules answer what rules did in the round before.
    pub round: u32,
    /// The rule.
    pub rule: Name,
    /// The object of the record.
    pub object: Name,
    /// The record.
    pub record: Id,
    /// What came of it.
    pub verdict: Verdict,
}

/// What came of looking at a rule.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Verdict {
    /// The condition was true; why, and what was done.
    #[non_exhaustive]
    Fired {
        /// The values that made the condition true; empty when there is no condition.
        because: String,
        /// What each operation did.
        did: Vec<Deed>,
    },
    /// The condition was not true, or not newly so.
    #[non_exhaustive]
    NotFired {
        /// The first clause that failed, or what was unknown.
        because: String,
    },
    /// The timer that woke the rule is out of date.
    #[non_exhaustive]
    Vanished {
        /// Why.
        because: String,
    },
}

/// What one operation of a rule did.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Deed {
    /// Somebody was assigned.
    #[non_exhaustive]
    Assigned {
        /// The field that received the choice.
        field: Name,
        /// The choice.
        to: Id,
        /// How it was made.
        how: String,
    },
    /// A record was created.
    #[non_exhaustive]
    Created {
        /// The object.
        object: Name,
        /// The record.
        record: Id,
    },
    /// An effect was emitted.
    #[non_exhaustive]
    Emitted {
        /// The kind of effect.
        kind: Name,
        /// Who receives it.
        to: String,
    },
    /// Nothing was done, and why.
    #[non_exhaustive]
    LeftOut {
        /// Why.
        because: String,
    },
    /// A field was written.
    #[non_exhaustive]
    Set {
        /// The object of the record that was written.
        object: Name,
        /// The record that was written.
        record: Id,
        /// The field.
        field: Name,
    },
}

impl Trace {
    pub(crate) fn push(&mut self, step: Step) {
        self.steps.push(step);
    }

    /// Returns the steps in order.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Returns the rules that fired, in order.
    pub fn fired(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(|step| matches!(step.verdict, Verdict::Fired { .. }))
    }
}

/// One line for each rule.
impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.steps.iter().enumerate() {
            if position > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{step}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "rule `{}` ", self.rule)?;
        match &self.verdict {
            Verdict::Fired { because, did } => {
                f.write_str("fired")?;
                if !because.is_empty() {
                    write!(f, " because {because}")?;
                }
                for (position, deed) in did.iter().enumerate() {
                    f.write_str(if position == 0 { ": " } else { "; " })?;
                    write!(f, "{deed}")?;
                }
                Ok(())
            }
            Verdict::NotFired { because } => write!(f, "did not fire: {because}"),
            Verdict::Vanished { because } => write!(f, "woke up for nothing: {because}"),
        }
    }
}

/// Returns the article that an English word wants; words that start with a sounded `u`, such as `user`, are far more
/// common among the keys of objects than others.
fn article(word: &Name) -> &'static str {
    if word.as_str().starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" }
}

impl fmt::Display for Deed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Assigned { field, to, how } => write!(f, "`{field}` is now `{to}` ({how})"),
            Self::Created { object, .. } => write!(f, "created {} {object}", article(object)),
            Self::Emitted { kind, to } => write!(f, "{kind} to {to}"),
            Self::LeftOut { because } => write!(f, "left out: {because}"),
            Self::Set { object, field, .. } => write!(f, "set `{field}` of the {object}"),
        }
    }
}
