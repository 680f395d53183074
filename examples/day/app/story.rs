//! The story: told from outcomes, timers, effects and answers, and from nothing else.

use guanxi::calendar::Offset;
use super::fetches::Fetches;
use super::host::{Happened, Told};

#[derive(Debug)]
pub struct Story {}

impl Story {
    pub fn new(_: &str, _: Offset, _: bool) -> Self {
        Self {}
    }
    pub fn tell(&mut self, told: &Told) -> String {
        match &told.what {
            Happened::Done(_, outcome) => format!("{} {} {}\n{}\n   effects {:?}\n", told.at, told.who.id(), outcome, outcome.why(), outcome.effects().len()),
            other => format!("{} {} {other:.300?}\n", told.at, told.who.id()),
        }
    }
    pub fn end(&mut self, fetches: &Fetches) -> String {
        format!("{fetches:?}")
    }
}
