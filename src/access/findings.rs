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
            findings.extend(lost.map(|relation| Finding::Unreachable { role: role.key.clone(), grant: number, relation }));
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
        let bound = (0..self.roles.len()).map(|role| RoleSet::NONE.with(role)).filter(|one| !one.shares_with(seal.except));
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
