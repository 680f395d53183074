use std::sync::Arc;

use super::literal::{Literal, Named};
use super::node::{Node, Over};
use super::operator::{Operator, To};
use super::over_list::OverList;
use super::{Expr, Limit, Place};

/// Builds the arena of an expression bottom-up, in canonical form and within the limits.
///
/// Canonical: `all` inside `all` is one `all`, an `all` of one operand is that operand, a negated number is a number, a text
/// turned into a time is that constant, and a list of literals is one node. So every reader yields the same tree for the
/// same meaning.
#[derive(Debug, Default)]
pub(super) struct Builder {
    nodes: Vec<Node>,
    /// How many nodes the subtree of each node has.
    sizes: Vec<usize>,
    depths: Vec<usize>,
    places: Vec<Place>,
}

impl Builder {
    pub(super) fn leaf(&mut self, node: Node, place: Place) -> Result<(), Limit> {
        self.push(node, 1, 1, place)
    }

    /// Applies `operator` to the last `count` subtrees.
    pub(super) fn apply(&mut self, operator: Operator, count: usize, place: Place) -> Result<(), Limit> {
        if operator.is_variadic() {
            return self.join(operator, count, place);
        }
        if let Some(Node::Literal(literal)) = self.nodes.last_mut() {
            if let Some(constant) = constant(operator, literal) {
                *literal = constant;
                self.places.pop();
                self.places.push(place);
                return Ok(());
            }
        }
        self.parent(Node::Apply(operator, narrow(count)), count, place)
    }

    /// Makes a list of the last `count` subtrees.
    pub(super) fn list(&mut self, count: usize, place: Place) -> Result<(), Limit> {
        if count > Expr::MAX_LIST {
            return Err(Limit::List);
        }
        let first = self.nodes.len().saturating_sub(count);
        let items = self.nodes.get(first..).unwrap_or_default();
        // The roots of a list of literals are the last `count` nodes themselves.
        let literals: Option<Vec<Literal>> = (self.roots(count).first().copied().unwrap_or(first) == first)
            .then(|| items.iter().map(|node| if let Node::Literal(item) = node { Some(item.clone()) } else { None }))
            .and_then(Iterator::collect);
        match literals {
            Some(literals) => {
                self.truncate(first);
                self.leaf(Node::Literals(literals.into()), place)
            }
            None => self.parent(Node::List(narrow(count)), count, place),
        }
    }

    pub(super) fn aggregate(&mut self, over: Over, place: Place) -> Result<(), Limit> {
        let node = Node::Aggregate(over);
        let count = node.operands();
        self.parent(node, count, place)
    }

    pub(super) fn each(&mut self, over: OverList, place: Place) -> Result<(), Limit> {
        let count = over.operands();
        self.parent(Node::Each(over), count, place)
    }

    /// Returns the place of the root of the `back`-th last subtree, the last being 1.
    pub(super) fn place(&self, back: usize) -> Option<&Place> {
        self.roots(back).first().and_then(|&root| self.places.get(root))
    }

    pub(super) fn finish(self) -> Result<Expr, Limit> {
        if self.nodes.len() > Expr::MAX_NODES {
            return Err(Limit::Nodes);
        }
        let expr = Expr::from_parts(self.nodes.into(), self.sizes.into(), self.places.into());
        // Every expression can be written as text and read again.
        if super::printer::text_len(&expr) > Expr::MAX_TEXT { Err(Limit::Text) } else { Ok(expr) }
    }

    fn join(&mut self, operator: Operator, count: usize, place: Place) -> Result<(), Limit> {
        if count == 0 {
            return self.leaf(Node::Literal(Literal::Bool(operator == Operator::All)), place);
        }
        if count == 1 {
            return Ok(());
        }
        let mut operands = 0;
        // From the last to the first, so that a removal does not move the roots still to be looked at.
        for root in self.roots(count).into_iter().rev() {
            match self.nodes.get(root) {
                Some(Node::Apply(inner, n)) if *inner == operator => {
                    operands += usize::try_from(*n).unwrap_or(0);
                    self.nodes.remove(root);
                    self.sizes.remove(root);
                    self.depths.remove(root);
                    self.places.remove(root);
                }
                _ => operands += 1,
            }
        }
        self.parent(Node::Apply(operator, narrow(operands)), operands, place)
    }

    fn parent(&mut self, node: Node, count: usize, place: Place) -> Result<(), Limit> {
        let roots = self.roots(count);
        let sum = |of: &[usize]| roots.iter().filter_map(|&root| of.get(root)).sum::<usize>();
        let size = sum(&self.sizes).saturating_add(1);
        let deepest = roots.iter().filter_map(|&root| self.depths.get(root)).max().copied().unwrap_or(0);
        self.push(node, size, deepest.saturating_add(1), place)
    }

    /// Returns the roots of the last `count` subtrees in order.
    fn roots(&self, count: usize) -> Vec<usize> {
        let mut roots = Vec::with_capacity(count.min(self.nodes.len()));
        let mut end = self.nodes.len();
        for _ in 0..count {
            let Some(root) = end.checked_sub(1) else { break };
            roots.push(root);
            end = end.saturating_sub(self.sizes.get(root).copied().unwrap_or(1));
        }
        roots.reverse();
        roots
    }

    fn push(&mut self, node: Node, size: usize, depth: usize, place: Place) -> Result<(), Limit> {
        if depth > Expr::MAX_DEPTH {
            return Err(Limit::Depth);
        }
        // The items of one list of literals may still be on their way into a single node.
        if self.nodes.len() > Expr::MAX_NODES.saturating_add(Expr::MAX_LIST) {
            return Err(Limit::Nodes);
        }
        self.nodes.push(node);
        self.sizes.push(size);
        self.depths.push(depth);
        self.places.push(place);
        Ok(())
    }

    fn truncate(&mut self, len: usize) {
        self.nodes.truncate(len);
        self.sizes.truncate(len);
        self.depths.truncate(len);
        self.places.truncate(len);
    }
}

/// Returns the literal that an operator makes of one.
fn constant(operator: Operator, literal: &Literal) -> Option<Literal> {
    match (operator, literal) {
        (Operator::Negate, number) => number.negated(),
        (Operator::Convert(To::Duration), Literal::Text(text)) => Some(Literal::Named(Named::Duration, text.clone())),
        (Operator::Convert(To::Instant), Literal::Text(text)) => Some(Literal::Named(Named::Timestamp, text.clone())),
        _ => None,
    }
}

/// The place of nodes that no one wrote.
pub(super) fn nowhere() -> Place {
    Place::Json(Arc::from(""))
}

fn narrow(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
