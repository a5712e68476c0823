//! A grant: what is wished, how far it is, and what we know about it.

mod event;
mod phase;
mod reading;
mod restore;
pub mod staff;
#[cfg(test)]
mod tests;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use valetkey_sdk::ErrorKind;
use valetkey_sdk::access::{AssetRef, Party, Roles, Side, Want, Why, Wish};
use valetkey_sdk::reconcile::{Act, Answer, Authority, Drift, Intent, Invitation, Known};
use valetkey_sdk::remedy::Remedy;

use super::{Effect, Refused, refused};
use crate::defence;

pub use event::Event;
pub use phase::{Phase, Rest};

/// A verified grant is looked at again after this long.
pub const NIGHTLY: SignedDuration = SignedDuration::from_hours(24);
/// A waiting invitation, and a grant that a person has to mend, are looked at again after this long.
const PATIENT: SignedDuration = SignedDuration::from_mins(15);
/// A wish that nobody can read the outcome of is looked at again after this long.
const WATCHFUL: SignedDuration = SignedDuration::from_hours(1);
/// After an act whose effect could not be read, the next read comes after this long.
const AGAIN: SignedDuration = SignedDuration::from_secs(5);

/// A call that was begun is over after this long: how late it may be sent, and its own deadline.
pub const UNDER_WAY: SignedDuration = SignedDuration::from_secs(30);

/// What a process had sent when it died is done by the platform this long after its successor's start, or
/// never: its connections are closed.
pub const CUT_OFF: SignedDuration = SignedDuration::from_secs(2);

/// One run of a process that shares its database with no other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    pub name: String,
    pub since: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    pub wish: Wish,
    pub phase: Phase,
    pub known: Known,
    /// The last read that showed the access.
    pub proof: Option<Proof>,
    /// When the access was first seen there.
    pub granted_at: Option<Timestamp>,
    /// Nothing can be read there: the last thing that a person said was done by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attested: Option<Attested>,
    /// It was there when we first looked: nothing was called for it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub adopted: bool,
    /// The platform told us the asset, but nobody can read who has access to it: people do it by hand.
    #[serde(default, skip_serializing_if = "is_false")]
    pub by_word: bool,
    /// It follows a share, and is taken away before that one is: the platform may leave it there.
    #[serde(default, skip_serializing_if = "is_false")]
    pub ends_first: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

/// A person said that it was done. Never taken for a read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attested {
    pub at: Timestamp,
    pub by: Side,
}

/// What a read showed, when, from whose side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    pub at: Timestamp,
    pub by: Side,
    pub roles: Roles,
}

impl Grant {
    /// A grant that was just approved.
    pub fn approved(wish: Wish) -> Self {
        Self {
            wish,
            phase: Phase::Planned,
            known: Known::default(),
            proof: None,
            granted_at: None,
            attested: None,
            adopted: false,
            by_word: false,
            ends_first: false,
        }
    }

    /// Nothing is ever called or read at the platform for it: people do, and people say so.
    pub fn is_by_hand(&self) -> bool {
        self.by_word || matches!(self.wish.on, AssetRef::Declared { .. })
    }

    /// Approved, and the client has yet to do it and to say so.
    pub fn waits_for_word(&self) -> bool {
        self.by_word && !is_gone(self) && matches!(self.phase, Phase::NeedsAction { .. })
    }

    /// The same, to be done by hand by the client and never read.
    #[must_use]
    pub fn by_word(self) -> Self {
        Self { by_word: true, phase: Phase::NeedsAction { remedy: Remedy::new("guided") }, ..self }
    }

    /// It should be gone, and somebody has to take it away and say so.
    pub fn waits_for_removal(&self) -> bool {
        self.is_by_hand() && is_gone(self) && matches!(self.phase, Phase::NeedsAction { .. })
    }

    /// The same, but somebody said yes to it at the platform already: what is seen there came by that.
    #[must_use]
    pub fn allowed(mut self) -> Self {
        self.known.invited = Some(Invitation { expires_at: None });
        self
    }

    /// The same, but where more is there than was approved, it is taken away and given again: that was told.
    #[must_use]
    pub fn lowering(mut self) -> Self {
        self.known.lower = true;
        self
    }

    /// As the only process finds it: a call whose answer is not known and that this run did not begin was cut
    /// off before this run's start.
    #[must_use]
    pub fn found_in(mut self, run: &Run) -> Self {
        let begun_here = self.known.begun_in.as_ref() == Some(&run.name);
        if let Some(intent) =
            self.known.intent.as_mut().filter(|i| i.answer == Answer::Unknown && !begun_here)
        {
            intent.at = intent.at.min(run.since + CUT_OFF);
        }
        self
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

    /// Waits for a person, who may have mended it. What a backup said was approved is given only after a new
    /// approval: the client may have taken it away since.
    pub fn may_retry(&self) -> bool {
        !self.is_by_hand()
            && (is_gone(self) || !is_suspended(self))
            && matches!(
                self.phase,
                Phase::NeedsAction { .. } | Phase::Stuck { .. } | Phase::Unverifiable { .. }
            )
    }

    /// The word people see.
    pub fn word(&self) -> &'static str {
        let ending = matches!(self.wish.want, Want::Gone { .. });
        match &self.phase {
            Phase::NotYet | Phase::Planned | Phase::Acting { .. } | Phase::Verifying if ending => {
                match self.wish.want {
                    Want::Gone { why: Why::Expired } => "expiring",
                    _ => "working",
                }
            }
            Phase::Planned | Phase::NotYet => "queued",
            Phase::Acting { .. } => "working",
            Phase::Verifying => "verifying",
            Phase::Waiting { by: Party::Platform, .. } => "verifying",
            Phase::Waiting { .. } => "awaiting_acceptance",
            Phase::NeedsAction { .. } => "needs_action",
            Phase::Unverifiable { .. } => "unverifiable",
            Phase::Stuck { .. } => "failed",
            Phase::Settled { rest } => match (rest, &self.wish.want) {
                (Rest::Active, _) => "active",
                (Rest::Attested, _) => "attested",
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
        Event::End(why) if grant.is_by_hand() && !is_gone(grant) => end_by_hand(&mut to, why),
        // Nothing that a platform would have said is ever believed of it.
        Event::Begin(_)
        | Event::Taken
        | Event::Unknown
        | Event::Refused(_)
        | Event::Look(..)
        | Event::Blind(..)
        | Event::Silent(_)
            if grant.is_by_hand() =>
        {
            return Err(refused(&grant.phase, name));
        }
        Event::Attest(by) if grant.is_by_hand() => attest(&mut to, by, now, name)?,
        Event::Restore => restore::restore(&mut to, now),
        Event::End(why) if !is_gone(grant) || is_back(grant) || is_suspended(grant) => end(&mut to, why, now),
        Event::Begin(act) if may_act(grant) => begin(&mut to, act, now),
        Event::Taken if is_acting(grant) => answer(&mut to, Answer::Taken, now),
        Event::Invited(expires_at) if is_acting(grant) => {
            to.known.invited = Some(Invitation { expires_at });
            answer(&mut to, Answer::Taken, now)
        }
        Event::Unknown if is_acting(grant) => answer(&mut to, Answer::Unknown, now),
        Event::Refused(kind) if is_acting(grant) => refuse(&mut to, kind, now),
        Event::Follow(share) => staff::follow(grant, &mut to, share, now)?,
        Event::Look(step, proof) => reading::look(grant, &mut to, step, proof, now)?,
        Event::Blind(kind, why) => reading::blind(grant, &mut to, kind, why, now),
        Event::Silent(_) if waits_for_person(grant) => vec![Effect::Look(now + NIGHTLY)],
        Event::Silent(why) => reading::cannot_tell(grant, &mut to, why, now, WATCHFUL),
        Event::Retry if grant.may_retry() => retry(&mut to, now),
        Event::Park(kind) => {
            to.phase = Phase::Stuck { kind };
            told_once("grant.failed", matches!(grant.phase, Phase::Stuck { .. }))
        }
        _ => return Err(refused(&grant.phase, name)),
    };
    Ok((to, effects))
}

fn is_gone(g: &Grant) -> bool {
    matches!(g.wish.want, Want::Gone { .. })
}

/// It was taken away, and somebody gave it again by hand.
fn is_back(g: &Grant) -> bool {
    matches!(g.phase, Phase::Settled { rest: Rest::Drifted(_) })
}

fn is_suspended(g: &Grant) -> bool {
    g.known.authority == Authority::Suspended
}

fn waits_for_person(g: &Grant) -> bool {
    matches!(g.phase, Phase::NeedsAction { .. } | Phase::Stuck { .. })
}

fn told_once(kind: &'static str, already: bool) -> Vec<Effect> {
    if already { vec![] } else { vec![Effect::Emit(kind)] }
}

fn is_acting(g: &Grant) -> bool {
    matches!(g.phase, Phase::Acting { .. })
}

/// A grant that waits for a person, or came to rest, does not act by itself.
fn may_act(g: &Grant) -> bool {
    let is_over = g.known.authority != Authority::Unspent || matches!(g.phase, Phase::Settled { .. });
    if is_over && defence::spent_authority() {
        return false;
    }
    !waits_for_person(g) && g.phase != Phase::NotYet
}

fn approve(to: &mut Grant, wish: Wish, now: Timestamp) -> Vec<Effect> {
    // A call that is still out is not forgotten: its effect may yet show.
    let intent = to.known.intent.take().map(|i| Intent { tries: 0, ..i });
    let begun_in = to.known.begun_in.take();
    let was_there = may_be_there(to);
    *to = Grant { proof: to.proof.take(), granted_at: to.granted_at, ..Grant::approved(wish) };
    to.known.intent = intent;
    to.known.begun_in = begun_in;
    to.known.was_there = was_there;
    vec![Effect::Look(now)]
}

/// It was seen there, or was on its way there, and nobody has seen since that it is not.
fn may_be_there(g: &Grant) -> bool {
    let Known { was_there, invited, intent, .. } = &g.known;
    let said_yes = intent.as_ref().is_some_and(|i| i.act == Act::Accept);
    (g.proof.is_some() || *was_there || invited.is_some() || said_yes) && !was_read_as_absent(g)
}

/// Concluded from full sight.
fn was_read_as_absent(g: &Grant) -> bool {
    use Rest::{Declined, Drifted, Gone, Lapsed};
    matches!(g.phase, Phase::Settled { rest: Gone | Declined | Lapsed | Drifted(Drift::Lost) })
}

fn end(to: &mut Grant, why: Why, now: Timestamp) -> Vec<Effect> {
    // Somebody may say yes to an invitation until it is withdrawn.
    to.known.was_there = may_be_there(to);
    to.wish.want = Want::Gone { why };
    to.phase = Phase::Planned;
    to.known.authority = Authority::Unspent;
    to.known.invited = None;
    vec![Effect::Look(now)]
}

/// Only a person can take it away, and only a person can say that it is gone.
fn end_by_hand(to: &mut Grant, why: Why) -> Vec<Effect> {
    to.wish.want = Want::Gone { why };
    to.known.authority = Authority::Spent;
    to.phase =
        Phase::NeedsAction { remedy: Remedy::new("remove-by-hand").arg("grantee", to.wish.who.id.as_str()) };
    vec![Effect::Emit("grant.needs_action")]
}

fn attest(to: &mut Grant, by: Side, now: Timestamp, name: &'static str) -> Result<Vec<Effect>, Refused> {
    let (rest, told) = match (&to.phase, &to.wish.want) {
        (Phase::NeedsAction { .. }, Want::Held { .. }) if to.by_word => (Rest::Attested, "grant.attested"),
        (Phase::Planned, Want::Held { .. }) => (Rest::Attested, "grant.attested"),
        (Phase::NeedsAction { .. }, Want::Gone { why: Why::Expired }) => (Rest::Gone, "grant.expired"),
        (Phase::NeedsAction { .. }, Want::Gone { .. }) => (Rest::Gone, "grant.revoked"),
        (phase, _) => return Err(refused(phase, name)),
    };
    to.phase = Phase::Settled { rest };
    to.known.authority = Authority::Spent;
    to.attested = Some(Attested { at: now, by });
    if rest == Rest::Attested {
        to.granted_at = Some(now);
    }
    // Nothing is read at night; only its own end is due.
    let until = to.until().map(Effect::Look);
    Ok([Effect::Emit(told)].into_iter().chain(until).collect())
}

fn begin(to: &mut Grant, act: Act, now: Timestamp) -> Vec<Effect> {
    let earlier = to.known.intent.as_ref().filter(|i| i.act == act).map_or(0, |i| i.tries);
    // Until its answer is in, nobody knows when it takes effect.
    let at = now + UNDER_WAY;
    to.known.intent = Some(Intent { act, at, tries: earlier + 1, answer: Answer::Unknown });
    if act == Act::Accept {
        // It was seen waiting: if it is gone without access later, it is not sent again.
        to.known.invited.get_or_insert(Invitation { expires_at: None });
    }
    to.phase = Phase::Acting { act };
    vec![]
}

fn answer(to: &mut Grant, answer: Answer, now: Timestamp) -> Vec<Effect> {
    if let Some(intent) = &mut to.known.intent {
        intent.answer = answer;
        intent.at = now;
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

fn retry(to: &mut Grant, now: Timestamp) -> Vec<Effect> {
    to.phase = Phase::Planned;
    if is_suspended(to) {
        to.known.authority = Authority::Unspent;
    }
    if let Some(intent) = &mut to.known.intent {
        intent.tries = 0;
    }
    vec![Effect::Look(now)]
}
