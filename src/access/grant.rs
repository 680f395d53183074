use super::{Action, ClassSet, Relations, RoleSet};

/// A checked grant: the row entries that it adds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Grant {
    pub(super) scope: Scope,
    pub(super) relations: Relations,
    pub(super) classes: ClassSet,
}

/// A checked seal.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seal {
    pub(super) scope: Scope,
    pub(super) except: RoleSet,
}

/// Actions on one object, or on every one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scope {
    /// `None` is every object.
    pub(super) object: Option<u16>,
    /// One bit an action.
    pub(super) actions: u16,
}

impl Scope {
    pub(super) fn new(object: Option<u16>, actions: &[Action]) -> Self {
        Self { object, actions: actions.iter().fold(0, |bits, action| bits | 1 << action.number()) }
    }

    pub(super) fn covers_object(self, object: u16) -> bool {
        self.object.is_none_or(|own| own == object)
    }

    pub(super) fn covers(self, object: u16, action: Action) -> bool {
        self.covers_object(object) && self.actions & (1 << action.number()) != 0
    }

    pub(super) fn actions(self) -> impl Iterator<Item = Action> {
        Action::ALL.into_iter().filter(move |action| self.actions & (1 << action.number()) != 0)
    }
}
