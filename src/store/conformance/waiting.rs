use crate::store::{Asks, AsyncStore, ChangeSet, CommitError, Facts, Store};

/// Waits for a future: what an asynchronous runtime calls `block_on`.
pub trait Wait {
    /// Runs `future` to its end.
    fn wait<F: Future>(&mut self, future: F) -> F::Output;
}

/// An asynchronous store that is waited for, so that the suite can test it.
///
/// # Example: the simplest runtime polls until the future is done
/// ```
/// use std::{pin::pin, task::{Context, Poll, Waker}};
/// use guanxi::store::{Asks, MemoryStore, Store, conformance::{Wait, Waiting}};
///
/// struct Polling;
///
/// impl Wait for Polling {
///     fn wait<F: Future>(&mut self, future: F) -> F::Output {
///         let mut future = pin!(future);
///         loop {
///             if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
///                 return output;
///             }
///         }
///     }
/// }
///
/// let mut store = Waiting::new(MemoryStore::new(), Polling);
/// assert!(store.fetch(&Asks::new()).is_ok());
/// ```
#[derive(Debug, Clone)]
pub struct Waiting<S, W> {
    store: S,
    runtime: W,
}

impl<S: AsyncStore, W: Wait> Waiting<S, W> {
    /// Returns `store`, waited for by `runtime`.
    pub fn new(store: S, runtime: W) -> Self {
        Self { store, runtime }
    }
}

impl<S: AsyncStore, W: Wait> Store for Waiting<S, W> {
    type Error = S::Error;

    fn fetch(&mut self, asks: &Asks) -> Result<Facts, S::Error> {
        self.runtime.wait(self.store.fetch(asks))
    }

    fn commit(&mut self, changes: &ChangeSet) -> Result<(), CommitError<S::Error>> {
        self.runtime.wait(self.store.commit(changes))
    }
}
