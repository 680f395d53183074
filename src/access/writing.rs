use super::{AccessTable, Action, ClassSet, Denied, Relations, RoleSet};
use crate::schema::Object;

impl AccessTable {
    /// Checks that somebody may do `action` with a record as a whole: delete, merge, export, convert, erase, comment on
    /// or find it.
    ///
    /// A grant for any field class is enough, since such an action does not choose among fields.
    ///
    /// # Errors
    /// [`Denied`], which names no field.
    pub fn may_act(
        &self,
        roles: RoleSet,
        object: &Object,
        action: Action,
        relations: Relations,
        sealed: bool,
    ) -> Result<(), Denied> {
        if !self.classes(roles, object.number(), action, relations, sealed).is_empty() {
            return Ok(());
        }
        Err(self.denied_on(roles, object, action, None, relations, sealed))
    }

    /// Checks that somebody may create a record with values at `slots`: the class of every given field must be
    /// creatable, owner, team and shares included.
    ///
    /// # Errors
    /// [`Denied`] for the first field that is not, or for the object when he may create none.
    pub fn may_create(
        &self,
        roles: RoleSet,
        object: &Object,
        relations: Relations,
        slots: &[u16],
    ) -> Result<(), Denied> {
        self.may_act(roles, object, Action::Create, relations, false)?;
        let classes = self.classes(roles, object.number(), Action::Create, relations, false);
        match slots.iter().find(|&&slot| !allows(classes, object, slot)) {
            Some(&slot) => Err(self.denied(roles, object, Action::Create, Some(slot))),
            None => Ok(()),
        }
    }

    /// Checks that somebody who stands in `relations` to a record may change the fields at `slots`.
    ///
    /// Owner, team and shares need [`Action::Assign`] of their class, the stage [`Action::Transition`] or
    /// [`Action::Edit`] of its class, every other field [`Action::Edit`] of its class. Changing the `sealed` field of a
    /// sealed record also needs an exception from every seal on the object: nobody breaks a seal that binds him.
    ///
    /// # Errors
    /// [`Denied`] for the first field that he may not change.
    pub fn may_edit(
        &self,
        roles: RoleSet,
        object: &Object,
        relations: Relations,
        sealed: bool,
        slots: &[u16],
    ) -> Result<(), Denied> {
        let allowed = |action| self.classes(roles, object.number(), action, relations, sealed);
        let (edit, assign) = (allowed(Action::Edit), allowed(Action::Assign));
        let ownership = object.ownership();
        for &slot in slots {
            let at = Some(slot);
            let (action, classes) = if at == ownership.owner || at == ownership.team || at == ownership.shared_with {
                (Action::Assign, assign)
            } else if at == object.stage() {
                (Action::Transition, edit | allowed(Action::Transition))
            } else if at == ownership.sealed && sealed && self.is_bound(roles, object.number()) {
                (Action::Edit, ClassSet::NONE)
            } else {
                (Action::Edit, edit)
            };
            if !allows(classes, object, slot) {
                return Err(self.denied_on(roles, object, action, at, relations, sealed));
            }
        }
        Ok(())
    }

    /// Returns whether some seal on the object binds `roles`.
    fn is_bound(&self, roles: RoleSet, object: u16) -> bool {
        let bind = |seal: &super::grant::Seal| seal.scope.covers_object(object) && !seal.except.shares_with(roles);
        !roles.is_system() && self.seals.iter().any(bind)
    }

    fn denied_on(
        &self,
        roles: RoleSet,
        object: &Object,
        action: Action,
        slot: Option<u16>,
        relations: Relations,
        sealed: bool,
    ) -> Denied {
        let view = self.classes(roles, object.number(), Action::View, relations, sealed);
        let may_know = object.ownership().sealed.is_some_and(|slot| allows(view, object, slot));
        let by_seal = || {
            let open = self.classes(roles, object.number(), action, relations, false);
            slot.map_or(!open.is_empty(), |slot| allows(open, object, slot))
        };
        Denied { sealed: sealed && may_know && by_seal(), ..self.denied(roles, object, action, slot) }
    }

    /// Returns the denial of `action`, which names the field only if one of its class is viewable in some relation.
    pub(super) fn denied(&self, roles: RoleSet, object: &Object, action: Action, slot: Option<u16>) -> Denied {
        let view = self.classes(roles, object.number(), Action::View, Relations::ALL, false);
        let known = slot.filter(|&slot| allows(view, object, slot)).and_then(|slot| object.at(slot));
        let field = known.map(|field| field.key().clone());
        Denied { action, object: object.name().clone(), id: None, field, sealed: false }
    }
}

fn allows(classes: ClassSet, object: &Object, slot: u16) -> bool {
    object.at(slot).is_some_and(|field| classes.contains(field.class()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Relation;
    use crate::access::fixture::Company;

    const ROLES: &str = r#"[
        {"key": "sales", "grants": [
            {"object": "deal", "actions": ["create", "view"], "relations": ["any"], "fields": ["*"]},
            {"object": "deal", "actions": ["edit", "delete"], "relations": ["owner"], "fields": ["*"]}
        ]},
        {"key": "desk", "grants": [
            {"object": "deal", "actions": ["assign", "transition"], "relations": ["any"], "fields": ["status"]}
        ]},
        {"key": "blind", "grants": [
            {"object": "deal", "actions": ["edit"], "relations": ["any"], "fields": ["sales"]}
        ]},
        {"key": "admin", "grants": [
            {"object": "deal", "actions": ["edit", "delete"], "relations": ["any"], "fields": ["*", "sensitive"]}
        ]}
    ]"#;
    const SEALS: &str = r#"[{"object": "deal", "actions": ["delete"], "except": ["admin"]}]"#;

    fn edit(names: &[&str], relation: Relation, sealed: bool, field: &str) -> Result<(), String> {
        let company = Company::new(ROLES, SEALS);
        let slots = [company.slot(field)];
        let checked = company.table.may_edit(company.roles(names), company.deal(), relation.into(), sealed, &slots);
        checked.map_err(|denied| denied.to_string())
    }

    fn not(what: &str) -> Result<(), String> {
        Err(format!("not allowed to {what}"))
    }

    #[test]
    fn editing_is_not_assigning() {
        for field in ["owner", "team", "shared_with"] {
            assert_eq!(edit(&["sales"], Relation::Owner, false, field), not(&format!("assign `{field}` of `deal`")));
            assert_eq!(edit(&["desk"], Relation::Any, false, field), Ok(()));
        }
        assert_eq!(edit(&["desk"], Relation::Any, false, "name"), not("edit `deal`"));
    }

    #[test]
    fn a_stage_moves_by_transition_or_by_edit() {
        assert_eq!(edit(&["desk"], Relation::Any, false, "stage"), Ok(()));
        assert_eq!(edit(&["sales"], Relation::Owner, false, "stage"), Ok(()));
        assert_eq!(edit(&["sales"], Relation::Any, false, "stage"), not("transition `stage` of `deal`"));
    }

    #[test]
    fn fields_are_edited_by_class_and_named_only_to_who_could_view_them() {
        assert_eq!(edit(&["sales"], Relation::Owner, false, "name"), Ok(()));
        assert_eq!(edit(&["sales"], Relation::SameTeam, false, "name"), not("edit `name` of `deal`"));
        assert_eq!(edit(&["sales"], Relation::Owner, false, "margin"), not("edit `deal`"));
        assert_eq!(edit(&["blind"], Relation::Any, false, "stage"), not("transition `deal`"));
        assert_eq!(edit(&[], Relation::Owner, false, "name"), not("edit `deal`"));
    }

    #[test]
    fn nobody_breaks_a_seal_that_binds_him() {
        assert_eq!(edit(&["sales"], Relation::Owner, false, "sealed"), Ok(()));
        assert_eq!(edit(&["sales"], Relation::Owner, true, "name"), Ok(()));
        assert_eq!(
            edit(&["sales"], Relation::Owner, true, "sealed"),
            not("edit `sealed` of `deal`: the record is sealed")
        );
        assert_eq!(edit(&["admin"], Relation::Any, true, "sealed"), Ok(()));
    }

    #[test]
    fn creating_asks_for_the_class_of_every_given_field() {
        let company = Company::new(ROLES, SEALS);
        let create = |names: &[&str], fields: &[&str]| {
            let slots: Vec<_> = fields.iter().map(|field| company.slot(field)).collect();
            let checked = company.table.may_create(company.roles(names), company.deal(), Relations::NONE, &slots);
            checked.map_err(|denied| denied.to_string())
        };
        assert_eq!(create(&["sales"], &["name", "owner", "stage"]), Ok(()));
        assert_eq!(create(&["sales"], &["name", "margin"]), not("create `deal`"));
        assert_eq!(create(&["admin"], &[]), not("create `deal`"));
    }

    #[test]
    fn a_denial_speaks_of_the_seal_only_where_it_is_the_reason_and_may_be_known() {
        let company = Company::new(ROLES, SEALS);
        let delete = |names: &[&str], relation: Relation| {
            let roles = company.roles(names);
            let checked = company.table.may_act(roles, company.deal(), Action::Delete, relation.into(), true);
            checked.map_err(|denied| denied.to_string())
        };
        assert_eq!(delete(&["sales"], Relation::Owner), not("delete `deal`: the record is sealed"));
        assert_eq!(delete(&["sales"], Relation::Any), not("delete `deal`"));
        assert_eq!(delete(&["admin"], Relation::Any), Ok(()));
        let system = company.table.may_act(RoleSet::SYSTEM, company.deal(), Action::Erase, Relations::NONE, true);
        assert_eq!(system, Ok(()));
    }
}
