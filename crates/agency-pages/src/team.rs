//! Members: invited, given roles, removed.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use valetkey_core::app::roles::{Right, Role};
use valetkey_core::app::team::{self, Accepted, By};
use valetkey_core::app::{AppError, api_keys, domain_name};
use valetkey_core::desk::Desk;
use valetkey_core::store::agencies::Member;
use valetkey_core::store::api_keys::ApiKey;
use valetkey_pages::cookies::{Cookies, Name};
use valetkey_pages::forms::{Plain, Posted, Typed};
use valetkey_pages::frame::{frame, initials, when};
use valetkey_pages::language::Speech;
use valetkey_pages::page_words::english;
use valetkey_pages::{Error, page, see, see_with, sentence};
use valetkey_sdk::secret::Secret;

use super::SignedIn;
use super::sign_in::Stranger;
use crate::view::compose::Choice;
use crate::view::team::{Accept, InvitationRow, MemberRow, Remove, RoleChoice, Team};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invite {
    csrf: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    role: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Appoint {
    csrf: String,
    #[serde(default)]
    role: String,
}

fn by(who: &SignedIn) -> By<'_> {
    By { scope: &who.scope, member: &who.member }
}

pub async fn list(State(desk): State<Desk>, who: SignedIn) -> Result<Response, Error> {
    team_page(&desk, &who, None, String::new(), None).await
}

async fn team_page(
    desk: &Desk,
    who: &SignedIn,
    made: Option<(String, String)>,
    email: String,
    problem: Option<String>,
) -> Result<Response, Error> {
    let all = desk.store.list_members(&who.scope).await.map_err(AppError::from)?;
    let owners = all.iter().filter(|m| m.role == "owner").count();
    let open = desk.store.list_invitations(&who.scope, desk.now_ms()).await.map_err(AppError::from)?;
    let claimed = desk.store.find_claimed_domain(&who.scope).await.map_err(AppError::from)?;
    let keys = match who.may(Right::Govern) {
        true => desk.store.list_api_keys(&who.scope).await.map_err(AppError::from)?,
        false => Vec::new(),
    };
    let verified = who.agency.domain.clone().map(|d| (d, true));
    page(&Team {
        frame: who.frame(desk, "Team"),
        rail: who.rail("team"),
        members: all.iter().map(|m| member_row(who, m, owners, &keys)).collect(),
        invitations: open
            .into_iter()
            .map(|i| InvitationRow {
                id: i.id.to_string(),
                email: i.email,
                role: i.role,
                until: when(desk, english(), i.expires_at),
            })
            .collect(),
        roles: appointable(who)
            .map(|r| RoleChoice { value: r.as_str(), label: label(r), meaning: r.meaning() })
            .collect(),
        made,
        email,
        problem,
        domain: verified.or(claimed.map(|d| (d, false))).map(|(d, is)| (domain_name::shown(&d), is)),
    })
}

fn label(role: Role) -> &'static str {
    match role {
        Role::Owner => "Owner",
        Role::Admin => "Admin",
        Role::Manager => "Manager",
        Role::Viewer => "Viewer",
    }
}

/// The roles that this member may give, the least first.
fn appointable(who: &SignedIn) -> impl Iterator<Item = Role> {
    let role = who.role();
    let order = [Role::Manager, Role::Viewer, Role::Admin, Role::Owner];
    order.into_iter().filter(move |r| role.may_appoint(*r))
}

fn member_row(who: &SignedIn, m: &Member, owners: usize, keys: &[ApiKey]) -> MemberRow {
    let role = Role::of(&m.role);
    let last = role == Role::Owner && owners == 1;
    let may = who.may(Right::Govern) && who.role().may_appoint(role) && !last;
    let choice = |r: Role| Choice { value: r.as_str().into(), label: label(r).into(), chosen: r == role };
    MemberRow {
        id: m.id.to_string(),
        name: m.name.clone(),
        initials: initials(&m.name),
        email: m.email.clone(),
        role: label(role).into(),
        is_me: m.id == who.member.id,
        roles: if may { appointable(who).map(choice).collect() } else { Vec::new() },
        removable: may,
        keys: keys.iter().filter(|k| k.made_by.as_ref() == Some(&m.id)).count(),
    }
}

pub async fn invite(
    State(desk): State<Desk>,
    who: SignedIn,
    Posted(form): Posted<Invite>,
) -> Result<Response, Error> {
    who.require(Right::Govern)?;
    who.check(&desk, &form.csrf)?;
    match team::invite(&desk, &by(&who), &form.email, &form.role).await {
        Ok(url) => team_page(&desk, &who, Some((form.email, url)), String::new(), None).await,
        Err(AppError::Invalid { problem, .. }) => {
            let page = team_page(&desk, &who, None, form.email, Some(sentence(&problem))).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(e) => Err(e.into()),
    }
}

pub async fn withdraw(
    State(desk): State<Desk>,
    Path(id): Path<String>,
    who: SignedIn,
    Posted(form): Posted<Plain>,
) -> Result<Response, Error> {
    who.require(Right::Govern)?;
    who.check(&desk, &form.csrf)?;
    team::withdraw(&desk, &by(&who), &id).await?;
    Ok(see("/team"))
}

pub async fn set_role(
    State(desk): State<Desk>,
    Path(id): Path<String>,
    who: SignedIn,
    Posted(form): Posted<Appoint>,
) -> Result<Response, Error> {
    who.require(Right::Govern)?;
    who.check(&desk, &form.csrf)?;
    team::set_role(&desk, &by(&who), &id, &form.role).await?;
    Ok(see("/team"))
}

/// What removing somebody means, before it happens.
pub async fn review_remove(
    State(desk): State<Desk>,
    Path(id): Path<String>,
    who: SignedIn,
) -> Result<Response, Error> {
    who.require(Right::Govern)?;
    let all = desk.store.list_members(&who.scope).await.map_err(AppError::from)?;
    let member = all.into_iter().find(|m| m.id.as_str() == id).ok_or(AppError::NotFound("the member"))?;
    let keys = api_keys::list_of(&desk, &who.scope, &member.id).await?;
    page(&Remove {
        frame: who.frame(&desk, "Remove a member"),
        rail: who.rail("team"),
        action: format!("/team/{}/remove", member.id),
        keys: keys.into_iter().map(|k| k.label).collect(),
        name: member.name,
        email: member.email,
    })
}

pub async fn remove(
    State(desk): State<Desk>,
    Path(id): Path<String>,
    who: SignedIn,
    Posted(form): Posted<Plain>,
) -> Result<Response, Error> {
    who.require(Right::Govern)?;
    who.check(&desk, &form.csrf)?;
    team::remove(&desk, &by(&who), &id).await?;
    Ok(see("/team"))
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Join {
    csrf: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    password: Typed,
}

pub async fn show_invitation(
    State(desk): State<Desk>,
    Path(token): Path<String>,
    cookies: Cookies,
) -> Result<Response, Error> {
    invitation_page(&desk, &Secret::new(token), cookies, String::new(), None).await
}

async fn invitation_page(
    desk: &Desk,
    token: &Secret,
    cookies: Cookies,
    name: String,
    problem: Option<(&'static str, String)>,
) -> Result<Response, Error> {
    let stranger = Stranger::of(desk, &cookies);
    let found = team::find_invitation(desk, token).await?;
    let (field, problem) = problem.unzip();
    let status = if found.is_some() { StatusCode::OK } else { StatusCode::NOT_FOUND };
    let response = page(&Accept {
        frame: frame(
            desk,
            &Speech::english(),
            "Join",
            found.as_ref().map(|(_, agency, _)| agency),
            stranger.csrf(desk),
        ),
        action: found.as_ref().map(|_| format!("/invitations/{}", token.expose())),
        email: found.as_ref().map(|(_, _, i)| i.email.clone()).unwrap_or_default(),
        role: found.as_ref().map(|(_, _, i)| i.role.clone()).unwrap_or_default(),
        name,
        field: field.unwrap_or_default(),
        problem,
    })?;
    Ok((status, stranger.remember(cookies, response)).into_response())
}

pub async fn join(
    State(desk): State<Desk>,
    Path(token): Path<String>,
    cookies: Cookies,
    Posted(form): Posted<Join>,
) -> Result<Response, Error> {
    Stranger::of(&desk, &cookies).check(&desk, &form.csrf)?;
    let token = Secret::new(token);
    match team::accept(&desk, &token, &form.name, &form.password.0).await? {
        Accepted::In(cookie) => Ok(see_with(cookies.set(Name::Session, &cookie), "/")),
        Accepted::Refused(field, why) => refused(&desk, &token, cookies, form.name, Some((field, why))).await,
        Accepted::Over => invitation_page(&desk, &token, cookies, form.name, None).await,
    }
}

async fn refused(
    desk: &Desk,
    token: &Secret,
    cookies: Cookies,
    name: String,
    problem: Option<(&'static str, String)>,
) -> Result<Response, Error> {
    let page = invitation_page(desk, token, cookies, name, problem).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}
