use std::future::{Future, ready};

use super::{Asks, ChangeSet, Facts};

/// A place that keeps records: what a host implements, over any database that commits atomically.
///
/// Run the [conformance suite](super) (feature `conformance`) against an implementation; it refuses stores that break a
/// law. One value is one handle, used by one thread at a time; several handles may be open on one database.
///
/// # What has to fit
/// Tenants, objects and ids of 1 to 64 bytes, index names of 1 to 64, terms of up to
/// [`Term::MAX_LEN`](super::Term::MAX_LEN) bytes, any number of terms a record, bodies of any length, revisions up to
/// 2^63 - 1 and counters over the whole of an `i64`. All of them compare byte by byte: a database must not fold case,
/// width or accents.
pub trait Store {
    /// What can go wrong in the store itself: a lost connection, a full disk.
    type Error: std::error::Error + Send + Sync + 'static;

    /// Answers everything that `asks` wants.
    ///
    /// The law: every ask is answered, with what the last commit that was acknowledged to anybody has written, or a
    /// later one; all answers of one call are as of one moment. A range returns entries in its order, each once, none
    /// left out before its limit, and never an entry or record of another tenant.
    ///
    /// Not from a replica that lags behind. One moment means one snapshot: a single read transaction (in Postgres,
    /// `REPEATABLE READ` or higher) where several statements are needed.
    ///
    /// # Errors
    /// Whatever the store reports; nothing is assumed about what was read.
    fn fetch(&mut self, asks: &Asks) -> Result<Facts, Self::Error>;

    /// Commits all of `changes`, or nothing.
    ///
    /// The law: every guard is checked, in its order, against the state before the writes, at the same moment at which
    /// the writes become visible. A guard that fails gives [`CommitError::Conflict`] and changes nothing, counters
    /// included. Writes apply in their order; a put replaces the record and all its terms. When this returns `Ok`, the
    /// writes are as durable as the store will ever make them, and every later fetch sees them through every handle.
    ///
    /// [`Guard::Same`](super::Guard::Same) is kept where commits are serialised (SQLite's `BEGIN IMMEDIATE`, a lock a
    /// tenant) or serialisable (Postgres' `SERIALIZABLE`); there, a transaction that the database gives up is
    /// [`Conflict::unplaced`]. `READ COMMITTED` and `REPEATABLE READ` alone let phantoms and write skew through. A store
    /// within a host's own transaction becomes durable when the host commits.
    ///
    /// # Errors
    /// [`CommitError::Conflict`] when a guard fails, [`CommitError::Store`] when the store does; after the latter the
    /// writes may or may not have happened, but never in part.
    fn commit(&mut self, changes: &ChangeSet) -> Result<(), CommitError<Self::Error>>;
}

/// The same two methods where waiting is asynchronous; every [`Store`] that is `Send` is one.
///
/// The laws are those of [`Store`].
pub trait AsyncStore {
    /// What can go wrong in the store itself.
    type Error: std::error::Error + Send + Sync + 'static;

    /// Answers everything that `asks` wants, as [`Store::fetch`] does.
    fn fetch(&mut self, asks: &Asks) -> impl Future<Output = Result<Facts, Self::Error>> + Send;

    /// Commits all of `changes`, or nothing, as [`Store::commit`] does.
    fn commit(&mut self, changes: &ChangeSet) -> impl Future<Output = Result<(), CommitError<Self::Error>>> + Send;
}

impl<S: Store + Send + ?Sized> AsyncStore for S {
    type Error = S::Error;

    fn fetch(&mut self, asks: &Asks) -> impl Future<Output = Result<Facts, Self::Error>> + Send {
        ready(Store::fetch(self, asks))
    }

    fn commit(&mut self, changes: &ChangeSet) -> impl Future<Output = Result<(), CommitError<Self::Error>>> + Send {
        ready(Store::commit(self, changes))
    }
}

/// Why a change set was not committed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CommitError<E> {
    /// A guard failed: nothing was written, and the decision must be made again on fresh facts.
    #[error(transparent)]
    Conflict(#[from] Conflict),
    /// The store failed.
    #[error("the store failed")]
    Store(#[source] E),
}

/// A guard that no longer held at commit, or a clash that the database found by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("what the change set relied on no longer holds{}", At(*.guard))]
pub struct Conflict {
    guard: Option<usize>,
}

impl Conflict {
    /// Returns the conflict on the guard at this position of the change set.
    pub fn on(guard: usize) -> Self {
        Self { guard: Some(guard) }
    }

    /// Returns a conflict that no single guard is known for, as when a database gives up a transaction because another
    /// one came in its way (SQLSTATE 40001).
    pub fn unplaced() -> Self {
        Self { guard: None }
    }

    /// Returns the position of the guard in the change set, from 0, where the store knows it.
    pub fn guard(&self) -> Option<usize> {
        self.guard
    }
}

struct At(Option<usize>);

impl std::fmt::Display for At {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.map_or(Ok(()), |guard| write!(f, ": guard {guard}"))
    }
}
