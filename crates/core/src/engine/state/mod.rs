//! The state machines: pure functions from a state and an event to a state and its effects.

pub mod connection;
pub mod domain;
pub mod grant;
pub mod item;
pub mod mail;
pub mod request;

use jiff::Timestamp;

/// The event does not fit the state; a sentence for the log and for the person who asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{event} does not fit {state}")]
pub struct Refused {
    pub state: String,
    pub event: &'static str,
}

/// What a transition wants written in the same transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// An event for the outbox, by its type.
    Emit(&'static str),
    /// The grant is looked at again at this time.
    Look(Timestamp),
}

fn refused(state: &impl std::fmt::Debug, event: &'static str) -> Refused {
    Refused { state: format!("{state:?}"), event }
}
