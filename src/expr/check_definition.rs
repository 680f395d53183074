use std::sync::Arc;

use super::check::Check;
use super::typed::{Shape, Typed};
use super::{Names, Slot, Type};

/// What a name stands for, and the fields that this reads with their paths.
pub(super) struct Defined {
    pub(super) typed: Typed,
    pub(super) paths: Vec<(Slot, Arc<str>)>,
}

/// Names that stand for expressions over other names.
impl Check<'_> {
    /// Returns what `path` stands for among `names`; `None` when it stands for nothing.
    ///
    /// The whole of it counts as the one node at which the name stands.
    pub(super) fn defined(&self, node: usize, path: &[&str], names: &dyn Names, old: bool) -> Option<Defined> {
        let definition = names.definition(path)?;
        let plain = Plain(names);
        let mut inner = Check::new(&definition, &plain);
        let root = inner.run();
        let mut typed = inner.settle(root);
        if !inner.problems.is_empty() {
            return None;
        }
        stand_at(&mut typed, node, old);
        Some(Defined { typed, paths: inner.paths })
    }
}

/// The fields among names: a definition is of those alone, so that none goes in circles.
struct Plain<'n>(&'n dyn Names);

impl Names for Plain<'_> {
    fn resolve(&self, path: &[&str]) -> Option<(Slot, Type)> {
        self.0.resolve(path)
    }
}

/// Recurses as deep as an expression, which is at most 64 levels.
fn stand_at(typed: &mut Typed, node: usize, before: bool) {
    typed.node = node;
    if let Shape::Field { old, .. } | Shape::Has { old, .. } = &mut typed.shape {
        *old = before;
    }
    typed.operands.iter_mut().for_each(|operand| stand_at(operand, node, before));
}
