//! The `day` example on a database file, its week or an import: `guanxi-sqlite FILE [arguments of day]`.

#[path = "../../day/app/mod.rs"]
mod app;

use std::process::ExitCode;

use app::import::batches::Batches;
use guanxi_sqlite::{SqliteError, SqliteStore};

/// How many commits an import makes durable at once.
const BATCH: u32 = 2_000;

impl Batches for SqliteStore {
    fn begin(&mut self) -> Result<(), SqliteError> {
        self.begin_batches(BATCH);
        Ok(())
    }

    fn end(&mut self) -> Result<(), SqliteError> {
        self.end_batches()
    }
}

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let Some(file) = args.next().filter(|file| !file.starts_with('-')) else {
        eprintln!("expected a database file, then the arguments of the `day` example: guanxi-sqlite week.db --help");
        return ExitCode::from(2);
    };
    match SqliteStore::open(&file) {
        Ok(mut store) => app::main(args, &mut store),
        Err(error) => {
            eprintln!("{file}: {error}");
            ExitCode::FAILURE
        }
    }
}
