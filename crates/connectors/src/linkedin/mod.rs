//! LinkedIn: a member of the agency gets a role in a client's ad accounts, at once.

mod api;
mod errors;
pub mod sim;

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::Value;
use valetkey_sdk::access::{
    AssetRef, AssetType, Entitlement, EntitlementState, Path, Principal, Side, Wish, roles,
};
use valetkey_sdk::connector::{Asset, Check, CheckState, Connector, Cx, Identity, Outcome};
use valetkey_sdk::lang::Lang;
use valetkey_sdk::page::{Cursor, Page, Sight};
use valetkey_sdk::remedy::Remedy;
use valetkey_sdk::{Error, ErrorKind, Result};

use self::api::{ACCOUNT, Api, MEMBER, text, unwrapped};

inventory::submit!(crate::Known(platform));

fn platform() -> crate::Platform {
    crate::platform(
        include_str!("manifest.toml"),
        include_str!("words.en.ftl"),
        Some(Arc::new(Linkedin)),
        Some(|| Box::new(sim::LinkedinSim::default())),
    )
    .translated(Lang::De, include_str!("words.de.ftl"), None)
}

/// Roles that may give and take access ("Account Access Controls").
const MAY_SHARE: [&str; 2] = ["ACCOUNT_MANAGER", "ACCOUNT_BILLING_ADMIN"];
/// States in which somebody with access could work ("Ad Accounts").
const OPEN: [&str; 2] = ["ACTIVE", "DRAFT"];

/// The connector. It keeps nothing between calls.
pub struct Linkedin;

#[async_trait]
impl Connector for Linkedin {
    async fn identify(&self, cx: &Cx<'_>, side: Side) -> Result<Identity> {
        let me = Api::new(cx, side)?.me().await?;
        let id = text(&me, "sub").ok_or_else(|| Error::unexpected("a member without an id"))?;
        Ok(Identity { id, name: text(&me, "name").unwrap_or_default(), scopes: None })
    }

    async fn discover(
        &self,
        cx: &Cx<'_>,
        side: Side,
        of: &AssetType,
        under: Option<&AssetRef>,
        at: Cursor,
    ) -> Result<Page<Asset>> {
        match (of.as_str(), under) {
            ("member", None) => own_member(cx, side, of).await,
            ("ad_account", None) => ad_accounts(&Api::new(cx, side)?, of, &at).await,
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
        let account = id(on)?;
        let list = match side {
            Side::Client => api.users_of(account, &at).await?,
            Side::Agency => api.own_roles(&at).await?,
        };
        let saw = !list.rows.is_empty() || at.0.is_some();
        let rows = list.rows.iter().filter_map(|row| entitlement(on, row));
        let items: Vec<_> = rows.filter(|e| of.is_none_or(|who| e.who.is(who))).collect();
        let sight = match side {
            // An account has users, at least the one who reads: an empty list hides something.
            Side::Client if saw => Sight::Full,
            Side::Client => Sight::Partial("LinkedIn shows nobody at all in this ad account".into()),
            Side::Agency if !items.is_empty() => Sight::Full,
            // One's own list: what is there is believed, its absence is not.
            Side::Agency => Sight::Partial("LinkedIn does not list this ad account for the agency".into()),
        };
        Ok(Page { items, next: list.next, sight })
    }

    async fn grant(&self, cx: &Cx<'_>, wish: &Wish, seen: Option<&Entitlement>) -> Result<Outcome> {
        let api = Api::new(cx, Side::Client)?;
        let (account, member) = (id(&wish.on)?, wish.who.id.as_str());
        let wanted = wish.roles();
        let role = wanted.first().filter(|_| wanted.len() == 1);
        let role = role.ok_or_else(|| Error::unexpected("at LinkedIn somebody holds exactly one role"))?;
        let taken = match seen {
            Some(_) => api.change_role(account, member, role).await,
            None => api.add(account, member, role).await,
        };
        taken.map_err(|e| explain(e, account, member))?;
        Ok(Outcome::Taken)
    }

    async fn revoke(&self, cx: &Cx<'_>, held: &Entitlement) -> Result<Outcome> {
        let (account, member) = (id(&held.on)?, held.who.id.as_str());
        let gone = Api::new(cx, Side::Client)?.remove(account, member).await;
        gone.map_err(|e| explain(e, account, member))?;
        Ok(Outcome::Taken)
    }
}

/// Who signed in, as what access can be given to.
async fn own_member(cx: &Cx<'_>, side: Side, of: &AssetType) -> Result<Page<Asset>> {
    let me = Api::new(cx, side)?.me().await?;
    let id = text(&me, "sub").ok_or_else(|| Error::unexpected("a member without an id"))?;
    let name = text(&me, "name").unwrap_or_else(|| id.clone());
    let on = AssetRef::known(of, id, None);
    Ok(Page::whole(vec![Asset { on, name, detail: text(&me, "email"), checks: Vec::new() }]))
}

/// Ad accounts in which the reader has a role. Their names are told one by one.
async fn ad_accounts(api: &Api<'_>, of: &AssetType, at: &Cursor) -> Result<Page<Asset>> {
    let list = api.own_roles(at).await?;
    let mut items = Vec::new();
    for row in &list.rows {
        let Some(account) = text(row, "account").and_then(|urn| unwrapped(&urn, ACCOUNT)) else { continue };
        let Some(facts) = api.find_account(&account).await? else { continue };
        let role = text(row, "role").unwrap_or_default();
        let status = text(&facts, "status").unwrap_or_default();
        let may = MAY_SHARE.contains(&role.as_str());
        let closed = || Remedy::new("account-closed").arg("status", &status);
        items.push(Asset {
            on: AssetRef::known(of, &account, None),
            name: text(&facts, "name").unwrap_or_else(|| account.clone()),
            detail: Some(
                [Some(account), text(&facts, "currency")]
                    .into_iter()
                    .flatten()
                    .collect::<Vec<_>>()
                    .join(", "),
            ),
            checks: vec![
                check("role", (!may).then(|| Remedy::new("role-too-small"))),
                check("open", (!OPEN.contains(&status.as_str())).then(closed)),
            ],
        });
    }
    Ok(Page { items, next: list.next, sight: Sight::Full })
}

fn check(id: &str, failed: Option<Remedy>) -> Check {
    Check { id: id.into(), state: failed.map_or(CheckState::Ok, CheckState::Failed) }
}

/// A row of ours, when it is about this account.
fn entitlement(on: &AssetRef, row: &Value) -> Option<Entitlement> {
    let account = unwrapped(&text(row, "account")?, ACCOUNT)?;
    let member = unwrapped(&text(row, "user")?, MEMBER)?;
    (on.id() == Some(account.as_str())).then(|| Entitlement {
        on: on.clone(),
        who: Principal::new("member", member),
        name: None,
        roles: roles([text(row, "role").unwrap_or_default()]),
        state: EntitlementState::Active,
        path: Path::Direct,
        native_id: None,
        two_factor: None,
        until: None,
    })
}

/// What the refusal of a write means for whoever has to mend it.
fn explain(e: Error, account: &str, member: &str) -> Error {
    let remedy = match e.kind {
        ErrorKind::NotFound => Remedy::new("not-there").arg("member", member),
        ErrorKind::Forbidden => Remedy::new("may-not"),
        _ => return e,
    };
    e.with_kind(ErrorKind::Rejected(Box::new(remedy.arg("asset", account))))
}

fn id(on: &AssetRef) -> Result<&str> {
    on.id().ok_or_else(|| Error::unexpected("an ad account without an id"))
}
