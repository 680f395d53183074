use std::sync::Arc;

use crate::value::Value;

use super::literal::Literal;
use super::op::{Arithmetic, Find, Test};
use super::operator::{Part, Rewrite, To};
use super::over_list::Each;
use super::{Slot, Type};

/// A checked part of an expression, on its way to instructions.
#[derive(Debug, Clone)]
pub(super) struct Typed {
    /// The node it comes from.
    pub(super) node: usize,
    /// `None` when that could not be found out; a problem was reported then.
    pub(super) ty: Option<Type>,
    pub(super) shape: Shape,
    pub(super) operands: Vec<Typed>,
}

#[derive(Debug, Clone)]
pub(super) enum Shape {
    /// Something wrong, which was reported.
    Bad,
    /// A literal that takes the type of what it meets.
    Literal(Literal),
    Literals(Arc<[Literal]>),
    Constant(Value),
    Field {
        slot: Slot,
        old: bool,
    },
    All,
    Any,
    Not,
    Relate(Test),
    /// The operand in a set.
    In(Vec<Value>),
    OneOf,
    Holds,
    Has {
        slot: Slot,
        old: bool,
    },
    Changed(Slot),
    Newly,
    Within,
    Find(Find),
    If,
    Now,
    Today,
    Negate,
    Arithmetic(Arithmetic),
    /// Units of this many milliseconds.
    Span(u32),
    DaysSince {
        worked: bool,
    },
    Size,
    Index,
    Rewrite(Rewrite),
    Convert(To),
    /// With the zone in minutes east of UTC, unless it is the tenant's.
    Part(Part, Option<i32>),
    /// The operand searched for the pattern of this number.
    Matches(u32),
    /// Whether a condition comes before the value.
    Each(Each, bool),
    /// An item, or its position, of the list so many further out.
    Item {
        up: u32,
        position: bool,
    },
    Widen,
    Aggregate(u32),
    List,
}

impl Typed {
    pub(super) fn new(node: usize, ty: Type, shape: Shape, operands: Vec<Typed>) -> Self {
        Self { node, ty: Some(ty), shape, operands }
    }

    /// Returns a part whose type depends on what it meets.
    pub(super) fn open(node: usize, shape: Shape, operands: Vec<Typed>) -> Self {
        Self { node, ty: None, shape, operands }
    }

    pub(super) fn bad(node: usize) -> Self {
        Self::open(node, Shape::Bad, Vec::new())
    }

    /// Returns whether its type still depends on what it meets.
    pub(super) fn is_open(&self) -> bool {
        match &self.shape {
            Shape::Literal(Literal::Text(_) | Literal::Integer(_) | Literal::Unsigned(_)) | Shape::Literals(_) => true,
            // One branch tells the type of the other, so that only two open ones leave it open.
            Shape::If => self.operands.iter().skip(1).all(Self::is_open),
            Shape::List => self.operands.iter().all(Self::is_open),
            _ => false,
        }
    }
}
