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

#[cfg(test)]
mod tests {
    use super::Truth::{self, False, True, Unknown};

    #[test]
    fn the_laws_of_kleene_hold() {
        let all = [False, Unknown, True];
        for (a, b, c) in all.into_iter().flat_map(|a| all.map(|b| (a, b))).flat_map(|(a, b)| all.map(|c| (a, b, c))) {
            assert_eq!((a & b, a | b), (b & a, b | a));
            assert_eq!((a & (b & c), a | (b | c)), ((a & b) & c, (a | b) | c));
            assert_eq!((a & (b | c), a | (b & c)), ((a & b) | (a & c), (a | b) & (a | c)));
            assert_eq!((a & (a | b), a | (a & b)), (a, a));
            assert_eq!((!(a & b), !(a | b)), (!a | !b, !a & !b));
            assert_eq!((!!a, a & True, a | False, a & False, a | True), (a, a, a, False, True));
        }
        assert_eq!((Unknown & !Unknown, Unknown | !Unknown), (Unknown, Unknown), "no law of the excluded middle");
        assert_eq!((Truth::from(true), Truth::from(false)), (True, False));
    }
}
