use serde_json::{Map, Value as Json, json};

use super::Expr;
use super::literal::Literal;
use super::node::Node;

/// Returns the tree as JSON, built bottom-up.
pub(super) fn to_json(expr: &Expr) -> Json {
    let mut ready: Vec<Json> = Vec::new();
    for node in expr.nodes() {
        let operands = ready.split_off(ready.len().saturating_sub(node.operands()));
        ready.push(match node {
            Node::Literal(item) => literal(item),
            Node::Literals(items) => items.iter().map(literal).collect(),
            Node::List(_) => Json::Array(operands),
            Node::Path(path) => json!({ "field": path.as_ref() }),
            Node::Apply(operator, _) => {
                let mut operands = operands;
                // A list would be read as the operands, where there can be several.
                let is_list = operator.has_option() && operands.first().is_some_and(Json::is_array);
                let alone = operator.arity() == 1 && operands.len() == 1 && !is_list;
                let operand = if alone { operands.pop().unwrap_or_default() } else { Json::Array(operands) };
                single(operator.key(), operand)
            }
            Node::Each(over) => {
                let mut parts = Map::new();
                let keys = [Some("in"), over.has_filter.then_some("where"), over.what.has_value().then_some("value")];
                for (key, operand) in keys.into_iter().flatten().zip(operands) {
                    parts.insert(key.into(), operand);
                }
                parts.insert("as".into(), over.item.as_ref().into());
                if !over.position.is_empty() {
                    parts.insert("index".into(), over.position.as_ref().into());
                }
                single(over.what.key(), Json::Object(parts))
            }
            Node::Aggregate(over) => {
                let mut parts = Map::new();
                parts.insert("of".into(), over.collection.as_ref().into());
                if !over.item.is_empty() {
                    parts.insert("as".into(), over.item.as_ref().into());
                }
                let keys = [over.has_value.then_some("value"), over.has_filter.then_some("where")];
                for (key, operand) in keys.into_iter().flatten().zip(operands) {
                    parts.insert(key.into(), operand);
                }
                single(over.aggregation.key(), Json::Object(parts))
            }
        });
    }
    ready.pop().unwrap_or_default()
}

fn literal(literal: &Literal) -> Json {
    match literal {
        Literal::Bool(flag) => Json::Bool(*flag),
        Literal::Integer(number) => Json::from(*number),
        Literal::Unsigned(number) => single("unsigned", Json::from(*number)),
        Literal::Decimal(number) => single("decimal", number.to_string().into()),
        Literal::Text(text) => text.as_ref().into(),
        Literal::Named(named, text) => single(named.key(), text.as_ref().into()),
    }
}

fn single(key: &str, value: Json) -> Json {
    Json::Object(Map::from_iter([(key.to_owned(), value)]))
}
