//! What reading a grant at its platform leads to.

use jiff::{SignedDuration, Timestamp};
use valetkey_sdk::ErrorKind;
use valetkey_sdk::access::Party;
use valetkey_sdk::reconcile::{Answer, Authority, Invitation, Standing, Step};

use super::super::{Effect, Refused, refused};
use super::{
    AGAIN, Grant, NIGHTLY, PATIENT, Phase, Proof, Rest, UNDER_WAY, WATCHFUL, remedy, told_once,
    waits_for_person,
};

pub(super) fn look(
    from: &Grant,
    to: &mut Grant,
    step: Step,
    proof: Option<Proof>,
    now: Timestamp,
) -> Result<Vec<Effect>, Refused> {
    Ok(match step {
        Step::Act(_) if waits_for_person(from) || matches!(from.phase, Phase::Settled { .. }) => {
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
            // Mended at once, perhaps; after that somebody says so, or the night's look finds it.
            let already = matches!(from.phase, Phase::NeedsAction { .. });
            to.phase = Phase::NeedsAction { remedy };
            let mut effects = told_once("grant.needs_action", already);
            effects.push(Effect::Look(now + if already { NIGHTLY } else { PATIENT }));
            effects
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
        Step::CannotTell(why) => {
            let open = from.known.authority == Authority::Unspent;
            cannot_tell(from, to, why, now, if open { WATCHFUL } else { NIGHTLY })
        }
    })
}

fn settle(
    from: &Grant,
    to: &mut Grant,
    standing: Standing,
    proof: Option<Proof>,
    now: Timestamp,
) -> Vec<Effect> {
    // Only the first look of an approval can find what nobody asked the platform for.
    if from.known.authority == Authority::Unspent && standing == Standing::Active {
        to.adopted = from.known.intent.is_none() && from.known.invited.is_none();
    }
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
pub(super) fn cannot_tell(
    from: &Grant,
    to: &mut Grant,
    why: String,
    now: Timestamp,
    again: SignedDuration,
) -> Vec<Effect> {
    let since = match &from.phase {
        Phase::Unverifiable { since, .. } => *since,
        _ => from.proof.as_ref().map_or(now, |p| p.at),
    };
    to.phase = Phase::Unverifiable { since, why };
    vec![Effect::Look(now + again)]
}

/// A read that failed. A lost sign-in is shown; anything else is read again soon.
pub(super) fn blind(
    from: &Grant,
    to: &mut Grant,
    kind: ErrorKind,
    why: String,
    now: Timestamp,
) -> Vec<Effect> {
    match kind {
        ErrorKind::RateLimited { until } => vec![Effect::Look(until)],
        ErrorKind::Temporary | ErrorKind::Unexpected => vec![Effect::Look(now + AGAIN)],
        // Nothing can be there yet: a person has to mend it first.
        kind if from.proof.is_none() && !may_be_there(from) => {
            to.phase = Phase::NeedsAction { remedy: remedy(kind) };
            let mut effects =
                told_once("grant.needs_action", matches!(from.phase, Phase::NeedsAction { .. }));
            effects.push(Effect::Look(now + NIGHTLY));
            effects
        }
        _ => cannot_tell(from, to, why, now, NIGHTLY),
    }
}

/// An act was tried and not refused.
fn may_be_there(g: &Grant) -> bool {
    g.known.intent.as_ref().is_some_and(|i| i.answer != Answer::Refused)
}

/// Reads again soon after an act, then ever more calmly, at the latest when the platform must show it.
fn soon(from: &Grant, until: Option<Timestamp>, now: Timestamp) -> Timestamp {
    let since = from.known.intent.as_ref().map_or(SignedDuration::ZERO, |i| now.duration_since(i.at));
    let pause = match since {
        // The clock was put back since the act: it may be long until its effect must show.
        s if s < -UNDER_WAY => 60,
        s if s < SignedDuration::from_secs(10) => 2,
        _ => 10,
    };
    let next = now + SignedDuration::from_secs(pause);
    until.map_or(next, |u| u.min(next).max(now + SignedDuration::from_millis(100)))
}
