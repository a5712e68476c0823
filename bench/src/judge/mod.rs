//! One independent judge. It knows what people decided, what really happened at the platforms, and what the
//! product claims now, and shares no code with the product.

mod key;
#[cfg(test)]
mod tests;
mod verdict;

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::Deserialize;

pub use key::{Key, Named};
pub use verdict::{Finding, Verdict};

use self::key::Story;

/// What happened at a platform, as `GET /_sim/ledger` tells it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Line {
    pub at: Timestamp,
    pub platform: String,
    pub operation: Operation,
    pub asset: Named,
    pub principal: Named,
    #[serde(default)]
    pub roles: BTreeSet<String>,
    #[serde(default)]
    pub caller: Caller,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    Grant,
    Change,
    Revoke,
    Invite,
    Accept,
    Decline,
    Withdraw,
    Request,
    Approve,
    Create,
    Remove,
}

/// Without an app it was done by hand.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Caller {
    pub app: Option<String>,
    pub person: Option<String>,
}

/// A person's decision about one access.
#[derive(Clone, Debug)]
pub struct Decision {
    pub key: Key,
    pub what: What,
    /// When the button was pressed.
    pub at: Timestamp,
    pub answer: Answer,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// Approved: these roles, of which the platform may make these, until then.
    Hold { roles: BTreeSet<String>, announced: BTreeSet<String>, until: Option<Timestamp> },
    /// It should be gone.
    End,
    /// It should be gone unless it was reached: a request was cancelled.
    EndUnlessReached,
}

/// What the person who decided was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    Yes(Timestamp),
    No(Timestamp),
    /// No answer came by then: it may have been taken.
    Lost(Timestamp),
}

impl Answer {
    fn at(self) -> Timestamp {
        match self {
            Self::Yes(at) | Self::No(at) | Self::Lost(at) => at,
        }
    }
}

/// What the product claims now.
#[derive(Clone, Debug)]
pub struct Claim {
    pub key: Key,
    /// The word that people see, such as `active`.
    pub word: String,
}

/// Everything about one run, in any order.
#[derive(Clone, Debug, Default)]
pub struct Case {
    pub ledger: Vec<Line>,
    pub decisions: Vec<Decision>,
    pub claims: Vec<Claim>,
    /// When the product recorded that it saw the access: the approval is used up.
    pub arrivals: Vec<(Key, Timestamp)>,
    /// When the product recorded that it saw an invitation waiting: no further one may be sent.
    pub invitations: Vec<(Key, Timestamp)>,
    /// Acts that the product recorded before it tried them.
    pub intents: Vec<(Key, Timestamp)>,
    /// For each agency: how many records of its chain verify, or what is wrong with it.
    pub chains: Vec<Result<u64, String>>,
    /// When everything had come to rest.
    pub now: Timestamp,
}

/// Judges a run that came to rest.
pub fn judge(case: &Case) -> Verdict {
    let mut verdict = Verdict::default();
    let mut keys: BTreeSet<&Key> = case.decisions.iter().map(|d| &d.key).collect();
    keys.extend(case.claims.iter().map(|c| &c.key));
    let of_ledger: BTreeSet<Key> = case.ledger.iter().map(Line::key).collect();
    keys.extend(&of_ledger);
    for key in keys {
        Story::of(case, key).judge(&mut verdict);
    }
    for chain in &case.chains {
        match chain {
            Ok(records) => verdict.audit_records += records,
            Err(why) => verdict.find(Finding::BrokenAudit, why.clone()),
        }
    }
    verdict
}

impl Line {
    pub fn key(&self) -> Key {
        let (platform, asset) = (self.platform.clone(), self.asset.clone());
        Key { platform, asset, principal: self.principal.clone() }
    }

    fn is_ours(&self) -> bool {
        self.caller.app.is_some()
    }
}
