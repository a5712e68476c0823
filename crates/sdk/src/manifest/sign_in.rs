//! One way of signing in at a platform, with its enumerated quirks.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::access::{AssetType, Roles};

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// Part of the callback address registered at the vendor, so never changed.
    pub id: String,
    pub kind: SignInKind,
    pub authorize: String,
    pub token: String,
    #[serde(default)]
    pub token_method: TokenMethod,
    /// What stands between two scopes in the authorise address.
    #[serde(default = "default_separator")]
    pub scope_separator: String,
    /// Always asked for.
    #[serde(default)]
    pub scopes: Roles,
    /// Asked for in addition when an asset of this type is wanted.
    #[serde(default)]
    pub asset_scopes: BTreeMap<String, Roles>,
    /// Asked for, instead of all others, when somebody of the agency signs in; none means [`scopes`](Self::scopes).
    #[serde(default)]
    pub agency_scopes: Roles,
    /// PKCE S256 is accepted.
    #[serde(default)]
    pub pkce: bool,
    /// A value of the app's `extra` that replaces the scopes by a configuration made at the vendor.
    #[serde(default)]
    pub config_id: bool,
    /// Sent beside the scopes, so that what was declined before is asked again.
    #[serde(default)]
    pub ask_again: BTreeMap<String, String>,
    /// Parameters under names of the platform's own.
    #[serde(default)]
    pub names: Names,
    /// The app's own settings decide on scopes: the link names none, and what was allowed comes with the token.
    #[serde(default)]
    pub fixed_scopes: bool,
    /// Having the key includes having these scopes.
    #[serde(default)]
    pub scope_brings: BTreeMap<String, Roles>,
    /// Sent beside the app's keys and the code in a JSON exchange.
    #[serde(default)]
    pub token_extra: BTreeMap<String, serde_json::Value>,
    /// The field of the token's answer that everything lies in, where it is wrapped.
    pub envelope: Option<String>,
    /// The header that carries the token instead of `Authorization`.
    pub token_header: Option<String>,
    /// How a short-lived token becomes a long-lived one.
    pub extend: Option<Extend>,
    /// Where a refresh token is exchanged for a new credential, in the way of [`token`](Self::token).
    pub refresh: Option<String>,
    /// Whoever owns an asset of this type signs in here only to say which one it is: it gives access to nothing.
    pub tells: Option<AssetType>,
    /// Every server call carries an HMAC of its token, keyed with the app's secret, under this name.
    pub proof: Option<String>,
    /// How the platform tells when a person removed the app: posted to `/platform/{id}/deauthorize` and
    /// `/platform/{id}/data-deletion`.
    pub notices: Option<Notices>,
}

/// How such a message shows that it is the platform's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notices {
    /// See [`signed_request`](crate::signed_request).
    SignedRequest,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignInKind {
    Oauth2,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenMethod {
    #[default]
    Post,
    Get,
    /// A JSON body of the app's keys, the code and what the manifest adds; of RFC 6749 the address that the code
    /// went to besides, unless the app's settings decide on everything.
    Json,
}

/// What RFC 6749 calls `client_id`, `client_secret` and `code`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Names {
    pub app: String,
    pub secret: String,
    pub code: String,
    /// The same as [`app`](Self::app) in the link, where it is called otherwise there.
    pub app_in_link: Option<String>,
    /// `code` or `auth_code`: under which the code comes back, where that is not [`code`](Self::code).
    pub code_back: Option<String>,
}

impl Default for Names {
    fn default() -> Self {
        let [app, secret, code] = ["client_id", "client_secret", "code"].map(str::to_owned);
        Self { app, secret, code, app_in_link: None, code_back: None }
    }
}

impl Names {
    pub fn app_in_link(&self) -> &str {
        self.app_in_link.as_ref().unwrap_or(&self.app)
    }

    /// Under which the code comes back.
    pub fn code_back(&self) -> &str {
        self.code_back.as_ref().unwrap_or(&self.code)
    }
}

/// A second exchange that makes the token live longer.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Extend {
    pub grant_type: String,
    /// The parameter that carries the short-lived token.
    pub param: String,
}

fn default_separator() -> String {
    " ".to_owned()
}

impl SignIn {
    /// Scopes for these asset types.
    pub fn scopes_for<'a>(&self, of: impl IntoIterator<Item = &'a str>) -> Roles {
        let mut all = self.scopes.clone();
        for asset in of {
            all.extend(self.asset_scopes.get(asset).into_iter().flatten().cloned());
        }
        all
    }

    /// These scopes with all that they bring.
    pub fn with_brought(&self, mut scopes: Roles) -> Roles {
        loop {
            let more: Roles =
                scopes.iter().filter_map(|s| self.scope_brings.get(s)).flatten().cloned().collect();
            if more.is_subset(&scopes) {
                return scopes;
            }
            scopes.extend(more);
        }
    }

    /// Scopes for somebody of the agency, who proves who they are and says yes to what was offered.
    pub fn scopes_for_agency(&self) -> Roles {
        if self.agency_scopes.is_empty() { self.scopes.clone() } else { self.agency_scopes.clone() }
    }
}
