use crate::store::{Asks, ChangeSet};

/// Where a decision stands: it still has to see something, or it is done. This enum is complete.
#[derive(Debug)]
pub enum Step<T> {
    /// The store has to be asked; then decide again with the answers added.
    Ask(Asks),
    /// Commit the changes, then hand out the answer.
    Done(ChangeSet, T),
}
