//! Proof of the room: round trips, an obvious evaluator to agree with, messages, depths, and no panic on anything.

mod deal;
mod depth;
mod generate;
mod meaning;
mod mistakes;
mod obvious;
mod round_trip;
mod soup;
