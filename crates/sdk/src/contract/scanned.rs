//! What its owner lets the agency into by scanning a code is read back, and can be taken away.

use serde_json::json;

use super::access::{effects, fits, read};
use super::subject::text;
use super::{Outcome, Subject, ensure};
use crate::access::{Level, Side};
use crate::manifest::AssetFacts;
use crate::page::Sight;

pub async fn is_read_back(s: &Subject<'_>, facts: &AssetFacts, level: Level) -> Outcome {
    if !facts.scan {
        return Ok(());
    }
    s.reset()?;
    let wish = s.wish(facts, level).await?;
    let start = s.ledger_end();
    let scan = s.connector().scan(&s.cx(), &facts.of, &wish.who).await.map_err(text)?;
    let host = url::Url::parse(&scan.address).ok().and_then(|u| u.host_str().map(str::to_owned));
    let known = host.is_some_and(|host| s.manifest().hosts.contains(&host));
    ensure!(known && scan.address.starts_with("https://"), "{} is not the platform's", scan.address);
    let before = read(s, Side::Agency, &wish).await?;
    ensure!(before == (None, Sight::Full), "a code alone gives {before:?}");
    effects(s, start, &[])?;
    s.act(&json!({
        "person": s.person(Side::Client), "platform": s.manifest().id, "do": "scan",
        "asset": {"type": facts.of, "id": wish.on.id()}, "value": scan.address,
    }))?;
    effects(s, start, &["approve"])?;
    let held = read(s, Side::Agency, &wish).await?.0.ok_or("the agency does not read it back")?;
    fits(facts, &wish, &held)?;
    if facts.levels[&level].revoke.is_empty() {
        return Ok(());
    }
    s.connector().revoke(&s.cx(), &held).await.map_err(text)?;
    effects(s, start, &["approve", "revoke"])?;
    let after = read(s, Side::Agency, &wish).await?;
    ensure!(after == (None, Sight::Full), "it is not read as gone: {after:?}");
    Ok(())
}
