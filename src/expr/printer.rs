use std::fmt::{self, Write};

use super::Expr;
use super::node::{Node, Over};
use super::operator::{Form, Operator, binds};
use super::over_list::OverList;

/// Writes the subtree of `root` as text with the fewest parentheses.
pub(super) fn print(expr: &Expr, root: usize, out: &mut dyn Write) -> fmt::Result {
    let mut work = vec![Work::Node(root, binds::ANYTHING)];
    while let Some(next) = work.pop() {
        match next {
            Work::Text(text) => out.write_str(text)?,
            Work::Name(node) => match expr.nodes().get(node) {
                Some(Node::Aggregate(over)) => open_aggregate(over, out)?,
                Some(Node::Each(over)) => open_each(over, out)?,
                _ => {}
            },
            Work::Node(node, least) => expand(expr, node, least, &mut work, out)?,
        }
    }
    Ok(())
}

/// Returns how many bytes the text form has.
pub(super) fn text_len(expr: &Expr) -> usize {
    struct Count(usize);
    impl Write for Count {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            self.0 = self.0.saturating_add(text.len());
            Ok(())
        }
    }
    let mut count = Count(0);
    // Counting cannot fail.
    let _ = print(expr, expr.root(), &mut count);
    count.0
}

enum Work {
    /// A node that must bind at least this tightly, or stand in parentheses.
    Node(usize, u8),
    Text(&'static str),
    /// The opening of an aggregate, or of a method over the items of a list.
    Name(usize),
}

fn expand(expr: &Expr, node: usize, least: u8, work: &mut Vec<Work>, out: &mut dyn Write) -> fmt::Result {
    let Some(what) = expr.nodes().get(node) else { return Ok(()) };
    let parenthesised = strength(what) < least;
    match what {
        Node::Literal(literal) if parenthesised => return write!(out, "({literal})"),
        Node::Literal(literal) => return write!(out, "{literal}"),
        Node::Path(path) => return out.write_str(path),
        Node::Literals(items) => {
            out.write_char('[')?;
            for (position, item) in items.iter().enumerate() {
                let comma = if position > 0 { ", " } else { "" };
                write!(out, "{comma}{item}")?;
            }
            return out.write_char(']');
        }
        _ => {}
    }
    // The parts in reverse: what is pushed last is written first.
    if parenthesised {
        work.push(Work::Text(")"));
    }
    match what {
        Node::Apply(operator, _) => apply(expr, node, *operator, work),
        Node::Aggregate(_) => {
            work.push(Work::Text(")"));
            separated(expr, node, ", ", work);
            work.push(Work::Name(node));
        }
        Node::Each(_) => {
            let operands = expr.operands(node);
            work.push(Work::Text(")"));
            listed(operands.get(1..).unwrap_or_default(), work);
            work.push(Work::Name(node));
            work.extend(operands.first().map(|&list| Work::Node(list, binds::MEMBER)));
        }
        _ => {
            work.push(Work::Text("]"));
            separated(expr, node, ", ", work);
            work.push(Work::Text("["));
        }
    }
    if parenthesised {
        work.push(Work::Text("("));
    }
    Ok(())
}

fn apply(expr: &Expr, node: usize, operator: Operator, work: &mut Vec<Work>) {
    let operands = expr.operands(node);
    match (operator.form(), &operands[..]) {
        (Form::Infix(symbol, level), _) => {
            for (position, &operand) in operands.iter().enumerate().rev() {
                // Only the first operand may bind as loosely: `a - b - c` groups to the left.
                let least = if position == 0 && !operator.is_variadic() { level } else { level.saturating_add(1) };
                work.push(Work::Node(operand, least));
                if position > 0 {
                    work.extend([Work::Text(" "), Work::Text(symbol), Work::Text(" ")]);
                }
            }
        }
        (Form::Prefix(symbol), _) => {
            for &operand in &operands {
                let same = matches!(expr.nodes().get(operand), Some(Node::Apply(inner, _)) if *inner == operator);
                // CEL's grammar repeats a prefix but does not mix them, and a negative number is a literal.
                let literal =
                    operator == Operator::Negate && matches!(expr.nodes().get(operand), Some(Node::Literal(_)));
                work.push(Work::Node(operand, if same || literal { binds::PREFIX } else { binds::MEMBER }));
            }
            work.push(Work::Text(symbol));
        }
        (Form::Conditional, &[condition, then, otherwise]) => work.extend([
            Work::Node(otherwise, binds::CONDITIONAL),
            Work::Text(" : "),
            Work::Node(then, binds::ANY),
            Work::Text(" ? "),
            Work::Node(condition, binds::ANY),
        ]),
        (Form::Method(name), [receiver, arguments @ ..]) => {
            work.push(Work::Text(")"));
            listed(arguments, work);
            work.extend([Work::Text("("), Work::Text(name), Work::Text("."), Work::Node(*receiver, binds::MEMBER)]);
        }
        (Form::Index, &[list, index]) => work.extend([
            Work::Text("]"),
            Work::Node(index, binds::ANYTHING),
            Work::Text("["),
            Work::Node(list, binds::MEMBER),
        ]),
        (Form::Word(name), _) => work.push(Work::Text(name)),
        _ => {
            work.push(Work::Text(")"));
            separated(expr, node, ", ", work);
            work.extend([Work::Text("("), Work::Text(operator.symbol())]);
        }
    }
}

/// Adds operands with commas between them.
fn listed(operands: &[usize], work: &mut Vec<Work>) {
    for (position, &operand) in operands.iter().enumerate().rev() {
        work.push(Work::Node(operand, binds::ANYTHING));
        if position > 0 {
            work.push(Work::Text(", "));
        }
    }
}

fn separated(expr: &Expr, node: usize, comma: &'static str, work: &mut Vec<Work>) {
    for (position, operand) in expr.operands_reversed(node).enumerate() {
        if position > 0 {
            work.push(Work::Text(comma));
        }
        work.push(Work::Node(operand, binds::ANYTHING));
    }
}

fn open_aggregate(over: &Over, out: &mut dyn Write) -> fmt::Result {
    write!(out, "{}({}", over.aggregation.key(), over.collection)?;
    if over.item.is_empty() { Ok(()) } else { write!(out, ", {}, ", over.item) }
}

fn open_each(over: &OverList, out: &mut dyn Write) -> fmt::Result {
    let positions = !over.position.is_empty();
    write!(out, ".{}(", over.what.method(positions))?;
    if positions {
        write!(out, "{}, ", over.position)?;
    }
    write!(out, "{}, ", over.item)
}

fn strength(node: &Node) -> u8 {
    match node {
        Node::Literal(literal) if literal.is_negative() => binds::PREFIX,
        Node::Literal(_) | Node::Literals(_) | Node::List(_) | Node::Path(_) | Node::Aggregate(_) | Node::Each(_) => {
            binds::MEMBER
        }
        Node::Apply(operator, _) => match operator.form() {
            Form::Infix(_, level) => level,
            Form::Prefix(_) => binds::PREFIX,
            Form::Conditional => binds::CONDITIONAL,
            Form::Call(_) | Form::Index | Form::Method(_) | Form::Word(_) => binds::MEMBER,
        },
    }
}
