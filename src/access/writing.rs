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
        Denied { action, object: object.name().clone(), field, sealed: false }
    }
}

fn allows(classes: ClassSet, object: &Object, slot: u16) -> bool {
    object.at(slot).is_some_and(|field| classes.contains(field.class()))
}
