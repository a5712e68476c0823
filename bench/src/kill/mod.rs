//! The real process, killed: at a named point, or from outside at any moment, one to three times in a row.
//!
//! One seed is one case: a copy of a demo's data, simulators in a process of their own, one node or two,
//! and people who send requests, approve and revoke over HTTP. Each life of the product ends by a kill;
//! the last one comes to rest, and the judge compares the simulators' ledger with what was approved.
//! A seed throws the same dice again; which line two threads reach first is the machine's.

mod case;
mod client;
mod ground;
mod lives;
mod node;
mod people;
mod report;
mod rest;
mod search;
#[path = "../../../crates/core/tests/postgres/mod.rs"]
mod server;
mod time;

pub use self::case::{Outcome, play};
pub use self::ground::Ground;
pub use self::report::Sum;

/// What a run is made of.
#[derive(Clone, Debug)]
pub struct Setting {
    pub is_postgres: bool,
    pub nodes: usize,
    /// What the platforms do without saying so, instead of kills.
    pub lost_answers: bool,
    /// One kill in the middle of a call, and how long it takes until everything rests: no clock is moved.
    pub is_timed: bool,
    /// A defence that the product goes without.
    pub without: Option<String>,
}

impl Setting {
    /// In words, for the report.
    pub fn name(&self) -> String {
        let database = if self.is_postgres { "PostgreSQL" } else { "SQLite" };
        let nodes = if self.nodes > 1 { ", two nodes" } else { "" };
        let what = if self.lost_answers { ", lost answers" } else { "" };
        let what = if self.is_timed { ", timed" } else { what };
        let without = self.without.as_ref().map_or(String::new(), |d| format!(", without {d}"));
        format!("{database}{nodes}{what}{without}")
    }
}
