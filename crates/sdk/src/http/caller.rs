//! A platform client that carries one side's credential, and its proof where the platform wants one.

use aws_lc_rs::hmac;

use super::{PlatformClient, Reply, Request};
use crate::access::Side;
use crate::app::App;
use crate::connector::Held;
use crate::error::{Error, ErrorKind, Result};
use crate::manifest::SignIn;
use crate::secret::Secret;

/// Calls in the name of whoever signed in.
pub struct Caller<'a> {
    http: &'a PlatformClient,
    sign_in: &'a SignIn,
    app: &'a App,
    side: Side,
    connection: String,
    token: Secret,
}

impl<'a> Caller<'a> {
    pub(crate) fn new(http: &'a PlatformClient, sign_in: &'a SignIn, app: &'a App, held: &Held) -> Self {
        let (connection, token) = (held.connection.clone(), held.credential.access_token.clone());
        Self { http, sign_in, app, side: held.side, connection, token }
    }

    /// The same caller with another token that the platform gave it (a Page token, say).
    #[must_use]
    pub fn with_token(&self, token: Secret) -> Self {
        let connection = self.connection.clone();
        Self { http: self.http, sign_in: self.sign_in, app: self.app, side: self.side, connection, token }
    }

    pub async fn send(&self, request: Request) -> Result<Reply> {
        let request = match &self.sign_in.proof {
            Some(name) => request.query(name, proof(&self.app.client_secret, &self.token)),
            None => request,
        };
        let header = self.sign_in.token_header.as_deref();
        self.http.send(&request, &self.connection, (header, &self.token)).await
    }

    /// The error that asks this side to sign in again.
    pub fn reauthorize(&self, message: impl Into<String>) -> Error {
        let kind = ErrorKind::Reauthorize { side: self.side, sign_in: self.sign_in.id.clone() };
        Error::new(kind, message)
    }
}

/// Lower-case hex HMAC-SHA256 of the token, keyed with the app's secret.
///
/// Source: Meta, "Secure Graph API calls" (`appsecret_proof`), read 2026-11-22.
fn proof(secret: &Secret, token: &Secret) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.expose().as_bytes());
    hmac::sign(&key, token.expose().as_bytes()).as_ref().iter().map(|b| format!("{b:02x}")).collect()
}
