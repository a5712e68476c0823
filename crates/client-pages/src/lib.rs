//! The client's pages, and those for everybody.

pub mod access;
pub mod access_code;
pub mod card;
pub mod connect;
pub mod doctor;
pub mod events;
pub mod guide;
pub mod handout;
pub mod link;
pub mod notices;
pub mod pick;
pub mod progress;
pub mod receipt;
pub mod review;
pub mod scan;
pub mod view;

use std::collections::BTreeSet;

use valetkey_core::app::offer::Entry;
use valetkey_core::app::{AppError, grants, link as app_link};
use valetkey_core::desk::Desk;
use valetkey_core::store::agencies::Agency;
use valetkey_core::store::grants::{Filter, GrantRow};
use valetkey_core::store::items::Item;
use valetkey_pages::Error;
use valetkey_pages::access_words::{asset_word, level_word};
use valetkey_pages::frame::{frame as page_frame, when};
use valetkey_pages::page_words::PageWords;
use valetkey_pages::words;

use crate::view::Line;

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
