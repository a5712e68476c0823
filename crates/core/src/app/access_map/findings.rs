//! What a careful owner would act on: rules over what was read, without any guess. Pure.

mod rules;
#[cfg(test)]
mod tests;
mod words;

use std::collections::BTreeSet;

use jiff::Timestamp;
use valetkey_sdk::access::{Principal, Roles};
use valetkey_sdk::manifest::Manifest;

use super::Asset;
use super::lines::{Named, named_asset, roles_on, word};
use super::{name_of, who_key};
use crate::desk::Desk;
use crate::store::grantees::Grantee;

/// Which rule found it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// A partner that is neither the agency nor another business of the client.
    UnknownPartner,
    /// The agency holds what no grant asked for.
    AccessWithoutGrant,
    /// A grant is active here, and its access was not shown although everything could be seen.
    GrantWithoutAccess,
    /// More roles than the grant asked for.
    OverPrivileged,
    /// An invitation that nobody accepted.
    NeverAccepted,
    /// The same access directly and by another asset: ending one leaves the other.
    HeldTwice,
}

impl Rule {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UnknownPartner => "unknown_partner",
            Self::AccessWithoutGrant => "access_without_grant",
            Self::GrantWithoutAccess => "grant_without_access",
            Self::OverPrivileged => "over_privileged",
            Self::NeverAccepted => "never_accepted",
            Self::HeldTwice => "held_twice",
        }
    }
}

/// One thing to act on.
#[derive(Clone, Debug)]
pub struct Finding {
    pub rule: Rule,
    pub platform: String,
    pub asset: Named,
    pub who: Named,
    /// The id of the container that a person belongs to.
    pub within: Option<String>,
    /// When that was read, in milliseconds.
    pub read_at: i64,
    /// What was seen.
    pub what: String,
    /// What to do next.
    pub act: String,
}

/// What a rule says of one asset, before it is put into words.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Hit {
    rule: Rule,
    who: Principal,
    /// The roles that matter: those held, or those beyond what was asked for.
    roles: Roles,
    /// What it is measured against: the roles asked for, the state of the grant that is over, where it flows from.
    against: Vec<String>,
    /// It waits for somebody's yes.
    pending: bool,
}

/// What the rules know about one asset.
struct Facts<'a> {
    manifest: &'a Manifest,
    asset: &'a Asset,
    /// All of the client's assets at this platform.
    others: &'a [&'a Asset],
    /// The agency's own at this platform.
    ours: &'a [&'a Grantee],
    now: Timestamp,
}

/// Everything found, what weighs most first.
pub fn of_client(desk: &Desk, assets: &[Asset], grantees: &[Grantee]) -> Vec<Finding> {
    let mut out = Vec::new();
    for platform in desk.registry.iter() {
        let id = &platform.manifest.id;
        let others: Vec<_> = assets.iter().filter(|a| a.platform == *id).collect();
        let ours: Vec<_> = grantees.iter().filter(|g| g.platform == *id).collect();
        for asset in &others {
            let Some(read_at) = asset.reading.as_ref().map(|(_, at)| *at) else { continue };
            let facts = Facts {
                manifest: &platform.manifest,
                asset,
                others: &others,
                ours: &ours,
                now: desk.clock.now(),
            };
            for mut hit in rules::hits(&facts) {
                hit.roles = roles_on(platform, asset.on.of(), &hit.roles);
                let row = asset.rows().iter().find(|row| row.seen.who.is(&hit.who));
                let own = ours.iter().find(|g| facts.is_own(g, &hit.who)).map(|g| g.label.clone());
                let name = row.map(|row| name_of(&row.seen, id, grantees).to_owned());
                let who = Named {
                    key: who_key(id, &hit.who),
                    kind: hit.who.kind.clone(),
                    kind_name: word(platform, "grantee", &hit.who.kind),
                    id: hit.who.id.clone(),
                    name: name.or(own).unwrap_or_else(|| hit.who.id.clone()),
                };
                let asset = named_asset(platform, asset.on.of(), &asset.id, &asset.name);
                let (what, act) = words::of(&platform.manifest.name, &hit, &asset, &who);
                out.push(Finding {
                    rule: hit.rule,
                    platform: id.clone(),
                    asset,
                    who,
                    within: hit.who.within,
                    read_at,
                    what,
                    act,
                });
            }
        }
    }
    out.sort_by_key(|found| found.rule);
    out
}

impl Facts<'_> {
    fn is_own(&self, grantee: &Grantee, who: &Principal) -> bool {
        grantee.kind == who.kind && grantee.external_id.eq_ignore_ascii_case(&who.id)
    }

    /// The agency, or somebody of it.
    fn is_ours(&self, who: &Principal) -> bool {
        let within = who.within.as_deref();
        self.ours.iter().any(|g| self.is_own(g, who) || within == Some(g.external_id.as_str()))
    }

    /// The containers that the client's accounts at this platform lie in.
    fn containers(&self) -> BTreeSet<&str> {
        let own = self.others.iter().flat_map(|a| [a.on.parent(), a.on.id()]);
        own.flatten().collect()
    }

    /// A kind of organisation, whose people reach what it was given.
    fn is_organisation(&self, who: &Principal) -> bool {
        self.manifest.assets.iter().any(|a| a.parent.as_ref().is_some_and(|p| p.as_str() == who.kind))
    }
}
