//! The job that hands a mail over: intent, hand over, record.
//!
//! SMTP knows no key by which a server would tell a second try from another mail. So what is sure is at least once: a
//! process that dies after the server's yes and before its record sends again, with the same `Message-ID`. Whatever
//! the server says, nothing waits for it but this job (F23).

use serde_json::json;
use valetkey_sdk::point;

use super::look::JobError;
use super::record;
use super::state::mail::{self, Outcome, State};
use crate::app::mails::{self, MOST_A_DAY, Written};
use crate::desk::Desk;
use crate::ids::MailId;
use crate::mail::{Failure, Message};
use crate::store::jobs::{Job, Lease};
use crate::store::mails::{Mail, MailWrite};
use crate::store::{StoreError, Write};

/// The kind of its jobs.
pub const KIND: &str = "mail";

/// Why an agency that sent much has to wait, in its own words.
const FULL: &str = "your agency has sent as much as it may today; it goes out tomorrow";

pub async fn send(desk: &Desk, job: &Job, lease: &Lease) -> Result<(), JobError> {
    let found = desk.store.find_mail(&job.scope, &MailId::from_text(&job.subject_id)).await?;
    let Some(mail) = found.filter(|m| m.state == State::Waiting.as_str()) else {
        let over = vec![Write::Finish(lease.clone(), None)];
        return Ok(desk.store.commit(point!("no mail"), &job.scope, over).await?);
    };
    if mail.give_up_at <= desk.now_ms() {
        let why = mail.why.clone();
        return conclude(desk, job, lease, mail, Outcome::Later, why).await;
    }
    let written = mails::write(desk, &job.scope, &mail).await.map_err(|e| JobError::Retry(e.to_string()))?;
    let Some(Written { to, letter }) = written else {
        return conclude(desk, job, lease, mail, Outcome::Nothing, None).await;
    };
    let (text, html) = match (letter.text(), letter.html()) {
        (Ok(text), Ok(html)) => (text, html),
        (Err(e), _) | (_, Err(e)) => return Err(JobError::Poison(e.to_string())),
    };
    let mail = match begin(desk, job, lease, mail.clone(), to.to_string()).await {
        Err(StoreError::TooMany(_)) => {
            return conclude(desk, job, lease, mail, Outcome::Full, Some(FULL.into())).await;
        }
        begun => begun?,
    };
    let host = desk.public_url.host_str().unwrap_or("localhost");
    let id = format!("<{}@{host}>", mail.id);
    let message = Message { id, to, subject: letter.subject, text, html, at: desk.now_ms() };
    let (outcome, why) = match desk.mailer.send(message).await {
        Ok(()) => (Outcome::Taken, None),
        Err(Failure::Later(why)) => (Outcome::Later, Some(why)),
        Err(Failure::Refused(why)) => (Outcome::Refused, Some(why)),
    };
    conclude(desk, job, lease, mail, outcome, why).await
}

/// The intent: that it is tried, for the first time within the agency's day.
async fn begin(
    desk: &Desk,
    job: &Job,
    lease: &Lease,
    mail: Mail,
    address: String,
) -> Result<Mail, StoreError> {
    let begun = Mail { tries: mail.tries + 1, address: Some(address), ..mail.clone() };
    let mut writes = vec![Write::Hold(lease.clone()), Write::Mail(MailWrite::State(Box::new(begun.clone())))];
    if mail.tries == 0 {
        let day = mail::day(desk.now_ms());
        writes.push(Write::Mail(MailWrite::Count { day, most: MOST_A_DAY }));
    }
    desk.store.commit(point!("begin"), &job.scope, writes).await?;
    Ok(Mail { rev: begun.rev + 1, ..begun })
}

async fn conclude(
    desk: &Desk,
    job: &Job,
    lease: &Lease,
    mail: Mail,
    outcome: Outcome,
    why: Option<String>,
) -> Result<(), JobError> {
    let now = desk.now_ms();
    let (state, next) = mail::next(mail.tries, &outcome, now, mail.give_up_at);
    let mut writes = vec![Write::Finish(lease.clone(), next)];
    let data = json!({"kind": mail.kind, "to": state.as_str(), "why": why});
    let told = match state {
        State::Sent => Some("mail.sent"),
        State::Refused | State::GivenUp => Some("mail.failed"),
        State::Waiting | State::Dropped => None,
    };
    writes.extend(
        told.map(|action| record::audit(desk, action, mail.id.as_str(), mail.request_id.as_ref(), data)),
    );
    let over = state != State::Waiting;
    writes.push(Write::Mail(MailWrite::State(Box::new(Mail {
        state: state.as_str().into(),
        why,
        next_at: next.unwrap_or(mail.next_at),
        sent_at: (state == State::Sent).then_some(now),
        sealed: mail.sealed.filter(|_| !over),
        ..mail
    }))));
    // Never the server's words: they are for the agency, and may repeat what the mail said.
    tracing::info!(mail = %job.subject_id, state = state.as_str(), "a mail was tried");
    Ok(desk.store.commit(point!("conclude"), &job.scope, writes).await?)
}
