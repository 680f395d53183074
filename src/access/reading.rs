use super::{AccessTable, Action, Denied, Relations, RoleSet};
use crate::schema::Object;

impl AccessTable {
    /// Checks that somebody may filter, sort, group or count by the fields at `slots`, before any record is read.
    ///
    /// A field may be used if he may view its class in *some* relation to a record. Where he may not view it the row must
    /// be left out, whatever stands in the field: otherwise its value would be told by which rows come, and in what order.
    /// So one more role only ever adds rows.
    ///
    /// # Errors
    /// [`Denied`] for viewing the first field that he sees nowhere, or the object when he can see none of its records.
    pub fn may_read_fields(&self, roles: RoleSet, object: &Object, slots: &[u16]) -> Result<(), Denied> {
        if roles.is_system() {
            return Ok(());
        }
        let view = self.union(roles, object.number(), Action::View).classes(Relations::ALL);
        if view.is_empty() {
            return Err(self.denied(roles, object, Action::View, None));
        }
        let hidden = |slot: &&u16| object.at(**slot).is_none_or(|field| !view.contains(field.class()));
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
    fn a_field_that_is_hidden_everywhere_sorts_and_filters_nothing() {
        let company = Company::new(ROLES, "[]");
        let check = |names: &[&str], field: &str| {
            let wrong = company.table.may_read_fields(company.roles(names), company.deal(), &[company.slot(field)]);
            wrong.map_err(|wrong| wrong.to_string())
        };
        assert_eq!(check(&["sales"], "name"), Ok(()));
        assert_eq!(check(&["sales"], "margin"), Err("not allowed to view `deal`".to_owned()));
        assert_eq!(check(&["sales", "partner"], "stage"), Ok(()));
        assert_eq!(check(&["sales", "partner"], "name"), Ok(()));
        assert_eq!(check(&["clerk"], "stage"), Ok(()));
        assert_eq!(check(&["clerk"], "name"), Err("not allowed to view `deal`".to_owned()));
        assert_eq!(check(&["clerk", "sales"], "name"), Ok(()), "a role takes nothing away");
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
