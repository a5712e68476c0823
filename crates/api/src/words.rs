//! The closed lists of words that the API speaks, as types of its description.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use valetkey_sdk::access;
use valetkey_sdk::manifest;

/// Words for a grant's state. More may come: treat one that you do not know as "not active".
pub const GRANT_STATES: [&str; 16] = [
    "queued",
    "working",
    "verifying",
    "active",
    "attested",
    "awaiting_acceptance",
    "needs_action",
    "drifted",
    "declined",
    "lapsed",
    "unverifiable",
    "failed",
    "expiring",
    "expired",
    "revoked",
    "cancelled",
];

/// How far access goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    View,
    Manage,
    Full,
}

impl From<Level> for access::Level {
    fn from(level: Level) -> Self {
        match level {
            Level::View => Self::View,
            Level::Manage => Self::Manage,
            Level::Full => Self::Full,
        }
    }
}

impl From<access::Level> for Level {
    fn from(level: access::Level) -> Self {
        match level {
            access::Level::View => Self::View,
            access::Level::Manage => Self::Manage,
            access::Level::Full => Self::Full,
        }
    }
}

/// Whose sign-in is used.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    Client,
    Agency,
}

impl From<access::Side> for Side {
    fn from(side: access::Side) -> Self {
        match side {
            access::Side::Client => Self::Client,
            access::Side::Agency => Self::Agency,
        }
    }
}

/// How access comes about.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// By the client's approval alone.
    Share,
    /// Whoever receives it accepts at the platform.
    Invite,
    /// The agency asks there and the client says yes there.
    Request,
    /// Somebody clicks at the platform.
    Guided,
}

impl From<Method> for manifest::Method {
    fn from(method: Method) -> Self {
        match method {
            Method::Share => Self::Share,
            Method::Invite => Self::Invite,
            Method::Request => Self::Request,
            Method::Guided => Self::Guided,
        }
    }
}

impl From<manifest::Method> for Method {
    fn from(method: manifest::Method) -> Self {
        match method {
            manifest::Method::Share => Self::Share,
            manifest::Method::Invite => Self::Invite,
            manifest::Method::Request => Self::Request,
            manifest::Method::Guided => Self::Guided,
        }
    }
}

/// What a person can do about trouble; `valetkey explain` has the words for an `id`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Remedy {
    #[schema(example = "needs-full-control")]
    id: String,
    args: BTreeMap<String, String>,
    link: Option<String>,
}

impl From<valetkey_sdk::remedy::Remedy> for Remedy {
    fn from(remedy: valetkey_sdk::remedy::Remedy) -> Self {
        let valetkey_sdk::remedy::Remedy { id, args, link } = remedy;
        Self { id, args, link }
    }
}
