//! Many commits at once.

use guanxi::MemoryStore;
use guanxi::store::{Overlay, Store};

/// A store that can make many commits durable at once, which is what an import spends its time on otherwise.
pub trait Batches: Store {
    /// From now on a commit need not be durable when it returns; commits stay whole and in their order.
    fn begin(&mut self) -> Result<(), Self::Error> {
        Ok(())
    }

    /// Makes durable what is not.
    fn end(&mut self) -> Result<(), Self::Error> {
        Ok(())
    }
}

impl Batches for MemoryStore {}

impl<S: Batches> Batches for Overlay<'_, S> {}
