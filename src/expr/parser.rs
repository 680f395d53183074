use std::sync::Arc;

use super::builder::Builder;
use super::lexer::{Lexer, Token};
use super::literal::Literal;
use super::node::{self, Node, Over};
use super::operator::{Form, Operator, binds};
use super::over_list::OverList;
use super::{Expr, Limit, Place, Span, SyntaxError, SyntaxFault};

/// Reads the text form: operator precedence with an explicit stack (Dijkstra's shunting-yard), so nesting costs no stack.
pub(super) fn parse(text: &str) -> Result<Expr, SyntaxError> {
    if text.len() > Expr::MAX_TEXT {
        return Err(SyntaxError::new(Place::Text(Span::new(0, text.len())), Limit::Text));
    }
    let mut parser = Parser { lexer: Lexer::new(text), out: Builder::default(), open: Vec::new(), brackets: 0 };
    while !(parser.operand()? && parser.after_operand()?) {}
    parser.out.finish().map_err(|limit| SyntaxError::new(Place::Text(Span::new(0, text.len())), limit))
}

pub(super) struct Parser<'a> {
    pub(super) lexer: Lexer<'a>,
    pub(super) out: Builder,
    open: Vec<Open>,
    /// How many brackets are open.
    brackets: usize,
}

/// What has begun and still lacks its end.
pub(super) enum Open {
    Infix(Operator, u8),
    Prefix(Operator, Span),
    /// After `?`.
    Then,
    /// After `:`.
    Otherwise,
    Parenthesis,
    Call {
        operator: Operator,
        start: Span,
        complete: usize,
    },
    List {
        start: Span,
        complete: usize,
    },
    Aggregate {
        over: Over,
        start: Span,
        complete: usize,
    },
    Each {
        over: OverList,
        start: Span,
        complete: usize,
    },
    /// After the `[` behind an operand.
    Index {
        start: Span,
    },
}

pub(super) type Parsed<T> = Result<T, SyntaxError>;

impl<'a> Parser<'a> {
    /// Reads up to and with the next whole operand; returns whether it was one, or only the opening of one.
    fn operand(&mut self) -> Parsed<bool> {
        let (token, span) = self.lexer.next()?;
        let place = Place::Text(span);
        let literal = match token {
            Token::Mark("(") => return self.bracket(Open::Parenthesis, span),
            Token::Mark("[") => {
                if self.accept("]")? {
                    return self.leaf(Node::Literals(Arc::from([])), place);
                }
                return self.bracket(Open::List { start: span, complete: 0 }, span);
            }
            Token::Mark(mark @ ("-" | "!")) => {
                let operator = if mark == "-" { Operator::Negate } else { Operator::Not };
                if let Some(Open::Prefix(other, _)) = self.open.last() {
                    if *other != operator {
                        return Err(self.unexpected("parentheses between `!` and `-`", &token, span));
                    }
                }
                self.open.push(Open::Prefix(operator, span));
                return Ok(false);
            }
            Token::Word(word) => return self.word(word, span),
            Token::Integer(number) => self.integer(number, span)?,
            Token::Unsigned(number) => match i64::try_from(number) {
                Ok(number) => Literal::Unsigned(number),
                Err(_) => return Err(self.unexpected("a whole number from 0u to 2^63 - 1", &token, span)),
            },
            Token::Decimal(number) => Literal::Decimal(number),
            Token::Text(text) => Literal::Text(text.into()),
            Token::Mark(_) | Token::End => return Err(self.unexpected("a field, a literal or `(`", &token, span)),
        };
        self.leaf(Node::Literal(literal), place)
    }

    /// Reads what can follow an operand; returns whether that was the end of the text.
    fn after_operand(&mut self) -> Parsed<bool> {
        loop {
            let (token, span) = self.lexer.next()?;
            if let Some((operator, level)) = infix(&token) {
                self.reduce(level)?;
                self.open.push(Open::Infix(operator, level));
                return Ok(false);
            }
            match token {
                Token::Mark(".") => {
                    if self.method(span)? {
                        return Ok(false);
                    }
                }
                Token::Mark("[") => {
                    let start = self.out.place(1).map_or(span, Place::span);
                    return self.bracket(Open::Index { start }, span);
                }
                Token::Mark("?") => {
                    self.reduce(binds::ANY)?;
                    if matches!(self.open.last(), Some(Open::Then)) {
                        return Err(self.unexpected("parentheses around a `?` within a `?`", &token, span));
                    }
                    self.open.push(Open::Then);
                    return Ok(false);
                }
                _ => {
                    self.reduce(binds::ANYTHING)?;
                    if self.close(&token, span)? {
                        return Ok(token == Token::End);
                    }
                }
            }
        }
    }

    /// Handles a token that ends something; returns whether an operand or the end of the text comes next.
    fn close(&mut self, token: &Token<'a>, span: Span) -> Parsed<bool> {
        match (token, self.open.pop()) {
            (Token::End, None) => Ok(true),
            (Token::Mark(":"), Some(Open::Then)) => {
                self.open.push(Open::Otherwise);
                Ok(true)
            }
            (Token::Mark(","), Some(mut open)) if open.counts() => {
                if let Open::Call { complete, .. }
                | Open::List { complete, .. }
                | Open::Aggregate { complete, .. }
                | Open::Each { complete, .. } = &mut open
                {
                    *complete += 1;
                }
                if matches!(open, Open::List { complete, .. } if complete > Expr::MAX_LIST) {
                    return Err(SyntaxError::new(Place::Text(span), Limit::List));
                }
                self.open.push(open);
                Ok(true)
            }
            (Token::Mark(")"), Some(Open::Parenthesis)) => {
                self.brackets -= 1;
                Ok(false)
            }
            (Token::Mark("]"), Some(Open::List { start, complete })) => {
                self.brackets -= 1;
                let place = Place::Text(start.to(span));
                self.limited(span, |out| out.list(complete + 1, place))?;
                Ok(false)
            }
            (Token::Mark(")"), Some(Open::Call { operator, start, complete })) => {
                self.brackets -= 1;
                self.call_ends(operator, start, complete + 1, span)?;
                Ok(false)
            }
            (Token::Mark(")"), Some(Open::Aggregate { over, start, complete })) => {
                self.brackets -= 1;
                self.aggregate_ends(over, start, complete + 1, span)?;
                Ok(false)
            }
            (Token::Mark(")"), Some(Open::Each { over, start, complete })) => {
                self.brackets -= 1;
                self.each_ends(over, start, complete + 1, span)?;
                Ok(false)
            }
            (Token::Mark("]"), Some(Open::Index { start })) => {
                self.brackets -= 1;
                self.call_ends(Operator::Index, start, 2, span)?;
                Ok(false)
            }
            (_, open) => {
                let expected = match open {
                    _ if is_word(token, "and") => "an operator; `&&` is and",
                    _ if is_word(token, "or") => "an operator; `||` is or",
                    None => "an operator or the end",
                    Some(Open::Then) => "an operator or `:`",
                    Some(Open::List { .. }) => "an operator, `,` or `]`",
                    Some(Open::Index { .. }) => "an operator or `]`",
                    Some(open) if open.counts() => "an operator, `,` or `)`",
                    Some(_) => "an operator or `)`",
                };
                Err(self.unexpected(expected, token, span))
            }
        }
    }

    /// Applies the waiting operators that bind at least as tightly as `level`.
    fn reduce(&mut self, level: u8) -> Parsed<()> {
        loop {
            let (operator, count, start) = match self.open.last() {
                Some(Open::Prefix(operator, span)) => (*operator, 1, Some(*span)),
                Some(Open::Infix(operator, binding)) if *binding >= level => (*operator, 2, None),
                Some(Open::Otherwise) if level <= binds::CONDITIONAL => (Operator::If, 3, None),
                _ => return Ok(()),
            };
            self.open.pop();
            let first = self.out.place(count).map(Place::span);
            let last = self.out.place(1).map(Place::span);
            let start = start.or(first).unwrap_or(Span::new(0, 0));
            let span = start.to(last.unwrap_or(start));
            self.limited(span, |out| out.apply(operator, count, Place::Text(span)))?;
        }
    }

    fn word(&mut self, word: &'a str, span: Span) -> Parsed<bool> {
        let place = Place::Text(span);
        if self.lexer.peek()?.0 == Token::Mark("(") {
            self.lexer.next()?;
            return self.call(word, span);
        }
        match word {
            "true" | "false" => return self.leaf(Node::Literal(Literal::Bool(word == "true")), place),
            "now" => return self.limited(span, |out| out.apply(Operator::Now, 0, place)).map(|()| true),
            "today" => return self.limited(span, |out| out.apply(Operator::Today, 0, place)).map(|()| true),
            _ => {}
        }
        let mut path = word.to_owned();
        let mut whole = span;
        // A dot before a name and `(` is a method, not a field.
        while let Some((field, end)) = self.selector()? {
            path.push('.');
            path.push_str(field);
            whole = whole.to(end);
        }
        if !node::is_path(&path) {
            let expected = match word {
                "null" => "a field or a literal; `has(x)` asks whether there is a value",
                "old" | "new" => "a field after it, such as `old.stage`",
                _ => "a field or a literal",
            };
            let fault = SyntaxFault::unexpected(format!("`{}`", super::syntax_error::shortened(&path)), expected);
            return Err(SyntaxError::new(Place::Text(whole), fault));
        }
        self.leaf(Node::Path(path.into()), Place::Text(whole))
    }

    /// Takes `.name` if that comes next and no `(` follows.
    fn selector(&mut self) -> Parsed<Option<(&'a str, Span)>> {
        let mut ahead = self.lexer;
        if ahead.next()?.0 != Token::Mark(".") {
            return Ok(None);
        }
        let (Token::Word(field), span) = ahead.next()? else { return Ok(None) };
        if ahead.peek()?.0 == Token::Mark("(") {
            return Ok(None);
        }
        self.lexer = ahead;
        Ok(Some((field, span)))
    }

    /// Returns the number, which may be -2^63 only behind a minus.
    fn integer(&mut self, magnitude: u64, span: Span) -> Parsed<Literal> {
        if let Ok(number) = i64::try_from(magnitude) {
            return Ok(Literal::Integer(number));
        }
        if magnitude == i64::MIN.unsigned_abs() && matches!(self.open.last(), Some(Open::Prefix(Operator::Negate, _))) {
            self.open.pop();
            return Ok(Literal::Integer(i64::MIN));
        }
        let fault = SyntaxFault::unexpected(format!("`{magnitude}`"), "a whole number from -2^63 to 2^63 - 1");
        Err(SyntaxError::new(Place::Text(span), fault))
    }

    pub(super) fn bracket(&mut self, open: Open, span: Span) -> Parsed<bool> {
        self.brackets += 1;
        if self.brackets > Expr::MAX_DEPTH {
            return Err(SyntaxError::new(Place::Text(span), Limit::Depth));
        }
        self.open.push(open);
        Ok(false)
    }

    pub(super) fn leaf(&mut self, node: Node, place: Place) -> Parsed<bool> {
        self.limited(place.span(), |out| out.leaf(node, place))?;
        Ok(true)
    }

    pub(super) fn limited(&mut self, span: Span, build: impl FnOnce(&mut Builder) -> Result<(), Limit>) -> Parsed<()> {
        build(&mut self.out).map_err(|limit| SyntaxError::new(Place::Text(span), limit))
    }

    pub(super) fn accept(&mut self, mark: &'static str) -> Parsed<bool> {
        let found = self.lexer.peek()?.0 == Token::Mark(mark);
        if found {
            self.lexer.next()?;
        }
        Ok(found)
    }

    pub(super) fn expect(&mut self, mark: &'static str) -> Parsed<Span> {
        let (token, span) = self.lexer.next()?;
        if token == Token::Mark(mark) { Ok(span) } else { Err(self.unexpected(&format!("`{mark}`"), &token, span)) }
    }

    pub(super) fn unexpected(&self, expected: &str, found: &Token<'_>, span: Span) -> SyntaxError {
        SyntaxError::new(Place::Text(span), SyntaxFault::unexpected(found.describe(), expected))
    }
}

impl Open {
    /// Returns whether it has several parts between commas.
    fn counts(&self) -> bool {
        matches!(self, Self::Call { .. } | Self::List { .. } | Self::Aggregate { .. } | Self::Each { .. })
    }
}

/// Returns whether the token is this word, in whatever case.
fn is_word(token: &Token<'_>, wanted: &str) -> bool {
    matches!(token, Token::Word(word) if word.eq_ignore_ascii_case(wanted))
}

fn infix(token: &Token<'_>) -> Option<(Operator, u8)> {
    let (Token::Mark(symbol) | Token::Word(symbol)) = token else { return None };
    Operator::all().find_map(|operator| match operator.form() {
        Form::Infix(known, level) if known == *symbol => Some((operator, level)),
        _ => None,
    })
}
