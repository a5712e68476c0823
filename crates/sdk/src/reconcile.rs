//! The one decision: given the wish, what we know and what was seen, what is the next step? Pure, no I/O.
//!
//! An approval is authority for one arrival. Once the wished state was seen, its authority is spent:
//! what changes afterwards is drift, and only a new approval acts again. Absence counts as evidence
//! only when the reader could see ([`Sight::Full`]).

#[cfg(test)]
mod tests;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::access::{Entitlement, EntitlementState, Party, Path, Roles, Want, Wish};
use crate::manifest::{AssetFacts, Change, LevelFacts, Method};
use crate::page::Sight;
use crate::remedy::Remedy;

/// Pause in seconds before an act without an answer is tried again, where the platform itself refuses a
/// repeat of what is already so. It doubles with every try.
const REPEAT_S: i64 = 2;
/// How often one approval may act before a person has to look.
const MAX_ACTS: u32 = 3;
/// The same where repeats are refused and nothing came back: about a minute of outage passes by itself.
const MAX_REPEATS: u32 = 6;

/// May this wish still act?
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Authority {
    #[default]
    Unspent,
    Spent,
    /// After a restore from backup: read first.
    Suspended,
}

/// What we already know about a grant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    pub authority: Authority,
    /// Normalised roles recorded when the wish was first verified; drift is measured against them.
    pub baseline: Option<Roles>,
    /// The last act that was committed and whose effect has not been seen yet.
    pub intent: Option<Intent>,
    /// An invitation was seen waiting, or the platform answered that somebody has to say yes.
    pub invited: Option<Invitation>,
    /// It was seen there under an earlier approval: it may be there still where a reader sees little.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub was_there: bool,
    /// The client was told that less than is there comes about by taking it away and giving it again, and
    /// approved that.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub lower: bool,
    /// Which run of the only process began the last act; nothing where several processes may act.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub begun_in: Option<String>,
}

/// An act that was committed before it was tried. Its outcome may be unknown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intent {
    pub act: Act,
    /// When it was over: its answer came, or none could come any more.
    pub at: Timestamp,
    /// How many acts this approval has spent, this one included.
    pub tries: u32,
    pub answer: Answer,
}

/// What came back. Even `Taken` is not believed: it only tells how long to look before acting again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Nothing came back, or nothing that tells: the effect may be there.
    #[default]
    Unknown,
    Taken,
    /// The platform definitely refused it: nothing happened there.
    Refused,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    pub expires_at: Option<Timestamp>,
}

/// What a read showed: the rows of this principal on this asset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    pub rows: Vec<Entitlement>,
    pub sight: Sight,
}

/// The facts that matter for one wish.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    pub asset: &'a AssetFacts,
    pub level: &'a LevelFacts,
    /// Whose "yes" we can give, because we hold their credential.
    pub accepts: &'a [Party],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    Grant,
    Accept,
    Revoke,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    Act(Act),
    Wait { by: Party, until: Option<Timestamp> },
    Ask(Remedy),
    Settled(Standing),
    Drifted(Drift),
    CannotTell(String),
}

/// How a grant came to rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    Active,
    Gone,
    Declined,
    Lapsed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Drift {
    Lost,
    Lowered,
    Raised,
    Moved,
}

/// The next step.
pub fn reconcile(wish: &Wish, known: &Known, seen: &Seen, facts: Facts<'_>, now: Timestamp) -> Step {
    let direct = seen
        .rows
        .iter()
        .find(|r| r.path == Path::Direct && r.who.is(&wish.who) && r.on.is(&wish.on) && !has_lapsed(r, now));
    let case = Case { wish, known, seen, facts, now };
    match (&wish.want, direct) {
        (Want::Gone { .. }, None) => case.gone_and_absent(),
        (Want::Gone { .. }, Some(_)) => case.gone_but_there(),
        (Want::Held { .. }, None) => case.held_but_absent(),
        (Want::Held { .. }, Some(row)) => match &row.state {
            EntitlementState::Active => case.held_and_active(row),
            EntitlementState::Pending { by, expires_at } => case.held_and_pending(*by, *expires_at),
        },
    }
}

struct Case<'a> {
    wish: &'a Wish,
    known: &'a Known,
    seen: &'a Seen,
    facts: Facts<'a>,
    now: Timestamp,
}

impl Case<'_> {
    fn held_and_active(&self, row: &Entitlement) -> Step {
        if let (Some(now), Some(then)) = (row.on.parent(), self.wish.on.parent())
            && now != then
        {
            return Step::Drifted(Drift::Moved);
        }
        let has = self.facts.asset.closure(&row.roles);
        let wanted = self.facts.asset.normalise(&self.wish.roles());
        match (self.known.authority, &self.known.baseline) {
            (Authority::Spent, Some(baseline)) => measure(&has, baseline),
            // An earlier removal may still be on its way: what is seen now would not last.
            _ if let Some(until) = self.on_its_way(Act::Revoke) => wait_for_it(until),
            (Authority::Unspent, _)
                if self.known.lower && !has.is_subset(&self.facts.asset.closure(&wanted)) =>
            {
                self.act(Act::Revoke)
            }
            _ if wanted.is_subset(&has) => Step::Settled(Standing::Active),
            (Authority::Unspent, _) => self.act_on_too_little(),
            (Authority::Spent | Authority::Suspended, _) => Step::Drifted(Drift::Lowered),
        }
    }

    /// Some access is there, but less than approved.
    fn act_on_too_little(&self) -> Step {
        let act = match self.facts.asset.change {
            Change::InPlace | Change::RaiseOnly => Act::Grant,
            Change::Replace => Act::Revoke,
        };
        self.act(act)
    }

    fn held_and_pending(&self, by: Party, expires_at: Option<Timestamp>) -> Step {
        if self.facts.accepts.contains(&by) && self.known.authority == Authority::Unspent {
            return self.act(Act::Accept);
        }
        Step::Wait { by, until: expires_at }
    }

    fn held_but_absent(&self) -> Step {
        // We said yes: the invitation is gone before the access shows.
        if let Some(until) = self.on_its_way(Act::Accept) {
            return wait_for_it(until);
        }
        if let Some(ended) = self.invitation_ended() {
            return ended;
        }
        match self.known.authority {
            Authority::Spent => self.if_full(Step::Drifted(Drift::Lost)),
            Authority::Suspended => {
                Step::CannotTell("restored from a backup: waits for a new approval".into())
            }
            Authority::Unspent if self.facts.level.method == Method::Guided => {
                Step::Ask(Remedy::new("guided"))
            }
            // Nobody can say yes there but the client.
            Authority::Unspent if self.facts.asset.scan && self.facts.level.method == Method::Request => {
                Step::Ask(Remedy::new("asked-for"))
            }
            Authority::Unspent => match self.act(Act::Grant) {
                act @ Step::Act(_) if self.known.was_there => self.if_full(act),
                step => step,
            },
        }
    }

    /// A waiting invitation was seen or told, and is not there any more: that spent the approval.
    fn invitation_ended(&self) -> Option<Step> {
        let invitation = self.known.invited.as_ref()?;
        if self.known.baseline.is_some() {
            return None;
        }
        let lapsed = invitation.expires_at.is_some_and(|at| at <= self.now);
        // Told by an answer only: it may not show yet.
        if let Some(until) = self.on_its_way(Act::Grant).filter(|_| !lapsed) {
            return Some(wait_for_it(until));
        }
        let standing = if lapsed { Standing::Lapsed } else { Standing::Declined };
        Some(self.if_full(Step::Settled(standing)))
    }

    fn gone_and_absent(&self) -> Step {
        // An earlier grant may still be on its way: look again before calling it gone.
        match self.on_its_way(Act::Grant) {
            Some(until) => wait_for_it(until),
            None => self.if_full(Step::Settled(Standing::Gone)),
        }
    }

    fn gone_but_there(&self) -> Step {
        if self.known.authority == Authority::Spent {
            return Step::Drifted(Drift::Raised);
        }
        if self.known.authority == Authority::Suspended {
            return Step::CannotTell(
                "restored from a backup: still there, waits for somebody to decide".into(),
            );
        }
        if self.facts.level.revoke.is_empty() {
            return Step::Ask(Remedy::new("revoke-by-hand"));
        }
        self.act(Act::Revoke)
    }

    /// Acts, unless the last act of this kind may still show: an unknown outcome is resolved by
    /// reading with full sight, never by repeating blindly.
    fn act(&self, act: Act) -> Step {
        match &self.known.intent {
            Some(i) if i.act == act && i.answer != Answer::Refused => {
                let may_repeat = i.answer == Answer::Unknown && self.facts.asset.refuses_repeats;
                let until = if may_repeat { repeat_at(i) } else { self.shown_by(i) };
                if self.now < until {
                    return wait_for_it(until);
                }
                if i.tries >= if may_repeat { MAX_REPEATS } else { MAX_ACTS } {
                    let silent = i.answer == Answer::Unknown;
                    return Step::Ask(Remedy::new(if silent { "no-answer" } else { "not-visible" }));
                }
                self.if_full(Step::Act(act))
            }
            _ => Step::Act(act),
        }
    }

    fn if_full(&self, step: Step) -> Step {
        match &self.seen.sight {
            Sight::Full => step,
            Sight::Partial(why) => Step::CannotTell(why.clone()),
        }
    }

    /// Until when the effect of this act may be hidden from readers, if it was the last one and may have
    /// happened.
    fn on_its_way(&self, act: Act) -> Option<Timestamp> {
        let intent = self.known.intent.as_ref()?;
        let possible = intent.act == act && intent.answer != Answer::Refused;
        Some(self.shown_by(intent)).filter(|until| possible && self.now < *until)
    }

    /// When the effect of an act must be visible to readers, if it happened.
    fn shown_by(&self, intent: &Intent) -> Timestamp {
        intent.at + SignedDuration::from_secs(self.facts.asset.settle_s)
    }
}

/// An invitation whose time is up gives nothing any more, even where the platform still lists it.
fn has_lapsed(row: &Entitlement, now: Timestamp) -> bool {
    matches!(&row.state, EntitlementState::Pending { expires_at: Some(at), .. } if *at <= now)
}

fn wait_for_it(until: Timestamp) -> Step {
    Step::Wait { by: Party::Platform, until: Some(until) }
}

fn repeat_at(intent: &Intent) -> Timestamp {
    let doublings = intent.tries.saturating_sub(1).min(MAX_REPEATS);
    intent.at + SignedDuration::from_secs(REPEAT_S << doublings)
}

/// Drift is measured against what was recorded at the first verification, never against the wish.
fn measure(has: &Roles, baseline: &Roles) -> Step {
    if !baseline.is_subset(has) {
        Step::Drifted(Drift::Lowered)
    } else if !has.is_subset(baseline) {
        Step::Drifted(Drift::Raised)
    } else {
        Step::Settled(Standing::Active)
    }
}
