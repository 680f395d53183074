use super::Rejected;
use crate::rules::leads_to;
use crate::store::{Range, Reader, Scope, Stored};
use crate::value::Key;

/// A page of what waits: effects, or timers that were parked.
///
/// Something stored that cannot be read, because it is damaged or of a newer version, is skipped and told; it never
/// keeps the rest from the host.
///
/// # Example: nothing waits yet
/// ```
/// use guanxi::{Context, MemoryStore};
///
/// let crm = guanxi::standard().compile()?;
/// let ctx = Context::system("acme".parse()?, "host", "2026-03-02T09:00:00+08:00".parse()?, 7)?;
/// let waiting = crm.pending(&mut MemoryStore::new(), &ctx, 10)?;
/// assert!(waiting.is_empty() && waiting.skipped.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Waiting<T> {
    /// What waits, the longest waiting first.
    pub items: Vec<T>,
    /// What was left alone: where it is stored, and why.
    pub skipped: Vec<(Key, Rejected)>,
    /// Whether there may be more that waits.
    pub more: bool,
}

/// The most pages that one scan reads, so that what is skipped cannot keep it busy for ever: at a page of 1,000 it finds
/// what stands behind 15,000 entries that cannot be read.
pub(super) const MOST_PAGES: u32 = 16;

impl<T> Waiting<T> {
    /// Returns whether nothing waits that could be read.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Reads ranges of what is stored as `kind` side by side until there are `limit` items, each up to 16 pages; pages
    /// after the first have `page` entries. What `read` gives no item for is passed over. `None` when the store has to be
    /// asked, for the next pages or for what `read` lacks.
    pub(super) fn read(
        kind: &str,
        ranges: impl IntoIterator<Item = Range>,
        limit: u32,
        page: u32,
        reader: &mut Reader<'_>,
        mut read: impl FnMut(&mut Reader<'_>, &Key, &Stored) -> Result<Option<T>, Rejected>,
    ) -> Option<Self> {
        let limit = limit.min(page);
        let most = limit as usize;
        let mut made = Self { items: Vec::new(), skipped: Vec::new(), more: false };
        if most == 0 {
            return Some(made);
        }
        let mut open: Vec<Range> = ranges.into_iter().map(|range| range.limit(limit)).collect();
        for _ in 0..MOST_PAGES {
            let mut next = Vec::with_capacity(open.len());
            for range in open {
                let Some(found) = reader.range(&range) else { continue };
                for (entry, stored) in found.records() {
                    if made.items.len() == most {
                        break;
                    }
                    let is_ours = match range.scope() {
                        Scope::Tenant(tenant) => leads_to(&entry.key, tenant, &[kind]),
                        Scope::AllTenants => false,
                    };
                    let item = match is_ours {
                        true => read(reader, &entry.key, stored),
                        false => Err(Rejected::corrupt(entry.key.clone())),
                    };
                    match item {
                        Ok(item) => made.items.extend(item),
                        Err(why) => made.skipped.push((entry.key.clone(), why)),
                    }
                }
                let is_last = found.len() < range.page_size() as usize;
                let last = found.entries().last().filter(|_| !is_last);
                next.extend(last.map(|last| range.clone().after(last.position()).limit(page)));
            }
            // All that the pages lack is asked for at once.
            if reader.lacks() {
                return None;
            }
            made.more = made.items.len() == most;
            if made.more || next.is_empty() {
                return Some(made);
            }
            open = next;
        }
        // Whoever asks again while there is more must get on.
        made.more = !made.items.is_empty();
        Some(made)
    }

    pub(super) fn map<U>(self, map: impl FnMut(T) -> U) -> Waiting<U> {
        let Self { items, skipped, more } = self;
        Waiting { items: items.into_iter().map(map).collect(), skipped, more }
    }
}

impl<T> IntoIterator for Waiting<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a Waiting<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.iter()
    }
}
