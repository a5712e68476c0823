//! What taking access away would do, without doing it.

use valetkey_sdk::access::{AssetRef, Side};
use valetkey_sdk::manifest::RevokeScope;
use valetkey_sdk::reconcile::Drift;

use super::{AppError, grants};
use crate::desk::Desk;
use crate::engine::sides::SidesError;
use crate::engine::state::grant::{Grant, Phase, Rest};
use crate::store::Scope;
use crate::store::grants::{Filter, GrantRow};

/// The one call that would be made, as far as we know what is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    pub side: Side,
    pub roles: Vec<String>,
}

/// What would happen to one grant.
pub struct Plan {
    pub row: GrantRow,
    pub act: Option<Act>,
    /// What the platform takes away along with it.
    pub also: Vec<GrantRow>,
    /// Why no call can be made, as a remedy's id.
    pub blocked: Option<&'static str>,
}

/// Words of grants that are over for good.
pub fn is_over(word: &str) -> bool {
    matches!(word, "revoked" | "expired" | "cancelled" | "declined" | "lapsed")
}

pub async fn plan(desk: &Desk, scope: &Scope, row: GrantRow) -> Result<Plan, AppError> {
    let grant = grants::state(&row)?;
    if !is_there(&grant, &row.word) {
        return Ok(Plan { row, act: None, also: Vec::new(), blocked: None });
    }
    let planned = match grants::plan_revoke(desk, scope, row.id.as_str()).await {
        Ok(planned) => planned,
        Err(AppError::Internal(e)) if matches!(e.downcast_ref(), Some(SidesError::NoApp(_))) => {
            return Ok(Plan { row, act: None, also: Vec::new(), blocked: Some("no-app") });
        }
        Err(e) => return Err(e),
    };
    let blocked = match (planned.side, planned.by_hand) {
        (Some(_), _) => None,
        (None, true) => Some("revoke-by-hand"),
        (None, false) => Some("sign-in-again"),
    };
    let mut also = match planned.side {
        Some(_) => also(desk, scope, &row, &grant).await?,
        None => Vec::new(),
    };
    also.extend(planned.also);
    Ok(Plan { act: planned.side.map(|side| Act { side, roles: planned.roles }), also, blocked, row })
}

/// The last read showed it, or it may have come about since.
fn is_there(grant: &Grant, word: &str) -> bool {
    let lost = matches!(grant.phase, Phase::Settled { rest: Rest::Drifted(Drift::Lost) });
    let tried = grant.known.intent.is_some() || grant.known.invited.is_some();
    !is_over(word) && !lost && (grant.proof.is_some() || grant.attested.is_some() || tried)
}

/// Everything of the agency on this platform that goes with it, by the platform's own rule.
async fn also(desk: &Desk, scope: &Scope, row: &GrantRow, grant: &Grant) -> Result<Vec<GrantRow>, AppError> {
    let facts = desk.registry.find(&row.platform).and_then(|p| p.manifest.find_asset(grant.wish.on.of()));
    if facts.is_none_or(|f| f.revoke_scope == RevokeScope::Asset) {
        return Ok(Vec::new());
    }
    let mut out = Vec::new();
    let filter = Filter { platform: Some(row.platform.clone()), ..Filter::default() };
    for other in every(desk, scope, &filter).await? {
        let theirs = grants::state(&other)?;
        if other.id != row.id && is_there(&theirs, &other.word) && goes_along(grant, &theirs) {
            out.push(other);
        }
    }
    Ok(out)
}

/// Same principal, in the container that they leave: the one that the asset lies in, or that it is.
fn goes_along(this: &Grant, other: &Grant) -> bool {
    fn emptied(on: &AssetRef) -> Option<&str> {
        on.parent().or(on.id())
    }
    this.wish.who == other.wish.who && other.wish.on.parent() == emptied(&this.wish.on)
}

/// All grants that fit, over as many pages as it takes.
pub async fn every(desk: &Desk, scope: &Scope, filter: &Filter) -> Result<Vec<GrantRow>, AppError> {
    const PAGE: i64 = 200;
    let mut all: Vec<GrantRow> = Vec::new();
    loop {
        let before = all.last().map(|r| (r.created_at, r.id.as_str().to_owned()));
        let before = before.as_ref().map(|(at, id)| (*at, id.as_str()));
        let page = desk.store.list_grants(scope, filter, before, PAGE).await?;
        let last = i64::try_from(page.len()).unwrap_or(PAGE) < PAGE;
        all.extend(page);
        if last {
            return Ok(all);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use valetkey_sdk::access::{AssetType, Level, Principal, Want, Wish, roles};

    fn grant(of: &str, id: &str, parent: Option<&str>, who: &str) -> Grant {
        let on = AssetRef::known(&AssetType::new(of), id, parent);
        let want = Want::Held { roles: roles(["R"]), until: None };
        Grant::approved(Wish { on, who: Principal::new("member", who), level: Level::Manage, want })
    }

    /// TT-15: whoever leaves the container loses what they hold in it, and nothing in another one.
    #[test]
    fn leaving_a_container_takes_what_lies_in_it_and_nothing_else() {
        let center = grant("center", "1", None, "kim");
        assert!(goes_along(&center, &grant("account", "7", Some("1"), "kim")));
        assert!(!goes_along(&center, &grant("account", "8", Some("2"), "kim")), "in another one");
        assert!(!goes_along(&center, &grant("center", "2", None, "kim")), "another one itself");
        assert!(!goes_along(&center, &grant("account", "7", Some("1"), "ravi")), "somebody else's");
        let account = grant("account", "7", Some("1"), "kim");
        assert!(goes_along(&account, &grant("account", "9", Some("1"), "kim")));
        assert!(!goes_along(&account, &grant("center", "2", None, "kim")));
    }
}
