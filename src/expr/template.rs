use std::fmt::{self, Write};

use super::problem::{Mistake, Problem};
use super::syntax_error::shortened;
use super::{Names, Place, Problems, Row, Slot, Span, nearest, node};

/// A text with placeholders for fields: `Dear {name|customer}, …`.
///
/// `{path}` stands for the value of a field, `{path|fallback}` for the fallback when there is none (nothing without one),
/// and `{{` for a brace. Every path is checked when the template is made.
///
/// # Example: a missing name is no hole
/// ```
/// use guanxi::expr::{Names, Slot, Template, Type};
///
/// struct Contact;
/// impl Names for Contact {
///     fn resolve(&self, path: &[&str]) -> Option<(Slot, Type)> {
///         (path == ["name"]).then_some((Slot::new(0), Type::Text))
///     }
/// }
///
/// let greeting = Template::new("您好,{name|客户}!", &Contact)?;
/// assert_eq!(greeting.render(&[Some("李娜".into())][..]), "您好,李娜!");
/// assert_eq!(greeting.render(&[None][..]), "您好,客户!");
/// # Ok::<(), guanxi::expr::Problems>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Template {
    text: String,
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Field { slot: Slot, fallback: String },
}

impl Template {
    /// The longest template, in bytes.
    pub const MAX_TEXT: usize = 64 * 1024;

    /// Returns the template that `text` spells, for records whose fields `names` knows.
    ///
    /// # Errors
    /// [`Problems`]: every unknown field, every brace without its other half, or a text beyond [`Template::MAX_TEXT`].
    pub fn new(text: &str, names: &dyn Names) -> Result<Self, Problems> {
        let mut pieces = Vec::new();
        let mut problems = Vec::new();
        let mut mistake = |start: usize, end: usize, mistake| {
            problems.push(Problem::new(Place::Text(Span::new(start, end)), mistake));
        };
        if text.len() > Self::MAX_TEXT {
            let expected = format!("at most {} bytes of text", Self::MAX_TEXT);
            mistake(0, text.len(), Mistake::Type { expected, found: format!("{}", text.len()) });
            return Err(Problems::new(problems));
        }
        let mut literal = String::new();
        let mut at = 0;
        while let Some((before, rest)) = text.get(at..).and_then(|rest| rest.split_once('{')) {
            literal.push_str(before);
            let open = at + before.len();
            at = open + 1;
            if rest.starts_with('{') {
                literal.push('{');
                at += 1;
                continue;
            }
            let Some((inside, _)) = rest.split_once('}') else {
                let found = "a `{` without its `}`".into();
                mistake(open, at, Mistake::Type { expected: "a field in braces, or `{{` for a brace".into(), found });
                break;
            };
            at += inside.len() + 1;
            let (path, fallback) = inside.split_once('|').unwrap_or((inside, ""));
            let path = path.trim();
            let parts: Vec<&str> = path.split('.').collect();
            match names.resolve(&parts).filter(|_| node::is_path(path)) {
                Some((slot, _)) => {
                    pieces.push(Piece::Text(std::mem::take(&mut literal)));
                    pieces.push(Piece::Field { slot, fallback: fallback.to_owned() });
                }
                None => {
                    let known = names.known();
                    let nearest = nearest::nearest(path, known.iter().map(String::as_str)).map(str::to_owned);
                    mistake(open, at, Mistake::Unknown { kind: "field", name: shortened(path), nearest, bare: false });
                }
            }
        }
        literal.push_str(text.get(at..).unwrap_or_default());
        pieces.push(Piece::Text(literal));
        pieces.retain(|piece| !matches!(piece, Piece::Text(text) if text.is_empty()));
        if problems.is_empty() { Ok(Self { text: text.to_owned(), pieces }) } else { Err(Problems::new(problems)) }
    }

    /// Returns the text with the values of `row`.
    pub fn render<R: Row + ?Sized>(&self, row: &R) -> String {
        let mut out = String::with_capacity(self.text.len());
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Field { slot, fallback } => match row.get(*slot) {
                    // Writing to a string cannot fail.
                    Some(value) => drop(write!(out, "{value}")),
                    None => out.push_str(fallback),
                },
            }
        }
        out
    }

    /// Returns the slots that the template reads, each once and in order.
    pub fn slots(&self) -> Vec<Slot> {
        let fields = self.pieces.iter().filter_map(|piece| match piece {
            Piece::Field { slot, .. } => Some(*slot),
            Piece::Text(_) => None,
        });
        let mut slots: Vec<Slot> = fields.collect();
        slots.sort_unstable();
        slots.dedup();
        slots
    }
}

/// Prints the template as it was written.
impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.text)
    }
}
