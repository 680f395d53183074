use std::collections::BTreeSet;

use super::{AccessTable, Action, Relation, RoleSet, Standing};
use crate::schema::Object;
use crate::value::Id;

/// The records of an object that somebody may list.
///
/// Turn it into index ranges: a row is visible when one of the [`Held`] fields holds one of its ids. Every row that is
/// read still goes through [`project`](super::project).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Visibility {
    /// The rows, before seals.
    pub rows: Rows,
    /// The slot of the `sealed` field, when a seal hides sealed records from the caller: then only a look at the
    /// records themselves tells which rows are visible, so keys alone must not be counted.
    pub hides_sealed: Option<u16>,
}

/// A set of records by their ownership fields.
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
    /// Returns the records of an object of which somebody may view at least one field class.
    pub fn visible(&self, roles: RoleSet, object: &Object, standing: &Standing) -> Visibility {
        if roles.is_system() {
            return Visibility { rows: Rows::All, hides_sealed: None };
        }
        let seal = self.seal_on(roles, object.number(), Action::View);
        let hides_sealed = seal.and(object.ownership().sealed);
        Visibility { rows: self.visible_rows(roles, object, standing), hides_sealed }
    }

    fn visible_rows(&self, roles: RoleSet, object: &Object, standing: &Standing) -> Rows {
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
