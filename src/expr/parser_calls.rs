use std::sync::Arc;

use super::lexer::Token;
use super::literal::{Literal, Named};
use super::node::{self, Node, Over};
use super::operator::{Form, Operator};
use super::over_list::{Each, OverList, Positions};
use super::parser::{Open, Parsed, Parser};
use super::row::Aggregation;
use super::{Place, Span, SyntaxError, SyntaxFault};

/// What is written as a call: functions, methods, named literals and aggregates.
impl Parser<'_> {
    /// Begins `.name(`; the dot is read. Returns whether an argument follows.
    pub(super) fn method(&mut self, dot: Span) -> Parsed<bool> {
        let (token, span) = self.lexer.next()?;
        let Token::Word(name) = token else {
            return Err(self.unexpected("the name of a field or a function", &token, span));
        };
        let start = self.out.place(1).map_or(dot, Place::span);
        if !self.accept("(")? {
            let fault =
                SyntaxFault::unexpected(format!("`.{name}`"), "a field of a name only, such as `account.grade`");
            return Err(SyntaxError::new(Place::Text(dot.to(span)), fault));
        }
        if let Some((what, positions)) = Each::of_method(name) {
            return self.each(what, positions, start, span);
        }
        let Some(operator) = Operator::of_method(name) else {
            let methods = Operator::all().filter(|o| matches!(o.form(), Form::Method(_))).map(Operator::symbol);
            let known = methods.chain(Each::ALL.map(|each| each.method(false)));
            return Err(SyntaxError::new(Place::Text(span), SyntaxFault::unknown(name, known)));
        };
        if self.accept(")")? {
            self.call_ends(operator, start, 1, span)?;
            return Ok(false);
        }
        self.bracket(Open::Call { operator, start, complete: 1 }, span)?;
        Ok(true)
    }

    /// Begins `name(`, both of which are read.
    pub(super) fn call(&mut self, name: &str, start: Span) -> Parsed<bool> {
        if let Some(named) = Named::of_key(name) {
            // Whatever is no text is turned into a time or a span when the expression is evaluated.
            if Operator::of_call(name).is_none() || self.is_text_alone()? {
                return self.named(named, start);
            }
        }
        if let Some(aggregation) = Aggregation::of_key(name) {
            return self.aggregate(aggregation, start);
        }
        let Some(operator) = Operator::of_call(name) else {
            let calls = Operator::all().filter(|o| matches!(o.form(), Form::Call(_))).map(Operator::symbol);
            let known = calls.chain(Named::ALL.map(Named::key)).chain(Aggregation::ALL.map(Aggregation::key));
            return Err(SyntaxError::new(Place::Text(start), SyntaxFault::unknown(name, known)));
        };
        if self.accept(")")? {
            return self.call_ends(operator, start, 0, start).map(|()| true);
        }
        self.bracket(Open::Call { operator, start, complete: 0 }, start)
    }

    pub(super) fn call_ends(&mut self, operator: Operator, start: Span, count: usize, end: Span) -> Parsed<()> {
        let span = start.to(end);
        if !operator.takes(count) {
            let fault = SyntaxFault::unexpected(count.to_string(), arguments(operator));
            return Err(SyntaxError::new(Place::Text(span), fault));
        }
        self.limited(span, |out| out.apply(operator, count, Place::Text(span)))
    }

    /// Reads `item,` or `position, item,` behind the bracket of a method over the items of a list.
    fn each(&mut self, what: Each, positions: Positions, start: Span, span: Span) -> Parsed<bool> {
        let mut item = self.name("a name for the item")?;
        self.expect(",")?;
        let mut position = Arc::from("");
        let mut ahead = self.lexer;
        let is_name = matches!(ahead.next()?.0, Token::Word(word) if node::is_name(word));
        let is_second = is_name && ahead.next()?.0 == Token::Mark(",");
        if positions == Positions::Must || (positions == Positions::May && is_second) {
            position = std::mem::replace(&mut item, self.name("a name for the item")?);
            self.expect(",")?;
        }
        let over = OverList { what, item, position, has_filter: false };
        self.bracket(Open::Each { over, start, complete: 0 }, span)?;
        Ok(true)
    }

    pub(super) fn each_ends(&mut self, mut over: OverList, start: Span, count: usize, end: Span) -> Parsed<()> {
        let span = start.to(end);
        over.has_filter = over.what.needs_filter() || count > 1;
        if count + 1 != over.operands() {
            let name = over.what.method(!over.position.is_empty());
            let names = if over.position.is_empty() { "item" } else { "position, item" };
            let expected = match over.what.has_value() {
                true => format!("`{name}({names}, value)` or `{name}({names}, condition, value)`"),
                false => format!("`{name}({names}, condition)`"),
            };
            let fault = SyntaxFault::unexpected(format!("{count} behind the names"), expected);
            return Err(SyntaxError::new(Place::Text(span), fault));
        }
        self.limited(span, |out| out.each(over, Place::Text(span)))
    }

    /// Returns whether a text and `)` come next.
    fn is_text_alone(&self) -> Parsed<bool> {
        let mut ahead = self.lexer;
        Ok(matches!(ahead.next()?.0, Token::Text(_)) && ahead.next()?.0 == Token::Mark(")"))
    }

    /// Reads `'text')`.
    fn named(&mut self, named: Named, start: Span) -> Parsed<bool> {
        let (token, span) = self.lexer.next()?;
        let Token::Text(text) = token else {
            return Err(self.unexpected(&format!("a text as in `{}`", named.example()), &token, span));
        };
        let end = self.expect(")")?;
        self.leaf(Node::Literal(Literal::Named(named, text.into())), Place::Text(start.to(end)))
    }

    /// Reads `collection)` or `collection, item,`.
    fn aggregate(&mut self, aggregation: Aggregation, start: Span) -> Parsed<bool> {
        let collection = self.name("the name of a collection")?;
        let mut over = Over { aggregation, collection, item: Arc::from(""), has_value: false, has_filter: false };
        if !aggregation.has_value() && self.accept(")")? {
            return self.limited(start, |out| out.aggregate(over, Place::Text(start))).map(|()| true);
        }
        self.expect(",")?;
        over.item = self.name("a name for the related record")?;
        self.expect(",")?;
        self.bracket(Open::Aggregate { over, start, complete: 0 }, start)
    }

    pub(super) fn aggregate_ends(&mut self, mut over: Over, start: Span, count: usize, end: Span) -> Parsed<()> {
        over.has_value = over.aggregation.has_value();
        over.has_filter = count > usize::from(over.has_value);
        let span = start.to(end);
        if count > usize::from(over.has_value) + 1 {
            let key = over.aggregation.key();
            let expected = if over.has_value {
                format!("`{key}(collection, item, item.field)` or `{key}(collection, item, item.field, condition)`")
            } else {
                format!("`{key}(collection)` or `{key}(collection, item, condition)`")
            };
            let fault = SyntaxFault::unexpected(format!("{} arguments", count + 2), expected);
            return Err(SyntaxError::new(Place::Text(span), fault));
        }
        self.limited(span, |out| out.aggregate(over, Place::Text(span)))
    }

    fn name(&mut self, expected: &str) -> Parsed<Arc<str>> {
        let (token, span) = self.lexer.next()?;
        match token {
            Token::Word(word) if node::is_name(word) => Ok(word.into()),
            _ => Err(self.unexpected(expected, &token, span)),
        }
    }
}

fn arguments(operator: Operator) -> String {
    match operator.form() {
        Form::Method(name) if operator.has_option() => format!("`{name}` with no argument or the zone"),
        Form::Method(name) if operator.arity() == 1 => format!("`{name}` with no argument"),
        Form::Method(name) => format!("`{name}` with {} argument", operator.arity() - 1),
        _ if operator.arity() == 1 => format!("`{}` with 1 argument", operator.symbol()),
        _ => format!("`{}` with {} arguments", operator.symbol(), operator.arity()),
    }
}
