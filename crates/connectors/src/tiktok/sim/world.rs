//! The simulated world: apps, people, Business Centers, assets and who holds them. Also reads the world file.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;
use valetkey_sdk::sim::People;

pub type Roles = BTreeSet<String>;

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct World {
    /// By app id.
    pub apps: BTreeMap<String, App>,
    /// Each person's TikTok user id, by the cast's short id.
    pub users: BTreeMap<String, String>,
    /// By id.
    pub centers: BTreeMap<String, Center>,
    /// By id.
    pub assets: BTreeMap<String, Thing>,
    /// Codes for scanning that were given out, by their text.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub scans: BTreeMap<String, Scan>,
    pub rules: Rules,
}

/// Whoever scans it in the app lets this Business Center deliver ads with their profile.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scan {
    pub center: String,
    pub until_ms: i64,
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
    /// Permissions set on the app at TikTok; the link cannot name others.
    pub scopes: BTreeSet<u64>,
    /// Which limits of calls hold; none are counted without it.
    #[serde(default)]
    pub tier: Option<Tier>,
}

/// Calls an app may make in a second, a minute and a day ("Rate limits", portal docs).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    Basic,
    Advanced,
    Premium,
    Ultimate,
}

/// What differs by time, region or arrangement, so that a test can change it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rules {
    /// TikTok says 4,000; an older page of its help said 1,000 (TT-10).
    pub members: usize,
    pub admins: usize,
    pub partners: Acceptance,
    /// Registered areas where partners cannot be added by API.
    pub restricted_areas: BTreeSet<String>,
    /// Registered areas where a Business Center has to be verified first.
    pub verified_areas: BTreeSet<String>,
    /// How long a code can be scanned, in seconds. TikTok says only that it ends (TT-39); this is a guess.
    pub scan_s: i64,
    /// Business Centers that one TikTok account can be linked to for ads, and the other way round (TT-40).
    pub centers_of_an_account: usize,
    pub accounts_of_a_center: usize,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            members: 4_000,
            admins: 20,
            partners: Acceptance::Instant,
            restricted_areas: BTreeSet::new(),
            verified_areas: BTreeSet::new(),
            scan_s: 600,
            centers_of_an_account: 800,
            accounts_of_a_center: 800,
        }
    }
}

/// Whether a new partner has to say yes. TikTok's help of 2024 shows assets at once, a guide of 2026 an invitation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Acceptance {
    #[default]
    Instant,
    Pending,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Center {
    pub name: String,
    pub currency: String,
    pub area: String,
    #[serde(default = "enabled")]
    pub status: String,
    #[serde(rename = "type")]
    pub kind: String,
    #[serde(default = "verified")]
    pub verification: String,
    /// By the cast's short id.
    #[serde(default)]
    pub members: BTreeMap<String, Member>,
    /// By e-mail address, in lower case.
    #[serde(default)]
    pub invited: BTreeMap<String, Invited>,
    /// Business Centers that this one shares with, and whether they have said yes.
    #[serde(default)]
    pub partners: BTreeMap<String, bool>,
}

fn enabled() -> String {
    "ENABLE".to_owned()
}

fn verified() -> String {
    "VERIFIED".to_owned()
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    pub role: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finance: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invited {
    pub role: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finance: Option<String>,
    /// Ad accounts, each with the role that is waiting.
    #[serde(default)]
    pub assets: BTreeMap<String, String>,
    #[serde(default)]
    pub rejected: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Kind {
    Advertiser,
    Catalog,
    Pixel,
    TtAccount,
    TiktokShop,
    Lead,
}

impl Kind {
    pub fn parse(name: &str) -> Option<Self> {
        serde_json::from_value(Value::String(name.to_owned())).ok()
    }

    /// As the ledger writes it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Advertiser => "ad_account",
            Self::Catalog => "catalog",
            Self::Pixel => "pixel",
            Self::TtAccount => "tiktok_account",
            Self::TiktokShop => "shop",
            Self::Lead => "lead_library",
        }
    }

    /// The field of an answer or a body that carries the role, and the roles there are, the least first.
    pub fn role_field(self) -> Option<(&'static str, &'static [&'static str])> {
        match self {
            Self::Advertiser => Some(("advertiser_role", &["ANALYST", "OPERATOR", "ADMIN"])),
            Self::Catalog => Some(("catalog_role", &["AD_PROMOTE", "ADMIN"])),
            Self::TtAccount => Some(("tt_account_roles", &["POST", "LIVE", "DIRECT_MESSAGE"])),
            Self::TiktokShop => Some(("store_role", &["AD_PROMOTION", "MANAGER"])),
            Self::Lead => Some(("form_library_role", &["ADMIN"])),
            Self::Pixel => None,
        }
    }

    pub fn rank(self, role: &str) -> Option<usize> {
        self.role_field()?.1.iter().position(|known| *known == role)
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Thing {
    #[serde(rename = "type")]
    pub of: Kind,
    pub name: String,
    /// The Business Center that owns it; a person owns it otherwise.
    #[serde(default)]
    pub owner: Option<String>,
    #[serde(default)]
    pub person: Option<String>,
    /// Of a pixel.
    #[serde(default)]
    pub code: Option<String>,
    #[serde(default = "running")]
    pub status: String,
    /// Business Centers that it is shared with.
    #[serde(default)]
    pub partners: BTreeMap<String, Roles>,
    /// Who works on it, by the Business Center that assigned them and the cast's short id.
    #[serde(default)]
    pub members: BTreeMap<String, BTreeMap<String, Roles>>,
    /// Ad accounts that a pixel is linked to.
    #[serde(default)]
    pub linked: BTreeSet<String>,
    /// Of a TikTok account: Business Centers that its owner lets deliver ads with it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub links: BTreeMap<String, Roles>,
    /// Of a TikTok account: its owner lets the Business Center that it lies in share it with partners (TT-26).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub may_be_shared: bool,
    /// Of an ad account: Business Centers that asked for it, and with what.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub asked: BTreeMap<String, Asked>,
    /// Of an ad account: which partner it names as its media agency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_agency: Option<String>,
}

/// What a Business Center asked for; nobody has said yes yet.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    pub role: String,
    #[serde(default)]
    pub media_agency: bool,
}

fn running() -> String {
    "STATUS_ENABLE".to_owned()
}

impl App {
    /// Only to addresses that the app registered.
    pub fn find_redirect(&self, redirect: &str) -> Result<Url, &'static str> {
        let url = Url::parse(redirect).map_err(|_| "The redirect_uri is not an address.")?;
        let local = self.local && url.scheme() == "http" && url.host_str() == Some("localhost");
        match local || self.redirect_uris.contains(redirect) {
            true => Ok(url),
            false => Err("The redirect_uri is not one of the app's."),
        }
    }
}

impl Center {
    pub fn is_admin(&self, person: &str) -> bool {
        self.members.get(person).is_some_and(|member| member.role == "ADMIN")
    }
}

impl World {
    /// The TikTok account that is this person's own, where there is one.
    pub fn profile_of(&self, person: &str) -> Option<&String> {
        let own = |thing: &Thing| thing.of == Kind::TtAccount && thing.person.as_deref() == Some(person);
        self.assets.iter().find(|(_, thing)| own(thing)).map(|(id, _)| id)
    }

    pub fn person_of_user(&self, user_id: &str) -> Option<&String> {
        self.users.iter().find(|(_, id)| *id == user_id).map(|(person, _)| person)
    }

    /// The asset is this Business Center's own, or shared with it by a partner that it said yes to.
    pub fn reaches(&self, center: &str, thing: &Thing) -> bool {
        thing.owner.as_deref() == Some(center)
            || thing.links.contains_key(center)
            || (thing.partners.contains_key(center) && self.is_bound(thing, center))
    }

    /// Whether the partnership that an asset is shared through was said yes to.
    pub fn is_bound(&self, thing: &Thing, partner: &str) -> bool {
        // A person who owns an ad account said yes to the request itself.
        let Some(owner) = &thing.owner else { return thing.partners.contains_key(partner) };
        self.centers.get(owner).and_then(|owner| owner.partners.get(partner)).copied().unwrap_or(false)
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
    if let Some(stranger) = world.users.keys().find(|person| people.find(person).is_none()) {
        return Err(format!("the user '{stranger}' is not one of the people"));
    }
    let unique: BTreeSet<_> = world.users.values().collect();
    if unique.len() != world.users.len() {
        return Err("two people have one user id".into());
    }
    for (id, center) in &world.centers {
        if let Some(stranger) = center.members.keys().find(|person| !world.users.contains_key(*person)) {
            return Err(format!("'{stranger}' is a member of {id} and has no user id"));
        }
        if let Some(unknown) = center.partners.keys().find(|partner| !world.centers.contains_key(*partner)) {
            return Err(format!("{id} has the partner {unknown}, which is not there"));
        }
    }
    for (id, thing) in &world.assets {
        let owner = thing.owner.as_ref().map(|owner| world.centers.get(owner).ok_or(owner));
        let owner =
            owner.transpose().map_err(|owner| format!("{id} belongs to {owner}, which is not there"))?;
        if let Some(partner) =
            thing.partners.keys().find(|p| owner.is_some_and(|o| !o.partners.contains_key(*p)))
        {
            return Err(format!("{id} is shared with {partner}, which is no partner of its owner"));
        }
    }
    Ok(world)
}
