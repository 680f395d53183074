use std::fmt::Write;
use std::sync::Arc;

use serde_json::{Map, Value as Json};

use super::builder::Builder;
use super::lexer::decimal;
use super::literal::{Literal, Named};
use super::node::{self, Node, Over};
use super::operator::Operator;
use super::over_list::{Each, OverList};
use super::row::Aggregation;
use super::syntax_error::shortened;
use super::{Expr, Limit, Place, SyntaxError, SyntaxFault};

/// Reads the tree form, with the work still to do on a stack of its own.
pub(super) fn from_json(json: &Json) -> Result<Expr, SyntaxError> {
    let mut reader = Reader { out: Builder::default(), path: String::new(), work: Vec::new() };
    reader.work.push(Work::Read(json, Step::Root, 1));
    while let Some(next) = reader.work.pop() {
        reader.perform(next).map_err(|fault| SyntaxError::new(reader.place(), fault))?;
    }
    let root = Place::Json(Arc::from(""));
    reader.out.finish().map_err(|limit| SyntaxError::new(root, limit))
}

struct Reader<'j> {
    out: Builder,
    /// Where the reader is.
    path: String,
    work: Vec<Work<'j>>,
}

enum Work<'j> {
    /// A part, where it is below the one before, and its level.
    Read(&'j Json, Step, usize),
    Apply(Operator, usize),
    List(usize),
    Aggregate(Over),
    Each(OverList),
    /// The path back to this length.
    Leave(usize),
}

enum Step {
    Root,
    Index(usize),
    Key(&'static str),
}

type Done = Result<(), SyntaxFault>;

impl<'j> Reader<'j> {
    fn perform(&mut self, next: Work<'j>) -> Done {
        match next {
            Work::Read(json, step, depth) => {
                self.work.push(Work::Leave(self.path.len()));
                match step {
                    Step::Root => {}
                    Step::Index(index) => self.enter(&index.to_string()),
                    Step::Key(key) => self.enter(key),
                }
                // The literals of a list are one level with it; the builder counts exactly.
                if depth > Expr::MAX_DEPTH + 1 { Err(Limit::Depth.into()) } else { self.read(json, depth) }
            }
            Work::Apply(operator, count) => Ok(self.out.apply(operator, count, self.place())?),
            Work::List(count) => Ok(self.out.list(count, self.place())?),
            Work::Aggregate(over) => Ok(self.out.aggregate(over, self.place())?),
            Work::Each(over) => Ok(self.out.each(over, self.place())?),
            Work::Leave(len) => {
                self.path.truncate(len);
                Ok(())
            }
        }
    }

    fn read(&mut self, json: &'j Json, depth: usize) -> Done {
        let literal = match json {
            Json::Bool(flag) => Literal::Bool(*flag),
            Json::String(text) => Literal::Text(text.as_str().into()),
            Json::Number(number) => match number.as_i64() {
                Some(number) => Literal::Integer(number),
                None => {
                    let expected =
                        "a whole number from -2^63 to 2^63 - 1, or a decimal number as {\"decimal\":\"12.50\"}";
                    return Err(SyntaxFault::unexpected(describe(json), expected));
                }
            },
            Json::Null => {
                let expected = "a field or a literal; {\"has\":{\"field\":\"x\"}} asks whether there is a value";
                return Err(SyntaxFault::unexpected(describe(json), expected));
            }
            Json::Array(items) => {
                if items.len() > Expr::MAX_LIST {
                    return Err(Limit::List.into());
                }
                self.work.push(Work::List(items.len()));
                self.operands(items, depth);
                return Ok(());
            }
            Json::Object(parts) => {
                let mut parts = parts.iter();
                return match (parts.next(), parts.next()) {
                    (Some((key, operand)), None) => self.operator(key, operand, depth),
                    (Some((one, _)), Some((other, _))) => {
                        let found = format!("`{}` and `{}`", shortened(one), shortened(other));
                        Err(SyntaxFault::unexpected(found, "an object with one operator"))
                    }
                    (None, _) => Err(SyntaxFault::unexpected("an empty object", "an object with one operator")),
                };
            }
        };
        Ok(self.out.leaf(Node::Literal(literal), self.place())?)
    }

    fn operator(&mut self, key: &str, operand: &'j Json, depth: usize) -> Done {
        self.enter(key);
        if let Some(named) = Named::of_key(key) {
            let text = text(key, operand)?;
            return Ok(self.out.leaf(Node::Literal(Literal::Named(named, text.into())), self.place())?);
        }
        if let Some(aggregation) = Aggregation::of_key(key) {
            return match operand {
                Json::Object(parts) => self.aggregate(aggregation, parts, depth),
                _ => Err(SyntaxFault::unexpected(describe(operand), "an object such as {\"of\":\"activities\"}")),
            };
        }
        if let Some(what) = Each::of_key(key) {
            return match operand {
                Json::Object(parts) => self.each(what, parts, depth),
                _ => Err(SyntaxFault::unexpected(
                    describe(operand),
                    "an object such as {\"in\":[…],\"as\":\"x\",\"where\":…}",
                )),
            };
        }
        if key == "unsigned" {
            let number = operand.as_i64().filter(|number| *number >= 0);
            let unexpected = || SyntaxFault::unexpected(describe(operand), "a whole number from 0 to 2^63 - 1");
            let number = number.ok_or_else(unexpected)?;
            return Ok(self.out.leaf(Node::Literal(Literal::Unsigned(number)), self.place())?);
        }
        if matches!(key, "field" | "decimal") {
            let text = text(key, operand)?;
            let node = match key {
                "field" if node::is_path(text) => Some(Node::Path(text.into())),
                "field" => None,
                _ => decimal(text).map(|number| Node::Literal(Literal::Decimal(number))),
            };
            let expected = match key {
                "field" => "a field such as `region` or `account.grade`",
                _ => "a decimal number of at most 28 digits",
            };
            let unexpected = || SyntaxFault::unexpected(format!("`{}`", shortened(text)), expected);
            return Ok(self.out.leaf(node.ok_or_else(unexpected)?, self.place())?);
        }
        let Some(operator) = Operator::of_key(key) else {
            let known = Operator::all().map(Operator::key).chain(Named::ALL.map(Named::key));
            let known = known.chain(Aggregation::ALL.map(Aggregation::key)).chain(Each::ALL.map(Each::key));
            let known = known.chain(["field", "decimal", "unsigned"]);
            return Err(SyntaxFault::unknown(key, known));
        };
        let alone = operator.arity() == 1 && !(operator.has_option() && operand.is_array());
        if alone {
            self.work.push(Work::Apply(operator, 1));
            self.work.push(Work::Read(operand, Step::Root, depth + 1));
            return Ok(());
        }
        let Json::Array(operands) = operand else {
            return Err(SyntaxFault::unexpected(describe(operand), format!("a list of the operands of `{key}`")));
        };
        if !operator.takes(operands.len()) {
            let expected = format!("{} operands of `{key}`", operator.arity());
            return Err(SyntaxFault::unexpected(operands.len().to_string(), expected));
        }
        self.work.push(Work::Apply(operator, operands.len()));
        self.operands(operands, depth);
        Ok(())
    }

    /// Reads `{"of":"activities","as":"a","value":…,"where":…}`.
    fn aggregate(&mut self, aggregation: Aggregation, parts: &'j Map<String, Json>, depth: usize) -> Done {
        let known = ["of", "as", "value", "where"];
        if let Some(key) = parts.keys().find(|key| !known.contains(&key.as_str())) {
            return Err(SyntaxFault::unknown(key, known));
        }
        let (value, filter) = (parts.get("value"), parts.get("where"));
        if value.is_some() != aggregation.has_value() {
            let found = if value.is_some() { "a `value`" } else { "no `value`" };
            let expected = if value.is_some() { "no `value`" } else { "a `value`" };
            return Err(SyntaxFault::unexpected(found, format!("{expected} in `{}`", aggregation.key())));
        }
        let collection = name(parts, "of", "the name of a collection")?;
        let (has_value, has_filter) = (value.is_some(), filter.is_some());
        let needs_item = has_value || has_filter;
        let item = if needs_item { name(parts, "as", "a name for the related record")? } else { Arc::from("") };
        self.work.push(Work::Aggregate(Over { aggregation, collection, item, has_value, has_filter }));
        if let Some(filter) = filter {
            self.work.push(Work::Read(filter, Step::Key("where"), depth + 1));
        }
        if let Some(value) = value {
            self.work.push(Work::Read(value, Step::Key("value"), depth + 1));
        }
        Ok(())
    }

    /// Reads `{"in":…,"as":"x","index":"i","where":…,"value":…}`.
    fn each(&mut self, what: Each, parts: &'j Map<String, Json>, depth: usize) -> Done {
        let known = ["in", "as", "index", "where", "value"];
        if let Some(key) = parts.keys().find(|key| !known.contains(&key.as_str())) {
            return Err(SyntaxFault::unknown(key, known));
        }
        let part = |key: &'static str, wanted: bool| match (parts.get(key), wanted) {
            (Some(_), false) => {
                Err(SyntaxFault::unexpected(format!("a `{key}`"), format!("no `{key}` in `{}`", what.key())))
            }
            (None, true) => {
                Err(SyntaxFault::unexpected(format!("no `{key}`"), format!("a `{key}` in `{}`", what.key())))
            }
            (found, _) => Ok(found.map(|json| (json, key))),
        };
        let has_filter = what.needs_filter() || parts.contains_key("where");
        let operands = [part("value", what.has_value())?, part("where", has_filter)?, part("in", true)?];
        let item = name(parts, "as", "a name for the item")?;
        let named = part("index", what.has_positions() && parts.contains_key("index"))?.is_some();
        let position = if named { name(parts, "index", "a name for the position")? } else { Arc::from("") };
        self.work.push(Work::Each(OverList { what, item, position, has_filter }));
        let operands = operands.into_iter().flatten();
        self.work.extend(operands.map(|(json, key)| Work::Read(json, Step::Key(key), depth + 1)));
        Ok(())
    }

    /// Reads the operands in order: what is pushed last comes first.
    fn operands(&mut self, operands: &'j [Json], depth: usize) {
        let all = operands.iter().enumerate().rev();
        self.work.extend(all.map(|(index, operand)| Work::Read(operand, Step::Index(index), depth + 1)));
    }

    fn enter(&mut self, step: &str) {
        // Writing to a string cannot fail; the escapes are those of JSON Pointer.
        let _ = write!(self.path, "/{}", shortened(step).replace('~', "~0").replace('/', "~1"));
    }

    fn place(&self) -> Place {
        Place::Json(self.path.as_str().into())
    }
}

fn name(parts: &Map<String, Json>, key: &'static str, what: &str) -> Result<Arc<str>, SyntaxFault> {
    let found = match parts.get(key).map(|name| (name, name.as_str())) {
        Some((_, Some(name))) if node::is_name(name) => return Ok(Arc::from(name)),
        Some((name, _)) => describe(name),
        None => format!("no `{key}`"),
    };
    Err(SyntaxFault::unexpected(found, format!("{what} in `{key}`")))
}

fn text<'j>(key: &str, json: &'j Json) -> Result<&'j str, SyntaxFault> {
    json.as_str().ok_or_else(|| SyntaxFault::unexpected(describe(json), format!("the text of a `{key}`")))
}

fn describe(json: &Json) -> String {
    match json {
        Json::Null => "`null`".into(),
        Json::Bool(flag) => format!("`{flag}`"),
        Json::Number(number) => format!("`{number}`"),
        Json::String(text) => format!("`{}`", shortened(text)),
        Json::Array(_) => "a list".into(),
        Json::Object(_) => "an object".into(),
    }
}
