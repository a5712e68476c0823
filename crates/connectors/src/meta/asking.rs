//! The agency's portfolio asks another one for a Page or an ad account, and lists what nobody answered yet.
//!
//! Source: Graph API reference, `/{business}/client_pages` and `/{business}/pending_client_pages`; the guide
//! "Business-to-business" for ad accounts, which the contract files leave out since v12; read 2026-11-22. The calls
//! carry neither relationship nor message, and no call takes a request back: those are steps in Business settings.

use serde_json::Value;
use valetkey_sdk::access::{
    AssetRef, AssetType, Entitlement, EntitlementState, Party, Path, Principal, Roles, Side, Wish,
};
use valetkey_sdk::call;
use valetkey_sdk::connector::{Cx, Outcome};
use valetkey_sdk::page::{Cursor, Page, Sight};
use valetkey_sdk::{Error, ErrorKind, Result};

use super::api::{Graph, tasks, text};
use super::{canary, errors, id, staff};

/// Tasks on a Page below full control. What Meta calls anything else may be full control.
const LESSER: [&str; 6] = ["ADVERTISE", "ANALYZE", "CREATE_CONTENT", "MANAGE_LEADS", "MESSAGING", "MODERATE"];
/// Pages of the person's own Pages that are looked through.
const MAX_PAGES: usize = 10;

/// Asks; the owner's full control answers in Business Suite (IG-27). What would be given at once is not asked for.
pub async fn ask(cx: &Cx<'_>, wish: &Wish) -> Result<Outcome> {
    let (edge, param, _) = edges(wish.on.of())?;
    let graph = Graph::new(cx, Side::Agency)?;
    if wish.on.of().as_str() == "page" && controls(&graph, &wish.who, id(&wish.on)?).await? {
        return Err(Error::rejected(errors::remedy("controls-it-already"), "Meta would give it at once"));
    }
    match graph.ask(&wish.who.id, edge, (param, id(&wish.on)?), &wish.roles()).await {
        // Full control came to whoever asks after it was looked for.
        Ok(body) if text(&body, "access_status").as_deref() == Some("CONFIRMED") => Ok(Outcome::Taken),
        Ok(_) => Ok(Outcome::Pending { by: Party::ClientAdmin, expires_at: None }),
        Err(e) if e.kind == ErrorKind::Conflict => Ok(Outcome::Already),
        Err(e) => Err(staff::explain(e)),
    }
}

/// Whether whoever asks has full control of the Page, or tasks that cannot be told apart from it: then Meta asks
/// nobody and gives it to the portfolio at once. Meta gives a Page's token to who holds a task there, and hides the
/// Page from who holds none (100/33). What it says otherwise, such as 10, tells nothing, and is an error here.
async fn controls(graph: &Graph<'_>, who: &Principal, page: &str) -> Result<bool> {
    match graph.find_of_page(page).await {
        Ok(None) => return Ok(false),
        Ok(Some(_)) => {}
        Err(e) if e.kind == ErrorKind::NotFound => return Ok(false),
        Err(e) => return Err(e),
    }
    let mut at = Cursor(None);
    for _ in 0..MAX_PAGES {
        let own = graph.list(call!("own pages"), "me/accounts", "id,tasks,business{id}", &at).await?;
        if let Some(row) = own.rows.iter().find(|row| text(row, "id").as_deref() == Some(page)) {
            // Of the portfolio's own Page Meta says so.
            if text(row, "business.id").as_deref() == Some(&who.id) {
                return Ok(false);
            }
            let held = tasks(row, "tasks");
            let is_lesser = |task: &str| LESSER.contains(&task.strip_prefix("PROFILE_PLUS_").unwrap_or(task));
            return Ok(held.is_empty() || !held.iter().all(|task| is_lesser(task)));
        }
        let Some(next) = own.next else { break };
        at = next;
    }
    Ok(true)
}

/// What waits. The rows tell neither tasks nor how long they stay.
pub async fn waiting(cx: &Cx<'_>, of: &AssetType, who: &Principal, at: &Cursor) -> Result<Page<Entitlement>> {
    let (edge, _, field) = edges(of)?;
    let graph = Graph::new(cx, Side::Agency)?;
    let fields = format!("id,{field}{{id,name}}");
    let edge = graph.list(call!("asked"), &format!("{}/pending_{edge}", who.id), &fields, at).await?;
    let items: Vec<_> = edge.rows.iter().filter_map(|row| entitlement(of, who, row, field)).collect();
    let sight = if items.is_empty() { canary(&graph, &who.id).await? } else { Sight::Full };
    Ok(Page { items, next: edge.next, sight })
}

fn entitlement(of: &AssetType, who: &Principal, row: &Value, field: &str) -> Option<Entitlement> {
    Some(Entitlement {
        on: AssetRef::known(of, text(row, &format!("{field}.id"))?, None),
        who: who.clone(),
        name: text(row, &format!("{field}.name")),
        roles: Roles::new(),
        state: EntitlementState::Pending { by: Party::ClientAdmin, expires_at: None },
        path: Path::Direct,
        native_id: text(row, "id"),
        two_factor: None,
        until: None,
    })
}

/// The edge, its parameter, and the field of a waiting row.
fn edges(of: &AssetType) -> Result<(&'static str, &'static str, &'static str)> {
    match of.as_str() {
        "page" => Ok(("client_pages", "page_id", "page")),
        "ad_account" => Ok(("client_ad_accounts", "adaccount_id", "ad_account")),
        other => Err(Error::unsupported(&format!("asking for a {other} by a call"))),
    }
}
