use std::fmt;
use std::ops::{BitAnd, BitOr};

use serde::{Deserialize, Serialize};

/// How a principal stands to a record.
///
/// Complete: guanxi computes relations from the record's ownership fields, so a definition cannot add any.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Relation {
    /// Everybody stands so to every record.
    Any,
    /// The record's owner.
    Owner,
    /// One of the people that the record is shared with.
    SharedWith,
    /// A member of the record's team.
    SameTeam,
    /// The manager of the record's owner.
    ManagerOfOwner,
}

impl Relation {
    /// All relations, [`Relation::Any`] first.
    pub const ALL: [Self; 5] = [Self::Any, Self::Owner, Self::SharedWith, Self::SameTeam, Self::ManagerOfOwner];

    /// Returns the word for the relation in definitions and messages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::Owner => "owner",
            Self::SharedWith => "shared_with",
            Self::SameTeam => "same_team",
            Self::ManagerOfOwner => "manager_of_owner",
        }
    }
}

impl fmt::Display for Relation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A set of relations.
///
/// # Example
/// ```
/// use guanxi::access::{Relation, Relations};
///
/// let mine: Relations = [Relation::Owner, Relation::SameTeam].into_iter().collect();
/// assert!(mine.contains(Relation::Owner));
/// assert!((mine & Relations::from(Relation::SharedWith)).is_empty());
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Relations(u8);

impl Relations {
    /// No relation: a stranger to the record.
    pub const NONE: Self = Self(0);
    /// Every relation.
    pub const ALL: Self = Self(0b1_1111);

    /// Returns the set with `relation`.
    #[must_use]
    pub fn with(self, relation: Relation) -> Self {
        self | Self::from(relation)
    }

    /// Returns the set without `relation`.
    #[must_use]
    pub fn without(self, relation: Relation) -> Self {
        Self(self.0 & !Self::from(relation).0)
    }

    /// Returns whether `relation` is in the set.
    pub fn contains(self, relation: Relation) -> bool {
        !(self & relation.into()).is_empty()
    }

    /// Returns whether the set is empty.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Returns the relations of the set, in the order of [`Relation::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Relation> {
        Relation::ALL.into_iter().filter(move |&relation| self.contains(relation))
    }

    pub(super) fn bits(self) -> u8 {
        self.0
    }

    pub(super) fn from_bits(bits: u8) -> Self {
        Self(bits & Self::ALL.0)
    }
}

impl From<Relation> for Relations {
    fn from(relation: Relation) -> Self {
        Self(1 << relation as u8)
    }
}

impl FromIterator<Relation> for Relations {
    fn from_iter<T: IntoIterator<Item = Relation>>(relations: T) -> Self {
        relations.into_iter().fold(Self::NONE, Self::with)
    }
}

impl BitOr for Relations {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitAnd for Relations {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl fmt::Debug for Relations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_what_was_put_in() {
        let all: Relations = Relation::ALL.into_iter().collect();
        assert_eq!(all, Relations::ALL);
        assert_eq!(all.iter().collect::<Vec<_>>(), Relation::ALL);
        for relation in Relation::ALL {
            assert!(!all.without(relation).contains(relation));
            assert_eq!(all.without(relation).with(relation), all);
            assert_eq!(serde_json::to_value(relation).unwrap(), relation.as_str());
        }
    }
}
