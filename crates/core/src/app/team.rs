//! Who is a member, and with which role. Invitations work once, for one e-mail address (T19).

use serde_json::json;
use valetkey_sdk::secret::Secret;

use super::display_name::DisplayName;
use super::members;
use super::roles::{Right, Role};
use super::{AppError, api_keys, invalid, passwords};
use crate::desk::{At, Desk};
use crate::engine::record;
use crate::ids::{InvitationId, MemberId};
use crate::store::agencies::{Agency, Member};
use crate::store::api_keys::ApiKey;
use crate::store::audit::Entry;
use crate::store::invitations::Invitation;
use crate::store::{Scope, StoreError};

const INVITATION_MS: i64 = 7 * 24 * 60 * 60 * 1000;

/// Who acts, and what that lets them do.
pub struct By<'a> {
    pub scope: &'a Scope,
    pub member: &'a Member,
}

impl By<'_> {
    /// Fails unless this member may make somebody that, or take it from them.
    fn check(&self, role: Role) -> Result<(), AppError> {
        if Role::of(&self.member.role).may_appoint(role) {
            return Ok(());
        }
        Err(AppError::Conflict("only an owner decides who is an owner".into()))
    }
}

fn role_of(word: &str) -> Result<Role, AppError> {
    Role::parse(word).ok_or_else(|| invalid("role", "choose owner, admin, manager or viewer"))
}

/// Invites somebody; the address is for them alone.
pub async fn invite(desk: &Desk, by: &By<'_>, email: &str, role: &str) -> Result<String, AppError> {
    let role = role_of(role)?;
    by.check(role)?;
    if let Some(problem) = members::email_problem(email) {
        return Err(invalid("email", problem));
    }
    let email = email.trim().to_lowercase();
    let there = desk.store.list_members(by.scope).await?;
    if there.iter().any(|m| m.email.eq_ignore_ascii_case(&email)) {
        return Err(invalid("email", "somebody with this address is a member already"));
    }
    let (now, token) = (desk.now_ms(), desk.random.token());
    let invitation = Invitation {
        id: InvitationId::new(&desk.clock, &desk.random),
        email: email.clone(),
        role: role.as_str().into(),
        invited_by: by.member.id.clone(),
        created_at: now,
        expires_at: now + INVITATION_MS,
    };
    let sealed = desk.seal(by.scope, at(&invitation.id), token.expose().as_bytes()).await?;
    let data = json!({"email": email, "role": role.as_str()});
    let entry = record::entry(desk, "member.invited", invitation.id.as_str(), data);
    let link = (desk.hash_link(token.expose()), sealed);
    desk.store.add_invitation(by.scope, invitation, link, entry).await?;
    Ok(address(desk, &token))
}

fn at(id: &InvitationId) -> At<'_> {
    At("link", "sealed", id.as_str())
}

fn address(desk: &Desk, token: &Secret) -> String {
    format!("{}/invitations/{}", desk.public_url.as_str().trim_end_matches('/'), token.expose())
}

/// Withdraws an invitation that nobody took up.
pub async fn withdraw(desk: &Desk, by: &By<'_>, id: &str) -> Result<(), AppError> {
    let id = InvitationId::from_text(id);
    let found = desk.store.find_invitation(by.scope, &id, desk.now_ms()).await?;
    let found = found.ok_or(AppError::NotFound("the invitation"))?;
    by.check(Role::of(&found.role))?;
    let entry = record::entry(desk, "member.uninvited", id.as_str(), json!({"email": found.email}));
    Ok(desk.store.end_invitation(by.scope, id, desk.now_ms(), entry).await?)
}

/// The invitation behind an address, and whose it is, while it can be taken up.
pub async fn find_invitation(
    desk: &Desk,
    token: &Secret,
) -> Result<Option<(Scope, Agency, Invitation)>, AppError> {
    let hash = desk.hash_link(token.expose());
    let Some((scope, invitation)) = desk.store.find_invitation_link(&hash, desk.now_ms()).await? else {
        return Ok(None);
    };
    let agency = desk.store.get_agency(&scope).await?;
    Ok(Some((scope, agency, invitation)))
}

/// What came of taking up an invitation.
pub enum Accepted {
    /// Signed in with this cookie.
    In(Secret),
    /// The field, and what to do.
    Refused(&'static str, String),
    /// It was taken up, withdrawn, or is too old.
    Over,
}

/// Makes whoever holds the address a member, with the invited e-mail address and role.
pub async fn accept(
    desk: &Desk,
    token: &Secret,
    name: &str,
    password: &Secret,
) -> Result<Accepted, AppError> {
    let Some((scope, agency, invitation)) = find_invitation(desk, token).await? else {
        return Ok(Accepted::Over);
    };
    let name = match DisplayName::of_sender(&desk.registry, name) {
        Ok(name) => name.into_string(),
        Err(unfit) => return Ok(Accepted::Refused("name", unfit.sentence())),
    };
    if let Some(problem) = passwords::problem(password, &invitation.email, &agency.name) {
        return Ok(Accepted::Refused("password", problem));
    }
    let hash = passwords::hash(desk, password).await?;
    let member = Member {
        id: MemberId::new(&desk.clock, &desk.random),
        name,
        email: invitation.email,
        role: invitation.role,
    };
    let (cookie, session) = members::new_session(desk);
    let data = json!({"role": member.role, "invitation": invitation.id});
    let entry = record::entry(desk, "member.joined", member.id.as_str(), data);
    match desk.store.accept_invitation(&scope, invitation.id, member, hash, session, entry).await {
        Ok(()) => Ok(Accepted::In(cookie)),
        Err(StoreError::Stale(_)) => Ok(Accepted::Over),
        Err(StoreError::Duplicate(_)) => Ok(Accepted::Refused(
            "password",
            "Somebody signs in with this e-mail address already. Ask for an invitation to another one."
                .into(),
        )),
        Err(e) => Err(e.into()),
    }
}

async fn get(desk: &Desk, scope: &Scope, id: &str) -> Result<Member, AppError> {
    let all = desk.store.list_members(scope).await?;
    all.into_iter().find(|m| m.id.as_str() == id).ok_or(AppError::NotFound("the member"))
}

/// Gives a member another role; it holds from their next click on.
pub async fn set_role(desk: &Desk, by: &By<'_>, id: &str, role: &str) -> Result<(), AppError> {
    let member = get(desk, by.scope, id).await?;
    let role = role_of(role)?;
    by.check(Role::of(&member.role))?;
    by.check(role)?;
    let data = json!({"from": member.role, "to": role.as_str(), "name": member.name});
    let mut entries = vec![record::entry(desk, "member.role_changed", member.id.as_str(), data)];
    let keeps_keys = role.may(Right::Govern);
    if !keeps_keys {
        entries.extend(ended_keys(desk, by.scope, &member).await?);
    }
    let to = (role.as_str(), keeps_keys);
    let changed = desk.store.set_role(by.scope, &member.id, member.role, to, entries).await?;
    if changed { Ok(()) } else { Err(last_owner()) }
}

/// A record of each key that ends with this member's rights.
async fn ended_keys(desk: &Desk, scope: &Scope, member: &Member) -> Result<Vec<Entry>, AppError> {
    let keys = api_keys::list_of(desk, scope, &member.id).await?;
    let ended = |k: ApiKey| {
        let data = json!({"label": k.label, "with": member.id});
        record::entry(desk, "api_key.ended", k.id.as_str(), data)
    };
    Ok(keys.into_iter().map(ended).collect())
}

/// Removes a member: sessions, password and the API keys they made end in the same moment. They have seen the
/// keys, so nobody else can take them over.
pub async fn remove(desk: &Desk, by: &By<'_>, id: &str) -> Result<(), AppError> {
    let member = get(desk, by.scope, id).await?;
    by.check(Role::of(&member.role))?;
    let data = json!({"name": member.name});
    let mut entries = vec![record::entry(desk, "member.removed", member.id.as_str(), data)];
    entries.extend(ended_keys(desk, by.scope, &member).await?);
    let removed = desk.store.remove_member(by.scope, &member.id, member.role, desk.now_ms(), entries).await?;
    if removed { Ok(()) } else { Err(last_owner()) }
}

fn last_owner() -> AppError {
    AppError::Conflict("this is the only owner: make somebody else an owner first".into())
}
