use std::borrow::Cow;

use rust_decimal::prelude::ToPrimitive;

use crate::value::{List, Value};

use super::arithmetic::{arithmetic, negated, span};
use super::convert::convert;
use super::eval::{Eval, Tracer, length};
use super::op::Op;
use super::operator::Rewrite;
use super::unknown::Reason;
use super::{Row, Slot, time_part};

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
            op if op.yields_truth() => self.truth(index).map(|truth| Cow::Owned(Value::Bool(truth))),
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
                let joined = arithmetic(how, &left, &*self.value(first + 1)?)?;
                self.charge(length(&joined))?;
                joined
            }
            Op::Span { operand, unit } => match &*self.value(operand)? {
                Value::Integer(count) => {
                    let millis = count.checked_mul(i64::from(unit)).ok_or(Reason::Overflow)?;
                    Value::Duration(span(millis)?)
                }
                _ => return Err(Reason::Mistyped),
            },
            Op::DaysSince { operand, worked } => {
                let day = match &*self.value(operand)? {
                    Value::Date(day) => *day,
                    Value::Instant(at) => self.env.local_date(*at),
                    _ => return Err(Reason::Mistyped),
                };
                let passed = match worked {
                    false => i64::from(self.env.today().days_since(day)),
                    true => self.env.working_days(day, self.env.today()).ok_or(Reason::NoCalendar)?,
                };
                Value::Integer(passed)
            }
            Op::Size { operand } => {
                let operand = self.value(operand)?;
                self.charge(length(&operand))?;
                let size = match &*operand {
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
            Op::Item { up, position } => return self.item(up, position),
            Op::Each { .. } => self.each_value(op)?,
            Op::Index { first } => self.indexed(first)?,
            Op::Convert { to, operand } => convert(to, &*self.value(operand)?)?,
            Op::Part { part, operand, zone } => time_part::part(part, &*self.value(operand)?, zone, self.env)?,
            Op::Rewrite { how, operand } => {
                let text = self.value(operand)?;
                self.charge(length(&text))?;
                rewritten(how, &text)?
            }
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

    /// Returns the item of a list at a position that is a whole number, however it is written.
    fn indexed(&mut self, first: u32) -> Result<Value, Reason> {
        let list = self.value(first)?;
        let position = match &*self.value(first + 1)? {
            Value::Integer(position) => usize::try_from(*position).ok(),
            Value::Decimal(position) if position.is_integer() => position.to_usize(),
            Value::Decimal(_) => None,
            _ => return Err(Reason::Mistyped),
        };
        match &*list {
            Value::List(items) => position.and_then(|position| items.get(position)).cloned().ok_or(Reason::NoItem),
            _ => Err(Reason::Mistyped),
        }
    }
}

fn rewritten(how: Rewrite, value: &Value) -> Result<Value, Reason> {
    let Value::Text(text) = value else { return Err(Reason::Mistyped) };
    Ok(match how {
        Rewrite::Lower => Value::text(&text.to_ascii_lowercase()),
        Rewrite::Upper => Value::text(&text.to_ascii_uppercase()),
        Rewrite::Trim => Value::text(text.trim()),
    })
}
