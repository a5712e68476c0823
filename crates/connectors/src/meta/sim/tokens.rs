//! Codes, tokens and consents. They outlive a reset of the world, as sign-ins outlive data.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use valetkey_sdk::random::Random;

use super::kept::pairs;

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
/// Meta's documentation says "short-lived"; ten minutes is unconfirmed.
pub const CODE_MS: i64 = 10 * MINUTE_MS;
/// Meta says one to two hours.
pub const SHORT_MS: i64 = 90 * MINUTE_MS;
pub const LONG_MS: i64 = 60 * 24 * HOUR_MS;
/// What the app may read about a person ends 90 days after their last visit.
pub const DATA_ACCESS_MS: i64 = 90 * 24 * HOUR_MS;

/// What a dialog gave out, waiting to be exchanged once.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Code {
    pub app: String,
    pub person: String,
    pub redirect_uri: String,
    pub issued_at_ms: i64,
    pub used: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Token {
    pub app: String,
    pub person: String,
    /// The Page it speaks for; else it speaks for the person.
    pub page: Option<String>,
    pub long: bool,
    pub issued_at_ms: i64,
    pub expires_at_ms: Option<i64>,
    /// Error subcode of what killed it.
    pub dead: Option<u32>,
}

/// What a person allowed an app.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Consent {
    pub granted: BTreeSet<String>,
    pub declined: BTreeSet<String>,
}

#[derive(Default)]
pub struct Tokens(Mutex<Drawers>);

#[derive(Default, Serialize, Deserialize)]
pub struct Drawers {
    pub codes: BTreeMap<String, Code>,
    pub tokens: BTreeMap<String, Token>,
    /// By app and person.
    #[serde(with = "pairs")]
    pub consents: BTreeMap<(String, String), Consent>,
    /// The Page tokens made so far, so that the same question gets the same token.
    #[serde(with = "pairs")]
    pages: BTreeMap<(String, String, String, bool), String>,
}

impl Tokens {
    pub fn open(&self) -> MutexGuard<'_, Drawers> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drawers {
    pub fn find_consent(&self, app: &str, person: &str) -> Option<&Consent> {
        self.consents.get(&(app.to_owned(), person.to_owned()))
    }

    pub fn add(&mut self, random: &Random, token: Token) -> String {
        let value = format!("EAAB{}", letters(random));
        self.tokens.insert(value.clone(), token);
        value
    }

    pub fn add_code(&mut self, random: &Random, code: Code) -> String {
        let value = format!("AQB{}", letters(random));
        self.codes.insert(value.clone(), code);
        value
    }

    /// The Page token that belongs to a user token: endless from a long one, else as long as its parent.
    pub fn page_token(&mut self, random: &Random, user: &Token, page: &str, now_ms: i64) -> (String, bool) {
        let key = (user.app.clone(), user.person.clone(), page.to_owned(), user.long);
        let alive =
            |token: &Token| token.dead.is_none() && token.expires_at_ms.is_none_or(|end| now_ms < end);
        if let Some(value) = self.pages.get(&key)
            && self.tokens.get(value).is_some_and(alive)
        {
            return (value.clone(), false);
        }
        let expires_at_ms = if user.long { None } else { user.expires_at_ms };
        let page_token = Token {
            page: Some(page.to_owned()),
            issued_at_ms: now_ms,
            expires_at_ms,
            dead: None,
            ..user.clone()
        };
        let value = self.add(random, page_token);
        self.pages.insert(key, value.clone());
        (value, true)
    }

    /// Kills every token of a person, for one app or for all.
    pub fn kill(&mut self, app: Option<&str>, person: &str, subcode: u32) {
        for token in self.tokens.values_mut() {
            if token.person == person && app.is_none_or(|app| token.app == app) {
                token.dead.get_or_insert(subcode);
            }
        }
    }

    /// The person removes an app, or the app removes itself.
    pub fn forget(&mut self, app: Option<&str>, person: &str) {
        self.consents.retain(|(known, who), _| who != person || app.is_some_and(|app| known != app));
        self.kill(app, person, 458);
    }
}

/// Letters and digits only, as Meta's tokens have.
fn letters(random: &Random) -> String {
    let tokens = [random.token(), random.token(), random.token()];
    tokens.iter().flat_map(|token| token.expose().chars()).filter(char::is_ascii_alphanumeric).collect()
}
