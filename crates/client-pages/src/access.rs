//! `/a/{token}`: everything that the agency holds of this client, and the way to take it back.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::Deserialize;
use valetkey_core::app::access::{self, Access as Found, Visitor};
use valetkey_core::app::sign_in::{self as app_sign_in, For};
use valetkey_core::app::{AppError, access_code, attest, grants};
use valetkey_core::desk::Desk;
use valetkey_core::store::agencies::Agency;
use valetkey_core::store::grants::GrantRow;
use valetkey_pages::access_words::platform_name;
use valetkey_pages::cookies::{Cookies, Name};
use valetkey_pages::forms::{Plain, Posted, check};
use valetkey_pages::frame::grantee_mark;
use valetkey_pages::language::Reader;
use valetkey_pages::steps::{Values, role_word, steps as filled};
use valetkey_pages::{Error, page, see, see_with};
use valetkey_sdk::access::Side;

use super::{line, page_frame, when};
use crate::view::{Access, Held, Removal};

#[derive(Deserialize)]
pub struct After {
    signed_in: Option<String>,
}

pub async fn show(
    State(desk): State<Desk>,
    Path(token): Path<String>,
    Query(after): Query<After>,
    cookies: Cookies,
    reader: Reader,
) -> Result<Response, Error> {
    let (found, agency) = find(&desk, &token).await?;
    let code = access_code::address(&desk, &found).await?.map(|_| format!("/a/{token}/code"));
    let passed = has_passed(&desk, &found, &cookies).await?;
    if access::is_over(&desk, &found) && !passed {
        return code.map(|href| see(&href)).ok_or(Error::LinkExpired);
    }
    let rows = access::list(&desk, &found).await?;
    let speech = reader.speech(locale(&desk, &found, rows.first()).await?.as_deref());
    let say = speech.words;
    let browser = cookies.find(Name::Browser);
    let who = Visitor { browser: browser.as_ref().map(|b| b.expose()), passed };
    let client = desk.store.get_client(&found.scope, &found.client_id).await.map_err(AppError::from)?;
    let (mut held, mut over, mut all, mut locked) = (Vec::new(), Vec::new(), 0, false);
    for row in rows {
        let grant = grants::state(&row)?;
        let own = access::may_revoke(&desk, &found, &row, who).await?;
        let at = |rest: &str| format!("/a/{token}/{}/{rest}", row.id);
        let ends = access::can_end(&row)?;
        let by_hand = grant.is_by_hand();
        let signs_in = !own || (ends && !by_hand && access::must_sign_in(&desk, &found, &row).await);
        let entry = Held {
            id: row.id.to_string(),
            platform_name: platform_name(&desk, &row.platform),
            line: line(&desk, say, &row)?,
            checked: grant.proof.as_ref().map(|p| when(&desk, say, p.at.as_millisecond())),
            said: grant.attested.as_ref().map(|a| when(&desk, say, a.at.as_millisecond())),
            until: grant.until().map(|at| when(&desk, say, at.as_millisecond())),
            revoke: (ends && !signs_in).then(|| at("revoke")),
            sign_in: (ends && signs_in && !by_hand).then(|| at("sign-in")),
            steps: (grant.waits_for_removal() && own).then(|| at("removed")),
        };
        all += usize::from(entry.revoke.is_some());
        locked |= ends && !own;
        let gone = matches!(row.word.as_str(), "revoked" | "expired" | "cancelled" | "declined" | "lapsed");
        if gone { over.push(entry) } else { held.push(entry) }
    }
    page(&Access {
        frame: page_frame(
            &desk,
            &speech,
            &*say.title_who_has_access,
            Some(&agency),
            desk.form_token(found.token.expose()),
        ),
        client: client.name,
        held,
        over,
        view_until: when(&desk, say, found.until),
        code,
        locked,
        revoke_all: (all > 1).then(|| format!("/a/{token}/revoke")),
        all,
        refused: after.signed_in.as_deref() == Some("no"),
    })
}

pub async fn revoke(
    State(desk): State<Desk>,
    Path((token, grant)): Path<(String, String)>,
    cookies: Cookies,
    Posted(form): Posted<Plain>,
) -> Result<Response, Error> {
    let (found, _) = open(&desk, &token, &cookies).await?;
    check(&desk, &found.token, &form.csrf)?;
    let browser = cookies.find(Name::Browser);
    let passed = has_passed(&desk, &found, &cookies).await?;
    let who = Visitor { browser: browser.as_ref().map(|b| b.expose()), passed };
    access::revoke(&desk, &found, &grant, who).await?;
    let row = access::get(&desk, &found, &grant).await?;
    let by_hand = grants::state(&row)?.waits_for_removal();
    Ok(see(&if by_hand { format!("/a/{token}/{grant}/removed") } else { format!("/a/{token}") }))
}

pub async fn revoke_all(
    State(desk): State<Desk>,
    Path(token): Path<String>,
    cookies: Cookies,
    Posted(form): Posted<Plain>,
) -> Result<Response, Error> {
    let (found, _) = open(&desk, &token, &cookies).await?;
    check(&desk, &found.token, &form.csrf)?;
    let browser = cookies.find(Name::Browser);
    let passed = has_passed(&desk, &found, &cookies).await?;
    let who = Visitor { browser: browser.as_ref().map(|b| b.expose()), passed };
    access::revoke_all(&desk, &found, who).await?;
    Ok(see(&format!("/a/{token}")))
}

/// Signs in at the platform again, so that this browser can take the access away.
pub async fn sign_in(
    State(desk): State<Desk>,
    Path((token, grant)): Path<(String, String)>,
    cookies: Cookies,
    Posted(form): Posted<Plain>,
) -> Result<Response, Error> {
    let (found, _) = open(&desk, &token, &cookies).await?;
    check(&desk, &found.token, &form.csrf)?;
    let row = access::get(&desk, &found, &grant).await?;
    let (link, item) = access::card_of(&desk, &found, &row).await?;
    let who = For::Card { link: &link, item: &item };
    let browser = cookies.find(Name::Browser);
    let started = app_sign_in::start(&desk, &found.scope, &item.platform, who, browser).await?;
    Ok(see_with(cookies.set(Name::Browser, &started.browser), &started.url))
}

/// The steps that take one grant away by hand.
pub async fn steps(
    State(desk): State<Desk>,
    Path((token, grant)): Path<(String, String)>,
    cookies: Cookies,
    reader: Reader,
) -> Result<Response, Error> {
    let (found, agency) = open(&desk, &token, &cookies).await?;
    let row = access::get(&desk, &found, &grant).await?;
    let speech = reader.speech(locale(&desk, &found, Some(&row)).await?.as_deref());
    let lang = speech.lang();
    let browser = cookies.find(Name::Browser);
    let passed = has_passed(&desk, &found, &cookies).await?;
    let who = Visitor { browser: browser.as_ref().map(|b| b.expose()), passed };
    if !access::may_revoke(&desk, &found, &row, who).await? {
        return Err(AppError::OtherBrowser.into());
    }
    let state = grants::state(&row)?;
    if !state.waits_for_removal() {
        return Ok(see(&format!("/a/{token}")));
    }
    let section = attest::find_removal(&desk, &row, lang).ok_or(AppError::NotFound("the steps"))?;
    let platform = desk.registry.find(&row.platform).ok_or(AppError::NotFound("the platform"))?;
    let grantee = desk.store.find_grantee(&found.scope, &row.grantee_id).await.map_err(AppError::from)?;
    let grantee = grantee.ok_or(AppError::NotFound("the grantee"))?;
    let client = desk.store.get_client(&found.scope, &found.client_id).await.map_err(AppError::from)?;
    let roles = state.wish.roles().iter().map(|r| role_word(platform, lang, r)).collect();
    let values = Values { grantee: &grantee, client: &client.name, roles, answer: String::new() };
    page(&Removal {
        frame: page_frame(
            &desk,
            &speech,
            &*speech.words.title_remove,
            Some(&agency),
            desk.form_token(found.token.expose()),
        ),
        platform: row.platform.clone(),
        platform_name: platform.manifest.name.clone(),
        asset: row.asset_name.clone(),
        grantee: grantee_mark(&desk, lang, &grantee),
        steps: filled(section, &values),
        action: format!("/a/{token}/{grant}/removed"),
        back: format!("/a/{token}"),
    })
}

/// "I have removed it."
pub async fn removed(
    State(desk): State<Desk>,
    Path((token, grant)): Path<(String, String)>,
    cookies: Cookies,
    Posted(form): Posted<Plain>,
) -> Result<Response, Error> {
    let (found, _) = open(&desk, &token, &cookies).await?;
    check(&desk, &found.token, &form.csrf)?;
    let row = access::get(&desk, &found, &grant).await?;
    let browser = cookies.find(Name::Browser);
    let passed = has_passed(&desk, &found, &cookies).await?;
    let who = Visitor { browser: browser.as_ref().map(|b| b.expose()), passed };
    if !access::may_revoke(&desk, &found, &row, who).await? {
        return Err(AppError::OtherBrowser.into());
    }
    attest::removed(&desk, &found.scope, &grant, Side::Client).await?;
    Ok(see(&format!("/a/{token}")))
}

/// The language that the agency chose for the request that gave this access.
pub(super) async fn locale(
    desk: &Desk,
    found: &Found,
    row: Option<&GrantRow>,
) -> Result<Option<String>, Error> {
    let Some(row) = row else { return Ok(None) };
    let request = desk.store.find_request(&found.scope, &row.request_id).await.map_err(AppError::from)?;
    Ok(request.and_then(|r| r.locale))
}

/// Whether the code that was mailed let this browser in.
async fn has_passed(desk: &Desk, found: &Found, cookies: &Cookies) -> Result<bool, Error> {
    let pass = cookies.find(Name::Access);
    Ok(access_code::has_passed(desk, found, pass.as_ref().map(|p| p.expose())).await?)
}

pub(super) async fn find(desk: &Desk, token: &str) -> Result<(Found, Agency), Error> {
    let found = access::find(desk, token).await?;
    let agency = desk.store.get_agency(&found.scope).await.map_err(AppError::from)?;
    Ok((found, agency))
}

/// The page behind a link that opens it still, by itself or for who gave a code.
async fn open(desk: &Desk, token: &str, cookies: &Cookies) -> Result<(Found, Agency), Error> {
    let (found, agency) = find(desk, token).await?;
    if access::is_over(desk, &found) && !has_passed(desk, &found, cookies).await? {
        return Err(Error::LinkExpired);
    }
    Ok((found, agency))
}
