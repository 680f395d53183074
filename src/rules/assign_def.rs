use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::expr::Expr;
use crate::value::Name;

/// Chooses one record of an object, usually a user, and writes it into a reference field.
///
/// Candidates are the records of `from` whose fields in `match` equal (or, for lists and tags, contain) a value of the
/// record, and for which `where` is true. The first field in `match`, in byte order, that has an index finds them.
///
/// # Example: by region and industry, in turn
/// ```
/// use guanxi::rules::AssignDef;
///
/// let by_region: AssignDef = serde_json::from_str(r#"{
///     "field": "owner", "from": "user", "match": {"region": "region", "industries": "industry"},
///     "where": "active && role == 'sales'", "strategy": "round_robin", "copy": {"team": "team"}
/// }"#)?;
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AssignDef {
    /// The reference field that receives the choice.
    pub(super) field: Name,
    /// The object to choose from.
    pub(super) from: Name,
    /// Field of the candidate → field of the record.
    #[serde(rename = "match")]
    pub(super) matching: BTreeMap<Name, Name>,
    /// What else must be true of the candidate.
    #[serde(rename = "where", default, skip_serializing_if = "Option::is_none")]
    pub(super) condition: Option<Expr>,
    /// How one of several is chosen.
    pub(super) strategy: Strategy,
    /// Field of the record → field of the chosen candidate, to copy along.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) copy: BTreeMap<Name, Name>,
    /// Who is chosen when there is no candidate; nobody when missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) otherwise: Option<Expr>,
    /// Whether a record that has a value in the field already is assigned anew.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(super) replace: bool,
}

/// How one of several candidates is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Strategy {
    /// The candidate with the smallest id.
    First,
    /// Each in turn, by id, remembered for each group of matching values.
    RoundRobin,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}
