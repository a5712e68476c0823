//! What a platform posts about a person who removed the app. It is never believed: it has us read, sooner than
//! we would have. What the person wants erased is erased as soon as the read shows that the sign-in is over.

use serde_json::json;
use valetkey_sdk::point;
use valetkey_sdk::signed_request::{self, About};

use super::{AppError, grants};
use crate::desk::Desk;
use crate::engine::record;
use crate::engine::state::connection;
use crate::store::Write;
use crate::store::erasures::{Progress, Theirs};
use crate::store::grants::{Filter, GrantRow};

/// As many grants as one sign-in of the agency's has read again.
const MOST: i64 = 5_000;

/// What the platform says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The person removed the app.
    Deauthorized,
    /// The person wants what we know of them erased.
    DataDeletion,
}

/// Has everything read that the person signed in for. Answers the code under which they see how far it has come;
/// none when the message was not the platform's. Twice is once.
///
/// # Errors
/// When the platform posts no such messages, or no app is set up for it.
pub async fn heard(
    desk: &Desk,
    platform: &str,
    message: &str,
    notice: Notice,
) -> Result<Option<String>, AppError> {
    let found = desk.registry.find(platform).ok_or(AppError::NotFound("the platform"))?;
    let sign_in = found.manifest.sign_ins.iter().find(|s| s.notices.is_some());
    let (Some(sign_in), Some(app)) = (sign_in, desk.apps.get(platform)) else {
        return Err(AppError::NotFound("the platform"));
    };
    let Some(about) = signed_request::open(message, &app.client_secret) else { return Ok(None) };
    let code = code(desk, platform, &about);
    let hash = desk.hash_link(&code);
    // A message that comes again says nothing of a later sign-in.
    let until = about.issued_at.as_millisecond();
    for theirs in desk.store.list_sign_ins_of_person(platform, &sign_in.id, &about.person, until).await? {
        // What is over was read already: there is nothing to look at, and a repeat leaves no trace.
        let is_over = theirs.state != "active";
        let watched = if is_over { Vec::new() } else { watched(desk, platform, &theirs).await? };
        let mut writes = vec![];
        if notice == Notice::DataDeletion {
            // No access rests on it, so no read would ever come, and there is nothing to lose.
            if watched.is_empty() {
                writes.extend(over(desk, &theirs).await?);
            }
            let at = desk.now_ms();
            let (connection, code_hash) = (theirs.id.clone(), hash.clone());
            writes.push(Write::AskErasure { connection, code_hash, at });
        }
        if !is_over {
            let action = match notice {
                Notice::Deauthorized => "connection.removal_told",
                Notice::DataDeletion => "connection.erasure_asked",
            };
            let data = json!({"platform": platform});
            writes.push(record::audit(desk, action, theirs.id.as_str(), None, data));
            writes.extend(watched.iter().map(|row| record::look(desk, row, desk.now_ms())));
        }
        if writes.is_empty() {
            continue;
        }
        desk.store.commit(point!("notice"), &theirs.scope, writes).await?;
    }
    desk.wake.notify_one();
    Ok(Some(code))
}

/// Ends a sign-in whose key is to be erased.
async fn over(desk: &Desk, theirs: &Theirs) -> Result<Option<Write>, AppError> {
    let found = desk.store.find_connection(&theirs.scope, &theirs.id).await?;
    let state = found.and_then(|c| Some((connection::State::parse(&c.state)?, c)));
    Ok(state.and_then(|(state, c)| {
        let (next, _) = connection::next(state, connection::Event::Refused).ok()?;
        (next != state).then(|| Write::ConnectionState { id: c.id, rev: c.rev, state: next.as_str() })
    }))
}

/// How far the request with this code has come.
pub async fn progress(desk: &Desk, code: &str) -> Result<Progress, AppError> {
    Ok(desk.store.erasure_progress(&desk.hash_link(code)).await?)
}

/// The same for the same message, and not to be guessed.
fn code(desk: &Desk, platform: &str, about: &About) -> String {
    let text = format!("erasure {platform} {} {}", about.person, about.issued_at.as_second());
    desk.hash_session(&text).chars().filter(char::is_ascii_alphanumeric).take(32).collect()
}

/// What is read with this sign-in and can be read at all.
async fn watched(desk: &Desk, platform: &str, theirs: &Theirs) -> Result<Vec<GrantRow>, AppError> {
    let rows = match &theirs.item_id {
        Some(item) => desk.store.list_grants_of_item(&theirs.scope, item).await?,
        None => {
            let filter = Filter { platform: Some(platform.to_owned()), ..Filter::default() };
            desk.store.list_grants(&theirs.scope, &filter, None, MOST).await?
        }
    };
    let mut watched = Vec::new();
    for row in rows {
        let grant = grants::state(&row)?;
        if !grant.is_by_hand() && !matches!(row.word.as_str(), "revoked" | "expired" | "cancelled") {
            watched.push(row);
        }
    }
    Ok(watched)
}
