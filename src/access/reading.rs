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

#[cfg(test)]
mod tests {
    use crate::access::RoleSet;
    use crate::access::fixture::Company;

    const ROLES: &str = r#"[
        {"key": "sales", "grants": [
            {"object": "deal", "actions": ["view"], "relations": ["owner", "same_team"], "fields": ["*"]}
        ]},
        {"key": "partner", "grants": [
            {"object": "deal", "actions": ["view"], "relations": ["shared_with"], "fields": ["status"]}
        ]},
        {"key": "clerk", "grants": [
            {"object": "deal", "actions": ["view"], "relations": ["any"], "fields": ["status"]}
        ]}
    ]"#;

    #[test]
    fn a_field_that_is_hidden_in_some_rows_sorts_and_filters_none() {
        let company = Company::new(ROLES, "[]");
        let check = |names: &[&str], field: &str| {
            let wrong = company.table.may_read_fields(company.roles(names), company.deal(), &[company.slot(field)]);
            wrong.map_err(|wrong| wrong.to_string())
        };
        assert_eq!(check(&["sales"], "name"), Ok(()));
        assert_eq!(check(&["sales"], "margin"), Err("not allowed to view `deal`".to_owned()));
        assert_eq!(check(&["sales", "partner"], "stage"), Ok(()));
        assert_eq!(check(&["sales", "partner"], "name"), Err("not allowed to view `name` of `deal`".to_owned()));
        assert_eq!(check(&["clerk"], "stage"), Ok(()));
        assert_eq!(check(&["clerk"], "name"), Err("not allowed to view `deal`".to_owned()));
        assert_eq!(check(&["clerk", "sales"], "name"), Err("not allowed to view `name` of `deal`".to_owned()));
        assert_eq!(check(&[], "stage"), Err("not allowed to view `deal`".to_owned()));
    }

    #[test]
    fn without_fields_some_record_must_be_visible() {
        let company = Company::new(ROLES, "[]");
        assert!(company.table.may_read_fields(company.roles(&["clerk"]), company.deal(), &[]).is_ok());
        assert!(company.table.may_read_fields(RoleSet::NONE, company.deal(), &[]).is_err());
        assert!(company.table.may_read_fields(RoleSet::SYSTEM, company.deal(), &[company.slot("margin")]).is_ok());
        assert!(company.table.may_read_fields(company.roles(&["clerk"]), company.deal(), &[u16::MAX]).is_err());
    }
}
