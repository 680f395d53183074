//! Replaying inputs on stable, with as little stack as a thread of an embedding host may have.

use std::path::{Path, PathBuf};
use std::{fs, io, thread};

use crate::Law;

/// The stack on which every law must hold, in bytes.
const STACK: usize = 256 * 1024;

/// Replays the files that the program's arguments name, and all files of the folders.
///
/// # Errors
/// When a file cannot be read.
pub fn arguments(law: Law) -> io::Result<()> {
    let mut inputs = 0;
    for path in std::env::args_os().skip(1) {
        for file in files(Path::new(&path))? {
            println!("{}", file.display());
            on_small_stack(law, fs::read(file)?);
            inputs += 1;
        }
    }
    println!("{inputs} inputs hold");
    Ok(())
}

/// Returns the files at `path`, in order: itself, or everything in the folder.
///
/// # Errors
/// When a folder cannot be read.
pub fn files(path: &Path) -> io::Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = fs::read_dir(path)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    files.sort();
    Ok(files)
}

/// Checks one input on a thread of 256 KiB.
///
/// # Panics
/// When the law is broken.
pub fn on_small_stack(law: Law, data: Vec<u8>) {
    let checked = thread::Builder::new().stack_size(STACK).spawn(move || law(&data)).map(thread::JoinHandle::join);
    assert!(matches!(checked, Ok(Ok(()))), "the law is broken");
}
