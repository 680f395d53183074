//! guanxi: the brain of a CRM as an embeddable library.
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
