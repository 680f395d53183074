use std::fmt;
use std::sync::Arc;

use crate::value::Value;

use super::eval::{Eval, Silent};
use super::op::{Op, Operands};
use super::pattern::Pattern;
use super::row::{Aggregate, Row};
use super::{Explanation, Expr, Scope, Slot, Trace, Truth, Unknown};

/// A checked expression, compiled to a flat list of instructions. Evaluating it cannot fail.
///
/// # Example: missing data makes a condition unknown, not false
/// ```
/// use guanxi::expr::{Env, Expr, Names, Scope, Slot, Truth, Type};
/// use guanxi::value::{Instant, Value};
///
/// struct Deal;
/// impl Names for Deal {
///     fn resolve(&self, path: &[&str]) -> Option<(Slot, Type)> {
///         match path {
///             ["region"] => Some((Slot::new(0), Type::Text)),
///             ["amount"] => Some((Slot::new(1), Type::Money(None))),
///             _ => None,
///         }
///     }
/// }
///
/// let big = "region == 'east' && amount >= 'CNY 1000.00'".parse::<Expr>()?.condition(&Deal)?;
/// let env = Env::new(Instant::EPOCH);
/// let row = [Some(Value::text("east")), Some(Value::Money("CNY 1000.00".parse()?))];
/// assert_eq!(big.test(Scope::new(&row[..], &env)), Truth::True);
/// assert_eq!(big.test(Scope::new(&row[..1], &env)), Truth::Unknown);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Program {
    ops: Box<[Op]>,
    constants: Box<[Value]>,
    sets: Box<[Box<[Value]>]>,
    aggregates: Box<[Aggregate]>,
    patterns: Box<[Pattern]>,
    about: Arc<About>,
}

/// What an evaluation does not need.
#[derive(Debug)]
pub(super) struct About {
    pub(super) expr: Expr,
    /// The node that each instruction comes from.
    pub(super) nodes: Vec<usize>,
    pub(super) slots: Vec<Slot>,
    pub(super) paths: Vec<(Slot, Arc<str>)>,
    pub(super) reads_old: bool,
    pub(super) reads_time: bool,
}

impl Program {
    pub(super) fn new(
        ops: Vec<Op>,
        constants: Vec<Value>,
        sets: Vec<Box<[Value]>>,
        aggregates: Vec<Aggregate>,
        patterns: Vec<Pattern>,
        about: About,
    ) -> Self {
        Self {
            ops: ops.into(),
            constants: constants.into(),
            sets: sets.into(),
            aggregates: aggregates.into(),
            patterns: patterns.into(),
            about: Arc::new(about),
        }
    }

    /// Returns whether the condition holds. A program that is no condition is unknown.
    #[inline]
    pub fn test<R: Row + ?Sized>(&self, scope: Scope<'_, R>) -> Truth {
        Eval::new(self, scope, Silent).root().map_or(Truth::Unknown, Truth::from)
    }

    /// Returns the value of the expression; that of a condition is a bool.
    ///
    /// # Errors
    /// [`Unknown`] says why there is none.
    pub fn value<R: Row + ?Sized>(&self, scope: Scope<'_, R>) -> Result<Value, Unknown> {
        match Eval::new(self, scope, Silent).value(0) {
            Ok(value) => Ok(value.into_owned()),
            Err(reason) => Err(reason.named(self)),
        }
    }

    /// Tests the condition and says why it holds, fails or is unknown, clause by clause.
    pub fn explain<R: Row + ?Sized>(&self, scope: Scope<'_, R>) -> Explanation {
        let mut trace = Trace::default();
        trace.record(self, scope);
        trace.explain(self, scope)
    }

    /// Tests the condition and records what each clause yields, to be explained later or not at all.
    pub fn trace<R: Row + ?Sized>(&self, scope: Scope<'_, R>, trace: &mut Trace) -> Truth {
        trace.record(self, scope)
    }

    /// Returns the expression that was compiled; for the filter of an aggregate, the whole that it is part of.
    pub fn expr(&self) -> &Expr {
        &self.about.expr
    }

    /// Returns the slots that an evaluation may read, now or before, each once and in order; not those of aggregates.
    pub fn slots(&self) -> &[Slot] {
        &self.about.slots
    }

    /// Returns whether the record before the change matters.
    pub fn reads_old(&self) -> bool {
        self.about.reads_old
    }

    /// Returns whether the result may change by the mere passing of time.
    pub fn reads_time(&self) -> bool {
        self.about.reads_time
    }

    /// Returns the aggregates over related records.
    pub fn aggregates(&self) -> &[Aggregate] {
        &self.aggregates
    }

    /// Returns the path of the field in `slot`, as the expression names it.
    pub fn path(&self, slot: Slot) -> &str {
        let found = self.about.paths.binary_search_by_key(&slot, |(known, _)| *known).ok();
        let path = found.and_then(|index| self.about.paths.get(index));
        path.map_or("?", |(_, path)| path)
    }

    #[inline]
    pub(super) fn ops(&self) -> &[Op] {
        &self.ops
    }

    /// Returns a run of instructions.
    #[inline]
    pub(super) fn run(&self, operands: Operands) -> &[Op] {
        let first = operands.first as usize;
        self.ops.get(first..first.wrapping_add(operands.count as usize)).unwrap_or_default()
    }

    #[inline]
    pub(super) fn constant(&self, index: u32) -> Option<&Value> {
        self.constants.get(index as usize)
    }

    pub(super) fn pattern(&self, index: u32) -> Option<&Pattern> {
        self.patterns.get(index as usize)
    }

    /// Returns how many fields, literals and operators the part has that an instruction comes from.
    pub(super) fn size(&self, op: u32) -> usize {
        self.about.nodes.get(op as usize).map_or(1, |&node| self.about.expr.size(node))
    }

    #[inline]
    pub(super) fn set(&self, index: u32) -> &[Value] {
        self.sets.get(index as usize).map_or(&[], AsRef::as_ref)
    }

    /// Returns the text of the part that the instruction comes from.
    pub(super) fn text(&self, op: usize) -> String {
        let mut text = String::new();
        let node = self.about.nodes.get(op).copied().unwrap_or(0);
        // Writing to a string cannot fail.
        let _ = super::printer::print(&self.about.expr, node, &mut text);
        text
    }
}

impl fmt::Debug for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.text(0))
    }
}
