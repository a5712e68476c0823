//! The simulated world: members, ad accounts, and who has which role in them. Also reads the world file.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use valetkey_sdk::sim::People;

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct World {
    /// By client id.
    pub apps: BTreeMap<String, App>,
    /// Each member's id for this app, by the cast's short id.
    pub members: BTreeMap<String, String>,
    /// By id.
    pub accounts: BTreeMap<String, Account>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct App {
    pub name: String,
    pub secret: String,
    /// May also come back to any port of `http://localhost`.
    #[serde(default)]
    pub local: bool,
    #[serde(default)]
    pub redirect_uris: BTreeSet<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    pub name: String,
    pub currency: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub status: String,
    /// By the member's id.
    pub users: BTreeMap<String, Role>,
}

/// "Ad Account Users API", role definitions; each may what those before it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Role {
    Viewer,
    CreativeManager,
    CampaignManager,
    AccountManager,
    AccountBillingAdmin,
}

impl Role {
    pub fn parse(name: &str) -> Option<Self> {
        serde_json::from_value(Value::String(name.to_owned())).ok()
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "VIEWER",
            Self::CreativeManager => "CREATIVE_MANAGER",
            Self::CampaignManager => "CAMPAIGN_MANAGER",
            Self::AccountManager => "ACCOUNT_MANAGER",
            Self::AccountBillingAdmin => "ACCOUNT_BILLING_ADMIN",
        }
    }

    /// "Manage user access for the account": the last two roles only.
    pub fn may_share(self) -> bool {
        self >= Self::AccountManager
    }
}

/// The documented world.
pub fn default_section() -> Value {
    serde_json::from_str(include_str!("../world.json")).expect("a test reads the world file")
}

/// Parses a section; without any app it gets the documented one, so that a sign-in is possible.
pub fn parse(section: &Value, people: &People) -> Result<World, String> {
    let read = |section: &Value| World::deserialize(section).map_err(|e| e.to_string());
    let mut world = read(section)?;
    if world.apps.is_empty() {
        world.apps = read(&default_section())?.apps;
    }
    let mut ids = BTreeSet::new();
    for (person, id) in &world.members {
        if people.find(person).is_none() {
            return Err(format!("the member '{person}' is not one of the people"));
        }
        if !ids.insert(id) {
            return Err(format!("the member id '{id}' is given twice"));
        }
    }
    for (id, account) in &world.accounts {
        if let Some(stranger) = account.users.keys().find(|user| !ids.contains(user)) {
            return Err(format!("'{stranger}' has a role in account {id} and is no member"));
        }
        let billing = account.users.values().filter(|role| **role == Role::AccountBillingAdmin).count();
        if billing > 1 {
            return Err(format!("account {id} has more than one billing admin"));
        }
    }
    Ok(world)
}
