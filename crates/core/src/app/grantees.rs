//! Who receives access: proven by the agency's own sign-in, which lists it.

use serde_json::json;
use valetkey_connectors::Platform;
use valetkey_sdk::access::Side;
use valetkey_sdk::connector::{Asset, Connector, Cx, Identity};
use valetkey_sdk::error::{Error, ErrorKind, Result};
use valetkey_sdk::manifest::GranteeFacts;
use valetkey_sdk::point;

use super::display_name::DisplayName;
use super::offer::every_page;
use super::{AppError, invalid};
use crate::desk::Desk;
use crate::engine::record;
use crate::ids::GranteeId;
use crate::store::connections::Connection;
use crate::store::grantees::Grantee;
use crate::store::{Scope, Write};

/// A container that the agency's sign-in listed and has full rights in, or somebody who belongs to one.
pub struct Proven {
    pub kind: String,
    pub external_id: String,
    pub label: String,
    /// The container's id, of somebody who belongs to one.
    pub within: Option<String>,
}

/// Who signed in, and every grantee that their sign-in proves.
pub async fn prove(cx: &Cx<'_>, platform: &Platform) -> Result<(Identity, Vec<Proven>)> {
    let connector = platform.connector.as_ref().ok_or_else(|| Error::unsupported("signing in"))?;
    let identity = connector.identify(cx, Side::Agency).await?;
    let mut all = Vec::new();
    for facts in platform.manifest.grantees.iter().filter(|g| g.after.is_none()) {
        let Some(container) = &facts.proven_by else { continue };
        for asset in every_page(connector.as_ref(), cx, Side::Agency, container, None).await? {
            let Some(found) = proven(facts, &asset) else { continue };
            all.push(found);
            for facts in platform.manifest.grantees_after(&facts.kind) {
                all.extend(people(connector.as_ref(), cx, facts, &asset).await?);
            }
        }
    }
    Ok((identity, all))
}

fn proven(facts: &GranteeFacts, asset: &Asset) -> Option<Proven> {
    let id = asset.on.id().filter(|_| asset.blocked().is_none())?;
    Some(Proven {
        kind: facts.kind.clone(),
        external_id: id.to_owned(),
        label: asset.name.clone(),
        within: asset.on.parent().map(str::to_owned),
    })
}

/// Who belongs to a proven container. A platform that does not show them proves the container all the same.
async fn people(
    connector: &dyn Connector,
    cx: &Cx<'_>,
    facts: &GranteeFacts,
    container: &Asset,
) -> Result<Vec<Proven>> {
    let Some(of) = &facts.proven_by else { return Ok(Vec::new()) };
    match every_page(connector, cx, Side::Agency, of, Some(&container.on)).await {
        Ok(found) => Ok(found.iter().filter_map(|asset| proven(facts, asset)).collect()),
        Err(e) if e.is_definite_refusal() && !matches!(e.kind, ErrorKind::RateLimited { .. }) => {
            tracing::warn!(error = %e, kind = facts.kind, "the people of a container are not shown");
            Ok(Vec::new())
        }
        Err(e) => Err(e),
    }
}

/// Keeps the agency's connection and what it proved.
pub async fn record(
    desk: &Desk,
    scope: &Scope,
    connection: Connection,
    platform: &str,
    proven: Vec<Proven>,
) -> Result<(), AppError> {
    let data = json!({"platform": platform, "proven": proven.len()});
    let mut writes = vec![record::audit(desk, "connection.made", connection.id.as_str(), None, data)];
    for p in proven {
        writes.push(Write::Grantee(Grantee {
            id: GranteeId::new(&desk.clock, &desk.random),
            platform: platform.to_owned(),
            kind: p.kind,
            external_id: p.external_id,
            label: p.label,
            within: p.within,
            connection_id: Some(connection.id.clone()),
            proven_at: Some(desk.now_ms()),
        }));
    }
    writes.push(Write::NewConnection(Box::new(connection)));
    Ok(desk.store.commit(point!("record"), scope, writes).await?)
}

/// A grantee that was typed: its id must fit, and it stays unproven until somebody signs in.
pub async fn add_typed(
    desk: &Desk,
    scope: &Scope,
    platform: &str,
    kind: &str,
    external_id: &str,
    label: &str,
) -> Result<Grantee, AppError> {
    let found = desk.registry.find(platform).ok_or_else(|| invalid("platform", "unknown platform"))?;
    let facts = found.manifest.find_grantee(kind).ok_or_else(|| {
        let typed = found.manifest.grantees.iter().filter(|g| g.after.is_none());
        let kinds: Vec<_> = typed.map(|g| g.kind.as_str()).collect();
        invalid("kind", format!("{platform} takes {}", kinds.join(", ")))
    })?;
    if facts.after.is_some() {
        let problem = format!("sign in at {platform}: its people are listed then, not typed");
        return Err(invalid("kind", problem));
    }
    if !facts.id.allows(external_id) {
        return Err(invalid(
            "external_id",
            "this cannot be an id there: check it for missing or extra characters",
        ));
    }
    let label = DisplayName::of_sender(&desk.registry, label).map_err(|e| e.in_field("label"))?;
    let grantee = Grantee {
        id: GranteeId::new(&desk.clock, &desk.random),
        platform: platform.to_owned(),
        kind: kind.to_owned(),
        external_id: external_id.to_owned(),
        label: label.into_string(),
        within: None,
        connection_id: None,
        proven_at: None,
    };
    let same = |g: &Grantee| {
        (&g.platform, &g.kind, &g.external_id) == (&grantee.platform, &grantee.kind, &grantee.external_id)
    };
    // What is proven keeps the name that the platform showed: clients are told that it is theirs (T11).
    let known = desk.store.list_grantees(scope).await?.into_iter().find(same);
    if let Some(proven) = known.filter(|g| g.proven_at.is_some()) {
        return Ok(proven);
    }
    let data = json!({"platform": platform, "kind": kind, "external_id": external_id});
    let writes = vec![
        record::audit(desk, "grantee.typed", grantee.id.as_str(), None, data),
        Write::Grantee(grantee.clone()),
    ];
    desk.store.commit(point!("add typed"), scope, writes).await?;
    let all = desk.store.list_grantees(scope).await?;
    all.into_iter().find(same).ok_or(AppError::NotFound("the grantee"))
}
