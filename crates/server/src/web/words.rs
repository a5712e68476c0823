//! States and remedies in words.

use valetkey_core::WORDS;
use valetkey_sdk::access::Party;
use valetkey_sdk::manifest::task::EVERYWHERE;
use valetkey_sdk::remedy::Remedy;

use super::view::{Advice, Badge, Tone};
use crate::desk::Desk;
use crate::engine::state::grant::{Grant, Phase, Rest};
use crate::engine::state::{item, request};
use crate::store::grants::GrantRow;
use valetkey_sdk::reconcile::Drift;

/// A remedy in the platform's words, or else in our own.
pub fn advice(desk: &Desk, platform: &str, remedy: &Remedy) -> Advice {
    let found = desk.registry.find(platform);
    let name = found.map_or(platform, |p| p.manifest.name.as_str());
    let mut remedy = remedy.clone();
    remedy.args.entry("platform".into()).or_insert_with(|| name.to_owned());
    let words = found.and_then(|p| p.words.find_advice(&remedy)).or_else(|| WORDS.find_advice(&remedy));
    match words {
        Some(a) => Advice {
            happened: a.happened,
            act: a.act,
            phone: a.phone,
            desktop: a.desktop,
            who: a.who,
            link: a.link,
            more: find_more(desk, platform, &remedy.id),
        },
        None => Advice {
            happened: format!("{name} refused ({}).", remedy.id),
            act: Some("Try again, or ask the agency for help.".into()),
            link: remedy.link,
            ..Advice::default()
        },
    }
}

/// What an agency does for a client, in our words where it means the same everywhere, or else in the platform's.
pub fn task(platform: &valetkey_connectors::Platform, id: &str) -> String {
    let key = format!("task-{id}");
    let own = EVERYWHERE.contains(&id).then(|| WORDS.text(&key));
    own.unwrap_or_else(|| platform.words.text(&key))
}

/// What the client is asked about an asset because nobody can read it, and what to do when the answer is no.
pub fn question(desk: &Desk, platform: &str, id: &str) -> Option<Advice> {
    let words = desk.registry.find(platform)?.words.find_explanation("ask", id)?;
    Some(plain(words))
}

/// What a message of the platform means, for whoever meets it while following steps.
pub fn explanation(platform: &valetkey_connectors::Platform, id: &str) -> Option<Advice> {
    let words = &platform.words;
    words.find_explanation("error", id).or_else(|| words.find_explanation("remedy", id)).map(plain)
}

fn plain(words: valetkey_sdk::words::Advice) -> Advice {
    Advice {
        happened: words.happened,
        act: words.act,
        phone: words.phone,
        desktop: words.desktop,
        who: words.who,
        ..Advice::default()
    }
}

/// The page that says more about what a platform said, where more is known than the advice itself.
fn find_more(desk: &Desk, platform: &str, id: &str) -> Option<String> {
    let facts = &desk.registry.find(platform)?.manifest.errors;
    facts.iter().any(|e| e.id == id).then(|| super::doctor::address(platform, id))
}

/// What a person has to do about a grant, if anything.
pub fn grant_advice(desk: &Desk, platform: &str, grant: &Grant) -> Option<Advice> {
    match &grant.phase {
        Phase::NeedsAction { remedy } => Some(advice(desk, platform, remedy)),
        Phase::Unverifiable { why, .. } => {
            Some(advice(desk, platform, &Remedy::new("unreadable").arg("why", why.as_str())))
        }
        Phase::Settled { rest: Rest::Attested } => Some(advice(desk, platform, &Remedy::new("attested"))),
        Phase::Settled { rest: Rest::Gone } if grant.is_by_hand() => {
            Some(advice(desk, platform, &Remedy::new("removal-attested")))
        }
        Phase::Stuck { kind } => {
            Some(advice(desk, platform, &Remedy::new("set-aside").arg("why", kind.as_str())))
        }
        _ => None,
    }
}

/// Whose yes a grant waits for, and where they give it.
pub fn waiting_advice(desk: &Desk, row: &GrantRow, grant: &Grant) -> Option<Advice> {
    let Phase::Waiting { by, .. } = &grant.phase else { return None };
    let id = match by {
        Party::ClientAdmin => "waits-for-client-admin",
        Party::OtherClientAdmin => "waits-for-other-admin",
        Party::Invitee => "waits-for-invitee",
        Party::AgencyAdmin => "waits-for-agency",
        Party::Platform => return None,
    };
    let within = row.parent_name.as_deref().unwrap_or(&row.asset_name);
    Some(advice(desk, &row.platform, &Remedy::new(id).arg("within", within)))
}

pub fn grant_badge(platform: &str, grant: &Grant) -> Badge {
    let word = grant.word();
    let (label, tone) = match word {
        "queued" if grant.phase == Phase::NotYet => ("After the share".to_owned(), Tone::Waiting),
        "queued" => ("Waiting to start".to_owned(), Tone::Waiting),
        "working" => (format!("Asking {platform}…"), Tone::Waiting),
        "verifying" => (format!("{platform} answered, checking…"), Tone::Waiting),
        "expiring" => ("Ending…".to_owned(), Tone::Waiting),
        "active" => ("Active, checked".to_owned(), Tone::Done),
        "attested" => ("Said to be done by the client".to_owned(), Tone::Neutral),
        "revoked" | "expired" | "cancelled" if grant.is_by_hand() => {
            ("Said to be removed".to_owned(), Tone::Neutral)
        }
        "needs_action" if grant.waits_for_removal() => ("To be removed by hand".to_owned(), Tone::YourTurn),
        "awaiting_acceptance" => (waiting_for(grant), Tone::Waiting),
        "needs_action" => ("Needs attention".to_owned(), Tone::YourTurn),
        "unverifiable" => ("Cannot be checked".to_owned(), Tone::YourTurn),
        "drifted" => (drifted(grant).to_owned(), Tone::Stop),
        "declined" => ("Declined".to_owned(), Tone::Stop),
        "lapsed" => ("Invitation lapsed".to_owned(), Tone::Stop),
        "failed" => ("Failed".to_owned(), Tone::Stop),
        "revoked" => ("Revoked".to_owned(), Tone::Neutral),
        "expired" => ("Expired".to_owned(), Tone::Neutral),
        "cancelled" => ("Cancelled".to_owned(), Tone::Neutral),
        other => (other.to_owned(), Tone::Neutral),
    };
    Badge { word: word.to_owned(), label, tone }
}

fn waiting_for(grant: &Grant) -> String {
    let by = match &grant.phase {
        Phase::Waiting { by, .. } => *by,
        _ => Party::Platform,
    };
    match by {
        Party::ClientAdmin => "Waiting for the client to say yes",
        Party::OtherClientAdmin => "Waiting for a second admin of the client",
        Party::Invitee => "Waiting for the person invited",
        Party::AgencyAdmin => "Waiting for the agency",
        Party::Platform => "Waiting for the platform",
    }
    .to_owned()
}

fn drifted(grant: &Grant) -> &'static str {
    match &grant.phase {
        Phase::Settled { rest: Rest::Drifted(Drift::Lost) } => "Removed at the platform",
        Phase::Settled { rest: Rest::Drifted(Drift::Lowered) } => "Lowered at the platform",
        Phase::Settled { rest: Rest::Drifted(Drift::Raised) } => "Raised at the platform",
        _ => "Moved at the platform",
    }
}

pub fn item_badge(state: item::State) -> Badge {
    use item::State as S;
    let (label, tone) = match state {
        S::Open => ("Not started", Tone::Neutral),
        S::Connected => ("Signed in", Tone::YourTurn),
        S::Chosen => ("Ready to review", Tone::YourTurn),
        S::Approved => ("In progress", Tone::Waiting),
        S::Settled => ("Done", Tone::Done),
        S::SkippedNotHave | S::SkippedDeclined => ("Skipped", Tone::Neutral),
        S::HandedOver => ("Passed on", Tone::Waiting),
    };
    Badge { word: state.word().to_owned(), label: label.to_owned(), tone }
}

pub fn request_badge(state: request::State) -> Badge {
    use request::State as S;
    let (label, tone) = match state {
        S::Draft => ("Draft", Tone::Neutral),
        S::Sent => ("Sent", Tone::Waiting),
        S::Opened => ("Opened", Tone::Waiting),
        S::InProgress => ("In progress", Tone::Waiting),
        S::PartiallyComplete => ("Partly done", Tone::Waiting),
        S::Complete => ("Complete", Tone::Done),
        S::Expired => ("Expired", Tone::Stop),
        S::Cancelled => ("Cancelled", Tone::Neutral),
    };
    Badge { word: state.as_str().to_owned(), label: label.to_owned(), tone }
}
