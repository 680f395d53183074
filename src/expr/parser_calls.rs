use std::sync::Arc;

use super::lexer::Token;
use super::literal::{Literal, Named};
use super::node::{self, Node, Over};
use super::operator::{Form, Operator};
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
        let Some(operator) = Operator::of_method(name) else {
            let known = Operator::all().filter(|o| matches!(o.form(), Form::Method(_))).map(Operator::symbol);
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
            return self.named(named, start);
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
        if count != operator.arity() {
            let fault = SyntaxFault::unexpected(count.to_string(), arguments(operator));
            return Err(SyntaxError::new(Place::Text(span), fault));
        }
        self.limited(span, |out| out.apply(operator, count, Place::Text(span)))
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
        Form::Method(name) => format!("`{name}` with {} argument", operator.arity() - 1),
        _ if operator.arity() == 1 => format!("`{}` with 1 argument", operator.symbol()),
        _ => format!("`{}` with {} arguments", operator.symbol(), operator.arity()),
    }
}
