//! Rows of text become records: an import as data, checked like every other part of a definition.
//!
//! A host reads its file, whatever it is; here rows of named text become upserts, one after the other. Good rows land, bad
//! ones come back with row, column and reason. The same file again changes nothing, and one that broke off goes on at any
//! row. What a row says of the past of its record, through which stages it came and when, is replayed, also of many records in
//! the order of time: [`Columns::in_time_order`].
//!
//! # Example: two rows, one of them wrong
//! ```
//! use std::ops::ControlFlow;
//!
//! use guanxi::crm::import::{ImportDef, ImportEvent, ImportOptions, Row};
//! use guanxi::{Context, MemoryStore};
//!
//! let crm = guanxi::standard().compile()?;
//! let accounts: ImportDef = serde_json::from_str(r#"{
//!     "key": "erp-accounts", "object": "account", "external": {"system": "erp", "column": "No"},
//!     "fields": [
//!         {"field": "name", "column": "Customer"},
//!         {"field": "satisfaction", "column": "Mark", "as": {"type": "decimal", "decimal": ","}}
//!     ]
//! }"#)?;
//! let accounts = crm.import(&accounts)?;
//! let columns = accounts.columns(&["No", "Customer", "Mark"])?;
//! let rows = [Row::new(2, ["K-1", "云舟科技", "4,5"]), Row::new(3, ["K-2", "Müller GmbH", "4,5,1"])];
//!
//! let mut store = MemoryStore::new();
//! let ctx = Context::system("acme".parse()?, "import", "2026-03-02T09:00:00+08:00".parse()?, 7)?;
//! let mut refused = Vec::new();
//! let report = crm.import_rows(&mut store, &ctx, &columns, rows.map(Ok), &ImportOptions::new(), |event| {
//!     if let ImportEvent::Refused(row) = event {
//!         refused.push(row.to_string());
//!     }
//!     ControlFlow::Continue(())
//! })?;
//! assert_eq!((report.created, report.refused), (1, 1));
//! assert!(refused[0].starts_with("row 3, column `Mark`: is `4,5,1`: two signs before a fraction"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod cells;
mod column_list;
mod columns;
mod compile;
mod compile_entered;
mod compile_parser;
mod csv_rows;
mod definition;
mod fault;
#[expect(clippy::module_inception, reason = "the room is named after its main type")]
mod import;
mod import_error;
mod import_rows;
mod importing;
mod number;
mod options;
mod parser;
mod parser_def;
mod pattern;
mod reading;
mod refused_row;
mod report;
mod row;
mod row_error;
mod time_order;
mod way;

pub use column_list::ColumnList;
pub use columns::Columns;
pub use csv_rows::CsvRows;
pub use definition::{Empty, EnteredDef, ExternalDef, ImportDef, ImportFieldDef, LookupDef, NewRecordDef};
pub use import::Import;
pub use import_error::ImportError;
pub use options::ImportOptions;
pub use parser_def::ParserDef;
pub use refused_row::{RefusedRow, RowProblem};
pub use report::{Folded, ImportEvent, ImportReport};
pub use row::Row;
pub use row_error::RowError;
