use std::sync::Arc;

use crate::value::Value;

use super::Type;
use super::check::Check;
use super::node::Node;
use super::over_list::{Each, OverList};
use super::problem::Mistake;
use super::syntax_error::shortened;
use super::typed::{Shape, Typed};

/// What is asked of the items of a list.
impl Check<'_> {
    /// Returns the list that `asker` asks something of, with the type that it has by itself.
    pub(super) fn asked(&mut self, asker: usize, list: Typed) -> Typed {
        let list = self.settle(list);
        let item = match (&list.ty, &list.shape) {
            // Of what does not exist everything can be said.
            (_, Shape::Constant(Value::List(items))) if items.is_empty() => None,
            (Some(Type::List(item)), _) => Some(Type::clone(item)),
            (Some(Type::Tags), _) => Some(Type::Text),
            (None, _) => None,
            (Some(_), _) => {
                let found = self.describe(&list);
                self.mistake(list.node, Mistake::Type { expected: "a list or tags".into(), found });
                None
            }
        };
        self.items.insert(asker, item);
        list
    }

    /// Returns the item, or the position of one, that a path names; `None` when it names none.
    pub(super) fn item(&mut self, node: usize, parts: &[&str]) -> Option<Typed> {
        let first = *parts.first()?;
        let mut up = 0;
        let mut next = self.surroundings(node).each;
        while let Some(asker) = next {
            let Some(Node::Each(over)) = self.expr.nodes().get(asker) else { return None };
            let position = first == over.position.as_ref();
            if !position && first != over.item.as_ref() {
                up += 1;
                next = self.surroundings(asker).each;
                continue;
            }
            if parts.len() > 1 {
                let whither = format!("here: `{first}` is an item of a list, which has no fields");
                return Some(self.misplaced(node, format!("`{}`", shortened(&parts.join("."))), whither));
            }
            let shape = Shape::Item { up, position };
            return Some(match self.items.get(&asker) {
                _ if position => Typed::new(node, Type::Integer, shape, Vec::new()),
                Some(Some(ty)) => Typed::new(node, ty.clone(), shape, Vec::new()),
                _ => Typed::bad(node),
            });
        }
        None
    }

    pub(super) fn each(&mut self, node: usize, over: &OverList, operands: Vec<Typed>) -> Typed {
        let mut given = operands.into_iter();
        let list = given.next().unwrap_or_else(|| Typed::bad(node));
        let mut operands = vec![list];
        if over.has_filter {
            let filter = given.next().unwrap_or_else(|| Typed::bad(node));
            operands.push(self.fit(filter, &Type::Bool));
        }
        let value = given.next().map(|value| self.settle(value));
        let item = self.items.get(&node).cloned().flatten();
        let ty = match (over.what, value.as_ref().and_then(|value| value.ty.clone()), &item) {
            (Each::Every | Each::One | Each::Some, ..) => Some(Type::Bool),
            (Each::Filter, _, item) => item.clone().map(|item| Type::List(Arc::new(item))),
            (Each::Map, Some(Type::List(_)), _) => {
                return self.mistake(node, nested());
            }
            (Each::Map, value, _) => value.map(|value| Type::List(Arc::new(value))),
        };
        operands.extend(value);
        match (item, ty) {
            (None, _) => self.of_nothing(node, over.what, operands),
            (_, Some(ty)) => Typed::new(node, ty, Shape::Each(over.what, over.has_filter), operands),
            (_, None) => Typed::bad(node),
        }
    }

    /// Returns what is true of a list without items; also of something that is no list, which was reported.
    fn of_nothing(&mut self, node: usize, what: Each, operands: Vec<Typed>) -> Typed {
        let is_empty = operands.first().is_some_and(|list| matches!(list.shape, Shape::Constant(_)));
        match what {
            _ if !is_empty => Typed::bad(node),
            Each::Every => Typed::new(node, Type::Bool, Shape::Constant(Value::Bool(true)), Vec::new()),
            Each::One | Each::Some => Typed::new(node, Type::Bool, Shape::Constant(Value::Bool(false)), Vec::new()),
            Each::Filter | Each::Map => Typed::open(node, Shape::Literals(Arc::from([])), Vec::new()),
        }
    }
}

/// The mistake of a list within a list.
pub(super) fn nested() -> Mistake {
    Mistake::Type { expected: "items that are no lists".into(), found: "a list within a list".into() }
}
