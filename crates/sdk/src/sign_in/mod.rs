//! Signing in at a platform with its own login: the address to send the browser to, and the exchange.

mod oauth2;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::secret::Secret;

pub use oauth2::{Exchange, authorize_url, exchange, extend, pkce_challenge, refresh};

/// What a sign-in gave us: revocable on its own, kept sealed.
#[derive(Clone, Debug)]
pub struct Credential {
    pub access_token: Secret,
    pub refresh_token: Option<Secret>,
    pub expires_at: Option<Timestamp>,
}

impl Credential {
    /// Treated as over this long before it is: the token's life is counted from its receipt.
    const MARGIN: SignedDuration = SignedDuration::from_secs(120);

    pub fn is_over(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|at| now + Self::MARGIN >= at)
    }

    /// The plain bytes that the vault seals. Nothing else may keep them.
    pub fn to_sealable(&self) -> Zeroizing<Vec<u8>> {
        let value = json!({
            "access_token": self.access_token.expose(),
            "refresh_token": self.refresh_token.as_ref().map(Secret::expose),
            "expires_at_ms": self.expires_at.map(Timestamp::as_millisecond),
        });
        Zeroizing::new(value.to_string().into_bytes())
    }

    /// The reverse of [`Self::to_sealable`].
    pub fn from_sealable(bytes: &[u8]) -> Option<Self> {
        let value: Value = serde_json::from_slice(bytes).ok()?;
        Some(Self {
            access_token: Secret::new(value.get("access_token")?.as_str()?),
            refresh_token: value.get("refresh_token").and_then(Value::as_str).map(Secret::new),
            expires_at: value
                .get("expires_at_ms")
                .and_then(Value::as_i64)
                .map(crate::clock::from_millisecond),
        })
    }
}
