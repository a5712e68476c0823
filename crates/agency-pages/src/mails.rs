//! What was mailed of a request, how that went, and trying it anew (F23).

use axum::extract::{Path, State};
use axum::response::Response;
use valetkey_core::app::mails::{self, Kind};
use valetkey_core::app::roles::Right;
use valetkey_core::app::{AppError, requests};
use valetkey_core::desk::Desk;
use valetkey_core::engine::state::mail::State as Standing;
use valetkey_core::ids::RequestId;
use valetkey_core::store::Scope;
use valetkey_core::store::mails::Mail;
use valetkey_pages::forms::{Plain, Posted};
use valetkey_pages::frame::when;
use valetkey_pages::page_words::english;
use valetkey_pages::view::{Badge, Tone};
use valetkey_pages::{Error, see};

use super::SignedIn;
use crate::view::{Attention, MailRow};

const MOST: i64 = 20;

pub async fn list(desk: &Desk, who: &SignedIn, request: &RequestId) -> Result<Vec<MailRow>, AppError> {
    let works = who.may(Right::Work);
    let all = mails::list(desk, &who.scope, request).await?;
    Ok(all.iter().filter_map(|mail| row(desk, mail, works)).collect())
}

fn row(desk: &Desk, mail: &Mail, works: bool) -> Option<MailRow> {
    let kind = Kind::parse(&mail.kind)?;
    let again = match &mail.request_id {
        Some(request) if works && desk.mailer.sends() && mails::may_repeat(mail) => {
            Some(format!("/requests/{request}/mail/{}/again", mail.id))
        }
        _ => None,
    };
    let waits = Standing::parse(&mail.state) == Some(Standing::Waiting);
    Some(MailRow {
        kind: kind.as_str(),
        what: what(kind),
        to: mail.address.clone(),
        badge: badge(mail),
        at: when(desk, english(), mail.sent_at.unwrap_or(mail.created_at)),
        why: mail.why.clone(),
        next: (waits && mail.tries > 0).then(|| when(desk, english(), mail.next_at)),
        again,
    })
}

fn what(kind: Kind) -> &'static str {
    match kind {
        Kind::Receipt => "Receipt",
        Kind::Request => "Link of the request",
        Kind::Code => "Code",
    }
}

fn badge(mail: &Mail) -> Badge {
    let (label, tone) = match Standing::parse(&mail.state) {
        Some(Standing::Sent) => ("Sent", Tone::Done),
        Some(Standing::Waiting) if mail.tries == 0 => ("On its way", Tone::Waiting),
        Some(Standing::Waiting) => ("Tried again", Tone::Waiting),
        Some(Standing::Refused) => ("Refused", Tone::Stop),
        Some(Standing::GivenUp) => ("Not sent", Tone::Stop),
        Some(Standing::Dropped) | None => ("Not needed", Tone::Neutral),
    };
    Badge { word: mail.state.clone(), label: label.into(), tone }
}

/// Mails that did not go out, or not at once.
pub async fn in_trouble(desk: &Desk, scope: &Scope) -> Result<Vec<Attention>, AppError> {
    let mut out = Vec::new();
    for mail in mails::in_trouble(desk, scope, MOST).await? {
        let (Some(request), Some(kind)) = (&mail.request_id, Kind::parse(&mail.kind)) else { continue };
        let Some(client) = desk.store.find_client(scope, &mail.client_id).await? else { continue };
        out.push(Attention {
            client_href: format!("/clients/{}", client.id),
            client: client.name,
            what: format!("{} by e-mail", what(kind)),
            badge: badge(&mail),
            since: when(desk, english(), mail.created_at),
            href: format!("/requests/{request}#mail"),
            action: "See what happened".into(),
        });
    }
    Ok(out)
}

/// Mails the link of an open request to its client.
pub async fn send_link(
    State(desk): State<Desk>,
    Path(id): Path<String>,
    who: SignedIn,
    Posted(form): Posted<Plain>,
) -> Result<Response, Error> {
    who.require(Right::Work)?;
    who.check(&desk, &form.csrf)?;
    mails::send_link(&desk, &who.scope, &id).await?;
    Ok(see(&format!("/requests/{id}")))
}

pub async fn again(
    State(desk): State<Desk>,
    Path((id, mail)): Path<(String, String)>,
    who: SignedIn,
    Posted(form): Posted<Plain>,
) -> Result<Response, Error> {
    who.require(Right::Work)?;
    who.check(&desk, &form.csrf)?;
    let request = requests::get(&desk, &who.scope, &id).await?;
    mails::repeat(&desk, &who.scope, request.id.as_str(), &mail).await?;
    Ok(see(&format!("/requests/{}", request.id)))
}
