//! What the manifest says about told limits: the platform tells them, and they are understood.

use super::subject::text;
use super::{Outcome, Subject, ensure};
use crate::access::Side;
use crate::connector::Cx;
use crate::http::Budget;
use crate::manifest::{AssetFacts, Manifest};
use crate::page::Cursor;

/// Each header comes with some read, once somebody signed in and looked at each type of asset.
pub async fn is_told(s: &Subject<'_>, manifest: &Manifest) -> Outcome {
    if manifest.usage.is_empty() {
        return Ok(());
    }
    let budget = Budget::default();
    let http = s.http().clone().with_budget(budget.clone(), s.clock().clone());
    let cx = Cx { http: &http, ..s.cx() };
    let is_read = |a: &&AssetFacts| a.levels.values().any(|l| l.verify.contains(&Side::Client));
    for facts in manifest.assets.iter().filter(is_read) {
        for container in facts.parent.iter() {
            let found = s.connector().discover(&cx, Side::Client, container, None, Cursor(None)).await;
            for container in found.map_err(text)?.items {
                let under = Some(&container.on);
                let inside = s.connector().discover(&cx, Side::Client, &facts.of, under, Cursor(None)).await;
                let first = inside.map_err(text)?.items.into_iter().find(|a| a.blocked().is_none());
                let on = first.ok_or_else(|| format!("the client has no {} to share", facts.of))?.on;
                s.connector().entitlements(&cx, Side::Client, &on, None, Cursor(None)).await.map_err(text)?;
            }
        }
    }
    let sources = budget.sources();
    for usage in &manifest.usage {
        let found = sources.iter().any(|source| source.starts_with(&format!("{}/", usage.header)));
        ensure!(found, "no answer told {}; there were {sources:?}", usage.header);
    }
    Ok(())
}
