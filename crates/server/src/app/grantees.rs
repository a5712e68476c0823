//! Who receives access: proven by the agency's own sign-in, which lists it.

use serde_json::json;
use valetkey_connectors::Platform;
use valetkey_sdk::access::Side;
use valetkey_sdk::connector::{Cx, Identity};
use valetkey_sdk::error::{Error, Result};

use super::offer::every_page;
use super::{AppError, invalid};
use crate::desk::Desk;
use crate::engine::record;
use crate::ids::GranteeId;
use crate::store::connections::Connection;
use crate::store::grantees::Grantee;
use crate::store::{Scope, Write};

/// A container that the agency's sign-in listed and has full rights in.
pub struct Proven {
    pub kind: String,
    pub external_id: String,
    pub label: String,
}

/// Who signed in, and every grantee that their sign-in proves.
pub async fn prove(cx: &Cx<'_>, platform: &Platform) -> Result<(Identity, Vec<Proven>)> {
    let connector = platform.connector.as_ref().ok_or_else(|| Error::unsupported("signing in"))?;
    let identity = connector.identify(cx, Side::Agency).await?;
    let mut proven = Vec::new();
    for facts in &platform.manifest.grantees {
        let Some(container) = &facts.proven_by else { continue };
        for asset in every_page(connector.as_ref(), cx, Side::Agency, container, None).await? {
            if let (None, Some(id)) = (asset.blocked(), asset.on.id()) {
                let (kind, external_id) = (facts.kind.clone(), id.to_owned());
                proven.push(Proven { kind, external_id, label: asset.name });
            }
        }
    }
    Ok((identity, proven))
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
            connection_id: Some(connection.id.clone()),
            proven_at: Some(desk.now_ms()),
        }));
    }
    writes.push(Write::NewConnection(Box::new(connection)));
    Ok(desk.store.commit(scope, writes).await?)
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
        let kinds: Vec<_> = found.manifest.grantees.iter().map(|g| g.kind.as_str()).collect();
        invalid("kind", format!("{platform} takes {}", kinds.join(", ")))
    })?;
    if !facts.id.allows(external_id) {
        return Err(invalid(
            "external_id",
            "this cannot be an id there: check it for missing or extra characters",
        ));
    }
    if label.trim().is_empty() || label.chars().count() > 200 {
        return Err(invalid("label", "give it a name of 1 to 200 characters"));
    }
    let grantee = Grantee {
        id: GranteeId::new(&desk.clock, &desk.random),
        platform: platform.to_owned(),
        kind: kind.to_owned(),
        external_id: external_id.to_owned(),
        label: label.trim().to_owned(),
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
    desk.store.commit(scope, writes).await?;
    let all = desk.store.list_grantees(scope).await?;
    all.into_iter().find(same).ok_or(AppError::NotFound("the grantee"))
}
