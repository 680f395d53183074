//! Records, drafts and patches, changes, provenance, entry and quality.
//!
//! **Lives here:** one [`Record`] of any object, dynamic inside; what callers hand in ([`Fields`], [`Draft`]); the entry
//! standard that turns it into a record ([`entry`]: allowed fields only, normalised, validated, required); what changed
//! ([`Change`]); who set each field and when ([`Origin`]); how complete and fresh a record is ([`QualityScore`]).
//!
//! **Never here:** reading or writing a store, access, rules.
//!
//! # Example: system fields are refused, not ignored
//! ```
//! use guanxi::record::{Draft, Origin, entry};
//! use guanxi::schema::{FieldDef, ObjectDef, Schema, Settings};
//! use guanxi::value::{Id, ValueType};
//!
//! let note = ObjectDef::new("note".parse()?).field(FieldDef::new("text".parse()?, ValueType::Text).required());
//! let schema = Schema::compile(&[note], &Settings::default())?;
//! let note = schema.object("note").ok_or("declared above")?;
//! let origin = Origin::new("li.na", "app", "2026-03-02T09:00:00Z".parse()?);
//!
//! let draft = Draft::new("note".parse()?).set("text", "called back").set("created_by", "somebody.else");
//! let problems = entry::create(&schema, note, Id::new("n-1")?, draft.fields(), &origin, entry::Writer::Caller).unwrap_err();
//! assert_eq!(problems[0].to_string(), "`created_by` is kept by guanxi itself");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod change;
mod draft;
mod entries;
pub mod entry;
mod field_problem;
mod fields;
mod glimpse;
mod origin;
mod quality;
#[expect(clippy::module_inception, reason = "the room is named after its main type")]
mod record;
mod stored;

pub use change::Change;
pub(crate) use change::differ;
pub use draft::Draft;
pub(crate) use entries::{duplicate, each_entry};
pub use field_problem::{FieldProblem, ProblemCode};
pub use fields::Fields;
pub use glimpse::Glimpse;
pub use origin::Origin;
pub use quality::{QualityScore, quality_score};
pub use record::Record;
