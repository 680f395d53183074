//! What must hold for any input, as plain functions from bytes.
//!
//! A law panics when it is broken and does nothing otherwise. The same functions run under libFuzzer (`fuzz/run.sh`), as
//! programs that replay files (`cargo run --bin phone -- corpus/phone`), and in `cargo test`, which replays the corpus.

pub mod calendar_due;
pub mod command_json;
pub mod definition_json;
pub mod expr_eval;
pub mod expr_parse;
pub mod names;
pub mod page_cursor;
pub mod phone;
pub mod replay;
pub mod stored_kinds;
pub mod stored_record;
pub mod stored_value;

mod company;

/// A law: panics when `data` breaks it.
pub type Law = fn(data: &[u8]);

/// Every law, by the name of its target and of its corpus.
pub const LAWS: [(&str, Law); 11] = [
    ("calendar_due", calendar_due::check),
    ("command_json", command_json::check),
    ("definition_json", definition_json::check),
    ("expr_eval", expr_eval::check),
    ("expr_parse", expr_parse::check),
    ("names", names::check),
    ("page_cursor", page_cursor::check),
    ("phone", phone::check),
    ("stored_kinds", stored_kinds::check),
    ("stored_record", stored_record::check),
    ("stored_value", stored_value::check),
];
