//! One line an asset, with a live word.

use axum::extract::{Path, State};
use axum::http::HeaderValue;
use axum::response::Response;
use valetkey_core::app::link::{Link, Standing, find_own_connection, get_item, get_own_connection};
use valetkey_core::app::{AppError, access, grants, sign_in};
use valetkey_core::desk::Desk;
use valetkey_core::engine::state::grant::{Grant, Phase};
use valetkey_core::store::connections::Connection;
use valetkey_core::store::grants::GrantRow;
use valetkey_core::store::items::Item;
use valetkey_pages::access_words::platform_name;
use valetkey_pages::cookies::{Cookies, Name};
use valetkey_pages::forms::{Plain, Posted, check};
use valetkey_pages::language::Reader;
use valetkey_pages::steps::{self, Steps};
use valetkey_pages::{Error, page, see};
use valetkey_sdk::access::Want;
use valetkey_sdk::guide::Task;
use valetkey_sdk::http::Quota;
use valetkey_sdk::lang::Lang;
use valetkey_sdk::manifest::Method;

use super::{csrf, guide, line, open, page_frame, path};
use crate::view::{Mend, Progress};

/// Words that move by themselves within seconds.
const MOVING: [&str; 4] = ["queued", "working", "verifying", "expiring"];

/// It will become another word without anybody acting.
pub fn is_moving(word: &str) -> bool {
    MOVING.contains(&word)
}

pub async fn show(
    State(desk): State<Desk>,
    Path((token, item)): Path<(String, String)>,
    cookies: Cookies,
    reader: Reader,
) -> Result<Response, Error> {
    let (link, agency) = open(&desk, &token).await?;
    let item = get_item(&desk, &link, &item).await?;
    let browser = cookies.find(Name::Browser);
    let browser = browser.as_ref().map(|b| b.expose());
    let own = find_own_connection(&desk, &link.scope, &item, browser).await?;
    require_own(&desk, &link, &item, browser).await?;
    let rows = desk.store.list_shares_of_item(&link.scope, &item.id).await.map_err(AppError::from)?;
    let speech = reader.speech(link.request.locale.as_deref());
    let say = speech.words;
    let lines = rows.iter().map(|row| line(&desk, say, row)).collect::<Result<Vec<_>, _>>()?;
    let finished = !rows.iter().any(|r| is_moving(&r.word));
    if finished && link.standing == Standing::Complete {
        return Ok(see(&path(&link, "/receipt")));
    }
    let name = platform_name(&desk, &item.platform);
    let mut stuck = false;
    let (mut by_hand, mut asks_word) = (Vec::new(), false);
    for row in &rows {
        let grant = grants::state(row)?;
        stuck |= grant.may_retry();
        asks_word |= grant.waits_for_word();
        if grant.may_retry() || grant.waits_for_word() {
            by_hand.extend(steps_for(&desk, say.lang, (&link, &item), row, &grant).await?);
        }
    }
    let at = |rest: &str| path(&link, &format!("/{}/{rest}", item.id));
    let mend = (finished && stuck).then(|| Mend { retry: at("retry"), sign_in: at("connect") });
    let mut response = page(&Progress {
        frame: page_frame(
            &desk,
            &speech,
            say.title_access_at(&name).plain(),
            Some(&agency),
            csrf(&desk, &link),
        ),
        platform_name: name,
        done: lines.iter().filter(|l| l.badge.word == "active").count(),
        lines,
        finished,
        waits: own.and_then(|own| waits(&desk, &own)),
        mend,
        by_hand,
        said: (finished && asks_word).then(|| at("by-hand")),
        events: at("events"),
        back: path(&link, ""),
    })?;
    if !finished {
        // Works without JavaScript; a script that updates the page in place stops the reload.
        // The address is named: the one shown ends in an empty fragment, and going there would load nothing.
        let refresh = format!("2;url={}", path(&link, &format!("/{}/progress", item.id)));
        if let Ok(value) = HeaderValue::from_str(&refresh) {
            response.headers_mut().insert("refresh", value);
        }
    }
    Ok(response)
}

/// This browser signed in on the card, or said there what it did at the platform.
async fn require_own(desk: &Desk, link: &Link, item: &Item, browser: Option<&str>) -> Result<(), AppError> {
    match access::is_own(desk, &link.scope, item, browser).await? {
        true => Ok(()),
        false => Err(AppError::OtherBrowser),
    }
}

/// The steps for access that comes about by hand, while it is not there.
async fn steps_for(
    desk: &Desk,
    lang: Lang,
    (link, item): (&Link, &Item),
    row: &GrantRow,
    grant: &Grant,
) -> Result<Option<Steps>, AppError> {
    let of = grant.wish.on.of();
    let Some(platform) = desk.registry.find(&row.platform) else { return Ok(None) };
    let level = platform.manifest.find_asset(of).and_then(|facts| facts.levels.get(&grant.wish.level));
    let is_wished = matches!(grant.wish.want, Want::Held { .. });
    let by_hand = level.is_some_and(|level| level.method == Method::Guided) || refused_to_the_app(grant);
    if !is_wished || !by_hand {
        return Ok(None);
    }
    let section = platform.guide_in(lang).and_then(|guide| guide.find(Task::Give, of));
    let grantee = desk.store.find_grantee(&link.scope, &row.grantee_id).await?;
    let (Some(section), Some(grantee)) = (section, grantee) else { return Ok(None) };
    let client = desk.store.get_client(&link.scope, &link.request.client_id).await?;
    let roles = grant.wish.roles().iter().map(|role| steps::role_word(platform, lang, role)).collect();
    let ask = sign_in::asks(item)?.into_iter().find(|ask| &ask.of == of && ask.level == grant.wish.level);
    let answer = ask.map(|ask| steps::answer(platform, lang, &ask)).unwrap_or_default();
    let values = steps::Values { grantee: &grantee, client: &client.name, roles, answer };
    let mut steps = guide::with_messages(lang, platform, of, steps::steps(section, &values));
    steps.title = format!("{}: {}", row.asset_name, steps.title);
    Ok(Some(steps))
}

/// The platform does not let the operator's app make the call, as before its review: a person can.
fn refused_to_the_app(grant: &Grant) -> bool {
    matches!(&grant.phase, Phase::NeedsAction { remedy } if remedy.id == "guided")
}

/// The client's word that what the steps show was done, in the browser that approved it.
pub async fn done_by_hand(
    State(desk): State<Desk>,
    Path((token, item)): Path<(String, String)>,
    cookies: Cookies,
    Posted(form): Posted<Plain>,
) -> Result<Response, Error> {
    let (link, _) = open(&desk, &token).await?;
    check(&desk, &link.token, &form.csrf)?;
    let item = get_item(&desk, &link, &item).await?;
    let browser = cookies.find(Name::Browser);
    get_own_connection(&desk, &link.scope, &item, browser.as_ref().map(|b| b.expose())).await?;
    let guides = desk.registry.find(&item.platform).map(|p| &p.manifest.guides);
    let since = guides.and_then(|g| g.last()).map(|g| g.from.to_string()).unwrap_or_default();
    grants::attest_given(&desk, &link.scope, &item.id, &since).await?;
    Ok(see(&path(&link, &format!("/{}/progress", item.id))))
}

/// For how many minutes nothing may be called for this connection, to the nearest.
fn waits(desk: &Desk, own: &Connection) -> Option<i64> {
    let (now, of) = (desk.clock.now(), Quota::app(&own.platform));
    let until = desk.budget.find_stop(&[of, Quota::connection(&own.platform, own.id.as_str())], now)?;
    Some((until.duration_since(now).as_secs() + 30) / 60).filter(|minutes| *minutes > 0)
}

/// Tries again what did not come through, in the browser that approved it.
pub async fn retry(
    State(desk): State<Desk>,
    Path((token, item)): Path<(String, String)>,
    cookies: Cookies,
    Posted(form): Posted<Plain>,
) -> Result<Response, Error> {
    let (link, _) = open(&desk, &token).await?;
    check(&desk, &link.token, &form.csrf)?;
    let item = get_item(&desk, &link, &item).await?;
    let browser = cookies.find(Name::Browser);
    require_own(&desk, &link, &item, browser.as_ref().map(|b| b.expose())).await?;
    grants::retry_all(&desk, &link.scope, &item.id).await?;
    Ok(see(&path(&link, &format!("/{}/progress", item.id))))
}
