use std::sync::Arc;

use super::literal::Literal;
use super::operator::Operator;
use super::over_list::OverList;
use super::row::Aggregation;

/// One node of the tree. Its operands are the subtrees that stand before it in the arena.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Node {
    Literal(Literal),
    /// A list of nothing but literals.
    Literals(Arc<[Literal]>),
    /// A list of this many operands, of which at least one is no literal.
    List(u32),
    /// A field by its dotted path: `region`, `account.grade`, `old.stage`, `a.at`.
    Path(Arc<str>),
    /// An operator on this many operands.
    Apply(Operator, u32),
    Aggregate(Over),
    Each(OverList),
}

/// What an aggregate runs over. Its operands are the value and the filter, each if there is one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Over {
    pub(super) aggregation: Aggregation,
    pub(super) collection: Arc<str>,
    /// What the value and the filter call a related record; empty when there is neither.
    pub(super) item: Arc<str>,
    pub(super) has_value: bool,
    pub(super) has_filter: bool,
}

impl Node {
    pub(super) fn operands(&self) -> usize {
        match self {
            Self::Literal(_) | Self::Literals(_) | Self::Path(_) => 0,
            Self::List(count) | Self::Apply(_, count) => usize::try_from(*count).unwrap_or(usize::MAX),
            Self::Aggregate(over) => usize::from(over.has_value) + usize::from(over.has_filter),
            Self::Each(over) => over.operands(),
        }
    }
}

/// Words that no field, collection or item can be called: CEL's own and those that mean something here.
const RESERVED: [&str; 25] = [
    "true",
    "false",
    "null",
    "in",
    "as",
    "break",
    "const",
    "continue",
    "else",
    "for",
    "function",
    "if",
    "import",
    "let",
    "loop",
    "package",
    "namespace",
    "return",
    "var",
    "void",
    "while",
    "now",
    "today",
    "old",
    "new",
];

/// Returns whether `text` can be the name of a field, a collection or an item.
pub(super) fn is_name(text: &str) -> bool {
    is_identifier(text) && !RESERVED.contains(&text)
}

/// Returns whether `text` can be a path: names joined by dots, the first perhaps `old` or `new`.
pub(super) fn is_path(text: &str) -> bool {
    let mut parts = text.split('.');
    let first = parts.next().unwrap_or_default();
    let rest = parts.clone().count();
    (is_name(first) || (matches!(first, "old" | "new") && rest > 0)) && parts.all(is_selector)
}

/// Returns whether `text` can follow a dot.
pub(super) fn is_selector(text: &str) -> bool {
    is_identifier(text) && !matches!(text, "true" | "false" | "null" | "in")
}

fn is_identifier(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
        && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_')
}
