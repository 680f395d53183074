use std::sync::Arc;

/// What is asked of every item of a list. Its operands are the list, the condition and the value, each if there is one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct OverList {
    pub(super) what: Each,
    /// What the operands behind the list call an item.
    pub(super) item: Arc<str>,
    /// What they call its position, from 0; empty when they do not.
    pub(super) position: Arc<str>,
    pub(super) has_filter: bool,
}

/// What becomes of the items: the macros of CEL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Each {
    /// Whether the condition holds for all.
    Every,
    /// Those for which the condition holds.
    Filter,
    /// A value for each.
    Map,
    /// Whether the condition holds for exactly one.
    One,
    /// Whether the condition holds for one or more.
    Some,
}

impl Each {
    pub(super) const ALL: [Self; 5] = [Self::Every, Self::Filter, Self::Map, Self::One, Self::Some];

    /// Returns the name in JSON.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Every => "every",
            Self::Filter => "filter",
            Self::Map => "map",
            Self::One => "one",
            Self::Some => "some",
        }
    }

    /// Returns the name in text, which for some is another one where the position has a name.
    pub(super) fn method(self, positions: bool) -> &'static str {
        match (self, positions) {
            (Self::Every, _) => "all",
            (Self::Filter, _) => "filter",
            (Self::Map, false) => "map",
            (Self::Map, true) => "transformList",
            (Self::One, false) => "exists_one",
            (Self::One, true) => "existsOne",
            (Self::Some, _) => "exists",
        }
    }

    pub(super) fn of_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|each| each.key() == key)
    }

    /// Returns what a method asks, and whether a name for the position can, may or must come first.
    pub(super) fn of_method(name: &str) -> Option<(Self, Positions)> {
        Some(match name {
            "all" => (Self::Every, Positions::May),
            "exists" => (Self::Some, Positions::May),
            "exists_one" => (Self::One, Positions::Never),
            "existsOne" => (Self::One, Positions::May),
            "filter" => (Self::Filter, Positions::Never),
            "map" => (Self::Map, Positions::Never),
            "transformList" => (Self::Map, Positions::Must),
            _ => return None,
        })
    }

    pub(super) fn has_value(self) -> bool {
        self == Self::Map
    }

    /// Returns whether the condition must be there.
    pub(super) fn needs_filter(self) -> bool {
        !self.has_value()
    }

    /// Returns whether it can name the position of an item.
    pub(super) fn has_positions(self) -> bool {
        self != Self::Filter
    }

    pub(super) fn yields_truth(self) -> bool {
        matches!(self, Self::Every | Self::One | Self::Some)
    }
}

/// Whether a method names the position of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Positions {
    May,
    Must,
    Never,
}

impl OverList {
    pub(super) fn operands(&self) -> usize {
        1 + usize::from(self.has_filter) + usize::from(self.what.has_value())
    }
}
