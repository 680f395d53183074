#![doc = include_str!("../README.md")]
//!
//! # Rooms
//! A room uses only rooms on floors strictly below its own.
//!
//! | floor | rooms |
//! |---|---|
//! | 9 | [`standard()`] |
//! | 8 | [`crm`] |
//! | 7 | [`rules`] |
//! | 6 | [`access`] |
//! | 5 | [`store`], [`model`], [`pipeline`] |
//! | 4 | [`record`] |
//! | 3 | [`schema`] |
//! | 2 | [`expr`] |
//! | 1 | [`text`], [`calendar`] |
//! | 0 | [`value`] |
#![cfg_attr(docsrs, feature(doc_cfg))]
#![deny(
    missing_docs,
    missing_debug_implementations,
    unnameable_types,
    unreachable_pub,
    rustdoc::broken_intra_doc_links
)]
#![deny(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::todo,
    clippy::unimplemented,
    clippy::unreachable,
    clippy::unwrap_used
)]

pub mod access;
pub mod calendar;
pub mod crm;
pub mod expr;
pub mod model;
pub mod pipeline;
pub mod record;
pub mod rules;
pub mod schema;
pub mod standard;
pub mod store;
pub mod text;
pub mod value;

pub use crm::{Command, Context, Crm, Definition, Outcome, Query, Rejected};
pub use standard::standard;
pub use store::MemoryStore;
