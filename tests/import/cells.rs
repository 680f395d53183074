//! Cells are read as they were declared, and what could mean something else comes back.

use serde_json::{Value as Json, json};

use crate::company::name;
use crate::fixture::{everything, run, world};

/// Imports one cell into a field, and returns the value, or what came back.
fn read(field: &str, parser: Json, cell: &str) -> Result<Option<String>, String> {
    let mut world = world();
    let ctx = world.system();
    let mut fill = json!({"field": field, "column": "cell"});
    if !parser.is_null() {
        fill["as"] = parser;
    }
    let ran = run(&mut world, &ctx, everything(json!([fill])), &["no;cell", &format!("1;{cell}")]);
    match ran.refused.first() {
        Some(refused) => {
            assert_eq!((refused.row(), refused.problems().len()), (2, 1));
            assert_eq!(refused.problems()[0].column(), Some("cell"));
            assert_eq!(refused.problems()[0].field(), Some(field));
            Err(refused.problems()[0].message().to_owned())
        }
        None => {
            let page = world.ask(&ctx, &guanxi::Query::list(name("everything"))).unwrap();
            Ok(page.records[0].get(field).map(ToString::to_string))
        }
    }
}

fn reads(field: &str, parser: Json, cell: &str, expected: &str) {
    assert_eq!(read(field, parser, cell), Ok(Some(expected.to_owned())), "{field}: {cell}");
}

fn refuses(field: &str, parser: Json, cell: &str, expected: &str) {
    let message = read(field, parser, cell).unwrap_err();
    assert!(message.contains(expected), "{field}: {cell}: {message}");
}

#[test]
fn a_type_is_read_as_it_is_written_unless_it_says_otherwise() {
    reads("text", Json::Null, " 上海  云舟 ", "上海  云舟");
    reads("integer", Json::Null, "-7", "-7");
    reads("decimal", Json::Null, "1100.04", "1100.04");
    reads("date", Json::Null, "2026-03-02", "2026-03-02");
    reads("instant", Json::Null, "2026-03-02T09:00:00+08:00", "2026-03-02T01:00:00Z");
    reads("duration", Json::Null, "PT36H", "P1DT12H");
    reads("bool", Json::Null, "true", "true");
    reads("enum", Json::Null, "won", "won");
    reads("user", Json::Null, "li.na", "li.na");
}

#[test]
fn numbers_and_amounts_follow_the_signs_that_are_declared() {
    reads("decimal", json!({"type": "decimal", "decimal": ",", "thousands": "."}), "1.234,50", "1234.50");
    reads("integer", json!({"type": "integer", "thousands": ","}), "１，２３４", "1234");
    reads("money", json!({"type": "money", "currency": "USD", "thousands": ","}), "1,054", "USD 1054.00");
    refuses("money", json!({"type": "money", "currency": "USD"}), "10.5.1", "two signs before a fraction");
    refuses("money", json!({"type": "money", "currency": "USD"}), "1.005", "USD");
    refuses("integer", Json::Null, "1,234", "expected a whole number");
    refuses("integer", Json::Null, "9999999999999999999", "expected at most 18 digits");
    refuses("decimal", Json::Null, "12 %", "is `12 %`: expected a number");
}

#[test]
fn a_currency_may_stand_in_a_column_of_its_own() {
    let mut world = world();
    let ctx = world.system();
    let money = json!([{"field": "money", "column": "amount", "as": {"type": "money", "currency_column": "ccy"}}]);
    let ran = run(&mut world, &ctx, everything(money), &["no;amount;ccy", "1;5;JPY", "2;5;yen", "3;;", "4;5;"]);
    assert_eq!(ran.counts(), [2, 0, 0, 2]);
    let lines = ran.lines();
    assert!(lines[0].starts_with("row 3, column `ccy`: has no currency: `yen` is not a currency"), "{}", lines[0]);
    assert!(lines[1].starts_with("row 5, column `ccy`: has no currency"), "{}", lines[1]);
}

#[test]
fn a_day_that_does_not_exist_comes_back() {
    let both = json!({"type": "date", "patterns": ["DD/MM/YYYY", "YYYY年M月D日"]});
    reads("date", both.clone(), "02/03/2026", "2026-03-02");
    reads("date", both.clone(), "２０２６年３月２日", "2026-03-02");
    refuses("date", both.clone(), "31/04/2026", "written as `DD/MM/YYYY`, which no calendar or clock shows");
    refuses("date", both, "2026-03-02", "expected `DD/MM/YYYY` or `YYYY年M月D日`");
    refuses("date", Json::Null, "2026-02-29", "which no calendar or clock shows");
}

#[test]
fn a_moment_is_local_time_where_it_does_not_say_otherwise() {
    let pattern = |offset: Json| {
        let mut parser = json!({"type": "instant", "patterns": ["YYYY-MM-DD HH:mm", "YYYY-MM-DD"]});
        if !offset.is_null() {
            parser["offset"] = offset;
        }
        parser
    };
    reads("instant", pattern(Json::Null), "2026-03-02 09:00", "2026-03-02T01:00:00Z");
    reads("instant", pattern(json!("-05:00")), "2026-03-02 09:00", "2026-03-02T14:00:00Z");
    reads("instant", pattern(json!("Z")), "2026-03-02", "2026-03-02T00:00:00Z");
    refuses("instant", pattern(Json::Null), "2026-03-02 24:00", "which no calendar or clock shows");
}

#[test]
fn words_stand_for_yes_no_and_options() {
    let yes_no = json!({"type": "bool", "true": ["是", "Y"], "false": ["否", "N"]});
    reads("bool", yes_no.clone(), "是", "true");
    reads("bool", yes_no.clone(), "N", "false");
    refuses("bool", yes_no, "ja", "is `ja`: expected one of `N`, `Y`, `否`, `是`");
    let stages = json!({"type": "enum", "words": {"赢单": "won", "Closed Won": "won"}});
    reads("enum", stages.clone(), "Closed  Won", "won");
    reads("enum", stages.clone(), "lost", "lost");
    refuses("enum", stages, "Engaging", "is `Engaging`: expected one of");
}

#[test]
fn lists_and_tags_are_cut_at_their_separator() {
    reads("tags", json!({"type": "tags", "separator": "/"}), "vip / 华东 //vip", "vip, 华东");
    let days = json!({"type": "list", "separator": "+", "of": {"type": "date", "patterns": ["D.M.YYYY"]}});
    reads("days", days.clone(), "2.3.2026+ 1.3.2026", "2026-03-02, 2026-03-01");
    refuses("days", days, "2.3.2026+30.2.2026", "is `30.2.2026`");
}

#[test]
fn an_empty_cell_leaves_its_field_alone_or_clears_it() {
    let mut world = world();
    let def = |empty: &str| {
        let mut def = everything(json!([
            {"field": "text", "column": "text", "empty": "leave"},
            {"field": "integer", "column": "integer"}]));
        def["empty"] = json!(empty);
        def
    };
    let filled = ["no;text;integer", "1;a;7"];
    let emptied = ["no;text;integer", "1; ;\u{3000}"];
    let ctx = world.system();
    assert_eq!(run(&mut world, &ctx, def("leave"), &filled).counts(), [1, 0, 0, 0]);
    assert_eq!(run(&mut world, &ctx, def("leave"), &emptied).counts(), [0, 0, 1, 0]);
    assert_eq!(run(&mut world, &ctx, def("clear"), &emptied).counts(), [0, 1, 0, 0]);
    assert_eq!(crate::fixture::titled(&mut world, "everything", "a", "integer"), None);
}

#[test]
fn a_constant_fills_every_row() {
    let mut world = world();
    let ctx = world.system();
    let def = everything(json!([
        {"field": "text", "column": "text"}, {"field": "enum", "constant": "won"},
        {"field": "money", "constant": {"amount": "1.00", "currency": "CNY"}}]));
    run(&mut world, &ctx, def, &["no;text", "1;a", "2;b"]);
    assert_eq!(crate::fixture::titled(&mut world, "everything", "b", "enum").as_deref(), Some("won"));
    assert_eq!(crate::fixture::titled(&mut world, "everything", "a", "money").as_deref(), Some("CNY 1.00"));
}

#[test]
fn what_is_left_of_another_encoding_and_floods_come_back() {
    for (cell, expected) in [
        ("M\u{fffd}ller".to_owned(), "holds U+FFFD: it was read in another encoding than it was written"),
        ("M\0".to_owned(), "holds U+0000"),
        ("x".repeat(65_537), "has 65537 bytes: expected at most 65536"),
    ] {
        let mut world = world();
        let ctx = world.system();
        let def = everything(json!([{"field": "text", "column": "cell"}]));
        let ran = run(&mut world, &ctx, def, &["no;cell", &format!("1;{cell}")]);
        assert!(ran.lines()[0].starts_with(&format!("row 2, column `cell`: {expected}")), "{}", ran.lines()[0]);
        assert_eq!(world.stored("everything"), 0);
    }
}

#[test]
fn spaces_and_wide_signs_that_are_declared_are_those_that_are_read() {
    for space in ["\u{a0}", "\u{202f}", "\u{3000}", " "] {
        let cell = format!("1{space}234{space}567,5");
        let declared = json!({"type": "decimal", "decimal": ",", "thousands": space});
        reads("decimal", declared, &cell, "1234567.5");
        let written = format!("YYYY-MM-DD{space}{space}HH:mm");
        let declared = json!({"type": "instant", "patterns": [written]});
        reads("instant", declared, &format!("2026-03-02{space}{space}09:00"), "2026-03-02T01:00:00Z");
    }
    reads("decimal", json!({"type": "decimal", "decimal": "．", "thousands": "，"}), "１，２３４．５", "1234.5");
}
