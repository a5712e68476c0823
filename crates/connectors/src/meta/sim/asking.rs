//! A portfolio asks another one for a Page or an ad account: `POST /{portfolio}/client_pages`, and what waits.
//! Meta docs: business-to-business guide, 2026-11; the contract knows the call for Pages and lists for both.

use serde_json::{Map, Value, json};
use valetkey_sdk::sim::Operation;

use super::agencies::record;
use super::fields::{self, NodeType};
use super::graph::Cx;
use super::portfolios::check_two_factor;
use super::refusal::Refusal;
use super::world::{AssetKind, Plea, Share, ShareStatus, World};
use super::{paging, tasks};

const PAGE_REQUEST: NodeType =
    NodeType { name: "BusinessPageRequest", shown: &["id", "page"], known: &["id", "page"] };
const ACCOUNT_REQUEST: NodeType =
    NodeType { name: "BusinessAdAccountRequest", shown: &["id", "ad_account"], known: &["ad_account", "id"] };

impl World {
    /// Why this portfolio cannot ask at all: it needs a primary Page, and two-factor sign-ins (Meta business help:
    /// request access, read second hand, 2026-11).
    pub fn cannot_ask(&self, portfolio: &str) -> Option<&'static str> {
        let entry = self.portfolios.get(portfolio)?;
        match (&entry.primary_page, entry.two_factor_required) {
            (None, _) => Some("Choose a primary Page for this business before you request access"),
            (_, false) => {
                Some("Turn on two-factor authentication for this business before you request access")
            }
            _ => None,
        }
    }

    /// An id that no request has.
    pub fn new_plea(&self) -> String {
        let taken = |id: &String| {
            let shares = self.assets.values().flat_map(|asset| asset.partners.values());
            shares.filter_map(|share| share.plea.as_ref()).any(|plea| plea.id == *id)
        };
        (1..).map(|n| format!("8842{n:011}")).find(|id| !taken(id)).unwrap_or_default()
    }
}

/// Asks the owner. The answer tells only whether somebody has to approve; nobody has access before that.
pub fn ask(cx: &Cx<'_>, portfolio: &str, kind: AssetKind) -> Result<Value, Refusal> {
    let app = cx.world.apps.get(&cx.session.token.app);
    if !app.is_some_and(|app| app.advanced_access) {
        return Err(Refusal::numbered(3, "Application does not have the capability to make this API call."));
    }
    let (param, permissions): (_, &[&str]) = match kind {
        AssetKind::Page => ("page_id", &["pages_manage_metadata", "pages_show_list"]),
        _ => ("adaccount_id", &["ads_management"]),
    };
    permissions.iter().try_for_each(|permission| cx.session.needs(permission))?;
    check_two_factor(cx, portfolio)?;
    if !cx.world.is_admin(portfolio, cx.person()) {
        return Err(Refusal::not_allowed("You need full control of this business"));
    }
    if let Some(why) = cx.world.cannot_ask(portfolio) {
        return Err(Refusal::parameter(why).for_people("You can't request access yet", why.to_owned()));
    }
    let id = cx.call.get_id(param)?;
    let tasks = tasks::asked(cx.call, "permitted_tasks", kind)?;
    if tasks.is_empty() && kind == AssetKind::AdAccount {
        return Err(Refusal::missing("permitted_tasks"));
    }
    cx.change(|world| {
        let plea = world.new_plea();
        let asset = world.assets.get(id).filter(|asset| asset.kind == kind);
        let asset = asset.ok_or_else(|| Refusal::parameter(format!("Param {param} must be a valid ID")))?;
        // Whether what lies in no portfolio can be asked for is unconfirmed; here it cannot.
        let owner = asset
            .portfolio
            .as_deref()
            .ok_or_else(|| Refusal::parameter("The asset must be owned by a business"))?;
        if owner == portfolio {
            return Err(Refusal::numbered(3946, "The asset already belongs to this business."));
        }
        // Who has full control of the Page answers by asking.
        let own = world.tasks_of(asset, cx.person());
        let is_theirs = own.iter().any(|task| ["MANAGE", "FULL_CONTROL"].contains(&tasks::plain(task)));
        let at_once = kind == AssetKind::Page && is_theirs;
        let status = if at_once { ShareStatus::Confirmed } else { ShareStatus::Asked };
        match asset.partners.get(portfolio).map(|share| share.status) {
            // Asking again leaves the request as it is (unconfirmed).
            Some(ShareStatus::Asked) if !at_once => return Ok(json!({ "access_status": "PENDING" })),
            None | Some(ShareStatus::Asked) => {}
            Some(_) => {
                return Err(Refusal::numbered(3944, "The business already has access to this object."));
            }
        }
        let now = cx.meta.hub.clock.now();
        let share = Share {
            tasks: tasks.clone(),
            status,
            requested_at: now,
            updated_at: now,
            requested_by: None,
            agreement: None,
            plea: (!at_once).then_some(Plea { id: plea, relationship: None, message: None }),
        };
        let asset = world.assets.get_mut(id).ok_or_else(|| cx.unsupported())?;
        asset.partners.insert(portfolio.to_owned(), share);
        let operation = if at_once { Operation::Grant } else { Operation::Request };
        record(cx, operation, kind, id, portfolio, tasks);
        Ok(json!({ "access_status": if at_once { "CONFIRMED" } else { "PENDING" } }))
    })
}

/// What the portfolio asked for and nobody answered. Being listed is being pending: rows have no status.
pub fn list(cx: &Cx<'_>, portfolio: &str, kind: AssetKind) -> Result<Value, Refusal> {
    let wanted = fields::parse(cx.call.find("fields"))?;
    let sees = cx.world.is_admin(portfolio, cx.person());
    let waiting: Vec<_> = cx
        .world
        .assets
        .iter()
        .filter(|(_, asset)| sees && asset.kind == kind)
        .filter_map(|(id, asset)| {
            let share = asset.partners.get(portfolio).filter(|share| share.status == ShareStatus::Asked)?;
            Some((share.plea.as_ref()?.id.clone(), id, asset))
        })
        .collect();
    let (field, node) = match kind {
        AssetKind::Page => ("page", &PAGE_REQUEST),
        _ => ("ad_account", &ACCOUNT_REQUEST),
    };
    let ids = waiting.iter().map(|(plea, ..)| plea.clone()).collect();
    paging::page(cx.call, ids, cx.world.sparse_lists, |plea| {
        let found = waiting.iter().find(|(known, ..)| known == plea);
        let about = found.map(|(_, id, asset)| json!({ "id": id, "name": asset.name }));
        let row = Map::from_iter([("id".to_owned(), json!(plea)), (field.to_owned(), json!(about))]);
        fields::project(row, wanted.as_deref(), node)
    })
}
