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
    let visible = differences.into_iter().filter_map(|(slot, before, after)| {
        let field = now.object().at(slot).filter(|field| classes.contains(field.class()))?;
        Some(FieldChange { field: field.key().clone(), before: before.cloned(), after: after.cloned() })
    });
    Some(visible.collect())
}

/// What a caller may see of a change; made by [`project_change`] alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChangeView {
    object: Name,
    id: Id,
    revision: Revision,
    created: bool,
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
