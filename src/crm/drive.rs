use super::{Context, Rejected, RunError, Step};
use crate::store::{Asks, AsyncStore, ChangeSet, CommitError, Conflict, Facts, Guard, Store};

/// The most rounds of asking in one decision; a definition that needs more asks for too much.
const MAX_FETCHES: u32 = 32;

/// An answer that was committed.
pub(super) struct Driven<T> {
    pub(super) answer: T,
    pub(super) fetches: u32,
    pub(super) tries: u32,
}

/// Decides, asks the store for what is missing, commits, and decides again when somebody was faster.
pub(super) fn drive<S: Store + ?Sized, T>(
    store: &mut S,
    ctx: &Context,
    mut decide: impl FnMut(&Facts) -> Result<Step<T>, Rejected>,
) -> Result<Driven<T>, RunError<S::Error>> {
    let mut drive = Drive::new(ctx);
    loop {
        let asks = match decide(&drive.facts)? {
            Step::Ask(asks) => asks,
            Step::Done(changes, answer) if changes.is_empty() => return Ok(drive.done(answer)),
            Step::Done(changes, answer) => match store.commit(&changes) {
                Ok(()) => return Ok(drive.done(answer)),
                Err(CommitError::Conflict(conflict)) => drive.decide_again(&changes, conflict)?,
                Err(CommitError::Store(error)) => return Err(RunError::Store(error)),
            },
        };
        if drive.asks_more(&asks)? {
            drive.facts.merge(store.fetch(&asks).map_err(RunError::Store)?);
        }
    }
}

/// The same on an asynchronous store.
pub(super) async fn drive_async<S: AsyncStore, T>(
    store: &mut S,
    ctx: &Context,
    mut decide: impl FnMut(&Facts) -> Result<Step<T>, Rejected>,
) -> Result<Driven<T>, RunError<S::Error>> {
    let mut drive = Drive::new(ctx);
    loop {
        let asks = match decide(&drive.facts)? {
            Step::Ask(asks) => asks,
            Step::Done(changes, answer) if changes.is_empty() => return Ok(drive.done(answer)),
            Step::Done(changes, answer) => match store.commit(&changes).await {
                Ok(()) => return Ok(drive.done(answer)),
                Err(CommitError::Conflict(conflict)) => drive.decide_again(&changes, conflict)?,
                Err(CommitError::Store(error)) => return Err(RunError::Store(error)),
            },
        };
        if drive.asks_more(&asks)? {
            drive.facts.merge(store.fetch(&asks).await.map_err(RunError::Store)?);
        }
    }
}

/// Where a decision stands between two calls of the store.
struct Drive {
    facts: Facts,
    fetches: u32,
    tries: u32,
    most_tries: u32,
    looked_twice: bool,
}

impl Drive {
    fn new(ctx: &Context) -> Self {
        Self { facts: Facts::new(), fetches: 0, tries: 1, most_tries: ctx.tries(), looked_twice: false }
    }

    /// Counts a round of asking, if anything is asked.
    fn asks_more(&mut self, asks: &Asks) -> Result<bool, Rejected> {
        if asks.is_empty() {
            return Ok(false);
        }
        if self.fetches >= MAX_FETCHES {
            return Err(Rejected::Limit(format!(
                "the store would have to be asked more than {MAX_FETCHES} times: for a list, put `\"index\": true` on a field that \
                 the filter fixes"
            )));
        }
        self.fetches += 1;
        Ok(true)
    }

    /// Begins the next try, on fresh facts: what was expected to be new is looked at first. The same command may have been
    /// committed before, by a run that never heard of it, and then there is nothing left to do; so a first look at what is
    /// there already is no try.
    fn decide_again(&mut self, changes: &ChangeSet, conflict: Conflict) -> Result<Asks, Rejected> {
        let failed = conflict.guard().and_then(|guard| changes.guards().get(guard));
        if matches!(failed, Some(Guard::Absent(_))) && !self.looked_twice {
            (self.looked_twice, self.most_tries) = (true, self.most_tries.saturating_add(1));
        }
        if self.tries >= self.most_tries {
            return Err(Rejected::Contended { tries: self.tries });
        }
        (self.facts, self.fetches, self.tries) = (Facts::new(), 0, self.tries + 1);
        Ok(changes.guards().iter().fold(Asks::new(), |asks, guard| match guard {
            Guard::Absent(key) => asks.record(key.clone()),
            _ => asks,
        }))
    }

    fn done<T>(&self, answer: T) -> Driven<T> {
        Driven { answer, fetches: self.fetches, tries: self.tries }
    }
}
