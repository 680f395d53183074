//! The static checks: all questions are decided by looking at every cell of the table.

use super::table::{Role, has_field_for};
use super::{AccessTable, Action, ClassSet, Finding, Relation, Relations, RoleSet};
use crate::schema::Object;
use crate::value::Name;

impl AccessTable {
    /// Returns what is odd about the policy, role by role, then what two roles give together, then the seals.
    ///
    /// As grants only add, two roles together reach no cell that none of them reaches; but one may assign a record to
    /// himself and the other then grants something to its owner. That is looked for in every pair.
    pub fn findings(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (number, role) in self.roles.iter().enumerate() {
            self.check_reach(role, &mut findings);
            for object in &self.objects {
                self.check_role(RoleSet::NONE.with(number), role, object, &mut findings);
            }
        }
        self.check_pairs(&mut findings);
        for seal in 0..self.seals.len() {
            findings.extend(self.check_seal(seal));
        }
        findings
    }

    fn check_reach(&self, role: &Role, findings: &mut Vec<Finding>) {
        for (number, grant) in role.grants.iter().enumerate() {
            let reachable = |relation| {
                let mut objects = self.objects.iter().filter(|object| grant.scope.covers_object(object.number()));
                objects.any(|object| has_field_for(object, relation))
            };
            let lost = grant.relations.iter().filter(|&relation| !reachable(relation));
            findings.extend(lost.map(|relation| Finding::Unreachable {
                role: role.key.clone(),
                grant: number,
                relation,
            }));
        }
    }

    fn check_role(&self, one: RoleSet, role: &Role, object: &Object, findings: &mut Vec<Finding>) {
        let named = || (role.key.clone(), object.name().clone());
        let may = |action, relation: Relation| self.classes(one, object.number(), action, relation.into(), false);

        let unseen = |relation| may(Action::Edit, relation) - may(Action::View, relation);
        for relation in Relation::ALL {
            let of_everybody = if relation == Relation::Any { ClassSet::NONE } else { unseen(Relation::Any) };
            let classes = self.class_names(unseen(relation) - of_everybody);
            if !classes.is_empty() {
                let (role, object) = named();
                findings.push(Finding::EditWithoutView { role, object, relation, classes });
            }
        }
        let creates = Relation::ALL.into_iter().any(|relation| !may(Action::Create, relation).is_empty());
        if creates && may(Action::View, Relation::Owner).is_empty() {
            let (role, object) = named();
            findings.push(Finding::CreateWithoutView { role, object });
        }
        if role.is_admin {
            return;
        }
        let reached = |action: Action| self.classes(one, object.number(), action, Relations::ALL, false);
        for action in Action::ALL {
            if action.is_grave() && !reached(action).is_empty() {
                let (role, object) = named();
                findings.push(Finding::GraveAction { role, object, action });
            }
        }
        let sensitive = |action: &Action| self.sensitive().is_some_and(|class| reached(*action).contains(class));
        let actions: Vec<_> = Action::ALL.into_iter().filter(sensitive).collect();
        if !actions.is_empty() {
            let (role, object) = named();
            findings.push(Finding::Sensitive { role, object, actions });
        }
    }

    fn check_pairs(&self, findings: &mut Vec<Finding>) {
        let ordinary: Vec<_> = self.roles.iter().enumerate().filter(|(_, role)| !role.is_admin).collect();
        for object in &self.objects {
            for action in Action::ALL.into_iter().filter(|action| action.is_grave()) {
                let mut escalating = RoleSet::NONE;
                for &(number, role) in &ordinary {
                    if self.escalates(RoleSet::NONE.with(number), object.number(), action) {
                        escalating = escalating.with(number);
                        let (roles, object) = (vec![role.key.clone()], object.name().clone());
                        findings.push(Finding::Escalation { roles, object, action });
                    }
                }
                for (position, &(first, one)) in ordinary.iter().enumerate() {
                    for &(second, other) in ordinary.iter().skip(position + 1) {
                        let pair = RoleSet::NONE.with(first).with(second);
                        if !pair.shares_with(escalating) && self.escalates(pair, object.number(), action) {
                            let roles = vec![one.key.clone(), other.key.clone()];
                            findings.push(Finding::Escalation { roles, object: object.name().clone(), action });
                        }
                    }
                }
            }
        }
    }

    /// Returns whether somebody who may assign a record in some relation gains `action` by making himself its owner.
    fn escalates(&self, roles: RoleSet, object: u16, action: Action) -> bool {
        let assignable = self.union(roles, object, Action::Assign).all_relations();
        let may = |relations| !self.classes(roles, object, action, relations, false).is_empty();
        assignable.iter().any(|relation| {
            let before = Relations::from(relation);
            !may(before) && may(before.with(Relation::Owner).with(Relation::SharedWith).with(Relation::SameTeam))
        })
    }

    fn check_seal(&self, number: usize) -> Option<Finding> {
        let seal = self.seals.get(number)?;
        let objects = || self.objects.iter().filter(|object| seal.scope.covers_object(object.number()));
        if objects().all(|object| object.ownership().sealed.is_none()) {
            return Some(Finding::SealWithoutField { seal: number });
        }
        let bound =
            (0..self.roles.len()).map(|role| RoleSet::NONE.with(role)).filter(|one| !one.shares_with(seal.except));
        let bound = bound.fold(RoleSet::NONE, RoleSet::union);
        let forbids = |object: u16| {
            let granted = |action| !self.union(bound, object, action).all_relations().is_empty();
            seal.scope.actions().any(granted)
        };
        let has_effect = objects().any(|object| forbids(object.number()));
        (!has_effect).then_some(Finding::SealWithoutEffect { seal: number })
    }

    fn class_names(&self, classes: ClassSet) -> Vec<Name> {
        self.classes.iter().filter(|(class, _)| classes.contains(*class)).map(|(_, name)| name.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::access::fixture::Company;

    fn findings(roles: &str, seals: &str) -> Vec<String> {
        Company::new(roles, seals).table.findings().iter().map(ToString::to_string).collect()
    }

    fn one_role(grants: &str) -> String {
        format!(r#"[{{"key": "sales", "grants": [{grants}]}}]"#)
    }

    fn grant(actions: &str, relations: &str, fields: &str) -> String {
        format!(r#"{{"object": "deal", "actions": {actions}, "relations": {relations}, "fields": {fields}}}"#)
    }

    #[test]
    fn a_sound_policy_has_none() {
        let sound = one_role(&grant(r#"["view", "edit", "create"]"#, r#"["owner"]"#, r#"["*"]"#));
        assert_eq!(findings(&sound, "[]"), Vec::<String>::new());
    }

    #[test]
    fn editing_and_creating_what_cannot_be_viewed() {
        let grants = [
            grant(r#"["view"]"#, r#"["owner"]"#, r#"["status"]"#),
            grant(r#"["edit"]"#, r#"["owner", "same_team"]"#, r#"["status", "sales"]"#),
        ];
        assert_eq!(
            findings(&one_role(&grants.join(",")), "[]"),
            [
                "role `sales` may edit `sales` of `deal` as `owner` but cannot view it",
                "role `sales` may edit `status`, `sales` of `deal` as `same_team` but cannot view it",
            ]
        );
        let creates = one_role(&grant(r#"["create"]"#, r#"["any"]"#, r#"["*"]"#));
        assert_eq!(findings(&creates, "[]"), ["role `sales` may create `deal` but cannot view its own"]);
    }

    #[test]
    fn power_is_found_unless_it_is_declared() {
        let grants = grant(r#"["view", "merge", "erase"]"#, r#"["any"]"#, r#"["*", "sensitive"]"#);
        assert_eq!(
            findings(&one_role(&grants), "[]"),
            [
                "role `sales` may merge `deal` and is no admin",
                "role `sales` may erase `deal` and is no admin",
                "role `sales` may view, merge, erase sensitive fields of `deal` and is no admin",
            ]
        );
        assert!(findings(&format!(r#"[{{"key": "boss", "admin": true, "grants": [{grants}]}}]"#), "[]").is_empty());
    }

    #[test]
    fn assigning_to_oneself_reaches_what_the_owner_may() {
        let view = grant(r#"["view"]"#, r#"["any"]"#, r#"["*"]"#);
        let assign = grant(r#"["assign"]"#, r#"["same_team"]"#, r#"["status"]"#);
        let delete = grant(r#"["delete"]"#, r#"["owner"]"#, r#"["status"]"#);
        let alone = findings(&one_role(&[&view, &assign, &delete].map(String::as_str).join(",")), "[]");
        assert_eq!(
            alone[1..],
            ["role `sales` may delete any `deal` that it may assign, by assigning it to itself".to_owned()]
        );
        let two = format!(
            r#"[{{"key": "desk", "grants": [{view}, {assign}]}}, {{"key": "sales", "grants": [{view}, {delete}]}}]"#
        );
        assert_eq!(
            findings(&two, "[]")[1..],
            ["role `desk` with `sales` may delete any `deal` that it may assign, by assigning it to itself".to_owned()]
        );
        let owner_only = grant(r#"["assign", "delete"]"#, r#"["owner"]"#, r#"["status"]"#);
        assert_eq!(findings(&one_role(&format!("{view},{owner_only}")), "[]").len(), 1, "an owner gains nothing");
    }

    #[test]
    fn grants_and_seals_that_never_apply() {
        let note = r#"{"object": "note", "actions": ["view"], "relations": ["any", "owner"], "fields": ["*"]}"#;
        let delete = grant(r#"["view", "delete"]"#, r#"["any"]"#, r#"["*"]"#);
        let found = findings(
            &one_role(&format!("{note},{delete}")),
            r#"[
                {"object": "note", "actions": ["delete"]},
                {"object": "deal", "actions": ["delete"], "except": ["sales"]},
                {"object": "deal", "actions": ["merge"]},
                {"object": "deal", "actions": ["merge", "delete"]}
            ]"#,
        );
        assert_eq!(
            found,
            [
                "role `sales`: grant 0 asks for `owner`, but its records have no field for that",
                "role `sales` may delete `deal` and is no admin",
                "seal 0 is for records that cannot be sealed",
                "seal 1 forbids nothing: whoever is granted its actions is excepted",
                "seal 2 forbids nothing: whoever is granted its actions is excepted",
            ]
        );
    }
}
