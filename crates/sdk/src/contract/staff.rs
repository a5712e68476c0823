//! The agency's own people: assigned after the share, within it, and gone with it.

use super::access::{effects, fits, read};
use super::subject::text;
use super::{Outcome, Subject, ensure};
use crate::access::{Level, Side, Want, Wish};
use crate::connector::Outcome as Answer;
use crate::error::Error;
use crate::manifest::{AssetFacts, GranteeFacts, Method};
use crate::page::Sight;

pub async fn comes_after(s: &Subject<'_>, facts: &AssetFacts, level: Level, who: &GranteeFacts) -> Outcome {
    let claims = &facts.levels[&level];
    if claims.method != Method::Share || claims.revoke.is_empty() {
        return Ok(());
    }
    let share = s.wish(facts, level).await?;
    let wish = s.wish_after(&share, who).await?;
    let own = s.manifest().facts_for(&facts.of, &who.kind).map_err(text)?;
    let start = s.ledger_end();
    let early = s.connector().grant(&s.cx(), &wish, None).await;
    ensure!(is_refused(&early), "without the share it is answered {early:?}");
    effects(s, start, &[])?;

    s.connector().grant(&s.cx(), &share, None).await.map_err(text)?;
    let before = read(s, Side::Agency, &wish).await?;
    ensure!(before == (None, Sight::Full), "before it is assigned the agency reads {before:?}");
    let first = s.connector().grant(&s.cx(), &wish, None).await.map_err(text)?;
    ensure!(matches!(first, Answer::Taken), "it is answered {first:?}");
    let row = read(s, Side::Agency, &wish).await?.0.ok_or("the agency does not read it back")?;
    fits(&own, &wish, &row)?;
    beyond(s, &own, &wish).await?;
    effects(s, start, &["grant", "grant"])?;
    s.connector().revoke(&s.cx(), &row).await.map_err(text)?;
    effects(s, start, &["grant", "grant", "revoke"])?;
    let after = read(s, Side::Agency, &wish).await?;
    ensure!(after == (None, Sight::Full), "it is not read as gone: {after:?}");

    s.connector().grant(&s.cx(), &wish, None).await.map_err(text)?;
    let held = read(s, claims.verify[0], &share).await?.0.ok_or("the share is gone by itself")?;
    s.connector().revoke(&s.cx(), &held).await.map_err(text)?;
    let gone = read(s, Side::Agency, &wish).await;
    ensure!(!matches!(gone, Ok((Some(_), _))), "it outlives the share: {gone:?}");
    // What was assigned before does not come back with a new share.
    s.connector().grant(&s.cx(), &share, None).await.map_err(text)?;
    let anew = read(s, Side::Agency, &wish).await?;
    ensure!(anew.0.is_none(), "a new share brings it back: {anew:?}");
    s.connector().revoke(&s.cx(), &held).await.map(drop).map_err(text)
}

/// More than the share holds is refused. Only where a higher level has something more.
async fn beyond(s: &Subject<'_>, facts: &AssetFacts, wish: &Wish) -> Outcome {
    let holds = facts.announced(&wish.roles());
    let by_call = facts.levels.values().filter(|l| l.method != Method::Guided);
    let wider = by_call.into_iter().find(|l| !facts.normalise(&l.roles).is_subset(&holds));
    let Some(wider) = wider else { return Ok(()) };
    let more = Wish { want: Want::Held { roles: wider.roles.clone(), until: None }, ..wish.clone() };
    let answer = s.connector().grant(&s.cx(), &more, None).await;
    ensure!(is_refused(&answer), "more than the share holds is answered {answer:?}");
    Ok(())
}

fn is_refused(answer: &crate::error::Result<Answer>) -> bool {
    answer.as_ref().err().is_some_and(Error::is_definite_refusal)
}
