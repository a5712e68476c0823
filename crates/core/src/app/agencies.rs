//! Agencies: added by the operator, their members signed in with one-time tickets.

use serde_json::json;
use valetkey_sdk::point;
use valetkey_sdk::secret::Secret;

use super::display_name::DisplayName;
use super::{AppError, api_keys, invalid};
use crate::defence;
use crate::desk::Desk;
use crate::engine::record;
use crate::ids::{AgencyId, GrantId, GranteeId, MemberId, RequestId};
use crate::store::agencies::{Agency, Member};
use crate::store::sessions::Kind;
use crate::store::{Scope, StoreError};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

pub struct NewAgency {
    pub name: String,
    pub owner: String,
    pub email: String,
}

pub struct Added {
    pub scope: Scope,
    pub owner: MemberId,
    /// Shown once.
    pub api_key: Secret,
}

pub async fn add(desk: &Desk, new: NewAgency) -> Result<Added, AppError> {
    let name = DisplayName::of_agency(desk, &new.name).await?.map_err(|e| e.in_field("name"))?.into_string();
    let owner_name = DisplayName::of_sender(&desk.registry, &new.owner).map_err(|e| e.in_field("owner"))?;
    if !new.email.contains('@') {
        return Err(invalid("email", "this is not an e-mail address"));
    }
    let id = AgencyId::new(&desk.clock, &desk.random);
    let owner = MemberId::new(&desk.clock, &desk.random);
    let agency = Agency {
        data_key: desk.new_data_key(&id),
        id,
        name: name.clone(),
        domain: None,
        accent: None,
        logo: None,
        created_at: desk.now_ms(),
    };
    let member =
        Member { id: owner.clone(), name: owner_name.into_string(), email: new.email, role: "owner".into() };
    let scope = desk.store.add_agency(agency, member).await?;
    let data = json!({"name": name});
    let subject = scope.agency().to_string();
    desk.store
        .commit(point!("add"), &scope, vec![record::audit(desk, "agency.added", &subject, None, data)])
        .await?;
    let made = api_keys::add(desk, &scope, "first key").await?;
    Ok(Added { scope, owner, api_key: made.secret })
}

/// Whose rows a caller works on: its own agency's, whatever the address names. Without T16's defence,
/// those of the agency that owns a row named there.
pub async fn scope_of(desk: &Desk, own: Scope, path: &str) -> Result<Scope, StoreError> {
    if defence::agency_scope() {
        return Ok(own);
    }
    for (scope, _) in desk.store.list_agencies_as_operator().await? {
        for id in path.split('/') {
            let is_there = desk.store.find_grant(&scope, &GrantId::from_text(id)).await?.is_some()
                || desk.store.find_request(&scope, &RequestId::from_text(id)).await?.is_some()
                || desk.store.find_grantee(&scope, &GranteeId::from_text(id)).await?.is_some();
            if is_there {
                return Ok(scope);
            }
        }
    }
    Ok(own)
}

/// A one-time ticket for a member, good for a day.
pub async fn ticket(desk: &Desk, scope: &Scope, member: &MemberId) -> Result<Secret, AppError> {
    let ticket = desk.random.token();
    let (hash, now) = (desk.hash_session(ticket.expose()), desk.now_ms());
    desk.store.add_session(Kind::Ticket, hash, scope, member, now, now + DAY_MS).await?;
    Ok(ticket)
}

pub fn sign_in_address(desk: &Desk, ticket: &Secret) -> String {
    format!("{}/sign-in?ticket={}", desk.public_url.as_str().trim_end_matches('/'), ticket.expose())
}
