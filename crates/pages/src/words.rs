//! States and remedies in words.

use url::form_urlencoded;
use valetkey_core::desk::Desk;
use valetkey_core::engine::state::grant::{Grant, Phase, Rest};
use valetkey_core::engine::state::{item, request};
use valetkey_core::store::grants::GrantRow;
use valetkey_core::{WORDS, words_in};
use valetkey_sdk::access::Party;
use valetkey_sdk::lang::Lang;
use valetkey_sdk::manifest::task::EVERYWHERE;
use valetkey_sdk::reconcile::Drift;
use valetkey_sdk::remedy::Remedy;

use crate::page_words::{PageWords, Phrase};
use crate::view::{Advice, Badge, Tone};

/// A remedy in the platform's words, or else in our own.
pub fn advice(desk: &Desk, say: &PageWords, platform: &str, remedy: &Remedy) -> Advice {
    let found = desk.registry.find(platform);
    let name = found.map_or(platform, |p| p.manifest.name.as_str());
    let mut remedy = remedy.clone();
    remedy.args.entry("platform".into()).or_insert_with(|| name.to_owned());
    let words = found.and_then(|p| p.words_in(say.lang).find_advice(&remedy));
    let words = words.or_else(|| words_in(say.lang).find_advice(&remedy));
    match words {
        Some(a) => Advice {
            happened: a.happened,
            act: a.act,
            phone: a.phone,
            desktop: a.desktop,
            who: a.who,
            link: a.link,
            more: find_more(desk, say.lang, platform, &remedy.id),
        },
        None => Advice {
            happened: say.platform_refused(name, &remedy.id).plain(),
            act: Some(say.try_or_ask.to_string()),
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
pub fn question(desk: &Desk, lang: Lang, platform: &str, id: &str) -> Option<Advice> {
    let words = desk.registry.find(platform)?.words_in(lang).find_explanation("ask", id)?;
    Some(plain(words))
}

/// What a message of the platform means, for whoever meets it while following steps.
pub fn explanation(platform: &valetkey_connectors::Platform, lang: Lang, id: &str) -> Option<Advice> {
    let words = platform.words_in(lang);
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
fn find_more(desk: &Desk, lang: Lang, platform: &str, id: &str) -> Option<String> {
    let facts = &desk.registry.find(platform)?.manifest.errors;
    facts.iter().any(|e| e.id == id).then(|| look_up(lang, platform, id))
}

/// The address that explains this message of this platform, in the language of the page that leads there.
pub fn look_up(lang: Lang, platform: &str, message: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("platform", platform).append_pair("message", message);
    if lang != Lang::En {
        query.append_pair("from", lang.as_str());
    }
    format!("/doctor?{}", query.finish())
}

/// What a person has to do about a grant, if anything.
pub fn grant_advice(desk: &Desk, say: &PageWords, platform: &str, grant: &Grant) -> Option<Advice> {
    match &grant.phase {
        Phase::NeedsAction { remedy } => Some(advice(desk, say, platform, remedy)),
        Phase::Unverifiable { why, .. } => {
            Some(advice(desk, say, platform, &Remedy::new("unreadable").arg("why", why.as_str())))
        }
        Phase::Settled { rest: Rest::Attested } => {
            Some(advice(desk, say, platform, &Remedy::new("attested")))
        }
        Phase::Settled { rest: Rest::Gone } if grant.is_by_hand() => {
            Some(advice(desk, say, platform, &Remedy::new("removal-attested")))
        }
        Phase::Stuck { kind } => {
            Some(advice(desk, say, platform, &Remedy::new("set-aside").arg("why", kind.as_str())))
        }
        _ => None,
    }
}

/// Whose yes a grant waits for, and where they give it.
pub fn waiting_advice(desk: &Desk, say: &PageWords, row: &GrantRow, grant: &Grant) -> Option<Advice> {
    let Phase::Waiting { by, .. } = &grant.phase else { return None };
    let id = match by {
        Party::ClientAdmin => "waits-for-client-admin",
        Party::OtherClientAdmin => "waits-for-other-admin",
        Party::Invitee => "waits-for-invitee",
        Party::AgencyAdmin => "waits-for-agency",
        Party::Platform => return None,
    };
    let within = row.parent_name.as_deref().unwrap_or(&row.asset_name);
    Some(advice(desk, say, &row.platform, &Remedy::new(id).arg("within", within)))
}

pub fn grant_badge(say: &PageWords, platform: &str, grant: &Grant) -> Badge {
    let word = grant.word();
    let (label, tone) = match word {
        "queued" if grant.phase == Phase::NotYet => (&say.state_after_the_share, Tone::Waiting),
        "queued" => (&say.state_waiting_to_start, Tone::Waiting),
        "working" => return badge(word, say.state_asking(platform).plain(), Tone::Waiting),
        "verifying" => return badge(word, say.state_answered(platform).plain(), Tone::Waiting),
        "expiring" => (&say.state_ending, Tone::Waiting),
        "active" => (&say.state_active, Tone::Done),
        "attested" => (&say.state_attested, Tone::Neutral),
        "revoked" | "expired" | "cancelled" if grant.is_by_hand() => (&say.state_said_removed, Tone::Neutral),
        "needs_action" if grant.waits_for_removal() => (&say.state_remove_by_hand, Tone::YourTurn),
        "awaiting_acceptance" => (waiting_for(say, grant), Tone::Waiting),
        "needs_action" => (&say.state_needs_action, Tone::YourTurn),
        "unverifiable" => (&say.state_unverifiable, Tone::YourTurn),
        "drifted" => (drifted(say, grant), Tone::Stop),
        "declined" => (&say.state_declined, Tone::Stop),
        "lapsed" => (&say.state_lapsed, Tone::Stop),
        "failed" => (&say.state_failed, Tone::Stop),
        "revoked" => (&say.state_revoked, Tone::Neutral),
        "expired" => (&say.state_expired, Tone::Neutral),
        "cancelled" => (&say.state_cancelled, Tone::Neutral),
        other => return badge(word, other.to_owned(), Tone::Neutral),
    };
    badge(word, label.to_string(), tone)
}

fn badge(word: &str, label: String, tone: Tone) -> Badge {
    Badge { word: word.to_owned(), label, tone }
}

fn waiting_for<'a>(say: &'a PageWords, grant: &Grant) -> &'a Phrase {
    let by = match &grant.phase {
        Phase::Waiting { by, .. } => *by,
        _ => Party::Platform,
    };
    match by {
        Party::ClientAdmin => &say.state_waits_client,
        Party::OtherClientAdmin => &say.state_waits_second,
        Party::Invitee => &say.state_waits_invitee,
        Party::AgencyAdmin => &say.state_waits_agency,
        Party::Platform => &say.state_waits_platform,
    }
}

fn drifted<'a>(say: &'a PageWords, grant: &Grant) -> &'a Phrase {
    match &grant.phase {
        Phase::Settled { rest: Rest::Drifted(Drift::Lost) } => &say.state_lost,
        Phase::Settled { rest: Rest::Drifted(Drift::Lowered) } => &say.state_lowered,
        Phase::Settled { rest: Rest::Drifted(Drift::Raised) } => &say.state_raised,
        _ => &say.state_moved,
    }
}

pub fn item_badge(say: &PageWords, state: item::State) -> Badge {
    use item::State as S;
    let (label, tone) = match state {
        S::Open => (&say.card_open, Tone::Neutral),
        S::Connected => (&say.card_connected, Tone::YourTurn),
        S::Chosen => (&say.card_chosen, Tone::YourTurn),
        S::Approved => (&say.card_approved, Tone::Waiting),
        S::Settled => (&say.card_settled, Tone::Done),
        S::SkippedNotHave | S::SkippedDeclined => (&say.card_skipped, Tone::Neutral),
        S::HandedOver => (&say.card_passed_on, Tone::Waiting),
    };
    badge(state.word(), label.to_string(), tone)
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
