use std::collections::BTreeSet;

use super::{Relation, Relations};
use crate::record::Record;
use crate::value::{Id, Value};

/// What must be known of a user to tell how he stands to records: who he is, his teams, and the people he manages.
///
/// [`AccessTable::needs`](super::AccessTable::needs) says whether teams and reports have to be loaded at all; what is not
/// loaded is taken to be empty, which can only deny.
///
/// # Example
/// ```
/// use guanxi::access::Standing;
///
/// let li_na = Standing::new("li.na".parse()?).with_teams(["east".parse()?]).with_reports(["wang.wei".parse()?]);
/// assert_eq!(li_na.teams().len(), 1);
/// # Ok::<(), guanxi::value::InvalidId>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    user: Id,
    teams: BTreeSet<Id>,
    reports: BTreeSet<Id>,
}

impl Standing {
    /// Returns the standing of a user without teams or reports.
    pub fn new(user: Id) -> Self {
        Self { user, teams: BTreeSet::new(), reports: BTreeSet::new() }
    }

    /// Sets the teams that the user is in.
    #[must_use]
    pub fn with_teams(mut self, teams: impl IntoIterator<Item = Id>) -> Self {
        self.teams = teams.into_iter().collect();
        self
    }

    /// Sets the users whose manager this user is.
    #[must_use]
    pub fn with_reports(mut self, reports: impl IntoIterator<Item = Id>) -> Self {
        self.reports = reports.into_iter().collect();
        self
    }

    /// Returns the user.
    pub fn user(&self) -> &Id {
        &self.user
    }

    /// Returns the teams that the user is in.
    pub fn teams(&self) -> &BTreeSet<Id> {
        &self.teams
    }

    /// Returns the users whose manager this user is.
    pub fn reports(&self) -> &BTreeSet<Id> {
        &self.reports
    }

    /// Returns how the user stands to a record, by the record's ownership fields.
    pub fn relations_to(&self, record: &Record) -> Relations {
        let ownership = record.object().ownership();
        let value = |slot: Option<u16>| slot.and_then(|slot| record.at(slot));
        let mut relations = Relations::from(Relation::Any);
        if let Some(owner) = value(ownership.owner).and_then(Value::as_id) {
            if *owner == self.user {
                relations = relations.with(Relation::Owner);
            }
            if self.reports.contains(owner) {
                relations = relations.with(Relation::ManagerOfOwner);
            }
        }
        if value(ownership.team).and_then(Value::as_id).is_some_and(|team| self.teams.contains(team)) {
            relations = relations.with(Relation::SameTeam);
        }
        if let Some(Value::List(people)) = value(ownership.shared_with) {
            if people.iter().any(|person| person.as_id() == Some(&self.user)) {
                relations = relations.with(Relation::SharedWith);
            }
        }
        relations
    }
}

/// Returns whether a record is sealed: its object's `sealed` field is true.
pub fn is_sealed(record: &Record) -> bool {
    let slot = record.object().ownership().sealed;
    slot.and_then(|slot| record.at(slot)).and_then(Value::as_bool).unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::fixture::{Company, standing};

    #[test]
    fn every_relation_comes_from_its_own_field() {
        let company = Company::new("[]", "[]");
        let deal = company.deal_of("wang.wei", false);
        let of = |standing: Standing| standing.relations_to(&deal).without(Relation::Any).iter().collect::<Vec<_>>();
        let id = |text: &str| text.parse().unwrap();
        assert_eq!(of(standing("li.na")), []);
        assert_eq!(of(standing("wang.wei")), [Relation::Owner]);
        assert_eq!(of(standing("zhou")), [Relation::SharedWith]);
        assert_eq!(of(standing("li.na").with_teams([id("east")])), [Relation::SameTeam]);
        assert_eq!(of(standing("li.na").with_teams([id("wang.wei")])), []);
        assert_eq!(of(standing("li.na").with_reports([id("wang.wei")])), [Relation::ManagerOfOwner]);
        assert_eq!(of(standing("li.na").with_reports([id("zhou")])), []);
        let of_note = Record::new(company.schema.object("note").unwrap(), id("n-1"), &super::super::fixture::origin());
        assert_eq!(standing("wang.wei").relations_to(&of_note), Relations::from(Relation::Any));
    }

    #[test]
    fn a_record_is_sealed_while_its_field_is_true() {
        let company = Company::new("[]", "[]");
        assert!(is_sealed(&company.deal_of("wang.wei", true)));
        assert!(!is_sealed(&company.deal_of("wang.wei", false)));
    }
}
