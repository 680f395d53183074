//! The SQLite store keeps every law, with two connections on one file.

use guanxi::store::conformance::{self, Subject};
use guanxi_sqlite::SqliteStore;
use tempfile::TempDir;

struct InAFile(TempDir);

impl Subject for InAFile {
    type Store = SqliteStore;

    fn fresh(&mut self) {
        self.0 = TempDir::new().unwrap();
    }

    fn open(&mut self) -> SqliteStore {
        SqliteStore::open(self.0.path().join("crm.db")).unwrap()
    }
}

#[test]
fn the_sqlite_store_keeps_every_law() {
    let report = conformance::run(&mut InAFile(TempDir::new().unwrap()));
    report.assert_ok();
    println!("sqlite store: {report}");
}
