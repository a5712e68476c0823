//! What the simulated Meta holds. The same form is the `meta` section of a world file.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Maps are keyed by Meta's id, members and users by the cast's id.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct World {
    pub apps: BTreeMap<String, App>,
    pub limits: Limits,
    /// Some lists come with an empty first page and a link to the next: legal, and seen in life.
    pub sparse_lists: bool,
    pub users: BTreeMap<String, User>,
    pub portfolios: BTreeMap<String, Portfolio>,
    pub assets: BTreeMap<String, Asset>,
}

/// An app registered with Meta.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct App {
    pub name: String,
    pub secret: String,
    /// "Require app secret" in the app's settings.
    #[serde(default = "yes")]
    pub require_appsecret_proof: bool,
    /// In development mode `http://localhost` may receive codes without being listed.
    #[serde(default = "yes")]
    pub development_mode: bool,
    /// Without it, sharing between portfolios is not open to the app.
    #[serde(default = "yes")]
    pub advanced_access: bool,
    /// Meta lets this app share datasets with `EDIT` (Meta docs: pixel sharing guide, 2026-11).
    #[serde(default)]
    pub may_share_edit: bool,
    #[serde(default)]
    pub redirect_uris: BTreeSet<String>,
    /// Login for Business: configuration id → what it asks for.
    #[serde(default)]
    pub configurations: BTreeMap<String, Configuration>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Configuration {
    pub name: String,
    pub permissions: BTreeSet<String>,
}

/// Calls an hour before Meta says "too many".
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    pub app_calls_per_hour: u64,
    pub user_calls_per_hour: u64,
    pub business_calls_per_hour: u64,
}

impl Default for Limits {
    fn default() -> Self {
        // Generous: nobody meets a limit without asking for it in a world file.
        Self { app_calls_per_hour: 1_000_000, user_calls_per_hour: 500_000, business_calls_per_hour: 500_000 }
    }
}

/// One of the cast with a Facebook account.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct User {
    pub id: String,
    #[serde(default = "yes")]
    pub two_factor: bool,
}

/// A business portfolio (META-1).
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Portfolio {
    pub name: String,
    #[serde(default = "verified")]
    pub verification_status: String,
    #[serde(default)]
    pub two_factor_required: bool,
    /// A second admin has to approve every new ad-account partner (Meta docs: business-to-business guide, 2026-11;
    /// that it depends on the portfolio is inferred).
    #[serde(default)]
    pub second_admin_review: bool,
    /// Without one it cannot ask other portfolios for anything (Meta business help: request access, read second
    /// hand, 2026-11).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary_page: Option<String>,
    /// What it owns and what was made available to it, beside people and assets: apps by their id.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub apps: BTreeMap<String, PortfolioApp>,
    /// Its Pages do not show up in `/me/accounts` (observed by implementers).
    #[serde(default)]
    pub pages_missing_from_me: bool,
    #[serde(default)]
    pub members: BTreeMap<String, Member>,
    #[serde(default)]
    pub system_users: BTreeMap<String, SystemUser>,
    #[serde(default)]
    pub pending_users: BTreeMap<String, PendingUser>,
}

/// An app in a portfolio.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PortfolioApp {
    pub name: String,
    /// Another portfolio's, and only usable here.
    #[serde(default)]
    pub of_another: bool,
}

/// A person's place in a portfolio, under a user id of the portfolio's own.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    pub id: String,
    pub role: Role,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finance: Option<String>,
    /// When temporary access ends (IG-12).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// META-3: `ADMIN` is full control, `EMPLOYEE` is partial access.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Role {
    Admin,
    Employee,
}

impl Role {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "ADMIN",
            Self::Employee => "EMPLOYEE",
        }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SystemUser {
    pub name: String,
    pub role: Role,
}

/// Somebody invited who has not come yet.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PendingUser {
    pub email: String,
    pub role: Role,
    /// When the invitation lapses (Meta docs: BusinessRoleRequest has the field, how long it is was not read).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// What the person gets with it.
    #[serde(default, skip_serializing_if = "Place::is_plain")]
    pub place: Place,
}

/// What goes with a person's level in a portfolio, when somebody chose it (IG-11, IG-12, META-4).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Place {
    /// `EDITOR` or `ANALYST`: an extra, never there by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finance: Option<String>,
    /// When the person leaves by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// Tasks by asset id.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub assets: BTreeMap<String, BTreeSet<String>>,
}

impl Place {
    fn is_plain(&self) -> bool {
        *self == Self::default()
    }
}

/// What access is given to. Without a portfolio it is somebody's own.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asset {
    #[serde(rename = "type")]
    pub kind: AssetKind,
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub portfolio: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timezone: Option<String>,
    /// Of an ad account: 1 active, 2 disabled, 101 closed.
    #[serde(default = "active", skip_serializing_if = "is_active")]
    pub status: u32,
    /// Of an Instagram account: its user id, under which it is not shared (see `graph.rs`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ig_user_id: Option<String>,
    /// Of an Instagram account: the Page it is linked to, one at most (IG-22).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
    /// Of an Instagram account: the Threads profile connected to it, one at most (TH-23).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threads_user_id: Option<String>,
    /// Of an Instagram account: not professional, so that no portfolio can hold it (IG-10).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub personal: bool,
    /// Of an Instagram account: Shared Access in the app, where Instagram offers it (IG-2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shared_access: Option<SharedAccess>,
    /// Of a Threads account: the day it was made, and whether its profile is private.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<Date>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub private: bool,
    /// Tasks by user id: a member's id, a system user's id, or (outside portfolios) the person's user id.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub assigned: BTreeMap<String, BTreeSet<String>>,
    /// Other portfolios it is shared with.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub partners: BTreeMap<String, Share>,
    /// Of a dataset: the ad accounts that use it, each with the portfolio that it was connected for.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub connected: BTreeMap<String, String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AssetKind {
    Page,
    AdAccount,
    Dataset,
    Catalog,
    #[serde(rename = "instagram_account")]
    Instagram,
    #[serde(rename = "whatsapp_account")]
    WhatsApp,
    /// No call of the Graph API knows it; people manage it in Business settings (TH-1).
    #[serde(rename = "threads_account")]
    Threads,
}

impl AssetKind {
    /// The word of the ledger.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::AdAccount => "ad_account",
            Self::Dataset => "dataset",
            Self::Catalog => "catalog",
            Self::Instagram => "instagram_account",
            Self::WhatsApp => "whatsapp_account",
            Self::Threads => "threads_account",
        }
    }

    /// The name of the node type in Meta's messages.
    pub fn node(self) -> &'static str {
        match self {
            Self::Page => "Page",
            Self::AdAccount => "AdAccount",
            Self::Dataset => "AdsPixel",
            Self::Catalog => "ProductCatalog",
            Self::Instagram => "InstagramBusinessAsset",
            Self::WhatsApp => "WhatsAppBusinessAccount",
            Self::Threads => "ThreadsUser",
        }
    }

    /// What a portfolio's edges call its assets of this kind, after `owned_` or `client_`.
    pub fn edge(self) -> &'static str {
        match self {
            Self::Page => "pages",
            Self::AdAccount => "ad_accounts",
            Self::Dataset => "pixels",
            Self::Catalog => "product_catalogs",
            Self::Instagram => "instagram_assets",
            Self::WhatsApp => "whatsapp_business_accounts",
            Self::Threads => "",
        }
    }

    /// Those that have an edge.
    pub const LISTED: [Self; 6] =
        [Self::Page, Self::AdAccount, Self::Dataset, Self::Catalog, Self::Instagram, Self::WhatsApp];
}

/// Who was let into an Instagram account from inside the app.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SharedAccess {
    /// Meta Verified for Business: room for more people (IG-5).
    pub verified: bool,
    /// By the cast's id.
    pub people: BTreeMap<String, LetIn>,
}

/// One person with Shared Access, or invited to it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LetIn {
    pub permissions: BTreeSet<String>,
    pub invited_at: Timestamp,
    #[serde(default)]
    pub accepted: bool,
}

/// What a partner was given.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Share {
    /// As asked for; reads show them under other names (see `tasks.rs`).
    pub tasks: BTreeSet<String>,
    #[serde(default)]
    pub status: ShareStatus,
    pub requested_at: Timestamp,
    pub updated_at: Timestamp,
    /// Who asked, when a second admin has to approve.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requested_by: Option<String>,
    /// The sharing agreement that the partner has to approve first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agreement: Option<String>,
    /// What the partner said when it asked for this itself (IG-24).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plea: Option<Plea>,
}

/// A partner's own request. Calls carry neither relationship nor message: those are steps in Business settings.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plea {
    /// Under which the partner's portfolio lists it.
    pub id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relationship: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum ShareStatus {
    #[default]
    Confirmed,
    /// A second admin of the owner has to approve.
    Pending,
    /// The partner has to approve.
    Proposed,
    /// The partner asked, and the owner has to approve.
    Asked,
}

impl ShareStatus {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Confirmed => "CONFIRMED",
            Self::Pending | Self::Proposed => "PENDING",
            Self::Asked => "CLIENT_RESPONSE_PENDING",
        }
    }
}

fn yes() -> bool {
    true
}

fn active() -> u32 {
    1
}

fn is_active(status: &u32) -> bool {
    *status == 1
}

fn verified() -> String {
    "verified".into()
}
