//! A company's week, told from what the library answers; `--help` says what else it can do.

mod app;

use std::process::ExitCode;

use guanxi::MemoryStore;

fn main() -> ExitCode {
    app::main(std::env::args().skip(1), &mut MemoryStore::new())
}
