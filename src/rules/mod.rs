//! Rules, triggers, operations, timers and the bounded cascade.
//!
//! **Lives here:** rules as data ([`RuleDef`]) and checked ([`RuleSet`]); the records of a decision as rules see and write
//! them, with what pipelines say to their stages ([`Workset`], [`StageVerdict`]); the rounds in which rules answer events
//! ([`Cascade`]), within a [`RuleBudget`]; timers that follow from records alone ([`timer_changes`]); assignment in turn;
//! what leaves a decision ([`Effect`]); and why all of it happened ([`Trace`]).
//!
//! **Never here:** knowledge of a particular object; matching; reading or writing a store.
//!
//! # Example: a mistake is found when the rules are loaded
//! ```
//! use std::collections::BTreeMap;
//! use guanxi::rules::{RuleDef, compile};
//! use guanxi::schema::{ObjectDef, Schema, Settings};
//!
//! let lead: ObjectDef = serde_json::from_str(r#"{"key":"lead","fields":[{"key":"region","type":"text"}]}"#)?;
//! let schema = Schema::compile(&[lead], &Settings::default())?;
//! let rule: RuleDef = serde_json::from_str(r#"{"key":"r","object":"lead","on":"created",
//!     "then":[{"set":{"fields":{"regoin":"'east'"}}}]}"#)?;
//! let problems = compile(&[rule], &schema, &BTreeMap::new(), None).unwrap_err();
//! assert_eq!(
//!     problems.to_string(),
//!     "rules[0].then[0].set.fields.regoin: unknown field `regoin` of `lead`; did you mean `region`?"
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod acting;
mod assign_def;
mod assignment;
mod author;
mod budget;
mod cascade;
mod compile;
mod compile_operation;
mod creation;
mod cursor;
mod due;
mod effect;
mod emission;
mod emit_def;
mod event;
mod occasions;
mod places;
mod reads;
mod record_row;
mod related;
mod round;
mod rule;
mod rule_def;
mod rule_set;
mod staging;
mod stop;
mod tally;
mod timer;
mod trace;
mod trigger_def;
mod workset;
mod writing;

pub use assign_def::{AssignDef, Strategy};
pub use assignment::{CURSOR, Rotation, Rotations};
pub use budget::RuleBudget;
pub use cascade::{Cascade, Done, RightsOf};
pub use compile::compile;
pub use cursor::Cursor;
pub use due::{Due, TimerChange, due, timer_changes};
pub use effect::{Effect, EffectKey, Turn};
pub use emit_def::{EmitDef, Priority, RecipientDef, RoleRecipientDef};
pub use event::{Event, EventKind};
pub use occasions::Occasions;
pub use places::{check_places, leads_to};
pub use record_row::RecordRow;
pub use rule::Rule;
pub use rule_def::{CreateDef, Once, OperationDef, RuleDef, RunAs, SetDef, TemplateDef, ValueDef};
pub use rule_set::RuleSet;
pub use staging::StageVerdict;
pub use stop::Stop;
pub use timer::{MAX_ATTEMPTS, Timer};
pub use trace::{Deed, Step, Trace, Verdict};
pub use trigger_def::{DateTriggerDef, InactiveDef, TriggerDef};
pub use workset::{Lack, Workset};
