//! API keys: made, shown once, ended.

use serde_json::json;
use valetkey_sdk::secret::Secret;

use super::{AppError, one_line};
use crate::desk::Desk;
use crate::engine::record;
use crate::ids::ApiKeyId;
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
    let key = ApiKey { id, label, created_at: desk.now_ms() };
    let token_hash = desk.hash_session(secret.expose());
    let writes = vec![
        record::audit(desk, "api_key.made", key.id.as_str(), None, json!({"label": key.label})),
        Write::Administer(Administer::NewApiKey { key: key.clone(), token_hash }),
    ];
    desk.store.commit(scope, writes).await?;
    Ok(Made { key, secret })
}

/// Ends a key at once. Nobody ends the key they call with: the last one could not be got back.
pub async fn remove(desk: &Desk, scope: &Scope, id: &str) -> Result<(), AppError> {
    let id = ApiKeyId::from_text(id);
    let all = desk.store.list_api_keys(scope).await?;
    let key = all.into_iter().find(|k| k.id == id).ok_or(AppError::NotFound("the API key"))?;
    if scope.actor() == &Actor::Key(id.clone()) {
        let why = "this call came with the key that it would end: make another key and call with that one";
        return Err(AppError::Conflict(why.into()));
    }
    let writes = vec![
        record::audit(desk, "api_key.ended", id.as_str(), None, json!({"label": key.label})),
        Write::Administer(Administer::DeleteApiKey(id)),
    ];
    Ok(desk.store.commit(scope, writes).await?)
}
