//! Who has access, who is invited, and how well that could be seen.

use serde_json::Value;
use valetkey_sdk::access::{AssetRef, Entitlement, EntitlementState, Party, Path, Principal, Side, roles};
use valetkey_sdk::call;
use valetkey_sdk::page::{Cursor, Page, Sight};
use valetkey_sdk::{Error, Result};

use super::api::{Api, expires_at, is_login, text};
use super::id;

/// One person on one asset.
pub struct Reading<'a> {
    pub api: &'a Api<'a>,
    pub on: &'a AssetRef,
    pub who: &'a Principal,
    /// How long invitations stay open.
    pub life_s: Option<i64>,
}

impl Reading<'_> {
    pub async fn page(&self, side: Side, at: &Cursor) -> Result<Page<Entitlement>> {
        match (self.on.of().as_str(), side) {
            ("repository", Side::Client) => self.repository(at).await,
            ("repository", Side::Agency) => self.own_repository(at).await,
            ("organization", Side::Agency) => self.own_membership().await,
            ("organization", Side::Client) => {
                let org = id(self.on)?;
                self.membership(org, &format!("/orgs/{org}"), at).await
            }
            ("team", Side::Client) => {
                let (org, slug) = super::team(self.on)?;
                self.membership(org, &format!("/orgs/{org}/teams/{slug}"), at).await
            }
            (of, _) => Err(Error::unsupported(&format!("reading {of} from this side"))),
        }
    }

    /// An owner sees members and those who are invited; until when is only in the list of invitations.
    async fn membership(&self, org: &str, place: &str, at: &Cursor) -> Result<Page<Entitlement>> {
        let Some(row) =
            self.api.find(call!("a membership"), &format!("{place}/memberships/{}", self.who.id)).await?
        else {
            return Ok(Page { items: Vec::new(), next: None, sight: self.canary(org).await? });
        };
        let role = text(&row, "role").unwrap_or_default();
        if text(&row, "state").as_deref() != Some("pending") {
            return Ok(Page::whole(vec![self.active(role)]));
        }
        let list = self.api.list(call!("invitations"), &format!("/orgs/{org}/invitations"), &[], at).await?;
        let invitation = list.rows.iter().find(|row| is_login(row, "login", &self.who.id));
        match (invitation, list.next) {
            (Some(invitation), _) => Ok(Page::whole(vec![self.waiting(role, Some(invitation))])),
            (None, Some(next)) => Ok(Page { items: Vec::new(), next: Some(next), sight: Sight::Full }),
            (None, None) => Ok(Page::whole(vec![self.waiting(role, None)])),
        }
    }

    /// "Not there" is also said to people who may not look: only an owner sees everybody.
    async fn canary(&self, org: &str) -> Result<Sight> {
        let own = self.api.find(call!("own membership"), &format!("/user/memberships/orgs/{org}")).await?;
        let is_owner = own.is_some_and(|own| {
            text(&own, "role").as_deref() == Some("admin") && text(&own, "state").as_deref() == Some("active")
        });
        Ok(if is_owner {
            Sight::Full
        } else {
            Sight::Partial("the person who signed in does not own the organization any more".into())
        })
    }

    /// The invited person's own view. That nothing is there could also mean that it is hidden.
    async fn own_membership(&self) -> Result<Page<Entitlement>> {
        let org = id(self.on)?;
        let row = self.api.find(call!("own membership"), &format!("/user/memberships/orgs/{org}")).await?;
        let mine = row.filter(|row| is_login(row, "user.login", &self.who.id));
        let item = mine.map(|row| {
            let role = text(&row, "role").unwrap_or_default();
            match text(&row, "state").as_deref() {
                Some("pending") => self.waiting(role, None),
                _ => self.active(role),
            }
        });
        Ok(own(item.into_iter().collect(), None))
    }

    /// People added directly, then invitations. Only an admin is shown invitations at all, so whoever gets
    /// that list sees everything.
    async fn repository(&self, at: &Cursor) -> Result<Page<Entitlement>> {
        let repo = id(self.on)?;
        let (part, at) = at.0.as_deref().and_then(|c| c.split_once(':')).unwrap_or(("people", "1"));
        let at = Cursor(Some(at.to_owned()));
        if part == "people" {
            let direct = [("affiliation", "direct")];
            let list = self
                .api
                .list(call!("collaborators"), &format!("/repos/{repo}/collaborators"), &direct, &at)
                .await?;
            let found = list.rows.iter().find(|row| is_login(row, "login", &self.who.id));
            let items = found.map(|row| self.active(text(row, "role_name").unwrap_or_default()));
            let next = match list.next {
                Some(next) => format!("people:{}", next.0.unwrap_or_default()),
                None => "invitations:1".to_owned(),
            };
            let next = Some(Cursor(Some(next)));
            return Ok(Page { items: items.into_iter().collect(), next, sight: Sight::Full });
        }
        let list =
            self.api.list(call!("invitations"), &format!("/repos/{repo}/invitations"), &[], &at).await?;
        let found = list.rows.iter().find(|row| is_login(row, "invitee.login", &self.who.id));
        let items = found.map(|row| self.waiting(text(row, "permissions").unwrap_or_default(), Some(row)));
        let next = list.next.map(|next| Cursor(next.0.map(|page| format!("invitations:{page}"))));
        Ok(Page { items: items.into_iter().collect(), next, sight: Sight::Full })
    }

    /// The person's own view: what waits for their yes, and what they may do.
    async fn own_repository(&self, at: &Cursor) -> Result<Page<Entitlement>> {
        let repo = id(self.on)?;
        let list = self.api.list(call!("own invitations"), "/user/repository_invitations", &[], at).await?;
        let waits = list.rows.iter().find(|row| {
            is_login(row, "repository.full_name", repo) && is_login(row, "invitee.login", &self.who.id)
        });
        if let Some(row) = waits {
            let role = text(row, "permissions").unwrap_or_default();
            return Ok(own(vec![self.waiting(role, Some(row))], None));
        }
        if list.next.is_some() {
            return Ok(own(Vec::new(), list.next));
        }
        let row = self.api.find(call!("the repository"), &format!("/repos/{repo}")).await?;
        // Everybody may read a public one, so that proves nothing.
        let role = row.and_then(|row| {
            let role = text(&row, "role_name").or_else(|| highest(&row))?;
            let public = row.get("private").and_then(Value::as_bool) == Some(false);
            (role != "read" || !public).then_some(role)
        });
        Ok(own(role.map(|role| self.active(role)).into_iter().collect(), None))
    }

    fn active(&self, role: String) -> Entitlement {
        Entitlement {
            on: self.on.clone(),
            who: self.who.clone(),
            name: None,
            roles: roles([role]),
            state: EntitlementState::Active,
            path: Path::Direct,
            native_id: None,
            two_factor: None,
            until: None,
        }
    }

    fn waiting(&self, role: String, invitation: Option<&Value>) -> Entitlement {
        let expires_at = invitation.and_then(|row| expires_at(row, self.life_s));
        Entitlement {
            state: EntitlementState::Pending { by: Party::Invitee, expires_at },
            native_id: invitation.and_then(|row| text(row, "id")),
            two_factor: None,
            ..self.active(role)
        }
    }
}

/// One's own view: a row that is there is believed, its absence is not.
fn own(items: Vec<Entitlement>, next: Option<Cursor>) -> Page<Entitlement> {
    let sight = match items.is_empty() {
        true => Sight::Partial("GitHub shows the invited person nothing there, or hides it".into()),
        false => Sight::Full,
    };
    Page { items, next, sight }
}

/// The role behind the five switches, where no role is named.
fn highest(row: &Value) -> Option<String> {
    let has =
        |switch: &str| row.pointer(&format!("/permissions/{switch}")).and_then(Value::as_bool) == Some(true);
    let ladder = [
        ("admin", "admin"),
        ("maintain", "maintain"),
        ("push", "write"),
        ("triage", "triage"),
        ("pull", "read"),
    ];
    ladder.into_iter().find(|(switch, _)| has(switch)).map(|(_, role)| role.to_owned())
}
