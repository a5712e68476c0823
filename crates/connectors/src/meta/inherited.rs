//! What partners may do with an Instagram account because they hold the Page that it is linked to. It is
//! shown apart, because taking the account away from them does not take this away (IG-21, IG-23).
//!
//! Source: Meta business help, "About linking a Page and an Instagram account"; which task brings which is
//! inferred from the names in Business settings.

use valetkey_sdk::access::{AssetRef, AssetType, Entitlement, Path, Roles};
use valetkey_sdk::call;
use valetkey_sdk::page::Cursor;
use valetkey_sdk::{Error, Result};

use super::api::{Graph, tasks, text};
use super::{entitlement, id};

/// A Page's task, and what it brings on the account: content, comments, ads, insights. Never messages,
/// settings or the login.
const BRINGS: [(&str, &str); 4] = [
    ("ADVERTISE", "ADVERTISE"),
    ("ANALYZE", "ANALYZE"),
    ("CREATE_CONTENT", "CONTENT"),
    ("MODERATE", "COMMUNITY_ACTIVITY"),
];
/// Pages of a portfolio's Pages that are looked through.
const MAX_PAGES: usize = 10;

/// One row for each partner on the linked Page. None where the Page cannot be read: then its own listing
/// says why.
pub async fn rows(graph: &Graph<'_>, on: &AssetRef) -> Result<Vec<Entitlement>> {
    match read(graph, on).await {
        Err(e) if e.is_definite_refusal() && !is_over(&e) => Ok(Vec::new()),
        other => other,
    }
}

fn is_over(e: &Error) -> bool {
    matches!(e.kind, valetkey_sdk::ErrorKind::Reauthorize { .. })
}

async fn read(graph: &Graph<'_>, on: &AssetRef) -> Result<Vec<Entitlement>> {
    let Some(page) = linked_page(graph, on).await? else { return Ok(Vec::new()) };
    let Some(own) = graph.find_of_page(id(&page)?).await? else { return Ok(Vec::new()) };
    let (mut found, mut at) = (Vec::new(), Cursor(None));
    for _ in 0..MAX_PAGES {
        let fields = "id,name,access_status,permitted_tasks";
        let edge = own.list(call!("partners"), &format!("{}/agencies", id(&page)?), fields, &at).await?;
        found.extend(edge.rows.iter().filter_map(|row| {
            let roles = brought(&tasks(row, "permitted_tasks"));
            let held = entitlement(on, row).filter(|_| !roles.is_empty())?;
            Some(Entitlement { roles, path: Path::Inherited(page.clone()), ..held })
        }));
        let Some(next) = edge.next else { break };
        at = next;
    }
    Ok(found)
}

/// The Page that the account is linked to, if its portfolio owns it. One at most (IG-22).
async fn linked_page(graph: &Graph<'_>, on: &AssetRef) -> Result<Option<AssetRef>> {
    let Some(portfolio) = on.parent() else { return Ok(None) };
    let account = graph.get(call!("account"), id(on)?, "ig_user_id").await?;
    let Some(user) = text(&account, "ig_user_id") else { return Ok(None) };
    let mut at = Cursor(None);
    for _ in 0..MAX_PAGES {
        let fields = "id,instagram_business_account{id}";
        let edge = graph.list(call!("owned"), &format!("{portfolio}/owned_pages"), fields, &at).await?;
        let linked =
            edge.rows.iter().find(|row| text(row, "instagram_business_account.id").as_ref() == Some(&user));
        if let Some(page) = linked.and_then(|row| text(row, "id")) {
            return Ok(Some(AssetRef::known(&AssetType::new("page"), page, Some(portfolio))));
        }
        let Some(next) = edge.next else { break };
        at = next;
    }
    Ok(None)
}

fn brought(tasks: &Roles) -> Roles {
    let held = |task: &str| tasks.iter().any(|t| t.strip_prefix("PROFILE_PLUS_").unwrap_or(t) == task);
    BRINGS.into_iter().filter(|(task, _)| held(task)).map(|(_, brings)| brings.to_owned()).collect()
}
