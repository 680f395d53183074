//! The week of the `day` example on a database file: `guanxi-sqlite FILE [arguments of day]`.

#[path = "../../day/app/mod.rs"]
mod app;

use std::process::ExitCode;

use guanxi_sqlite::SqliteStore;

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
