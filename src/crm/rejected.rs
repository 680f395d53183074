use std::fmt;

use serde::Serialize;

use super::{Blocked, Context};
use crate::access::{Denied, PrincipalKind};
use crate::pipeline::InvalidChange;
use crate::record::{FieldProblem, ProblemCode};
use crate::rules::Stop;
use crate::value::{Id, Key, Name, Revision};

/// Why a command or a query was refused; nothing was written.
///
/// Match on [`Rejected::kind`] for a status code. Messages name records, rules and fields, and no value that the caller
/// may not see.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Rejected {
    /// The pipeline does not let the record enter the stage.
    #[error(transparent)]
    Blocked(Box<Blocked>),
    /// Something stored is not what guanxi writes. What it is, the host's own automation alone is told, since nobody can
    /// tell who may see it.
    #[error("{}", corrupt(.0.as_ref()))]
    Corrupt(Option<Key>),
    /// Somebody else was faster, again and again.
    #[error("others were faster {tries} times: nothing was written")]
    #[non_exhaustive]
    Contended {
        /// How often the decision was made.
        tries: u32,
    },
    /// The caller may not do this.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The principal has a role that the definition does not know.
    #[error("unknown role `{0}`")]
    UnknownRole(Name),
    /// A draft, a patch or a query is not right.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// A move of stages is dated as it cannot be, or by somebody whose dates are not trusted.
    #[error(transparent)]
    Misdated(#[from] InvalidChange),
    /// Only the host's own automation handles timers and effects.
    #[error("only the host's own automation may do this")]
    NotAutomation,
    /// There is no such record, or none that the caller may see.
    #[error("no {object} `{id}`")]
    #[non_exhaustive]
    NotFound {
        /// The object.
        object: Name,
        /// The record.
        id: Id,
    },
    /// The record changed since the caller saw it.
    #[error("{object} `{id}` is at revision {current}, not {expected}")]
    #[non_exhaustive]
    Stale {
        /// The object.
        object: Name,
        /// The record.
        id: Id,
        /// The revision that the caller saw.
        expected: Revision,
        /// The revision that the record has.
        current: Revision,
    },
    /// What is stored was made by a newer definition than the one at hand, which may not know what it is about.
    #[error("the definition is outdated: version {current} is at hand, version {needed} is needed")]
    #[non_exhaustive]
    StaleDefinition {
        /// The version of the definition at hand.
        current: u32,
        /// The version that is needed, or a later one.
        needed: u32,
    },
    /// A unique key is taken.
    #[error(transparent)]
    Taken(Taken),
    /// Rules would do more than their budget allows, or a decision would read more than any should.
    #[error("{0}")]
    Limit(String),
}

/// What kind of refusal it is: what a web service turns into a status code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RejectedKind {
    /// Try again on fresh data (409).
    Conflict,
    /// Something stored is broken (500).
    Corrupt,
    /// Not allowed (403).
    Denied,
    /// Wrong input (422).
    Invalid,
    /// Too much at once (413, 429).
    Limit,
    /// No such record (404).
    NotFound,
}

impl Rejected {
    /// Returns what kind of refusal it is.
    pub fn kind(&self) -> RejectedKind {
        match self {
            Self::Corrupt(_) => RejectedKind::Corrupt,
            Self::Contended { .. } | Self::Stale { .. } | Self::StaleDefinition { .. } | Self::Taken(_) => {
                RejectedKind::Conflict
            }
            Self::Misdated(InvalidChange::Backdated { .. }) => RejectedKind::Denied,
            Self::Denied(_) | Self::NotAutomation | Self::UnknownRole(_) => RejectedKind::Denied,
            Self::Blocked(_) | Self::Invalid(_) | Self::Misdated(_) => RejectedKind::Invalid,
            Self::Limit(_) => RejectedKind::Limit,
            Self::NotFound { .. } => RejectedKind::NotFound,
        }
    }

    /// Returns which refusal it is, in a word.
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::Blocked(_) => "blocked",
            Self::Contended { .. } => "contended",
            Self::Corrupt(_) => "corrupt",
            Self::Denied(_) => "denied",
            Self::Invalid(_) => "invalid",
            Self::Limit(_) => "limit",
            Self::Misdated(_) => "misdated",
            Self::NotAutomation => "not_automation",
            Self::NotFound { .. } => "not_found",
            Self::Stale { .. } => "stale",
            Self::StaleDefinition { .. } => "stale_definition",
            Self::Taken(_) => "taken",
            Self::UnknownRole(_) => "unknown_role",
        }
    }

    /// Returns what is wrong with each field, where the refusal is about fields.
    pub fn fields(&self) -> &[FieldProblem] {
        match self {
            Self::Blocked(blocked) => blocked.fields(),
            Self::Invalid(Invalid { problems }) | Self::Taken(Taken { problems }) => problems,
            _ => &[],
        }
    }

    pub(super) fn corrupt(key: Key) -> Self {
        Self::Corrupt(Some(key))
    }

    /// Returns the refusal with the record that the caller named himself.
    pub(super) fn told_of(self, id: Option<&Id>) -> Self {
        match (self, id) {
            (Self::Denied(denied), Some(id)) => Self::Denied(denied.on(id.clone())),
            (other, _) => other,
        }
    }

    /// Returns the refusal as the caller may be told of it.
    pub(super) fn told_to(self, ctx: &Context) -> Self {
        match (self, ctx.principal().kind()) {
            (Self::Corrupt(_), PrincipalKind::User) => Self::Corrupt(None),
            (other, _) => other,
        }
    }

    /// Returns the refusal of a command in the context of another one, under whose ids it would write.
    pub(super) fn used_context(earlier: &str) -> Self {
        let message = format!("is that of an earlier {earlier}: every command needs a context of its own");
        Self::taken(vec![FieldProblem::new("context", ProblemCode::Duplicate, message)])
    }

    pub(super) fn taken(problems: Vec<FieldProblem>) -> Self {
        Self::Taken(Taken { problems })
    }

    pub(super) fn invalid(field: &str, code: ProblemCode, message: impl Into<String>) -> Self {
        Self::Invalid(Invalid { problems: vec![FieldProblem::new(field, code, message)] })
    }
}

/// What is wrong with a draft, a patch or a query: everything at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid {
    pub(super) problems: Vec<FieldProblem>,
}

/// Which unique keys are taken by another record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    pub(super) problems: Vec<FieldProblem>,
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        joined(f, &self.problems)
    }
}

impl fmt::Display for Taken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        joined(f, &self.problems)
    }
}

fn corrupt(key: Option<&Key>) -> String {
    key.map_or_else(|| "something stored is corrupt".into(), |key| format!("the stored record `{key}` is corrupt"))
}

fn joined(f: &mut fmt::Formatter<'_>, problems: &[FieldProblem]) -> fmt::Result {
    for (position, problem) in problems.iter().enumerate() {
        if position > 0 {
            f.write_str("; ")?;
        }
        write!(f, "{problem}")?;
    }
    Ok(())
}

impl std::error::Error for Invalid {}

impl std::error::Error for Taken {}

impl From<Vec<FieldProblem>> for Rejected {
    fn from(problems: Vec<FieldProblem>) -> Self {
        Self::Invalid(Invalid { problems })
    }
}

impl From<Stop> for Rejected {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Corrupt(key) => Self::corrupt(key),
            other => Self::Limit(other.to_string()),
        }
    }
}

/// What a caller gets in JSON: `kind`, the finer `code`, an English `message`, and what the message is about, so that a
/// screen can say it in another language.
impl Serialize for Rejected {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap;
        let mut json = serializer.serialize_map(None)?;
        json.serialize_entry("kind", &self.kind())?;
        json.serialize_entry("code", self.code())?;
        json.serialize_entry("message", &self.to_string())?;
        match self {
            Self::Blocked(blocked) => blocked.serialize_into(&mut json)?,
            Self::Misdated(change) => json.serialize_entry("change", change)?,
            Self::Contended { tries } => json.serialize_entry("tries", tries)?,
            Self::Corrupt(key) => {
                if let Some(key) = key {
                    json.serialize_entry("object", key.object())?;
                    json.serialize_entry("id", key.id())?;
                }
            }
            Self::Denied(denied) => {
                json.serialize_entry("action", &denied.action())?;
                json.serialize_entry("object", denied.object())?;
                if let Some(id) = denied.id() {
                    json.serialize_entry("id", id)?;
                }
                if let Some(field) = denied.field() {
                    json.serialize_entry("field", field)?;
                }
                if denied.is_sealed() {
                    json.serialize_entry("sealed", &true)?;
                }
            }
            Self::Invalid(_) | Self::Taken(_) => json.serialize_entry("fields", self.fields())?,
            Self::Limit(_) | Self::NotAutomation => {}
            Self::NotFound { object, id } => {
                json.serialize_entry("object", object)?;
                json.serialize_entry("id", id)?;
            }
            Self::Stale { object, id, expected, current } => {
                json.serialize_entry("object", object)?;
                json.serialize_entry("id", id)?;
                json.serialize_entry("expected", expected)?;
                json.serialize_entry("current", current)?;
            }
            Self::StaleDefinition { current, needed } => {
                json.serialize_entry("current", current)?;
                json.serialize_entry("needed", needed)?;
            }
            Self::UnknownRole(role) => json.serialize_entry("role", role)?,
        }
        json.end()
    }
}

/// Why running a command or a query failed: it was refused, or the store failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError<E> {
    /// The command or query was refused; nothing was written.
    #[error(transparent)]
    Rejected(#[from] Rejected),
    /// The store failed; a commit that was under way may or may not have happened, but never in part.
    #[error("the store failed")]
    Store(#[source] E),
}

impl<E> RunError<E> {
    /// Returns the refusal, unless it was the store that failed.
    pub fn rejected(&self) -> Option<&Rejected> {
        match self {
            Self::Rejected(rejected) => Some(rejected),
            Self::Store(_) => None,
        }
    }
}
