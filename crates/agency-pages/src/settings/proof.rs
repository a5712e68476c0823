//! How far the agency's domain is proved, in words.

use valetkey_core::app::domain_name::shown;
use valetkey_core::app::domains;
use valetkey_core::desk::Desk;
use valetkey_core::engine::state::domain::{AGAIN_MS, GRACE_MS, Proof, Seen};
use valetkey_core::store::domains::DomainProof;
use valetkey_pages::frame::when;
use valetkey_pages::page_words::english;
use valetkey_pages::sentence;
use valetkey_pages::view::{Badge, Tone};

use super::super::SignedIn;
use crate::view::settings::Proof as View;

pub(super) fn view(desk: &Desk, who: &SignedIn, row: &DomainProof) -> View {
    let record = domains::record_of(desk, &who.agency, &row.domain);
    let (badge, says) = standing(desk, &row.proof);
    View {
        domain: shown(&row.domain),
        record_name: record.name,
        record_value: record.value,
        badge,
        says,
        looked: row.proof.looked_at.map(|at| when(desk, english(), at)),
        is_shown: row.proof.verified_at.is_some(),
        of_demo: desk.dns.is_invented(),
    }
}

/// How it stands, and in sentences why and what to do.
fn standing(desk: &Desk, proof: &Proof) -> (Badge, String) {
    let day = |at: i64| when(desk, english(), at).text;
    let badge = |word: &str, label: &str, tone| Badge { word: word.into(), label: label.into(), tone };
    let (until, again) =
        (proof.seen_at.unwrap_or_default() + GRACE_MS, proof.missing_at.unwrap_or_default() + AGAIN_MS);
    match (proof.verified_at, &proof.answer) {
        (Some(_), Some(Seen::Unknown(why))) => (
            badge("unchecked", "Could not be checked", Tone::Waiting),
            format!(
                "{} That does not mean that the record is gone, so clients go on seeing the domain. If it cannot be \
                 checked before three days are over ({}), they stop.",
                sentence(why),
                day(until)
            ),
        ),
        (Some(_), _) if proof.missing_at.is_some() => (
            badge("missing", "Record is gone", Tone::YourTurn),
            format!(
                "The domain’s own name servers say that the record is not there. Set it again: if it is not found {}, \
                 clients stop seeing the domain.",
                day(again)
            ),
        ),
        (Some(_), _) => (
            badge("verified", "Verified", Tone::Done),
            "Clients see it next to your name. Leave the record where it is: it is looked for every day."
                .into(),
        ),
        (None, answer) if proof.lost_at.is_some() => (
            badge("lost", "Not verified any more", Tone::Stop),
            format!(
                "Clients stopped seeing it {}. {}",
                proof.lost_at.map(day).unwrap_or_default(),
                last(answer.as_ref())
            ),
        ),
        (None, answer) => (badge("pending", "Not verified yet", Tone::YourTurn), last(answer.as_ref())),
    }
}

/// What the last look found, where clients do not see the domain.
fn last(answer: Option<&Seen>) -> String {
    match answer {
        None => "Set the record below where the domain’s records are kept, then check.".into(),
        Some(Seen::Record) => "The record is there.".into(),
        Some(Seen::Taken) => "The record is there, but another agency on this server is shown with this domain. Its \
                              record is being looked for as well: if it is gone, you can have the domain in an hour or two."
            .into(),
        Some(Seen::Nothing) => "The domain’s own name servers say that there is no such record. If you have just set \
                                it, give it some minutes, then check again."
            .into(),
        Some(Seen::Others) => "There is a record of this name, but none with the value below. Set the value exactly as \
                               it stands here."
            .into(),
        Some(Seen::Unknown(why)) => format!(
            "{} So nobody knows whether the record is there. Check again in some minutes.",
            sentence(why)
        ),
    }
}
