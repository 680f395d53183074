use std::sync::Arc;

use serde::Serialize;

use super::{Dwell, InvalidChange, StageChange};
use crate::value::{Duration, Instant};

/// The moves of one record, in the order of time. It only grows: nothing in it is changed or put in between.
///
/// The stage with which a record is created is a move from none, at the moment of creation.
///
/// # Example: who may tell the past
/// ```
/// use guanxi::pipeline::{StageChange, StageHistory, Trust};
/// use guanxi::value::Instant;
///
/// let day = |day: &str| format!("{day}T09:00:00+08:00").parse::<Instant>();
/// let (monday, thursday, friday) = (day("2026-03-02")?, day("2026-03-05")?, day("2026-03-06")?);
/// let mut history = StageHistory::new(monday);
/// history.record(StageChange::new(None, Some("proposal"), monday, "li.na"), monday, Trust::Ordinary)?;
///
/// let won = StageChange::new(Some("proposal"), Some("won"), thursday, "erp");
/// assert!(history.clone().record(won.clone(), friday, Trust::Ordinary).is_err());
/// history.record(won, friday, Trust::TrustedImport)?;
/// assert_eq!(history.dwell(friday)[0].to_string(), "`proposal` for P3D");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StageHistory {
    created_at: Instant,
    // INVARIANT: ascending by time, none before the creation; each leads from where the one before leads to.
    changes: Vec<StageChange>,
}

/// Whether whoever tells of a move may date it back. Complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// Whoever works with the record: what is told happens now.
    Ordinary,
    /// An import that may tell what happened before; still in order, never before the creation, never ahead of now.
    TrustedImport,
}

impl Trust {
    /// Checks the date of a move that is told at `now`.
    ///
    /// # Errors
    /// [`InvalidChange`]: dated ahead of now, or back without trust.
    pub fn admits(self, at: Instant, now: Instant) -> Result<(), InvalidChange> {
        match self {
            _ if at > now => Err(InvalidChange::InFuture { at, now }),
            Self::Ordinary if at < now => Err(InvalidChange::Backdated { at, now }),
            Self::Ordinary | Self::TrustedImport => Ok(()),
        }
    }
}

impl StageHistory {
    /// Returns the history of a record that was created then and has no stage yet.
    pub fn new(created_at: Instant) -> Self {
        Self { created_at, changes: Vec::new() }
    }

    /// Returns the history that was kept as these moves.
    ///
    /// # Errors
    /// What is wrong with the first move that cannot stand where it does.
    pub fn from_changes(
        created_at: Instant,
        changes: impl IntoIterator<Item = StageChange>,
    ) -> Result<Self, InvalidChange> {
        let mut made = Self::new(created_at);
        for change in changes {
            made.check(&change)?;
            made.changes.push(change);
        }
        Ok(made)
    }

    /// Adds a move, told at `now`.
    ///
    /// Two moves may have the same moment; they stay in the order in which they were told.
    ///
    /// # Errors
    /// [`InvalidChange`]: dated ahead of now, or back without trust; before the creation; before the last move; or not from
    /// where the record is. The history is then as it was.
    pub fn record(&mut self, change: StageChange, now: Instant, trust: Trust) -> Result<(), InvalidChange> {
        trust.admits(change.at, now)?;
        self.check(&change)?;
        self.changes.push(change);
        Ok(())
    }

    fn check(&self, change: &StageChange) -> Result<(), InvalidChange> {
        let (at, created_at) = (change.at, self.created_at);
        if at < created_at {
            return Err(InvalidChange::BeforeCreation { at, created_at });
        }
        if let Some(last) = self.changes.last().map(|last| last.at).filter(|last| at < *last) {
            return Err(InvalidChange::OutOfOrder { at, last });
        }
        let current = self.stage();
        if change.from.as_ref() != current {
            return Err(InvalidChange::WrongFrom { from: change.from.clone(), current: current.cloned() });
        }
        if change.from == change.to { Err(InvalidChange::NoMove) } else { Ok(()) }
    }

    /// Returns when the record was created.
    pub fn created_at(&self) -> Instant {
        self.created_at
    }

    /// Returns the moves, the earliest first.
    pub fn changes(&self) -> &[StageChange] {
        &self.changes
    }

    /// Returns the stage that the record is in.
    pub fn stage(&self) -> Option<&Arc<str>> {
        self.changes.last().and_then(|change| change.to.as_ref())
    }

    /// Returns since when the record is in its stage.
    pub fn entered_at(&self) -> Instant {
        self.changes.last().map_or(self.created_at, |change| change.at)
    }

    /// Returns how long the record was in each stage until `now`, all visits together, in the order of the first visits.
    ///
    /// The time without a stage counts too, so all of it together is the time from the creation until `now`. What happened
    /// after `now` is left out.
    pub fn dwell(&self, now: Instant) -> Vec<Dwell> {
        let mut made: Vec<Dwell> = Vec::new();
        let mut add = |stage: Option<&Arc<str>>, from: Instant, until: Instant| {
            let time = until.since(from);
            match made.iter_mut().find(|known| known.stage.as_ref() == stage) {
                Some(known) => {
                    // Both are parts of the time between two instants, which is far from the bounds.
                    known.time = known.time.plus(time).unwrap_or(known.time);
                    known.visits = known.visits.saturating_add(1);
                }
                None => made.push(Dwell { stage: stage.cloned(), time, visits: 1 }),
            }
        };
        let (mut stage, mut since) = (None, self.created_at);
        for change in self.changes.iter().take_while(|change| change.at <= now) {
            // A record that is created with its stage was never without one.
            if stage.is_some() || change.at > since {
                add(stage, since, change.at);
            }
            (stage, since) = (change.to.as_ref(), change.at);
        }
        add(stage, since, since.max(now));
        made
    }

    /// Returns how long the record was in the stage `key` until `now`, all visits together.
    pub fn time_in(&self, key: &str, now: Instant) -> Duration {
        let dwell = self.dwell(now);
        let found = dwell.iter().find(|dwell| dwell.stage.as_deref() == Some(key));
        found.map_or(Duration::ZERO, |dwell| dwell.time)
    }
}
