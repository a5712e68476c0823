//! A request: draft → sent → opened → in_progress → partially_complete → complete; expired; cancelled.

use serde::{Deserialize, Serialize};

use super::{Effect, Refused, refused};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Draft,
    Sent,
    Opened,
    InProgress,
    PartiallyComplete,
    Complete,
    Expired,
    Cancelled,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    Send,
    Open,
    /// Somebody signed in on a card.
    Start,
    /// Some card is done, and more are expected.
    SomeDone,
    /// Every required card is done.
    AllDone,
    /// A card that was done moves again, or was added.
    Reopen,
    Expire,
    Cancel,
}

impl State {
    pub const ALL: [Self; 8] = [
        Self::Draft,
        Self::Sent,
        Self::Opened,
        Self::InProgress,
        Self::PartiallyComplete,
        Self::Complete,
        Self::Expired,
        Self::Cancelled,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Sent => "sent",
            Self::Opened => "opened",
            Self::InProgress => "in_progress",
            Self::PartiallyComplete => "partially_complete",
            Self::Complete => "complete",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == word)
    }

    /// The link still takes connections and approvals.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Sent | Self::Opened | Self::InProgress | Self::PartiallyComplete)
    }
}

pub fn next(state: State, event: Event) -> Result<(State, Vec<Effect>), Refused> {
    use State::{Cancelled, Complete, Draft, Expired, InProgress, Opened, PartiallyComplete, Sent};
    let told = |kind| vec![Effect::Emit(kind)];
    Ok(match (state, event) {
        (Draft, Event::Send) => (Sent, told("request.sent")),
        (Sent, Event::Open) => (Opened, told("request.opened")),
        (Opened | InProgress | PartiallyComplete | Complete, Event::Open) => (state, vec![]),
        (Sent | Opened, Event::Start) => (InProgress, vec![]),
        (InProgress | PartiallyComplete | Complete, Event::Start) => (state, vec![]),
        (Sent | Opened | InProgress, Event::SomeDone) => {
            (PartiallyComplete, told("request.partially_completed"))
        }
        (PartiallyComplete, Event::SomeDone) => (PartiallyComplete, vec![]),
        (Sent | Opened | InProgress | PartiallyComplete, Event::AllDone) => {
            (Complete, told("request.completed"))
        }
        (Complete, Event::AllDone) => (Complete, vec![]),
        (Complete | PartiallyComplete | InProgress, Event::Reopen) => (InProgress, vec![]),
        (Sent | Opened | InProgress | PartiallyComplete, Event::Expire) => (Expired, told("request.expired")),
        (Draft | Sent | Opened | InProgress | PartiallyComplete, Event::Cancel) => {
            (Cancelled, told("request.cancelled"))
        }
        // The link is over, but access that was approved before still comes to rest.
        (Expired | Cancelled, Event::SomeDone | Event::AllDone | Event::Reopen) => (state, vec![]),
        _ => return Err(refused(&state, "request event")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_is_decided() {
        use State::{Cancelled as X, Complete as C, Draft as D, Expired as E, InProgress as I, Opened as O};
        use State::{PartiallyComplete as P, Sent as S};
        let events = [
            Event::Send,
            Event::Open,
            Event::Start,
            Event::SomeDone,
            Event::AllDone,
            Event::Reopen,
            Event::Expire,
            Event::Cancel,
        ];
        let n = None;
        let table = [
            (D, [Some(S), n, n, n, n, n, n, Some(X)]),
            (S, [n, Some(O), Some(I), Some(P), Some(C), n, Some(E), Some(X)]),
            (O, [n, Some(O), Some(I), Some(P), Some(C), n, Some(E), Some(X)]),
            (I, [n, Some(I), Some(I), Some(P), Some(C), Some(I), Some(E), Some(X)]),
            (P, [n, Some(P), Some(P), Some(P), Some(C), Some(I), Some(E), Some(X)]),
            (C, [n, Some(C), Some(C), n, Some(C), Some(I), n, n]),
            (E, [n, n, n, Some(E), Some(E), Some(E), n, n]),
            (X, [n, n, n, Some(X), Some(X), Some(X), n, n]),
        ];
        for (state, expected) in table {
            for (event, expected) in events.into_iter().zip(expected) {
                assert_eq!(next(state, event).ok().map(|n| n.0), expected, "{state:?} {event:?}");
            }
        }
    }
}
