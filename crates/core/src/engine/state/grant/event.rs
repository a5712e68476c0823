//! What can happen to a grant.

use jiff::Timestamp;
use valetkey_sdk::ErrorKind;
use valetkey_sdk::access::{Side, Why, Wish};
use valetkey_sdk::reconcile::{Act, Step};

use super::{Proof, staff};

#[derive(Clone, Debug)]
pub enum Event {
    /// A new approval: authority for one arrival.
    Approve(Wish),
    /// The access should end.
    End(Why),
    /// The intent is committed; the call comes next.
    Begin(Act),
    /// The call's answer.
    Taken,
    /// Taken, and somebody still has to say yes, at the latest at this time.
    Invited(Option<Timestamp>),
    Unknown,
    Refused(ErrorKind),
    /// The share that it follows moved.
    Follow(staff::Share),
    /// What reading led to.
    Look(Step, Option<Proof>),
    /// A read failed; nothing was learnt.
    Blind(ErrorKind, String),
    /// Reads failed so often that it has to be said.
    Silent(String),
    /// A person mended something and wants it tried again.
    Retry,
    /// A person on this side says that it was done by hand.
    Attest(Side),
    /// Tried too often; waits for an operator.
    Park(String),
    /// The row comes from a backup: what it still wants may have been decided otherwise since.
    Restore,
}

impl Event {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Approve(_) => "approve",
            Self::End(_) => "end",
            Self::Begin(_) => "begin",
            Self::Taken => "taken",
            Self::Invited(_) => "invited",
            Self::Unknown => "unknown",
            Self::Refused(_) => "refused",
            Self::Follow(_) => "follow",
            Self::Look(..) => "look",
            Self::Blind(..) => "blind",
            Self::Silent(_) => "silent",
            Self::Retry => "retry",
            Self::Attest(_) => "attest",
            Self::Park(_) => "park",
            Self::Restore => "restore",
        }
    }
}
