//! The operator's own app at a platform, from the configuration.

use std::collections::BTreeMap;

use crate::secret::Secret;

/// What the platform calls client id and secret, plus what only this platform wants (`extra`).
#[derive(Clone, Debug)]
pub struct App {
    pub client_id: String,
    pub client_secret: Secret,
    pub extra: BTreeMap<String, String>,
}
