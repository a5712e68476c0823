//! The client's pages.

pub mod access;
pub mod access_code;
pub mod card;
pub mod connect;
pub mod events;
pub mod guide;
pub mod handout;
pub mod link;
pub mod pick;
pub mod progress;
pub mod receipt;
pub mod review;
pub mod scan;

use std::borrow::Cow;
use std::collections::BTreeSet;

use valetkey_sdk::access::{AssetType, Level, Roles};
use valetkey_sdk::lang::Lang;

use super::page_words::PageWords;
use super::view::client::Line;
use super::words;
use super::{Error, frame};
use crate::app::offer::Entry;
use crate::app::{AppError, grants, link as app_link};
use crate::desk::Desk;
use crate::store::agencies::Agency;
use crate::store::grants::{Filter, GrantRow};
use crate::store::items::Item;

/// As many grants as a page looks through to say what is shared already.
const MOST_HELD: i64 = 5_000;

/// A link that still does something, with its agency.
async fn open(desk: &Desk, token: &str) -> Result<(app_link::Link, Agency), Error> {
    let opened = open_whole(desk, token).await?;
    Ok((opened.link, opened.agency))
}

/// The same with everything that stands at the top of its pages.
async fn open_whole(desk: &Desk, token: &str) -> Result<app_link::Opened, Error> {
    let opened = app_link::open(desk, token).await?;
    refuse_expired(&opened.link)?;
    Ok(opened)
}

fn refuse_expired(link: &app_link::Link) -> Result<(), Error> {
    match link.standing {
        app_link::Standing::Expired => Err(Error::LinkExpired),
        app_link::Standing::Open | app_link::Standing::Complete => Ok(()),
    }
}

/// The form token of this link's pages.
fn csrf(desk: &Desk, link: &app_link::Link) -> String {
    desk.form_token(link.token.expose())
}

fn path(link: &app_link::Link, rest: &str) -> String {
    ["/r/", link.token.expose(), rest].concat()
}

/// One line an asset, with its live word.
fn line(desk: &Desk, say: &PageWords, row: &GrantRow) -> Result<Line, AppError> {
    let grant = grants::state(row)?;
    let platform = desk.registry.find(&row.platform);
    let name = platform.map_or(row.platform.as_str(), |p| p.manifest.name.as_str());
    Ok(Line {
        asset: row.asset_name.clone(),
        kind: asset_word(desk, say.lang, &row.platform, &row.asset_type),
        external_id: row.shown_id().to_owned(),
        level: level_word(say, grant.wish.level).to_owned(),
        badge: words::grant_badge(say, name, &grant),
        advice: words::grant_advice(desk, say, &row.platform, &grant)
            .or_else(|| words::waiting_advice(desk, say, row, &grant)),
        adopted: grant.adopted && grant.word() == "active",
    })
}

/// What the agency's receiver holds on this platform already, as it was last read: type, id and level.
async fn held(desk: &Desk, link: &app_link::Link, item: &Item) -> Result<BTreeSet<[String; 3]>, AppError> {
    let filter =
        Filter { platform: Some(item.platform.clone()), word: Some("active".into()), ..Filter::default() };
    let rows = desk.store.list_grants(&link.scope, &filter, None, MOST_HELD).await?;
    let same = rows.into_iter().filter(|row| row.principal_id == item.grantee_frozen);
    Ok(same.map(|row| [row.asset_type, row.asset_id, row.level]).collect())
}

fn is_held(held: &BTreeSet<[String; 3]>, e: &Entry) -> bool {
    let id = e.asset.on.id().unwrap_or_default();
    e.held || held.contains(&[e.asset.on.of().to_string(), id.to_owned(), e.level.as_str().to_owned()])
}

/// The platform's word for an asset type.
pub fn asset_word(desk: &Desk, lang: Lang, platform: &str, of: &str) -> String {
    let found = desk.registry.find(platform);
    found.map_or_else(|| of.to_owned(), |p| p.words_in(lang).text(&format!("asset-{of}")))
}

pub fn level_word(say: &PageWords, level: Level) -> &str {
    match level {
        Level::View => &say.level_view,
        Level::Manage => &say.level_manage,
        Level::Full => &say.level_full,
    }
}

/// What a level allows on an asset type, and what it does not.
pub fn can_and_cannot<'a>(
    desk: &'a Desk,
    lang: Lang,
    platform: &str,
    of: &AssetType,
    level: Level,
) -> (&'a str, &'a str) {
    let words = desk.registry.find(platform).map(|p| p.words_in(lang));
    let find = |what: &str| {
        let id = [of.as_str(), "-", level.as_str(), "-", what].concat();
        words.and_then(|words| words.find_text(&id)).unwrap_or_default()
    };
    (find("can"), find("cannot"))
}

/// The same for these roles, where some of them come on top of the level, and with the answer that is wished for
/// where the platform asks something along the way.
pub fn can_and_cannot_with<'a>(
    desk: &'a Desk,
    lang: Lang,
    platform: &str,
    of: &AssetType,
    level: Level,
    (roles, wants_yes): (Option<&Roles>, bool),
) -> (Cow<'a, str>, &'a str) {
    let (can, cannot) = can_and_cannot(desk, lang, platform, of, level);
    let mut can = Cow::Borrowed(can);
    if let Some(platform) = desk.registry.find(platform).filter(|_| wants_yes)
        && let Some(question) = platform.manifest.find_asset(of).and_then(|facts| facts.question.as_ref())
    {
        let wished = platform.words_in(lang).text(&format!("question-{}-wished", question.id));
        can = format!("{can} {wished}").into();
    }
    let found = desk.registry.find(platform).zip(roles);
    let facts = found.and_then(|(p, roles)| Some((p, p.manifest.find_asset(of)?, roles)));
    if let Some((platform, facts, roles)) = facts {
        for role in facts.apart(roles).1 {
            can = format!("{can} {}", platform.words_in(lang).text(&format!("on-top-{role}"))).into();
        }
    }
    (can, cannot)
}

/// What a level lets somebody do, in a few words.
fn level_means(say: &PageWords, level: Level) -> &str {
    match level {
        Level::View => &say.means_view,
        Level::Manage => &say.means_manage,
        Level::Full => &say.means_full,
    }
}

fn platform_name(desk: &Desk, id: &str) -> String {
    desk.registry.find(id).map_or_else(|| id.to_owned(), |p| p.manifest.name.clone())
}

use frame::{frame as page_frame, initials, when};
