use std::sync::Arc;

use crate::value::{Key, Name, TenantId, ordered};

/// A stretch of one index: entries with `from <= bytes < to`, in order, a page at a time.
///
/// Entries are ordered by their bytes, then by object and id of the record (then by tenant, where the scope is all
/// tenants), all of them byte by byte; among ids, UUIDs come before host-given texts, as in the order of
/// [`Id`](crate::value::Id). [`Direction::Descending`] is exactly the reverse.
///
/// A page holds the first entries after its position, up to its limit. The position need not be an entry, or still be
/// one, and may lie outside the stretch; its tenant counts only where the scope is all tenants. A stretch whose `to` is
/// not above its `from` is empty.
///
/// Cloning is cheap: asks, answers and guards share one range.
///
/// # Example: the second page begins after the first one's last entry
/// ```
/// use guanxi::store::Range;
///
/// let due = Range::between("acme".parse()?, "task.due".parse()?, b"2026-03-02", b"2026-03-09").limit(50);
/// assert_eq!(due.page_size(), 50);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Range {
    parts: Arc<Parts>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Parts {
    scope: Scope,
    index: Name,
    // The smallest bytes covered, and behind them, from `to_at` on, the smallest ones that no longer are.
    bounds: Box<[u8]>,
    to_at: Option<usize>,
    after: Option<Position>,
    direction: Direction,
    limit: u32,
    want: Want,
}

/// Whose entries a range covers. This enum is complete.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// One tenant's.
    Tenant(TenantId),
    /// Every tenant's: only the scans for tenants with due timers and waiting effects read so.
    AllTenants,
}

/// The order in which a range is read. This enum is complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// Smallest bytes first.
    Ascending,
    /// Largest bytes first.
    Descending,
}

/// What a range returns. This enum is complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Want {
    /// How many entries there are, counted up to the limit.
    Count,
    /// The entries and the keys of their records.
    Keys,
    /// The entries with their records.
    Records,
}

/// A place in an index: an entry's bytes and the key of its record.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The bytes of the entry.
    pub bytes: Box<[u8]>,
    /// The key of the record.
    pub key: Key,
}

impl Range {
    /// The most entries that a range returns or counts unless it says otherwise.
    pub const DEFAULT_LIMIT: u32 = 1_000;

    /// Returns the range of all entries of `index` in `tenant`, with their records.
    pub fn all(tenant: TenantId, index: Name) -> Self {
        Self::of(tenant, index, Vec::new(), None)
    }

    /// Returns the range of entries with exactly these bytes.
    pub fn exact(tenant: TenantId, index: Name, bytes: &[u8]) -> Self {
        // The next bytes in the order are the same with a zero behind them.
        Self::of(tenant, index, [bytes, bytes, &[0]].concat(), Some(bytes.len()))
    }

    /// Returns the range of entries whose bytes start with `prefix`.
    pub fn prefix(tenant: TenantId, index: Name, prefix: &[u8]) -> Self {
        match ordered::after_prefix(prefix) {
            Some(to) => Self::between(tenant, index, prefix, &to),
            None => Self::starting_at(tenant, index, prefix),
        }
    }

    /// Returns the range of entries with `from <= bytes < to`.
    pub fn between(tenant: TenantId, index: Name, from: &[u8], to: &[u8]) -> Self {
        Self::of(tenant, index, [from, to].concat(), Some(from.len()))
    }

    /// Returns the range of entries with `from <= bytes`.
    pub fn starting_at(tenant: TenantId, index: Name, from: &[u8]) -> Self {
        Self::of(tenant, index, from.to_vec(), None)
    }

    fn of(tenant: TenantId, index: Name, bounds: Vec<u8>, to_at: Option<usize>) -> Self {
        let parts = Parts {
            scope: Scope::Tenant(tenant),
            index,
            bounds: bounds.into(),
            to_at,
            after: None,
            direction: Direction::Ascending,
            limit: Self::DEFAULT_LIMIT,
            want: Want::Records,
        };
        Self { parts: Arc::new(parts) }
    }

    /// Returns the same stretch over every tenant.
    #[must_use]
    pub fn of_all_tenants(mut self) -> Self {
        self.parts_mut().scope = Scope::AllTenants;
        self
    }

    /// Returns the same stretch, continued after `position` in its direction.
    #[must_use]
    pub fn after(mut self, position: Position) -> Self {
        self.parts_mut().after = Some(position);
        self
    }

    /// Returns the same stretch, read from its end.
    #[must_use]
    pub fn descending(mut self) -> Self {
        self.parts_mut().direction = Direction::Descending;
        self
    }

    /// Returns the same stretch with at most `limit` entries returned or counted; 0 gives none.
    #[must_use]
    pub fn limit(mut self, limit: u32) -> Self {
        self.parts_mut().limit = limit;
        self
    }

    /// Returns the same stretch, wanting keys only.
    #[must_use]
    pub fn keys(mut self) -> Self {
        self.parts_mut().want = Want::Keys;
        self
    }

    /// Returns the same stretch, wanting the number of its entries only.
    #[must_use]
    pub fn count(mut self) -> Self {
        self.parts_mut().want = Want::Count;
        self
    }

    fn parts_mut(&mut self) -> &mut Parts {
        Arc::make_mut(&mut self.parts)
    }

    /// Returns whose entries are covered.
    pub fn scope(&self) -> &Scope {
        &self.parts.scope
    }

    /// Returns the index.
    pub fn index(&self) -> &Name {
        &self.parts.index
    }

    /// Returns the smallest bytes covered.
    pub fn from(&self) -> &[u8] {
        let Parts { bounds, to_at, .. } = &*self.parts;
        bounds.get(..to_at.unwrap_or(bounds.len())).unwrap_or_default()
    }

    /// Returns the smallest bytes no longer covered, or `None` when the stretch goes to the end of the index.
    pub fn to(&self) -> Option<&[u8]> {
        self.parts.bounds.get(self.parts.to_at?..)
    }

    /// Returns the place after which, in the direction of reading, entries are wanted.
    pub fn continued_after(&self) -> Option<&Position> {
        self.parts.after.as_ref()
    }

    /// Returns the direction of reading.
    pub fn direction(&self) -> Direction {
        self.parts.direction
    }

    /// Returns the most entries to return or count.
    pub fn page_size(&self) -> u32 {
        self.parts.limit
    }

    /// Returns what is wanted of each entry.
    pub fn want(&self) -> Want {
        self.parts.want
    }
}
