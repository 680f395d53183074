use std::sync::Arc;

use crate::access::RoleSet;
use crate::record::Record;
use crate::value::Name;

/// Something that happened to a record, with the record before and after.
#[derive(Debug, Clone)]
pub struct Event {
    /// What happened.
    pub kind: EventKind,
    /// The record before; `None` when it was created.
    pub before: Option<Arc<Record>>,
    /// The record after.
    pub after: Arc<Record>,
    /// The authors of the rules that caused it; none when somebody's command or a timer did. A rule that answers it and
    /// runs as its caller may do no more than each of them.
    pub authors: Vec<RoleSet>,
}

/// What happened to a record.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum EventKind {
    /// A comment was added.
    Commented,
    /// It was created.
    Created,
    /// It was deleted.
    Deleted,
    /// The timer of this rule came due.
    Due(Name),
    /// The host told of something.
    Named(Name),
    /// It was restored.
    Restored,
    /// Fields of it changed.
    Updated,
}
