use std::borrow::Cow;

use crate::value::{Duration, List, Value};

use super::arithmetic::{arithmetic, negated};
use super::eval::{Eval, Tracer};
use super::op::Op;
use super::unknown::Reason;
use super::{Row, Slot};

/// The instructions that yield a value.
impl<'a, R: Row + ?Sized, T: Tracer> Eval<'a, R, T> {
    pub(super) fn value(&mut self, index: u32) -> Result<Cow<'a, Value>, Reason> {
        let program = self.program;
        let Some(&op) = program.ops().get(index as usize) else { return Err(Reason::Mistyped) };
        match op {
            Op::Constant(constant) => program.constant(constant).map(Cow::Borrowed).ok_or(Reason::Mistyped),
            Op::Get { slot, old } => self.get(slot, old),
            Op::If { first } => match self.truth(first)? {
                true => self.value(first + 1),
                false => self.value(first + 2),
            },
            Op::All(_)
            | Op::Any(_)
            | Op::Not(_)
            | Op::Whole { .. }
            | Op::Field { .. }
            | Op::FieldIn { .. }
            | Op::Relate { .. }
            | Op::In { .. }
            | Op::OneOf(_)
            | Op::Holds { .. }
            | Op::Has { .. }
            | Op::Changed { .. }
            | Op::Newly { .. }
            | Op::Within { .. }
            | Op::Find { .. } => self.truth(index).map(|truth| Cow::Owned(Value::Bool(truth))),
            _ => self.computed(op),
        }
    }

    fn get(&self, slot: Slot, old: bool) -> Result<Cow<'a, Value>, Reason> {
        let (row, missing) = match (old, self.old) {
            (false, _) => (self.row, Reason::Missing(slot)),
            (true, Some(row)) => (row, Reason::MissingOld(slot)),
            (true, None) => return Err(Reason::NoOld),
        };
        row.get(slot).map(Cow::Borrowed).ok_or(missing)
    }

    #[inline(never)]
    pub(super) fn computed(&mut self, op: Op) -> Result<Cow<'a, Value>, Reason> {
        let value = match op {
            Op::Constant(constant) => {
                return self.program.constant(constant).map(Cow::Borrowed).ok_or(Reason::Mistyped);
            }
            Op::Get { slot, old } => return self.get(slot, old),
            Op::Now => Value::Instant(self.env.now()),
            Op::Today => Value::Date(self.env.today()),
            Op::Negate { operand } => negated(&*self.value(operand)?)?,
            Op::Arithmetic { how, first } => {
                let left = self.value(first)?;
                arithmetic(how, &left, &*self.value(first + 1)?)?
            }
            Op::Span { operand, unit } => match &*self.value(operand)? {
                Value::Integer(count) => {
                    let millis = count.checked_mul(i64::from(unit)).ok_or(Reason::Overflow)?;
                    Value::Duration(Duration::from_millis(millis))
                }
                _ => return Err(Reason::Mistyped),
            },
            Op::DaysSince { operand } => {
                let day = match &*self.value(operand)? {
                    Value::Date(day) => *day,
                    Value::Instant(at) => self.env.local_date(*at),
                    _ => return Err(Reason::Mistyped),
                };
                Value::Integer(i64::from(self.env.today().days_since(day)))
            }
            Op::Size { operand } => {
                let size = match &*self.value(operand)? {
                    Value::Text(text) => text.chars().count(),
                    Value::List(items) => items.len(),
                    Value::Tags(tags) => tags.len(),
                    _ => return Err(Reason::Mistyped),
                };
                Value::Integer(i64::try_from(size).unwrap_or(i64::MAX))
            }
            Op::Widen { operand } => match &*self.value(operand)? {
                Value::Integer(number) => Value::Decimal((*number).into()),
                other => other.clone(),
            },
            Op::Aggregate(index) => self.aggregate(index)?,
            Op::List(operands) => {
                let indexes = operands.first..operands.first.saturating_add(operands.count);
                let items =
                    indexes.map(|index| self.value(index).map(Cow::into_owned)).collect::<Result<Vec<_>, _>>()?;
                Value::List(List::new(items).map_err(|_| Reason::Mistyped)?)
            }
            // The rest yields truths, which are asked for as such.
            _ => return Err(Reason::Mistyped),
        };
        Ok(Cow::Owned(value))
    }
}
