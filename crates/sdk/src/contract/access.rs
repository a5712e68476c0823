//! Access comes and goes: given, read back, taken away, and each claim of the manifest on the way.

use super::subject::text;
use super::{Outcome, Subject, ensure};
use crate::access::{Entitlement, EntitlementState, Level, Path, Side, Wish};
use crate::connector::Outcome as Answer;
use crate::error::ErrorKind;
use crate::manifest::{AssetFacts, Method};
use crate::page::{Cursor, Sight};

pub async fn comes_and_goes(s: &Subject<'_>, facts: &AssetFacts, level: Level) -> Outcome {
    let claims = &facts.levels[&level];
    if claims.method != Method::Share {
        return Ok(());
    }
    let wish = s.wish(facts, level).await?;
    let start = s.ledger_end();
    let before = read(s, claims.verify[0], &wish).await?;
    ensure!(before.0.is_none(), "the access is there before it was given");
    ensure!(before.1 == Sight::Full, "full control does not see: {:?}", before.1);

    let first = s.connector().grant(&s.cx(), &wish, None).await.map_err(text)?;
    ensure!(matches!(first, Answer::Taken), "an ordinary share is answered {first:?}");
    effects(s, start, &["grant"])?;
    for &side in &claims.verify {
        let (row, _) = read(s, side, &wish).await?;
        let row = row.ok_or_else(|| format!("the {} side does not read it back", side.as_str()))?;
        fits(facts, &wish, &row)?;
    }
    let again = s.connector().grant(&s.cx(), &wish, None).await;
    if facts.refuses_repeats {
        ensure!(
            matches!(again, Ok(Answer::Already)),
            "a repeat is answered {again:?}, the manifest says it is refused"
        );
        effects(s, start, &["grant"])?;
    }
    let row = read(s, claims.verify[0], &wish).await?.0.ok_or("it is gone by itself")?;
    if claims.revoke.is_empty() {
        let refused = s.connector().revoke(&s.cx(), &row).await;
        ensure!(
            matches!(&refused, Err(e) if e.kind == ErrorKind::Unsupported),
            "it can be revoked after all"
        );
        return Ok(());
    }
    s.connector().revoke(&s.cx(), &row).await.map_err(text)?;
    effects(s, start, &["grant", "revoke"])?;
    let (after, sight) = read(s, claims.verify[0], &wish).await?;
    ensure!(after.is_none() && sight == Sight::Full, "it is not read as gone: {after:?} {sight:?}");
    // Taking away what is gone changes nothing, however it is answered.
    let twice = s.connector().revoke(&s.cx(), &row).await;
    ensure!(
        twice.as_ref().map_or_else(|e| e.is_definite_refusal(), |_| true),
        "a second revoke is unclear: {twice:?}"
    );
    effects(s, start, &["grant", "revoke"])
}

/// At least what was wished, at most what the approve page announces.
pub fn fits(facts: &AssetFacts, wish: &Wish, row: &Entitlement) -> Outcome {
    ensure!(row.state == EntitlementState::Active && row.path == Path::Direct, "it reads back as {row:?}");
    let has = facts.closure(&row.roles);
    let wanted = facts.normalise(&wish.roles());
    ensure!(wanted.is_subset(&has), "wished {wanted:?}, read back {has:?}");
    let announced = facts.announced(&wish.roles());
    ensure!(has.is_subset(&announced), "read back {has:?}, announced only {announced:?}");
    Ok(())
}

/// The ledger's operations since `start`, each on the right asset for the right principal.
pub fn effects(s: &Subject<'_>, start: u64, wanted: &[&str]) -> Outcome {
    let entries = s.ledger_after(start);
    let found: Vec<_> = entries.iter().filter_map(|e| e.get("operation")?.as_str()).collect();
    ensure!(found == wanted, "the ledger shows {found:?} instead of {wanted:?}");
    Ok(())
}

/// The row of the wish's principal, from one side, and how well that side saw.
pub async fn read(s: &Subject<'_>, side: Side, wish: &Wish) -> Result<(Option<Entitlement>, Sight), String> {
    let (mut found, mut sight, mut at) = (None, Sight::Full, Cursor(None));
    loop {
        let page =
            s.connector().entitlements(&s.cx(), side, &wish.on, Some(&wish.who), at).await.map_err(text)?;
        found = found.or_else(|| page.items.into_iter().find(|r| r.who == wish.who && r.on.is(&wish.on)));
        sight = sight.and(page.sight);
        match page.next {
            Some(next) => at = next,
            None => return Ok((found, sight)),
        }
    }
}
