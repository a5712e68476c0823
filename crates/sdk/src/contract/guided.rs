//! What people do by hand at the platform is read back from every side that the manifest names.

use serde_json::json;

use super::access::{effects, fits, read};
use super::subject::text;
use super::{Outcome, Subject, ensure};
use crate::access::{EntitlementState, Level, Party, Side};
use crate::error::ErrorKind;
use crate::manifest::{AssetFacts, Method};
use crate::page::Sight;

pub async fn is_read_back(s: &Subject<'_>, facts: &AssetFacts, level: Level) -> Outcome {
    let claims = &facts.levels[&level];
    if claims.method != Method::Guided || claims.verify.is_empty() {
        return Ok(());
    }
    // Invitations let the clock run and the world change: begin in the one that is described.
    s.reset()?;
    let wish = s.wish(facts, level).await?;
    let start = s.ledger_end();
    let by_hand = |deed: &str| {
        s.act(&json!({
            "person": s.person(Side::Client), "platform": s.manifest().id, "do": deed,
            "asset": {"type": facts.of, "id": wish.on.id()},
            "principal": {"type": wish.who.kind, "id": wish.who.id}, "role": wish.roles(),
        }))
    };
    let before = read(s, claims.verify[0], &wish).await?.0;
    ensure!(before.is_none(), "the access is there before it was given: {before:?}");
    by_hand("share")?;
    let first = read(s, claims.verify[0], &wish).await?.0;
    let given: &[&str] = match first.map(|row| row.state) {
        // Nothing is theirs before they said yes.
        Some(EntitlementState::Pending { by: Party::Invitee, .. }) => {
            effects(s, start, &["invite"])?;
            s.act(&json!({"person": s.person(Side::Agency), "platform": s.manifest().id, "do": "accept"}))?;
            &["invite", "accept"]
        }
        _ => &["grant"],
    };
    effects(s, start, given)?;
    let mut held = None;
    for &side in &claims.verify {
        let row = read(s, side, &wish).await?.0;
        let row = row.ok_or_else(|| format!("the {} side does not read it back", side.as_str()))?;
        fits(facts, &wish, &row)?;
        held = Some(row);
    }
    let held = held.ok_or("no side reads it")?;
    if claims.revoke.is_empty() {
        let refused = s.connector().revoke(&s.cx(), &held).await;
        ensure!(
            matches!(&refused, Err(e) if e.kind == ErrorKind::Unsupported),
            "the manifest says that nobody can take it away by a call, and it is answered {refused:?}"
        );
        effects(s, start, given)?;
        by_hand("remove")?;
    } else {
        s.connector().revoke(&s.cx(), &held).await.map_err(text)?;
        effects(s, start, &[given, &["revoke"]].concat())?;
    }
    let (after, sight) = read(s, claims.verify[0], &wish).await?;
    // The receiving side alone may not be able to tell an empty list from one it may not see.
    ensure!(after.is_none(), "it is still there: {after:?}");
    ensure!(sight == Sight::Full || claims.verify[0] == Side::Agency, "it is not read as gone: {sight:?}");
    Ok(())
}
