//! Codes and tokens of people. They outlive a reset of the world, as sign-ins outlive data.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use valetkey_sdk::random::Random;

/// GitHub docs: "Authorizing OAuth apps": a code works for ten minutes.
pub const CODE_MS: i64 = 10 * 60_000;

/// What the consent page gave out, waiting to be exchanged once.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Code {
    pub app: String,
    pub person: String,
    pub redirect_uri: String,
    pub scopes: BTreeSet<String>,
    /// PKCE, S256.
    pub challenge: Option<String>,
    pub issued_at_ms: i64,
    pub used: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Token {
    pub app: String,
    pub person: String,
    pub scopes: BTreeSet<String>,
    /// Revoked tokens are kept, so that they are not taken for unknown ones in a search.
    pub dead: bool,
}

#[derive(Default)]
pub struct Tokens(Mutex<Drawers>);

#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Drawers {
    pub codes: BTreeMap<String, Code>,
    pub tokens: BTreeMap<String, Token>,
}

impl Tokens {
    pub fn open(&self) -> MutexGuard<'_, Drawers> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drawers {
    pub fn add(&mut self, random: &Random, token: Token) -> String {
        let value = format!("gho_{}", letters(random, 36));
        self.tokens.insert(value.clone(), token);
        value
    }

    pub fn add_code(&mut self, random: &Random, code: Code) -> String {
        let value = random.bytes::<10>().iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        self.codes.insert(value.clone(), code);
        value
    }

    /// The person takes the app's authorisation back: every token of theirs dies.
    pub fn forget(&mut self, app: Option<&str>, person: &str) {
        for token in self.tokens.values_mut() {
            token.dead |= token.person == person && app.is_none_or(|app| token.app == app);
        }
    }
}

fn letters(random: &Random, count: usize) -> String {
    let tokens = [random.token(), random.token()];
    let all = tokens.iter().flat_map(|token| token.expose().chars()).collect::<Vec<_>>();
    all.into_iter().filter(char::is_ascii_alphanumeric).take(count).collect()
}

/// The scopes that each one brings (GitHub docs: "Scopes for OAuth apps", read 2026-11-23).
pub const SCOPES: [(&str, &[&str], &str); 8] = [
    ("admin:org", &["write:org", "read:org"], "Full control of organizations and teams"),
    ("write:org", &["read:org"], "Read and write organization membership"),
    ("read:org", &[], "Read organization and team membership"),
    (
        "repo",
        &["repo:status", "repo_deployment", "public_repo", "repo:invite", "security_events"],
        "Full control of private repositories",
    ),
    ("public_repo", &[], "Access public repositories"),
    ("repo:invite", &[], "Access repository invitations"),
    ("read:user", &[], "Read all user profile data"),
    ("user:email", &[], "Access user email addresses (read-only)"),
];

/// What GitHub keeps of a list of scopes: those that another one brings are dropped from it.
pub fn normalised(scopes: &BTreeSet<String>) -> BTreeSet<String> {
    let brought = |scope: &str| {
        SCOPES.iter().any(|(wide, brings, _)| scopes.contains(*wide) && brings.contains(&scope))
    };
    scopes.iter().filter(|scope| !brought(scope)).cloned().collect()
}

impl Token {
    pub fn may(&self, scope: &str) -> bool {
        let brings =
            |own: &String| SCOPES.iter().any(|(wide, brings, _)| wide == own && brings.contains(&scope));
        self.scopes.contains(scope) || self.scopes.iter().any(brings)
    }
}
