use std::fmt;

use serde::{Deserialize, Serialize};

/// What somebody does with a record.
///
/// Complete: a definition cannot add actions, so that every policy can be enumerated.
///
/// # Example
/// ```
/// use guanxi::access::Action;
///
/// assert_eq!(serde_json::to_string(&Action::Transition)?, r#""transition""#);
/// assert_eq!(Action::ALL.len(), 11);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Action {
    /// Makes a record with values in a field class.
    Create,
    /// Sees the values of a field class.
    View,
    /// Changes the values of a field class; owner, team and shares need [`Action::Assign`].
    Edit,
    /// Deletes or restores the record.
    Delete,
    /// Changes owner, team or shares.
    Assign,
    /// Moves the record to another stage.
    Transition,
    /// Merges the record with others.
    Merge,
    /// Takes the record out in bulk.
    Export,
    /// Turns the record into others, as a lead into account, contact and deal.
    Convert,
    /// Removes personal data for good.
    Erase,
    /// Comments on the record.
    Comment,
}

impl Action {
    /// All actions.
    pub const ALL: [Self; 11] = [
        Self::Create,
        Self::View,
        Self::Edit,
        Self::Delete,
        Self::Assign,
        Self::Transition,
        Self::Merge,
        Self::Export,
        Self::Convert,
        Self::Erase,
        Self::Comment,
    ];

    /// Returns the word for the action in definitions and messages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::View => "view",
            Self::Edit => "edit",
            Self::Delete => "delete",
            Self::Assign => "assign",
            Self::Transition => "transition",
            Self::Merge => "merge",
            Self::Export => "export",
            Self::Convert => "convert",
            Self::Erase => "erase",
            Self::Comment => "comment",
        }
    }

    /// Returns the position of the action in [`Action::ALL`].
    pub(super) fn number(self) -> usize {
        self as usize
    }

    /// Returns whether the action takes records or personal data away, which a policy should leave to few.
    pub(super) fn is_grave(self) -> bool {
        matches!(self, Self::Delete | Self::Merge | Self::Erase)
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_positions_and_words_are_what_definitions_say() {
        for (position, action) in Action::ALL.into_iter().enumerate() {
            assert_eq!(action.number(), position);
            assert_eq!(serde_json::to_value(action).unwrap(), action.as_str());
        }
    }
}
