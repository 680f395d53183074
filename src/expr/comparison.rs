use crate::value::{Date, Duration, Instant, Value};

use super::eval::{Eval, Silent};
use super::op::{Kind, Op, Test};
use super::{Env, Program, Scope, Slot};

/// A field against constants: what an index can answer.
///
/// A record for which the whole condition is true fulfils every comparison of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Comparison {
    /// The field.
    pub slot: Slot,
    /// How it is compared.
    pub relation: Relation,
    /// The constants: none for [`Relation::Has`], any number in order for [`Relation::In`], otherwise one.
    pub values: Vec<Value>,
}

/// How a field is compared with constants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Relation {
    /// The field is at least the constant.
    AtLeast,
    /// The field is at most the constant.
    AtMost,
    /// The field is the constant.
    Equal,
    /// The field is more than the constant.
    Greater,
    /// The field has a value.
    Has,
    /// The list or the tags of the field hold the constant.
    Holds,
    /// The field is one of the constants.
    In,
    /// The field is less than the constant.
    Less,
    /// The field has a value other than the constant.
    NotEqual,
}

impl Program {
    /// Returns the comparisons of fields with constants that the condition joins by `&&`, in order.
    ///
    /// # Example: what an index sees
    /// ```
    /// use guanxi::expr::{Expr, Names, Relation, Slot, Type};
    ///
    /// struct Deal;
    /// impl Names for Deal {
    ///     fn resolve(&self, path: &[&str]) -> Option<(Slot, Type)> {
    ///         (path == ["amount"]).then_some((Slot::new(0), Type::Integer))
    ///     }
    /// }
    ///
    /// let program = "10 <= amount && amount < 20".parse::<Expr>()?.condition(&Deal)?;
    /// let relations: Vec<_> = program.comparisons().iter().map(|c| c.relation).collect();
    /// assert_eq!(relations, [Relation::AtLeast, Relation::Less]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn comparisons(&self) -> Vec<Comparison> {
        self.conjuncts().flat_map(|op| self.comparison(op, None)).collect()
    }

    /// Returns also the comparisons with what follows from the time alone, such as `at > now - days(30)`.
    pub fn comparisons_at(&self, env: &Env) -> Vec<Comparison> {
        self.conjuncts().flat_map(|op| self.comparison(op, Some(env))).collect()
    }

    fn conjuncts(&self) -> impl Iterator<Item = u32> {
        match self.ops().first() {
            Some(Op::All(operands)) => operands.first..operands.first.saturating_add(operands.count),
            _ => 0..1,
        }
    }

    fn op(&self, index: u32) -> Option<Op> {
        self.ops().get(index as usize).copied()
    }

    fn comparison(&self, index: u32, env: Option<&Env>) -> Vec<Comparison> {
        let one = |slot, relation, values: Vec<Value>| vec![Comparison { slot, relation, values }];
        match self.op(index) {
            Some(Op::Whole { test, kind, slot, constant }) => match whole(kind, constant) {
                Some(value) => one(slot, relation(test), vec![value]),
                None => Vec::new(),
            },
            Some(Op::Field { test, slot, constant }) => match self.constant(constant) {
                Some(value) => one(slot, relation(test), vec![value.clone()]),
                None => Vec::new(),
            },
            Some(Op::FieldIn { slot, set }) => one(slot, Relation::In, self.set(set).to_vec()),
            Some(Op::Has { slot, old: false }) => one(slot, Relation::Has, Vec::new()),
            Some(Op::Get { slot, old: false }) => one(slot, Relation::Equal, vec![Value::Bool(true)]),
            Some(Op::Not(operand)) => match self.op(operand) {
                Some(Op::Get { slot, old: false }) => one(slot, Relation::Equal, vec![Value::Bool(false)]),
                _ => Vec::new(),
            },
            Some(Op::Holds { first }) => match (self.op(first), self.op(first + 1)) {
                (Some(Op::Constant(constant)), Some(Op::Get { slot, old: false })) => match self.constant(constant) {
                    Some(value) => one(slot, Relation::Holds, vec![value.clone()]),
                    None => Vec::new(),
                },
                _ => Vec::new(),
            },
            Some(Op::Relate { test, first }) => {
                let sides = [(first, first + 1, test), (first + 1, first, test.flipped())];
                let found = sides.into_iter().find_map(|(field, other, test)| match self.op(field) {
                    Some(Op::Get { slot, old: false }) => {
                        Some(one(slot, relation(test), vec![self.timely(other, env?)?]))
                    }
                    _ => None,
                });
                found.unwrap_or_default()
            }
            Some(Op::Within { first }) => self.within(first, env).unwrap_or_default(),
            _ => Vec::new(),
        }
    }

    fn within(&self, first: u32, env: Option<&Env>) -> Option<Vec<Comparison>> {
        let env = env?;
        let Some(Op::Get { slot, old: false }) = self.op(first) else { return None };
        let Some(Value::Duration(span)) = self.timely(first + 1, env) else { return None };
        let from = env.now().plus(Duration::from_millis(span.millis().checked_neg()?)).unwrap_or(Instant::MIN);
        let to = env.now().plus(span).unwrap_or(Instant::MAX);
        Some(vec![
            Comparison { slot, relation: Relation::AtLeast, values: vec![Value::Instant(from)] },
            Comparison { slot, relation: Relation::AtMost, values: vec![Value::Instant(to)] },
        ])
    }

    /// Returns the value of an operand that depends on no record.
    fn timely(&self, index: u32, env: &Env) -> Option<Value> {
        let mut waiting = vec![index];
        while let Some(index) = waiting.pop() {
            let op = self.op(index)?;
            if op.reads().next().is_some() || matches!(op, Op::Aggregate(_) | Op::Newly { .. }) {
                return None;
            }
            let operands = op.operands();
            waiting.extend(operands.first..operands.first.saturating_add(operands.count));
        }
        let nothing: &[Option<Value>] = &[];
        Eval::new(self, Scope::new(nothing, env), Silent).value(index).ok().map(std::borrow::Cow::into_owned)
    }
}

fn relation(test: Test) -> Relation {
    match test {
        Test::Equal => Relation::Equal,
        Test::NotEqual => Relation::NotEqual,
        Test::Less => Relation::Less,
        Test::AtMost => Relation::AtMost,
        Test::Greater => Relation::Greater,
        Test::AtLeast => Relation::AtLeast,
    }
}

fn whole(kind: Kind, constant: i64) -> Option<Value> {
    Some(match kind {
        Kind::Integer => Value::Integer(constant),
        Kind::Date => Value::Date(Date::from_epoch_days(i32::try_from(constant).ok()?)?),
        Kind::Instant => Value::Instant(Instant::from_millis(constant)?),
        Kind::Duration => Value::Duration(Duration::from_millis(constant)),
    })
}
