use super::problem::Mistake;

/// A regular expression that was compiled with the condition it stands in.
///
/// Syntax and meaning are those of the crate `regex`, nearly RE2's as CEL wants it; a search takes time in the product of
/// the lengths of text and pattern, whatever both are.
#[derive(Debug, Clone)]
pub(super) struct Pattern(Compiled);

#[cfg(feature = "regex")]
type Compiled = regex::Regex;
/// Without the feature there is none.
#[cfg(not(feature = "regex"))]
type Compiled = std::convert::Infallible;

/// The longest pattern, in bytes.
#[cfg(feature = "regex")]
const MAX_PATTERN: usize = 1_000;
/// The most bytes that a compiled pattern takes, and as many again while it searches.
#[cfg(feature = "regex")]
const MAX_COMPILED: usize = 64 * 1024;
/// The deepest nesting of groups and repetitions.
#[cfg(feature = "regex")]
const MAX_NESTING: u32 = 32;

impl Pattern {
    /// Compiles `text`.
    ///
    /// # Errors
    /// [`Mistake`] when it is no pattern, or too large a one.
    #[cfg(feature = "regex")]
    pub(super) fn new(text: &str) -> Result<Self, Mistake> {
        let expected = |expected: &str| Mistake::Type {
            expected: expected.to_owned(),
            found: format!("the text `{}`", super::syntax_error::shortened(text)),
        };
        if text.len() > MAX_PATTERN {
            return Err(expected(&format!("a pattern of at most {MAX_PATTERN} bytes")));
        }
        let builder = regex::RegexBuilder::new(text)
            .size_limit(MAX_COMPILED)
            .dfa_size_limit(MAX_COMPILED)
            .nest_limit(MAX_NESTING)
            .build();
        match builder {
            Ok(compiled) => Ok(Self(compiled)),
            Err(regex::Error::CompiledTooBig(_)) => {
                Err(expected(&format!("a pattern that takes at most {MAX_COMPILED} bytes when compiled")))
            }
            Err(error) => {
                let said = error.to_string();
                // The reader draws the place over several lines and says last what is wrong.
                let why = said.lines().last().unwrap_or_default().trim_start_matches("error: ");
                Err(expected(&format!("a regular expression ({why})")))
            }
        }
    }

    /// Says that there are no patterns.
    ///
    /// # Errors
    /// [`Mistake`] always.
    #[cfg(not(feature = "regex"))]
    pub(super) fn new(text: &str) -> Result<Self, Mistake> {
        let found = format!("the text `{}`", super::syntax_error::shortened(text));
        Err(Mistake::Type { expected: "no pattern: the feature `regex` is not enabled".into(), found })
    }

    /// Returns whether the pattern is found anywhere in `text`.
    #[cfg(feature = "regex")]
    pub(super) fn is_in(&self, text: &str) -> bool {
        self.0.is_match(text)
    }

    /// Says nothing, since there is no pattern.
    #[cfg(not(feature = "regex"))]
    pub(super) fn is_in(&self, _: &str) -> bool {
        match self.0 {}
    }
}
