//! Asks the platform who has access, from the best side that can see.

use valetkey_sdk::access::{Entitlement, Side, Wish};
use valetkey_sdk::connector::{Connector, Cx};
use valetkey_sdk::manifest::LevelFacts;
use valetkey_sdk::page::{Cursor, Sight};
use valetkey_sdk::reconcile::Seen;
use valetkey_sdk::{Error, ErrorKind, Result};

/// A listing longer than this is cut, and then nothing is concluded from absence.
const MAX_PAGES: usize = 50;

/// What was seen, and from whose side.
pub struct Observed {
    pub seen: Seen,
    pub by: Side,
    /// Sides whose credential the platform refused on the way.
    pub refused: Vec<Side>,
}

/// Reads from the first side of the level's `verify` that can tell; a row that is there is believed from
/// any side, absence only from full sight. A side that did not answer this time is asked again before
/// another one that sees little decides.
pub async fn observe(
    connector: &dyn Connector,
    cx: &Cx<'_>,
    wish: &Wish,
    level: &LevelFacts,
) -> Result<Observed> {
    let mut refused = Vec::new();
    let mut partial = None;
    let mut failed: Option<Error> = None;
    for &side in &level.verify {
        match read(connector, cx, side, wish).await {
            Ok(seen) if !seen.rows.is_empty() || seen.sight == Sight::Full => {
                return Ok(Observed { seen, by: side, refused });
            }
            Ok(seen) => partial = partial.or(Some((seen, side))),
            Err(e) => {
                let asked = cx.credentials.iter().any(|h| h.side == side);
                if let ErrorKind::Reauthorize { side, .. } = &e.kind
                    && asked
                {
                    refused.push(*side);
                }
                // What the platform said outweighs that nobody of the other side is signed in.
                failed = failed.filter(|f| is_passing(&f.kind) || !asked).or(Some(e));
            }
        }
    }
    match (partial, failed) {
        (Some(_), Some(e)) if is_passing(&e.kind) => Err(e),
        (Some((seen, by)), _) => Ok(Observed { seen, by, refused }),
        (None, Some(e)) => Err(e),
        (None, None) => Err(Error::unsupported("reading this access back")),
    }
}

/// The same read may well work in a while.
fn is_passing(kind: &ErrorKind) -> bool {
    matches!(kind, ErrorKind::RateLimited { .. } | ErrorKind::Temporary | ErrorKind::Unexpected)
}

async fn read(connector: &dyn Connector, cx: &Cx<'_>, side: Side, wish: &Wish) -> Result<Seen> {
    let (mut rows, mut sight, mut at) = (Vec::new(), Sight::Full, Cursor(None));
    for _ in 0..MAX_PAGES {
        let page = connector.entitlements(cx, side, &wish.on, Some(&wish.who), at).await?;
        rows.extend(page.items.into_iter().filter(|row: &Entitlement| row.who.is(&wish.who)));
        sight = sight.and(page.sight);
        match page.next {
            Some(next) => at = next,
            None => return Ok(Seen { rows, sight }),
        }
    }
    Ok(Seen { rows, sight: Sight::Partial("the listing is longer than what is read".into()) })
}
