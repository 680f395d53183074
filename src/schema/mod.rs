//! Objects and fields as data, entry standards, unique keys, indexes and limits.
//!
//! **Lives here:** what a definition says about objects ([`ObjectDef`], [`FieldDef`]), and its checked form ([`Schema`],
//! [`Object`], [`Field`], [`Index`]) in which every field has a slot, every class a number and every index a name. Custom
//! fields and custom objects are declared exactly like the standard ones.
//!
//! **Never here:** records or their values; who may see what; what happens when something changes.
//!
//! # Example: all problems at once, each with its path
//! ```
//! use guanxi::schema::{FieldDef, ObjectDef, Schema, Settings};
//! use guanxi::value::ValueType;
//!
//! let membership = ObjectDef::new("membership".parse()?)
//!     .field(FieldDef::new("card".parse()?, ValueType::Text).unique())
//!     .field(FieldDef::new("holder".parse()?, ValueType::Reference).to("person".parse()?));
//! let problems = Schema::compile(&[membership], &Settings::default()).unwrap_err();
//! assert_eq!(problems.to_string(), "objects[0].fields[1].to: unknown object `person`");
//! # Ok::<(), guanxi::value::InvalidName>(())
//! ```

mod checked_field;
mod checked_indexes;
mod compile;
mod conditions;
mod field;
mod field_class;
mod field_def;
mod freshness;
mod index;
mod label;
mod limits;
mod names;
mod object;
mod object_def;
mod problem;
#[expect(clippy::module_inception, reason = "the room is named after its main type")]
mod schema;
mod settings;
pub mod slots;
mod stage_words;
mod system_fields;

pub use field::Field;
pub use field_class::{ClassNumber, FieldClasses};
pub use field_def::{FieldDef, Format, OptionDef};
pub use freshness::Freshness;
pub use index::Index;
pub use label::Label;
pub use limits::Limits;
pub use names::{Hop, RecordNames, Related};
pub use object::{Object, Ownership};
pub use object_def::{IdSource, IndexDef, ObjectDef, OwnershipDef};
pub use problem::{Problem, Problems};
pub use schema::Schema;
pub use settings::Settings;
pub(crate) use stage_words::StageWords;
