//! The guide that can be sent and printed: the steps of every open card whose platform has some, with the
//! agency's ids filled in. Also where a sign-in would do it: some people would rather do it by hand.

use valetkey_connectors::Platform;
use valetkey_sdk::lang::Lang;

use super::attest::{self, Asked};
use super::{AppError, Why};
use crate::desk::Desk;
use crate::engine::state::item::State;
use crate::store::Scope;
use crate::store::grantees::Grantee;
use crate::store::items::Item;

pub struct Handout<'a> {
    pub parts: Vec<Part<'a>>,
    /// Platforms that are asked for and have no steps: there the link is the way.
    pub without: Vec<&'a str>,
}

/// One platform.
pub struct Part<'a> {
    pub platform: &'a Platform,
    pub grantee: Grantee,
    pub tasks: Vec<Asked<'a>>,
}

/// Whether a card's steps are still to be done, and are known.
pub fn has_steps(desk: &Desk, item: &Item) -> bool {
    is_open(item) && desk.registry.find(&item.platform).is_some_and(|p| p.guide.is_some())
}

fn is_open(item: &Item) -> bool {
    let state = State::parse(&item.state);
    state.is_some_and(|s| matches!(s, State::Open | State::Connected | State::Chosen | State::HandedOver))
}

/// Fails where there is nothing left to do by hand.
pub async fn of<'a>(
    desk: &'a Desk,
    scope: &Scope,
    items: Vec<Item>,
    lang: Lang,
) -> Result<Handout<'a>, AppError> {
    let mut handout = Handout { parts: Vec::new(), without: Vec::new() };
    for item in items.into_iter().filter(is_open) {
        let platform = desk.registry.find(&item.platform).ok_or(AppError::NotFound("the platform"))?;
        if platform.guide.is_none() {
            handout.without.push(&platform.manifest.name);
            continue;
        }
        let grantee = attest::receiver(desk, scope, &item).await?;
        let tasks = attest::asked(platform, &item, lang)?;
        handout.parts.push(Part { platform, grantee, tasks });
    }
    match handout.parts.is_empty() {
        true => Err(AppError::Conflict(Why::message("nothing-by-hand", &[]))),
        false => Ok(handout),
    }
}
