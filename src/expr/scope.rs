use super::{Env, Row};

/// What a program is evaluated on: a record, perhaps as it was before, and the time.
pub struct Scope<'a, R: ?Sized> {
    pub(super) row: &'a R,
    pub(super) old: Option<&'a R>,
    pub(super) env: &'a Env,
}

impl<'a, R: Row + ?Sized> Scope<'a, R> {
    /// Returns the scope of a record that was just created, or whose past does not matter.
    pub fn new(row: &'a R, env: &'a Env) -> Self {
        Self { row, old: None, env }
    }

    /// Returns the same with the record as it was before the change.
    #[must_use]
    pub fn with_old(self, old: &'a R) -> Self {
        Self { old: Some(old), ..self }
    }
}

impl<R: ?Sized> Clone for Scope<'_, R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R: ?Sized> Copy for Scope<'_, R> {}

impl<R: ?Sized> std::fmt::Debug for Scope<'_, R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Scope").field("has_old", &self.old.is_some()).field("env", self.env).finish_non_exhaustive()
    }
}
