use std::collections::VecDeque;
use std::sync::Arc;

use crate::value::Value;

use super::op::{Kind, Op, Operands, TENANT, Test};
use super::pattern::Pattern;
use super::program::About;
use super::row::Aggregate;
use super::typed::{Shape, Typed};
use super::{Expr, Program, Slot, Type};

/// Lays the checked parts out as instructions, breadth first: the operands of one instruction stand side by side.
pub(super) fn program(
    expr: &Expr,
    root: &Typed,
    aggregates: Vec<Aggregate>,
    patterns: Vec<Pattern>,
    mut paths: Vec<(Slot, Arc<str>)>,
) -> Program {
    let mut layout = Layout::default();
    let mut waiting = VecDeque::new();
    layout.reserve(root, &mut waiting);
    while let Some((index, typed)) = waiting.pop_front() {
        let op = layout.instruction(typed, &mut waiting);
        if let Some(place) = layout.ops.get_mut(index) {
            *place = op;
        }
    }
    paths.sort_unstable();
    paths.dedup_by_key(|(slot, _)| *slot);
    let reads = || layout.ops.iter().flat_map(|op| op.reads());
    let mut slots: Vec<Slot> = reads().map(|(slot, _)| slot).collect();
    slots.sort_unstable();
    slots.dedup();
    let is_newly = |op: &Op| matches!(op, Op::Newly { .. });
    let filters_tell_time = aggregates.iter().filter_map(Aggregate::filter).any(Program::reads_time);
    let about = About {
        expr: expr.placeless(),
        nodes: layout.nodes,
        reads_old: reads().any(|(_, old)| old) || layout.ops.iter().any(is_newly),
        reads_time: layout.ops.iter().any(|op| op.tells_time()) || filters_tell_time,
        slots,
        paths,
    };
    Program::new(layout.ops, layout.constants, layout.sets, aggregates, patterns, about)
}

#[derive(Default)]
struct Layout {
    ops: Vec<Op>,
    nodes: Vec<usize>,
    constants: Vec<Value>,
    sets: Vec<Box<[Value]>>,
}

type Waiting<'t> = VecDeque<(usize, &'t Typed)>;

impl Layout {
    /// Makes room for the instruction of `typed`, which is filled in when its turn comes.
    fn reserve<'t>(&mut self, typed: &'t Typed, waiting: &mut Waiting<'t>) -> u32 {
        let index = self.ops.len();
        self.ops.push(Op::Now);
        self.nodes.push(typed.node);
        waiting.push_back((index, typed));
        narrow(index)
    }

    fn operands<'t>(&mut self, typed: &'t Typed, waiting: &mut Waiting<'t>) -> Operands {
        let first = narrow(self.ops.len());
        for operand in &typed.operands {
            self.reserve(operand, waiting);
        }
        Operands { first, count: narrow(typed.operands.len()) }
    }

    fn instruction<'t>(&mut self, typed: &'t Typed, waiting: &mut Waiting<'t>) -> Op {
        match (&typed.shape, &typed.operands[..]) {
            (Shape::Relate(test), [left, right]) => {
                if let Some(op) = self.against_constant(*test, left, right) {
                    return op;
                }
                if let Some(op) = self.against_constant(test.flipped(), right, left) {
                    return op;
                }
            }
            (Shape::In(values), [operand]) => {
                let set = narrow(self.sets.len());
                self.sets.push(values.clone().into());
                return match operand.shape {
                    Shape::Field { slot, old: false } => Op::FieldIn { slot, set },
                    _ => Op::In { operand: self.reserve(operand, waiting), set },
                };
            }
            _ => {}
        }
        let operands = self.operands(typed, waiting);
        let first = operands.first;
        match &typed.shape {
            Shape::All => Op::All(operands),
            Shape::Any => Op::Any(operands),
            Shape::Not => Op::Not(first),
            Shape::Relate(test) => Op::Relate { test: *test, first },
            Shape::OneOf => Op::OneOf(operands),
            Shape::Holds => Op::Holds { first },
            Shape::Has { slot, old } => Op::Has { slot: *slot, old: *old },
            Shape::Changed(slot) => Op::Changed { slot: *slot },
            Shape::Newly => Op::Newly { operand: first },
            Shape::Within => Op::Within { first },
            Shape::Find(how) => Op::Find { how: *how, first },
            Shape::Constant(value) => Op::Constant(self.constant(value)),
            Shape::Field { slot, old } => Op::Get { slot: *slot, old: *old },
            Shape::If => Op::If { first },
            Shape::Now => Op::Now,
            Shape::Today => Op::Today,
            Shape::Negate => Op::Negate { operand: first },
            Shape::Arithmetic(how) => Op::Arithmetic { how: *how, first },
            Shape::Span(unit) => Op::Span { operand: first, unit: *unit },
            Shape::DaysSince { worked } => Op::DaysSince { operand: first, worked: *worked },
            Shape::Rewrite(how) => Op::Rewrite { how: *how, operand: first },
            Shape::Convert(to) => Op::Convert { to: *to, operand: first },
            Shape::Part(part, zone) => Op::Part { part: *part, operand: first, zone: zone.unwrap_or(TENANT) },
            Shape::Index => Op::Index { first },
            Shape::Matches(pattern) => Op::Matches { operand: first, pattern: *pattern },
            Shape::Each(what, has_filter) => Op::Each { what: *what, first, has_filter: *has_filter },
            Shape::Item { up, position } => Op::Item { up: *up, position: *position },
            Shape::Size => Op::Size { operand: first },
            Shape::Widen => Op::Widen { operand: first },
            Shape::Aggregate(index) => Op::Aggregate(*index),
            Shape::List => Op::List(operands),
            // Only an expression without problems is laid out, and that has none of these.
            Shape::Bad | Shape::Literal(_) | Shape::Literals(_) | Shape::In(_) => Op::List(operands),
        }
    }

    fn against_constant(&mut self, test: Test, field: &Typed, constant: &Typed) -> Option<Op> {
        let (Shape::Field { slot, old: false }, Shape::Constant(value)) = (&field.shape, &constant.shape) else {
            return None;
        };
        let (slot, whole) = (*slot, |kind, constant| Op::Whole { test, kind, slot: *slot, constant });
        Some(match (value, &field.ty) {
            (Value::Integer(number), Some(Type::Integer)) => whole(Kind::Integer, *number),
            (Value::Date(date), _) => whole(Kind::Date, i64::from(date.epoch_days())),
            (Value::Instant(at), _) => whole(Kind::Instant, at.millis()),
            (Value::Duration(span), _) => whole(Kind::Duration, span.millis()),
            _ => Op::Field { test, slot, constant: self.constant(value) },
        })
    }

    fn constant(&mut self, value: &Value) -> u32 {
        self.constants.push(value.clone());
        narrow(self.constants.len().saturating_sub(1))
    }
}

fn narrow(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
