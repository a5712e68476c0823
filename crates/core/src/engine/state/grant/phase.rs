//! How far a grant is.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use valetkey_sdk::access::Party;
use valetkey_sdk::reconcile::{Act, Drift};
use valetkey_sdk::remedy::Remedy;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Its turn comes when the share that it follows is there.
    NotYet,
    Planned,
    Acting {
        act: Act,
    },
    Waiting {
        by: Party,
        until: Option<Timestamp>,
    },
    NeedsAction {
        remedy: Remedy,
    },
    Verifying,
    Settled {
        rest: Rest,
    },
    /// Was or should be there, and cannot be read.
    Unverifiable {
        since: Timestamp,
        why: String,
    },
    Stuck {
        kind: String,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rest {
    Active,
    /// Given by hand, as a person said.
    Attested,
    Gone,
    Declined,
    Lapsed,
    Drifted(Drift),
}
