//! The rules, each over one asset. One that lacks its data finds nothing.

use jiff::{SignedDuration, Timestamp};
use valetkey_sdk::access::{AssetRef, EntitlementState, Path, Principal, Roles};
use valetkey_sdk::page::Sight;

use super::super::{Granted, Row, client_access};
use super::{Facts, Hit, Rule};
use crate::engine::state::grant::Proof;

/// An invitation that is older than this was forgotten.
const PATIENCE: SignedDuration = SignedDuration::from_hours(7 * 24);

pub fn hits(f: &Facts<'_>) -> Vec<Hit> {
    let mut out = Vec::new();
    for row in f.asset.rows() {
        out.extend(unknown_partner(f, row));
        out.extend(access_without_grant(f, row));
        out.extend(never_accepted(f, row));
        out.extend(held_twice(f, row));
    }
    for granted in f.asset.grants.iter().filter(|g| g.row.word == "active") {
        out.extend(grant_without_access(f, granted));
        out.extend(over_privileged(f, granted));
    }
    out
}

fn hit(rule: Rule, row: &Row, against: Vec<String>) -> Hit {
    let (who, roles) = (row.seen.who.clone(), row.seen.roles.clone());
    Hit { rule, who, roles, against, pending: !is_active(row) }
}

/// The same one: the letters' case of an address or a login tells nobody apart.
fn is_same(a: &Principal, b: &Principal) -> bool {
    a.kind == b.kind && a.id.eq_ignore_ascii_case(&b.id)
}

fn is_direct(row: &Row) -> bool {
    row.seen.path == Path::Direct
}

fn is_active(row: &Row) -> bool {
    row.seen.state == EntitlementState::Active
}

fn unknown_partner(f: &Facts<'_>, row: &Row) -> Option<Hit> {
    let who = &row.seen.who;
    let is_known = f.is_ours(who) || f.containers().contains(who.id.as_str());
    // What also flows from elsewhere is said once, with what is held directly.
    let once = is_direct(row) || !f.asset.rows().iter().any(|r| is_direct(r) && r.seen.who.is(who));
    (f.is_organisation(who) && !is_known && once).then(|| hit(Rule::UnknownPartner, row, Vec::new()))
}

fn access_without_grant(f: &Facts<'_>, row: &Row) -> Option<Hit> {
    let who = &row.seen.who;
    let own = f.asset.grants.iter().find(|g| is_same(&g.grant.wish.who, who));
    // What ended since is not there any more, whatever was read before.
    let explained = |g: &Granted| client_access::is_there(&g.row) || Some(g.row.changed_at) > read_at(f);
    if !f.is_ours(who) || own.is_some_and(explained) {
        return None;
    }
    // Our people work within what was given to us.
    let is_within = |g: &Granted| who.within.as_ref() == Some(&g.grant.wish.who.id);
    if f.asset.there().any(is_within) {
        return None;
    }
    // A container names a partner along with what it was given in there.
    let inside =
        f.others.iter().filter(|other| other.on.parent().is_some_and(|p| Some(p) == f.asset.on.id()));
    let is_partner = |g: &Granted| is_same(&g.grant.wish.who, who) && explained(g);
    if inside.flat_map(|other| &other.grants).any(is_partner) {
        return None;
    }
    if let Path::Inherited(from) = &row.seen.path
        && is_granted(f, from, row)
    {
        return None;
    }
    Some(hit(Rule::AccessWithoutGrant, row, own.map(|g| g.row.word.clone()).into_iter().collect()))
}

/// Another account's grant to the same one explains it.
fn is_granted(f: &Facts<'_>, from: &AssetRef, row: &Row) -> bool {
    let source = f.others.iter().find(|asset| asset.on.is(from));
    source.is_some_and(|asset| asset.there().any(|g| g.grant.wish.who.is(&row.seen.who)))
}

/// Only where the platform tells until when, and how long its invitations live.
fn never_accepted(f: &Facts<'_>, row: &Row) -> Option<Hit> {
    let EntitlementState::Pending { expires_at: Some(until), .. } = row.seen.state else { return None };
    let life = f.manifest.find_asset(row.seen.on.of()).and_then(|facts| facts.native_expiry_s);
    let asked = life.map(|s| until - SignedDuration::from_secs(s));
    let is_old = |asked: Timestamp| f.now.duration_since(asked) > PATIENCE;
    let is_over = until <= f.now || asked.is_some_and(is_old);
    is_over.then(|| hit(Rule::NeverAccepted, row, vec![until.to_string()]))
}

fn held_twice(f: &Facts<'_>, row: &Row) -> Option<Hit> {
    let Path::Inherited(from) = &row.seen.path else { return None };
    let same = |other: &&Row| is_direct(other) && is_active(other) && other.seen.who.is(&row.seen.who);
    let direct = f.asset.rows().iter().find(same).filter(|_| is_active(row))?;
    let both: Roles = direct.seen.roles.intersection(&row.seen.roles).cloned().collect();
    // Two grants of ours that overlap were both asked for, and each is ended by itself.
    let asked = f.asset.there().any(|g| g.grant.wish.who.is(&row.seen.who)) && is_granted(f, from, row);
    let against = vec![from.of().to_string(), from.id().unwrap_or_default().to_owned()];
    (!both.is_empty() && !asked).then(|| Hit { roles: both, ..hit(Rule::HeldTwice, row, against) })
}

fn read_at(f: &Facts<'_>) -> Option<i64> {
    f.asset.reading.as_ref().map(|(_, at)| *at)
}

/// What the grant's own check showed after the reading, which is then known better.
fn newer_proof<'a>(f: &Facts<'_>, g: &'a Granted) -> Option<&'a Proof> {
    g.grant.proof.as_ref().filter(|proof| Some(proof.at.as_millisecond()) > read_at(f))
}

fn grant_without_access(f: &Facts<'_>, g: &Granted) -> Option<Hit> {
    let who = &g.grant.wish.who;
    let (reading, read_at) = f.asset.reading.as_ref()?;
    if newer_proof(f, g).is_some() || g.row.created_at > *read_at {
        return None;
    }
    let everybody = |of: &Option<_>| g.row.is_share() && of.is_none();
    let saw = reading
        .looks
        .iter()
        .any(|look| look.sight == Sight::Full && (everybody(&look.of) || look.covers(f.manifest, who)));
    let there =
        reading.rows.iter().any(|row| is_direct(row) && is_active(row) && is_same(&row.seen.who, who));
    (saw && !there).then(|| Hit {
        rule: Rule::GrantWithoutAccess,
        who: who.clone(),
        roles: g.grant.wish.roles(),
        against: Vec::new(),
        pending: false,
    })
}

fn over_privileged(f: &Facts<'_>, g: &Granted) -> Option<Hit> {
    let who = &g.grant.wish.who;
    let facts = f.manifest.facts_for(f.asset.on.of(), &who.kind).ok()?;
    let row = f.asset.rows().iter().find(|r| is_direct(r) && is_active(r) && is_same(&r.seen.who, who))?;
    // What the platform adds by itself was announced before the approval.
    let asked = facts.announced(&g.grant.wish.roles());
    let held = newer_proof(f, g).map_or(&row.seen.roles, |proof| &proof.roles);
    let more: Roles = facts.normalise(held).difference(&asked).cloned().collect();
    let against = g.grant.wish.roles().into_iter().collect();
    (!more.is_empty()).then(|| Hit { roles: more, ..hit(Rule::OverPrivileged, row, against) })
}
