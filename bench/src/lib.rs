//! Trials of the whole: an independent judge, the engine under random histories, the real process killed.

pub mod judge;
pub mod kill;
pub mod simulation;
