use std::collections::BTreeMap;
use std::sync::Arc;

use super::check_definition::Defined;
use super::literal::Literal;
use super::node::{Node, Over};
use super::operator::Operator;
use super::pattern::Pattern;
use super::problem::{Mistake, Problem};
use super::row::{Aggregate, Aggregation};
use super::syntax_error::shortened;
use super::typed::{Shape, Typed};
use super::{Collection, Expr, Names, Place, Problems, Program, Slot, Type, layout, nearest};

/// Checks `expr` against `names` and compiles it.
pub(super) fn compile(expr: &Expr, names: &dyn Names, expected: Option<&Type>) -> Result<Program, Problems> {
    let mut check = Check::new(expr, names);
    let root = check.run();
    let root = match expected {
        Some(expected) => check.fit(root, expected),
        None => check.settle(root),
    };
    let Check { mut problems, aggregates, paths, patterns, .. } = check;
    if problems.is_empty() {
        return Ok(layout::program(expr, &root, aggregates, patterns, paths));
    }
    problems.sort_by_key(|problem| problem.place().span());
    Err(Problems::new(problems))
}

/// The check of one expression: bottom-up over the arena, so that it needs no recursion and sees every mistake.
pub(super) struct Check<'a> {
    pub(super) expr: &'a Expr,
    names: &'a dyn Names,
    surroundings: Vec<Surroundings>,
    pub(super) problems: Vec<Problem>,
    aggregates: Vec<Aggregate>,
    /// The fields seen, with their paths.
    pub(super) paths: Vec<(Slot, Arc<str>)>,
    /// The same for the aggregate at hand.
    inner_paths: Vec<(Slot, Arc<str>)>,
    /// The lists that something is asked of, each with the node that asks.
    lists: BTreeMap<usize, usize>,
    /// The types of their items by the node that asks; none for a list without items.
    pub(super) items: BTreeMap<usize, Option<Type>>,
    pub(super) patterns: Vec<Pattern>,
}

/// What a node stands in.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Surroundings {
    /// The node of the aggregate.
    pub(super) aggregate: Option<usize>,
    pub(super) newly: bool,
    /// Whether it is what something is compared with, where people write texts.
    compared_with: bool,
    /// The innermost node that asks something of the items of a list.
    pub(super) each: Option<usize>,
}

fn surroundings(expr: &Expr) -> Vec<Surroundings> {
    let mut all = vec![Surroundings::default(); expr.nodes().len()];
    for (index, node) in expr.nodes().iter().enumerate() {
        let within = all.get_mut(expr.start(index)..index).unwrap_or_default();
        match node {
            Node::Aggregate(_) => within.iter_mut().for_each(|node| node.aggregate = Some(index)),
            Node::Apply(Operator::Newly, _) => within.iter_mut().for_each(|node| node.newly = true),
            Node::Apply(Operator::Equal | Operator::NotEqual | Operator::In, _) => {
                within.iter_mut().next_back().into_iter().for_each(|node| node.compared_with = true);
            }
            Node::List(_) => expr.operands_reversed(index).for_each(|item| {
                all.get_mut(item).into_iter().for_each(|node| node.compared_with = true);
            }),
            // The list itself stands outside; and the innermost came first.
            Node::Each(_) => {
                let asked = expr.list_of(index).saturating_add(1).saturating_sub(expr.start(index));
                within.iter_mut().skip(asked).for_each(|node| node.each = node.each.or(Some(index)));
            }
            _ => {}
        }
    }
    all
}

fn lists(expr: &Expr) -> BTreeMap<usize, usize> {
    let each = expr.nodes().iter().enumerate().filter(|(_, node)| matches!(node, Node::Each(_)));
    each.map(|(index, _)| (expr.list_of(index), index)).collect()
}

impl<'a> Check<'a> {
    pub(super) fn new(expr: &'a Expr, names: &'a dyn Names) -> Self {
        Self {
            expr,
            names,
            surroundings: surroundings(expr),
            problems: Vec::new(),
            aggregates: Vec::new(),
            paths: Vec::new(),
            inner_paths: Vec::new(),
            lists: lists(expr),
            items: BTreeMap::new(),
            patterns: Vec::new(),
        }
    }

    pub(super) fn run(&mut self) -> Typed {
        let expr = self.expr;
        let mut ready: Vec<Typed> = Vec::new();
        for (index, node) in expr.nodes().iter().enumerate() {
            let operands = ready.split_off(ready.len().saturating_sub(node.operands()));
            let typed = match node {
                Node::Literal(literal) => self.literal(index, literal),
                Node::Literals(items) => Typed::open(index, Shape::Literals(Arc::clone(items)), operands),
                Node::List(_) => Typed::open(index, Shape::List, operands),
                Node::Path(path) => self.path(index, path),
                Node::Apply(operator, _) => self.apply(index, *operator, operands),
                Node::Aggregate(over) => self.aggregate(index, over, operands),
                Node::Each(over) => self.each(index, over, operands),
            };
            ready.push(match self.lists.get(&index) {
                Some(&asker) => self.asked(asker, typed),
                None => typed,
            });
        }
        ready.pop().unwrap_or_else(|| Typed::bad(0))
    }

    fn literal(&mut self, node: usize, literal: &Literal) -> Typed {
        let typed = Typed::open(node, Shape::Literal(literal.clone()), Vec::new());
        if typed.is_open() { typed } else { self.settle(typed) }
    }

    fn path(&mut self, node: usize, path: &Arc<str>) -> Typed {
        let parts: Vec<&str> = path.split('.').collect();
        if let Some(item) = self.item(node, &parts) {
            return item;
        }
        let around = self.surroundings(node);
        if let Some(aggregate) = around.aggregate {
            return self.inner_path(node, path, &parts, aggregate);
        }
        let (old, parts) = match parts.split_first() {
            Some((&side @ ("old" | "new"), rest)) => {
                if around.newly {
                    let whither = "within `newly`, which itself compares before and now";
                    return self.misplaced(node, format!("`{}`", shortened(path)), whither);
                }
                (side == "old", rest)
            }
            _ => (false, &parts[..]),
        };
        let Some((slot, ty)) = self.names.resolve(parts) else {
            if let Some(Defined { typed, paths }) = self.defined(node, parts, self.names, old) {
                self.paths.extend(paths);
                return typed;
            }
            return self.unknown(node, "field", &parts.join("."), self.names.known());
        };
        self.paths.push((slot, parts.join(".").into()));
        Typed::new(node, ty, Shape::Field { slot, old }, Vec::new())
    }

    /// Resolves a path within an aggregate, which sees the related record only: so an index can answer it.
    fn inner_path(&mut self, node: usize, path: &Arc<str>, parts: &[&str], aggregate: usize) -> Typed {
        let Some(Node::Aggregate(over)) = self.expr.nodes().get(aggregate) else { return Typed::bad(node) };
        let field = match parts.split_first() {
            Some((item, rest)) if *item == over.item.as_ref() => rest,
            _ => {
                let key = over.aggregation.key();
                let whither = format!("within `{key}`, which sees the fields of `{}` only", over.item);
                return self.misplaced(node, format!("`{}`", shortened(path)), whither);
            }
        };
        if field.is_empty() {
            let expected = format!("a field of `{}`", over.item);
            return self.mistake(node, Mistake::Type { expected, found: format!("`{}`", over.item) });
        }
        // An unknown collection is reported once, at the aggregate.
        let Some(collection) = self.names.collection(&over.collection) else { return Typed::bad(node) };
        let Some((slot, ty)) = collection.names().resolve(field) else {
            if let Some(Defined { typed, paths }) = self.defined(node, field, collection.names(), false) {
                let item = |(slot, path): (Slot, Arc<str>)| (slot, format!("{}.{path}", over.item).into());
                self.inner_paths.extend(paths.into_iter().map(item));
                return typed;
            }
            return self.unknown(node, "field", &field.join("."), collection.names().known());
        };
        self.inner_paths.push((slot, Arc::clone(path)));
        Typed::new(node, ty, Shape::Field { slot, old: false }, Vec::new())
    }

    fn aggregate(&mut self, node: usize, over: &Over, mut operands: Vec<Typed>) -> Typed {
        let paths = std::mem::take(&mut self.inner_paths);
        let around = self.surroundings(node);
        if around.aggregate.is_some() {
            return self.misplaced(node, format!("`{}`", over.aggregation.key()), "within another aggregate");
        }
        if around.each.is_some() {
            let whither = "within a condition on the items of a list, which would ask it for each of them";
            return self.misplaced(node, format!("`{}`", over.aggregation.key()), whither);
        }
        let filter = if over.has_filter { operands.pop() } else { None };
        let filter = filter.map(|filter| self.fit(filter, &Type::Bool));
        let value = operands.pop().map(|value| self.aggregated(over.aggregation, value));
        let Some(collection) = self.names.collection(&over.collection) else {
            return self.unknown(node, "collection", &over.collection, self.names.known());
        };
        let (ty, zero) = match (over.aggregation, value.as_ref().and_then(|value| value.ty.clone())) {
            (Aggregation::Count, _) => (Type::Integer, None),
            (Aggregation::Exists, _) => (Type::Bool, None),
            (_, Some(ty)) => {
                let zero = super::aggregate_eval::zero(&ty);
                (ty, zero)
            }
            (_, None) => return Typed::bad(node),
        };
        if !self.problems.is_empty() {
            return Typed::new(node, ty, Shape::Bad, Vec::new());
        }
        let field = match value.map(|value| value.shape) {
            Some(Shape::Field { slot, .. }) => Some(slot),
            _ => None,
        };
        let index = u32::try_from(self.aggregates.len()).unwrap_or(u32::MAX);
        self.aggregates.push(Aggregate {
            collection: Collection::id(&collection),
            name: Arc::clone(&over.collection),
            aggregation: over.aggregation,
            field,
            filter: filter.map(|filter| layout::program(self.expr, &filter, Vec::new(), self.patterns.clone(), paths)),
            zero,
            reads_old: around.newly,
        });
        Typed::new(node, ty, Shape::Aggregate(index), Vec::new())
    }

    /// Checks what a sum or a latest value is over.
    fn aggregated(&mut self, aggregation: Aggregation, value: Typed) -> Typed {
        let Some(ty) = &value.ty else { return value };
        let fits = match aggregation {
            Aggregation::Latest => matches!(ty, Type::Date | Type::Instant),
            _ => matches!(ty, Type::Integer | Type::Decimal | Type::Money(_) | Type::Duration),
        };
        if fits && matches!(value.shape, Shape::Field { .. }) {
            return value;
        }
        let expected = match aggregation {
            Aggregation::Latest => "a date or instant field of the related record",
            _ => "a number, money or duration field of the related record",
        };
        let found = self.describe(&value);
        self.mistake(value.node, Mistake::Type { expected: expected.into(), found })
    }

    pub(super) fn has_calendar(&self) -> bool {
        self.names.has_calendar()
    }

    pub(super) fn surroundings(&self, node: usize) -> Surroundings {
        self.surroundings.get(node).copied().unwrap_or_default()
    }

    fn unknown(&mut self, node: usize, kind: &'static str, name: &str, known: Vec<String>) -> Typed {
        let nearest = nearest::nearest(name, known.iter().map(String::as_str)).map(str::to_owned);
        // In the tree form a field is one by its shape, and the record before and after a change has no texts.
        let is_bare = |path: &str| path == name && matches!(self.expr.place(node), Place::Text(_));
        let may_be_text = nearest.is_none() || self.surroundings(node).compared_with;
        let bare = may_be_text && matches!(self.expr.nodes().get(node), Some(Node::Path(path)) if is_bare(path));
        self.mistake(node, Mistake::Unknown { kind, name: shortened(name), nearest, bare })
    }

    pub(super) fn misplaced(&mut self, node: usize, what: impl Into<String>, whither: impl Into<String>) -> Typed {
        self.mistake(node, Mistake::Misplaced { what: what.into(), whither: whither.into() })
    }

    /// Reports a mistake at `node` and returns a part of no type, which causes no further reports.
    pub(super) fn mistake(&mut self, node: usize, mistake: Mistake) -> Typed {
        self.problems.push(Problem::new(self.expr.place(node), mistake));
        Typed::bad(node)
    }

    /// Says what a part is, for a message.
    pub(super) fn describe(&self, typed: &Typed) -> String {
        let path = match self.expr.nodes().get(typed.node) {
            Some(Node::Path(path)) => Some(path),
            _ => None,
        };
        match (&typed.shape, path, &typed.ty) {
            (Shape::Literal(literal), ..) => super::fit::describe(literal),
            (_, Some(path), Some(ty)) => format!("`{}`, which is {ty}", shortened(path)),
            (_, _, Some(ty)) => ty.to_string(),
            (Shape::Literals(_) | Shape::List, ..) => "a list".into(),
            _ => "something else".into(),
        }
    }
}
