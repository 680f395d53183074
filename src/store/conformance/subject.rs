use crate::store::Store;

/// A store under test: how to get an empty database, and handles on it.
///
/// What goes wrong in here (no disk, no connection) is no verdict on the store; panic with what happened.
pub trait Subject {
    /// The store to be tested.
    type Store: Store;

    /// Makes the database empty, or another one that is; all handles given out before are gone by then.
    fn fresh(&mut self);

    /// Returns one more handle on the same database, as another process would open it.
    ///
    /// At most two are open at a time. Some checks close both and open new ones, to see what was kept.
    fn open(&mut self) -> Self::Store;
}
