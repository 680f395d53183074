use super::Expr;

impl Expr {
    /// The deepest nesting of operators, lists and brackets; a single field or literal is one level.
    pub const MAX_DEPTH: usize = 64;
    /// The most nodes of one expression; a list of literals is one node.
    pub const MAX_NODES: usize = 1_000;
    /// The most items of one list.
    pub const MAX_LIST: usize = 10_000;
    /// The most steps that one evaluation takes over the items of lists: fields, literals and operators for each item.
    pub const MAX_STEPS: usize = 1_000_000;
    /// The longest text form, in bytes; also the longest text that an evaluation puts together.
    pub const MAX_TEXT: usize = 64 * 1024;
}

/// A bound on the size of an expression that was exceeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Limit {
    /// More than [`Expr::MAX_DEPTH`] levels.
    #[error("nested too deeply: expected at most {} levels", Expr::MAX_DEPTH)]
    Depth,
    /// More than [`Expr::MAX_LIST`] items in one list.
    #[error("list too long: expected at most {} items", Expr::MAX_LIST)]
    List,
    /// More than [`Expr::MAX_NODES`] nodes.
    #[error("too large: expected at most {} fields, literals and operators", Expr::MAX_NODES)]
    Nodes,
    /// A text form longer than [`Expr::MAX_TEXT`].
    #[error("too long: expected at most {} bytes of text", Expr::MAX_TEXT)]
    Text,
}
