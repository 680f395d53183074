//! Who may see and do what: grants, seals, relations, field masks, and the one way out of a record.
//!
//! **Lives here:** what a definition says about roles ([`RoleDef`], [`GrantDef`], [`SealDef`]) and its checked form, a
//! dense table ([`AccessTable`]) that denies whatever no grant allows; how a person stands to a record ([`Standing`],
//! [`Relations`]); the rows that a list may show ([`Rows`]); what a caller may see of a record ([`View`],
//! [`ChangeView`]), which only [`project`], [`project_change`] and [`project_differences`] make; what is odd about a
//! policy ([`Finding`]) and what changed between two ([`CellChange`]).
//!
//! **Never here:** who somebody is, passwords, reading a store, conditions on values: "leads of region North" is a team
//! that a rule assigns, not a policy.
//!
//! # How it decides
//! `allowed = no seal forbids it ∧ some role of the principal has a grant for (object, action, field class, relation)`.
//! Every field belongs to exactly one class, every grant only adds, so a table can be enumerated: the static checks and
//! the difference between two policies are complete, not samples.
//!
//! # Example: sales see their own deals, and nobody sees what no grant names
//! ```
//! use guanxi::access::{AccessTable, Principal, RoleDef, Standing, project};
//! use guanxi::record::{Draft, Origin, entry};
//! use guanxi::schema::{ObjectDef, Schema, Settings};
//!
//! let deal: ObjectDef = serde_json::from_str(r#"{
//!     "key": "deal",
//!     "ownership": {"owner": "owner"},
//!     "fields": [
//!         {"key": "owner", "type": "reference", "to": "user", "class": "status"},
//!         {"key": "name", "type": "text", "class": "sales"},
//!         {"key": "margin", "type": "text", "class": "sensitive"}
//!     ]
//! }"#)?;
//! let user = ObjectDef::new("user".parse()?).host_ids();
//! let schema = Schema::compile(&[deal, user], &Settings::default())?;
//! let sales: RoleDef = serde_json::from_str(r#"{
//!     "key": "sales",
//!     "grants": [{"object": "deal", "actions": ["view"], "relations": ["owner"], "fields": ["*"]}]
//! }"#)?;
//! let table = AccessTable::compile(&[sales], &[], &schema)?;
//!
//! let deal = schema.object("deal").ok_or("declared above")?;
//! let draft = Draft::new("deal".parse()?).set("owner", "li.na").set("name", "云舟 2026").set("margin", "40 %");
//! let origin = Origin::new("li.na", "app", "2026-03-02T09:00:00Z".parse()?);
//! let record = entry::create(&schema, deal, "d-1".parse()?, draft.fields(), &origin, entry::Writer::Caller).map_err(|p| p[0].to_string())?;
//! let record = std::sync::Arc::new(record);
//!
//! let li_na = Principal::user("li.na".parse()?).with_role("sales".parse()?);
//! let view = project(&table, table.roles(&li_na), &Standing::new(li_na.id().clone()), &record).ok_or("hers")?;
//! assert_eq!(view.get("name").and_then(|v| v.as_str()), Some("云舟 2026"));
//! assert_eq!(view.get("margin"), None);
//!
//! let wang = Principal::user("wang.wei".parse()?).with_role("sales".parse()?);
//! assert!(project(&table, table.roles(&wang), &Standing::new(wang.id().clone()), &record).is_none());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod action;
mod cell_change;
mod change_view;
mod class_set;
mod compile;
mod decision;
mod denied;
mod finding;
mod findings;
#[cfg(test)]
mod fixture;
mod grant;
mod principal;
mod reading;
mod relation;
mod role_def;
mod role_set;
mod row;
mod seal_def;
mod selector;
mod standing;
mod table;
mod view;
mod visibility;
mod writing;

pub use action::Action;
pub use cell_change::CellChange;
pub use change_view::{ChangeView, FieldChange, project_change, project_differences};
pub use class_set::ClassSet;
pub use decision::{AccessDecision, Permit};
pub use denied::Denied;
pub use finding::Finding;
pub use principal::{Principal, PrincipalKind};
pub use relation::{Relation, Relations};
pub use role_def::{GrantDef, RoleDef};
pub use role_set::RoleSet;
pub use seal_def::SealDef;
pub use selector::Selector;
pub use standing::{Standing, is_sealed};
pub use table::AccessTable;
pub use view::{View, project};
pub use visibility::{Held, Rows};
