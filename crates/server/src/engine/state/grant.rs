//! A grant: what is wished, how far it is, and what we know about it.

#[cfg(test)]
mod tests;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use valetkey_sdk::ErrorKind;
use valetkey_sdk::access::{Party, Roles, Side, Want, Why, Wish};
use valetkey_sdk::reconcile::{Act, Answer, Authority, Drift, Intent, Invitation, Known, Standing, Step};
use valetkey_sdk::remedy::Remedy;

use super::{Effect, Refused, refused};

/// A verified grant is looked at again after this long.
pub const NIGHTLY: SignedDuration = SignedDuration::from_hours(24);
/// A waiting invitation, and a grant that a person has to mend, are looked at again after this long.
const PATIENT: SignedDuration = SignedDuration::from_mins(15);

/// After an act whose effect could not be read, the next read comes after this long.
const AGAIN: SignedDuration = SignedDuration::from_secs(5);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    pub wish: Wish,
    pub phase: Phase,
    pub known: Known,
    /// The last read that showed the access.
    pub proof: Option<Proof>,
    /// When the access was first seen there.
    pub granted_at: Option<Timestamp>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
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
    Gone,
    Declined,
    Lapsed,
    Drifted(Drift),
}

/// What a read showed, when, from whose side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    pub at: Timestamp,
    pub by: Side,
    pub roles: Roles,
}

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
    Unknown,
    Refused(ErrorKind),
    /// What reading led to.
    Look(Step, Option<Proof>),
    /// A read failed; nothing was learnt.
    Blind(ErrorKind, String),
    /// A person mended something and wants it tried again.
    Retry,
    /// Tried too often; waits for an operator.
    Park(String),
}

impl Event {
    fn name(&self) -> &'static str {
        match self {
            Self::Approve(_) => "approve",
            Self::End(_) => "end",
            Self::Begin(_) => "begin",
            Self::Taken => "taken",
            Self::Unknown => "unknown",
            Self::Refused(_) => "refused",
            Self::Look(..) => "look",
            Self::Blind(..) => "blind",
            Self::Retry => "retry",
            Self::Park(_) => "park",
        }
    }
}

impl Grant {
    /// A grant that was just approved.
    pub fn approved(wish: Wish) -> Self {
        Self { wish, phase: Phase::Planned, known: Known::default(), proof: None, granted_at: None }
    }

    /// When the access should end by itself.
    pub fn until(&self) -> Option<Timestamp> {
        match self.wish.want {
            Want::Held { until, .. } => until,
            Want::Gone { .. } => None,
        }
    }

    /// Nothing moves any more without a person or the platform acting.
    pub fn is_at_rest(&self) -> bool {
        matches!(self.phase, Phase::Settled { .. })
    }

    /// Waits for a person, who may have mended it.
    pub fn may_retry(&self) -> bool {
        matches!(self.phase, Phase::NeedsAction { .. } | Phase::Stuck { .. } | Phase::Unverifiable { .. })
    }

    /// The word people see.
    pub fn word(&self) -> &'static str {
        let ending = matches!(self.wish.want, Want::Gone { .. });
        match &self.phase {
            Phase::Planned | Phase::Acting { .. } | Phase::Verifying if ending => match self.wish.want {
                Want::Gone { why: Why::Expired } => "expiring",
                _ => "working",
            },
            Phase::Planned => "queued",
            Phase::Acting { .. } => "working",
            Phase::Verifying => "verifying",
            Phase::Waiting { by: Party::Platform, .. } => "verifying",
            Phase::Waiting { .. } => "awaiting_acceptance",
            Phase::NeedsAction { .. } => "needs_action",
            Phase::Unverifiable { .. } => "unverifiable",
            Phase::Stuck { .. } => "failed",
            Phase::Settled { rest } => match (rest, &self.wish.want) {
                (Rest::Active, _) => "active",
                (Rest::Drifted(_), _) => "drifted",
                (Rest::Declined, _) => "declined",
                (Rest::Lapsed, _) => "lapsed",
                (Rest::Gone, Want::Gone { why: Why::Expired }) => "expired",
                (Rest::Gone, Want::Gone { why: Why::Cancelled }) => "cancelled",
                (Rest::Gone, _) => "revoked",
            },
        }
    }
}

pub fn next(grant: &Grant, event: Event, now: Timestamp) -> Result<(Grant, Vec<Effect>), Refused> {
    let name = event.name();
    let mut to = grant.clone();
    let effects = match event {
        Event::Approve(wish) => approve(&mut to, wish, now),
        Event::End(why) if !is_gone(grant) => end(&mut to, why, now),
        Event::Begin(act) if may_act(grant) => begin(&mut to, act, now),
        Event::Taken if is_acting(grant) => answer(&mut to, Answer::Taken),
        Event::Unknown if is_acting(grant) => answer(&mut to, Answer::Unknown),
        Event::Refused(kind) if is_acting(grant) => refuse(&mut to, kind, now),
        Event::Look(step, proof) => look(grant, &mut to, step, proof, now)?,
        Event::Blind(kind, why) => blind(grant, &mut to, kind, why, now),
        Event::Retry if grant.may_retry() => retry(&mut to, now),
        Event::Park(kind) => {
            to.phase = Phase::Stuck { kind };
            vec![Effect::Emit("grant.failed")]
        }
        _ => return Err(refused(&grant.phase, name)),
    };
    Ok((to, effects))
}

fn is_gone(g: &Grant) -> bool {
    matches!(g.wish.want, Want::Gone { .. })
}

fn is_acting(g: &Grant) -> bool {
    matches!(g.phase, Phase::Acting { .. })
}

/// A grant that waits for a person, or came to rest, does not act by itself.
fn may_act(g: &Grant) -> bool {
    g.known.authority == Authority::Unspent
        && !matches!(g.phase, Phase::NeedsAction { .. } | Phase::Settled { .. } | Phase::Stuck { .. })
}

fn approve(to: &mut Grant, wish: Wish, now: Timestamp) -> Vec<Effect> {
    // A call that is still out is not forgotten: its effect may yet show.
    let intent = to.known.intent.take().map(|i| Intent { tries: 0, ..i });
    *to = Grant { proof: to.proof.take(), granted_at: to.granted_at, ..Grant::approved(wish) };
    to.known.intent = intent;
    vec![Effect::Look(now)]
}

fn end(to: &mut Grant, why: Why, now: Timestamp) -> Vec<Effect> {
    to.wish.want = Want::Gone { why };
    to.phase = Phase::Planned;
    to.known.authority = Authority::Unspent;
    to.known.invited = None;
    vec![Effect::Look(now)]
}

fn begin(to: &mut Grant, act: Act, now: Timestamp) -> Vec<Effect> {
    let earlier = to.known.intent.as_ref().filter(|i| i.act == act).map_or(0, |i| i.tries);
    to.known.intent = Some(Intent { act, at: now, tries: earlier + 1, answer: Answer::Unknown });
    to.phase = Phase::Acting { act };
    vec![]
}

fn answer(to: &mut Grant, answer: Answer) -> Vec<Effect> {
    if let Some(intent) = &mut to.known.intent {
        intent.answer = answer;
    }
    to.phase = Phase::Verifying;
    vec![]
}

/// The platform definitely refused: nothing happened there.
fn refuse(to: &mut Grant, kind: ErrorKind, now: Timestamp) -> Vec<Effect> {
    if let Some(intent) = &mut to.known.intent {
        intent.answer = Answer::Refused;
    }
    if let ErrorKind::RateLimited { until } = kind {
        to.phase = Phase::Planned;
        // A refusal for rate is not a try.
        if let Some(intent) = &mut to.known.intent {
            intent.tries = intent.tries.saturating_sub(1);
        }
        return vec![Effect::Look(until)];
    }
    to.phase = Phase::NeedsAction { remedy: remedy(kind) };
    vec![Effect::Emit("grant.needs_action"), Effect::Look(now + PATIENT)]
}

/// Every definite refusal in words. The generic ones are in the product's own words file.
fn remedy(kind: ErrorKind) -> Remedy {
    match kind {
        ErrorKind::Rejected(remedy) => *remedy,
        ErrorKind::Reauthorize { side, .. } => Remedy::new("sign-in-again").arg("side", side.as_str()),
        ErrorKind::Forbidden => Remedy::new("forbidden"),
        ErrorKind::NotFound => Remedy::new("not-found"),
        ErrorKind::Conflict => Remedy::new("conflict"),
        ErrorKind::Unsupported => Remedy::new("guided"),
        ErrorKind::RateLimited { .. } | ErrorKind::Temporary | ErrorKind::Unexpected => {
            Remedy::new("no-answer")
        }
    }
}

fn look(
    from: &Grant,
    to: &mut Grant,
    step: Step,
    proof: Option<Proof>,
    now: Timestamp,
) -> Result<Vec<Effect>, Refused> {
    Ok(match step {
        Step::Act(_) if matches!(from.phase, Phase::NeedsAction { .. } | Phase::Settled { .. }) => {
            vec![Effect::Look(now + NIGHTLY)]
        }
        Step::Act(_) => return Err(refused(&from.phase, "look that wants an act")),
        Step::Wait { by: Party::Platform, until } => {
            to.phase = Phase::Verifying;
            vec![Effect::Look(soon(from, until, now))]
        }
        Step::Wait { by, until } => {
            to.known.invited = Some(Invitation { expires_at: until });
            to.known.intent = None;
            to.phase = Phase::Waiting { by, until };
            let entered = !matches!(from.phase, Phase::Waiting { .. });
            let told = entered.then_some(Effect::Emit("grant.awaiting_acceptance"));
            let next =
                until.map_or(now + PATIENT, |u| u.min(now + PATIENT).max(now + SignedDuration::from_secs(1)));
            told.into_iter().chain([Effect::Look(next)]).collect()
        }
        Step::Ask(remedy) => {
            let told = !matches!(from.phase, Phase::NeedsAction { .. });
            to.phase = Phase::NeedsAction { remedy };
            told.then_some(Effect::Emit("grant.needs_action"))
                .into_iter()
                .chain([Effect::Look(now + PATIENT)])
                .collect()
        }
        Step::Settled(standing) => settle(from, to, standing, proof, now),
        Step::Drifted(drift) => {
            let rest = Rest::Drifted(drift);
            let told = from.phase != Phase::Settled { rest };
            to.phase = Phase::Settled { rest };
            to.known.authority = Authority::Spent;
            to.known.intent = None;
            to.proof = proof.or_else(|| from.proof.clone());
            told.then_some(Effect::Emit("grant.drifted"))
                .into_iter()
                .chain([Effect::Look(now + NIGHTLY)])
                .collect()
        }
        Step::CannotTell(why) => cannot_tell(from, to, why, now),
    })
}

fn settle(
    from: &Grant,
    to: &mut Grant,
    standing: Standing,
    proof: Option<Proof>,
    now: Timestamp,
) -> Vec<Effect> {
    to.known.authority = Authority::Spent;
    to.known.intent = None;
    to.known.invited = None;
    let rest = match standing {
        Standing::Active => Rest::Active,
        Standing::Gone => Rest::Gone,
        Standing::Declined => Rest::Declined,
        Standing::Lapsed => Rest::Lapsed,
    };
    to.phase = Phase::Settled { rest };
    let changed = from.phase != to.phase;
    let recovered =
        matches!(from.phase, Phase::Unverifiable { .. } | Phase::Settled { rest: Rest::Drifted(_) });
    let told = match standing {
        Standing::Active => {
            if let Some(proof) = proof {
                to.known.baseline.get_or_insert_with(|| proof.roles.clone());
                to.proof = Some(proof);
            }
            to.granted_at.get_or_insert(now);
            if recovered { "grant.recovered" } else { "grant.verified" }
        }
        Standing::Declined => "grant.declined",
        Standing::Lapsed => "grant.lapsed",
        Standing::Gone if to.word() == "expired" => "grant.expired",
        Standing::Gone => "grant.revoked",
    };
    let mut effects: Vec<_> = changed.then_some(Effect::Emit(told)).into_iter().collect();
    if standing == Standing::Active {
        let nightly = now + NIGHTLY;
        effects.push(Effect::Look(to.until().map_or(nightly, |u| u.min(nightly))));
    }
    effects
}

/// Keeps what is known and says since when it cannot be verified.
fn cannot_tell(from: &Grant, to: &mut Grant, why: String, now: Timestamp) -> Vec<Effect> {
    let since = match &from.phase {
        Phase::Unverifiable { since, .. } => *since,
        _ => from.proof.as_ref().map_or(now, |p| p.at),
    };
    to.phase = Phase::Unverifiable { since, why };
    vec![Effect::Look(now + NIGHTLY)]
}

/// A read that failed. A lost sign-in is shown; anything else is read again soon.
fn blind(from: &Grant, to: &mut Grant, kind: ErrorKind, why: String, now: Timestamp) -> Vec<Effect> {
    match kind {
        ErrorKind::RateLimited { until } => vec![Effect::Look(until)],
        ErrorKind::Temporary | ErrorKind::Unexpected => vec![Effect::Look(now + AGAIN)],
        kind if from.proof.is_none() && from.known.intent.is_none() => {
            to.phase = Phase::NeedsAction { remedy: remedy(kind) };
            vec![Effect::Emit("grant.needs_action"), Effect::Look(now + NIGHTLY)]
        }
        _ => cannot_tell(from, to, why, now),
    }
}

/// Reads again soon after an act, then ever more calmly, at the latest when the platform must show it.
fn soon(from: &Grant, until: Option<Timestamp>, now: Timestamp) -> Timestamp {
    let since = from.known.intent.as_ref().map_or(SignedDuration::ZERO, |i| now.duration_since(i.at));
    let pause = if since < SignedDuration::from_secs(10) { 2 } else { 10 };
    let next = now + SignedDuration::from_secs(pause);
    until.map_or(next, |u| u.min(next).max(now + SignedDuration::from_millis(100)))
}

fn retry(to: &mut Grant, now: Timestamp) -> Vec<Effect> {
    to.phase = Phase::Planned;
    if let Some(intent) = &mut to.known.intent {
        intent.tries = 0;
    }
    vec![Effect::Look(now)]
}
