use super::drive::Driven;
use super::timers::Fired;
use super::{Outcome, Rejected, RunError};
use crate::rules::{Step, Timer};
use crate::store::CommitError;
use crate::value::Key;

/// What became of the timers of one [`Crm::tick`](super::Crm::tick): each that was due is in one of the lists, unless
/// somebody else handled it meanwhile.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Ticked {
    /// The rules that fired.
    pub fired: Vec<Outcome>,
    /// The timers that were for nothing, and why: rule, record or reason are gone, the condition is not true, or it is due
    /// later.
    pub vanished: Vec<Step>,
    /// Which timers failed, and why. [`Timer::parked`] tells whether one is tried again.
    pub failed: Vec<(Timer, Rejected)>,
    /// What was left alone: where it is stored, and why.
    pub skipped: Vec<(Key, Rejected)>,
    /// Whether there may be more that are due.
    pub more: bool,
}

impl Ticked {
    /// Notes what became of a timer; returns why it failed, if it did.
    pub(super) fn note<E>(
        &mut self,
        done: Result<Driven<Fired>, RunError<E>>,
    ) -> Result<Option<Rejected>, RunError<E>> {
        let Driven { answer, fetches, tries } = match done {
            Ok(done) => done,
            // Others are at the record right now: the timer is as due as before.
            Err(RunError::Rejected(Rejected::Contended { .. })) => {
                self.more = true;
                return Ok(None);
            }
            Err(RunError::Rejected(rejected)) => return Ok(Some(rejected)),
            Err(error) => return Err(error),
        };
        match answer {
            Fired::Ran(outcome) => self.fired.push(Outcome { fetches, tries, ..*outcome }),
            Fired::Vanished(step) => self.vanished.push(step),
            Fired::Gone => {}
        }
        Ok(None)
    }

    /// Notes a timer that failed, once that is committed.
    pub(super) fn note_failed<E>(
        &mut self,
        timer: Timer,
        why: Rejected,
        committed: Result<(), CommitError<E>>,
    ) -> Result<(), RunError<E>> {
        match committed {
            Ok(()) => self.failed.push((timer, why)),
            // Somebody else handled it meanwhile.
            Err(CommitError::Conflict(_)) => {}
            Err(CommitError::Store(error)) => return Err(RunError::Store(error)),
        }
        Ok(())
    }
}
