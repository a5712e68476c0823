//! The story of one access: who decided what, what happened, what is claimed.

use std::collections::BTreeSet;
use std::fmt;

use jiff::Timestamp;
use serde::Deserialize;

use super::{Answer, Case, Decision, Finding, Line, Operation, Verdict, What};

/// The natural key: one principal's access to one asset.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    pub platform: String,
    pub asset: Named,
    pub principal: Named,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub struct Named {
    #[serde(alias = "type")]
    pub kind: String,
    pub id: String,
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} for {}", self.platform, self.asset.id, self.principal.id)
    }
}

/// Words that say that it is over.
const OVER: [&str; 5] = ["revoked", "expired", "cancelled", "declined", "lapsed"];
/// Words of the road. What came to rest shows none of them.
const ON_ITS_WAY: [&str; 4] = ["queued", "working", "verifying", "expiring"];

/// What is at the platform.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum There {
    #[default]
    Nothing,
    Waiting,
    Active(BTreeSet<String>),
}

/// One thing in the order of time. Of two at once, decisions come first and arrivals last.
#[derive(Clone, Copy)]
enum Moment<'a> {
    Pressed(&'a Decision),
    Intended,
    Effect(&'a Line),
    Answered(&'a Decision),
    Arrived,
    Invited,
}

/// May something be made?
#[derive(Clone, Copy, PartialEq, Eq)]
enum Authority {
    None,
    Unspent,
    /// An invitation was seen waiting: it may become what was approved, and no other one may be sent.
    Invited,
    /// The access had arrived already.
    Spent,
}

pub(super) struct Story<'a> {
    key: &'a Key,
    moments: Vec<(Timestamp, Moment<'a>)>,
    decisions: Vec<&'a Decision>,
    word: Option<&'a str>,
    now: Timestamp,
}

impl<'a> Story<'a> {
    pub fn of(case: &'a Case, key: &'a Key) -> Self {
        let decisions: Vec<_> =
            case.decisions.iter().filter(|d| &d.key == key && !matches!(d.answer, Answer::No(_))).collect();
        let mut moments: Vec<_> = decisions.iter().map(|d| (d.at, Moment::Pressed(d))).collect();
        moments.extend(case.intents.iter().filter(|i| &i.0 == key).map(|i| (i.1, Moment::Intended)));
        moments.extend(case.ledger.iter().filter(|l| &l.key() == key).map(|l| (l.at, Moment::Effect(l))));
        moments.extend(decisions.iter().map(|d| (d.answer.at(), Moment::Answered(d))));
        moments.extend(case.arrivals.iter().filter(|a| &a.0 == key).map(|a| (a.1, Moment::Arrived)));
        moments.extend(case.invitations.iter().filter(|i| &i.0 == key).map(|i| (i.1, Moment::Invited)));
        moments.sort_by_key(|(at, moment)| (*at, moment.rank()));
        let word = case.claims.iter().find(|c| &c.key == key).map(|c| c.word.as_str());
        Self { key, moments, decisions, word, now: case.now }
    }

    pub fn judge(&self, verdict: &mut Verdict) {
        verdict.attempted += self.decisions.iter().filter(|d| d.what.is_hold()).count() as u64;
        let (there, is_ours) = self.replay(verdict);
        self.compare(&there, is_ours, verdict);
    }

    /// Goes through it in order. What is there in the end, and whether our call made it.
    fn replay(&self, verdict: &mut Verdict) -> (There, bool) {
        let (mut there, mut is_ours) = (There::Nothing, false);
        let (mut authority, mut arrived_at) = (Authority::None, None);
        let mut recorded = 0_u64;
        for (at, moment) in &self.moments {
            match moment {
                Moment::Pressed(d) if d.what.is_hold() => authority = Authority::Unspent,
                // The access may arrive by an earlier approval while the answer is on its way.
                Moment::Answered(d) if d.what.is_hold() && arrived_at >= Some(d.at) => {
                    authority = Authority::Unspent;
                }
                Moment::Pressed(_) | Moment::Answered(_) => {}
                Moment::Intended => recorded += 1,
                Moment::Arrived => {
                    arrived_at = Some(*at);
                    if authority != Authority::None {
                        authority = Authority::Spent;
                    }
                }
                Moment::Invited if authority == Authority::Unspent => authority = Authority::Invited,
                Moment::Invited => {}
                Moment::Effect(line) => {
                    if line.is_ours() {
                        self.judge_effect(line, &there, authority, verdict);
                        if recorded == 0 {
                            let why = format!("{}: {:?} at {at} without a record", self.key, line.operation);
                            verdict.find(Finding::Unrecorded, why);
                        }
                        recorded = recorded.saturating_sub(1);
                    }
                    if line.makes() {
                        is_ours = line.is_ours() || (is_ours && there != There::Nothing);
                    }
                    there = line.leaves(there);
                }
            }
        }
        (there, is_ours)
    }

    fn judge_effect(&self, line: &Line, there: &There, authority: Authority, verdict: &mut Verdict) {
        let what = format!("{}: {:?} at {}", self.key, line.operation, line.at);
        let adds = match there {
            There::Active(roles) => !line.roles.is_subset(roles),
            There::Nothing | There::Waiting => true,
        };
        match line.operation {
            Operation::Grant | Operation::Invite | Operation::Request if *there != There::Nothing => {
                verdict.find(Finding::Duplicated, format!("{what} while it was there"));
            }
            Operation::Change if there == &There::Active(line.roles.clone()) => {
                verdict.find(Finding::Duplicated, format!("{what} to what it was"));
            }
            _ => {}
        }
        if line.makes() && adds {
            match authority {
                Authority::Invited if *there != There::Nothing => {}
                Authority::Spent | Authority::Invited => {
                    verdict.find(Finding::Healed, format!("{what} after the access had arrived"));
                }
                Authority::None => {
                    verdict.find(Finding::Unacknowledged, format!("{what}, which nobody approved"));
                }
                Authority::Unspent => {}
            }
        }
    }

    /// What is there, what is claimed, and what people decided must agree.
    fn compare(&self, there: &There, is_ours: bool, verdict: &mut Verdict) {
        let possible = self.possible_wishes();
        let all_hold = !possible.is_empty() && possible.iter().all(|d| self.is_held(d));
        let all_end = !possible.is_empty() && possible.iter().all(|d| self.must_end(d));
        let told = possible.iter().any(|d| matches!(d.answer, Answer::Yes(_)));
        let is_there = *there != There::Nothing;
        let tell = |why: &str| format!("{} is {there:?}, claimed {:?}: {why}", self.key, self.word);
        match self.word {
            None if all_hold && told => verdict.find(Finding::Lost, tell("it was approved and is not known")),
            None if is_there && is_ours => {
                verdict.find(Finding::Unacknowledged, tell("it is there by our call and not known"));
            }
            None => {}
            Some("active") if !self.is_enough(there, &possible) => {
                verdict.find(Finding::Lost, tell("it is not there as approved"));
            }
            Some("active") if all_end => verdict.find(Finding::Orphaned, tell("it should have ended")),
            Some("awaiting_acceptance") if all_end => {
                verdict.find(Finding::Orphaned, tell("it should have ended"));
            }
            Some("awaiting_acceptance") if *there != There::Waiting => {
                verdict.find(Finding::Lost, tell("nothing waits there"));
            }
            Some(word) if OVER.contains(&word) => {
                if is_there && is_ours {
                    verdict.find(Finding::Orphaned, tell("it is over, and it is there"));
                } else if all_hold && !matches!(word, "declined" | "lapsed") {
                    verdict.find(Finding::Lost, tell("it was approved, and is over without anybody's wish"));
                }
            }
            Some(word) if ON_ITS_WAY.contains(&word) => {
                verdict.find(Finding::Lost, tell("it came to no end"));
            }
            Some(_) => {}
        }
        if let There::Active(roles) = there
            && is_ours
            && !self.decisions.iter().any(|d| d.what.announces(roles))
        {
            verdict.find(Finding::Unacknowledged, tell("it is more than was ever approved"));
        }
    }

    /// The decisions of which any may be the last: none was answered before a later one was pressed. Of two in the
    /// same millisecond nobody knows.
    fn possible_wishes(&self) -> Vec<&Decision> {
        let is_over = |d: &Decision| {
            self.decisions.iter().any(|later| {
                matches!(later.answer, Answer::Yes(_))
                    && later.what != What::EndUnlessReached
                    && later.at > d.answer.at()
                    && !std::ptr::eq(*later, d)
            })
        };
        self.decisions.iter().copied().filter(|d| !is_over(d)).collect()
    }

    fn is_held(&self, d: &Decision) -> bool {
        matches!(&d.what, What::Hold { until, .. } if until.is_none_or(|at| at > self.now))
    }

    fn must_end(&self, d: &Decision) -> bool {
        match &d.what {
            What::Hold { until, .. } => until.is_some_and(|at| at <= self.now),
            What::End => true,
            What::EndUnlessReached => false,
        }
    }

    /// Everything of at least one approval that may be the last.
    fn is_enough(&self, there: &There, possible: &[&Decision]) -> bool {
        let There::Active(has) = there else { return false };
        let mut holds = possible.iter().filter_map(|d| match &d.what {
            What::Hold { roles, .. } => Some(roles),
            What::End | What::EndUnlessReached => None,
        });
        let any_approval = self.decisions.iter().any(|d| d.what.is_hold());
        holds.clone().next().is_none() && any_approval || holds.any(|roles| roles.is_subset(has))
    }
}

impl Moment<'_> {
    fn rank(&self) -> u8 {
        match self {
            Self::Pressed(_) => 0,
            Self::Intended => 1,
            Self::Effect(_) => 2,
            Self::Arrived | Self::Invited => 3,
            Self::Answered(_) => 4,
        }
    }
}

impl What {
    fn is_hold(&self) -> bool {
        matches!(self, Self::Hold { .. })
    }

    fn announces(&self, roles: &BTreeSet<String>) -> bool {
        matches!(self, Self::Hold { announced, .. } if roles.is_subset(announced))
    }
}

impl Line {
    /// It makes or widens access.
    fn makes(&self) -> bool {
        matches!(
            self.operation,
            Operation::Grant | Operation::Change | Operation::Invite | Operation::Request | Operation::Create
        )
    }

    fn leaves(&self, there: There) -> There {
        match self.operation {
            Operation::Invite | Operation::Request => match there {
                active @ There::Active(_) => active,
                There::Nothing | There::Waiting => There::Waiting,
            },
            Operation::Grant
            | Operation::Change
            | Operation::Accept
            | Operation::Approve
            | Operation::Create => There::Active(self.roles.clone()),
            Operation::Revoke | Operation::Decline | Operation::Withdraw | Operation::Remove => {
                There::Nothing
            }
        }
    }
}
