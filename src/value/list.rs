use std::fmt;
use std::sync::Arc;

use serde::{Serialize, Serializer};

use super::Value;

/// Several values in order, none of them a list itself.
///
/// # Example: lists do not nest
/// ```
/// use guanxi::value::{List, Value};
///
/// let phones = List::new([Value::text("021-6235 1234"), Value::text("400-800-1234")])?;
/// assert_eq!(phones.len(), 2);
/// assert!(List::new([Value::List(phones)]).is_err());
/// # Ok::<(), guanxi::value::NestedList>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct List {
    // INVARIANT: no item is a list, so that nothing that walks a value can run out of stack.
    items: Arc<[Value]>,
}

impl List {
    /// Returns the list of `items`.
    ///
    /// # Errors
    /// [`NestedList`] when an item is a list.
    pub fn new(items: impl IntoIterator<Item = Value>) -> Result<Self, NestedList> {
        let items: Arc<[Value]> = items.into_iter().collect();
        if items.iter().any(|item| matches!(item, Value::List(_))) { Err(NestedList) } else { Ok(Self { items }) }
    }
}

impl std::ops::Deref for List {
    type Target = [Value];

    fn deref(&self) -> &[Value] {
        &self.items
    }
}

impl fmt::Debug for List {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl Serialize for List {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

/// A list inside a list, which no field can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a list cannot hold a list")]
pub struct NestedList;
