use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::{DecisionTable, HitPolicy, OutputDef, compile};
use crate::expr::{Expr, Names, Problems};
use crate::value::Name;

/// A decision table as data: what is looked at in columns, and in each row what must be true of it and what then is.
///
/// # Cells
/// | cell | the input |
/// |---|---|
/// | `"-"`, `null`, or none at the end of a row | may be anything, or have no value |
/// | `"east"`, `12`, `true`, `{"money":"CNY 100.00"}` | is that; any expression in its JSON form |
/// | `["east", "west"]` | is one of them |
/// | `{"ge": 10, "lt": 20}` | is in that range: any of `eq`, `ne`, `lt`, `le`, `gt`, `ge` |
/// | `{"not": cell}` | is not so; unknown stays unknown |
/// | `{"when": "size(x) > 3"}` | does not matter: a condition of its own, as text |
///
/// # Example: who looks after a deal
/// ```
/// use guanxi::expr::{DecisionTableDef, Env, Names, Scope, Slot, Type};
/// use guanxi::value::{Instant, Value};
///
/// struct Deal;
/// impl Names for Deal {
///     fn resolve(&self, path: &[&str]) -> Option<(Slot, Type)> {
///         Some(match path {
///             ["region"] => (Slot::new(0), Type::Text),
///             ["amount"] => (Slot::new(1), Type::Integer),
///             _ => return None,
///         })
///     }
/// }
///
/// let table: DecisionTableDef = serde_json::from_str(r#"{
///     "inputs": ["region", "amount"],
///     "outputs": [{"key": "team", "type": "text"}, {"key": "discount", "type": "decimal"}],
///     "rows": [
///         {"when": [["east", "south"], {"ge": 1000}], "then": {"team": "key accounts", "discount": "0.10"}},
///         {"when": ["east"], "then": {"team": "east", "discount": 0}},
///         {"then": {"team": "web", "discount": 0}}
///     ]
/// }"#)?;
/// let table = table.compile(&Deal)?;
/// let (row, env) = ([Some(Value::text("east")), Some(Value::Integer(1500))], Env::new(Instant::EPOCH));
/// let scope = Scope::new(&row[..], &env);
/// let decision = table.decide(scope);
/// assert_eq!(decision.rows(), [0]);
/// assert_eq!(table.value(0, "discount", scope), Some(Ok(Value::Decimal("0.10".parse()?))));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecisionTableDef {
    #[serde(default)]
    pub(super) policy: HitPolicy,
    pub(super) inputs: Vec<Expr>,
    pub(super) outputs: Vec<OutputDef>,
    pub(super) rows: Vec<RowDef>,
}

/// One row.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RowDef {
    /// A cell for each input.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) when: Vec<Json>,
    /// A value, or an expression that yields one, for each output.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) then: BTreeMap<Name, Json>,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(super) priority: i32,
}

impl DecisionTableDef {
    /// The most inputs, and the most outputs.
    pub const MAX_COLUMNS: usize = 32;
    /// The most rows.
    pub const MAX_ROWS: usize = 10_000;

    /// Compiles the table for records whose fields `names` knows.
    ///
    /// # Errors
    /// [`Problems`]: everything that is wrong in any cell, each with its place such as `/rows/3/when/1`; of a flood the first
    /// thousand.
    pub fn compile(&self, names: &dyn Names) -> Result<DecisionTable, Problems> {
        compile::compile(self, names)
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
fn is_zero(priority: &i32) -> bool {
    *priority == 0
}
