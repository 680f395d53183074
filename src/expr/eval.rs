use std::borrow::Cow;

use crate::value::{Duration, Value};

use super::eval_list::Bound;
use super::op::{Find, Kind, Op, Operands, Test};
use super::relate::{any_equal, equal, member, quick_member, relate, same};
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
    /// The item of a list that is asked about.
    pub(super) bound: Option<&'a Bound<'a>>,
}

impl<'a, R: Row + ?Sized, T: Tracer> Eval<'a, R, T> {
    #[inline]
    pub(super) fn new(program: &'a Program, scope: Scope<'a, R>, tracer: T) -> Self {
        Self { program, row: scope.row, old: scope.old, env: scope.env, tracer, bound: None }
    }

    /// Evaluates an instruction that yields a truth.
    pub(super) fn truth(&mut self, index: u32) -> Outcome {
        let Some(op) = self.program.ops().get(index as usize) else { return Err(Reason::Mistyped) };
        let outcome = match quick(self.program, self.row, op) {
            Some(truth) => Ok(truth),
            None => self.another(*op),
        };
        self.tracer.found(index, outcome);
        outcome
    }

    #[inline(never)]
    fn another(&mut self, op: Op) -> Outcome {
        match op {
            Op::Whole { slot, .. } if self.row.get(slot).is_some() => Err(Reason::WrongType(slot)),
            Op::Whole { slot, .. } => Err(Reason::Missing(slot)),
            Op::Field { test, slot, constant } => match (self.row.get(slot), self.program.constant(constant)) {
                (Some(value), Some(constant)) => relate(test, value, constant).map_err(|reason| at(reason, slot)),
                _ => Err(Reason::Missing(slot)),
            },
            Op::FieldIn { slot, set } => match self.row.get(slot) {
                Some(value) => member(value, self.program.set(set)).map_err(|reason| at(reason, slot)),
                None => Err(Reason::Missing(slot)),
            },
            Op::All(operands) => self.fold(operands, false),
            Op::Any(operands) => self.fold(operands, true),
            Op::Not(operand) => self.truth(operand).map(|truth| !truth),
            Op::Has { slot, old: false } => Ok(self.row.get(slot).is_some()),
            Op::Has { slot, old: true } => Ok(self.old.and_then(|old| old.get(slot)).is_some()),
            Op::Changed { slot } => Ok(self.row.get(slot) != self.old.and_then(|old| old.get(slot))),
            Op::Newly { operand } => self.newly(operand),
            Op::If { first } => match self.truth(first) {
                Ok(true) => self.truth(first + 1),
                Ok(false) => self.truth(first + 2),
                Err(reason) => Err(reason),
            },
            Op::Relate { .. }
            | Op::In { .. }
            | Op::OneOf(_)
            | Op::Holds { .. }
            | Op::Within { .. }
            | Op::Find { .. }
            | Op::Matches { .. } => self.relation(op),
            Op::Each { what, .. } if what.yields_truth() => self.each_truth(op),
            // The rest yields values, among them flags.
            _ => self.flag(op),
        }
    }

    /// Evaluates the first instruction, which most often joins others.
    #[inline]
    pub(super) fn root(&mut self) -> Outcome {
        match self.program.ops().first() {
            Some(Op::All(operands)) if !T::THOROUGH => self.fold(*operands, false),
            _ => self.truth(0),
        }
    }

    /// Evaluates the operands until one is `decisive`; otherwise the result is the first unknown, if there is one.
    fn fold(&mut self, operands: Operands, decisive: bool) -> Outcome {
        if T::THOROUGH {
            return self.fold_all(operands, decisive);
        }
        let (program, row) = (self.program, self.row);
        let mut unknown = None;
        for op in program.run(operands) {
            match quick(program, row, op) {
                Some(truth) if truth == decisive => return Ok(decisive),
                Some(_) => {}
                None => match self.another(*op) {
                    Ok(truth) if truth == decisive => return Ok(decisive),
                    Ok(_) => {}
                    Err(reason) => unknown = unknown.or(Some(reason)),
                },
            }
        }
        unknown.map_or(Ok(!decisive), Err)
    }

    /// Evaluates all of the operands, although one may decide.
    #[inline(never)]
    fn fold_all(&mut self, operands: Operands, decisive: bool) -> Outcome {
        let (program, row) = (self.program, self.row);
        let (mut unknown, mut decided) = (None, false);
        for (index, op) in (operands.first..).zip(program.run(operands)) {
            let outcome = match quick(program, row, op) {
                Some(truth) => {
                    self.tracer.found(index, Ok(truth));
                    Ok(truth)
                }
                None => self.truth(index),
            };
            match outcome {
                Ok(truth) => decided |= truth == decisive,
                Err(reason) => unknown = unknown.or(Some(reason)),
            }
        }
        match unknown {
            Some(reason) if !decided => Err(reason),
            _ => Ok(decided == decisive),
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
                self.charge(length(&left))?;
                relate(test, &left, &*self.value(first + 1)?)
            }
            Op::In { operand, set } => member(&*self.value(operand)?, self.program.set(set)),
            Op::OneOf(operands) => self.one_of(operands),
            Op::Holds { first } => {
                let needle = self.value(first)?;
                match (&*needle, &*self.value(first + 1)?) {
                    (Value::Text(text), Value::Tags(tags)) => Ok(tags.contains(text)),
                    (needle, Value::List(items)) => {
                        self.charge(items.len())?;
                        any_equal(needle, items.iter())
                    }
                    _ => Err(Reason::Mistyped),
                }
            }
            Op::Within { first } => {
                let at = self.value(first)?;
                match (&*at, &*self.value(first + 1)?) {
                    (Value::Instant(at), Value::Duration(span)) => Ok(self.is_within(self.env.now().since(*at), *span)),
                    _ => Err(Reason::Mistyped),
                }
            }
            Op::Find { how, first } => {
                let text = self.value(first)?;
                self.charge(length(&text))?;
                match (how, &*text, &*self.value(first + 1)?) {
                    (Find::Contains, Value::Text(text), Value::Text(part)) => Ok(text.contains(part.as_ref())),
                    (Find::StartsWith, Value::Text(text), Value::Text(part)) => Ok(text.starts_with(part.as_ref())),
                    (Find::EndsWith, Value::Text(text), Value::Text(part)) => Ok(text.ends_with(part.as_ref())),
                    _ => Err(Reason::Mistyped),
                }
            }
            Op::Matches { operand, pattern } => {
                let text = self.value(operand)?;
                self.charge(length(&text))?;
                match (&*text, self.program.pattern(pattern)) {
                    (Value::Text(text), Some(pattern)) => Ok(pattern.is_in(text)),
                    _ => Err(Reason::Mistyped),
                }
            }
            _ => Err(Reason::Mistyped),
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
                Op::Get { slot, .. } => Err(Reason::WrongType(slot)),
                _ => Err(Reason::Mistyped),
            },
        }
    }
}

/// Evaluates the commonest instructions, a field against constants; `None` when that is unknown or another instruction.
///
/// Apart from the evaluation, and without a reason to carry, so that a conjunction of such runs in registers.
#[inline(always)]
fn quick<R: Row + ?Sized>(program: &Program, row: &R, op: &Op) -> Option<bool> {
    match *op {
        Op::Whole { test, kind, slot, constant } => {
            let (found, number) = match row.get(slot)? {
                Value::Integer(number) => (Kind::Integer, *number),
                Value::Date(date) => (Kind::Date, i64::from(date.epoch_days())),
                Value::Instant(at) => (Kind::Instant, at.millis()),
                Value::Duration(span) => (Kind::Duration, span.millis()),
                _ => return None,
            };
            (found == kind).then(|| test.holds(number.cmp(&constant)))
        }
        Op::Field { test: test @ (Test::Equal | Test::NotEqual), slot, constant } => {
            same(row.get(slot)?, program.constant(constant)?).map(|same| same == (test == Test::Equal))
        }
        Op::FieldIn { slot, set } => quick_member(row.get(slot)?, program.set(set)),
        _ => None,
    }
}

/// How many steps it takes to walk over a value.
pub(super) fn length(value: &Value) -> usize {
    match value {
        Value::Text(text) => text.len() / 16,
        Value::List(items) => items.len(),
        Value::Tags(tags) => tags.len(),
        _ => 0,
    }
}

/// Adds the field to a reason that lacks it.
fn at(reason: Reason, slot: Slot) -> Reason {
    if reason == Reason::Mistyped { Reason::WrongType(slot) } else { reason }
}
