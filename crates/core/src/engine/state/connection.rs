//! One party's authorisation at one sign-in: pending → active ⇄ needs_reauthorization → closed.

use serde::{Deserialize, Serialize};

use super::{Effect, Refused, refused};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Pending,
    Active,
    NeedsReauthorization,
    Closed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A credential came back from the platform.
    Authorised,
    /// The platform no longer takes the credential.
    Refused,
    /// The person, the policy or a newer connection ended it.
    Close,
}

impl State {
    pub const ALL: [Self; 4] = [Self::Pending, Self::Active, Self::NeedsReauthorization, Self::Closed];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Active => "active",
            Self::NeedsReauthorization => "needs_reauthorization",
            Self::Closed => "closed",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == word)
    }
}

pub fn next(state: State, event: Event) -> Result<(State, Vec<Effect>), Refused> {
    use State::{Active, Closed, NeedsReauthorization, Pending};
    Ok(match (state, event) {
        (Pending, Event::Authorised) => (Active, vec![]),
        (Active, Event::Authorised) => (Active, vec![]),
        (NeedsReauthorization, Event::Authorised) => (Active, vec![Effect::Emit("connection.recovered")]),
        (Active, Event::Refused) => {
            (NeedsReauthorization, vec![Effect::Emit("connection.needs_reauthorization")])
        }
        (NeedsReauthorization, Event::Refused) => (NeedsReauthorization, vec![]),
        (_, Event::Close) => (Closed, vec![]),
        (Closed | Pending, Event::Refused) | (Closed, Event::Authorised) => {
            return Err(refused(&state, "connection event"));
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_is_decided() {
        use State::{Active, Closed, NeedsReauthorization, Pending};
        let table = [
            (Pending, [Some(Active), None, Some(Closed)]),
            (Active, [Some(Active), Some(NeedsReauthorization), Some(Closed)]),
            (NeedsReauthorization, [Some(Active), Some(NeedsReauthorization), Some(Closed)]),
            (Closed, [None, None, Some(Closed)]),
        ];
        for (state, expected) in table {
            for (event, expected) in
                [Event::Authorised, Event::Refused, Event::Close].into_iter().zip(expected)
            {
                assert_eq!(next(state, event).ok().map(|n| n.0), expected, "{state:?} {event:?}");
            }
        }
    }

    #[test]
    fn losing_and_regaining_the_sign_in_is_told_once() {
        let (lost, told) = next(State::Active, Event::Refused).expect("allowed");
        assert_eq!(told, [Effect::Emit("connection.needs_reauthorization")]);
        assert_eq!(next(lost, Event::Refused).expect("allowed").1, []);
        assert_eq!(next(lost, Event::Authorised).expect("allowed").1, [Effect::Emit("connection.recovered")]);
    }
}
