//! One line an asset, with a live word.

use axum::extract::{Path, State};
use axum::http::HeaderValue;
use axum::response::Response;
use valetkey_sdk::http::Quota;

use super::super::cookies::{Cookies, Name};
use super::super::forms::{Plain, Posted, check};
use super::super::view::client::{Mend, Progress};
use super::super::{Error, page, see};
use super::{csrf, line, open, page_frame, path, platform_name};
use crate::app::link::{Standing, get_item, get_own_connection};
use crate::app::{AppError, grants};
use crate::desk::Desk;
use crate::store::connections::Connection;

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
) -> Result<Response, Error> {
    let (link, agency) = open(&desk, &token).await?;
    let item = get_item(&desk, &link, &item).await?;
    let browser = cookies.find(Name::Browser);
    let own = get_own_connection(&desk, &link.scope, &item, browser.as_ref().map(|b| b.expose())).await?;
    let rows = desk.store.list_shares_of_item(&link.scope, &item.id).await.map_err(AppError::from)?;
    let lines = rows.iter().map(|row| line(&desk, row)).collect::<Result<Vec<_>, _>>()?;
    let finished = !rows.iter().any(|r| is_moving(&r.word));
    if finished && link.standing == Standing::Complete {
        return Ok(see(&path(&link, "/receipt")));
    }
    let name = platform_name(&desk, &item.platform);
    let mut stuck = false;
    for row in &rows {
        stuck |= grants::state(row)?.may_retry();
    }
    let at = |rest: &str| path(&link, &format!("/{}/{rest}", item.id));
    let mend = (finished && stuck).then(|| Mend { retry: at("retry"), sign_in: at("connect") });
    let mut response = page(&Progress {
        frame: page_frame(&desk, &format!("Access at {name}"), Some(&agency), csrf(&desk, &link)),
        platform_name: name,
        done: lines.iter().filter(|l| l.badge.word == "active").count(),
        lines,
        finished,
        waits: waits(&desk, &own),
        mend,
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
    get_own_connection(&desk, &link.scope, &item, browser.as_ref().map(|b| b.expose())).await?;
    grants::retry_all(&desk, &link.scope, &item.id).await?;
    Ok(see(&path(&link, &format!("/{}/progress", item.id))))
}
