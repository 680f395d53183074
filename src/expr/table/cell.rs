use serde_json::{Map, Value as Json, json};

use crate::expr::Expr;
use crate::expr::problem::Mistake;

/// Returns the condition that a cell puts on an input, both as trees in JSON; `None` where the input may be anything.
///
/// # Errors
/// [`Mistake`] when the cell is none.
pub(super) fn condition(input: &Json, cell: &Json) -> Result<Option<Json>, Mistake> {
    Ok(Some(match cell {
        Json::Null => return Ok(None),
        Json::String(any) if any == "-" => return Ok(None),
        Json::Array(_) => json!({ "in": [input, cell] }),
        Json::Object(parts) if parts.keys().any(|key| is_test(key)) => range(input, parts)?,
        Json::Object(parts) => match (parts.len(), parts.get("not"), parts.get("when")) {
            (1, Some(cell), None) => match not(cell) {
                Some(cell) => json!({ "not": condition(input, cell)?.ok_or_else(|| wrong("`-`"))? }),
                None => return Err(wrong("a `not` within a `not`")),
            },
            (1, None, Some(Json::String(text))) => match text.parse::<Expr>() {
                Ok(condition) => condition.to_json(),
                Err(error) => {
                    let found = format!("`{}` ({error})", crate::expr::syntax_error::shortened(text));
                    return Err(Mistake::Type { expected: "a condition as text in `when`".into(), found });
                }
            },
            (1, None, Some(_)) => return Err(wrong("something else in `when`")),
            // Any other tree yields a value.
            _ => json!({ "eq": [input, cell] }),
        },
        _ => json!({ "eq": [input, cell] }),
    }))
}

/// Returns what is negated; a second negation would say nothing, and could nest without end.
fn not(cell: &Json) -> Option<&Json> {
    match cell {
        Json::Object(parts) if parts.contains_key("not") => None,
        cell => Some(cell),
    }
}

fn is_test(key: &str) -> bool {
    matches!(key, "eq" | "ne" | "lt" | "le" | "gt" | "ge")
}

fn range(input: &Json, parts: &Map<String, Json>) -> Result<Json, Mistake> {
    let mut all = Vec::with_capacity(parts.len());
    for (key, bound) in parts {
        if !is_test(key) {
            return Err(wrong(&format!("`{}` in a range", crate::expr::syntax_error::shortened(key))));
        }
        let mut test = Map::new();
        test.insert(key.clone(), json!([input, bound]));
        all.push(Json::Object(test));
    }
    Ok(json!({ "all": all }))
}

fn wrong(found: &str) -> Mistake {
    let expected =
        "a value, a list of them, a range such as {\"ge\":10,\"lt\":20}, {\"not\":…}, {\"when\":\"…\"} or \"-\"";
    Mistake::Type { expected: expected.into(), found: found.to_owned() }
}
