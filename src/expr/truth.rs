use std::fmt;

use serde::{Deserialize, Serialize};

/// What a condition yields: true, false, or unknown because something is missing.
///
/// Kleene's strong three-valued logic (1938). A rule fires on `True` only. Complete: there is no fourth.
///
/// # Example: false decides, unknown does not
/// ```
/// use guanxi::expr::Truth;
///
/// assert_eq!(Truth::Unknown & Truth::False, Truth::False);
/// assert_eq!(Truth::Unknown & Truth::True, Truth::Unknown);
/// assert_eq!(Truth::Unknown | Truth::True, Truth::True);
/// assert_eq!(!Truth::Unknown, Truth::Unknown);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Truth {
    /// It does not hold.
    False,
    /// It cannot be said.
    Unknown,
    /// It holds.
    True,
}

impl Truth {
    /// Returns whether it holds for certain.
    #[inline]
    pub fn is_true(self) -> bool {
        self == Self::True
    }

    /// Returns whether it fails for certain.
    #[inline]
    pub fn is_false(self) -> bool {
        self == Self::False
    }
}

impl From<bool> for Truth {
    fn from(flag: bool) -> Self {
        if flag { Self::True } else { Self::False }
    }
}

// With `False < Unknown < True`, "and" is the least and "or" the greatest.
impl std::ops::BitAnd for Truth {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        self.min(other)
    }
}

impl std::ops::BitOr for Truth {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        self.max(other)
    }
}

impl std::ops::Not for Truth {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
            Self::True => Self::False,
        }
    }
}

impl fmt::Display for Truth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::False => "false",
            Self::Unknown => "unknown",
            Self::True => "true",
        })
    }
}
