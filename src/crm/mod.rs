//! The front door: a definition becomes a Crm that decides commands and answers queries.
//!
//! **Lives here:** the [`Definition`] of a business as data and its compiled form [`Crm`]; what callers send
//! ([`Command`], [`Context`]) and get ([`Rejected`]); the only place where a change set is built and terms are derived.
//!
//! **Never here:** a rule of its own that another room should hold.

mod audit;
mod command;
mod context;
#[expect(clippy::module_inception, reason = "the room is named after its main type")]
mod crm;
mod definition;
mod rejected;
mod terms;

pub use command::{Command, Comment, ExternalId, Happening, Link, StageMove, Target, Update, Upsert};
pub use context::Context;
pub use crm::Crm;
pub use definition::{Definition, SectionDef};
pub use rejected::{Invalid, Rejected, RejectedKind, RunError, Taken};
