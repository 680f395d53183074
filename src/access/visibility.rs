use std::collections::BTreeSet;

use super::{AccessTable, Action, Relation, RoleSet, Standing};
use crate::schema::Object;
use crate::value::Id;

/// The records of an object that somebody may list, by their ownership fields.
///
/// Turn it into index ranges: a row is visible when one of the [`Held`] fields holds one of its ids. Every row that is
/// read still goes through [`project`](super::project), which knows the seals.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rows {
    /// Every record.
    All,
    /// No record.
    None,
    /// The records that one of these finds; never empty.
    Held(Vec<Held>),
}

/// The records whose field at `slot` is, or in a list has, one of `ids`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Held {
    /// The slot of an ownership field: owner, team or shares.
    pub slot: u16,
    /// Ascending, each once, never empty.
    pub ids: Vec<Id>,
}

impl AccessTable {
    /// Returns the records of an object of which somebody may view at least one field class, sealed ones included.
    pub fn visible(&self, roles: RoleSet, object: &Object, standing: &Standing) -> Rows {
        if roles.is_system() {
            return Rows::All;
        }
        let by = self.union(roles, object.number(), Action::View).all_relations();
        if by.contains(Relation::Any) {
            return Rows::All;
        }
        let mut owners = BTreeSet::new();
        if by.contains(Relation::Owner) {
            owners.insert(standing.user());
        }
        if by.contains(Relation::ManagerOfOwner) {
            owners.extend(standing.reports());
        }
        let teams = if by.contains(Relation::SameTeam) { standing.teams().iter().collect() } else { BTreeSet::new() };
        let shared = by.contains(Relation::SharedWith).then_some(standing.user()).into_iter().collect();
        let ownership = object.ownership();
        let held: Vec<Held> = [(ownership.owner, owners), (ownership.team, teams), (ownership.shared_with, shared)]
            .into_iter()
            .filter_map(|(slot, ids)| Some(Held { slot: slot?, ids: ids.into_iter().cloned().collect() }))
            .filter(|held| !held.ids.is_empty())
            .collect();
        if held.is_empty() { Rows::None } else { Rows::Held(held) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::fixture::{Company, standing};

    const ROLES: &str = r#"[
        {"key": "sales", "grants": [
            {"object": "deal", "actions": ["view"], "relations": ["owner", "manager_of_owner"], "fields": ["*"]},
            {"object": "deal", "actions": ["view"], "relations": ["same_team", "shared_with"], "fields": ["status"]},
            {"object": "note", "actions": ["view"], "relations": ["owner"], "fields": ["*"]}
        ]},
        {"key": "partner", "grants": [
            {"object": "deal", "actions": ["view"], "relations": ["shared_with"], "fields": ["status"]}
        ]},
        {"key": "clerk", "grants": [
            {"object": "deal", "actions": ["view"], "relations": ["any"], "fields": ["status"]}
        ]}
    ]"#;

    fn ids(texts: &[&str]) -> Vec<Id> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn rows_are_found_by_the_ownership_fields_of_the_relations() {
        let company = Company::new(ROLES, "[]");
        let li_na = standing("li.na").with_teams(ids(&["east"])).with_reports(ids(&["zhou", "li.na", "chen"]));
        let rows = |names: &[&str], object: &str, standing: &Standing| {
            company.table.visible(company.roles(names), company.schema.object(object).unwrap(), standing)
        };
        let held = |field: &str, of: &[&str]| Held { slot: company.slot(field), ids: ids(of) };
        assert_eq!(
            rows(&["sales"], "deal", &li_na),
            Rows::Held(vec![
                held("owner", &["chen", "li.na", "zhou"]),
                held("team", &["east"]),
                held("shared_with", &["li.na"])
            ])
        );
        assert_eq!(rows(&["partner"], "deal", &li_na), Rows::Held(vec![held("shared_with", &["li.na"])]));
        assert_eq!(rows(&["partner", "clerk"], "deal", &li_na), Rows::All);
        assert_eq!(rows(&["sales"], "note", &li_na), Rows::None, "a note has no owner");
        assert_eq!(rows(&[], "deal", &li_na), Rows::None);
        assert_eq!(company.table.visible(RoleSet::SYSTEM, company.deal(), &standing("x")), Rows::All);
    }

    #[test]
    fn a_row_is_among_them_exactly_when_it_has_a_view() {
        let company = Company::new(ROLES, r#"[{"object": "*", "actions": ["view"], "except": ["partner"]}]"#);
        let users = ["li.na", "zhou", "chen"].map(|user| standing(user).with_reports(ids(&["wang.wei"])));
        let users = users.into_iter().chain([standing("chen").with_teams(ids(&["east"])), standing("wang.wei")]);
        for user in users {
            for names in [&["sales"][..], &["partner"], &["clerk"], &["sales", "partner"], &[]] {
                let roles = company.roles(names);
                let rows = company.table.visible(roles, company.deal(), &user);
                for sealed in [false, true] {
                    let deal = company.deal_of("wang.wei", sealed);
                    let holds = |held: &Held| match deal.at(held.slot) {
                        Some(crate::value::Value::List(list)) => {
                            held.ids.iter().any(|id| list.iter().any(|v| v.as_id() == Some(id)))
                        }
                        value => held.ids.iter().any(|id| value.and_then(|value| value.as_id()) == Some(id)),
                    };
                    let found = match &rows {
                        Rows::All => true,
                        Rows::None => false,
                        Rows::Held(held) => held.iter().any(holds),
                    };
                    let shown = found && (!sealed || names.contains(&"partner"));
                    let view = crate::access::project(&company.table, roles, &user, &deal.into());
                    assert_eq!(view.is_some(), shown, "{user:?} {names:?} sealed: {sealed}");
                }
            }
        }
    }
}
