//! Every law holds for its committed corpus and for absurd nesting, on a thread of 256 KiB.

use std::collections::BTreeSet;
use std::path::Path;
use std::{fs, io};

use guanxi_fuzz::{LAWS, replay, stored_kinds};

fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn the_corpus_holds() -> io::Result<()> {
    for (name, law) in LAWS {
        let files = replay::files(&here().join("corpus").join(name))?;
        assert!(files.len() >= 5, "{name} has {} seeds", files.len());
        for file in files {
            println!("{}", file.display());
            replay::on_small_stack(law, fs::read(file)?);
        }
    }
    Ok(())
}

#[test]
fn what_answers_show_has_seeds_in_its_present_form() -> io::Result<()> {
    for kind in stored_kinds::TOLD {
        let mut seeds = 0;
        for file in replay::files(&here().join("corpus/stored_kinds"))? {
            if file.file_stem().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with(kind)) {
                assert!(stored_kinds::is_told_as(kind, &fs::read(&file)?), "{} is in another form", file.display());
                seeds += 1;
            }
        }
        assert!(seeds > 0, "no seed of {kind}");
    }
    Ok(())
}

#[test]
fn no_nesting_exhausts_the_stack() {
    let openings =
        ["(", "!", "-", "[", "{\"not\":", "{\"all\":[", "has(", "true ? true : ", "1 + ", "(a.", "{\"objects\":["];
    for (name, law) in LAWS {
        for opening in openings {
            for levels in [63, 64, 65, 127, 128, 1_000_000] {
                println!("{name}: {levels} times {opening}");
                replay::on_small_stack(law, opening.repeat(levels).into_bytes());
                let closed = format!("{}true{}", opening.repeat(levels), closing(opening).repeat(levels));
                replay::on_small_stack(law, closed.into_bytes());
            }
        }
    }
}

fn closing(opening: &str) -> String {
    let close = |c| match c {
        '(' => Some(')'),
        '[' => Some(']'),
        '{' => Some('}'),
        _ => None,
    };
    opening.chars().rev().filter_map(close).collect()
}

#[test]
fn every_law_is_a_target_and_every_target_a_law() -> io::Result<()> {
    let targets = replay::files(&here().join("fuzz_targets"))?;
    let targets: BTreeSet<_> = targets.iter().filter_map(|file| file.file_stem()?.to_str()).collect();
    assert_eq!(targets, LAWS.iter().map(|(name, _)| *name).collect());
    Ok(())
}
