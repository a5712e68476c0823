//! Assets as nodes and in lists.

use serde_json::{Map, Value, json};

use super::fields::{self, Field, NodeType};
use super::graph::Cx;
use super::refusal::Refusal;
use super::world::{Asset, AssetKind};
use super::{PLATFORM, paging, tasks};

/// Fields by Meta's contract v26.0; those without a value here are left out of answers.
const PAGE: NodeType = NodeType {
    name: "Page",
    shown: &["id", "name"],
    known: &[
        "about",
        "access_token",
        "business",
        "category",
        "category_list",
        "connected_instagram_account",
        "cover",
        "fan_count",
        "followers_count",
        "has_lead_access",
        "has_transitioned_to_new_page_experience",
        "id",
        "instagram_business_account",
        "is_owned",
        "is_published",
        "is_verified",
        "link",
        "name",
        "owner_business",
        "permitted_tasks",
        "picture",
        "tasks",
        "username",
        "user_access_expire_time",
        "verification_status",
        "website",
    ],
};

pub const AD_ACCOUNT: NodeType = NodeType {
    name: "AdAccount",
    shown: &["id", "account_id"],
    known: &[
        "account_id",
        "account_status",
        "age",
        "amount_spent",
        "balance",
        "business",
        "business_name",
        "capabilities",
        "created_time",
        "currency",
        "disable_reason",
        "end_advertiser",
        "funding_source",
        "id",
        "is_personal",
        "name",
        "owner",
        "permitted_tasks",
        "spend_cap",
        "tasks",
        "timezone_id",
        "timezone_name",
        "timezone_offset_hours_utc",
        "user_access_expire_time",
        "user_tasks",
    ],
};

const DATASET: NodeType = NodeType {
    name: "AdsPixel",
    shown: &["id"],
    known: &[
        "creation_time",
        "creator",
        "id",
        "is_created_by_business",
        "is_unavailable",
        "last_fired_time",
        "name",
        "owner_ad_account",
        "owner_business",
        "permitted_tasks",
        "user_access_expire_time",
    ],
};

const CATALOG: NodeType = NodeType {
    name: "ProductCatalog",
    shown: &["id", "name"],
    known: &[
        "business",
        "feed_count",
        "id",
        "is_catalog_segment",
        "name",
        "owner_business",
        "permitted_roles",
        "permitted_tasks",
        "product_count",
        "user_access_expire_time",
        "vertical",
    ],
};

const INSTAGRAM: NodeType = NodeType {
    name: "InstagramBusinessAsset",
    shown: &["id"],
    known: &["id", "ig_user_id", "ig_username", "permitted_tasks"],
};

const WHATSAPP: NodeType = NodeType {
    name: "WhatsAppBusinessAccount",
    shown: &["id", "name"],
    known: &[
        "account_review_status",
        "country",
        "currency",
        "id",
        "is_shared_with_partners",
        "name",
        "owner_business",
        "owner_business_info",
        "ownership_type",
        "permitted_tasks",
        "status",
    ],
};

const THREADS: NodeType = NodeType {
    name: "ThreadsUser",
    shown: &["threads_user_id"],
    known: &["id", "threads_user_id", "threads_user_profile_pic"],
};

/// Where an asset is looked at from.
pub enum In<'a> {
    Node,
    /// `/me/accounts` and `/me/adaccounts`.
    Me,
    Owned,
    /// What this portfolio received.
    Client(&'a str),
}

pub fn answer(cx: &Cx<'_>, id: &str, edge: &[&str]) -> Result<Value, Refusal> {
    let asset = &cx.world.assets[id];
    match (cx.call.method.as_str(), edge) {
        ("GET", []) => {
            if !cx.world.can_see(asset, cx.person()) {
                return Err(cx.unsupported());
            }
            let wanted = fields::parse(cx.call.find("fields"))?;
            node(cx, id, asset, &In::Node, wanted.as_deref())
        }
        (_, [unknown, ..]) => Err(Refusal::no_such_field(unknown, asset.kind.node())),
        _ => Err(cx.unsupported()),
    }
}

/// `/{ig-user}`: who looks at an Instagram account under its user id may read, and share nothing.
pub fn answer_instagram_user(cx: &Cx<'_>, id: &str, edge: &[&str]) -> Result<Value, Refusal> {
    let asset = &cx.world.assets[id];
    cx.session.needs("instagram_basic")?;
    if !cx.world.can_see(asset, cx.person()) {
        return Err(cx.unsupported());
    }
    match (cx.call.method.as_str(), edge) {
        ("GET", ["connected_threads_user"]) => {
            let wanted = fields::parse(cx.call.find("fields"))?;
            let ids = asset.threads_user_id.iter().cloned().collect();
            paging::page(cx.call, ids, cx.world.sparse_lists, |id| {
                let row = Map::from_iter([("threads_user_id".to_owned(), json!(id))]);
                fields::project(row, wanted.as_deref(), &THREADS)
            })
        }
        // Its partners are changed under the business asset's id only (seen in life; the code is inferred).
        _ => Err(cx.unsupported()),
    }
}

pub fn list(cx: &Cx<'_>, ids: Vec<String>, seen_in: &In<'_>) -> Result<Value, Refusal> {
    let wanted = fields::parse(cx.call.find("fields"))?;
    paging::page(cx.call, ids, cx.world.sparse_lists, |id| {
        node(cx, id, &cx.world.assets[id], seen_in, wanted.as_deref())
    })
}

fn node(
    cx: &Cx<'_>,
    id: &str,
    asset: &Asset,
    seen_in: &In<'_>,
    wanted: Option<&[Field]>,
) -> Result<Value, Refusal> {
    let mut node = Map::new();
    let mut put = |name: &str, value: Value| {
        node.insert(name.to_owned(), value);
    };
    put("id", json!(id));
    put("name", json!(asset.name));
    let business = asset.portfolio.as_ref().filter(|_| cx.session.granted.contains("business_management"));
    if let Some(business) = business {
        put("business", json!({ "id": business, "name": cx.world.portfolios[business].name }));
    }
    if let In::Client(portfolio) = seen_in
        && let Some(share) = asset.partners.get(*portfolio)
    {
        put("permitted_tasks", json!(tasks::read_back(asset.kind, &share.tasks)));
    }
    let own_tasks = cx.world.tasks_of(asset, cx.person());
    match asset.kind {
        AssetKind::Page => {
            put("category", json!(asset.category));
            put("link", json!(format!("https://www.facebook.com/{id}")));
            put("is_published", json!(true));
            put("tasks", json!(own_tasks));
            let linked = cx.world.assets.values().find(|other| other.page.as_deref() == Some(id));
            if let Some(user) = linked.and_then(|linked| linked.ig_user_id.as_ref()) {
                put("instagram_business_account", json!({ "id": user }));
            }
            if let Some(business) = business {
                put("owner_business", json!({ "id": business, "name": cx.world.portfolios[business].name }));
            }
            // Only somebody with a task gets the Page's token (recalled, not re-read).
            let asked =
                fields::asks(wanted, "access_token") || (wanted.is_none() && matches!(seen_in, In::Me));
            if asked && !own_tasks.is_empty() {
                put("access_token", json!(page_token(cx, id)));
            }
        }
        AssetKind::AdAccount => {
            put("account_id", json!(id.trim_start_matches("act_")));
            put("account_status", json!(asset.status));
            put("disable_reason", json!(u8::from(asset.status == 2)));
            put("currency", json!(asset.currency));
            put("timezone_name", json!(asset.timezone));
            put("is_personal", json!(u8::from(asset.portfolio.is_none())));
            put("user_tasks", json!(own_tasks));
            put("tasks", json!(own_tasks));
            if let Some(owner) = &asset.portfolio {
                put("owner", json!(owner));
            }
        }
        AssetKind::Instagram => {
            put("ig_username", json!(asset.name));
            put("ig_user_id", json!(asset.ig_user_id));
        }
        AssetKind::Dataset => put("is_unavailable", json!(false)),
        AssetKind::Catalog => put("vertical", json!("commerce")),
        AssetKind::WhatsApp => put("ownership_type", json!("SELF")),
        // No call leads to it.
        AssetKind::Threads => {}
    }
    if let Some(business) = asset.portfolio.as_ref().filter(|_| asset.kind != AssetKind::Page) {
        let name = &cx.world.portfolios[business].name;
        node.insert("owner_business".into(), json!({ "id": business, "name": name }));
    }
    let of = match (asset.kind, seen_in) {
        (AssetKind::Page, In::Me) => {
            &NodeType { shown: &["access_token", "category", "name", "id", "tasks"], ..PAGE }
        }
        (AssetKind::Page, _) => &PAGE,
        (AssetKind::AdAccount, _) => &AD_ACCOUNT,
        (AssetKind::Dataset, _) => &DATASET,
        (AssetKind::Catalog, _) => &CATALOG,
        (AssetKind::Instagram, _) => &INSTAGRAM,
        (AssetKind::WhatsApp | AssetKind::Threads, _) => &WHATSAPP,
    };
    fields::project(node, wanted, of)
}

fn page_token(cx: &Cx<'_>, page: &str) -> String {
    if cx.session.token.page.as_deref() == Some(page) {
        return cx.session.value.clone();
    }
    let hub = &cx.meta.hub;
    let mut tokens = cx.meta.books.tokens.open();
    let (value, is_new) = tokens.page_token(&hub.random, &cx.session.token, page, hub.clock.now_ms());
    if is_new {
        hub.secrets.register("page_token", PLATFORM, &value, page);
    }
    value
}
