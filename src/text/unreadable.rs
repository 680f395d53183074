//! The one error shape of this room: what was written, what it should have been, what is wrong.

/// The longest text a parser of this room reads, in bytes of UTF-8: 64 KiB.
///
/// No name, number or address comes near it; the limit keeps one absurd row from costing as much as
/// a million sane ones.
pub const MAX_BYTES: usize = 64 * 1024;

/// Text that could not be read as the thing it was given as.
///
/// `P` says what is wrong and differs by parser: match on [`problem`](Self::problem) to react, show
/// the whole error to a person.
///
/// # Example: the message names the text, the expectation and the fault
/// ```
/// use guanxi::text::{Phone, PhoneProblem};
///
/// let error = "12 34".parse::<Phone>().unwrap_err();
/// assert_eq!(error.to_string(), "`12 34` is not a phone number: 4 digits, expected 5 to 15");
/// assert_eq!(error.problem(), &PhoneProblem::TooFewDigits { digits: 4 });
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{input}` is not {expected}: {problem}")]
pub struct Unreadable<P> {
    input: String,
    expected: &'static str,
    problem: P,
}

impl<P> Unreadable<P> {
    pub(super) fn new(input: &str, expected: &'static str, problem: P) -> Self {
        Self { input: excerpt(input), expected, problem }
    }

    /// The text that was refused; a long one is cut to its first 60 characters and an ellipsis.
    pub fn input(&self) -> &str {
        &self.input
    }

    /// What is wrong with it.
    pub fn problem(&self) -> &P {
        &self.problem
    }
}

/// Control characters are shown escaped, so that one input stays one line of a log.
fn excerpt(text: &str) -> String {
    const SHOWN: usize = 60;
    let mut chars = text.chars();
    let mut out = String::new();
    for c in chars.by_ref().take(SHOWN) {
        if c.is_control() {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    if chars.next().is_some() {
        out.push('…');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_and_multi_line_input_becomes_one_short_line() {
        let long = format!("a\n{}", "张".repeat(100));
        let error = Unreadable::new(&long, "a test", "no reason");
        assert!(error.input().starts_with("a\\n张"));
        assert!(error.input().ends_with("张…"));
        assert_eq!(error.input().chars().count(), 62);
        assert_eq!(Unreadable::new("x", "a test", "no reason").to_string(), "`x` is not a test: no reason");
    }
}
