use crate::record::Draft;
use crate::value::Name;

/// A record of one object, where another was expected.
///
/// # Example: a deal is no lead
/// ```
/// use guanxi::model::{Deal, LeadView};
/// use guanxi::record::Draft;
///
/// let error = LeadView::try_from(Draft::from(Deal::new("Line 3"))).unwrap_err();
/// assert_eq!(error.to_string(), "expected a record of `lead`, not of `deal`");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected a record of `{expected}`, not of `{found}`")]
pub struct WrongObject {
    expected: &'static str,
    found: Name,
}

impl WrongObject {
    /// Checks that `draft` is of the object `expected`.
    ///
    /// # Errors
    /// [`WrongObject`] when it is of another.
    pub fn check(draft: &Draft, expected: &'static str) -> Result<(), Self> {
        if draft.object() == expected { Ok(()) } else { Err(Self { expected, found: draft.object().clone() }) }
    }

    /// Returns the object that was expected.
    pub fn expected(&self) -> &str {
        self.expected
    }

    /// Returns the object that the record is of.
    pub fn found(&self) -> &Name {
        &self.found
    }
}
