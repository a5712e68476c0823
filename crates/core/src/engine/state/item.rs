//! One platform's card: open → connected → chosen → settled | skipped | handed over.

use serde::{Deserialize, Serialize};

use super::{Effect, Refused, refused};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Open,
    Connected,
    Chosen,
    Approved,
    Settled,
    SkippedNotHave,
    SkippedDeclined,
    HandedOver,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// Somebody signed in at the platform.
    Connect,
    /// "Not me", or the sign-in is gone before anything was approved.
    Disconnect,
    Choose,
    Approve,
    /// The client says that the steps were done by hand.
    Attest,
    /// Every grant of the card came to rest.
    Settle,
    /// A grant of the card moves again.
    Unsettle,
    SkipNotHave,
    SkipDeclined,
    HandOver,
    /// A skipped card is opened again.
    Reopen,
}

impl State {
    pub const ALL: [Self; 8] = [
        Self::Open,
        Self::Connected,
        Self::Chosen,
        Self::Approved,
        Self::Settled,
        Self::SkippedNotHave,
        Self::SkippedDeclined,
        Self::HandedOver,
    ];

    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Connected => "connected",
            Self::Chosen => "chosen",
            Self::Approved => "approved",
            Self::Settled => "settled",
            Self::SkippedNotHave => "skipped_not_have",
            Self::SkippedDeclined => "skipped_declined",
            Self::HandedOver => "handed_over",
        }
    }

    /// The word people and scripts see.
    pub fn word(self) -> &'static str {
        match self {
            Self::Approved => "chosen",
            Self::SkippedNotHave | Self::SkippedDeclined => "skipped",
            other => other.as_str(),
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == word)
    }

    /// Nothing more is expected of the client here.
    pub fn is_done(self) -> bool {
        matches!(self, Self::Settled | Self::SkippedNotHave | Self::SkippedDeclined)
    }
}

pub fn next(state: State, event: Event) -> Result<(State, Vec<Effect>), Refused> {
    use State::{Approved, Chosen, Connected, HandedOver, Open, Settled, SkippedDeclined, SkippedNotHave};
    let told = |kind| vec![Effect::Emit(kind)];
    Ok(match (state, event) {
        (Open | HandedOver | SkippedNotHave | SkippedDeclined, Event::Connect) => {
            (Connected, told("item.connected"))
        }
        // Signing in again drops what was chosen; what was approved stays approved.
        (Connected | Chosen, Event::Connect) => (Connected, vec![]),
        (Approved, Event::Connect) => (Approved, vec![]),
        (Settled, Event::Connect) => (Settled, vec![]),
        (Connected | Chosen, Event::Disconnect) => (Open, vec![]),
        (Connected | Chosen, Event::Choose) => (Chosen, vec![]),
        (Chosen, Event::Approve) => (Approved, vec![]),
        (Open | Connected | Chosen | HandedOver | SkippedNotHave | SkippedDeclined, Event::Attest) => {
            (Approved, vec![])
        }
        (SkippedNotHave | SkippedDeclined, Event::Reopen) => (Open, vec![]),
        (Approved | Settled, Event::Settle) => (Settled, vec![]),
        (Approved | Settled, Event::Unsettle) => (Approved, vec![]),
        (Open | Connected | Chosen | HandedOver, Event::SkipNotHave) => {
            (SkippedNotHave, told("item.skipped"))
        }
        (Open | Connected | Chosen | HandedOver, Event::SkipDeclined) => {
            (SkippedDeclined, told("item.skipped"))
        }
        (Open | Connected | Chosen, Event::HandOver) => (HandedOver, told("item.handed_over")),
        _ => return Err(refused(&state, "card event")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_is_decided() {
        use State::{Approved as A, Chosen as Ch, Connected as Co, HandedOver as H, Open as O, Settled as S};
        use State::{SkippedDeclined as Sd, SkippedNotHave as Sn};
        let events = [
            Event::Connect,
            Event::Disconnect,
            Event::Choose,
            Event::Approve,
            Event::Settle,
            Event::Unsettle,
            Event::SkipNotHave,
            Event::SkipDeclined,
            Event::HandOver,
            Event::Attest,
            Event::Reopen,
        ];
        let n = None;
        let table = [
            (O, [Some(Co), n, n, n, n, n, Some(Sn), Some(Sd), Some(H), Some(A), n]),
            (Co, [Some(Co), Some(O), Some(Ch), n, n, n, Some(Sn), Some(Sd), Some(H), Some(A), n]),
            (Ch, [Some(Co), Some(O), Some(Ch), Some(A), n, n, Some(Sn), Some(Sd), Some(H), Some(A), n]),
            (A, [Some(A), n, n, n, Some(S), Some(A), n, n, n, n, n]),
            (S, [Some(S), n, n, n, Some(S), Some(A), n, n, n, n, n]),
            (Sn, [Some(Co), n, n, n, n, n, n, n, n, Some(A), Some(O)]),
            (Sd, [Some(Co), n, n, n, n, n, n, n, n, Some(A), Some(O)]),
            (H, [Some(Co), n, n, n, n, n, Some(Sn), Some(Sd), n, Some(A), n]),
        ];
        for (state, expected) in table {
            for (event, expected) in events.into_iter().zip(expected) {
                assert_eq!(next(state, event).ok().map(|n| n.0), expected, "{state:?} {event:?}");
            }
        }
    }
}
