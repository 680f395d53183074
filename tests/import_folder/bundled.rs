//! The files that come with the example.

use std::convert::Infallible;
use std::fmt;

use guanxi::store::{Asks, ChangeSet, CommitError, Facts, Store};
use guanxi::{MemoryStore, Query};
use serde_json::json;

use crate::app::args::{Args, HELP, Wanted};
use crate::app::import::batches::Batches;
use crate::folder::{Folder, crm, import, import_text};
use crate::naive;

#[test]
fn the_store_says_what_the_files_say() {
    let folder = Folder::bundled("says");
    let told = import(&mut MemoryStore::new(), &folder.wanted()).unwrap();
    assert_eq!(*told.report(), naive::report(&folder));
    assert_eq!(told.left, 0);
    assert_eq!(told.report()["by"]["owner.manager"]["李静"]["won_over_closed_percent"], "33.33");
    let folded = &told.imported("sales_pipeline.csv")["folded"];
    assert_eq!(*folded, json!([{"column": "product", "from": "GTXPro", "to": "GTX Pro", "cells": 3}]));
    assert_eq!(told.imported("sales_teams.csv")["related_created"], 2);
}

#[test]
fn people_are_told_the_same_as_programs() {
    let folder = Folder::bundled("people");
    let text = import_text(&folder.wanted());
    for line in [
        "sales_pipeline.csv: 10 rows: 10 created, 0 updated, 0 unchanged, 0 refused, 8 further changes",
        "  `product`: 3 cells `GTXPro` taken as `GTX Pro`",
        "  won                           5",
        "  without account               3",
        "  2017Q2                        0        1        3    25.00         USD 1899.99",
        "  王芳                          1        2        0   100.00         USD 6549.99",
    ] {
        assert!(text.lines().any(|told| told == line), "{line}\nis not in\n{text}");
    }
    assert_eq!(text, import_text(&folder.wanted()), "the same, byte for byte");
}

#[test]
fn the_same_import_again_changes_nothing_whatever_its_seed() {
    let folder = Folder::bundled("again");
    let mut store = MemoryStore::new();
    let first = import(&mut store, &folder.wanted()).unwrap();
    for seed in [1, 2] {
        let mut wanted = folder.wanted();
        wanted.seed = seed;
        let again = import(&mut Refusing(&mut store), &wanted).unwrap();
        let deals = again.imported("sales_pipeline.csv");
        assert_eq!((&deals["unchanged"], &deals["further"]), (&json!(10), &json!(0)));
        assert_eq!(again.report(), first.report());
    }
}

#[test]
fn a_dry_run_tells_the_same_and_writes_nothing() {
    let folder = Folder::bundled("dry");
    folder.add("sales_pipeline.csv", b"A0000011,Tom Okafor,GTX Pro,Nobody,Won,2017-01-01,2017-01-02,5");
    let mut wanted = folder.wanted();
    wanted.dry_run = true;
    let mut store = MemoryStore::new();
    let dry = import(&mut Refusing(&mut store), &wanted).unwrap();
    let mut real = import(&mut store, &folder.wanted()).unwrap();
    for imported in real.lines.iter_mut().filter_map(|line| line.get_mut("imported")) {
        imported["dry_run"] = json!(true);
    }
    assert_eq!(dry, real);
    assert_eq!(real.left, 1);
    let empty = import_text(&wanted);
    assert!(empty.ends_with("Nothing was written: this is what would be.\n"), "{empty}");
}

#[test]
fn an_import_that_broke_off_goes_on_when_it_is_run_again() {
    let folder = Folder::bundled("broken");
    let mut whole = MemoryStore::new();
    let expected = import(&mut whole, &folder.wanted()).unwrap();
    let (crm, ctx) =
        (crm(), guanxi::Context::system("day".parse().unwrap(), "x", "2018-01-02T00:00:00Z".parse().unwrap(), 9));
    let all = |store: &mut MemoryStore| {
        ["user", "account", "product", "deal"].map(|object| {
            let query = Query::list(object.parse().unwrap()).page_size(100);
            let page = crm.ask(store, ctx.as_ref().unwrap(), &query).unwrap();
            page.records.iter().map(|view| serde_json::to_string(view).unwrap()).collect::<Vec<_>>()
        })
    };
    for commits in [0, 1, 5, 9, 12, 14, 20, 26, 30] {
        let mut store = Full { inner: MemoryStore::new(), left: commits };
        let broken = import(&mut store, &folder.wanted()).unwrap_err();
        assert!(broken.contains("the store failed: the disk is full; the same import again goes on"), "{broken}");
        let told = import(&mut store.inner, &folder.wanted()).unwrap();
        assert_eq!(told.report(), expected.report());
        assert_eq!(all(&mut store.inner), all(&mut whole), "broken off after {commits}");
    }
}

#[test]
fn what_belongs_together_is_given_together() {
    let args = |args: &[&str]| Args::read(args.iter().map(|&arg| arg.to_owned()));
    let Ok(Wanted::Run(wanted)) = args(&["--import", "x", "--mapping=m", "--dry-run", "--seed", "7"]) else { panic!() };
    let import = wanted.import.unwrap();
    assert_eq!(
        (import.folder.as_str(), import.mapping.as_deref(), import.dry_run, import.seed),
        ("x", Some("m"), true, 7)
    );
    for wrong in [
        &["--dry-run"][..],
        &["--mapping", "m"],
        &["--refused", "r"],
        &["--import", "x", "--commands", "c"],
        &["--import"],
    ] {
        assert!(args(wrong).is_err(), "{wrong:?}");
    }
    for option in ["--import DIR", "--mapping FILE", "--dry-run", "--refused FILE"] {
        assert!(HELP.contains(option));
    }
}

/// A store into which nothing must be written.
struct Refusing<'a>(&'a mut MemoryStore);

impl Store for Refusing<'_> {
    type Error = Infallible;

    fn fetch(&mut self, asks: &Asks) -> Result<Facts, Infallible> {
        self.0.fetch(asks)
    }

    fn commit(&mut self, changes: &ChangeSet) -> Result<(), CommitError<Infallible>> {
        assert!(changes.writes().is_empty(), "something was written");
        self.0.commit(changes)
    }
}

impl Batches for Refusing<'_> {}

/// A store that fails after so many commits.
struct Full {
    inner: MemoryStore,
    left: u32,
}

#[derive(Debug)]
struct DiskFull;

impl fmt::Display for DiskFull {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the disk is full")
    }
}

impl std::error::Error for DiskFull {}

impl Store for Full {
    type Error = DiskFull;

    fn fetch(&mut self, asks: &Asks) -> Result<Facts, DiskFull> {
        self.inner.fetch(asks).map_err(|never| match never {})
    }

    fn commit(&mut self, changes: &ChangeSet) -> Result<(), CommitError<DiskFull>> {
        self.left = self.left.checked_sub(1).ok_or(CommitError::Store(DiskFull))?;
        self.inner.commit(changes).map_err(|error| match error {
            CommitError::Conflict(conflict) => CommitError::Conflict(conflict),
            _ => CommitError::Store(DiskFull),
        })
    }
}

impl Batches for Full {}
