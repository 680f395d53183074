use super::Rejected;
use crate::record::{FieldProblem, Fields, ProblemCode};
use crate::schema::Object;

/// The most unknown fields of a command that are told one by one.
const MOST: usize = 20;

/// Refuses fields, `known` of which are the object's, where more are not than are told one by one: the first ones with what
/// may be meant, the others by their number. Fewer are told at entry, together with all that is wrong with the others.
pub(super) fn check_known(object: &Object, fields: &Fields, known: usize) -> Result<(), Rejected> {
    let more = fields.len().saturating_sub(known).saturating_sub(MOST);
    if more == 0 {
        return Ok(());
    }
    let unknown = fields.iter().map(|(key, _)| key.as_str()).filter(|key| object.field(key).is_none());
    let mut problems: Vec<_> = unknown.take(MOST).map(|key| unknown_field(object, key)).collect();
    let message = format!("has {more} more that are no fields of `{}`", object.name());
    problems.push(FieldProblem::new("fields", ProblemCode::UnknownField, message));
    Err(problems.into())
}

/// Returns what is wrong with a key that is no field's.
pub(super) fn unknown_field(object: &Object, key: &str) -> FieldProblem {
    let hint = object.nearest_key(key).map(|near| format!("; did you mean `{near}`?"));
    let message = format!("is no field of `{}`{}", object.name(), hint.unwrap_or_default());
    FieldProblem::new(key, ProblemCode::UnknownField, message)
}
