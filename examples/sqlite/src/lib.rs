//! A guanxi store in a SQLite file: an adapter to use as it is, or as the pattern for another database.
//!
//! Three tables hold what a store has to keep: records, the terms under which they are found, and counters. A fetch is
//! one read transaction, so all its answers are as of one moment; a commit is one `BEGIN IMMEDIATE` transaction, in
//! which the guards are checked by the very reads that a fetch would do. WAL with `synchronous = FULL` makes a commit
//! durable before it returns.

mod range;

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use guanxi::store::{Asks, ChangeSet, CommitError, Conflict, Facts, Guard, Put, Store, Stored, Write};
use guanxi::value::{Id, Key, Revision};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

// Text compares by its bytes (BINARY, the default), as names and tenants do; an id is written so that it does, too.
const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS record (
        tenant TEXT NOT NULL, object TEXT NOT NULL, id BLOB NOT NULL, revision INTEGER NOT NULL, body BLOB NOT NULL,
        PRIMARY KEY (tenant, object, id)
    ) STRICT;
    CREATE TABLE IF NOT EXISTS term (
        tenant TEXT NOT NULL, name TEXT NOT NULL, bytes BLOB NOT NULL, object TEXT NOT NULL, id BLOB NOT NULL,
        PRIMARY KEY (tenant, object, id, name, bytes)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS term_of_tenant ON term (tenant, name, bytes, object, id);
    CREATE INDEX IF NOT EXISTS term_of_all_tenants ON term (name, bytes, object, id, tenant);
    CREATE TABLE IF NOT EXISTS counter (
        tenant TEXT NOT NULL, object TEXT NOT NULL, id BLOB NOT NULL, count INTEGER NOT NULL,
        PRIMARY KEY (tenant, object, id)
    ) STRICT, WITHOUT ROWID;
";

/// One connection to a SQLite file.
#[derive(Debug)]
pub struct SqliteStore {
    connection: Connection,
    batch: Option<Batch>,
}

/// Commits that become durable together.
#[derive(Debug)]
struct Batch {
    size: u32,
    left: u32,
}

/// What went wrong in the database.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SqliteError {
    /// SQLite reported an error.
    #[error("sqlite failed")]
    Sqlite(#[from] rusqlite::Error),
    /// A row holds what this adapter never writes, or is asked to hold what does not fit.
    #[error("{0}")]
    Unfit(String),
}

impl SqliteStore {
    /// Opens the database at `path`, creating it when there is none.
    ///
    /// # Errors
    /// [`SqliteError`] when SQLite cannot open or prepare the file.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, SqliteError> {
        let connection = Connection::open(path)?;
        // How long to wait for another connection's commit; beyond it, the store reports an error.
        connection.busy_timeout(Duration::from_secs(30))?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        // 64 MiB: the pages of a batch stay in memory until it is full.
        connection.pragma_update(None, "cache_size", -65_536)?;
        connection.execute_batch(SCHEMA)?;
        connection.set_prepared_statement_cache_capacity(64);
        // Otherwise a statement is planned anew whenever what it is asked with changes.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        Ok(Self { connection, batch: None })
    }

    /// From now on makes commits durable `size` at a time, for imports: a commit is whole and is seen by this store at once,
    /// but neither kept nor seen by others before its batch is full or [`SqliteStore::end_batches`] is called. Nobody else
    /// writes meanwhile.
    pub fn begin_batches(&mut self, size: u32) {
        self.batch = Some(Batch { size, left: size });
    }

    /// Makes the last batch durable; from now on every commit is, when it returns.
    ///
    /// # Errors
    /// [`SqliteError`] when SQLite cannot; the last batch is then gone as a whole.
    pub fn end_batches(&mut self) -> Result<(), SqliteError> {
        self.batch = None;
        self.close_batch()
    }

    fn close_batch(&mut self) -> Result<(), SqliteError> {
        if self.connection.is_autocommit() {
            return Ok(());
        }
        let done = self.connection.execute_batch("COMMIT");
        if done.is_err() && !self.connection.is_autocommit() {
            // What cannot be kept must not be seen either.
            self.connection.execute_batch("ROLLBACK")?;
        }
        Ok(done?)
    }

    fn commit_in_batch(&mut self, changes: &ChangeSet) -> Result<(), CommitError<SqliteError>> {
        let store = |error: rusqlite::Error| CommitError::Store(error.into());
        if self.connection.is_autocommit() {
            self.connection.execute_batch("BEGIN IMMEDIATE").map_err(store)?;
        }
        let savepoint = self.connection.savepoint().map_err(store)?;
        apply(&savepoint, changes)?;
        savepoint.commit().map_err(store)?;
        let Some(batch) = &mut self.batch else { return Ok(()) };
        batch.left = batch.left.saturating_sub(1);
        if batch.left > 0 {
            return Ok(());
        }
        batch.left = batch.size;
        self.close_batch().map_err(CommitError::Store)
    }
}

impl Store for SqliteStore {
    type Error = SqliteError;

    fn fetch(&mut self, asks: &Asks) -> Result<Facts, SqliteError> {
        // Between two commits of a batch nobody else writes.
        if !self.connection.is_autocommit() {
            return answers(&self.connection, asks);
        }
        answers(&*self.connection.transaction()?, asks)
    }

    fn commit(&mut self, changes: &ChangeSet) -> Result<(), CommitError<SqliteError>> {
        if self.batch.is_some() {
            return self.commit_in_batch(changes);
        }
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate);
        let transaction = transaction.map_err(|error| CommitError::Store(error.into()))?;
        apply(&transaction, changes)?;
        transaction.commit().map_err(|error| CommitError::Store(error.into()))
    }
}

fn answers(snapshot: &Connection, asks: &Asks) -> Result<Facts, SqliteError> {
    let mut facts = Facts::new();
    for key in asks.records() {
        facts.add_record(key.clone(), record(snapshot, key)?);
    }
    for wanted in asks.ranges() {
        facts.add_range(wanted.clone(), range::read(snapshot, wanted)?);
    }
    for key in asks.counters() {
        facts.add_counter(key.clone(), counter(snapshot, key)?);
    }
    Ok(facts)
}

/// Writes a change set if its guards hold; whoever has opened the transaction or savepoint rolls it back on an error, and with
/// it the bumps before a guard that does not hold.
fn apply(transaction: &Connection, changes: &ChangeSet) -> Result<(), CommitError<SqliteError>> {
    for (position, guard) in changes.guards().iter().enumerate() {
        if !holds(transaction, guard).map_err(CommitError::Store)? {
            return Err(Conflict::on(position).into());
        }
    }
    for write in changes.writes() {
        match write {
            Write::Put(record) => put(transaction, record),
            Write::Delete(key) => delete(transaction, key),
        }
        .map_err(CommitError::Store)?;
    }
    Ok(())
}

fn holds(transaction: &Connection, guard: &Guard) -> Result<bool, SqliteError> {
    Ok(match guard {
        Guard::Absent(key) => record(transaction, key)?.is_none(),
        Guard::Version { key, revision } => record(transaction, key)?.is_some_and(|found| found.revision == *revision),
        Guard::Same { range, digest } => range::read(transaction, range)?.digest() == *digest,
        Guard::Bump { key, by, max } => {
            let next = counter(transaction, key)?.checked_add(*by).filter(|next| *by <= 0 || next <= max);
            if let Some(next) = next {
                let sql = "INSERT INTO counter (tenant, object, id, count) VALUES (?1, ?2, ?3, ?4)
                    ON CONFLICT DO UPDATE SET count = excluded.count";
                let (tenant, object, id) = columns(key);
                transaction.prepare_cached(sql)?.execute(params![tenant, object, id, next])?;
            }
            next.is_some()
        }
    })
}

fn record(transaction: &Connection, key: &Key) -> Result<Option<Stored>, SqliteError> {
    let sql = "SELECT revision, body FROM record WHERE tenant = ?1 AND object = ?2 AND id = ?3";
    let mut statement = transaction.prepare_cached(sql)?;
    let row =
        statement.query_row(columns(key), |row| Ok((row.get(0)?, row.get_ref(1)?.as_blob()?.into()))).optional()?;
    row.map(|(revision, body)| Ok(Stored { revision: read_revision(revision)?, body })).transpose()
}

fn counter(transaction: &Connection, key: &Key) -> Result<i64, SqliteError> {
    let sql = "SELECT count FROM counter WHERE tenant = ?1 AND object = ?2 AND id = ?3";
    let found = transaction.prepare_cached(sql)?.query_row(columns(key), |row| row.get(0)).optional()?;
    Ok(found.unwrap_or(0))
}

fn put(transaction: &Connection, put: &Put) -> Result<(), SqliteError> {
    let revision = put.revision();
    let revision = i64::try_from(revision.number());
    let revision = revision.map_err(|_| SqliteError::Unfit(format!("revision of {} is too high", put.key())))?;
    let sql = "INSERT INTO record (tenant, object, id, revision, body) VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT DO UPDATE SET revision = excluded.revision, body = excluded.body";
    let (tenant, object, id) = columns(put.key());
    transaction.prepare_cached(sql)?.execute(params![tenant, object, id, revision, put.body().as_ref()])?;
    let terms = put.terms().iter().map(|term| (term.index().to_string(), term.bytes().to_vec()));
    replace_terms(transaction, put.key(), &terms.collect())
}

fn delete(transaction: &Connection, key: &Key) -> Result<(), SqliteError> {
    let sql = "DELETE FROM record WHERE tenant = ?1 AND object = ?2 AND id = ?3";
    transaction.prepare_cached(sql)?.execute(columns(key))?;
    replace_terms(transaction, key, &BTreeSet::new())
}

/// Writes only the terms that differ: most changes leave most terms as they are.
fn replace_terms(transaction: &Connection, key: &Key, new: &BTreeSet<(String, Vec<u8>)>) -> Result<(), SqliteError> {
    let (tenant, object, id) = columns(key);
    let sql = "SELECT name, bytes FROM term WHERE tenant = ?1 AND object = ?2 AND id = ?3";
    let mut statement = transaction.prepare_cached(sql)?;
    let old = statement.query_map(columns(key), |row| Ok((row.get(0)?, row.get(1)?)))?;
    let old = old.collect::<Result<BTreeSet<(String, Vec<u8>)>, _>>()?;
    let sql = "DELETE FROM term WHERE tenant = ?1 AND object = ?2 AND id = ?3 AND name = ?4 AND bytes = ?5";
    for (name, bytes) in old.difference(new) {
        transaction.prepare_cached(sql)?.execute(params![tenant, object, id, name, bytes])?;
    }
    let sql = "INSERT INTO term (tenant, object, id, name, bytes) VALUES (?1, ?2, ?3, ?4, ?5)";
    for (name, bytes) in new.difference(&old) {
        transaction.prepare_cached(sql)?.execute(params![tenant, object, id, name, bytes])?;
    }
    Ok(())
}

fn columns(key: &Key) -> (&str, &str, Vec<u8>) {
    (key.tenant().as_str(), key.object().as_str(), id_column(key.id()))
}

/// Bytes that order like ids: all UUIDs before all texts.
fn id_column(id: &Id) -> Vec<u8> {
    match (id.uuid_bytes(), id.as_text()) {
        (Some(uuid), _) => [&[0], uuid.as_slice()].concat(),
        (None, text) => [&[1], text.unwrap_or_default().as_bytes()].concat(),
    }
}

fn read_id(column: &[u8]) -> Result<Id, SqliteError> {
    let id = match column {
        [0, uuid @ ..] => uuid.try_into().ok().map(Id::from_uuid_bytes),
        [1, text @ ..] => std::str::from_utf8(text).ok().and_then(|text| Id::new(text).ok()),
        _ => None,
    };
    id.ok_or_else(|| SqliteError::Unfit(format!("`{}` in the database is no id", column.escape_ascii())))
}

fn read_revision(column: i64) -> Result<Revision, SqliteError> {
    let number = u64::try_from(column);
    number.map(Revision::new).map_err(|_| SqliteError::Unfit(format!("{column} in the database is no revision")))
}
