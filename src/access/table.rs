use std::sync::Arc;

use super::decision::{AccessDecision, Permit};
use super::grant::{Grant, Seal};
use super::row::Row;
use super::{Action, ClassSet, Principal, PrincipalKind, Relation, Relations, RoleDef, RoleSet, SealDef, compile};
use crate::schema::{ClassNumber, FieldClasses, Object, Problems, Schema};
use crate::value::Name;

/// The checked roles and seals of a definition: every question of access is a look into this table.
///
/// # Example: the decision says why
/// ```
/// use guanxi::access::{AccessTable, Action, Principal, Relation, Relations, RoleDef};
/// use guanxi::schema::{ClassNumber, ObjectDef, Schema, Settings};
///
/// let schema = Schema::compile(&[ObjectDef::new("lead".parse()?)], &Settings::default())?;
/// let sales: RoleDef = serde_json::from_str(
///     r#"{"key":"sales","grants":[{"object":"lead","actions":["view"],"relations":["same_team"],"fields":["*"]}]}"#,
/// )?;
/// let table = AccessTable::compile(&[sales], &[], &schema)?;
/// let roles = table.roles(&Principal::user("li.na".parse()?).with_role("sales".parse()?));
///
/// let team = Relations::from(Relation::SameTeam);
/// let decision = table.decide(roles, 0, Action::View, ClassNumber::CUSTOM, team, false);
/// assert_eq!(decision.to_string(), "allowed: role `sales`, grant 0, as `same_team`");
/// assert!(!table.allows(roles, 0, Action::Edit, ClassNumber::CUSTOM, team, false));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct AccessTable {
    pub(super) objects: Vec<Arc<Object>>,
    pub(super) classes: FieldClasses,
    pub(super) roles: Vec<Role>,
    pub(super) seals: Vec<Seal>,
    // INVARIANT: object by object, action by action, one row for each role.
    pub(super) rows: Vec<Row>,
}

/// A checked role.
#[derive(Debug, Clone)]
pub(super) struct Role {
    pub(super) key: Name,
    pub(super) is_admin: bool,
    pub(super) grants: Vec<Grant>,
}

impl AccessTable {
    /// Checks roles and seals and lays out the table.
    ///
    /// # Errors
    /// Every problem with its path, such as `roles[0].grants[2].object`: unknown objects, classes and roles, lists that
    /// name nothing, roles declared twice, more than 64 roles.
    pub fn compile(roles: &[RoleDef], seals: &[SealDef], schema: &Schema) -> Result<Self, Problems> {
        compile::table(roles, seals, schema)
    }

    /// Returns the roles of a principal; a name that no role has grants nothing, see [`AccessTable::unknown_roles`].
    pub fn roles(&self, principal: &Principal) -> RoleSet {
        match principal.kind() {
            PrincipalKind::System => RoleSet::SYSTEM,
            PrincipalKind::User => {
                let known = principal.roles().iter().filter_map(|name| self.role_number(name));
                known.fold(RoleSet::NONE, RoleSet::with)
            }
        }
    }

    /// Returns the role with this key as a set of its own; `None` when the definition has no such role.
    pub fn role(&self, key: &Name) -> Option<RoleSet> {
        self.role_number(key).map(|number| RoleSet::NONE.with(number))
    }

    /// Returns the keys of the roles, in the order of the definition.
    pub fn role_keys(&self) -> impl Iterator<Item = &Name> + Clone {
        self.roles.iter().map(|role| &role.key)
    }

    /// Returns the roles of a principal that no role of the definition has, so that a caller can refuse them.
    pub fn unknown_roles<'a>(&self, principal: &'a Principal) -> Vec<&'a Name> {
        principal.roles().iter().filter(|name| self.role_number(name).is_none()).collect()
    }

    /// Returns whether somebody with `roles`, who stands in `relations` to a record of the object with this number, may
    /// do `action` with fields of `class`.
    pub fn allows(
        &self,
        roles: RoleSet,
        object: u16,
        action: Action,
        class: ClassNumber,
        relations: Relations,
        sealed: bool,
    ) -> bool {
        self.classes(roles, object, action, relations, sealed).contains(class)
    }

    /// Returns what [`AccessTable::allows`] decides, and why.
    pub fn decide(
        &self,
        roles: RoleSet,
        object: u16,
        action: Action,
        class: ClassNumber,
        relations: Relations,
        sealed: bool,
    ) -> AccessDecision<'_> {
        if roles.is_system() {
            return AccessDecision::System;
        }
        let standing = relations.with(Relation::Any);
        let permit =
            |(row, role): (&Row, _)| Permit { role, object, action, class, by: row.relations(class) & standing };
        let rows = self.rows_of(object, action);
        let granting = roles.iter().filter_map(|number| rows.get(number).zip(self.roles.get(number)));
        match granting.map(permit).find(|permit| !permit.by.is_empty()) {
            None => AccessDecision::NoGrant,
            Some(permit) => match self.seal_on(roles, object, action).filter(|_| sealed) {
                Some(seal) => AccessDecision::Sealed { seal },
                None => AccessDecision::Allowed(permit),
            },
        }
    }

    /// Returns all classes for which [`AccessTable::allows`] the `action`, at once.
    #[inline]
    pub fn classes(&self, roles: RoleSet, object: u16, action: Action, relations: Relations, sealed: bool) -> ClassSet {
        if roles.is_system() {
            return ClassSet::ALL;
        }
        if sealed && self.seal_on(roles, object, action).is_some() {
            return ClassSet::NONE;
        }
        self.union(roles, object, action).classes(relations.with(Relation::Any))
    }

    /// Returns the relations that make a difference to `action`: those that a grant uses and the object has fields for.
    ///
    /// Load a user's teams only where [`Relation::SameTeam`] is in the answer, and the people he manages only where
    /// [`Relation::ManagerOfOwner`] is. What everybody may do needs no relation.
    pub fn needs(&self, roles: RoleSet, object: u16, action: Action) -> Relations {
        let Some(known) = self.objects.get(usize::from(object)) else { return Relations::NONE };
        let union = self.union(roles, object, action);
        let everybody = union.classes(Relation::Any.into());
        let used = union.all_relations().without(Relation::Any).iter();
        used.filter(|&relation| has_field_for(known, relation))
            .filter(|&relation| !(union.classes(relation.into()) - everybody).is_empty())
            .collect()
    }

    /// Returns the number of the class `sensitive`.
    pub(super) fn sensitive(&self) -> Option<ClassNumber> {
        self.classes.number("sensitive")
    }

    /// Returns the union of the rows of `roles`; the host's own automation has none, as it asks no table.
    pub(super) fn union(&self, roles: RoleSet, object: u16, action: Action) -> Row {
        let rows = self.rows_of(object, action);
        roles.iter().filter_map(|number| rows.get(number)).fold(Row::NONE, |union, row| union | *row)
    }

    /// Returns the first seal that forbids `action` on sealed records of the object to `roles`.
    pub(super) fn seal_on(&self, roles: RoleSet, object: u16, action: Action) -> Option<usize> {
        self.seals.iter().position(|seal| seal.scope.covers(object, action) && !seal.except.shares_with(roles))
    }

    fn rows_of(&self, object: u16, action: Action) -> &[Row] {
        let count = self.roles.len();
        let start = (usize::from(object) * Action::ALL.len() + action.number()) * count;
        self.rows.get(start..start + count).unwrap_or_default()
    }

    fn role_number(&self, name: &Name) -> Option<usize> {
        self.roles.iter().position(|role| role.key == *name)
    }
}

/// Returns whether the object has the ownership field by which somebody can stand in `relation` to its records.
pub(super) fn has_field_for(object: &Object, relation: Relation) -> bool {
    let ownership = object.ownership();
    match relation {
        Relation::Any => true,
        Relation::Owner | Relation::ManagerOfOwner => ownership.owner.is_some(),
        Relation::SharedWith => ownership.shared_with.is_some(),
        Relation::SameTeam => ownership.team.is_some(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::fixture::Company;

    const ROLES: &str = r#"[
        {"key": "clerk", "grants": [
            {"object": "deal", "actions": ["view"], "relations": ["any"], "fields": ["status"]}
        ]},
        {"key": "sales", "grants": [
            {"object": "deal", "actions": ["view"], "relations": ["owner", "same_team"], "fields": ["status"]},
            {"object": "deal", "actions": ["view", "delete"], "relations": ["manager_of_owner"], "fields": ["*"]},
            {"object": "note", "actions": ["view"], "relations": ["owner", "same_team"], "fields": ["*"]}
        ]},
        {"key": "admin", "admin": true, "grants": [
            {"object": "*", "actions": ["view", "delete"], "relations": ["any"], "fields": ["*", "sensitive"]}
        ]}
    ]"#;
    const SEALS: &str = r#"[{"object": "deal", "actions": ["delete"], "except": ["admin"]}]"#;

    #[test]
    fn nothing_is_allowed_that_no_role_grants() {
        let company = Company::new(ROLES, SEALS);
        for object in 0..5 {
            for action in Action::ALL {
                let classes = company.table.classes(RoleSet::NONE, object, action, Relations::ALL, false);
                assert!(classes.is_empty());
            }
        }
        let nobody = Principal::user("x".parse().unwrap()).with_role("boss".parse().unwrap());
        assert_eq!(company.table.roles(&nobody), RoleSet::NONE);
        assert_eq!(company.table.unknown_roles(&nobody), nobody.roles().iter().collect::<Vec<_>>());
        let beyond = company.schema.objects().len() as u16;
        let admin = company.roles(&["admin"]);
        for number in [beyond, u16::MAX] {
            assert!(company.table.classes(admin, number, Action::View, Relations::ALL, false).is_empty());
        }
    }

    #[test]
    fn a_seal_overrides_every_grant_but_the_excepted_and_the_system() {
        let company = Company::new(ROLES, SEALS);
        let deletable = |roles, sealed| {
            company.table.classes(roles, company.deal().number(), Action::Delete, Relations::ALL, sealed)
        };
        let sales = company.roles(&["sales"]);
        assert!(!deletable(sales, false).is_empty());
        assert!(deletable(sales, true).is_empty());
        assert!(!deletable(company.roles(&["sales", "admin"]), true).is_empty());
        assert_eq!(deletable(RoleSet::SYSTEM, true), ClassSet::ALL);
        let deal = company.deal().number();
        let decision = company.table.decide(sales, deal, Action::Delete, ClassNumber::SYSTEM, Relations::ALL, true);
        assert_eq!(decision.to_string(), "denied: the record is sealed (seal 0)");
    }

    #[test]
    fn only_relations_that_make_a_difference_are_needed() {
        let company = Company::new(ROLES, SEALS);
        let needs = |names: &[&str], object: &str, action| {
            let object = company.schema.object(object).unwrap().number();
            company.table.needs(company.roles(names), object, action).iter().collect::<Vec<_>>()
        };
        let (owner, team, manager) = (Relation::Owner, Relation::SameTeam, Relation::ManagerOfOwner);
        assert_eq!(needs(&["sales"], "deal", Action::View), [owner, team, manager]);
        assert_eq!(needs(&["sales"], "deal", Action::Delete), [manager]);
        assert_eq!(needs(&["sales"], "note", Action::View), [], "a note has no owner");
        assert_eq!(needs(&["sales", "clerk"], "deal", Action::View), [manager], "everybody views the status");
        assert_eq!(needs(&["sales", "admin"], "deal", Action::View), []);
        assert_eq!(company.table.needs(RoleSet::SYSTEM, company.deal().number(), Action::View), Relations::NONE);
    }
}
