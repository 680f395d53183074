mod cut;
mod index;
mod leaf;
mod packed;
mod page;
mod rows;
mod slots;
mod tenant;

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use self::rows::Row;
use self::tenant::Tenant;
use super::{Asks, ChangeSet, CommitError, Conflict, Facts, Guard, Store, Stored, Write};
use crate::value::{Key, TenantId};

/// A store in memory, for tests, examples and hosts whose data fits.
///
/// A clone is another handle on the same data, as a second connection is to a database; handles may be used from many
/// threads. Finding a record or the start of a range takes time that grows with the logarithm of what is stored; a put
/// touches only the index entries that differ. A record takes about 200 bytes beside its body, and each of its terms
/// about twice its bytes and 20 more.
///
/// # Example: two handles, one set of records
/// ```
/// use guanxi::store::{Asks, ChangeSet, MemoryStore, Put, Store};
/// use guanxi::value::{Key, Revision};
///
/// let mut store = MemoryStore::new();
/// let mut other = store.clone();
/// let key = Key::new("acme".parse()?, "lead".parse()?, "l-1".parse()?);
/// store.commit(&ChangeSet::new().put(Put::new(key.clone(), Revision::FIRST, b"body".as_slice(), [])))?;
/// let facts = other.fetch(&Asks::new().record(key.clone()))?;
/// assert!(facts.record(&key).flatten().is_some());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct MemoryStore {
    shared: Arc<Mutex<Tenants>>,
}

impl MemoryStore {
    /// Returns a handle on a new, empty store.
    pub fn new() -> Self {
        Self::default()
    }

    fn lock(&self) -> MutexGuard<'_, Tenants> {
        // Nothing panics while the lock is held, so what a poisoned lock guards is whole.
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for MemoryStore {
    type Error = Infallible;

    fn fetch(&mut self, asks: &Asks) -> Result<Facts, Infallible> {
        let tenants = self.lock();
        let mut facts = Facts::new();
        for key in asks.records() {
            facts.add_record(key.clone(), tenants.row(key).map(Row::stored));
        }
        for range in asks.ranges() {
            facts.add_range(range.clone(), page::read(&tenants.0, range));
        }
        for key in asks.counters() {
            facts.add_counter(key.clone(), tenants.counter(key));
        }
        Ok(facts)
    }

    fn commit(&mut self, changes: &ChangeSet) -> Result<(), CommitError<Infallible>> {
        let mut tenants = self.lock();
        let bumped = tenants.check(changes.guards())?;
        for (key, count) in bumped {
            tenants.of(key).set_counter(key, count);
        }
        for write in changes.writes() {
            match write {
                Write::Put(put) => tenants.of(put.key()).put(put),
                Write::Delete(key) => tenants.of(key).delete(key),
            }
        }
        Ok(())
    }
}

#[derive(Debug, Default)]
struct Tenants(BTreeMap<TenantId, Tenant>);

impl Tenants {
    fn row(&self, key: &Key) -> Option<&Row> {
        self.0.get(key.tenant())?.row(key)
    }

    fn counter(&self, key: &Key) -> i64 {
        self.0.get(key.tenant()).and_then(|tenant| tenant.counter(key)).unwrap_or(0)
    }

    fn of(&mut self, key: &Key) -> &mut Tenant {
        self.0.entry(key.tenant().clone()).or_default()
    }

    /// Checks all guards and returns the counters as they are after the bumps.
    fn check<'a>(&self, guards: &'a [Guard]) -> Result<BTreeMap<&'a Key, i64>, Conflict> {
        let mut bumped = BTreeMap::new();
        for (position, guard) in guards.iter().enumerate() {
            let holds = match guard {
                Guard::Absent(key) => self.row(key).is_none(),
                Guard::Version { key, revision } => self.row(key).is_some_and(|row| row.revision == *revision),
                Guard::Same { range, digest } => page::read(&self.0, range).digest() == *digest,
                Guard::Bump { key, by, max } => {
                    let now = bumped.get(key).copied().unwrap_or_else(|| self.counter(key));
                    let next = now.checked_add(*by).filter(|next| *by <= 0 || next <= max);
                    next.map(|next| bumped.insert(key, next)).is_some()
                }
            };
            if !holds {
                return Err(Conflict::on(position));
            }
        }
        Ok(bumped)
    }
}

impl Row {
    fn stored(&self) -> Stored {
        Stored { revision: self.revision, body: Arc::clone(&self.body) }
    }
}
