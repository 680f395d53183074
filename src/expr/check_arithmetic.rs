use super::Type;
use super::check::Check;
use super::literal::Literal;
use super::node::Node;
use super::op::Arithmetic;
use super::problem::Mistake;
use super::typed::{Shape, Typed};

/// Which types arithmetic joins, and what comes of it.
impl Check<'_> {
    pub(super) fn arithmetic(&mut self, node: usize, how: Arithmetic, left: Typed, right: Typed) -> Typed {
        let (left, right) = match (&left.ty, &right.ty) {
            (None, Some(ty)) => {
                let ty = partner(how, ty, &left, Side::Left);
                (self.fit(left, &ty), right)
            }
            (Some(ty), None) => {
                let ty = partner(how, ty, &right, Side::Right);
                (left, self.fit(right, &ty))
            }
            // An empty list holds what the other one does.
            _ if Self::is_empty_list(&left) => {
                let right = self.settle(right);
                let ty = right.ty.clone().unwrap_or(Type::Text);
                (self.fit(left, &ty), right)
            }
            _ if Self::is_empty_list(&right) => {
                let left = self.settle(left);
                let ty = left.ty.clone().unwrap_or(Type::Text);
                (left, self.fit(right, &ty))
            }
            _ => (self.settle(left), self.settle(right)),
        };
        let (Some(one), Some(other)) = (&left.ty, &right.ty) else { return Typed::bad(node) };
        match result(how, one, other) {
            Some(_) if how == Arithmetic::Subtract && self.has_unsigned(node) => self.unsigned(node),
            Some(ty) => Typed::new(node, ty, Shape::Arithmetic(how), vec![left, right]),
            None => {
                let expected = format!("two operands that `{}` can join", symbol(how));
                let found = format!("{one} and {other}");
                self.mistake(node, Mistake::Type { expected, found })
            }
        }
    }

    pub(super) fn negate(&mut self, node: usize, operand: Typed) -> Typed {
        let operand = self.settle(operand);
        if self.has_unsigned(node) {
            return self.unsigned(node);
        }
        match &operand.ty {
            Some(ty @ (Type::Integer | Type::Decimal | Type::Money(_) | Type::Duration)) => {
                Typed::new(node, ty.clone(), Shape::Negate, vec![operand])
            }
            Some(_) => {
                let found = self.describe(&operand);
                self.mistake(operand.node, Mistake::Type { expected: "a number, money or a duration".into(), found })
            }
            None => Typed::bad(node),
        }
    }
}

/// Whole numbers are signed here. CEL's unsigned ones are read, where they cannot go below zero: there CEL has no answer.
impl Check<'_> {
    fn has_unsigned(&self, node: usize) -> bool {
        let within = self.expr.nodes().get(self.expr.start(node)..node).unwrap_or_default();
        within.iter().any(|node| matches!(node, Node::Literal(Literal::Unsigned(_))))
    }

    fn unsigned(&mut self, node: usize) -> Typed {
        let (expected, found) = ("numbers without `u`, which can be negative".into(), "an unsigned number".into());
        self.mistake(node, Mistake::Type { expected, found })
    }
}

enum Side {
    Left,
    Right,
}

/// Returns the type that a literal takes beside an operand of type `other`.
fn partner(how: Arithmetic, other: &Type, literal: &Typed, side: Side) -> Type {
    let whole = matches!(literal.shape, Shape::Literal(Literal::Integer(_) | Literal::Unsigned(_)));
    match other {
        Type::Money(_) | Type::Duration if whole && how == Arithmetic::Multiply => Type::Integer,
        Type::Date | Type::Instant => {
            let span = matches!(&literal.shape, Shape::Literal(Literal::Text(t)) if t.parse::<crate::value::Duration>().is_ok());
            // `due_on - '2026-03-02'` is a span, `due_on - 'P3D'` a date.
            let same = how == Arithmetic::Subtract && (matches!(side, Side::Left) || !span);
            if same { other.clone() } else { Type::Duration }
        }
        other => other.clone(),
    }
}

fn result(how: Arithmetic, left: &Type, right: &Type) -> Option<Type> {
    use Arithmetic::{Add, Divide, Multiply, Subtract};
    Some(match (left, how, right) {
        (Type::Integer, _, Type::Integer) => Type::Integer,
        // CEL has no remainder of numbers that are not whole.
        (left, Add | Subtract | Multiply | Divide, right) if left.is_number() && right.is_number() => Type::Decimal,
        (Type::Text, Add, Type::Text) => Type::Text,
        (Type::List(one), Add, Type::List(other)) if one == other => left.clone(),
        (Type::Money(one), Add | Subtract, Type::Money(other)) if left.meets(right) => Type::Money(one.or(*other)),
        (Type::Money(_), Divide, Type::Money(_)) if left.meets(right) => Type::Decimal,
        (Type::Money(_) | Type::Duration, Multiply, Type::Integer) => left.clone(),
        (Type::Integer, Multiply, Type::Money(_) | Type::Duration) => right.clone(),
        (Type::Date, Subtract, Type::Date) | (Type::Instant, Subtract, Type::Instant) => Type::Duration,
        (Type::Date | Type::Instant | Type::Duration, Add | Subtract, Type::Duration) => left.clone(),
        (Type::Duration, Add, Type::Date | Type::Instant) => right.clone(),
        _ => return None,
    })
}

fn symbol(how: Arithmetic) -> &'static str {
    match how {
        Arithmetic::Add => "+",
        Arithmetic::Subtract => "-",
        Arithmetic::Multiply => "*",
        Arithmetic::Divide => "/",
        Arithmetic::Remainder => "%",
    }
}
