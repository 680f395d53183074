use std::ops::ControlFlow;

use crate::value::{Duration, Money, Value};

use super::arithmetic::arithmetic;
use super::eval::{Eval, Silent, Tracer};
use super::op::Arithmetic;
use super::row::{Aggregate, Aggregation, Related, Row};
use super::unknown::Reason;
use super::{Scope, Slot, Type};

impl<R: Row + ?Sized, T: Tracer> Eval<'_, R, T> {
    /// Computes an aggregate over the related records that the row shows.
    pub(super) fn aggregate(&mut self, index: u32) -> Result<Value, Reason> {
        let Some(aggregate) = self.program.aggregates().get(index as usize) else {
            return Err(Reason::Unavailable(index));
        };
        let mut sofar = Sofar { count: 0, value: Ok(aggregate.zero.clone()) };
        let env = self.env;
        let answer = self.row.related(aggregate, &mut |row| {
            let takes_part = aggregate
                .filter()
                .is_none_or(|filter| Eval::new(filter, Scope { row, old: None, env }, Silent).truth(0) == Ok(true));
            if takes_part { sofar.add(aggregate, row) } else { ControlFlow::Continue(()) }
        });
        match answer {
            Related::Answer(value) => return Ok(value),
            Related::Shown => {}
            Related::TooMany => return Err(Reason::TooManyRelated(index)),
            Related::Unavailable => return Err(Reason::Unavailable(index)),
        }
        match aggregate.aggregation {
            Aggregation::Count => Ok(Value::Integer(sofar.count)),
            Aggregation::Exists => Ok(Value::Bool(sofar.count > 0)),
            Aggregation::Latest | Aggregation::Sum => sofar.value?.ok_or(Reason::NoneRelated(index)),
        }
    }
}

struct Sofar {
    count: i64,
    value: Result<Option<Value>, Reason>,
}

impl Sofar {
    fn add(&mut self, aggregate: &Aggregate, row: &dyn Row) -> ControlFlow<()> {
        self.count = self.count.saturating_add(1);
        let value = aggregate.field.and_then(|slot: Slot| row.get(slot));
        match (aggregate.aggregation, value, &mut self.value) {
            (Aggregation::Exists, ..) => return ControlFlow::Break(()),
            (Aggregation::Latest, Some(value), Ok(latest)) if latest.as_ref().is_none_or(|latest| latest < value) => {
                *latest = Some(value.clone());
            }
            (Aggregation::Sum, Some(value), Ok(sum)) => {
                let added = match sum.take() {
                    Some(sum) => arithmetic(Arithmetic::Add, &sum, value),
                    None => Ok(value.clone()),
                };
                self.value = added.map(Some);
            }
            (Aggregation::Sum, _, Err(_)) => return ControlFlow::Break(()),
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

/// Returns what a sum over nothing is; money of no known currency has no zero.
pub(super) fn zero(ty: &Type) -> Option<Value> {
    match ty {
        Type::Integer => Some(Value::Integer(0)),
        Type::Decimal => Some(Value::Decimal(rust_decimal::Decimal::ZERO)),
        Type::Duration => Some(Value::Duration(Duration::ZERO)),
        Type::Money(Some(currency)) => Some(Value::Money(Money::from_minor(0, *currency))),
        _ => None,
    }
}
