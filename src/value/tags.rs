use std::fmt;
use std::sync::Arc;

use serde::{Serialize, Serializer};

/// A set of free labels, each once, in byte order.
///
/// # Example
/// ```
/// use guanxi::value::Tags;
///
/// let tags: Tags = ["vip", "华东", "vip"].into_iter().collect();
/// assert_eq!(tags.len(), 2);
/// assert!(tags.contains("华东"));
/// assert!(!tags.without("华东").contains("华东"));
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tags {
    // INVARIANT: strictly ascending.
    sorted: Arc<[Arc<str>]>,
}

impl Tags {
    /// Returns whether `tag` is in the set.
    pub fn contains(&self, tag: &str) -> bool {
        self.sorted.binary_search_by(|known| known.as_ref().cmp(tag)).is_ok()
    }

    /// Returns the set with `tag` added.
    #[must_use]
    pub fn with(&self, tag: &str) -> Self {
        if self.contains(tag) {
            return self.clone();
        }
        self.sorted.iter().cloned().chain([Arc::from(tag)]).collect()
    }

    /// Returns the set with `tag` removed.
    #[must_use]
    pub fn without(&self, tag: &str) -> Self {
        self.sorted.iter().filter(|known| known.as_ref() != tag).cloned().collect()
    }

    /// Returns the tags in byte order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        self.sorted.iter().map(AsRef::as_ref)
    }

    /// Returns how many tags there are.
    pub fn len(&self) -> usize {
        self.sorted.len()
    }

    /// Returns whether there is no tag.
    pub fn is_empty(&self) -> bool {
        self.sorted.is_empty()
    }
}

impl FromIterator<Arc<str>> for Tags {
    fn from_iter<T: IntoIterator<Item = Arc<str>>>(tags: T) -> Self {
        let mut sorted: Vec<_> = tags.into_iter().collect();
        sorted.sort_unstable();
        sorted.dedup();
        Self { sorted: sorted.into() }
    }
}

impl<'a> FromIterator<&'a str> for Tags {
    fn from_iter<T: IntoIterator<Item = &'a str>>(tags: T) -> Self {
        tags.into_iter().map(Arc::<str>::from).collect()
    }
}

impl fmt::Debug for Tags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

impl Serialize for Tags {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}
