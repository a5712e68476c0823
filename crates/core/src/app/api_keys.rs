//! API keys: made, shown once, ended. A key is its maker's to lose: it ends when they do (S5).

use serde_json::json;
use valetkey_sdk::point;
use valetkey_sdk::secret::Secret;

use super::{AppError, one_line};
use crate::desk::Desk;
use crate::engine::record;
use crate::ids::{ApiKeyId, MemberId};
use crate::store::administer::Administer;
use crate::store::api_keys::ApiKey;
use crate::store::{Actor, Scope, Write};

/// A key that was just made. The key itself is nowhere else.
pub struct Made {
    pub key: ApiKey,
    pub secret: Secret,
}

pub async fn add(desk: &Desk, scope: &Scope, label: &str) -> Result<Made, AppError> {
    let label = one_line("label", label)?;
    let secret = Secret::new(format!("vk_{}", desk.random.token().expose()));
    let id = ApiKeyId::new(&desk.clock, &desk.random);
    let made_by = maker(desk, scope).await?;
    let key = ApiKey { id, label, made_by, created_at: desk.now_ms(), used_at: None };
    let token_hash = desk.hash_session(secret.expose());
    let writes = vec![
        record::audit(desk, "api_key.made", key.id.as_str(), None, json!({"label": key.label})),
        Write::Administer(Administer::NewApiKey { key: key.clone(), token_hash }),
    ];
    desk.store.commit(point!("add"), scope, writes).await?;
    Ok(Made { key, secret })
}

/// Who loses the key: a member, or who made the key that makes this one.
async fn maker(desk: &Desk, scope: &Scope) -> Result<Option<MemberId>, AppError> {
    match scope.actor() {
        Actor::Member(id) => Ok(Some(id.clone())),
        Actor::Key(id) => {
            let all = desk.store.list_api_keys(scope).await?;
            // It was ended since the call began: what it makes now would outlive it.
            let own = all.into_iter().find(|k| &k.id == id).ok_or(AppError::Stale("the API key"))?;
            Ok(own.made_by)
        }
        _ => Ok(None),
    }
}

pub async fn get(desk: &Desk, scope: &Scope, id: &str) -> Result<ApiKey, AppError> {
    let all = desk.store.list_api_keys(scope).await?;
    all.into_iter().find(|k| k.id.as_str() == id).ok_or(AppError::NotFound("the API key"))
}

/// Ends a key at once. Nobody ends the key they call with: the last one could not be got back.
pub async fn remove(desk: &Desk, scope: &Scope, id: &str) -> Result<(), AppError> {
    let key = get(desk, scope, id).await?;
    if scope.actor() == &Actor::Key(key.id.clone()) {
        let why = "this call came with the key that it would end: make another key and call with that one";
        return Err(AppError::Conflict(why.into()));
    }
    let writes = vec![
        record::audit(desk, "api_key.ended", key.id.as_str(), None, json!({"label": key.label})),
        Write::Administer(Administer::DeleteApiKey(key.id)),
    ];
    Ok(desk.store.commit(point!("remove"), scope, writes).await?)
}

/// The keys that end with a member.
pub async fn list_of(desk: &Desk, scope: &Scope, member: &MemberId) -> Result<Vec<ApiKey>, AppError> {
    let all = desk.store.list_api_keys(scope).await?;
    Ok(all.into_iter().filter(|k| k.made_by.as_ref() == Some(member)).collect())
}
