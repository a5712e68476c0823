//! Reading: who signed in, what there is.

use std::collections::BTreeSet;

use super::subject::text;
use super::{Outcome, Subject, ensure};
use crate::access::Side;
use crate::connector::CheckState;
use crate::manifest::AssetFacts;

pub async fn both_sides_are_identified(s: &Subject<'_>) -> Outcome {
    let client = s.connector().identify(&s.cx(), Side::Client).await.map_err(text)?;
    let agency = s.connector().identify(&s.cx(), Side::Agency).await.map_err(text)?;
    ensure!(!client.id.is_empty() && !client.name.is_empty(), "the client's person has no id or name");
    ensure!(client.id != agency.id, "two people have one id");
    if let Some(scopes) = &client.scopes {
        let wanted = s
            .manifest()
            .sign_ins
            .iter()
            .flat_map(|f| f.scopes_for(s.manifest().assets.iter().map(|a| a.of.as_str())));
        for scope in wanted {
            ensure!(
                scopes.contains(&scope),
                "the scope {scope} was asked for and allowed, and is not reported"
            );
        }
    }
    Ok(())
}

/// Ids fit the manifest's pattern, none comes twice, what cannot be shared says why.
pub async fn is_listed(s: &Subject<'_>, facts: &AssetFacts) -> Outcome {
    // What people do by hand entirely has no reader.
    if facts.sign_in.is_none() {
        return Ok(());
    }
    let found = s.list_inside(facts).await?;
    ensure!(!found.is_empty(), "the client's {} are not listed", facts.of);
    let mut seen = BTreeSet::new();
    for asset in &found {
        let id = asset.on.id().ok_or("listed without an id")?;
        ensure!(facts.id.allows(id), "{id} does not fit the manifest's pattern");
        ensure!(seen.insert(id.to_owned()), "{id} is listed twice");
        ensure!(!asset.name.is_empty(), "{id} has no name");
        ensure!(asset.on.of() == &facts.of, "{id} is listed as a {}", asset.on.of());
        ensure!(facts.parent.is_none() || asset.on.parent().is_some(), "{id} does not say where it lies");
        for check in &asset.checks {
            if let CheckState::Failed(remedy) = &check.state {
                ensure!(!remedy.id.is_empty(), "{id} fails {} without a remedy", check.id);
            }
        }
    }
    Ok(())
}
