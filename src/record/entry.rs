//! Entry: what a caller hands in becomes a record, by the entry standard of its object.
//!
//! Only declared fields that may be written are allowed; what no reader sees is dropped from every text ([`prose`]); text
//! is normalised by the field's format and the raw form kept; every value is checked against type, options, range and
//! length; what is required must be there. All problems of a draft come back at once. Whether references exist and unique
//! keys are free is decided where the store is read.

use std::borrow::Cow;
use std::sync::Arc;

use rust_decimal::Decimal;

use super::{FieldProblem, Fields, Origin, ProblemCode, Record};
use crate::expr::{Env, Scope};
use crate::schema::{Field, Format, Object, Schema, slots};
use crate::text::clean::{clean, collapse_spaces, drop_invisible, prose};
use crate::text::{CallingCode, Email, Phone, Uscc};
use crate::value::{Id, List, Tags, Value, ValueType};

/// Who writes: only rules may write read-only fields. This enum is complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writer {
    /// Whoever sent the command.
    Caller,
    /// A rule.
    Rule,
}

/// Returns the new record that `fields` describe.
///
/// # Errors
/// Every problem of every field, in the order in which the fields were given; missing required fields last.
pub fn create(
    schema: &Schema,
    object: &Arc<Object>,
    id: Id,
    fields: &Fields,
    origin: &Origin,
    writer: Writer,
) -> Result<Record, Vec<FieldProblem>> {
    let mut record = blank(object, id, origin);
    let mut problems = Vec::new();
    write(schema, &mut record, fields, writer, &mut problems);
    check_required(schema, &record, None, origin, &mut problems);
    if problems.is_empty() { Ok(record) } else { Err(problems) }
}

/// Returns a new record with nothing but the defaults of its fields.
pub fn blank(object: &Arc<Object>, id: Id, origin: &Origin) -> Record {
    let mut record = Record::new(object, id, origin);
    for field in object.declared_fields() {
        if let Some(default) = field.default_value() {
            record.set(field.slot(), Some(default.clone()));
        }
    }
    record
}

/// Returns the record that `before` becomes when `fields` are set and cleared.
///
/// # Errors
/// Every problem of every field, in the order in which the fields were given. A required field that was missing before
/// and is not touched is no problem of this update.
pub fn update(
    schema: &Schema,
    before: &Record,
    fields: &Fields,
    origin: &Origin,
    writer: Writer,
) -> Result<Record, Vec<FieldProblem>> {
    let mut record = before.touched(origin);
    let mut problems = Vec::new();
    write(schema, &mut record, fields, writer, &mut problems);
    check_required(schema, &record, Some(before), origin, &mut problems);
    if problems.is_empty() { Ok(record) } else { Err(problems) }
}

/// Returns what a record must have and has not, unless that was so `before`.
pub fn missing(schema: &Schema, before: &Record, record: &Record, origin: &Origin) -> Vec<FieldProblem> {
    let mut problems = Vec::new();
    check_required(schema, record, Some(before), origin, &mut problems);
    problems
}

/// Returns `value` as a value of `field`: of its type, normalised, within its bounds.
///
/// # Errors
/// What is wrong with it.
pub fn value_for(schema: &Schema, field: &Field, value: &Value) -> Result<Option<Value>, FieldProblem> {
    let typed = typed(field, field.value_type(), value)?;
    let Some(value) = normalised(schema, field, typed)? else { return Ok(None) };
    check_bounds(schema, field, &value)?;
    Ok(Some(value))
}

fn write(schema: &Schema, record: &mut Record, fields: &Fields, writer: Writer, problems: &mut Vec<FieldProblem>) {
    let object = Arc::clone(record.object());
    for (key, value) in fields.iter() {
        let Some(field) = object.field(key.as_str()) else {
            let hint = object.nearest_key(key.as_str()).map(|near| format!("; did you mean `{near}`?"));
            let message = format!("is no field of `{}`{}", object.name(), hint.unwrap_or_default());
            problems.push(FieldProblem::new(key.as_str(), ProblemCode::UnknownField, message));
            continue;
        };
        if field.slot() < slots::FIRST_DECLARED {
            problems.push(problem(field, ProblemCode::ReadOnly, "is kept by guanxi itself"));
            continue;
        }
        if field.is_read_only() && writer == Writer::Caller {
            problems.push(problem(field, ProblemCode::ReadOnly, "is written by rules only"));
            continue;
        }
        let Some(given) = value else {
            record.set(field.slot(), None);
            continue;
        };
        match value_for(schema, field, given) {
            Ok(made) => {
                let raw = match (given, &made) {
                    (Value::Text(given), Some(Value::Text(kept))) if given != kept => Some(prose(given)),
                    _ => None,
                };
                let raw = raw.filter(|raw| made.as_ref().and_then(Value::as_str) != Some(raw));
                record.set(field.slot(), made);
                if let Some(raw) = raw {
                    record.keep_raw(field.slot(), raw.into());
                }
            }
            Err(problem) => problems.push(problem),
        }
    }
}

fn check_required(
    schema: &Schema,
    record: &Record,
    before: Option<&Record>,
    origin: &Origin,
    problems: &mut Vec<FieldProblem>,
) {
    let env = schema.env(origin.at());
    for field in record.object().demanding_fields() {
        let was_missing = before.is_some_and(|before| before.at(field.slot()).is_none());
        if record.at(field.slot()).is_some() || problems.iter().any(|p| p.field() == field.key().as_str()) {
            continue;
        }
        if field.is_required() && !was_missing {
            problems.push(problem(field, ProblemCode::Required, "is required"));
        } else if let Some(condition) = field.required_if() {
            let was_so = |before| was_missing && condition.test(scope(before, None, &env)).is_true();
            if condition.test(scope(record, before, &env)).is_true() && !before.is_some_and(was_so) {
                problems.push(problem(field, ProblemCode::Required, "is required here"));
            }
        }
    }
}

fn scope<'a>(record: &'a Record, before: Option<&'a Record>, env: &'a Env) -> Scope<'a, Record> {
    let scope = Scope::new(record, env);
    before.map_or(scope, |before| scope.with_old(before))
}

/// Gives a value the field's type: text that spells a date, an id, an option or a decimal becomes one.
fn typed(field: &Field, expected: &ValueType, value: &Value) -> Result<Value, FieldProblem> {
    let wrong = |what: &dyn std::fmt::Display| problem(field, ProblemCode::WrongType, what.to_string());
    match (value, expected) {
        (Value::Enum(key), ValueType::Enum) => option(field, key),
        (Value::Text(text), ValueType::Enum) => option(field, text),
        (Value::Text(text), ValueType::Text) => Ok(Value::Text(Arc::clone(text))),
        (Value::Text(text), ValueType::Tags) => Ok(Value::Tags([text.clone()].into_iter().collect())),
        (Value::Text(text), ValueType::Bool | ValueType::Integer) => {
            Err(wrong(&format_args!("is {expected}, not the text `{}`", start_of(text))))
        }
        (Value::Text(text), ValueType::List(item)) => {
            let only = typed(field, item, &Value::Text(Arc::clone(text)))?;
            List::new([only]).map(Value::List).map_err(|error| wrong(&error))
        }
        (Value::Text(text), _) => {
            let json = serde_json::Value::String(text.to_string());
            Value::from_json(&json, expected).map_err(|error| wrong(&format_args!("is `{}`: {error}", start_of(text))))
        }
        (Value::Integer(number), ValueType::Decimal) => Ok(Value::Decimal(Decimal::from(*number))),
        (Value::List(items), ValueType::Tags) => {
            let tags = items.iter().map(|item| match item {
                Value::Text(tag) => Ok(Arc::clone(tag)),
                _ => Err(wrong(&"expected a list of tags")),
            });
            Ok(Value::Tags(tags.collect::<Result<_, _>>()?))
        }
        (Value::List(items), ValueType::List(item)) => {
            let items = items.iter().map(|one| typed(field, item, one)).collect::<Result<Vec<_>, _>>()?;
            List::new(items).map(Value::List).map_err(|error| wrong(&error))
        }
        (value, expected) if value.value_type() == *expected => Ok(value.clone()),
        (value, expected) => Err(wrong(&format_args!("is {}: expected {expected}", value.value_type()))),
    }
}

fn option(field: &Field, key: &str) -> Result<Value, FieldProblem> {
    match field.options().iter().find(|option| option.as_ref() == key) {
        Some(option) => Ok(Value::Enum(Arc::clone(option))),
        None => {
            let known: Vec<_> = field.options().iter().map(|option| format!("`{option}`")).collect();
            let message = format!("has no option `{}`: expected {}", start_of(key), known.join(", "));
            Err(problem(field, ProblemCode::UnknownOption, message))
        }
    }
}

/// Normalises text by the field's format; a text in which nothing is to be seen is no value.
fn normalised(schema: &Schema, field: &Field, value: Value) -> Result<Option<Value>, FieldProblem> {
    let text = match &value {
        Value::Text(text) => text,
        Value::Tags(tags) => return Ok(tidy_tags(tags).map(Value::Tags)),
        Value::List(items) if items.is_empty() => return Ok(None),
        Value::List(items) if items.iter().any(|item| matches!(item, Value::Text(_))) => {
            let items = items.iter().filter_map(|item| normalised(schema, field, item.clone()).transpose());
            let items = items.collect::<Result<Vec<_>, _>>()?;
            if items.is_empty() {
                return Ok(None);
            }
            return List::new(items).map(Value::List).map(Some).map_err(|error| wrong_format(field, error));
        }
        _ => return Ok(Some(value)),
    };
    if text.len() > schema.limits().text_bytes {
        return Err(too_long(field, text.len(), schema.limits().text_bytes));
    }
    let text = prose(text);
    if text.trim().is_empty() {
        return Ok(None);
    }
    let made = match field.format() {
        None => text,
        // A name is kept as it is written; what it is made of only matters when it is compared.
        Some(Format::CompanyName | Format::PersonName) => clean(&text).into_owned().into(),
        Some(Format::Email) => {
            let email = Email::parse(&text).map_err(|error| wrong_format(field, error))?;
            [email.local(), "@", email.domain()].concat().into()
        }
        Some(Format::Phone) => {
            let home = CallingCode::new(schema.settings().calling_code);
            Phone::parse(&text).map_err(|error| wrong_format(field, error))?.canonical(home).into()
        }
        Some(Format::Uscc) => {
            Uscc::parse(&text).map_err(|error| wrong_format(field, error))?.as_str().to_owned().into()
        }
    };
    if made.is_empty() {
        return Ok(None);
    }
    Ok(Some(if matches!(&value, Value::Text(given) if **given == *made) { value } else { Value::text(&made) }))
}

/// Makes every tag one tidy line; `None` when no tag is left.
fn tidy_tags(tags: &Tags) -> Option<Tags> {
    let is_tidy = |tag: &str| !tag.is_empty() && tidy_tag(tag) == tag;
    if !tags.is_empty() && tags.iter().all(is_tidy) {
        return Some(tags.clone());
    }
    let left: Tags = tags.iter().map(tidy_tag).filter(|tag| !tag.is_empty()).map(Arc::from).collect();
    if left.is_empty() { None } else { Some(left) }
}

fn tidy_tag(tag: &str) -> Cow<'_, str> {
    match drop_invisible(tag) {
        Cow::Borrowed(seen) => collapse_spaces(seen),
        Cow::Owned(seen) => Cow::Owned(collapse_spaces(&seen).into_owned()),
    }
}

fn check_bounds(schema: &Schema, field: &Field, value: &Value) -> Result<(), FieldProblem> {
    let limits = schema.limits();
    let out_of_range = |message: String| Err(problem(field, ProblemCode::OutOfRange, message));
    match value {
        Value::Text(text) if text.len() > limits.text_bytes => {
            return Err(too_long(field, text.len(), limits.text_bytes));
        }
        Value::Text(text) if field.is_indexed() && text.len() > limits.indexed_text_bytes => {
            return Err(too_long(field, text.len(), limits.indexed_text_bytes));
        }
        Value::List(items) => {
            if items.len() > limits.list_items {
                let message = format!("has {} items: expected at most {}", items.len(), limits.list_items);
                return Err(problem(field, ProblemCode::TooLong, message));
            }
            for item in items.iter() {
                check_bounds(schema, field, item)?;
            }
            return Ok(());
        }
        Value::Tags(tags) if tags.len() > limits.tags => {
            let message = format!("has {} tags: expected at most {}", tags.len(), limits.tags);
            return Err(problem(field, ProblemCode::TooLong, message));
        }
        Value::Tags(tags) => {
            if let Some(long) = tags.iter().map(str::len).find(|length| *length > limits.indexed_text_bytes) {
                return Err(too_long(field, long, limits.indexed_text_bytes));
            }
        }
        _ => {}
    }
    // A bound in one currency says nothing about an amount in another.
    let compares = |bound: &&Value| match (value, bound) {
        (Value::Money(value), Value::Money(bound)) => value.currency() == bound.currency(),
        _ => true,
    };
    match (field.min().filter(compares), field.max().filter(compares)) {
        (Some(min), _) if value < min => out_of_range(format!("is `{value}`: expected at least `{min}`")),
        (_, Some(max)) if value > max => out_of_range(format!("is `{value}`: expected at most `{max}`")),
        _ => Ok(()),
    }
}

fn problem(field: &Field, code: ProblemCode, message: impl Into<String>) -> FieldProblem {
    FieldProblem::new(field.key().as_str(), code, message)
}

fn wrong_format(field: &Field, error: impl std::fmt::Display) -> FieldProblem {
    problem(field, ProblemCode::Format, error.to_string())
}

fn too_long(field: &Field, length: usize, most: usize) -> FieldProblem {
    problem(field, ProblemCode::TooLong, format!("has {length} bytes: expected at most {most}"))
}

/// An absurdly long text must not come back in full.
fn start_of(text: &str) -> String {
    text.chars().take(40).collect()
}
