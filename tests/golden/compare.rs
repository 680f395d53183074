//! Comparing with committed files.

use std::path::PathBuf;
use std::{env, fs};

use serde::Serialize;

/// Checks that `value` in JSON is what was committed as `name`, or writes it.
pub(crate) fn golden(name: &str, value: &impl Serialize) {
    golden_text(&format!("{name}.json"), &(serde_json::to_string_pretty(value).unwrap() + "\n"));
}

/// Checks that `text` is what was committed as `file`, or writes it.
pub(crate) fn golden_text(file: &str, text: &str) {
    if env::var_os("GOLDEN").is_some_and(|word| word == "write") {
        // In one step, since other tests may read it.
        let beside = path(&format!("{file}.{:?}.new", std::thread::current().id()));
        fs::write(&beside, text).unwrap();
        fs::rename(&beside, path(file)).unwrap();
        return;
    }
    let committed = read(file);
    if committed != text {
        let line = committed.lines().zip(text.lines()).position(|(a, b)| a != b);
        let line = line.unwrap_or_else(|| committed.lines().count().min(text.lines().count()));
        let at = |text: &str| text.lines().nth(line).unwrap_or("(its end)").to_owned();
        panic!("{file}, line {}: committed\n  {}\nbut now\n  {}", line + 1, at(&committed), at(text));
    }
}

/// Returns the text of a committed file.
pub(crate) fn read(file: &str) -> String {
    fs::read_to_string(path(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn path(file: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests", "golden", file].iter().collect()
}
