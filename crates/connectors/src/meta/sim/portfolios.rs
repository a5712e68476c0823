//! Business portfolios: what they own and received, and who is in them.

use serde_json::{Map, Value, json};
use valetkey_sdk::sim::{Caller, Effect, Operation};

use super::fields::{self, Field, NodeType};
use super::graph::Cx;
use super::refusal::Refusal;
use super::rights::Assignee;
use super::world::{AssetKind, PendingUser, Role, ShareStatus};
use super::{GRAPH, PLATFORM, agreements, asking, assets, paging, people};

pub const BUSINESS: NodeType = NodeType {
    name: "Business",
    shown: &["id", "name"],
    known: &[
        "access_requested_time",
        "access_status",
        "access_updated_time",
        "adaccount_permissions",
        "created_by",
        "created_time",
        "id",
        "is_hidden",
        "link",
        "name",
        "page_permissions",
        "payment_account_id",
        "permitted_roles",
        "permitted_tasks",
        "primary_page",
        "profile_picture_uri",
        "timezone_id",
        "two_factor_type",
        "updated_by",
        "updated_time",
        "user_access_expire_time",
        "verification_status",
        "vertical",
        "vertical_id",
    ],
};

const BUSINESS_USER: NodeType = NodeType {
    name: "BusinessUser",
    shown: &["id", "name", "business", "role"],
    known: &[
        "business",
        "email",
        "finance_permission",
        "first_name",
        "id",
        "ip_permission",
        "last_name",
        "name",
        "pending_email",
        "role",
        "title",
        "two_fac_status",
    ],
};

const SYSTEM_USER: NodeType = NodeType {
    name: "SystemUser",
    shown: &["id", "name", "role"],
    known: &["created_by", "created_time", "finance_permission", "id", "ip_permission", "name", "role"],
};

const PENDING_USER: NodeType = NodeType {
    name: "BusinessRoleRequest",
    shown: &["id", "email", "role", "status"],
    known: &[
        "created_time",
        "email",
        "expiration_time",
        "expiry_time",
        "id",
        "invite_link",
        "owner",
        "role",
        "status",
    ],
};

const APPLICATION: NodeType = NodeType {
    name: "Application",
    shown: &["id", "name"],
    known: &["app_type", "category", "company", "id", "link", "name"],
};

pub fn answer(cx: &Cx<'_>, id: &str, edge: &[&str]) -> Result<Value, Refusal> {
    let portfolio = &cx.world.portfolios[id];
    if cx.session.token.page.is_some() {
        return Err(Refusal::numbered(200, "This call needs a user access token"));
    }
    cx.session.needs("business_management")?;
    check_two_factor(cx, id)?;
    let owned =
        |kind| assets::list(cx, cx.world.list_assets(id, kind, false, cx.person()), &assets::In::Owned);
    let client =
        |kind| assets::list(cx, cx.world.list_assets(id, kind, true, cx.person()), &assets::In::Client(id));
    let is_admin = cx.world.is_admin(id, cx.person());
    match (cx.call.method.as_str(), edge) {
        ("GET", []) => match cx.world.find_member(id, cx.person()) {
            Some(_) => node(cx, id, fields::parse(cx.call.find("fields"))?.as_deref()),
            None => Err(cx.unsupported()),
        },
        ("GET", ["received_sharing_agreements"]) => agreements::list(cx, id),
        ("POST", ["client_pages"]) => asking::ask(cx, id, AssetKind::Page),
        ("POST", ["client_ad_accounts"]) => asking::ask(cx, id, AssetKind::AdAccount),
        ("GET", ["pending_client_pages"]) => asking::list(cx, id, AssetKind::Page),
        ("GET", ["pending_client_ad_accounts"]) => asking::list(cx, id, AssetKind::AdAccount),
        ("GET", ["owned_apps"]) => list_apps(cx, id, false),
        ("GET", ["client_apps"]) => list_apps(cx, id, true),
        ("GET", [edge]) if listed(edge).is_some() => {
            let (kind, is_owned) = listed(edge).unwrap_or((AssetKind::Page, true));
            match kind {
                AssetKind::Catalog => cx.session.needs("catalog_management")?,
                // Meta docs: WhatsApp Business accounts, 2026-11: error 200 without it.
                AssetKind::WhatsApp => cx.session.needs("whatsapp_business_management")?,
                _ => {}
            }
            if is_owned { owned(kind) } else { client(kind) }
        }
        ("GET", ["business_users"]) => {
            // Partial access sees itself only (inferred).
            let seen = portfolio.members.iter().filter(|(person, _)| is_admin || *person == cx.person());
            let is_member = portfolio.members.contains_key(cx.person());
            list_assignees(cx, seen.filter(|_| is_member).map(|(_, member)| member.id.clone()).collect())
        }
        ("GET", ["system_users"]) => {
            list_assignees(cx, portfolio.system_users.keys().filter(|_| is_admin).cloned().collect())
        }
        ("GET", ["pending_users"]) => {
            let wanted = fields::parse(cx.call.find("fields"))?;
            let now = cx.meta.hub.clock.now();
            let waits = |row: &PendingUser| row.expires_at.is_none_or(|at| at > now);
            let waiting = portfolio.pending_users.iter().filter(|(_, row)| is_admin && waits(row));
            let ids = waiting.map(|(id, _)| id.clone()).collect();
            paging::page(cx.call, ids, cx.world.sparse_lists, |id| {
                let row = &portfolio.pending_users[id];
                let row = json!({
                    "id": id, "email": row.email, "role": row.role, "status": "PENDING",
                    "expiration_time": row.expires_at.map(graph_time), "expiry_time": row.place.until.map(graph_time),
                });
                fields::project(
                    row.as_object().cloned().unwrap_or_default(),
                    wanted.as_deref(),
                    &PENDING_USER,
                )
            })
        }
        // Apps may only invite into portfolios that have claimed them, and no client has (Meta docs:
        // Business reference, 2026-11; the code is inferred).
        ("POST", ["business_users"]) => {
            Err(Refusal::not_allowed("The app may not invite people into this portfolio"))
        }
        ("DELETE", ["pages"]) => drop_asset(cx, id, cx.call.get_id("page_id")?, AssetKind::Page),
        ("DELETE", ["ad_accounts"]) => {
            drop_asset(cx, id, cx.call.get_id("adaccount_id")?, AssetKind::AdAccount)
        }
        (_, [unknown, ..]) => Err(Refusal::no_such_field(unknown, BUSINESS.name)),
        _ => Err(cx.unsupported()),
    }
}

/// Full control sees the portfolio's apps (inferred): its own, or those of others that it may use.
fn list_apps(cx: &Cx<'_>, id: &str, of_another: bool) -> Result<Value, Refusal> {
    let wanted = fields::parse(cx.call.find("fields"))?;
    let sees = cx.world.is_admin(id, cx.person());
    let apps = &cx.world.portfolios[id].apps;
    let ids = apps.iter().filter(|(_, app)| sees && app.of_another == of_another);
    paging::page(cx.call, ids.map(|(app, _)| app.clone()).collect(), cx.world.sparse_lists, |app| {
        let row = Map::from_iter([("id".to_owned(), json!(app)), ("name".to_owned(), json!(apps[app].name))]);
        fields::project(row, wanted.as_deref(), &APPLICATION)
    })
}

/// As the Graph API writes times: no colon in the offset.
fn graph_time(at: jiff::Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S+0000").to_string()
}

/// The kind that an edge lists, and whether it lists what the portfolio owns.
fn listed(edge: &str) -> Option<(AssetKind, bool)> {
    let (kind, is_owned) = match (edge.strip_prefix("owned_"), edge.strip_prefix("client_")) {
        (Some(kind), _) => (kind, true),
        (_, Some(kind)) => (kind, false),
        _ => return None,
    };
    AssetKind::LISTED.into_iter().find(|known| known.edge() == kind).map(|kind| (kind, is_owned))
}

/// A portfolio that wants two-factor sign-ins refuses sessions without (Meta docs: error tables,
/// 2026-11).
pub fn check_two_factor(cx: &Cx<'_>, portfolio: &str) -> Result<(), Refusal> {
    let wants = cx.world.portfolios.get(portfolio).is_some_and(|portfolio| portfolio.two_factor_required);
    let has = cx.world.users.get(cx.person()).is_some_and(|user| user.two_factor);
    if wants && !has {
        let text = "Turn on two-factor authentication for your account and log in again.".to_owned();
        return Err(
            Refusal::numbered(415, "Two factor authentication required").for_people("Log in again", text)
        );
    }
    Ok(())
}

pub fn node(cx: &Cx<'_>, id: &str, wanted: Option<&[Field]>) -> Result<Value, Refusal> {
    let mut node = public_fields(cx, id);
    let role = cx.world.find_member(id, cx.person()).map(|member| member.role.as_str());
    node.insert("permitted_roles".into(), json!(role.into_iter().collect::<Vec<_>>()));
    fields::project(node, wanted, &BUSINESS)
}

/// What anybody related to a portfolio may know about it.
pub fn public_fields(cx: &Cx<'_>, id: &str) -> Map<String, Value> {
    let portfolio = &cx.world.portfolios[id];
    let two_factor = if portfolio.two_factor_required { "all_required" } else { "none" };
    Map::from_iter([
        ("id".to_owned(), json!(id)),
        ("name".to_owned(), json!(portfolio.name)),
        ("verification_status".to_owned(), json!(portfolio.verification_status)),
        ("two_factor_type".to_owned(), json!(two_factor)),
    ])
}

/// People and system users by their ids inside portfolios.
pub fn list_assignees(cx: &Cx<'_>, ids: Vec<String>) -> Result<Value, Refusal> {
    let wanted = fields::parse(cx.call.find("fields"))?;
    paging::page(cx.call, ids, cx.world.sparse_lists, |id| assignee_node(cx, id, wanted.as_deref()))
}

fn find_assignee<'a>(cx: &Cx<'a>, id: &str) -> Result<Assignee<'a>, Refusal> {
    cx.world.find_assignee(id, |person| cx.name_of(person)).ok_or_else(|| cx.unsupported())
}

fn assignee_node(cx: &Cx<'_>, id: &str, wanted: Option<&[Field]>) -> Result<Value, Refusal> {
    let found = find_assignee(cx, id)?;
    let portfolio = &cx.world.portfolios[found.portfolio];
    let mut node = Map::from_iter([("id".to_owned(), json!(id)), ("name".to_owned(), json!(found.name))]);
    let role = match found.person {
        Some(person) => portfolio.members.get(person).map(|member| member.role),
        None => portfolio.system_users.get(id).map(|user| user.role),
    };
    node.insert("role".into(), json!(role.map(Role::as_str)));
    let Some(person) = found.person else { return fields::project(node, wanted, &SYSTEM_USER) };
    node.insert("business".into(), json!({ "id": found.portfolio, "name": portfolio.name }));
    let email = cx.meta.hub.people().find(person).map(|person| person.email.clone());
    node.insert("email".into(), json!(email));
    let member = portfolio.members.get(person);
    node.insert("finance_permission".into(), json!(member.and_then(|member| member.finance.clone())));
    let two_factor = cx.world.users.get(person).is_some_and(|user| user.two_factor);
    node.insert("two_fac_status".into(), json!(if two_factor { "ENABLED" } else { "DISABLED" }));
    fields::project(node, wanted, &BUSINESS_USER)
}

/// `/{business-user}` and `/{system-user}`, with what is assigned to them.
pub fn answer_assignee(cx: &Cx<'_>, id: &str, edge: &[&str]) -> Result<Value, Refusal> {
    cx.session.needs("business_management")?;
    let found = find_assignee(cx, id)?;
    if !cx.world.is_admin(found.portfolio, cx.person()) && found.person != Some(cx.person()) {
        return Err(cx.unsupported());
    }
    let assigned = |kind| {
        let all =
            cx.world.assets.iter().filter(|(_, asset)| asset.kind == kind && asset.assigned.contains_key(id));
        assets::list(cx, all.map(|(asset, _)| asset.clone()).collect(), &assets::In::Owned)
    };
    match (cx.call.method.as_str(), edge) {
        ("GET", []) => assignee_node(cx, id, fields::parse(cx.call.find("fields"))?.as_deref()),
        ("DELETE", []) => people::take_out(cx, id),
        ("GET", ["assigned_pages"]) => assigned(AssetKind::Page),
        ("GET", ["assigned_ad_accounts"]) => assigned(AssetKind::AdAccount),
        (_, [unknown, ..]) => Err(Refusal::no_such_field(unknown, BUSINESS_USER.name)),
        _ => Err(cx.unsupported()),
    }
}

/// A portfolio lets go of one asset: of a share it received, or of an asset it owns.
fn drop_asset(cx: &Cx<'_>, portfolio: &str, id: &str, kind: AssetKind) -> Result<Value, Refusal> {
    cx.change(|world| {
        if !world.is_admin(portfolio, cx.person()) {
            return Err(Refusal::not_allowed("Only full control of the portfolio may remove its assets"));
        }
        let asset = world.assets.get_mut(id).filter(|asset| asset.kind == kind);
        let asset =
            asset.ok_or_else(|| Refusal::parameter(format!("{id} is not an asset of this portfolio")))?;
        // A share that still waits for the client's second admin is not there for the agency.
        let received =
            asset.partners.get(portfolio).is_some_and(|share| share.status == ShareStatus::Confirmed);
        let gone = if received { asset.partners.remove(portfolio) } else { None };
        if gone.is_none() && asset.portfolio.as_deref() != Some(portfolio) {
            // Meta docs: Pages API errors, 2026-11 (3996 for Pages; for ad accounts inferred).
            return Err(Refusal::numbered(3996, "The asset is not in this portfolio"));
        }
        if gone.is_none() {
            asset.portfolio = None;
        }
        let caller = Caller { app: Some(cx.session.token.app.clone()), person: Some(cx.person().to_owned()) };
        let operation = if gone.is_some() { Operation::Revoke } else { Operation::Remove };
        let effect =
            Effect::new(PLATFORM, GRAPH, operation, (kind.as_str(), id), ("portfolio", portfolio), caller);
        cx.meta.hub.record(effect.with_roles(gone.map(|share| share.tasks).unwrap_or_default()));
        world.unassign_all(id, portfolio);
        Ok(json!({ "success": true }))
    })
}
