//! How typed drafts and views read and write one field of a draft.
//!
//! A draft may come from JSON, where dates, decimals, ids and options are text; every reader takes that form too.

use std::str::FromStr;

use rust_decimal::Decimal;

use crate::record::{Draft, Fields};
use crate::value::{Date, Id, Instant, List, Money, Tags, Value};

pub(super) fn text<'a>(draft: &'a Draft, key: &str) -> Option<&'a str> {
    draft.fields().get(key)?.as_str()
}

pub(super) fn option<'a>(draft: &'a Draft, key: &str) -> Option<&'a str> {
    draft.fields().get(key)?.as_str()
}

pub(super) fn flag(draft: &Draft, key: &str) -> Option<bool> {
    draft.fields().get(key)?.as_bool()
}

pub(super) fn integer(draft: &Draft, key: &str) -> Option<i64> {
    draft.fields().get(key)?.as_integer()
}

pub(super) fn decimal(draft: &Draft, key: &str) -> Option<Decimal> {
    match draft.fields().get(key)? {
        Value::Decimal(number) => Some(*number),
        Value::Integer(number) => Some(Decimal::from(*number)),
        other => Decimal::from_str_exact(other.as_str()?).ok(),
    }
}

pub(super) fn money(draft: &Draft, key: &str) -> Option<Money> {
    match draft.fields().get(key)? {
        Value::Money(money) => Some(*money),
        other => spelled(other),
    }
}

pub(super) fn date(draft: &Draft, key: &str) -> Option<Date> {
    match draft.fields().get(key)? {
        Value::Date(date) => Some(*date),
        other => spelled(other),
    }
}

pub(super) fn instant(draft: &Draft, key: &str) -> Option<Instant> {
    match draft.fields().get(key)? {
        Value::Instant(at) => Some(*at),
        other => spelled(other),
    }
}

pub(super) fn record(draft: &Draft, key: &str) -> Option<Id> {
    match draft.fields().get(key)? {
        Value::Reference(id) => Some(id.clone()),
        other => spelled(other),
    }
}

pub(super) fn host_id<'a>(draft: &'a Draft, key: &str) -> Option<&'a str> {
    host_id_text(draft.fields().get(key)?)
}

pub(super) fn host_ids<'a>(draft: &'a Draft, key: &str) -> Vec<&'a str> {
    match draft.fields().get(key) {
        Some(Value::List(items)) => items.iter().filter_map(host_id_text).collect(),
        Some(only) => host_id_text(only).into_iter().collect(),
        None => Vec::new(),
    }
}

pub(super) fn tags<'a>(draft: &'a Draft, key: &str) -> Vec<&'a str> {
    match draft.fields().get(key) {
        Some(Value::Tags(tags)) => tags.iter().collect(),
        Some(Value::List(items)) => items.iter().filter_map(Value::as_str).collect(),
        Some(only) => only.as_str().into_iter().collect(),
        None => Vec::new(),
    }
}

/// Adds a tag to those that a field has.
pub(super) fn with_tag(draft: Draft, key: &str, tag: &str) -> Draft {
    let all: Tags = tags(&draft, key).into_iter().chain([tag]).collect();
    draft.set(key, all)
}

/// Adds an id to those that a field has, unless it is among them.
pub(super) fn with_host_id(draft: Draft, key: &str, id: &str) -> Draft {
    let mut all = host_ids(&draft, key);
    if !all.contains(&id) {
        all.push(id);
    }
    match List::new(all.into_iter().map(Value::text)) {
        Ok(list) => draft.set(key, Value::List(list)),
        // Texts are no lists, so this is never reached.
        Err(_) => draft,
    }
}

/// Gives a draft the host's id; a text that cannot be an id is left out.
pub(super) fn with_text_id(draft: Draft, id: &str) -> Draft {
    match Id::new(id) {
        Ok(id) => draft.with_id(id),
        Err(_) => draft,
    }
}

/// Spells ids that are UUIDs as text in the fields `keys`, so that a view can lend every user's and team's id as text.
pub(super) fn with_spelled_ids(draft: Draft, keys: &[&str]) -> Draft {
    let is_uuid = |value: &Value| value.as_id().is_some_and(|id| id.as_text().is_none());
    let needs_spelling = |key: &&str| match draft.fields().get(key) {
        Some(Value::List(items)) => items.iter().any(is_uuid),
        Some(value) => is_uuid(value),
        None => false,
    };
    if !keys.iter().any(needs_spelling) {
        return draft;
    }
    let spell = |value: &Value| match value {
        Value::Reference(id) => Value::text(&id.to_string()),
        other => other.clone(),
    };
    let fields: Fields = draft
        .fields()
        .iter()
        .map(|(key, value)| {
            let value = value.map(|value| match value {
                _ if !keys.contains(&key.as_str()) => value.clone(),
                Value::List(items) => List::new(items.iter().map(spell)).map_or_else(|_| value.clone(), Value::List),
                one => spell(one),
            });
            (key.clone(), value)
        })
        .collect();
    draft.with_fields(fields)
}

fn host_id_text(value: &Value) -> Option<&str> {
    value.as_id().map_or_else(|| value.as_str(), Id::as_text)
}

fn spelled<T: FromStr>(value: &Value) -> Option<T> {
    value.as_str()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Name;

    #[test]
    fn people_are_lent_as_text_also_where_their_ids_are_uuids() {
        let uuid = "0195d9c0-5c00-7abc-8def-0123456789ab";
        let id: Id = uuid.parse().unwrap();
        let both = List::new([Value::Reference(id.clone()), Value::Reference("li.na".parse().unwrap())]).unwrap();
        let draft = Draft::new(Name::known("lead"))
            .set("owner", id.clone())
            .set("account", id.clone())
            .set("collaborators", Value::List(both));
        assert_eq!(host_id(&draft, "owner"), None);
        let draft = with_spelled_ids(draft, &["owner", "collaborators"]);
        assert_eq!(host_id(&draft, "owner"), Some(uuid));
        assert_eq!(host_ids(&draft, "collaborators"), [uuid, "li.na"]);
        assert_eq!(draft.fields().get("account"), Some(&Value::Reference(id)), "not a person: left as it was");
    }

    #[test]
    fn what_is_added_twice_is_there_once() {
        let draft = with_host_id(Draft::new(Name::known("deal")), "collaborators", "wang.fang");
        let draft = with_host_id(with_host_id(draft, "collaborators", "li.na"), "collaborators", "wang.fang");
        assert_eq!(host_ids(&draft, "collaborators"), ["wang.fang", "li.na"]);
        let draft = with_tag(with_tag(draft, "products", "pump"), "products", "pump");
        assert_eq!(tags(&draft, "products"), ["pump"]);
    }
}
