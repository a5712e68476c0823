//! "Who has access": everything an agency holds of one client, by a link of its own, without an account.

use valetkey_sdk::point;
use valetkey_sdk::secret::Secret;

use super::link::{Link, Standing, find_own_connection};
use super::{AppError, grants};
use crate::desk::{At, Desk};
use crate::engine::record;
use crate::ids::{ClientId, RequestId};
use crate::store::grants::{Filter, GrantRow};
use crate::store::items::Item;
use crate::store::links::{NewLink, Subject};
use crate::store::{Scope, Write};

/// The page can be looked at for this long by its link alone; then a code that is mailed opens it, or a request of this
/// client gives a new link.
const VIEW_MS: i64 = 30 * 24 * 60 * 60 * 1000;
/// The most grants on one page.
const MOST: i64 = 1_000;

/// A link that leads to a client's "who has access".
pub struct Access {
    pub scope: Scope,
    pub client_id: ClientId,
    pub token: Secret,
    pub until: i64,
}

/// Unknown links and those of another kind answer the same.
pub async fn find(desk: &Desk, token: &str) -> Result<Access, AppError> {
    let found = desk.store.find_link(&desk.hash_link(token)).await?.ok_or(AppError::NotFound("the link"))?;
    let Subject::Access(client_id) = found.subject else { return Err(AppError::NotFound("the link")) };
    let until = found.created_at + VIEW_MS;
    Ok(Access { scope: found.scope, client_id, token: Secret::new(token), until })
}

pub fn is_over(desk: &Desk, access: &Access) -> bool {
    access.until <= desk.now_ms()
}

/// The token of the client's page, for a browser that did something on this request. Made once in 30 days.
pub async fn token(desk: &Desk, link: &Link, browser: Option<&str>) -> Result<Secret, AppError> {
    let mut own = false;
    for item in super::link::list_items(desk, link).await? {
        own = own || is_own(desk, &link.scope, &item, browser).await?;
    }
    if !own {
        return Err(AppError::OtherBrowser);
    }
    token_of(desk, &link.scope, &link.request.client_id, &link.request.id).await
}

/// The same for a mail to the client.
pub async fn token_of(
    desk: &Desk,
    scope: &Scope,
    client: &ClientId,
    request: &RequestId,
) -> Result<Secret, AppError> {
    let subject = Subject::Access(client.clone());
    let place = At("link", "sealed", subject.id());
    let since = desk.now_ms() - VIEW_MS;
    if let Some(sealed) = desk.store.find_sealed_link(scope, &subject, since).await? {
        let plain = desk.open(scope, place, &sealed).await?;
        let token = std::str::from_utf8(&plain).map_err(|e| AppError::Internal(e.into()))?;
        return Ok(Secret::new(token));
    }
    let token = desk.random.token();
    let sealed = desk.seal(scope, place, token.expose().as_bytes()).await?;
    let data = serde_json::json!({"client": client});
    let writes = vec![
        record::audit(desk, "access.link_made", client.as_str(), Some(request), data),
        Write::NewLink(NewLink {
            token_hash: desk.hash_link(token.expose()),
            subject: subject.clone(),
            sealed,
            created_at: desk.now_ms(),
        }),
    ];
    desk.store.commit(point!("token"), scope, writes).await?;
    Ok(token)
}

/// Everything this agency holds or held of this client, newest first.
pub async fn list(desk: &Desk, access: &Access) -> Result<Vec<GrantRow>, AppError> {
    let filter = Filter { client_id: Some(access.client_id.to_string()), ..Filter::default() };
    Ok(desk.store.list_grants(&access.scope, &filter, None, MOST).await?)
}

/// A grant of this client; another's is not found.
pub async fn get(desk: &Desk, access: &Access, id: &str) -> Result<GrantRow, AppError> {
    let row = grants::get(desk, &access.scope, id).await?;
    if row.client_id == access.client_id { Ok(row) } else { Err(AppError::NotFound("the grant")) }
}

/// This browser signed in on the card, or said there that the steps were done.
pub async fn is_own(
    desk: &Desk,
    scope: &Scope,
    item: &Item,
    browser: Option<&str>,
) -> Result<bool, AppError> {
    let Some(browser) = browser else { return Ok(false) };
    if find_own_connection(desk, scope, item, Some(browser)).await?.is_some() {
        return Ok(true);
    }
    Ok(desk.store.has_attested(scope, &item.id, &desk.hash_session(browser)).await?)
}

/// Who looks: by the cookie of whoever signed in, and whether a code that was mailed let them in.
#[derive(Clone, Copy)]
pub struct Visitor<'a> {
    pub browser: Option<&'a str>,
    pub passed: bool,
}

/// May this visitor take the grant away?
pub async fn may_revoke(
    desk: &Desk,
    access: &Access,
    row: &GrantRow,
    who: Visitor<'_>,
) -> Result<bool, AppError> {
    if who.passed {
        return Ok(true);
    }
    let item = desk.store.get_item(&access.scope, &row.item_id).await?;
    is_own(desk, &access.scope, &item, who.browser).await
}

/// Nobody's sign-in that could take it away is alive any more: whoever gave it signs in again first.
pub async fn must_sign_in(desk: &Desk, access: &Access, row: &GrantRow) -> bool {
    let planned = grants::plan_revoke(desk, &access.scope, row.id.as_str()).await;
    planned.is_ok_and(|plan| plan.side.is_none() && !plan.by_hand)
}

/// Takes one grant away, in the browser that gave it or after a code.
pub async fn revoke(desk: &Desk, access: &Access, id: &str, who: Visitor<'_>) -> Result<(), AppError> {
    let row = get(desk, access, id).await?;
    if !may_revoke(desk, access, &row, who).await? {
        return Err(AppError::OtherBrowser);
    }
    grants::revoke(desk, &access.scope, id).await.map(drop)
}

/// Takes everything away that this visitor may; how much that was comes back.
pub async fn revoke_all(desk: &Desk, access: &Access, who: Visitor<'_>) -> Result<usize, AppError> {
    let mut count = 0;
    for row in list(desk, access).await? {
        if can_end(&row)? && may_revoke(desk, access, &row, who).await? {
            grants::revoke(desk, &access.scope, row.id.as_str()).await?;
            count += 1;
        }
    }
    if count == 0 { Err(AppError::OtherBrowser) } else { Ok(count) }
}

/// There is something to take away.
pub fn can_end(row: &GrantRow) -> Result<bool, AppError> {
    let gone = matches!(grants::state(row)?.wish.want, valetkey_sdk::access::Want::Gone { .. });
    Ok((!gone && !matches!(row.word.as_str(), "declined" | "lapsed")) || row.word == "drifted")
}

/// The card of a grant as a link that signs in anew, whatever became of its request's link.
pub async fn card_of(desk: &Desk, access: &Access, row: &GrantRow) -> Result<(Link, Item), AppError> {
    let item = desk.store.get_item(&access.scope, &row.item_id).await?;
    let request = desk.store.get_request(&access.scope, &item.request_id).await?;
    let link = Link {
        scope: access.scope.clone(),
        request,
        token: access.token.clone(),
        standing: Standing::Complete,
        only: Some(item.id.clone()),
    };
    Ok((link, item))
}
