use std::collections::BTreeSet;
use std::sync::Arc;

use super::Crm;
use crate::access::{AccessTable, Action, Principal, Relation, Relations, RoleSet, Standing};
use crate::rules::{Lack, Workset, check_places};
use crate::schema::Object;
use crate::store::Range;
use crate::value::{Id, Value, ordered};

/// Who asks: roles, and as far as these matter, teams and the people he manages.
#[derive(Debug)]
pub(super) struct Caller {
    pub(super) roles: RoleSet,
    pub(super) standing: Standing,
    id: Id,
    loaded: Relations,
}

impl Caller {
    pub(super) fn new(access: &AccessTable, principal: &Principal) -> Self {
        let id = principal.id().clone();
        Self { roles: access.roles(principal), standing: Standing::new(id.clone()), id, loaded: Relations::NONE }
    }

    /// Loads what the caller's grants on an object use: his teams from his own user record, and the people whose manager
    /// he is. Both by the standard fields of the object `user`.
    pub(super) fn load(&mut self, crm: &Crm, object: &Object, work: &mut Workset<'_>) -> Result<(), Lack> {
        if self.roles.is_system() {
            return Ok(());
        }
        let mut needed = Relations::NONE;
        for action in Action::ALL {
            needed = needed | crm.access.needs(self.roles, object.number(), action);
        }
        let Some(user) = crm.schema.object("user").map(Arc::clone) else { return Ok(()) };
        let wants = |relation| needed.contains(relation) && !self.loaded.contains(relation);
        let (teams, reports) = (wants(Relation::SameTeam), wants(Relation::ManagerOfOwner));
        let mut lack = None;
        if teams {
            match self.teams(&user, work) {
                Ok(teams) => {
                    self.standing = self.standing.clone().with_teams(teams);
                    self.loaded = self.loaded.with(Relation::SameTeam);
                }
                Err(why) => lack = Some(why),
            }
        }
        if reports {
            match self.reports(&user, work) {
                Ok(reports) => {
                    self.standing = self.standing.clone().with_reports(reports);
                    self.loaded = self.loaded.with(Relation::ManagerOfOwner);
                }
                Err(why) => lack = Some(why),
            }
        }
        lack.map_or(Ok(()), Err)
    }

    fn teams(&self, user: &Arc<Object>, work: &mut Workset<'_>) -> Result<BTreeSet<Id>, Lack> {
        let Some(field) = user.field("team") else { return Ok(BTreeSet::new()) };
        let me = work.record(user, &self.id)?.filter(|me| !me.is_deleted());
        let Some(me) = me else { return Ok(BTreeSet::new()) };
        work.rely_on(user, &self.id);
        Ok(match me.at(field.slot()) {
            Some(Value::Reference(team)) => BTreeSet::from([team.clone()]),
            Some(Value::List(teams)) => teams.iter().filter_map(Value::as_id).cloned().collect(),
            _ => BTreeSet::new(),
        })
    }

    fn reports(&self, user: &Arc<Object>, work: &mut Workset<'_>) -> Result<BTreeSet<Id>, Lack> {
        let index = user.field("manager").and_then(|field| user.index_on(field.slot()));
        let Some(index) = index else { return Ok(BTreeSet::new()) };
        let me = ordered::encode(&Value::Reference(self.id.clone()));
        let mut range = Range::prefix(work.tenant().clone(), index.name().clone(), &me).keys().limit(AT_ONCE);
        let mut reports = BTreeSet::new();
        loop {
            let found = work.found(&range)?;
            check_places(found, work.tenant(), &[user.name().as_str()])?;
            work.rely_on_range(&range);
            reports.extend(found.entries().map(|entry| entry.key.id().clone()));
            // Whose people are cut off would miss their records and never know.
            match found.entries().last().filter(|_| found.len() == range.page_size() as usize) {
                Some(last) => range = range.after(last.position()),
                None => return Ok(reports),
            }
        }
    }
}

/// How many of the people whom somebody manages are asked for at once.
const AT_ONCE: u32 = 1_000;
