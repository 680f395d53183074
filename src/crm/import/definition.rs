use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::parser_def::or_type_alone;
use super::{ColumnList, ParserDef};
use crate::value::Name;

/// How rows of named text become records of one object, as data.
///
/// # In JSON
/// | key | what it says |
/// |---|---|
/// | `key` | the name of the import: what one import did is told from what another one did by it |
/// | `object` | the object whose records the rows are |
/// | `external` | by what a row is known: `{"system":"erp","column":"no"}`, or several columns, `["country","no"]` |
/// | `id` | the column with the host's own id, for objects whose ids the host gives |
/// | `empty` | what a cell without text does, unless its field says otherwise: `"leave"` (the field alone, if nothing is said) or `"clear"` |
/// | `fields` | what fills which field, as [`ImportFieldDef`] |
/// | `entered` | when a record came into its stages, as [`EnteredDef`], in the order of the way through them |
/// | `fold` | an entry standard: by column, which spelling is which: `{"product":{"GTXPro":"GTX Pro"}}` |
/// | `ignore` | the columns that are left out, knowingly |
///
/// `key`, `object`, `external` and `fields` must be there. White space around the text of a cell is never part of it. Where
/// several columns make an external id, their texts are joined by `|`; a `|` or `\` within one has a `\` before it.
///
/// A spelling that is folded is folded wherever its column is used: in a field, in an external id, in a lookup.
///
/// A row is one upsert; one more follows for each stage that the record came into after its first dated one, and one for what
/// is filled `later`. Where the order matters between rows, [`Columns::in_time_order`](super::Columns::in_time_order) gives it.
///
/// # Example
/// ```
/// use guanxi::crm::import::ImportDef;
///
/// let accounts: ImportDef = serde_json::from_str(r#"{
///     "key": "erp-accounts", "object": "account", "external": {"system": "erp", "column": "No"},
///     "fields": [{"field": "name", "column": "Customer"}, {"field": "industry", "constant": "manufacturing"}],
///     "ignore": ["Fax"]
/// }"#)?;
/// assert!(guanxi::standard().compile()?.import(&accounts).is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportDef {
    pub(super) key: Name,
    pub(super) object: Name,
    pub(super) external: ExternalDef,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<String>,
    #[serde(default, skip_serializing_if = "Empty::is_leave")]
    pub(super) empty: Empty,
    pub(super) fields: Vec<ImportFieldDef>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) entered: Vec<EnteredDef>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) fold: BTreeMap<String, BTreeMap<String, String>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) ignore: Vec<String>,
}

/// By what a row is known: the id of its record in another system.
///
/// In JSON: `{"system":"erp","column":"no"}` or `{"system":"erp","column":["country","no"]}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExternalDef {
    pub(super) system: Name,
    pub(super) column: ColumnList,
}

/// What fills a field.
///
/// # In JSON
/// | key | what it says |
/// |---|---|
/// | `field` | the field |
/// | `column` | the column that it comes from; several where a lookup needs them |
/// | `as` | how the text of the cell is read, as [`ParserDef`]; unless it says otherwise, as the type of the field is written |
/// | `lookup` | for a field that refers to a record: how the text finds it, as [`LookupDef`] |
/// | `constant` | the value of every row, instead of a column |
/// | `empty` | what a cell without text does: `"leave"` or `"clear"` |
/// | `later` | `true`: filled by a command of its own after the row, in time order after all rows, so that it may refer to one further on |
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportFieldDef {
    pub(super) field: Name,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) column: Option<ColumnList>,
    #[serde(default, rename = "as", deserialize_with = "or_type_alone", skip_serializing_if = "Option::is_none")]
    pub(super) parser: Option<ParserDef>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) lookup: Option<LookupDef>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) constant: Option<Json>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) empty: Option<Empty>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) later: bool,
}

/// When a record came into a stage, or into one of several.
///
/// The stage in which the record is now is among the fields of the import. It came into that one when the column says so,
/// which must not be empty then, and into those above when theirs say so; a stage whose cell is empty was passed over. What
/// stands below must be empty: it has not happened. Only a context that is a
/// [trusted import](crate::Context::trusted_import) tells the past.
///
/// # In JSON
/// | key | what it says |
/// |---|---|
/// | `stages` | the stage: `["engaging"]`; the last entry may name several, of which a record comes into one: `["won","lost"]` |
/// | `column` | the column with the moment |
/// | `as` | how it is read, as a [`ParserDef`] of type `instant`; RFC 3339 unless it says otherwise |
/// | `fields` | what is filled when it happens and not before, as [`ImportFieldDef`] |
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnteredDef {
    pub(super) stages: Vec<String>,
    pub(super) column: String,
    #[serde(default, rename = "as", deserialize_with = "or_type_alone", skip_serializing_if = "Option::is_none")]
    pub(super) parser: Option<ParserDef>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) fields: Vec<ImportFieldDef>,
}

/// How the text of a cell finds the record that a field refers to.
///
/// # In JSON
/// | key | what it says |
/// |---|---|
/// | `external` | the system that knows the record by the text: `{"external":"erp"}` |
/// | `field` | or the field, unique or indexed, that has the text as its value: `{"field":"name"}` |
/// | `or_create` | what a record is made of where none is found, as [`NewRecordDef`] |
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LookupDef {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) external: Option<Name>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) field: Option<Name>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) or_create: Option<NewRecordDef>,
}

/// What a record is made of that a lookup has not found: it is known by what was looked for, and has these fields.
///
/// In JSON: `{"fields":[{"field":"name","column":"Customer"}]}`, and `"id"` for the column with the host's own id.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewRecordDef {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) fields: Vec<ImportFieldDef>,
}

/// What a cell without text does to its field. This enum is complete.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Empty {
    /// Nothing.
    #[default]
    Leave,
    /// Clears it.
    Clear,
}

impl Empty {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
    fn is_leave(&self) -> bool {
        *self == Self::Leave
    }
}
