//! GitHub: a person of the agency is invited to a client's organizations, teams and repositories.

mod api;
mod discovery;
mod errors;
mod everybody;
mod reading;
pub mod sim;

use std::sync::Arc;

use async_trait::async_trait;
use valetkey_sdk::access::{
    AssetRef, AssetType, Entitlement, EntitlementState, Party, Principal, Side, Wish,
};
use valetkey_sdk::call;
use valetkey_sdk::connector::{Asset, Connector, Cx, Identity, Outcome};
use valetkey_sdk::lang::Lang;
use valetkey_sdk::page::{Cursor, Page};
use valetkey_sdk::remedy::Remedy;
use valetkey_sdk::{Error, ErrorKind, Result};

use self::api::{Api, Taken, expires_at, is_login, text};
use self::reading::Reading;

inventory::submit!(crate::Known(platform));

fn platform() -> crate::Platform {
    crate::platform(
        include_str!("manifest.toml"),
        include_str!("words.en.ftl"),
        Some(Arc::new(Github)),
        Some(|| Box::new(sim::GithubSim::default())),
    )
    .translated(Lang::De, include_str!("words.de.ftl"), None)
}

/// The connector. It keeps nothing between calls.
pub struct Github;

#[async_trait]
impl Connector for Github {
    async fn identify(&self, cx: &Cx<'_>, side: Side) -> Result<Identity> {
        let me = Api::new(cx, side)?.get(call!("who signed in"), "/user").await?;
        let granted = me.headers.get("x-oauth-scopes").and_then(|scopes| scopes.to_str().ok());
        Ok(Identity {
            id: text(&me.body, "id").ok_or_else(|| Error::unexpected("a profile without an id"))?,
            name: text(&me.body, "name").or_else(|| text(&me.body, "login")).unwrap_or_default(),
            scopes: granted.map(with_what_they_bring),
        })
    }

    async fn discover(
        &self,
        cx: &Cx<'_>,
        side: Side,
        of: &AssetType,
        under: Option<&AssetRef>,
        at: Cursor,
    ) -> Result<Page<Asset>> {
        let api = Api::new(cx, side)?;
        match (of.as_str(), under.and_then(AssetRef::id)) {
            ("user", None) => discovery::own_account(&api, of).await,
            ("organization", None) => discovery::organizations(&api, of, &at).await,
            ("team", Some(org)) => discovery::teams(&api, of, org, &at).await,
            ("repository", Some(org)) => discovery::repositories(&api, of, org, &at).await,
            ("repository", None) => discovery::own_repositories(&api, of, &at).await,
            _ => Err(Error::unsupported(&format!("listing {of}"))),
        }
    }

    async fn entitlements(
        &self,
        cx: &Cx<'_>,
        side: Side,
        on: &AssetRef,
        of: Option<&Principal>,
        at: Cursor,
    ) -> Result<Page<Entitlement>> {
        let api = Api::new(cx, side)?;
        let life_s = cx.manifest.asset(on.of())?.native_expiry_s;
        let Some(who) = of else {
            return match side {
                Side::Client => everybody::held(&api, on, life_s, &at).await,
                Side::Agency => Err(Error::unsupported("reading without naming a person")),
            };
        };
        Reading { api: &api, on, who, life_s }.page(side, &at).await
    }

    async fn grant(&self, cx: &Cx<'_>, wish: &Wish, _seen: Option<&Entitlement>) -> Result<Outcome> {
        let api = Api::new(cx, Side::Client)?;
        let (role, login) = (only_role(wish)?, wish.who.id.as_str());
        let taken = match wish.on.of().as_str() {
            // A user's own repository knows one kind of collaborator, and GitHub ignores a wish for less.
            "repository" if wish.on.parent().is_none() && role != "write" => {
                return Err(Error::rejected(
                    Remedy::new("one-level-only"),
                    "only write access can be given there",
                ));
            }
            "repository" => api.add_collaborator(id(&wish.on)?, login, asked_as(&role)).await,
            "organization" => api.set_membership(&format!("/orgs/{}", id(&wish.on)?), login, &role).await,
            "team" => {
                let (org, slug) = team(&wish.on)?;
                api.set_membership(&format!("/orgs/{org}/teams/{slug}"), login, &role).await
            }
            other => return Err(Error::unsupported(&format!("giving access to {other}"))),
        };
        let taken = taken.map_err(|e| explain(e, wish))?;
        Ok(outcome(&taken, cx.manifest.asset(wish.on.of())?.native_expiry_s))
    }

    /// The invited person's own credential says yes.
    async fn accept(&self, cx: &Cx<'_>, pending: &Entitlement) -> Result<Outcome> {
        let api = Api::new(cx, Side::Agency)?;
        let me = api.get(call!("who signed in"), "/user").await?.body;
        if !is_login(&me, "login", &pending.who.id) {
            return Err(Error::rejected(Remedy::new("other-person"), "somebody else is signed in"));
        }
        match (pending.on.of().as_str(), &pending.native_id) {
            ("repository", Some(invitation)) => api.accept_repository_invitation(invitation).await?,
            ("organization", _) => api.accept_membership(id(&pending.on)?).await?,
            ("team", _) => api.accept_membership(team(&pending.on)?.0).await?,
            (other, _) => return Err(Error::unexpected(format!("no invitation to a {other} was seen"))),
        };
        Ok(Outcome::Taken)
    }

    async fn revoke(&self, cx: &Cx<'_>, held: &Entitlement) -> Result<Outcome> {
        let api = Api::new(cx, Side::Client)?;
        let login = held.who.id.as_str();
        let waits = matches!(held.state, EntitlementState::Pending { .. });
        let invitation = held.native_id.as_deref().filter(|_| waits);
        let taken = match (held.on.of().as_str(), invitation) {
            ("repository", Some(invitation)) => {
                api.cancel_repository_invitation(id(&held.on)?, invitation).await
            }
            ("repository", None) => api.remove_collaborator(id(&held.on)?, login).await,
            ("organization", _) => api.end_membership(&format!("/orgs/{}", id(&held.on)?), login).await,
            ("team", invitation) => leave_team(&api, &held.on, login, invitation).await,
            (other, _) => return Err(Error::unsupported(&format!("removing access to {other}"))),
        };
        match taken {
            Ok(_) => Ok(Outcome::Taken),
            Err(e) if e.kind == ErrorKind::Forbidden => Err(needs_admin(e)),
            Err(e) => Err(e),
        }
    }
}

/// An invitation to this team alone is cancelled as a whole: otherwise the person could still join the
/// organization after we said that it is over. Somebody who is in leaves the team only.
async fn leave_team(api: &Api<'_>, on: &AssetRef, login: &str, invitation: Option<&str>) -> Result<Taken> {
    let (org, slug) = team(on)?;
    if let Some(invitation) = invitation {
        let path = format!("/orgs/{org}/invitations/{invitation}/teams");
        let list = api.list(call!("teams of an invitation"), &path, &[], &Cursor(None)).await?;
        if list.rows.len() == 1 && text(&list.rows[0], "slug").as_deref() == Some(slug) {
            return api.cancel_organization_invitation(org, invitation).await;
        }
    }
    api.end_membership(&format!("/orgs/{org}/teams/{slug}"), login).await
}

/// 201 carries an invitation to a repository; a membership says itself whether it waits.
fn outcome(taken: &Taken, life_s: Option<i64>) -> Outcome {
    let waits = taken.status == 201 || text(&taken.body, "state").as_deref() == Some("pending");
    match waits {
        true => Outcome::Pending { by: Party::Invitee, expires_at: expires_at(&taken.body, life_s) },
        false => Outcome::Taken,
    }
}

/// Whom to ask, where GitHub only says no.
fn explain(e: Error, wish: &Wish) -> Error {
    match e.kind {
        ErrorKind::Forbidden => needs_admin(e),
        // GitHub does not tell whether the asset or the person is missing.
        ErrorKind::NotFound => {
            let asset = wish.on.id().unwrap_or_default();
            let remedy = Remedy::new("not-there").arg("asset", asset).arg("login", &wish.who.id);
            e.with_kind(ErrorKind::Rejected(Box::new(remedy)))
        }
        _ => e,
    }
}

fn needs_admin(e: Error) -> Error {
    e.with_kind(ErrorKind::Rejected(Box::new(Remedy::new("needs-admin"))))
}

/// The collaborators call takes two roles under other names than those they are read back with.
fn asked_as(role: &str) -> &str {
    match role {
        "read" => "pull",
        "write" => "push",
        other => other,
    }
}

/// At GitHub somebody holds one role, which includes the lower ones.
fn only_role(wish: &Wish) -> Result<String> {
    let mut roles = wish.roles().into_iter();
    match (roles.next(), roles.next()) {
        (Some(role), None) => Ok(role),
        _ => Err(Error::unexpected("one role can be given at a time")),
    }
}

/// GitHub reports a scope without those that it brings. Source: "Scopes for OAuth apps", read 2026-11-23.
fn with_what_they_bring(granted: &str) -> Vec<String> {
    let own = granted.split(',').map(str::trim).filter(|scope| !scope.is_empty());
    let all = own.flat_map(|scope| {
        let brought: &[&str] = match scope {
            "admin:org" => &["write:org", "read:org"],
            "write:org" => &["read:org"],
            "repo" => &["public_repo", "repo:invite"],
            _ => &[],
        };
        std::iter::once(scope).chain(brought.iter().copied())
    });
    all.map(str::to_owned).collect()
}

/// Organization and slug of a team.
fn team(on: &AssetRef) -> Result<(&str, &str)> {
    id(on)?.split_once('/').ok_or_else(|| Error::unexpected("a team's id is organization/slug"))
}

fn id(on: &AssetRef) -> Result<&str> {
    on.id().ok_or_else(|| Error::unexpected("the asset's id is not known yet"))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn scopes_are_read_with_what_they_bring() {
        let all = with_what_they_bring("admin:org, repo");
        for scope in ["admin:org", "read:org", "write:org", "repo", "repo:invite"] {
            assert!(all.iter().any(|s| s == scope), "{scope}");
        }
        assert!(with_what_they_bring("").is_empty());
    }

    #[test]
    fn an_invitation_and_a_membership_say_whether_somebody_has_to_accept() {
        let taken = |status, body: Value| Taken { status, body, headers: http::HeaderMap::new() };
        let invited = taken(201, serde_json::json!({"created_at": "2026-11-01T10:00:00Z"}));
        let until = "2026-11-08T10:00:00Z".parse().ok();
        assert_eq!(
            outcome(&invited, Some(604_800)),
            Outcome::Pending { by: Party::Invitee, expires_at: until }
        );
        assert_eq!(outcome(&taken(204, Value::Null), None), Outcome::Taken);
        let waits = taken(200, serde_json::json!({"state": "pending"}));
        assert!(matches!(outcome(&waits, None), Outcome::Pending { expires_at: None, .. }));
        assert_eq!(outcome(&taken(200, serde_json::json!({"state": "active"})), None), Outcome::Taken);
    }
}
