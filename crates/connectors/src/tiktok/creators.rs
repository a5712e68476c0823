//! The owner of a TikTok account, signed in with it: which one it is. It gives access to nothing, and no call that
//! shares or reads anything is made with it.

use valetkey_sdk::access::Side;
use valetkey_sdk::connector::{Cx, Identity};
use valetkey_sdk::{Error, Result};

use super::api::{Api, text};

const SIGN_IN: &str = "tiktok-account";
/// Without this permission TikTok does not tell the name after the @.
const NAME: &str = "user.info.username";

/// Only that sign-in is at hand on this side.
pub fn is_owner(cx: &Cx<'_>, side: Side) -> bool {
    let mut own = cx.credentials.iter().filter(|held| held.side == side).peekable();
    own.peek().is_some() && own.all(|held| held.sign_in == SIGN_IN)
}

/// Known by the name after the @. It is empty where telling it was not allowed, which the permissions show.
pub async fn identify(cx: &Cx<'_>, side: Side) -> Result<Identity> {
    let api = Api::by(cx, side, SIGN_IN)?;
    let held = cx.credentials.iter().find(|held| held.side == side && held.sign_in == SIGN_IN);
    let token = &held.ok_or_else(|| Error::unexpected("nobody is signed in"))?.credential.access_token;
    let told = api.token_info(&cx.app.client_id, token).await?;
    let id = text(&told, "creator_id").ok_or_else(|| Error::unexpected("a token of nobody"))?;
    let scopes = text(&told, "scope").unwrap_or_default();
    let scopes: Vec<_> = scopes.split(',').map(|scope| scope.trim().to_owned()).collect();
    let name = match scopes.iter().any(|scope| scope == NAME) {
        true => text(&api.profile(&id).await?, "username").ok_or_else(|| Error::unexpected("no username"))?,
        false => String::new(),
    };
    Ok(Identity { id, name, scopes: Some(scopes) })
}
