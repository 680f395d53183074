use serde::Serialize;

use super::view::visible_classes;
use super::{AccessTable, RoleSet, Standing};
use crate::record::{Change, Record};
use crate::value::{Id, Name, Revision, Value};

/// Returns what somebody may see of a change, or `None` when he may see nothing of it.
///
/// What he may see depends on how he stands to the record as it is *now*: somebody who was the owner once does not
/// read on in its history. A change of nothing but hidden fields is no change to him.
pub fn project_change(
    table: &AccessTable,
    roles: RoleSet,
    standing: &Standing,
    now: &Record,
    change: &Change,
) -> Option<ChangeView> {
    let changes = project_differences(table, roles, standing, now, change.differences())?;
    if changes.is_empty() && !change.is_creation() {
        return None;
    }
    let after = change.after();
    Some(ChangeView {
        object: after.object().name().clone(),
        id: after.id().clone(),
        revision: after.revision(),
        created: change.is_creation(),
        changes,
    })
}

/// Returns the differences (slot, before, after) that somebody may see of a record's fields, or `None` when he may see
/// nothing of the record as it is now.
///
/// Use it where a change is kept as differences, as in an audit trail.
pub fn project_differences<'a>(
    table: &AccessTable,
    roles: RoleSet,
    standing: &Standing,
    now: &Record,
    differences: impl IntoIterator<Item = (u16, Option<&'a Value>, Option<&'a Value>)>,
) -> Option<Vec<FieldChange>> {
    let classes = visible_classes(table, roles, standing, now);
    if classes.is_empty() {
        return None;
    }
    let differences = differences.into_iter();
    let mut visible = Vec::with_capacity(differences.size_hint().0);
    visible.extend(differences.filter_map(|(slot, before, after)| {
        let field = now.object().at(slot).filter(|field| classes.contains(field.class()))?;
        Some(FieldChange { field: field.key().clone(), before: before.cloned(), after: after.cloned() })
    }));
    Some(visible)
}

/// What a caller may see of a change; made by [`project_change`] alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChangeView {
    object: Name,
    id: Id,
    revision: Revision,
    created: bool,
    #[serde(rename = "fields")]
    changes: Vec<FieldChange>,
}

/// One field before and after, as far as a caller may see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldChange {
    field: Name,
    before: Option<Value>,
    after: Option<Value>,
}

impl ChangeView {
    /// Returns the key of the object.
    pub fn object(&self) -> &Name {
        &self.object
    }

    /// Returns the id of the record.
    pub fn id(&self) -> &Id {
        &self.id
    }

    /// Returns the revision that the change made.
    pub fn revision(&self) -> Revision {
        self.revision
    }

    /// Returns whether the change created the record.
    pub fn is_creation(&self) -> bool {
        self.created
    }

    /// Returns the changed fields, in the order of the definition.
    pub fn changes(&self) -> &[FieldChange] {
        &self.changes
    }
}

impl FieldChange {
    /// Returns the key of the field.
    pub fn field(&self) -> &Name {
        &self.field
    }

    /// Returns the value before the change.
    pub fn before(&self) -> Option<&Value> {
        self.before.as_ref()
    }

    /// Returns the value after the change.
    pub fn after(&self) -> Option<&Value> {
        self.after.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::fixture::{Company, origin, standing};
    use crate::record::{Fields, entry};

    const ROLES: &str = r#"[{"key": "sales", "grants": [
        {"object": "deal", "actions": ["view"], "relations": ["owner"], "fields": ["*"]}
    ]}]"#;

    fn changed(company: &Company, record: &Record, changes: &[(&str, &str)]) -> Record {
        let set = |(key, value): &(&str, &str)| (key.parse().unwrap(), Some(Value::text(value)));
        let fields: Fields = changes.iter().map(set).collect();
        entry::update(&company.schema, record, &fields, &origin(), entry::Writer::Caller).unwrap()
    }

    #[test]
    fn hidden_fields_are_neither_shown_nor_counted() {
        let company = Company::new(ROLES, "[]");
        let before = company.deal_of("wang.wei", false);
        let seen = |after: &Record| {
            let change = Change::updated(before.clone().into(), after.clone().into());
            let view = project_change(&company.table, company.roles(&["sales"]), &standing("wang.wei"), after, &change);
            view.map(|view| serde_json::to_string(view.changes()).unwrap())
        };
        let both = changed(&company, &before, &[("name", "云舟 2027"), ("margin", "12 %")]);
        assert_eq!(seen(&both).unwrap(), r#"[{"field":"name","before":"云舟 2026","after":"云舟 2027"}]"#);
        assert_eq!(seen(&changed(&company, &before, &[("margin", "12 %")])), None);
    }

    #[test]
    fn who_was_the_owner_once_does_not_read_on() {
        let company = Company::new(ROLES, "[]");
        let before = company.deal_of("wang.wei", false);
        let after = changed(&company, &before, &[("owner", "li.na")]);
        let change = Change::updated(before.into(), after.clone().into());
        let seen_by =
            |user| project_change(&company.table, company.roles(&["sales"]), &standing(user), &after, &change);
        assert_eq!(seen_by("wang.wei"), None);
        assert_eq!(
            seen_by("li.na").unwrap().changes()[0].before(),
            Some(&Value::Reference("wang.wei".parse().unwrap()))
        );
    }

    #[test]
    fn a_creation_is_a_change_from_nothing() {
        let company = Company::new(ROLES, "[]");
        let deal = company.deal_of("wang.wei", false);
        let change = Change::created(deal.clone().into());
        let roles = company.roles(&["sales"]);
        let view = project_change(&company.table, roles, &standing("wang.wei"), &deal, &change).unwrap();
        assert!(view.is_creation());
        assert!(view.changes().iter().all(|change| change.before().is_none() && *change.field() != "margin"));
    }
}
