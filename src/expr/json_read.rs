use std::fmt;
use std::sync::Arc;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::builder::Builder;
use super::lexer::decimal;
use super::literal::{Literal, Named};
use super::node::{self, Node, Over};
use super::operator::Operator;
use super::row::Aggregation;
use super::{Expr, Limit, Place, SyntaxError, SyntaxFault};

pub(super) fn from_value(json: &serde_json::Value) -> Result<Expr, SyntaxError> {
    let mut reader = Reader::default();
    let read = Part { reader: &mut reader, depth: 1 }.deserialize(json);
    reader.finish(read.map_err(|error| error.to_string()))
}

pub(super) fn from_str(json: &str) -> Result<Expr, SyntaxError> {
    let mut reader = Reader::default();
    let mut source = serde_json::Deserializer::from_str(json);
    let read = Part { reader: &mut reader, depth: 1 }.deserialize(&mut source).and_then(|()| source.end());
    reader.finish(read.map_err(|error| error.to_string()))
}

/// Reads a tree that is part of something else.
pub(super) fn from_map<'de, A: MapAccess<'de>>(map: A) -> Result<Expr, A::Error> {
    let mut reader = Reader::default();
    let read = Part { reader: &mut reader, depth: 1 }.visit_map(map);
    read.and_then(|()| reader.finish(Ok(())).map_err(Error::custom))
}

/// The tree so far and where the reader is.
#[derive(Default)]
struct Reader {
    out: Builder,
    path: String,
    /// What is wrong; kept here because the deserializer's error only has a message.
    failed: Option<SyntaxError>,
}

impl Reader {
    fn finish(self, read: Result<(), String>) -> Result<Expr, SyntaxError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let root = Place::Json(Arc::from(""));
        match read {
            Ok(()) => self.out.finish().map_err(|limit| SyntaxError::new(root, limit)),
            Err(message) => Err(SyntaxError::new(root, SyntaxFault::Json { message })),
        }
    }

    fn fail<E: Error>(&mut self, fault: impl Into<SyntaxFault>) -> E {
        let error = SyntaxError::new(self.place(), fault);
        let message = E::custom(&error);
        self.failed.get_or_insert(error);
        message
    }

    fn place(&self) -> Place {
        Place::Json(self.path.as_str().into())
    }

    fn leaf<E: Error>(&mut self, node: Node) -> Result<(), E> {
        let place = self.place();
        self.out.leaf(node, place).map_err(|limit| self.fail(limit))
    }

    fn apply<E: Error>(&mut self, operator: Operator, count: usize) -> Result<(), E> {
        let place = self.place();
        self.out.apply(operator, count, place).map_err(|limit| self.fail(limit))
    }

    /// Runs `read` one step further down the path.
    fn within<T>(&mut self, step: impl fmt::Display, read: impl FnOnce(&mut Self) -> T) -> T {
        let len = self.path.len();
        self.path.push_str(&format!("/{step}"));
        let result = read(self);
        self.path.truncate(len);
        result
    }
}

/// One expression, at this depth of the tree.
struct Part<'r> {
    reader: &'r mut Reader,
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for Part<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if self.depth > Expr::MAX_DEPTH {
            return Err(self.reader.fail(Limit::Depth));
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Part<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "a literal, a list, or an object with one operator such as {\"eq\":[{\"field\":\"region\"},\"east\"]}",
        )
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<(), E> {
        self.reader.leaf(Node::Literal(Literal::Bool(flag)))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<(), E> {
        self.reader.leaf(Node::Literal(Literal::Integer(number)))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<(), E> {
        match i64::try_from(number) {
            Ok(number) => self.visit_i64(number),
            Err(_) => {
                let fault = SyntaxFault::unexpected(format!("`{number}`"), "a whole number from -2^63 to 2^63 - 1");
                Err(self.reader.fail(fault))
            }
        }
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<(), E> {
        let expected = "a whole number, or a decimal number as {\"decimal\":\"12.50\"}";
        Err(self.reader.fail(SyntaxFault::unexpected(format!("`{number}`"), expected)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.reader.leaf(Node::Literal(Literal::Text(text.into())))
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        let expected = "a field or a literal; {\"has\":{\"field\":\"x\"}} asks whether there is a value";
        Err(self.reader.fail(SyntaxFault::unexpected("`null`", expected)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<(), A::Error> {
        let count = read_items(self.reader, items, self.depth + 1)?;
        let place = self.reader.place();
        self.reader.out.list(count, place).map_err(|limit| self.reader.fail(limit))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { reader, depth } = self;
        let Some(key) = map.next_key::<String>()? else {
            return Err(reader.fail(SyntaxFault::unexpected("an empty object", "an object with one operator")));
        };
        reader.within(&key, |reader| map.next_value_seed(Operand { reader, key: &key, depth }))?;
        if let Some(second) = map.next_key::<String>()? {
            let found = format!("`{key}` and `{}`", super::syntax_error::shortened(&second));
            return Err(reader.fail(SyntaxFault::unexpected(found, "an object with one operator")));
        }
        Ok(())
    }
}

fn read_items<'de, A: SeqAccess<'de>>(reader: &mut Reader, mut items: A, depth: usize) -> Result<usize, A::Error> {
    let mut count = 0;
    while reader.within(count, |reader| items.next_element_seed(Part { reader, depth }))?.is_some() {
        count += 1;
        if count > Expr::MAX_LIST {
            return Err(reader.fail(Limit::List));
        }
    }
    Ok(count)
}

/// What stands beside an operator's key.
struct Operand<'r, 'k> {
    reader: &'r mut Reader,
    key: &'k str,
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for Operand<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let Self { reader, key, depth } = self;
        let text_key = matches!(key, "field" | "decimal") || Named::of_key(key).is_some();
        if text_key {
            return deserializer.deserialize_any(Text { reader, key });
        }
        if let Some(aggregation) = Aggregation::of_key(key) {
            return deserializer.deserialize_any(Related { reader, aggregation, depth });
        }
        let Some(operator) = Operator::of_key(key) else {
            let known = Operator::all().map(Operator::key).chain(Named::ALL.map(Named::key));
            let known = known.chain(Aggregation::ALL.map(Aggregation::key)).chain(["field", "decimal"]);
            return Err(reader.fail(SyntaxFault::unknown(key, known)));
        };
        if operator.arity() == 1 {
            Part { reader: &mut *reader, depth: depth + 1 }.deserialize(deserializer)?;
            return reader.apply(operator, 1);
        }
        deserializer.deserialize_any(Operands { reader, operator, depth })
    }
}

/// The operands of an operator that has several.
struct Operands<'r> {
    reader: &'r mut Reader,
    operator: Operator,
    depth: usize,
}

impl<'de> Visitor<'de> for Operands<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list of the operands of `{}`", self.operator.key())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<(), A::Error> {
        let Self { reader, operator, depth } = self;
        let count = read_items(reader, items, depth + 1)?;
        if count != operator.arity() && !operator.is_variadic() {
            let expected = format!("{} operands of `{}`", operator.arity(), operator.key());
            return Err(reader.fail(SyntaxFault::unexpected(count.to_string(), expected)));
        }
        reader.apply(operator, count)
    }
}

/// The text of a field or of a named literal.
struct Text<'r, 'k> {
    reader: &'r mut Reader,
    key: &'k str,
}

impl<'de> Visitor<'de> for Text<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the text of a `{}`", self.key)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        let unexpected =
            |expected: &str| SyntaxFault::unexpected(format!("`{}`", super::syntax_error::shortened(text)), expected);
        let node = match (self.key, Named::of_key(self.key)) {
            (_, Some(named)) => Node::Literal(Literal::Named(named, text.into())),
            ("field", _) if node::is_path(text) => Node::Path(text.into()),
            ("field", _) => return Err(self.reader.fail(unexpected("a field such as `region` or `account.grade`"))),
            _ => match decimal(text) {
                Some(number) => Node::Literal(Literal::Decimal(number)),
                None => return Err(self.reader.fail(unexpected("a decimal number of at most 28 digits"))),
            },
        };
        self.reader.leaf(node)
    }
}

/// The object `{"of":"activities","as":"a","value":…,"where":…}` of an aggregate.
struct Related<'r> {
    reader: &'r mut Reader,
    aggregation: Aggregation,
    depth: usize,
}

impl<'de> Visitor<'de> for Related<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object such as {\"of\":\"activities\",\"as\":\"a\",\"where\":…}")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { reader, aggregation, depth } = self;
        let (mut of, mut item) = (None::<String>, None::<String>);
        let (mut has_value, mut has_filter) = (false, false);
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "of" => of = Some(map.next_value()?),
                "as" => item = Some(map.next_value()?),
                "value" | "where" if (key == "value" && has_value) || (key == "where" && has_filter) => {
                    return Err(reader.fail(SyntaxFault::unexpected(format!("`{key}` twice"), "each part once")));
                }
                "value" | "where" => {
                    reader.within(&key, |reader| map.next_value_seed(Part { reader, depth: depth + 1 }))?;
                    if key == "value" && has_filter {
                        reader.out.swap();
                    }
                    has_value |= key == "value";
                    has_filter |= key == "where";
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                    return Err(reader.fail(SyntaxFault::unknown(&key, ["of", "as", "value", "where"])));
                }
            }
        }
        let missing = |expected: &str| {
            SyntaxFault::unexpected(format!("no {expected}"), format!("{expected} of `{}`", aggregation.key()))
        };
        let Some(collection) = of.filter(|of| node::is_name(of)) else {
            return Err(reader.fail(missing("name of a collection in `of`")));
        };
        if has_value != aggregation.has_value() {
            let fault = if has_value {
                SyntaxFault::unexpected("`value`", format!("no value in `{}`", aggregation.key()))
            } else {
                missing("`value`")
            };
            return Err(reader.fail(fault));
        }
        let needs_item = has_value || has_filter;
        let item = match item.filter(|_| needs_item) {
            Some(item) if node::is_name(&item) => item,
            None if !needs_item => String::new(),
            _ => return Err(reader.fail(missing("name of the related record in `as`"))),
        };
        let over = Over { aggregation, collection: collection.into(), item: item.into(), has_value, has_filter };
        let place = reader.place();
        reader.out.aggregate(over, place).map_err(|limit| reader.fail(limit))
    }
}
