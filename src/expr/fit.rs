use std::sync::Arc;

use crate::value::{Id, List, Tags, Value};

use super::check::Check;
use super::check_each::nested;
use super::literal::{Literal, Named};
use super::problem::Mistake;
use super::syntax_error::shortened;
use super::typed::{Shape, Typed};
use super::types::quoted;
use super::{Type, read_time};

/// How literals take the type of what they meet.
impl Check<'_> {
    /// Returns the part as a value of type `expected`, or reports that it is none.
    pub(super) fn fit(&mut self, typed: Typed, expected: &Type) -> Typed {
        let node = typed.node;
        let fitted = |shape| Typed::new(node, expected.clone(), shape, Vec::new());
        match (&typed.shape, expected) {
            (Shape::Bad, _) => typed,
            (Shape::Literal(literal), _) => match constant(literal, expected) {
                Ok(value) => fitted(Shape::Constant(value)),
                Err(mistake) => self.mistake(node, mistake),
            },
            (Shape::Literals(items), Type::List(item)) => match self.constants(node, items, item) {
                Some(values) => match List::new(values) {
                    Ok(list) => fitted(Shape::Constant(Value::List(list))),
                    Err(_) => Typed::bad(node),
                },
                None => Typed::bad(node),
            },
            (Shape::Literals(items), Type::Tags) => match self.constants(node, items, &Type::Text) {
                Some(values) => {
                    let tags: Tags = values.iter().filter_map(Value::as_str).collect();
                    fitted(Shape::Constant(Value::Tags(tags)))
                }
                None => Typed::bad(node),
            },
            (Shape::If, _) if typed.is_open() => {
                let mut operands = typed.operands.into_iter();
                let condition = operands.next();
                let branches = operands.map(|branch| self.fit(branch, expected));
                let operands = condition.into_iter().chain(branches).collect();
                Typed::new(node, expected.clone(), Shape::If, operands)
            }
            (Shape::List, Type::List(item)) if matches!(**item, Type::List(_)) => self.mistake(node, nested()),
            (Shape::List, Type::List(item)) if typed.ty.is_none() => {
                let operands = typed.operands.into_iter().map(|operand| self.fit(operand, item)).collect();
                Typed::new(node, expected.clone(), Shape::List, operands)
            }
            _ => self.fit_closed(typed, expected),
        }
    }

    /// Returns the part with the type that its literals have by themselves.
    pub(super) fn settle(&mut self, typed: Typed) -> Typed {
        if typed.ty.is_some() || matches!(typed.shape, Shape::Bad) {
            return typed;
        }
        let own = self.own_type(&typed);
        self.fit(typed, &own)
    }

    /// Returns the values of `items` as the type `item`; reports every one that is none.
    pub(super) fn constants(&mut self, node: usize, items: &Arc<[Literal]>, item: &Type) -> Option<Vec<Value>> {
        let before = self.problems.len();
        let mut values = Vec::with_capacity(items.len());
        for literal in items.iter() {
            match constant(literal, item) {
                Ok(value) => values.push(value),
                Err(mistake) => {
                    self.mistake(node, mistake);
                }
            }
        }
        (self.problems.len() == before).then_some(values)
    }

    pub(super) fn own_type(&self, typed: &Typed) -> Type {
        match &typed.shape {
            Shape::Literal(literal) => literal_type(literal),
            Shape::Literals(items) => {
                let decimal = items.iter().find(|item| matches!(item, Literal::Decimal(_)));
                Type::List(Arc::new(decimal.or(items.first()).map_or(Type::Text, literal_type)))
            }
            Shape::List => {
                let known = typed.operands.iter().find_map(|operand| operand.ty.clone());
                let open = || typed.operands.first().map(|operand| self.own_type(operand));
                Type::List(Arc::new(known.or_else(open).unwrap_or(Type::Text)))
            }
            Shape::If => typed.operands.get(1).map_or(Type::Text, |branch| self.own_type(branch)),
            _ => typed.ty.clone().unwrap_or(Type::Text),
        }
    }

    fn fit_closed(&mut self, typed: Typed, expected: &Type) -> Typed {
        let Some(ty) = &typed.ty else {
            let found = self.describe(&typed);
            return self.mistake(typed.node, Mistake::Type { expected: expected.expected(), found });
        };
        if *ty == Type::Integer && *expected == Type::Decimal {
            return Typed::new(typed.node, Type::Decimal, Shape::Widen, vec![typed]);
        }
        if ty.meets(expected) && !(*ty == Type::Decimal && *expected == Type::Integer) {
            return typed;
        }
        let found = self.describe(&typed);
        self.mistake(typed.node, Mistake::Type { expected: expected.expected(), found })
    }
}

/// Returns the value of a literal as the type `expected`.
fn constant(literal: &Literal, expected: &Type) -> Result<Value, Mistake> {
    let wrong = || Mistake::Type { expected: expected.expected(), found: describe(literal) };
    let value = match (literal, expected) {
        (Literal::Bool(flag), Type::Bool) => Some(Value::Bool(*flag)),
        (Literal::Integer(number) | Literal::Unsigned(number), Type::Integer) => Some(Value::Integer(*number)),
        (Literal::Integer(number) | Literal::Unsigned(number), Type::Decimal) => Some(Value::Decimal((*number).into())),
        (Literal::Decimal(number), Type::Decimal) => Some(Value::Decimal(*number)),
        (Literal::Named(named, text), _) if named_type(*named).meets(expected) => {
            return constant(&Literal::Text(Arc::clone(text)), expected).map_err(|_| wrong());
        }
        (Literal::Text(key), Type::Enum(options)) => {
            return match options.iter().find(|option| *option == key) {
                Some(option) => Ok(Value::Enum(Arc::clone(option))),
                None => {
                    let expected = format!("one of {}", quoted(options.iter().map(AsRef::as_ref)));
                    Err(Mistake::UnknownOption { key: shortened(key), expected })
                }
            };
        }
        (Literal::Text(text), Type::Text) => Some(Value::Text(Arc::clone(text))),
        (Literal::Text(text), Type::Decimal) => super::lexer::decimal(text).map(Value::Decimal),
        (Literal::Text(text), Type::Date) => text.parse().ok().map(Value::Date),
        (Literal::Text(text), Type::Instant) => read_time::instant(text).map(Value::Instant),
        (Literal::Text(text), Type::Duration) => read_time::duration(text).map(Value::Duration),
        (Literal::Text(text), Type::Reference(_)) => Id::new(text).ok().map(Value::Reference),
        (Literal::Text(text), Type::Money(currency)) => text
            .parse()
            .ok()
            .filter(|money: &crate::value::Money| currency.is_none_or(|only| only == money.currency()))
            .map(Value::Money),
        _ => None,
    };
    value.ok_or_else(wrong)
}

fn literal_type(literal: &Literal) -> Type {
    match literal {
        Literal::Bool(_) => Type::Bool,
        Literal::Integer(_) | Literal::Unsigned(_) => Type::Integer,
        Literal::Decimal(_) => Type::Decimal,
        Literal::Text(_) => Type::Text,
        Literal::Named(named, _) => named_type(*named),
    }
}

fn named_type(named: Named) -> Type {
    match named {
        Named::Date => Type::Date,
        Named::Duration => Type::Duration,
        Named::Money => Type::Money(None),
        Named::Timestamp => Type::Instant,
    }
}

/// Says what a literal is, for a message.
pub(super) fn describe(literal: &Literal) -> String {
    match literal {
        Literal::Bool(flag) => format!("`{flag}`"),
        Literal::Integer(number) | Literal::Unsigned(number) => format!("the number `{number}`"),
        Literal::Decimal(number) => format!("the number `{number}`"),
        Literal::Text(text) => format!("the text `{}`", shortened(text)),
        Literal::Named(named, text) => format!("the {} `{}`", named.key(), shortened(text)),
    }
}
