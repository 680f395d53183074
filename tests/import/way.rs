//! Rows tell when a record came into its stages, and refer to rows further on.

use std::ops::ControlFlow;

use guanxi::Query;
use guanxi::crm::import::{ImportEvent, ImportOptions};
use serde_json::{Value as Json, json};

use crate::company::{World, definition, id, name};
use crate::fixture::{Run, import, rows, run, titled};

/// The company whose accounts have parents and whose deals go from talks to an offer to the end.
fn world() -> World {
    let mut made = definition();
    made["objects"][2]["fields"]
        .as_array_mut()
        .unwrap()
        .push(json!({"key": "parent", "type": "reference", "to": "account"}));
    made["objects"][3]["fields"][3] = json!({
        "key": "stage", "type": "enum", "class": "status", "index": true, "options": ["talking", "offered", "won", "lost"]
    });
    made["objects"][3]["fields"][4] = json!({"key": "reason", "type": "text", "class": "status"});
    made["pipelines"] = json!([{
        "key": "sales", "object": "deal", "version": 1, "skips": {"listed": [{"to": "offered"}]},
        "stages": [
            {"key": "talking", "kind": "open"}, {"key": "offered", "kind": "open"},
            {"key": "won", "kind": "won", "gate": {"required": ["amount"]}}, {"key": "lost", "kind": "lost"}
        ]
    }]);
    World::new(&made)
}

fn deals() -> Json {
    let day = json!({"type": "instant", "patterns": ["YYYY-MM-DD"]});
    json!({
        "key": "deals", "object": "deal", "external": {"system": "erp", "column": "no"},
        "fields": [
            {"field": "name", "column": "name"},
            {"field": "stage", "column": "stage", "as": {"type": "enum", "words": {"Sold": "won"}}}],
        "entered": [
            {"stages": ["talking"], "column": "talked", "as": day},
            {"stages": ["offered"], "column": "offered", "as": day},
            {"stages": ["won", "lost"], "column": "closed", "as": day, "fields": [
                {"field": "amount", "column": "amount", "as": {"type": "money", "currency": "CNY"}}]}]
    })
}

const LINES: [&str; 6] = [
    "no;name;stage;talked;offered;closed;amount",
    "1;a;Sold;2025-01-01;2025-01-11;2025-02-01;9.00",
    "2;b;lost;;2025-01-05;2025-01-20;2.00",
    "3;c;talking;2026-01-02;;;",
    "4;d;offered;2024-12-31;2025-01-11;;",
    "5;e;Sold;;;2025-01-15;3.00",
];

fn run_in_order(world: &mut World, ctx: &guanxi::Context, def: Json, lines: &[&str]) -> Run {
    let import = import(&world.crm, def);
    let header: Vec<&str> = lines[0].split(';').collect();
    let columns = import.columns(&header).unwrap();
    let mut refused = Vec::new();
    let watch = |event: ImportEvent<'_>| {
        if let ImportEvent::Refused(row) = event {
            refused.push(row);
        }
        ControlFlow::Continue(())
    };
    let rows = columns.in_time_order(rows(lines));
    let report = world.crm.import_rows(&mut world.store, ctx, &columns, rows, &ImportOptions::new(), watch).unwrap();
    assert_eq!(report.rows, report.created + report.updated + report.unchanged + report.refused);
    Run { report, refused }
}

/// The stages of the deal with this name, each with its day.
fn way(world: &mut World, deal: &str) -> Vec<String> {
    let ctx = world.system();
    let page = world.ask(&ctx, &Query::list(name("deal")).filter(&format!("name == '{deal}'"))).unwrap();
    let deal = page.records[0].id().to_string();
    let kept = world.ask(&ctx, &Query::stages(name("deal"), id(&deal))).unwrap();
    let told = |change: &guanxi::pipeline::StageChange| {
        format!("{} {}", change.to.as_deref().unwrap_or("-"), &change.at.to_string()[..10])
    };
    kept.history.changes().iter().map(told).collect()
}

#[test]
fn a_row_is_told_through_its_stages() {
    for in_order in [false, true] {
        let mut world = world();
        let ctx = world.system().trusted_import();
        let ran = if in_order { run_in_order } else { run }(&mut world, &ctx, deals(), &LINES);
        assert_eq!(ran.lines(), ["row 6, column `stage`: `won` cannot be entered past `talking`, `offered`"]);
        assert_eq!(ran.counts(), [4, 0, 0, 1]);
        assert_eq!((ran.report.further, ran.report.incomplete), (4, 0));
        assert_eq!(ran.report.to_string(), "5 rows: 4 created, 0 updated, 0 unchanged, 1 refused, 4 further changes");
        // Midnight in China is still the day before in UTC.
        assert_eq!(way(&mut world, "a"), ["talking 2024-12-31", "offered 2025-01-10", "won 2025-01-31"]);
        assert_eq!(way(&mut world, "b"), ["offered 2025-01-04", "lost 2025-01-19"]);
        assert_eq!(way(&mut world, "c"), ["talking 2026-01-01"]);
        assert_eq!(way(&mut world, "d"), ["talking 2024-12-30", "offered 2025-01-10"]);
        assert_eq!(titled(&mut world, "deal", "a", "amount").as_deref(), Some("CNY 9.00"));
        assert_eq!(titled(&mut world, "deal", "d", "amount"), None);
    }
}

#[test]
fn in_time_order_what_happened_first_is_told_first() {
    let mut def = deals();
    def["entered"].as_array_mut().unwrap().remove(0);
    def["ignore"] = json!(["talked"]);
    let told = |def: Json| {
        let import = import(&world().crm, def);
        let columns = import.columns(&LINES[0].split(';').collect::<Vec<_>>()).unwrap();
        let rows = columns.in_time_order(rows(&LINES[..5]));
        rows.into_iter().map(|row| row.unwrap().cells()[1].clone()).collect::<String>()
    };
    assert_eq!(told(deals()), "dabadbac");
    // A deal that only talks has no moment then.
    assert_eq!(told(def), "badbac");
}

#[test]
fn the_same_rows_again_change_nothing_in_the_same_context_and_in_another() {
    let mut world = world();
    let ctx = world.system().trusted_import();
    run_in_order(&mut world, &ctx, deals(), &LINES[..5]);
    let (rows, commits) = (world.store.rows.len(), world.store.commits);
    let other = world.system().trusted_import();
    for ctx in [&ctx, &other] {
        for run in [run_in_order, run] {
            let again = run(&mut world, ctx, deals(), &LINES[..5]);
            assert_eq!(again.lines(), [""; 0]);
            assert_eq!((again.counts(), again.report.further), ([0, 0, 4, 0], 0));
            assert_eq!((world.store.rows.len(), world.store.commits), (rows, commits));
        }
    }
}

#[test]
fn next_months_file_tells_what_is_new_and_does_not_undo_what_people_did() {
    let mut world = world();
    let ctx = world.system().trusted_import();
    run_in_order(&mut world, &ctx, deals(), &LINES[..5]);
    // Somebody has won `d` in the meantime.
    let ctx = world.system();
    let page = world.ask(&ctx, &Query::list(name("deal")).filter("name == 'd'")).unwrap();
    let d = page.records[0].id().to_string();
    world.ok(json!({"move_stage": {"object": "deal", "id": d, "to": "won", "fields": {"amount": "CNY 4.00"}}}));
    let lines = [
        LINES[0],
        LINES[4],
        "4;d;lost;2024-12-31;2025-01-11;2025-02-01;1.00",
        "3;c renamed;Sold;2026-01-02;2026-03-01;2026-03-01;7.00",
    ];
    let ctx = world.system().trusted_import();
    let ran = run_in_order(&mut world, &ctx, deals(), &lines);
    assert_eq!(
        ran.lines(),
        [
            "row 3, column `closed`: the move is dated `2025-01-31T16:00:00Z`, before the last one at `2026-03-02T01:00:00Z`"
        ]
    );
    assert_eq!((ran.counts(), ran.report.further, ran.report.incomplete), ([0, 1, 2, 0], 2, 1));
    assert_eq!(titled(&mut world, "deal", "d", "stage").as_deref(), Some("won"));
    assert_eq!(way(&mut world, "c renamed"), ["talking 2026-01-01", "offered 2026-02-28", "won 2026-02-28"]);
    let commits = world.store.commits;
    let ctx = world.system().trusted_import();
    let again = run_in_order(&mut world, &ctx, deals(), &lines);
    assert_eq!((again.counts(), again.report.incomplete, world.store.commits), ([0, 0, 3, 0], 1, commits));
}

#[test]
fn moments_that_cannot_be_are_told_with_their_columns_before_anything_of_the_row_lands() {
    let mut world = world();
    let ctx = world.system().trusted_import();
    let lines = [
        LINES[0],
        "1;a;Sold;2025-01-11;2025-01-01;2025-02-01;9.00",
        "2;b;Sold;2025-01-01;;;9.00",
        "3;c;offered;2025-02-30;2025-01-01;2025-01-02;7.00",
        "4;d;;2025-01-01;;;",
        "5;e;talking;2025-01-01;;;1.00",
        "6;f;talking;2027-01-01;;;",
    ];
    let ran = run_in_order(&mut world, &ctx, deals(), &lines);
    assert_eq!(
        ran.lines(),
        [
            "row 7, column `talked`: the move is dated `2026-12-31T16:00:00Z`, but it is only `2026-03-02T01:00:00Z`",
            "row 2, column `offered`: is before `talked`",
            "row 3, column `closed`: is required: it is when the record came into `won`",
            "row 4, column `talked`: is `2025-02-30`: written as `YYYY-MM-DD`, which no calendar or clock shows; \
             column `closed`: is there, though the record is in `offered`: expected nothing; \
             column `amount`: is there, though the record is in `offered`: expected nothing",
            "row 5, column `talked`: is there, though it is not said in which stage the record is",
            "row 6, column `amount`: is there, though the record is in `talking`: expected nothing",
        ]
    );
    assert_eq!(world.stored("deal"), 0);
    // Whose dates nobody trusts tells none.
    let ctx = world.system();
    let ran = run(&mut world, &ctx, deals(), &LINES[..2]);
    assert!(ran.lines()[0].starts_with("row 2, column `talked`: "), "{:?}", ran.lines());
}

#[test]
fn what_follows_on_a_row_that_landed_is_counted_apart_and_ends_with_its_first_refusal() {
    let mut world = world();
    let ctx = world.system().trusted_import();
    let lines = [LINES[0], "1;a;Sold;2025-01-01;2025-01-02;2025-01-03;", "2;b;talking;2025-01-03;;;"];
    for run in [run, run_in_order] {
        let ran = run(&mut world, &ctx, deals(), &lines);
        assert_eq!(ran.lines(), ["row 2, column `amount`: the gate of `won` needs `amount`"]);
        assert_eq!((ran.counts()[3], ran.report.incomplete), (0, 1));
        assert_eq!(titled(&mut world, "deal", "a", "stage").as_deref(), Some("offered"));
    }
}

#[test]
fn a_parent_may_stand_anywhere_in_the_file() {
    let mut world = world();
    let ctx = world.system();
    let def = json!({"key": "accounts", "object": "account", "external": {"system": "erp", "column": "no"}, "fields": [
        {"field": "parent", "column": "parent", "lookup": {"external": "erp"}, "later": true},
        {"field": "name", "column": "name"}]});
    let lines = ["no;name;parent", "1;a;3", "2;b;1", "3;c;", "4;d;4", "5;e;9", "3;c;"];
    let ran = run_in_order(&mut world, &ctx, def.clone(), &lines);
    assert_eq!(
        ran.lines(),
        ["row 6, column `parent`: refers to the account that `erp` knows as `9`, which does not exist"]
    );
    assert_eq!((ran.counts(), ran.report.further, ran.report.incomplete), ([5, 0, 1, 0], 3, 1));
    let title = |world: &mut World, child: &str| {
        let parent = titled(world, "account", child, "parent")?;
        world.field("account", &parent, "name")
    };
    for (child, parent) in [("a", Some("c")), ("b", Some("a")), ("c", None), ("d", Some("d")), ("e", None)] {
        assert_eq!(title(&mut world, child).as_deref(), parent, "{child}");
    }
    let again = run_in_order(&mut world, &ctx, def, &lines);
    assert_eq!((again.counts(), again.report.further), ([0, 0, 6, 0], 0));
}

#[test]
fn an_import_in_time_order_that_was_ended_goes_on_when_it_is_run_again() {
    let mut whole = world();
    let ctx = whole.system().trusted_import();
    run_in_order(&mut whole, &ctx, deals(), &LINES[..5]);
    for steps in 1..8 {
        let mut world = world();
        let ctx = world.system().trusted_import();
        let import = import(&world.crm, deals());
        let columns = import.columns(&LINES[0].split(';').collect::<Vec<_>>()).unwrap();
        let rows = columns.in_time_order(rows(&LINES[..5]));
        let options = ImportOptions::new().progress_every(steps);
        let stop = |_: ImportEvent<'_>| ControlFlow::Break(());
        let report = world.crm.import_rows(&mut world.store, &ctx, &columns, rows, &options, stop).unwrap();
        assert!(report.stopped && u64::from(world.store.commits) == steps);
        let rest = run_in_order(&mut world, &ctx, deals(), &LINES[..5]);
        assert_eq!(rest.report.further + report.further, 4);
        let records = |world: &World| world.store.rows.values().map(|put| format!("{put:?}")).collect::<Vec<_>>();
        assert_eq!(records(&world), records(&whole), "{steps}");
    }
}

#[test]
fn what_cannot_work_is_refused_with_its_path() {
    let problems = |def: Json| {
        let def = serde_json::from_value(def).unwrap();
        let problems = world().crm.import(&def).err().unwrap_or_default();
        problems.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let mut def = deals();
    def["fields"] = json!([{"field": "name", "column": "name", "later": true}]);
    def["entered"][0]["stages"] = json!(["talking", "offered"]);
    def["entered"][0]["fields"] = json!([{"field": "amount", "column": "amount", "as": {"type": "money", "currency": "CNY"}},
        {"field": "tags", "column": "t", "as": {"type": "tags", "separator": ","}, "later": true}]);
    def["entered"][1]["as"] = json!("date");
    def["entered"][2]["stages"] = json!(["offered", "win"]);
    let mut empty = deals();
    empty["entered"][1]["stages"] = json!([]);
    empty["fields"][1]["later"] = json!(true);
    assert_eq!(
        problems(def),
        [
            "fields[0].later: `name` is required from the start",
            "entered: needs `stage` among the fields: the stage in which a record is",
            "entered[0].stages: names several: of what comes before another stage it must be known which one it was",
            "entered[0].fields[1].later: only a field of the row itself is filled later",
            "entered[1].stages[0]: `offered` is there twice",
            "entered[1].as: does not make what `stage` holds: instant",
            "entered[2].stages[0]: `offered` is there twice",
            "entered[2].stages[1]: `win` is no option of `stage`",
            "entered[2].fields[0].field: `amount` is filled before",
        ]
    );
    assert_eq!(
        problems(empty),
        ["fields[1].later: the stage belongs to the row", "entered[1].stages: is empty: expected a stage"]
    );
    let mut accounts = deals();
    accounts["object"] = json!("account");
    accounts["fields"] = json!([]);
    assert_eq!(problems(accounts), ["entered: `account` has no stages"]);
    assert_eq!(
        serde_json::to_value(serde_json::from_value::<guanxi::crm::import::ImportDef>(deals()).unwrap()).unwrap(),
        deals()
    );
}

#[test]
fn whoever_goes_on_after_the_last_row_of_an_import_in_time_order_loses_nothing() {
    for steps in 1..8 {
        let mut world = world();
        let ctx = world.system().trusted_import();
        let import = import(&world.crm, deals());
        let columns = import.columns(&LINES[0].split(';').collect::<Vec<_>>()).unwrap();
        let options = ImportOptions::new().progress_every(steps);
        let stop = |_: ImportEvent<'_>| ControlFlow::Break(());
        let in_order = || columns.in_time_order(rows(&LINES[..5]));
        let report = world.crm.import_rows(&mut world.store, &ctx, &columns, in_order(), &options, stop).unwrap();
        let options = ImportOptions::new().after_row(report.last_row);
        let go_on = |_: ImportEvent<'_>| ControlFlow::Continue(());
        let rest = world.crm.import_rows(&mut world.store, &ctx, &columns, in_order(), &options, go_on).unwrap();
        assert_eq!((world.stored("deal"), report.further + rest.further), (4, 4), "{steps}");
    }
}

#[test]
fn rows_of_several_files_may_have_the_same_numbers() {
    let mut world = world();
    let ctx = world.system().trusted_import();
    let import = import(&world.crm, deals());
    let columns = import.columns(&LINES[0].split(';').collect::<Vec<_>>()).unwrap();
    let files = [[LINES[0], "9;z;Sold;;;2024-01-15;3.00"], [LINES[0], LINES[1]]];
    let rows = columns.in_time_order(files.iter().flat_map(|lines| rows(lines)));
    let go_on = |_: ImportEvent<'_>| ControlFlow::Continue(());
    let report = world.crm.import_rows(&mut world.store, &ctx, &columns, rows, &ImportOptions::new(), go_on).unwrap();
    assert_eq!((report.created, report.further, report.refused), (1, 2, 1));
    assert_eq!(titled(&mut world, "deal", "a", "stage").as_deref(), Some("won"));
}

#[test]
fn of_a_stage_that_cannot_be_read_nothing_else_is_said() {
    let mut world = world();
    let ctx = world.system().trusted_import();
    let ran = run(&mut world, &ctx, deals(), &[LINES[0], "1;a;Solt;2025-01-01;2025-01-11;2025-02-01;9.00"]);
    assert_eq!(
        ran.lines(),
        ["row 2, column `stage`: is `Solt`: expected one of `Sold`, `lost`, `offered`, `talking`, `won`"]
    );
}
