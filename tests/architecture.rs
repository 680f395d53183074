//! Rooms import only from rooms on floors below; the crate's root stays small.

use std::fs;
use std::path::{Path, PathBuf};

/// The rooms and the floors on which they are.
const FLOORS: [(&str, u32); 19] = [
    ("value", 0),
    ("text", 1),
    ("calendar", 1),
    ("expr", 2),
    ("schema", 3),
    ("record", 4),
    ("store", 5),
    ("model", 5),
    ("pipeline", 5),
    ("dedup", 5),
    ("access", 6),
    ("analytics", 6),
    ("rules", 7),
    ("merge", 7),
    ("crm", 8),
    ("standard", 9),
    ("report", 9),
    ("testkit", 9),
    ("lib", 10),
];

const FORBIDDEN: [&str; 4] = ["utils", "helpers", "common", "misc"];

fn floor(room: &str) -> Option<u32> {
    FLOORS.iter().find(|(name, _)| *name == room).map(|(_, floor)| *floor)
}

fn sources(folder: &Path, into: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push(path);
        }
    }
}

fn all_sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    sources(&root, &mut paths);
    let relative = |path: &Path| path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
    paths.iter().map(|path| (relative(path), fs::read_to_string(path).unwrap())).collect()
}

/// Returns the code without comments, line by line; what stands in a comment imports nothing.
fn code(text: &str) -> String {
    text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// Returns what follows each `crate::` in the code: a name, or the names of a group.
fn imported(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (position, _) in code.match_indices("crate::") {
        let before = code[..position].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let rest = code[position + "crate::".len()..].trim_start();
        match rest.strip_prefix('{') {
            Some(group) => {
                let mut depth = 0_i32;
                let mut name = String::new();
                let mut is_first = true;
                for c in group.chars() {
                    match c {
                        '{' => depth += 1,
                        '}' if depth == 0 => break,
                        '}' => depth -= 1,
                        ',' if depth == 0 => is_first = true,
                        c if depth == 0 && is_first && (c.is_alphanumeric() || c == '_') => name.push(c),
                        _ if !name.is_empty() => {
                            found.push(std::mem::take(&mut name));
                            is_first = false;
                        }
                        _ => {}
                    }
                    if c == ',' && !name.is_empty() {
                        found.push(std::mem::take(&mut name));
                    }
                }
                if !name.is_empty() {
                    found.push(name);
                }
            }
            None => found.push(rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()),
        }
    }
    found
}

fn climbs(room: &str, target: &str) -> bool {
    let (Some(own), Some(other)) = (floor(room), floor(target)) else { return true };
    room != target && other >= own
}

#[test]
fn no_room_imports_from_its_own_floor_or_above() {
    let mut offenders = Vec::new();
    for (path, text) in all_sources() {
        let room = path.split('/').next().unwrap().trim_end_matches(".rs");
        if floor(room).is_none() {
            offenders.push(format!("{path}: `{room}` has no floor"));
            continue;
        }
        for target in imported(&code(&text)).into_iter().filter(|_| room != "lib") {
            if climbs(room, &target) {
                offenders.push(format!("{path}: imports `crate::{target}`"));
            }
        }
    }
    offenders.sort();
    offenders.dedup();
    assert!(offenders.is_empty(), "climbing imports:\n{}", offenders.join("\n"));
}

#[test]
fn the_check_sees_what_it_must() {
    let imports = |text: &str| imported(&code(text));
    assert_eq!(imports("use crate::value::Id;"), ["value"]);
    assert_eq!(imports("use crate::{Definition, model::{Lead, User}, value};"), ["Definition", "model", "value"]);
    assert_eq!(imports("mod tests {\n    fn f(x: crate::crm::Crm) {}\n}"), ["crm"]);
    assert_eq!(imports("// use crate::crm::Crm;\n/// [`crate::crm::Crm`]\nfn f() {}"), [""; 0]);
    assert_eq!(imports("$crate::model::Lead, mycrate::x"), ["model"]);
    assert!(
        climbs("rules", "crm")
            && climbs("model", "store")
            && climbs("standard", "Definition")
            && climbs("rules", "merge")
    );
    assert!(!climbs("rules", "rules") && !climbs("rules", "access") && !climbs("standard", "crm"));
}

#[test]
fn the_root_is_small_and_no_file_is_for_odds_and_ends() {
    let sources = all_sources();
    let root = &sources.iter().find(|(path, _)| path == "lib.rs").unwrap().1;
    assert!(root.lines().count() <= 150, "lib.rs has {} lines", root.lines().count());
    let is_odd = |path: &str| path.split(['/', '.']).any(|part| FORBIDDEN.contains(&part));
    let odd: Vec<_> = sources.iter().map(|(path, _)| path).filter(|path| is_odd(path)).collect();
    assert!(odd.is_empty(), "{odd:?}");
    let rooms: Vec<_> = root.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    assert!(rooms.len() >= 12 && rooms.iter().all(|room| floor(room).is_some()), "{rooms:?}");
}
