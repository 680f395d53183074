use super::{AccessTable, Action, Denied, Relation, Relations, RoleSet};
use crate::schema::Object;

impl AccessTable {
    /// Checks that somebody may filter, sort, group or count by the fields at `slots`, before any record is read.
    ///
    /// Using a field that is hidden in some of the rows would tell its value by which rows come, and in what order. So a
    /// field may be used only if its class is viewable in *every* relation in which the caller can see anything of a
    /// record. This is strict: a role that shows the status of all deals, added to one that shows everything of one's
    /// own, takes away filtering by the other fields, as it adds rows in which they are hidden.
    ///
    /// # Errors
    /// [`Denied`] for viewing the first such field, or the object when the caller can see none of its records.
    pub fn may_read_fields(&self, roles: RoleSet, object: &Object, slots: &[u16]) -> Result<(), Denied> {
        if roles.is_system() {
            return Ok(());
        }
        let view = self.union(roles, object.number(), Action::View);
        let rows = view.all_relations();
        if rows.is_empty() {
            return Err(self.denied(roles, object, Action::View, None));
        }
        let hidden = |slot: &&u16| {
            let shown = object.at(**slot).map_or(Relations::NONE, |field| view.relations(field.class()));
            !shown.contains(Relation::Any) && !shown.covers(rows)
        };
        match slots.iter().find(hidden) {
            Some(&slot) => Err(self.denied(roles, object, Action::View, Some(slot))),
            None => Ok(()),
        }
    }
}
