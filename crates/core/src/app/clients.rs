//! Clients: added, renamed, removed.

use serde_json::json;
use valetkey_sdk::point;

use super::display_name::DisplayName;
use super::{AppError, TRIES, invalid};
use crate::desk::Desk;
use crate::engine::record;
use crate::ids::ClientId;
use crate::mail::Address;
use crate::store::administer::Administer;
use crate::store::clients::Client;
use crate::store::{Scope, StoreError, Write};

pub async fn get(desk: &Desk, scope: &Scope, id: &str) -> Result<Client, AppError> {
    let found = desk.store.find_client(scope, &ClientId::from_text(id)).await?;
    found.ok_or(AppError::NotFound("the client"))
}

pub async fn add(desk: &Desk, scope: &Scope, name: &str, email: &str) -> Result<Client, AppError> {
    let name = DisplayName::parse(name).map_err(|e| e.in_field("name"))?.into_string();
    check_email("email", email)?;
    let client = fresh(desk, name, email.to_owned());
    let data = json!({"name": client.name});
    let writes = vec![
        record::audit(desk, "client.added", client.id.as_str(), None, data),
        Write::Administer(Administer::NewClient(client.clone())),
    ];
    desk.store.commit(point!("add"), scope, writes).await?;
    Ok(client)
}

/// A client that is not written yet.
pub fn fresh(desk: &Desk, name: String, email: String) -> Client {
    let id = ClientId::new(&desk.clock, &desk.random);
    Client { id, name, email, created_at: desk.now_ms(), rev: 0 }
}

/// What is none stays as it is.
pub async fn change(
    desk: &Desk,
    scope: &Scope,
    id: &str,
    name: Option<&str>,
    email: Option<&str>,
) -> Result<Client, AppError> {
    for _ in 0..TRIES {
        let before = get(desk, scope, id).await?;
        let name = name.map(DisplayName::parse).transpose().map_err(|e| e.in_field("name"))?;
        if let Some(email) = email {
            check_email("email", email)?;
        }
        let client = Client {
            name: name.map_or_else(|| before.name.clone(), DisplayName::into_string),
            email: email.map_or_else(|| before.email.clone(), str::to_owned),
            ..before.clone()
        };
        if (&client.name, &client.email) == (&before.name, &before.email) {
            return Ok(before);
        }
        let data = json!({"from": before.name, "to": client.name, "email": client.email != before.email});
        let writes = vec![
            record::audit(desk, "client.changed", client.id.as_str(), None, data),
            Write::Administer(Administer::Client(client)),
        ];
        match desk.store.commit(point!("change"), scope, writes).await {
            Ok(()) => return get(desk, scope, id).await,
            Err(StoreError::Stale(_)) => {}
            Err(e) => return Err(e.into()),
        }
    }
    Err(AppError::Stale("the client"))
}

/// Removes the client with everything that was asked of it. What happened stays in the audit log.
///
/// # Errors
/// A conflict while any access is not over: it would go on at the platform with nobody looking.
pub async fn remove(desk: &Desk, scope: &Scope, id: &str) -> Result<(), AppError> {
    let client = get(desk, scope, id).await?;
    let left = desk.store.count_grants_not_over(scope, &client.id).await?;
    if left > 0 {
        return Err(AppError::Conflict(format!(
            "{left} of this client's grants are not over: end them with POST /offboardings, wait until they \
             are revoked, then delete the client"
        ).into()));
    }
    let writes = vec![
        record::audit(desk, "client.deleted", client.id.as_str(), None, json!({})),
        Write::Administer(Administer::DeleteClient(client.id)),
    ];
    Ok(desk.store.commit(point!("remove"), scope, writes).await?)
}

/// One that mail can be sent to, and nothing that could become a second header line (T27).
pub fn check_email(field: &'static str, email: &str) -> Result<(), AppError> {
    match Address::parse(email) {
        Some(_) => Ok(()),
        None => Err(invalid(field, "this is not an e-mail address")),
    }
}
