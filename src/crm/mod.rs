//! The front door: a definition becomes a Crm that decides commands and answers queries.
//!
//! **Lives here:** the [`Definition`] of a business as data and its compiled form [`Crm`]; what callers send
//! ([`Command`], [`Query`], [`Context`]) and get ([`Outcome`], views, [`Rejected`]); the pure decision
//! ([`Crm::decide`]) and its drivers ([`Crm::run`], [`Crm::run_async`], [`Crm::tick`]); outbox and timers; rows of files
//! that become records ([`import`]). The only place where a change set is built and terms are derived.
//!
//! **Never here:** a rule of its own that another room should hold.
//!
//! # Example: a command is decided, committed and explained
//! ```
//! use guanxi::model::{Lead, User};
//! use guanxi::{Command, Context, MemoryStore};
//!
//! let crm = guanxi::standard().compile()?;
//! let mut store = MemoryStore::new();
//! let ctx = Context::system("acme".parse()?, "web-form", "2026-03-02T09:00:00+08:00".parse()?, 7)?;
//! crm.run(&mut store, &ctx, &Command::create(User::new("li.na").name("李娜")))?;
//! let made = crm.run(&mut store, &ctx.next(), &Command::create(Lead::new("上海云舟科技有限公司").owner("li.na")))?;
//! assert_eq!(made.view::<Lead>()?.owner(), Some("li.na"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod audit;
mod blocked;
mod board;
mod caller;
mod cause;
mod changes;
mod command;
mod command_json;
mod commit;
mod context;
#[expect(clippy::module_inception, reason = "the room is named after its main type")]
mod crm;
mod cursor;
mod customer_360;
mod decide;
mod decision;
mod definition;
mod drive;
mod driver;
mod driver_async;
mod entered;
mod form;
mod get;
mod held;
pub mod import;
mod list;
mod list_plan;
mod migrate;
mod outbox;
mod outcome;
mod parked;
mod pieces;
mod query;
mod question;
mod reference;
mod rejected;
mod related;
mod repeated_keys;
mod replay;
mod resolve;
mod said;
mod sees;
mod stages;
mod step;
mod streams;
mod tenants;
mod terms;
mod ticked;
mod timeline;
mod timers;
mod unknown_fields;
mod unreadable;
mod upkeep;
mod waiting;
mod words;

pub use blocked::Blocked;
pub use board::{Board, BoardColumn};
pub use changes::{ChangePage, Changes, RecordChange};
pub use command::{Command, Comment, ExternalId, Happening, Link, Migrate, StageMove, Target, Update, Upsert};
pub use context::Context;
pub use crm::Crm;
pub use cursor::{InvalidCursor, PageCursor};
pub use customer_360::{Collection360, Customer360, Customer360View, Section360};
pub use definition::{Definition, SectionDef};
pub use form::{Form, FormField};
pub use get::Get;
pub use list::{List, Page};
pub use outbox::Settled;
pub use outcome::{EffectView, Outcome, TimerView};
pub use query::Query;
pub use question::Question;
pub use reference::{Lookup, NewRecord, Reference};
pub use rejected::{Invalid, Rejected, RejectedKind, RunError, Taken};
pub use stages::{StageRecord, Stages};
pub use step::Step;
pub use tenants::{TenantCursor, Tenants};
pub use ticked::Ticked;
pub use timeline::{Happened, Timeline, TimelineItem};
pub use waiting::Waiting;
