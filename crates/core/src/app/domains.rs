//! The domain that an agency says is its own: claimed, looked for, given up. Clients see it once it is proved (T13).

use serde_json::json;
use valetkey_sdk::point;

use super::domain_name::{self, DomainName, Unfit, record_name};
use super::{AppError, display_name};
use crate::desk::Desk;
use crate::engine::state::domain::{AGAIN_MS, Proof};
use crate::engine::{domain, record};
use crate::store::administer::Administer;
use crate::store::agencies::Agency;
use crate::store::domains::DomainProof;
use crate::store::{Scope, Write};

/// Asked more often than this, in milliseconds, the answer is the one before.
const PAUSE_MS: i64 = 5_000;

/// The record that proves a domain, for whoever sets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    pub name: String,
    pub value: String,
}

/// What has to be set where.
pub fn record_of(desk: &Desk, agency: &Agency, domain: &str) -> Record {
    Record { name: record_name(domain), value: domain::value(desk, &agency.id, domain) }
}

/// Says that a domain is this agency's. It is looked for in an hour, then every day, and whenever somebody asks.
pub async fn claim(desk: &Desk, scope: &Scope, agency: &Agency, typed: &str) -> Result<(), AppError> {
    let name = DomainName::parse(&desk.registry, typed).map_err(|e| e.in_field("domain"))?;
    let before = desk.store.find_domain_proof(scope).await?;
    if before.as_ref().is_some_and(|row| row.domain == name.as_str()) {
        return Ok(());
    }
    let all = desk.store.list_agencies_as_operator().await?;
    let others = all
        .iter()
        .filter(|(_, other)| other.id != agency.id)
        .filter_map(|(_, other)| other.domain.as_deref());
    if others.into_iter().any(|other| display_name::is_alike(name.as_str(), other)) {
        return Err(Unfit::Alike(domain_name::shown(name.as_str())).in_field("domain"));
    }
    let data = json!({"from": before.map(|row| row.domain), "to": name.as_str()});
    let at = desk.now_ms();
    let claim = Administer::ClaimDomain { domain: name.as_str().to_owned(), at };
    let writes = vec![
        record::audit(desk, "agency.domain_claimed", agency.id.as_str(), None, data),
        Write::Administer(claim),
        domain::look_at(desk, &agency.id, at + AGAIN_MS),
    ];
    desk.store.commit(point!("claim domain"), scope, writes).await?;
    Ok(())
}

/// Takes the claim back, and the domain away from clients' eyes.
pub async fn give_up(desk: &Desk, scope: &Scope, agency: &Agency) -> Result<(), AppError> {
    let Some(row) = desk.store.find_domain_proof(scope).await? else { return Ok(()) };
    let data = json!({"from": row.domain});
    let writes = vec![
        record::audit(desk, "agency.domain_removed", agency.id.as_str(), None, data),
        Write::Administer(Administer::DropDomain),
    ];
    Ok(desk.store.commit(point!("give up domain"), scope, writes).await?)
}

/// Looks for the record now.
pub async fn check(desk: &Desk, scope: &Scope, agency: &Agency) -> Result<DomainProof, AppError> {
    let row = desk.store.find_domain_proof(scope).await?.ok_or(AppError::NotFound("the domain"))?;
    if row.proof.looked_at.is_some_and(|at| desk.now_ms() - at < PAUSE_MS) {
        return Ok(row);
    }
    domain::check(desk, scope, &agency.id, &row).await?;
    desk.store.find_domain_proof(scope).await?.ok_or(AppError::NotFound("the domain"))
}

/// What somebody of the agency should see to, if anything.
pub fn trouble(row: &DomainProof) -> Option<Trouble> {
    match &row.proof {
        Proof { lost_at: Some(at), .. } => Some(Trouble::Lost(*at)),
        Proof { missing_at: Some(at), verified_at: Some(_), .. } => Some(Trouble::Missing(*at)),
        _ => None,
    }
}

/// Trouble with a domain that clients see or saw, and since when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Clients do not see it any more.
    Lost(i64),
    /// The record is gone; clients see the domain until the next look.
    Missing(i64),
}
