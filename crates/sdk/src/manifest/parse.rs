//! Reads a manifest and refuses one that contradicts itself.

use std::collections::BTreeSet;

use super::{LevelFacts, Manifest, Method};
use crate::access::{AssetType, Level, Side};

/// Reads `manifest.toml`; the error is a sentence that names the place.
pub fn parse(text: &str) -> Result<Manifest, String> {
    let manifest: Manifest = toml::from_str(text).map_err(|e| e.to_string())?;
    check(&manifest)?;
    Ok(manifest)
}

fn check(m: &Manifest) -> Result<(), String> {
    let id = &m.id;
    if m.sources.is_empty() {
        return Err(format!("{id}: no source: say where the facts were read, and when"));
    }
    if let Some(host) = m.hosts.iter().find(|h| h.is_empty() || h.contains([':', '/', '*', ' '])) {
        return Err(format!("{id}: host \"{host}\": give the name only, such as api.example.com"));
    }
    let has_levels = m.assets.iter().any(|a| !a.levels.is_empty());
    if has_levels && m.grantees.is_empty() && m.sign_ins.is_empty() {
        return Err(format!("{id}: nobody can receive access: add a [[grantee]]"));
    }
    let sign_ins: BTreeSet<_> = m.sign_ins.iter().map(|s| s.id.as_str()).collect();
    for s in &m.sign_ins {
        if !matches!(s.names.code_back(), "code" | "auth_code") {
            return Err(format!("{id}: sign-in {}: the code comes back as code or auth_code", s.id));
        }
        if let Some(of) = s.tells.as_ref().filter(|of| m.find_asset(of).is_none_or(|a| !a.scan)) {
            return Err(format!(
                "{id}: sign-in {}: it tells which {of} it is, and nobody scans for one",
                s.id
            ));
        }
        for address in [&s.authorize, &s.token].into_iter().chain(&s.refresh) {
            let host = url::Url::parse(address).ok().and_then(|u| u.host_str().map(str::to_owned));
            if !host.is_some_and(|h| m.hosts.contains(&h)) {
                return Err(format!("{id}: sign-in {}: {address} is not on one of the hosts", s.id));
            }
        }
    }
    for (i, a) in m.assets.iter().enumerate() {
        if m.assets[..i].iter().any(|earlier| earlier.of == a.of) {
            return Err(format!("{id}: asset {} is there twice", a.of));
        }
        match &a.sign_in {
            Some(known) if sign_ins.contains(known.as_str()) => {}
            Some(unknown) => return Err(format!("{id}: asset {}: unknown sign-in {unknown}", a.of)),
            None if a.levels.values().all(|l| l.method == Method::Guided) => {}
            None => return Err(format!("{id}: asset {}: no sign-in, and not every level is guided", a.of)),
        }
        if let Some(parent) = &a.parent
            && m.find_asset(parent).is_none()
        {
            return Err(format!("{id}: asset {}: unknown parent {parent}", a.of));
        }
        let comes_first = |of: &AssetType| m.find_asset(of).is_some_and(|f| !f.levels.is_empty());
        if let Some(wrong) = a.after.iter().find(|of| **of == a.of || !comes_first(of)) {
            return Err(format!("{id}: asset {}: it cannot come after {wrong}, which nobody is given", a.of));
        }
        let missing = |l: &&Level| !a.levels.contains_key(*l);
        if let Some(level) = a.question.as_ref().and_then(|q| q.levels.iter().find(missing)) {
            return Err(format!("{id}: asset {}: its question names no level {}", a.of, level.as_str()));
        }
        let scanned = |l: &LevelFacts| l.method == Method::Request && l.verify == [Side::Agency];
        if a.scan && !a.levels.values().all(scanned) {
            let why = "nobody signs in for what is scanned: method = \"request\", verify = [\"agency\"]";
            return Err(format!("{id}: asset {}: {why}", a.of));
        }
        for (level, facts) in &a.levels {
            if facts.roles.is_empty() {
                return Err(format!("{id}: asset {}, level {}: no roles", a.of, level.as_str()));
            }
            if let Some(role) = facts.roles.iter().find(|r| !a.ranks.is_empty() && !a.ranks.contains(r)) {
                return Err(format!(
                    "{id}: asset {}, level {}: {role} is not one of the ranks",
                    a.of,
                    level.as_str()
                ));
            }
            if !facts.accept.is_empty() && !matches!(facts.method, Method::Invite | Method::Request) {
                return Err(format!(
                    "{id}: asset {}, level {}: nobody has to accept it",
                    a.of,
                    level.as_str()
                ));
            }
            if facts.method != Method::Guided && facts.verify.is_empty() {
                return Err(format!("{id}: asset {}, level {}: nothing can verify it", a.of, level.as_str()));
            }
        }
    }
    for u in &m.usage {
        u.check().map_err(|e| format!("{id}: {e}"))?;
    }
    super::staff::check(m)?;
    super::task::check(m)?;
    super::errors::check(m)?;
    let at_once = |method| matches!(method, Method::Share);
    for g in &m.grantees {
        let unproven = g.typed || g.proven_by.is_none();
        if let Some(unknown) = g.takes.iter().find(|of| m.find_asset(of).is_none()) {
            return Err(format!("{id}: grantee {}: unknown asset type {unknown}", g.kind));
        }
        if g.given.as_ref().is_some_and(|given| given.method != Method::Guided && given.verify.is_empty()) {
            return Err(format!("{id}: grantee {}: nothing can verify it", g.kind));
        }
        let taken = m.assets.iter().filter(|a| g.takes(&a.of)).flat_map(|a| a.levels.values());
        let given = g.given.as_ref().map(|given| given.method);
        if unproven && taken.map(|l| given.unwrap_or(l.method)).any(at_once) {
            return Err(format!("{id}: grantee {}: what takes effect at once needs a proven one", g.kind));
        }
        if let Some(container) = &g.proven_by
            && m.find_asset(container).is_none()
        {
            return Err(format!("{id}: grantee {}: unknown asset type {container}", g.kind));
        }
    }
    Ok(())
}
