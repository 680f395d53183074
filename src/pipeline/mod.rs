//! Pipelines as data: stages, gates, checked moves and the history of a record's stages.
//!
//! **Lives here:** what a definition says about a pipeline ([`PipelineDef`]) and its checked form ([`Pipeline`], several
//! versions of which make up [`Pipelines`]); the judgement of a move with all its reasons ([`Transition`], [`Obstacle`]);
//! what happened ([`StageChange`], [`StageHistory`]) and what it tells ([`Dwell`], [`Stalled`], [`Detours`]); where stages
//! go when a pipeline changes ([`Migration`]); pictures as Mermaid and DOT text.
//!
//! **Never here:** what else happens when a stage is entered: rules do that. No storing, no rights, no statistics over
//! several records.
//!
//! # Example: a deal that may not be won yet, and one that is stuck
//! ```
//! use guanxi::expr::Env;
//! use guanxi::pipeline::{StageChange, StageHistory, compile};
//! use guanxi::record::{Origin, Record};
//! use guanxi::schema::{ObjectDef, Schema, Settings};
//! use guanxi::value::Instant;
//!
//! let deal: ObjectDef = serde_json::from_str(r#"{"key": "deal", "stage": "stage", "fields": [
//!     {"key": "stage", "type": "enum", "options": ["talking", "offered", "won", "lost"]},
//!     {"key": "contract", "type": "text"}]}"#)?;
//! let schema = Schema::compile(&[deal], &Settings::default())?;
//! let pipelines = compile(&[serde_json::from_str(r#"{
//!     "key": "sales", "object": "deal", "version": 1, "reopen_to": ["offered"],
//!     "stages": [
//!         {"key": "talking", "kind": "open", "expected": {"min_days": 1, "max_days": 3, "basis": "in_stage"}},
//!         {"key": "offered", "kind": "open"},
//!         {"key": "won", "label": {"zh": "赢单"}, "kind": "won", "gate": {"required": ["contract"]}},
//!         {"key": "lost", "kind": "lost"}
//!     ]}"#)?], &schema)?;
//! let sales = pipelines.latest("sales").ok_or("no pipeline")?;
//!
//! let (monday, friday): (Instant, Instant) = ("2026-03-02T09:00:00Z".parse()?, "2026-03-06T09:00:00Z".parse()?);
//! let origin = Origin::new("li.na", "app", monday);
//! let record = Record::new(schema.object("deal").ok_or("no deal")?, "d-1".parse()?, &origin);
//! let blocked = sales.decide(Some("talking"), "won", &record, &Env::new(friday));
//! assert_eq!(blocked.to_string(), "`won` cannot be entered past `offered`; the gate of `won` needs `contract`");
//!
//! let history = StageHistory::from_changes(monday, [StageChange::new(None, Some("talking"), monday, "li.na")])?;
//! let stalled = sales.stalled(&history, friday).map(|stalled| stalled.to_string());
//! assert_eq!(stalled.as_deref(), Some("`talking` is at P4D in the stage, expected at most P3D"));
//! assert!(sales.mermaid("zh").contains(r#"s2(["赢单"])"#));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod compile;
mod detours;
mod dot;
mod dwell;
mod expected;
mod graph;
mod history;
mod invalid_change;
mod mermaid;
mod migration;
mod obstacle;
#[expect(clippy::module_inception, reason = "the room is named after its main type")]
mod pipeline;
mod pipeline_def;
mod pipelines;
mod playbook;
mod route;
mod share;
mod stage;
mod stage_change;
mod stalled;
mod transition;

pub use compile::compile;
pub use detours::Detours;
pub use dwell::Dwell;
pub use expected::{Basis, Expected};
pub use history::{StageHistory, Trust};
pub use invalid_change::InvalidChange;
pub use migration::Migration;
pub use obstacle::Obstacle;
pub use pipeline::Pipeline;
pub use pipeline_def::{GateDef, LeapDef, Leeway, LostDef, PipelineDef, StageDef};
pub use pipelines::Pipelines;
pub use playbook::Playbook;
pub use route::MoveKind;
pub use share::{InvalidShare, Share};
pub use stage::{Stage, StageGate, StageKind};
pub use stage_change::StageChange;
pub use stalled::Stalled;
pub use transition::{GateSeen, Transition};
