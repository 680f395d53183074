use super::timers::Fired;
use super::{Outcome, Rejected};
use crate::rules::{Step, Timer};
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
    pub(super) fn note(&mut self, fired: Fired, fetches: u32, tries: u32) {
        match fired {
            Fired::Ran(outcome) => self.fired.push(Outcome { fetches, tries, ..*outcome }),
            Fired::Vanished(step) => self.vanished.push(step),
            Fired::Gone => {}
        }
    }
}
