use std::borrow::Cow;

use crate::value::{Duration, Value};

use super::op::{Find, Kind, Op, Operands, Test};
use super::relate::{any_equal, equal, member, relate};
use super::unknown::Reason;
use super::{Env, Program, Row, Scope, Slot};

/// True, false, or why neither.
pub(super) type Outcome = Result<bool, Reason>;

/// Hears of every truth that an evaluation finds. The silent one costs nothing.
pub(super) trait Tracer {
    /// Whether clauses are evaluated although the result is clear.
    const THOROUGH: bool;

    fn found(&mut self, op: u32, outcome: Outcome);
}

/// Hears nothing.
pub(super) struct Silent;

impl Tracer for Silent {
    const THOROUGH: bool = false;

    #[inline]
    fn found(&mut self, _: u32, _: Outcome) {}
}

/// One evaluation. It recurses as deep as the expression, which is at most 64 levels.
pub(super) struct Eval<'a, R: ?Sized, T> {
    pub(super) program: &'a Program,
    pub(super) row: &'a R,
    pub(super) old: Option<&'a R>,
    pub(super) env: &'a Env,
    pub(super) tracer: T,
}

impl<'a, R: Row + ?Sized, T: Tracer> Eval<'a, R, T> {
    #[inline]
    pub(super) fn new(program: &'a Program, scope: Scope<'a, R>, tracer: T) -> Self {
        Self { program, row: scope.row, old: scope.old, env: scope.env, tracer }
    }

    /// Evaluates an instruction that yields a truth.
    pub(super) fn truth(&mut self, index: u32) -> Outcome {
        let Some(&op) = self.program.ops().get(index as usize) else { return Err(Reason::WrongType(None)) };
        let outcome = match op {
            Op::All(operands) => self.fold(operands, false),
            Op::Any(operands) => self.fold(operands, true),
            Op::Not(operand) => self.truth(operand).map(|truth| !truth),
            Op::Whole { test, kind, slot, constant } => self.whole(test, kind, slot, constant),
            Op::Field { test, slot, constant } => self.field(test, slot, constant),
            Op::FieldIn { slot, set } => match self.row.get(slot) {
                Some(value) => member(value, self.program.set(set)).map_err(|reason| at(reason, slot)),
                None => Err(Reason::Missing(slot)),
            },
            Op::Has { slot, old: false } => Ok(self.row.get(slot).is_some()),
            Op::Has { slot, old: true } => Ok(self.old.and_then(|old| old.get(slot)).is_some()),
            Op::Changed { slot } => Ok(self.row.get(slot) != self.old.and_then(|old| old.get(slot))),
            Op::Newly { operand } => self.newly(operand),
            Op::Relate { .. }
            | Op::In { .. }
            | Op::OneOf(_)
            | Op::Holds { .. }
            | Op::Within { .. }
            | Op::Find { .. } => self.relation(op),
            Op::If { first } => match self.truth(first) {
                Ok(true) => self.truth(first + 1),
                Ok(false) => self.truth(first + 2),
                Err(reason) => Err(reason),
            },
            Op::Constant(_)
            | Op::Get { .. }
            | Op::Now
            | Op::Today
            | Op::Negate { .. }
            | Op::Arithmetic { .. }
            | Op::Span { .. }
            | Op::DaysSince { .. }
            | Op::Size { .. }
            | Op::Widen { .. }
            | Op::Aggregate(_)
            | Op::List(_) => self.flag(op),
        };
        self.tracer.found(index, outcome);
        outcome
    }

    /// Evaluates the operands until one is `decisive`; otherwise the result is the first unknown, if there is one.
    fn fold(&mut self, operands: Operands, decisive: bool) -> Outcome {
        let mut result = Ok(!decisive);
        for index in operands.first..operands.first.saturating_add(operands.count) {
            match self.truth(index) {
                Ok(truth) if truth == decisive => {
                    if !T::THOROUGH {
                        return Ok(decisive);
                    }
                    result = Ok(decisive);
                }
                Ok(_) => {}
                Err(reason) if result == Ok(!decisive) => result = Err(reason),
                Err(_) => {}
            }
        }
        result
    }

    fn whole(&self, test: Test, kind: Kind, slot: Slot, constant: i64) -> Outcome {
        let number = match (self.row.get(slot), kind) {
            (Some(Value::Integer(number)), Kind::Integer) => *number,
            (Some(Value::Date(date)), Kind::Date) => i64::from(date.epoch_days()),
            (Some(Value::Instant(at)), Kind::Instant) => at.millis(),
            (Some(Value::Duration(span)), Kind::Duration) => span.millis(),
            (None, _) => return Err(Reason::Missing(slot)),
            _ => return Err(Reason::WrongType(Some(slot))),
        };
        Ok(test.holds(number.cmp(&constant)))
    }

    fn field(&self, test: Test, slot: Slot, constant: u32) -> Outcome {
        match (self.row.get(slot), self.program.constant(constant)) {
            (Some(value), Some(constant)) => relate(test, value, constant).map_err(|reason| at(reason, slot)),
            _ => Err(Reason::Missing(slot)),
        }
    }

    fn newly(&mut self, operand: u32) -> Outcome {
        let now = self.truth(operand);
        let (Ok(true) | Err(_), Some(old)) = (now, self.old) else { return now };
        let scope = Scope { row: old, old: None, env: self.env };
        let before = Eval::new(self.program, scope, Silent).truth(operand);
        if before == Ok(true) { Ok(false) } else { now }
    }

    #[inline(never)]
    fn relation(&mut self, op: Op) -> Outcome {
        match op {
            Op::Relate { test, first } => {
                let left = self.value(first)?;
                relate(test, &left, &*self.value(first + 1)?)
            }
            Op::In { operand, set } => member(&*self.value(operand)?, self.program.set(set)),
            Op::OneOf(operands) => self.one_of(operands),
            Op::Holds { first } => {
                let needle = self.value(first)?;
                match (&*needle, &*self.value(first + 1)?) {
                    (Value::Text(text), Value::Tags(tags)) => Ok(tags.contains(text)),
                    (needle, Value::List(items)) => any_equal(needle, items.iter()),
                    _ => Err(Reason::WrongType(None)),
                }
            }
            Op::Within { first } => {
                let at = self.value(first)?;
                match (&*at, &*self.value(first + 1)?) {
                    (Value::Instant(at), Value::Duration(span)) => Ok(self.is_within(self.env.now().since(*at), *span)),
                    _ => Err(Reason::WrongType(None)),
                }
            }
            Op::Find { how, first } => {
                let text = self.value(first)?;
                match (how, &*text, &*self.value(first + 1)?) {
                    (Find::Contains, Value::Text(text), Value::Text(part)) => Ok(text.contains(part.as_ref())),
                    (Find::StartsWith, Value::Text(text), Value::Text(part)) => Ok(text.starts_with(part.as_ref())),
                    (Find::EndsWith, Value::Text(text), Value::Text(part)) => Ok(text.ends_with(part.as_ref())),
                    _ => Err(Reason::WrongType(None)),
                }
            }
            _ => Err(Reason::WrongType(None)),
        }
    }

    /// Tells whether the first operand equals one of the others; unknown ones matter only if none does.
    fn one_of(&mut self, operands: Operands) -> Outcome {
        let needle = self.value(operands.first)?;
        let mut result = Ok(false);
        for index in operands.first.saturating_add(1)..operands.first.saturating_add(operands.count) {
            match self.value(index).and_then(|item| equal(&needle, &item)) {
                Ok(true) => return Ok(true),
                Ok(false) => {}
                Err(reason) => result = result.and(Err(reason)),
            }
        }
        result
    }

    fn is_within(&self, distance: Duration, span: Duration) -> bool {
        u64::try_from(span.millis()).is_ok_and(|span| distance.millis().unsigned_abs() <= span)
    }

    #[inline(never)]
    fn flag(&mut self, op: Op) -> Outcome {
        match self.computed(op)? {
            Cow::Borrowed(Value::Bool(flag)) => Ok(*flag),
            Cow::Owned(Value::Bool(flag)) => Ok(flag),
            _ => match op {
                Op::Get { slot, .. } => Err(Reason::WrongType(Some(slot))),
                _ => Err(Reason::WrongType(None)),
            },
        }
    }
}

/// Adds the field to a reason that lacks it.
fn at(reason: Reason, slot: Slot) -> Reason {
    if reason == Reason::WrongType(None) { Reason::WrongType(Some(slot)) } else { reason }
}
