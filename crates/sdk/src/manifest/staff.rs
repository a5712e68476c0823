//! Grantees that come after another one: an agency's own people, assigned once the agency has the share, and its
//! own accounts, connected then.

use std::borrow::Cow;

use super::{AssetFacts, Change, Given, GranteeFacts, Manifest, Method};
use crate::access::{AssetType, Side};
use crate::error::Result;

impl Manifest {
    /// The facts of an asset type as they are for one kind of grantee, which may be given access another way. Who
    /// comes after the share is assigned, read and removed with the agency's sign-in only, and in place, unless the
    /// kind says otherwise.
    pub fn facts_for(&self, of: &AssetType, kind: &str) -> Result<Cow<'_, AssetFacts>> {
        let facts = self.asset(of)?;
        let grantee = self.find_grantee(kind).filter(|g| g.after.is_some() || g.given.is_some());
        let Some(grantee) = grantee else { return Ok(Cow::Borrowed(facts)) };
        // By a call of the agency's own, however the share itself came about.
        let by_agency = || Given {
            method: Method::Share,
            verify: vec![Side::Agency],
            revoke: vec![Side::Agency],
            change: Change::InPlace,
        };
        let given = grantee.given.clone().unwrap_or_else(by_agency);
        let mut facts = facts.clone();
        // That a repeat is refused is said of the share, not of this.
        (facts.change, facts.refuses_repeats) = (given.change, false);
        for level in facts.levels.values_mut() {
            level.method = given.method;
            (level.verify, level.revoke) = (given.verify.clone(), given.revoke.clone());
            if grantee.is_connected() {
                level.roles = grantee.holds.clone();
            }
        }
        Ok(Cow::Owned(facts))
    }

    /// Kinds that are assigned after this one has the access.
    pub fn grantees_after(&self, kind: &str) -> impl Iterator<Item = &GranteeFacts> {
        self.grantees.iter().filter(move |g| g.after.as_deref() == Some(kind))
    }

    /// Whether one answer of the platform tells of both of these kinds: people are listed with people, and what is
    /// connected with its like.
    pub fn are_listed_together(&self, kind: &str, other: &str) -> bool {
        let connected = |kind| self.find_grantee(kind).is_some_and(GranteeFacts::is_connected);
        connected(kind) == connected(other)
    }

    /// The type lists an agency's own people or accounts, so only an agency is asked for it.
    pub fn is_staff(&self, of: &AssetType) -> bool {
        self.grantees.iter().any(|g| g.after.is_some() && g.proven_by.as_ref() == Some(of))
    }
}

/// Refuses an order that cannot be kept.
pub fn check(m: &Manifest) -> std::result::Result<(), String> {
    for (i, g) in m.grantees.iter().enumerate() {
        let wrong = |why: String| Err(format!("{}: grantee {}: {why}", m.id, g.kind));
        if m.grantees[..i].iter().any(|earlier| earlier.kind == g.kind) {
            return wrong("named twice".into());
        }
        let Some(after) = &g.after else {
            if g.is_connected() || g.ends_first || !g.levels.is_empty() {
                return wrong("holds, levels and ends_first are said of who comes after another one".into());
            }
            continue;
        };
        let Some(first) = m.find_grantee(after) else {
            return wrong(format!("comes after {after}, which is no grantee"));
        };
        if first.after.is_some() {
            return wrong(format!("comes after {after}, which comes after another one itself"));
        }
        let (Some(own), Some(container)) = (&g.proven_by, &first.proven_by) else {
            return wrong(format!("comes after {after}, so both must be proven by a sign-in"));
        };
        if let Some(facts) = m.find_asset(own)
            && (facts.parent.as_ref() != Some(container) || !facts.levels.is_empty())
        {
            return wrong(format!("{own} must lie in {container} and have no levels"));
        }
    }
    let shared = m.assets.iter().flat_map(|a| a.levels.values()).any(|l| l.method == Method::Share);
    match m.grantees.iter().find(|g| g.after.is_some()) {
        Some(g) if !shared => {
            Err(format!("{}: grantee {}: nothing is shared that it could follow", m.id, g.kind))
        }
        _ => Ok(()),
    }
}
