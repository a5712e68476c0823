//! The link an app sends people to the login dialog with, checked.

use std::collections::BTreeMap;

use url::Url;
use url::form_urlencoded::parse;

use super::permissions;
use super::world::{App, World};

/// What an app's link asks for, once it holds water.
pub struct Asked<'a> {
    pub app_id: String,
    pub app: &'a App,
    pub redirect_uri: Url,
    /// As given, because the exchange compares it letter by letter.
    pub redirect_text: String,
    pub state: Option<String>,
    /// In the order of the list; `public_profile` always comes first.
    pub permissions: Vec<String>,
    /// Login for Business: all permissions or none (Meta docs, 2026-11).
    pub all_or_none: bool,
    pub rerequest: bool,
}

/// Checks an app's link the way Meta does: what is wrong is told to the person, never to the address.
pub fn read_request<'a>(world: &'a World, query: &str) -> Result<Asked<'a>, String> {
    let params: BTreeMap<_, _> = parse(query.as_bytes()).into_owned().collect();
    let find = |name: &str| params.get(name).map(String::as_str).filter(|value| !value.is_empty());
    let app_id = find("client_id").unwrap_or_default();
    let app = world
        .apps
        .get(app_id)
        .ok_or("Invalid app ID: the provided app ID does not look like a valid app ID.")?;
    let redirect_text = find("redirect_uri").ok_or("The link has no redirect_uri.")?;
    let redirect_uri = Url::parse(redirect_text).map_err(|_| "The redirect_uri is not an address.")?;
    if !is_registered(app, redirect_text, &redirect_uri) {
        return Err(
            "URL blocked: this redirect failed because the redirect URI is not white-listed in the app's \
                    client OAuth settings."
                .into(),
        );
    }
    if find("response_type").is_some_and(|kind| kind != "code") {
        return Err("Only response_type=code is simulated.".into());
    }
    let (names, all_or_none) = match find("config_id") {
        Some(config) => {
            let config =
                app.configurations.get(config).ok_or("The config_id is not a configuration of this app.")?;
            (config.permissions.iter().cloned().collect(), true)
        }
        None => {
            let scope = find("scope").unwrap_or_default();
            (
                scope
                    .split([',', ' '])
                    .filter(|name| !name.is_empty())
                    .map(str::to_owned)
                    .collect::<Vec<_>>(),
                false,
            )
        }
    };
    if let Some(unknown) = names.iter().find(|name| permissions::find(name).is_none()) {
        return Err(format!("Invalid Scopes: {unknown}. This message is only shown to developers."));
    }
    let mut permissions = vec!["public_profile".to_owned()];
    for name in names {
        if !permissions.contains(&name) {
            permissions.push(name);
        }
    }
    Ok(Asked {
        app_id: app_id.to_owned(),
        app,
        redirect_uri,
        redirect_text: redirect_text.to_owned(),
        state: find("state").map(str::to_owned),
        permissions,
        all_or_none,
        rerequest: find("auth_type") == Some("rerequest"),
    })
}

/// Letter by letter, except that an app in development may always come back to `http://localhost`.
fn is_registered(app: &App, text: &str, uri: &Url) -> bool {
    let local = app.development_mode && uri.scheme() == "http" && uri.host_str() == Some("localhost");
    local || app.redirect_uris.contains(text)
}
