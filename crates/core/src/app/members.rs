//! Members: signing in with a password, changing it, and what the operator does when it is lost.

use serde_json::json;
use valetkey_sdk::secret::Secret;

use super::gates::{self, Gate, Wait};
use super::{AppError, passwords};
use crate::desk::Desk;
use crate::engine::record;
use crate::ids::MemberId;
use crate::store::agencies::{Agency, Member};
use crate::store::passwords::NewSession;
use crate::store::sessions::Kind;
use crate::store::{Scope, StoreError};

/// A session ends after this long.
pub const SESSION_MS: i64 = 12 * 60 * 60 * 1000;
/// An address for a new password is good for this long.
const RESET_MS: i64 = 60 * 60 * 1000;

/// What came of a try at a password.
pub enum Entry {
    /// Signed in with this cookie.
    In(Secret),
    Wrong {
        is_last: bool,
    },
    Wait(Wait),
    /// The new password cannot be one: why.
    Refused(String),
}

/// A cookie and the session that it opens.
pub fn new_session(desk: &Desk) -> (Secret, NewSession) {
    let (cookie, now) = (desk.random.token(), desk.now_ms());
    let hash = desk.hash_session(cookie.expose());
    (cookie, NewSession { hash, now, expires_at: now + SESSION_MS })
}

/// Signs in with e-mail address and password. `before` is the session that this browser had.
pub async fn sign_in(
    desk: &Desk,
    email: &str,
    password: &Secret,
    address: &str,
    before: Option<Secret>,
) -> Result<Entry, AppError> {
    let email = email.trim().to_lowercase();
    let taken = match gates::take(desk, &[Gate::Account(&email), Gate::Address(address)]).await? {
        Ok(taken) => taken,
        Err(wait) => return Ok(Entry::Wait(wait)),
    };
    let found = desk.store.find_password(&email).await?;
    let kept = found.as_ref().map(|(_, _, hash)| hash.clone());
    let right = passwords::matches(password, kept).await?;
    if let Some((scope, member, _)) = found.as_ref().filter(|_| taken.is_last && !right) {
        tell_agency(desk, scope, member);
    }
    let Some((scope, member, _)) = found.filter(|_| right) else {
        return Ok(Entry::Wrong { is_last: taken.is_last });
    };
    let (cookie, session) = new_session(desk);
    let entry = record::entry(desk, "member.signed_in", member.as_str(), json!({}));
    let before = before.map(|b| desk.hash_session(b.expose()));
    desk.store.begin_session(&scope, &member, session, before, entry).await?;
    gates::passed(desk, taken).await?;
    Ok(Entry::In(cookie))
}

/// Says in the audit log that somebody used up the tries. Beside the answer, whose time must not tell whether
/// the address is known (T38).
fn tell_agency(desk: &Desk, scope: &Scope, member: &MemberId) {
    let entry = record::entry(desk, "member.tries_used", member.as_str(), json!({}));
    let (desk, scope) = (desk.clone(), scope.clone());
    tokio::spawn(async move {
        if let Err(e) = desk.store.note(&scope, entry).await {
            tracing::error!(error = %e, "used-up tries could not be noted");
        }
    });
}

/// Changes the password of somebody who knows the present one. Every other session ends.
pub async fn change_password(
    desk: &Desk,
    scope: &Scope,
    (agency, member): (&Agency, &Member),
    present: &Secret,
    new: &Secret,
    address: &str,
) -> Result<Entry, AppError> {
    if let Some(problem) = passwords::problem(new, &member.email, &agency.name) {
        return Ok(Entry::Refused(problem));
    }
    let email = member.email.to_lowercase();
    let found = desk.store.find_password(&email).await?.filter(|(_, id, _)| *id == member.id);
    // Who came by a one-time address has no password to be asked for.
    if let Some((_, _, kept)) = found {
        let taken = match gates::take(desk, &[Gate::Account(&email), Gate::Address(address)]).await? {
            Ok(taken) => taken,
            Err(wait) => return Ok(Entry::Wait(wait)),
        };
        if !passwords::matches(present, Some(kept)).await? {
            return Ok(Entry::Wrong { is_last: taken.is_last });
        }
        gates::passed(desk, taken).await?;
    }
    let hash = passwords::hash(desk, new).await?;
    let (cookie, session) = new_session(desk);
    let entry = record::entry(desk, "member.password_changed", member.id.as_str(), json!({}));
    match desk.store.set_password(scope, member, hash, session, entry).await {
        Ok(()) => Ok(Entry::In(cookie)),
        Err(StoreError::Duplicate(_)) => Ok(Entry::Refused(taken_elsewhere())),
        Err(e) => Err(e.into()),
    }
}

/// Ends every session of the member, on every device.
pub async fn sign_out_everywhere(desk: &Desk, scope: &Scope, member: &Member) -> Result<(), AppError> {
    let entry = record::entry(desk, "member.signed_out_everywhere", member.id.as_str(), json!({}));
    Ok(desk.store.forget_all_sessions(scope, &member.id, entry).await?)
}

/// Ends the owner's password and sessions; the answer lets them choose a new one, once, within the hour.
pub async fn reset(desk: &Desk, scope: &Scope, member: &Member) -> Result<Secret, AppError> {
    let (token, now) = (desk.random.token(), desk.now_ms());
    let reset = NewSession { hash: desk.hash_session(token.expose()), now, expires_at: now + RESET_MS };
    let entry = record::entry(desk, "owner.reset", member.id.as_str(), json!({}));
    desk.store.replace_password_by_reset(scope, &member.id, reset, entry).await?;
    Ok(token)
}

pub fn reset_address(desk: &Desk, token: &Secret) -> String {
    format!("{}/set-password?ticket={}", desk.public_url.as_str().trim_end_matches('/'), token.expose())
}

/// Whose password a reset sets, while it can be used.
pub async fn find_reset(desk: &Desk, token: &Secret) -> Result<Option<(Scope, Agency, Member)>, AppError> {
    let hash = desk.hash_session(token.expose());
    let Some((scope, id)) = desk.store.find_session(Kind::Reset, &hash, desk.now_ms()).await? else {
        return Ok(None);
    };
    let agency = desk.store.get_agency(&scope).await?;
    Ok(desk.store.find_member(&scope, &id).await?.map(|member| (scope, agency, member)))
}

/// Sets a new password with a reset. `None`: it was used, or is too old.
pub async fn finish_reset(desk: &Desk, token: &Secret, new: &Secret) -> Result<Option<Entry>, AppError> {
    let Some((scope, agency, member)) = find_reset(desk, token).await? else { return Ok(None) };
    if let Some(problem) = passwords::problem(new, &member.email, &agency.name) {
        return Ok(Some(Entry::Refused(problem)));
    }
    let hash = passwords::hash(desk, new).await?;
    let (cookie, session) = new_session(desk);
    let entry = record::entry(desk, "member.password_changed", member.id.as_str(), json!({}));
    let token = desk.hash_session(token.expose());
    match desk.store.reset_password(&scope, token, member, hash, session, entry).await {
        Ok(true) => Ok(Some(Entry::In(cookie))),
        Ok(false) => Ok(None),
        Err(StoreError::Duplicate(_)) => Ok(Some(Entry::Refused(taken_elsewhere()))),
        Err(e) => Err(e.into()),
    }
}

fn taken_elsewhere() -> String {
    "Somebody signs in with this e-mail address already. Ask for an invitation to another address.".into()
}

/// What is wrong with an e-mail address, in a sentence.
pub fn email_problem(email: &str) -> Option<String> {
    let email = email.trim();
    let plausible = email.split_once('@').is_some_and(|(user, host)| {
        !user.is_empty() && host.contains('.') && !host.contains('@') && !host.ends_with('.')
    });
    let bad = !plausible || email.len() > 254 || email.chars().any(|c| c.is_control() || c.is_whitespace());
    bad.then(|| "Give an e-mail address such as kim@agency.com.".into())
}
