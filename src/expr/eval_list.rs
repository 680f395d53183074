use std::borrow::Cow;
use std::cell::Cell;

use crate::value::{List, Value};

use super::Row;
use super::eval::{Eval, Outcome, Silent, Tracer};
use super::op::Op;
use super::over_list::Each;
use super::unknown::Reason;

/// An item that conditions are asked about, and the ones further out.
#[derive(Clone, Copy)]
pub(super) struct Bound<'a> {
    item: &'a Value,
    position: i64,
    outer: Option<&'a Bound<'a>>,
    /// How many steps may still be taken.
    left: &'a Cell<usize>,
}

/// What is asked of the items of a list, one after the other.
impl<'a, R: Row + ?Sized, T: Tracer> Eval<'a, R, T> {
    /// Tells whether the condition holds for all, some or exactly one.
    #[inline(never)]
    pub(super) fn each_truth(&mut self, op: Op) -> Outcome {
        let Op::Each { what, first, .. } = op else { return Err(Reason::Mistyped) };
        let (mut unknown, mut found) = (None, 0_u32);
        self.over(first, first + 1, |eval| {
            match (eval.truth(first + 1), what) {
                (Ok(truth), Each::Every | Each::Some) if truth == (what == Each::Some) => return Ok(Some(truth)),
                (Ok(truth), _) => found = found.saturating_add(u32::from(truth)),
                (Err(Reason::TooManySteps), _) => return Err(Reason::TooManySteps),
                (Err(reason), _) => unknown = unknown.or(Some(reason)),
            }
            Ok(None)
        })
        .and_then(|decided| match (decided, unknown, what) {
            (Some(decided), ..) => Ok(decided),
            (None, Some(reason), _) => Err(reason),
            (None, None, Each::One) => Ok(found == 1),
            (None, None, _) => Ok(what == Each::Every),
        })
    }

    /// Returns the items for which the condition holds, or a value for each of them.
    #[inline(never)]
    pub(super) fn each_value(&mut self, op: Op) -> Result<Value, Reason> {
        let Op::Each { what, first, has_filter } = op else { return Err(Reason::Mistyped) };
        let mut items = Vec::new();
        self.over(first, first + 1, |eval| {
            if !has_filter || eval.truth(first + 1)? {
                let value = match what {
                    Each::Map => first + 1 + u32::from(has_filter),
                    _ => return eval.item(0, false).map(|item| items.push(item.into_owned())).map(|()| None),
                };
                items.push(eval.value(value)?.into_owned());
            }
            Ok(None)
        })?;
        List::new(items).map(Value::List).map_err(|_| Reason::Mistyped)
    }

    /// Calls `ask` for each item until it decides.
    fn over(
        &mut self,
        list: u32,
        asked: u32,
        mut ask: impl FnMut(&mut Eval<'_, R, Silent>) -> Result<Option<bool>, Reason>,
    ) -> Result<Option<bool>, Reason> {
        let list = self.value(list)?;
        let labels: Vec<Value>;
        let items: &[Value] = match &*list {
            Value::List(items) => items,
            Value::Tags(tags) => {
                labels = tags.iter().map(Value::text).collect();
                &labels
            }
            _ => return Err(Reason::Mistyped),
        };
        let own = Cell::new(super::Expr::MAX_STEPS);
        let left = self.bound.map_or(&own, |bound| bound.left);
        let steps = self.program.size(asked).saturating_add(1);
        for (position, item) in (0..).zip(items) {
            left.set(left.get().checked_sub(steps).ok_or(Reason::TooManySteps)?);
            let bound = Bound { item, position, outer: self.bound, left };
            let Self { program, row, old, env, .. } = *self;
            let mut eval = Eval { program, row, old, env, tracer: Silent, bound: Some(&bound) };
            if let Some(decided) = ask(&mut eval)? {
                return Ok(Some(decided));
            }
        }
        Ok(None)
    }

    /// Returns the item that so many lists further out are at, or its position.
    pub(super) fn item(&self, up: u32, position: bool) -> Result<Cow<'a, Value>, Reason> {
        let mut bound = self.bound;
        for _ in 0..up {
            bound = bound.and_then(|bound| bound.outer);
        }
        match bound {
            Some(bound) if position => Ok(Cow::Owned(Value::Integer(bound.position))),
            Some(bound) => Ok(Cow::Borrowed(bound.item)),
            None => Err(Reason::Mistyped),
        }
    }

    /// Takes steps for work on something long, where that is repeated for the items of a list.
    #[inline]
    pub(super) fn charge(&self, steps: usize) -> Result<(), Reason> {
        match self.bound {
            None => Ok(()),
            Some(bound) => {
                bound.left.set(bound.left.get().checked_sub(steps).ok_or(Reason::TooManySteps)?);
                Ok(())
            }
        }
    }
}
