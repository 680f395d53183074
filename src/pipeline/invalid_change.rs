use std::sync::Arc;

use serde::Serialize;

use crate::value::Instant;

/// Why a move cannot stand in a history.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
#[non_exhaustive]
pub enum InvalidChange {
    /// It is dated before now, and whoever tells it is not trusted with dates.
    #[error("the move is dated `{at}`, but it is `{now}`: only a trusted import tells the past")]
    #[non_exhaustive]
    Backdated {
        /// The date of the move.
        at: Instant,
        /// The present moment.
        now: Instant,
    },
    /// It is dated before the record was created.
    #[error("the move is dated `{at}`, before the creation at `{created_at}`")]
    #[non_exhaustive]
    BeforeCreation {
        /// The date of the move.
        at: Instant,
        /// When the record was created.
        created_at: Instant,
    },
    /// It is dated after now.
    #[error("the move is dated `{at}`, but it is only `{now}`")]
    #[non_exhaustive]
    InFuture {
        /// The date of the move.
        at: Instant,
        /// The present moment.
        now: Instant,
    },
    /// It leads from a stage to the same stage.
    #[error("the move leads nowhere: expected two stages")]
    NoMove,
    /// It is dated before the last move; what was written is never rewritten.
    #[error("the move is dated `{at}`, before the last one at `{last}`")]
    #[non_exhaustive]
    OutOfOrder {
        /// The date of the move.
        at: Instant,
        /// The date of the last move.
        last: Instant,
    },
    /// It leads from a stage that the record is not in.
    #[error("the move leads from {}, but the record is in {}", named(from), named(current))]
    #[non_exhaustive]
    WrongFrom {
        /// The stage that it leads from.
        from: Option<Arc<str>>,
        /// The stage that the record is in.
        current: Option<Arc<str>>,
    },
}

fn named(stage: &Option<Arc<str>>) -> String {
    stage.as_ref().map_or_else(|| "no stage".to_owned(), |stage| format!("`{stage}`"))
}
