//! Mail of a request: what is written, and when. The engine sends it.

mod letters;

use serde_json::json;
use valetkey_sdk::point;

use super::{AppError, Why, requests};
use crate::desk::{Desk, Inner};
use crate::engine::record;
use crate::engine::state::mail::State;
use crate::ids::{ClientId, JobId, MailId, RequestId};
use crate::mail::Address;
use crate::store::mails::{Mail, MailWrite};
use crate::store::requests::Request;
use crate::store::{Scope, Write};

pub use letters::{Written, write};

/// What an agency may send on one day (UTC): enough for its clients, and nothing that pays a spammer (T27).
pub const MOST_A_DAY: i64 = 500;
/// A server may be away over a weekend.
const PATIENCE_MS: i64 = 3 * 24 * 60 * 60 * 1000;
/// Longer ago, nobody does anything about it.
const TROUBLE_MS: i64 = 14 * 24 * 60 * 60 * 1000;

/// What a mail is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// What was given, to the client, once a request is complete.
    Receipt,
    /// A code for "who has access".
    Code,
    /// The link of a request.
    Request,
}

impl Kind {
    pub const ALL: [Self; 3] = [Self::Receipt, Self::Code, Self::Request];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Receipt => "receipt",
            Self::Code => "code",
            Self::Request => "request",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.as_str() == word)
    }
}

/// A mail that is not written yet. `once` tells it from others of its kind: where its like is there, nothing is written.
pub struct Draft<'a> {
    pub kind: Kind,
    pub client: &'a ClientId,
    pub request: Option<&'a RequestId>,
    pub once: &'a str,
    pub locale: Option<&'a str>,
    /// It says nothing any more after that time, epoch milliseconds.
    pub give_up_at: i64,
}

impl Draft<'_> {
    pub fn fresh(&self, desk: &Inner) -> Mail {
        let now = desk.now_ms();
        Mail {
            id: MailId::new(&desk.clock, &desk.random),
            kind: self.kind.as_str().into(),
            client_id: self.client.clone(),
            request_id: self.request.cloned(),
            once: format!("{} {}", self.kind.as_str(), self.once),
            address: None,
            locale: self.locale.map(str::to_owned),
            sealed: None,
            state: State::Waiting.as_str().into(),
            why: None,
            tries: 0,
            created_at: now,
            give_up_at: self.give_up_at,
            next_at: now,
            sent_at: None,
            rev: 0,
        }
    }
}

/// The write that has a mail sent.
pub fn post(desk: &Inner, mail: Mail) -> Write {
    Write::Mail(MailWrite::New { mail: Box::new(mail), job: JobId::new(&desk.clock, &desk.random) })
}

/// The receipt of a request that is complete now: one in its life, however often it is completed.
pub fn receipt(desk: &Inner, request: &Request) -> Option<Write> {
    of_request(desk, request, Kind::Receipt, request.id.as_str())
}

/// The link of a request, to its client. `again` tells this sending from earlier ones.
pub fn link(desk: &Inner, request: &Request, again: Option<i64>) -> Option<Write> {
    let once = again.map_or_else(|| request.id.to_string(), |at| format!("{} {at}", request.id));
    of_request(desk, request, Kind::Request, &once)
}

fn of_request(desk: &Inner, request: &Request, kind: Kind, once: &str) -> Option<Write> {
    let draft = Draft {
        kind,
        client: &request.client_id,
        request: Some(&request.id),
        once,
        locale: request.locale.as_deref(),
        give_up_at: desk.now_ms() + PATIENCE_MS,
    };
    desk.mailer.sends().then(|| post(desk, draft.fresh(desk)))
}

/// Where a client's mail goes, if it can go there.
pub fn address(desk: &Inner, email: &str) -> Option<Address> {
    if desk.mailer.sends() { Address::parse(email) } else { None }
}

/// What went out of a request, or did not; newest first.
pub async fn list(desk: &Desk, scope: &Scope, request: &RequestId) -> Result<Vec<Mail>, AppError> {
    Ok(desk.store.list_mails_of_request(scope, request).await?)
}

/// What did not go out lately, or not at once.
pub async fn in_trouble(desk: &Desk, scope: &Scope, most: i64) -> Result<Vec<Mail>, AppError> {
    Ok(desk.store.list_mails_in_trouble(scope, desk.now_ms() - TROUBLE_MS, most).await?)
}

/// May a person have it tried anew?
pub fn may_repeat(mail: &Mail) -> bool {
    let state = State::parse(&mail.state);
    let waits = state == Some(State::Waiting) && mail.tries > 0;
    mail.kind != Kind::Code.as_str() && (waits || matches!(state, Some(State::Refused | State::GivenUp)))
}

/// Tries a mail anew, to the address that its client has now.
pub async fn repeat(desk: &Desk, scope: &Scope, request: &str, id: &str) -> Result<(), AppError> {
    let request = requests::get(desk, scope, request).await?;
    let found = desk.store.find_mail(scope, &MailId::from_text(id)).await?;
    let mail = found.filter(|m| m.request_id.as_ref() == Some(&request.id));
    let mut mail = mail.ok_or(AppError::NotFound("the mail"))?;
    if !desk.mailer.sends() {
        return Err(AppError::Conflict(Why::from(
            "no mail server is set up here: pass the link on yourself",
        )));
    }
    if !may_repeat(&mail) {
        return Err(AppError::Conflict(Why::from("this mail is on its way already, or was taken")));
    }
    let now = desk.now_ms();
    mail.state = State::Waiting.as_str().into();
    (mail.tries, mail.next_at, mail.give_up_at, mail.address) = (0, now, now + PATIENCE_MS, None);
    let data = json!({"kind": mail.kind});
    let writes = vec![
        record::audit(desk, "mail.repeated", mail.id.as_str(), Some(&request.id), data),
        Write::Mail(MailWrite::Again { mail: Box::new(mail), job: JobId::new(&desk.clock, &desk.random) }),
    ];
    desk.store.commit(point!("repeat"), scope, writes).await?;
    desk.wake.notify_one();
    Ok(())
}

/// Sends the link of an open request to its client, again or for the first time.
pub async fn send_link(desk: &Desk, scope: &Scope, request: &str) -> Result<(), AppError> {
    let request = requests::get(desk, scope, request).await?;
    let client = desk.store.get_client(scope, &request.client_id).await?;
    if address(desk, &client.email).is_none() {
        let why = "no mail can be sent to this client: pass the link on yourself";
        return Err(AppError::Conflict(Why::from(why)));
    }
    requests::resend(desk, scope, request.id.as_str()).await.map(drop)
}
