//! Each finding in words: what was seen, and what to do next.

use super::super::lines::Named;
use super::{Hit, Rule};

/// What, and what to do.
pub fn of(platform: &str, hit: &Hit, asset: &Named, who: &Named) -> (String, String) {
    let at = format!("{} “{}”", asset.kind_name, asset.name);
    let (name, kind) = (&who.name, who.kind_name.to_lowercase());
    let roles = list(&hit.roles);
    let has = if hit.pending { "is invited to" } else { "has access to" };
    match hit.rule {
        Rule::UnknownPartner => (
            format!(
                "{name} ({kind} {}) {has} {at}: {roles}. It is not one of your grantees, and none of this \
                 client’s accounts here lie in it.",
                who.id
            ),
            format!("Ask the client who this is. If nobody needs it any more, the client can remove it at {platform}."),
        ),
        Rule::AccessWithoutGrant => (
            match hit.against.first() {
                Some(word) => format!(
                    "{name} {has} {at}: {roles}. The grant for it is {}.",
                    word.replace('_', " ")
                ),
                None => format!("{name} {has} {at}: {roles}. No grant asked for it."),
            },
            "If you need it, send a request so that the client approves it. If not, ask the client to remove it.".into(),
        ),
        Rule::GrantWithoutAccess => (
            format!("The grant of {at} to {name} is active here, but {platform} did not show that access ({roles})."),
            "Press “Check everything now” on the client’s page. If it is gone there too, ask again.".into(),
        ),
        Rule::OverPrivileged => (
            format!("{name} holds {roles} on {at}; asked for was {}.", list(&hit.against)),
            format!("Ask the client to take {roles} away at {platform}, or to approve it with a new request."),
        ),
        Rule::NeverAccepted => (
            format!("{name} was invited to {at} and has not accepted; the invitation ends, or ended, {}.", day(hit)),
            "Ask them to accept, or withdraw the invitation.".into(),
        ),
        Rule::HeldTwice => (
            format!(
                "{name} holds {roles} on {at} twice: directly, and by {} {}.",
                hit.against.first().map_or("", String::as_str).replace('_', " "),
                hit.against.get(1).map_or("", String::as_str)
            ),
            "Taking away one of the two leaves the other: to end it, end both.".into(),
        ),
    }
}

fn day(hit: &Hit) -> &str {
    hit.against.first().map_or("", |at| at.split('T').next().unwrap_or(at))
}

fn list<'a>(roles: impl IntoIterator<Item = &'a String>) -> String {
    let roles: Vec<_> = roles.into_iter().map(String::as_str).collect();
    if roles.is_empty() { "no role is named".into() } else { roles.join(", ") }
}
