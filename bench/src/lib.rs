//! Trials of the whole: an independent judge, and the engine under random histories.

pub mod judge;
pub mod simulation;
