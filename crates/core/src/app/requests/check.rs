//! What a request must be like to be sent.

use std::collections::BTreeMap;

use valetkey_sdk::access::{AssetType, Level};
use valetkey_sdk::lang::Lang;
use valetkey_sdk::manifest::Method;

use super::{DAY_MS, MAX_ACCESS_DAYS, MAX_LINK_DAYS, Wanted, WantedItem};
use crate::app::{AppError, invalid, one_line, staff};
use crate::desk::Desk;
use crate::ids::GranteeId;
use crate::store::grantees::Grantee;

const MAX_ITEMS: usize = 60;
const MAX_ASKS: usize = 20;

pub(super) fn check(desk: &Desk, wanted: &Wanted, now: i64) -> Result<(), AppError> {
    if !(1..=MAX_LINK_DAYS).contains(&wanted.link_expires_in_days) {
        return Err(invalid("link_expires_in_days", format!("choose 1 to {MAX_LINK_DAYS} days")));
    }
    if let Some(at) = wanted.access_expires_at {
        check_access_end(at, now)?;
    }
    if wanted.message.as_ref().is_some_and(|m| m.chars().count() > 2_000 || m.chars().any(is_unprintable)) {
        return Err(invalid("message", "at most 2,000 characters, and no control characters"));
    }
    if let Some(reference) = &wanted.customer_reference {
        one_line("customer_reference", reference)?;
    }
    if let Some(locale) = &wanted.locale {
        check_locale(locale)?;
    }
    check_items(desk, &wanted.items)
}

/// A language that the client's pages are written in.
pub fn check_locale(tag: &str) -> Result<Lang, AppError> {
    Lang::parse(tag).ok_or_else(|| {
        let known: Vec<_> = Lang::ALL.iter().map(|l| format!("{} ({})", l.as_str(), l.name())).collect();
        invalid("locale", format!("{tag} is not available: choose among {}", known.join(", ")))
    })
}

/// A message may have lines, and nothing else that does not print.
fn is_unprintable(c: char) -> bool {
    c.is_control() && c != '\n' && c != '\r' && c != '\t'
}

/// When access is to end: ahead, and not beyond [`MAX_ACCESS_DAYS`].
pub fn check_access_end(at: i64, now: i64) -> Result<(), AppError> {
    if at <= now {
        return Err(invalid("access_expires_at", "this time is in the past"));
    }
    if at > now + MAX_ACCESS_DAYS * DAY_MS {
        return Err(invalid("access_expires_at", format!("at most {MAX_ACCESS_DAYS} days ahead")));
    }
    Ok(())
}

/// Whether the platforms offer what is asked of them.
pub fn check_items(desk: &Desk, items: &[WantedItem]) -> Result<(), AppError> {
    if items.is_empty() || items.len() > MAX_ITEMS {
        return Err(invalid("items", format!("ask for 1 to {MAX_ITEMS} platforms")));
    }
    items.iter().try_for_each(|item| check_item(desk, item))
}

fn check_item(desk: &Desk, item: &WantedItem) -> Result<(), AppError> {
    let platform = desk.registry.find(&item.platform);
    let platform =
        platform.ok_or_else(|| invalid("platform", format!("{} is not a platform here", item.platform)))?;
    if item.asks.is_empty() || item.asks.len() > MAX_ASKS {
        return Err(invalid(
            "assets",
            format!("ask for 1 to {MAX_ASKS} kinds of assets on {}", item.platform),
        ));
    }
    for (i, ask) in item.asks.iter().enumerate() {
        let facts = platform.manifest.find_asset(&ask.of).filter(|a| !a.levels.is_empty());
        let facts = facts
            .ok_or_else(|| invalid("type", format!("{} has no asset type {}", item.platform, ask.of)))?;
        let Some(level) = facts.levels.get(&ask.level) else {
            return Err(invalid("level", format!("{} does not offer {}", ask.of, ask.level.as_str())));
        };
        // The page says in words what the level allows: roles of one's own may be fewer, never more.
        if ask.native_roles.as_ref().is_some_and(|own| !facts.fits(own, &level.roles)) {
            let problem = format!("choose among the roles of {} {}", ask.of, ask.level.as_str());
            return Err(invalid("native_roles", problem));
        }
        if ask.external_id.as_ref().is_some_and(|id| !facts.id.allows(id)) {
            return Err(invalid("external_id", format!("this cannot be an id of a {}", ask.of)));
        }
        if ask.wants_yes && !facts.question.as_ref().is_some_and(|q| q.levels.contains(&ask.level)) {
            let name = &platform.manifest.name;
            let problem =
                format!("{name} asks nothing along the way where {} {} is given", ask.of, ask.level.as_str());
            return Err(invalid("wants_yes", problem));
        }
        let earlier = &item.asks[..i];
        if earlier.iter().any(|e| e.of == ask.of && e.external_id == ask.external_id) {
            return Err(invalid("assets", format!("{} is asked for twice", ask.of)));
        }
    }
    Ok(())
}

/// Whether this can come about in this way; what a platform does not have stays for [`check_items`] to say.
///
/// # Errors
/// A sentence with why not, and the way that works.
pub fn require_method(
    desk: &Desk,
    platform: &str,
    of: &AssetType,
    level: Level,
    wanted: Method,
) -> Result<(), AppError> {
    let Some(platform) = desk.registry.find(platform) else { return Ok(()) };
    let facts = platform.manifest.find_asset(of).and_then(|facts| facts.levels.get(&level));
    let Some(facts) = facts.filter(|facts| facts.method != wanted) else { return Ok(()) };
    let asset = platform.words.text(&format!("asset-{of}"));
    let why = match wanted {
        Method::Request => "cannot be requested from your side: only whoever owns it gives it",
        Method::Share => "cannot be shared by an approval here",
        Method::Invite => "is not given by an invitation",
        Method::Guided => "need not be given by hand",
    };
    let way = match facts.method {
        Method::Request => "your client says yes at the platform",
        Method::Share => "your client signs in and approves it",
        Method::Invite => "your client approves an invitation, and whoever is invited accepts it",
        Method::Guided => "your client is led through it step by step",
    };
    let problem = format!(
        "{}: {asset} {why}. Leave method out, or say {}: {way}",
        platform.manifest.name,
        facts.method.as_str()
    );
    Err(invalid("method", problem))
}

/// The grantee for a platform: the one named, or the only one that can be. It must be proven where it can be,
/// unless it has to accept at the platform anyway.
pub(super) fn grantee<'a>(
    desk: &Desk,
    all: &'a [Grantee],
    named: &[GranteeId],
    item: &WantedItem,
) -> Result<&'a Grantee, AppError> {
    let platform = item.platform.as_str();
    let mine: Vec<_> = all.iter().filter(|g| g.platform == platform && !staff::is_staff(desk, g)).collect();
    let chosen: Vec<_> = mine.iter().copied().filter(|g| named.contains(&g.id)).collect();
    let fit: Vec<_> = mine
        .iter()
        .copied()
        .filter(|g| require_proven(desk, g).and_then(|()| takes(desk, g, item)).is_ok())
        .collect();
    match (chosen.as_slice(), fit.as_slice(), mine.as_slice()) {
        ([one], _, _) => require_proven(desk, one).and_then(|()| takes(desk, one, item)).map(|()| *one),
        ([], [one], _) => Ok(*one),
        ([], [], []) => Err(invalid("grantee_ids", format!("{platform}: add who receives the access first"))),
        ([], [], [first, ..]) => {
            require_proven(desk, first).and_then(|()| takes(desk, first, item)).map(|()| *first)
        }
        ([], _, _) => {
            let problem =
                format!("{platform}: several can receive the access, so name one of them: {}", list(&fit));
            Err(invalid("grantee_ids", problem))
        }
        _ => {
            let problem =
                format!("{platform}: only one receives the access, so keep one of {}", list(&chosen));
            Err(invalid("grantee_ids", problem))
        }
    }
}

/// Whether this kind of receiver can be given all that is asked for.
fn takes(desk: &Desk, g: &Grantee, item: &WantedItem) -> Result<(), AppError> {
    let Some(platform) = desk.registry.find(&g.platform) else { return Ok(()) };
    let Some(facts) = platform.manifest.find_grantee(&g.kind) else { return Ok(()) };
    let Some(other) = item.asks.iter().find(|ask| !facts.takes(&ask.of)) else { return Ok(()) };
    let word = |id: String| platform.words.find(&id, &BTreeMap::new()).unwrap_or(id);
    let fit = platform.manifest.grantees.iter().filter(|f| f.after.is_none() && f.takes(&other.of));
    let fit: Vec<_> = fit.map(|f| word(format!("grantee-{}", f.kind))).collect();
    let problem = format!(
        "{}: {} cannot be given to {} ({}); ask for it with another receiver: {}",
        platform.manifest.name,
        word(format!("asset-{}", other.of)),
        g.label,
        word(format!("grantee-{}", g.kind)),
        fit.join(", ")
    );
    Err(invalid("grantee_ids", problem))
}

/// The first of them, each by id and name.
fn list(all: &[&Grantee]) -> String {
    const SHOWN: usize = 5;
    let named: Vec<_> = all.iter().take(SHOWN).map(|g| format!("{} ({})", g.id, g.label)).collect();
    let more = if all.len() > SHOWN { " and others" } else { "" };
    format!("{}{more}", named.join(", "))
}

pub fn require_proven(desk: &Desk, g: &Grantee) -> Result<(), AppError> {
    let facts = desk.registry.find(&g.platform).and_then(|p| p.manifest.find_grantee(&g.kind));
    // Where no app is set up nobody can sign in to prove it: the client is told that it was typed.
    let can_prove = desk.apps.contains_key(&g.platform);
    if facts.is_some_and(|f| f.proven_by.is_some() && !f.typed) && g.proven_at.is_none() && can_prove {
        let problem =
            format!("{}: sign in there first, so that {} is proven to be yours", g.platform, g.label);
        return Err(invalid("grantee_ids", problem));
    }
    Ok(())
}
