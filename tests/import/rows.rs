//! Good rows land, bad rows come back; again is the same; what broke off goes on; a dry run tells the same.

use std::ops::ControlFlow;

use guanxi::crm::import::{CsvRows, ImportEvent, ImportOptions, Row, RowError};
use guanxi::store::{Asks, ChangeSet, CommitError, Facts, MemoryStore, Store};
use serde_json::{Value as Json, json};

use crate::company::World;
use crate::fixture::{Run, everything, import, rows, run, run_with, titled, world};

fn def() -> Json {
    let mut def = everything(json!([
        {"field": "text", "column": "name"},
        {"field": "integer", "column": "seats"},
        {"field": "product", "column": "product", "lookup": {"field": "name", "or_create": {}}}]));
    def["fold"] = json!({"product": {"GTXPro": "GTX Pro"}});
    def
}

const LINES: [&str; 6] =
    ["no;name;seats;product", "1;a;7;GTX Pro", "2;b;x;", "3;c;;GTXPro", "4;d;1;GTXPro", "2;b;8;MG Special"];

fn records(world: &World) -> Vec<String> {
    let put = |put: &guanxi::store::Put| format!("{} {} {:?}", put.key(), put.revision(), put.body());
    world.store.rows.values().map(put).collect()
}

#[test]
fn good_rows_land_and_bad_rows_come_back() {
    let mut world = world();
    let ctx = world.system();
    let Run { report, refused } = run(&mut world, &ctx, def(), &LINES);
    assert_eq!(report.to_string(), "5 rows: 4 created, 0 updated, 0 unchanged, 1 refused");
    assert_eq!((report.related_created, report.folded_cells, report.last_row), (2, 2, 6));
    assert_eq!(
        serde_json::to_value(&report.folded).unwrap(),
        json!([{"column": "product", "from": "GTXPro", "to": "GTX Pro", "cells": 2}])
    );
    assert_eq!(
        serde_json::to_value(&refused).unwrap(),
        json!([{"row": 3, "problems": [{"column": "seats", "field": "integer", "code": "malformed",
            "message": "is `x`: expected a whole number"}]}])
    );
    assert_eq!(world.stored("product"), 2);
    assert_eq!(titled(&mut world, "everything", "b", "integer").as_deref(), Some("8"));
}

#[test]
fn the_same_file_again_changes_nothing_whether_in_the_same_context_or_another() {
    let mut world = world();
    let ctx = world.system();
    run(&mut world, &ctx, def(), &LINES);
    let (before, commits) = (records(&world), world.store.commits);
    let other = world.system();
    for ctx in [&ctx, &other] {
        assert_eq!(run(&mut world, ctx, def(), &LINES).counts(), [0, 0, 4, 1]);
        assert_eq!(records(&world), before);
        assert_eq!(world.store.commits, commits);
    }
}

#[test]
fn rows_that_were_corrected_are_done_anew_in_the_same_context() {
    let mut world = world();
    let ctx = world.system();
    run(&mut world, &ctx, def(), &LINES[..5]);
    let mut corrected = LINES;
    corrected[2] = "2;b;9;";
    corrected[3] = "3;c renamed;;GTXPro";
    assert_eq!(run(&mut world, &ctx, def(), &corrected[..5]).counts(), [1, 1, 2, 0]);
    assert_eq!(titled(&mut world, "everything", "b", "integer").as_deref(), Some("9"));
    assert_eq!(titled(&mut world, "everything", "c renamed", "integer"), None);
}

#[test]
fn what_several_rows_say_of_one_record_holds_in_their_order() {
    let mut world = world();
    let ctx = world.system();
    let ran = run(&mut world, &ctx, def(), &["no;name;seats;product", "1;a;1;", "1;a;2;", "1;a;2;"]);
    assert_eq!(ran.counts(), [1, 1, 1, 0]);
    assert_eq!(titled(&mut world, "everything", "a", "integer").as_deref(), Some("2"));
}

#[test]
fn everything_wrong_with_a_row_is_told_at_once() {
    let mut world = world();
    let ctx = world.system();
    let mut def = def();
    def["fields"][0] = json!({"field": "date", "column": "name"});
    let ran = run(&mut world, &ctx, def, &["no;name;seats;product", ";2026-02-30;1.5;x"]);
    let columns: Vec<_> = ran.refused[0].problems().iter().map(|p| (p.column(), p.code())).collect();
    assert_eq!(columns, [(Some("no"), "required"), (Some("name"), "malformed"), (Some("seats"), "malformed")]);
}

#[test]
fn a_refused_command_comes_back_with_the_columns_of_its_fields() {
    let mut world = world();
    let ctx = world.system();
    let def = json!({"key": "accounts", "object": "account", "external": {"system": "erp", "column": "No"}, "fields": [
        {"field": "name", "column": "Customer"}, {"field": "code", "column": "Code"}, {"field": "phone", "column": "Tel"}]});
    let lines = ["No;Customer;Code;Tel", "1;A;c-1;", "2;B;c-1;", "3;;c-3;12", &format!("{};D;;", "x".repeat(257))];
    let ran = run(&mut world, &ctx, def, &lines);
    assert_eq!(ran.counts(), [1, 0, 0, 3]);
    let problems: Vec<Vec<_>> =
        ran.refused.iter().map(|r| r.problems().iter().map(|p| (p.column().unwrap(), p.code())).collect()).collect();
    assert_eq!(
        problems,
        [vec![("Code", "duplicate")], vec![("Tel", "format"), ("Customer", "required")], vec![("No", "too_long")]]
    );
}

#[test]
fn who_may_not_create_is_told_so_row_by_row_and_nothing_is_written() {
    let mut world = world();
    let nobody = world.user("li.na", "nobody");
    let commits = world.store.commits;
    let ran = run(&mut world, &nobody, def(), &["no;name;seats;product", "1;a;1;", "2;b;1;"]);
    assert_eq!(ran.counts(), [0, 0, 0, 2]);
    assert_eq!(ran.refused[0].problems()[0].code(), "denied");
    assert_eq!(world.store.commits, commits);
}

#[test]
fn ids_that_the_host_gives_come_from_their_column() {
    let mut world = world();
    let ctx = world.system();
    let def = json!({"key": "people", "object": "user", "external": {"system": "hr", "column": "no"}, "id": "login",
        "fields": [{"field": "name", "column": "name"}, {"field": "manager", "column": "boss", "lookup": {"external": "hr"}}]});
    let lines = ["no;login;name;boss", "1;zhou;周;", "2;wang;王;1", "3;;x;", "4; .. ;y;9", "5;zhou;z;"];
    let ran = run(&mut world, &ctx, def, &lines);
    assert_eq!(ran.counts(), [2, 0, 0, 3]);
    assert_eq!(ran.refused[0].problems()[0].column(), Some("login"));
    assert_eq!(ran.refused[1].problems()[0].column(), Some("boss"));
    assert_eq!(ran.lines()[2], "row 6, column `login`: is another record's");
    assert_eq!(titled(&mut world, "user", "王", "manager").as_deref(), Some("zhou"));
}

#[test]
fn rows_that_cannot_be_read_come_back_and_the_others_land() {
    let mut world = world();
    let ctx = world.system();
    let import = import(&world.crm, def());
    let columns = import.columns(&["no", "name", "seats", "product"]).unwrap();
    let rows = [
        Err(RowError::encoding(2, "name")),
        Ok(Row::new(3, ["1", "a", "7", ""])),
        Ok(Row::new(4, ["2", "b"])),
        Ok(Row::new(5, ["2", "b", "7", "", ""])),
        Err(RowError::open_quote(6, "seats")),
        Err(RowError::too_long(7, "name", 10)),
        Err(RowError::stray_quote(8, "name")),
        Err(RowError::unreadable(9, "the archive is damaged")),
    ];
    let mut told = Vec::new();
    let report = world.crm.import_rows(&mut world.store, &ctx, &columns, rows, &ImportOptions::new(), |event| {
        if let ImportEvent::Refused(row) = event {
            told.push(row.to_string());
        }
        ControlFlow::Continue(())
    });
    let report = report.unwrap();
    // What could not be read is not passed over.
    assert_eq!((report.rows, report.created, report.refused, report.last_row), (8, 1, 7, 8));
    assert_eq!(
        told,
        [
            "row 2, column `name`: is not in the encoding that was declared",
            "row 4: has 2 cells: expected 4, as many as the header",
            "row 5: has 5 cells: expected 4, as many as the header",
            "row 6, column `seats`: begins with a quote that is never closed",
            "row 7, column `name`: has more than 10 bytes",
            "row 8, column `name`: has text outside its quotes, or a quote that is not doubled",
            "row 9: the archive is damaged",
        ]
    );
    assert_eq!(RowError::empty_file().to_string(), "the file is empty: expected a header");
}

/// A store that fails at its n-th commit.
struct Failing {
    inner: MemoryStore,
    left: u32,
}

impl Store for Failing {
    type Error = std::io::Error;

    fn fetch(&mut self, asks: &Asks) -> Result<Facts, Self::Error> {
        self.inner.fetch(asks).map_err(|never| match never {})
    }

    fn commit(&mut self, changes: &ChangeSet) -> Result<(), CommitError<Self::Error>> {
        // The commit that fails may have happened.
        let done = self.inner.commit(changes);
        match self.left.checked_sub(1) {
            None => Err(CommitError::Store(std::io::Error::other("the disk is full"))),
            Some(left) => {
                self.left = left;
                done.map_err(|error| match error {
                    CommitError::Conflict(conflict) => CommitError::Conflict(conflict),
                    _ => CommitError::Store(std::io::Error::other("never")),
                })
            }
        }
    }
}

#[test]
fn an_import_that_broke_off_goes_on_where_it_was() {
    let crm = world().crm;
    let import = import(&crm, def());
    let columns = import.columns(&["no", "name", "seats", "product"]).unwrap();
    let ctx = World::company().system();
    let go_on = |_: ImportEvent<'_>| ControlFlow::Continue(());
    let all = ImportOptions::new();
    let mut whole = MemoryStore::new();
    let expected = crm.import_rows(&mut whole, &ctx, &columns, rows(&LINES), &all, go_on).unwrap();
    for commits in 0..4 {
        let mut store = Failing { inner: MemoryStore::new(), left: commits };
        let broken = crm.import_rows(&mut store, &ctx, &columns, rows(&LINES), &all, go_on).unwrap_err();
        assert_eq!(broken.to_string(), format!("the store failed after row {}", broken.report().last_row));
        let options = ImportOptions::new().after_row(broken.report().last_row);
        let rest = crm.import_rows(&mut store.inner, &ctx, &columns, rows(&LINES), &options, go_on).unwrap();
        assert_eq!(broken.report().rows - 1 + rest.rows, expected.rows);
        // The one that was under way had landed, so that it is found done.
        assert_eq!(broken.report().created + rest.created + 1, expected.created);
        let list = |store: &mut MemoryStore| {
            let query = guanxi::Query::list(crate::company::name("everything"));
            let page = crm.ask(store, &ctx, &query).unwrap();
            page.records.iter().map(|view| serde_json::to_value(view).unwrap()).collect::<Vec<_>>()
        };
        assert_eq!(list(&mut store.inner), list(&mut whole), "{commits}");
    }
}

#[test]
fn progress_is_told_and_whoever_watches_may_end_it() {
    let mut world = world();
    let ctx = world.system();
    let import = import(&world.crm, def());
    let columns = import.columns(&["no", "name", "seats", "product"]).unwrap();
    let many = (1..).map(|n: u64| Ok(Row::new(n, [n.to_string(), "a".into(), "7".into(), String::new()])));
    let mut seen = Vec::new();
    let options = ImportOptions::new().progress_every(10);
    let report = world.crm.import_rows(&mut world.store, &ctx, &columns, many, &options, |event| match event {
        ImportEvent::Progress(report) if seen.len() < 2 => {
            seen.push(report.rows);
            ControlFlow::Continue(())
        }
        _ => ControlFlow::Break(()),
    });
    let report = report.unwrap();
    assert_eq!((seen, report.rows, report.stopped, report.last_row), (vec![10, 20], 30, true, 30));
    assert_eq!(world.stored("everything"), 30);
}

#[test]
fn a_dry_run_gives_the_same_answer_and_writes_nothing() {
    let mut world = world();
    world.made("product", json!({"name": "GTX Basic"}));
    let mut half = LINES;
    half[1] = "1;was there;7;GTX Basic";
    let ctx = world.system();
    run(&mut world, &ctx, def(), &half[..2]);
    let (before, commits) = (records(&world), world.store.commits);
    let ctx = world.system();
    let dry = run_with(&mut world, &ctx, def(), &LINES, &ImportOptions::new().dry_run());
    assert_eq!(records(&world), before);
    assert_eq!(world.store.commits, commits);
    let wet = run(&mut world, &ctx, def(), &LINES);
    assert_eq!(dry.refused, wet.refused);
    let mut expected = wet.report.clone();
    expected.dry_run = true;
    assert_eq!(dry.report, expected);
    assert_eq!(wet.counts(), [3, 1, 0, 1]);
}

#[test]
fn an_asynchronous_store_is_imported_into_with_the_same_answer() {
    let mut world = world();
    let import = import(&world.crm, def());
    let columns = import.columns(&["no", "name", "seats", "product"]).unwrap();
    let ctx = world.system();
    let mut store = MemoryStore::new();
    for options in [ImportOptions::new().dry_run(), ImportOptions::new()] {
        let mut refused = Vec::new();
        let watch = |event: ImportEvent<'_>| {
            if let ImportEvent::Refused(row) = event {
                refused.push(row);
            }
            ControlFlow::Continue(())
        };
        let running = world.crm.import_rows_async(&mut store, &ctx, &columns, rows(&LINES), &options, watch);
        let report = done(running).unwrap();
        let there = run_with(&mut world, &ctx, def(), &LINES, &ImportOptions::new().dry_run());
        assert_eq!((report.created, report.refused, refused), (4, 1, there.refused));
    }
    assert_eq!(run(&mut world, &ctx, def(), &LINES).counts(), [4, 0, 0, 1]);
}

/// Polls until the future is done, as the simplest runtime would.
fn done<F: Future>(future: F) -> F::Output {
    let mut future = std::pin::pin!(future);
    let mut wakeup = std::task::Context::from_waker(std::task::Waker::noop());
    loop {
        if let std::task::Poll::Ready(output) = future.as_mut().poll(&mut wakeup) {
            return output;
        }
    }
}

#[test]
fn what_a_reader_that_broke_off_did_not_give_is_not_passed_over_when_the_import_goes_on() {
    let whole = "no,name,seats,product\n1,a,7,\n2,b,8,\n3,c,9,\n";
    let dead = || Err(std::io::Error::other("the line is dead"));
    let unreadable = vec![Ok("no,name,seats,product\n1,a,7,\n2,b,"), dead()];
    let open = vec![Ok("no,name,seats,product\n1,a,7,\n2,\"b,8,\n3,c,9,\n")];
    for broken in [unreadable, open] {
        let mut world = world();
        let import = import(&world.crm, def());
        let columns = import.columns(&["no", "name", "seats", "product"]).unwrap();
        let ctx = world.system();
        let go_on = |_: ImportEvent<'_>| ControlFlow::Continue(());
        let mut rows = CsvRows::new(broken.into_iter(), b',');
        rows.header().unwrap();
        let report =
            world.crm.import_rows(&mut world.store, &ctx, &columns, rows, &ImportOptions::new(), go_on).unwrap();
        assert_eq!((report.rows, report.created, report.refused, report.last_row), (2, 1, 1, 2));
        let mut rows = CsvRows::new([Ok::<_, std::io::Error>(whole)].into_iter(), b',');
        rows.header().unwrap();
        let options = ImportOptions::new().after_row(report.last_row);
        let rest = world.crm.import_rows(&mut world.store, &ctx, &columns, rows, &options, go_on).unwrap();
        assert_eq!((rest.created, rest.refused, world.stored("everything")), (2, 0, 3));
    }
}

#[test]
fn a_header_that_was_corrected_is_another_file() {
    let mut world = world();
    let ctx = world.system();
    let def = || {
        everything(json!([{"field": "text", "column": "name"}, {"field": "integer", "column": "seats"},
        {"field": "decimal", "column": "mark"}]))
    };
    assert_eq!(run(&mut world, &ctx, def(), &["no;name;mark;seats", "1;a;7;9"]).counts(), [1, 0, 0, 0]);
    assert_eq!(run(&mut world, &ctx, def(), &["no;name;seats;mark", "1;a;7;9"]).counts(), [0, 1, 0, 0]);
    assert_eq!(titled(&mut world, "everything", "a", "integer").as_deref(), Some("7"));
}
