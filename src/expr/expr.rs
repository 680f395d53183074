use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;
use std::sync::Arc;

use serde::de::DeserializeSeed;

use super::json_limited::Limited;
use super::node::Node;
use super::{Limit, Names, Place, Problems, Program, SyntaxError, SyntaxFault, json_read, json_write, parser, printer};

/// A condition or a value to compute, as a tree of a closed set of operators.
///
/// Read it from text ([`str::parse`], a subset of CEL) or from JSON ([`Expr::from_json`]), then compile it against the
/// names of an object. It prints as text with the fewest parentheses. Two expressions are equal when their trees are,
/// however they were written. Cloning is cheap; nothing about it is recursive, so no nesting can exhaust the stack.
///
/// # Example: one tree, two forms
/// ```
/// use guanxi::expr::Expr;
/// use serde_json::json;
///
/// let text: Expr = "region == 'east' && amount > money('CNY 100.00')".parse()?;
/// let tree = json!({"all": [
///     {"eq": [{"field": "region"}, "east"]},
///     {"gt": [{"field": "amount"}, {"money": "CNY 100.00"}]},
/// ]});
/// assert_eq!(Expr::from_json(&tree)?, text);
/// assert_eq!(text.to_json(), tree);
/// # Ok::<(), guanxi::expr::SyntaxError>(())
/// ```
#[derive(Clone)]
pub struct Expr {
    // INVARIANT: post-order; `sizes` counts the nodes of each subtree; within the limits; in the builder's canonical form.
    nodes: Arc<[Node]>,
    sizes: Arc<[usize]>,
    places: Arc<[Place]>,
}

impl Expr {
    /// Returns the expression that the tree `json` describes; a text in it is a text.
    ///
    /// # Errors
    /// [`SyntaxError`] with the path of what is unknown, malformed or beyond a limit.
    pub fn from_json(json: &serde_json::Value) -> Result<Self, SyntaxError> {
        json_read::from_json(json)
    }

    /// Returns the expression that the JSON text `json` describes; see [`Expr::from_json`].
    ///
    /// # Errors
    /// [`SyntaxError`], also when `json` is no JSON.
    pub fn from_json_str(json: &str) -> Result<Self, SyntaxError> {
        let mut source = serde_json::Deserializer::from_str(json);
        let tree = Limited::tree().deserialize(&mut source).and_then(|tree| source.end().map(|()| tree));
        match tree {
            Ok(tree) => Self::from_json(&tree),
            Err(error) => Err(SyntaxError::new(super::builder::nowhere(), unread(&error))),
        }
    }

    /// Returns the tree as JSON.
    pub fn to_json(&self) -> serde_json::Value {
        json_write::to_json(self)
    }

    /// Compiles the expression for records whose fields `names` knows.
    ///
    /// # Errors
    /// [`Problems`]: every unknown name and every mismatch at once, each with its place.
    pub fn compile(&self, names: &dyn Names) -> Result<Program, Problems> {
        super::check::compile(self, names, None)
    }

    /// Compiles the expression as a condition: it must be true or false.
    ///
    /// # Errors
    /// [`Problems`], also when the expression yields anything else than a bool.
    pub fn condition(&self, names: &dyn Names) -> Result<Program, Problems> {
        super::check::compile(self, names, Some(&super::Type::Bool))
    }

    /// Compiles the expression as a value of type `expected`; a literal takes that type.
    ///
    /// # Errors
    /// [`Problems`], also when the expression yields another type.
    pub fn compile_as(&self, names: &dyn Names, expected: &super::Type) -> Result<Program, Problems> {
        super::check::compile(self, names, Some(expected))
    }

    pub(super) fn from_parts(nodes: Arc<[Node]>, sizes: Arc<[usize]>, places: Arc<[Place]>) -> Self {
        Self { nodes, sizes, places }
    }

    /// Returns the expression without the memory of where it was written.
    pub(super) fn placeless(&self) -> Self {
        Self { places: Arc::from([]), ..self.clone() }
    }

    pub(super) fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    pub(super) fn root(&self) -> usize {
        self.nodes.len().saturating_sub(1)
    }

    pub(super) fn place(&self, node: usize) -> Place {
        self.places.get(node).cloned().unwrap_or_else(super::builder::nowhere)
    }

    /// Returns the first node of the subtree of `node`.
    pub(super) fn start(&self, node: usize) -> usize {
        node.saturating_add(1).saturating_sub(self.sizes.get(node).copied().unwrap_or(1))
    }

    /// Returns the operands of `node`, the last first.
    pub(super) fn operands_reversed(&self, node: usize) -> impl Iterator<Item = usize> + '_ {
        let count = self.nodes.get(node).map_or(0, Node::operands);
        let mut next = node;
        (0..count).map_while(move |_| {
            let root = next.checked_sub(1)?;
            next = self.start(root);
            Some(root)
        })
    }

    /// Returns the list that a node asks something of: its first operand.
    pub(super) fn list_of(&self, node: usize) -> usize {
        self.operands_reversed(node).last().unwrap_or(node)
    }

    /// Returns how many nodes the subtree of `node` has.
    pub(super) fn size(&self, node: usize) -> usize {
        self.sizes.get(node).copied().unwrap_or(1)
    }

    pub(super) fn operands(&self, node: usize) -> Vec<usize> {
        let mut operands: Vec<_> = self.operands_reversed(node).collect();
        operands.reverse();
        operands
    }
}

/// Returns the limit that stopped the JSON reader, or what it says.
fn unread(error: &serde_json::Error) -> SyntaxFault {
    let message = error.to_string();
    // The reader has a limit of its own, which it may reach first.
    if message.starts_with("recursion limit exceeded") || message.starts_with(&Limit::Depth.to_string()) {
        return Limit::Depth.into();
    }
    if message.starts_with(&Limit::List.to_string()) { Limit::List.into() } else { SyntaxFault::Json { message } }
}

impl PartialEq for Expr {
    fn eq(&self, other: &Self) -> bool {
        self.nodes == other.nodes
    }
}

impl Eq for Expr {}

impl Hash for Expr {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.nodes.hash(state);
    }
}

impl FromStr for Expr {
    type Err = SyntaxError;

    /// Reads the text form.
    fn from_str(text: &str) -> Result<Self, SyntaxError> {
        parser::parse(text)
    }
}

/// Prints the text form.
impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        printer::print(self, self.root(), f)
    }
}

impl fmt::Debug for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{self}`")
    }
}
