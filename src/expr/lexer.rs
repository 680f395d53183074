use rust_decimal::Decimal;

use super::string_literal;
use super::{Place, Span, SyntaxError, SyntaxFault};

/// A part of the text form.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token<'a> {
    /// An operator or a bracket.
    Mark(&'static str),
    Word(&'a str),
    /// The magnitude of a whole number.
    Integer(u64),
    /// A whole number with CEL's mark of the unsigned.
    Unsigned(u64),
    Decimal(Decimal),
    Text(String),
    End,
}

impl Token<'_> {
    pub(super) fn describe(&self) -> String {
        match self {
            Self::Mark(mark) => format!("`{mark}`"),
            Self::Word(word) => format!("`{}`", super::syntax_error::shortened(word)),
            Self::Integer(number) => format!("`{number}`"),
            Self::Unsigned(number) => format!("`{number}u`"),
            Self::Decimal(number) => format!("`{number}`"),
            Self::Text(_) => "a text".into(),
            Self::End => "the end".into(),
        }
    }
}

/// Longer marks before their beginnings.
const MARKS: [&str; 24] = [
    "&&", "||", "==", "!=", "<=", ">=", "<", ">", "!", "-", "+", "*", "/", "%", "?", ":", ",", ".", "(", ")", "[", "]",
    "{", "}",
];

/// Reads tokens from the text; cheap to copy, which is how the parser looks ahead.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lexer<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    pub(super) fn next(&mut self) -> Result<(Token<'a>, Span), SyntaxError> {
        self.skip_blank();
        let start = self.at;
        let rest = self.rest();
        let Some(first) = rest.chars().next() else { return Ok((Token::End, Span::new(start, start))) };
        let token = if first.is_ascii_digit() || (first == '.' && second_is_digit(rest)) {
            self.number()?
        } else if let Some((text, len)) = string_literal::read(rest).map_err(|(at, fault)| self.error(at, fault))? {
            self.at += len;
            Token::Text(text)
        } else if first.is_ascii_alphabetic() || first == '_' {
            Token::Word(self.take_while(|b| b.is_ascii_alphanumeric() || b == b'_'))
        } else if let Some(mark) = MARKS.into_iter().find(|mark| rest.starts_with(mark)) {
            self.at += mark.len();
            Token::Mark(mark)
        } else {
            let expected = match first {
                '=' => "an operator; `==` compares",
                '&' => "an operator; `&&` is and",
                '|' => "an operator; `||` is or",
                _ => "a field, a literal or an operator",
            };
            let fault = SyntaxFault::unexpected(format!("`{first}`"), expected);
            return Err(self.error(0, fault));
        };
        Ok((token, Span::new(start, self.at)))
    }

    /// Returns the next token without taking it.
    pub(super) fn peek(&self) -> Result<(Token<'a>, Span), SyntaxError> {
        let mut ahead = *self;
        ahead.next()
    }

    fn skip_blank(&mut self) {
        loop {
            self.take_while(|b| b.is_ascii_whitespace());
            if !self.rest().starts_with("//") {
                return;
            }
            self.take_while(|b| b != b'\n');
        }
    }

    /// Reads `12`, `12u`, `0x1f`, `12.5`, `.5` or `1.2e-3`.
    fn number(&mut self) -> Result<Token<'a>, SyntaxError> {
        let start = self.at;
        if let Some(hex) = self.rest().strip_prefix("0x").or_else(|| self.rest().strip_prefix("0X")) {
            let digits = hex.bytes().take_while(u8::is_ascii_hexdigit).count();
            self.at += 2 + digits;
            let number = hex.get(..digits).and_then(|digits| u64::from_str_radix(digits, 16).ok());
            return number.map(|number| self.whole(number)).ok_or_else(|| self.bad_number(start));
        }
        self.take_while(|b| b.is_ascii_digit());
        let mut whole = true;
        if self.rest().starts_with('.') && second_is_digit(self.rest()) {
            whole = false;
            self.at += 1;
            self.take_while(|b| b.is_ascii_digit());
        }
        if self.rest().starts_with(['e', 'E']) {
            whole = false;
            self.at += 1;
            if self.rest().starts_with(['+', '-']) {
                self.at += 1;
            }
            self.take_while(|b| b.is_ascii_digit());
        }
        let digits = self.text.get(start..self.at).unwrap_or_default();
        let number = match whole {
            true => digits.parse().ok().map(|number| self.whole(number)),
            false => decimal(digits).map(Token::Decimal),
        };
        if self.rest().starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_') {
            return Err(self.bad_number(start));
        }
        number.ok_or_else(|| self.bad_number(start))
    }

    /// Returns the whole number that was read, with the mark that may follow.
    fn whole(&mut self, number: u64) -> Token<'a> {
        if self.rest().starts_with(['u', 'U']) {
            self.at += 1;
            return Token::Unsigned(number);
        }
        Token::Integer(number)
    }

    fn bad_number(&self, start: usize) -> SyntaxError {
        let found = super::syntax_error::shortened(self.text.get(start..self.at).unwrap_or_default());
        let fault = SyntaxFault::unexpected(
            format!("`{found}`"),
            "a whole number from -2^63 to 2^63 - 1, or a decimal number of at most 28 digits",
        );
        SyntaxError::new(Place::Text(Span::new(start, self.at)), fault)
    }

    fn take_while(&mut self, wanted: impl Fn(u8) -> bool) -> &'a str {
        let rest = self.rest();
        let len = rest.bytes().position(|b| !wanted(b)).unwrap_or(rest.len());
        self.at += len;
        rest.get(..len).unwrap_or_default()
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn error(&self, ahead: usize, fault: SyntaxFault) -> SyntaxError {
        let at = self.at + ahead;
        let len = self.text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        SyntaxError::new(Place::Text(Span::new(at, at + len)), fault)
    }
}

fn second_is_digit(text: &str) -> bool {
    text.as_bytes().get(1).is_some_and(u8::is_ascii_digit)
}

/// Returns the exact number, or `None` when it has too many digits: nothing is rounded.
pub(super) fn decimal(digits: &str) -> Option<Decimal> {
    // Zeros after the point say nothing, and the printer adds one to whole numbers.
    let digits = digits.strip_suffix(".0").unwrap_or(digits);
    if digits.contains(['e', 'E']) { exponent(digits) } else { Decimal::from_str_exact(digits).ok() }
}

fn exponent(digits: &str) -> Option<Decimal> {
    let (mantissa, exponent) = digits.split_once(['e', 'E'])?;
    let exponent: i32 = exponent.parse().ok().filter(|e: &i32| e.abs() <= 64)?;
    let mantissa = Decimal::from_str_exact(mantissa).ok()?;
    let scale = i32::try_from(mantissa.scale()).ok()?.checked_sub(exponent)?;
    if mantissa.is_zero() {
        return Some(Decimal::ZERO);
    }
    match u32::try_from(scale) {
        Ok(scale) => Decimal::try_from_i128_with_scale(mantissa.mantissa(), scale).ok(),
        Err(_) => {
            let factor = 10_i128.checked_pow(scale.unsigned_abs())?;
            Decimal::try_from_i128_with_scale(mantissa.mantissa().checked_mul(factor)?, 0).ok()
        }
    }
}
