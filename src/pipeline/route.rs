use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Pipeline;

/// How a move stands to the order of the stages. Complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MoveKind {
    /// Into the first open stage, from none.
    Start,
    /// To a stage that regularly follows.
    Next,
    /// Forward to a stage that does not regularly follow, mostly past others.
    Skip,
    /// From an open stage to an earlier one.
    Back,
    /// From a closed stage to an open one.
    Reopen,
}

/// The irregular moves of one kind that are allowed, by the places of the stages.
#[derive(Debug, Clone)]
pub(super) enum Permitted {
    No,
    Any,
    Listed(BTreeSet<(Option<usize>, usize)>),
}

impl Permitted {
    fn allows(&self, from: Option<usize>, to: usize) -> bool {
        match self {
            Self::No => false,
            Self::Any => true,
            Self::Listed(moves) => moves.contains(&(from, to)),
        }
    }
}

impl Pipeline {
    /// Returns how the move from one place to another stands to the order.
    pub(super) fn kind_of(&self, from: Option<usize>, to: usize) -> MoveKind {
        let Some(from) = from else {
            return if self.rank(to) == Some(0) { MoveKind::Start } else { MoveKind::Skip };
        };
        if self.follows(from, to) {
            return MoveKind::Next;
        }
        match (self.is_open(from), self.rank(from), self.rank(to)) {
            (true, Some(here), Some(there)) if there > here => MoveKind::Skip,
            (true, Some(_), Some(_)) => MoveKind::Back,
            (false, _, Some(_)) if self.is_open(to) => MoveKind::Reopen,
            _ => MoveKind::Next,
        }
    }

    /// Returns whether the pipeline has the move at all, whatever the record looks like.
    pub(super) fn has_move(&self, from: Option<usize>, to: usize, kind: MoveKind) -> bool {
        match kind {
            MoveKind::Start => true,
            MoveKind::Next => from.is_some_and(|from| self.follows(from, to)),
            MoveKind::Skip => self.skips.allows(from, to),
            MoveKind::Back => self.back.allows(from, to),
            MoveKind::Reopen => self.reopen_to.contains(&to),
        }
    }

    /// Returns every move that the pipeline has; no `from` is a start.
    pub(super) fn moves(&self) -> impl Iterator<Item = (Option<usize>, usize, MoveKind)> + '_ {
        let places = 0..self.stages.len();
        let starts = std::iter::once(None).chain(places.clone().map(Some));
        let pairs = starts.flat_map(move |from| places.clone().map(move |to| (from, to)));
        pairs.filter(|(from, to)| *from != Some(*to)).filter_map(|(from, to)| {
            let kind = self.kind_of(from, to);
            self.has_move(from, to, kind).then_some((from, to, kind))
        })
    }

    /// Returns the places of the open stages that a skip passes over.
    pub(super) fn skipped<'a>(&'a self, from: Option<usize>, to: usize) -> impl Iterator<Item = usize> + use<'a> {
        let first = from.and_then(|from| self.rank(from)).map_or(0, |rank| rank.saturating_add(1));
        let end = self.rank(to).unwrap_or(0);
        (0..self.stages.len()).filter(move |&place| {
            self.is_open(place) && self.rank(place).is_some_and(|rank| (first..end).contains(&rank))
        })
    }

    fn follows(&self, from: usize, to: usize) -> bool {
        self.next.get(from).is_some_and(|next| next.contains(&to))
    }

    pub(super) fn is_open(&self, place: usize) -> bool {
        self.stages.get(place).is_some_and(super::Stage::is_open)
    }

    /// Returns how far along a stage is: open ones from 0, every won one after them; a lost one is nowhere.
    pub(super) fn rank(&self, place: usize) -> Option<usize> {
        self.ranks.get(place).copied().flatten()
    }
}
