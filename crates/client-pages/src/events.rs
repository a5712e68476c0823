//! States as they change, for the browser that signed in: server-sent events beside the plain page.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::{Path, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde_json::json;
use tokio::sync::{broadcast, watch};
use valetkey_core::app::link::{self as app_link, Standing};
use valetkey_core::app::{AppError, Why, access};
use valetkey_core::desk::Desk;
use valetkey_core::ids::ItemId;
use valetkey_core::streams::Place;
use valetkey_pages::Error;
use valetkey_pages::cookies::{Cookies, Name};
use valetkey_sdk::secret::Secret;

use super::open;
use super::progress::is_moving;

/// Changes of this process are heard of at once; those of another one are looked for this often.
const POLL: Duration = Duration::from_secs(5);
const HEARTBEAT: Duration = Duration::from_secs(15);

struct Listener {
    desk: Desk,
    token: String,
    item: ItemId,
    browser: Secret,
    changes: broadcast::Receiver<ItemId>,
    closing: watch::Receiver<bool>,
    told: Option<String>,
    over: bool,
    _place: Place,
}

pub async fn stream(
    State(desk): State<Desk>,
    Path((token, item)): Path<(String, String)>,
    cookies: Cookies,
) -> Result<Response, Error> {
    let (link, _) = open(&desk, &token).await?;
    let item = app_link::get_item(&desk, &link, &item).await?;
    let browser = cookies.find(Name::Browser).ok_or(AppError::OtherBrowser)?;
    if !access::is_own(&desk, &link.scope, &item, Some(browser.expose())).await? {
        return Err(AppError::OtherBrowser.into());
    }
    let place = desk.streams.enter(desk.hash_link(&token));
    let place = place.ok_or_else(|| AppError::Conflict(Why::message("too-many-windows", &[])))?;
    let listener = Listener {
        changes: desk.store.changes(),
        closing: desk.streams.closing(),
        desk,
        token,
        item: item.id,
        browser,
        told: None,
        over: false,
        _place: place,
    };
    let events = stream::unfold(listener, |mut listener| async move {
        let event = listener.next().await?;
        Some((Ok::<_, Infallible>(event), listener))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(HEARTBEAT)).into_response())
}

impl Listener {
    /// The next change; none when the stream is over.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if self.over || *self.closing.borrow() {
                return None;
            }
            let (states, moving) = self.read().await.ok()?;
            if self.told.as_deref() != Some(states.as_str()) {
                self.told = Some(states.clone());
                self.over = !moving;
                return Some(Event::default().event(if moving { "states" } else { "done" }).data(states));
            }
            if !self.wait().await {
                return None;
            }
        }
    }

    /// Until this card may have changed; false when the server stops.
    async fn wait(&mut self) -> bool {
        let late = tokio::time::sleep(POLL);
        tokio::pin!(late);
        loop {
            tokio::select! {
                _ = self.closing.changed() => return false,
                () = &mut late => return true,
                heard = self.changes.recv() => match heard {
                    Ok(card) if card != self.item => {}
                    Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => return true,
                    Err(broadcast::error::RecvError::Closed) => return false,
                },
            }
        }
    }

    /// What holds now. Rights are looked at anew each time: a link that was cancelled tells nothing more.
    async fn read(&self) -> Result<(String, bool), AppError> {
        let link = app_link::find(&self.desk, &self.token).await?;
        let item = app_link::get_item(&self.desk, &link, self.item.as_str()).await?;
        let own = access::is_own(&self.desk, &link.scope, &item, Some(self.browser.expose())).await?;
        if link.standing == Standing::Expired || !own {
            return Err(AppError::OtherBrowser);
        }
        let rows = self.desk.store.list_grants_of_item(&link.scope, &item.id).await?;
        let moving = rows.iter().any(|row| is_moving(&row.word));
        let states: Vec<_> = rows.iter().map(|r| json!({"id": r.shown_id(), "state": r.word})).collect();
        Ok((json!({"data": states}).to_string(), moving))
    }
}
