//! What was granted to whom, until when; for the browsers that signed in.

use axum::extract::{Path, State};
use axum::response::Response;

use super::super::cookies::{Cookies, Name};
use super::super::frame::grantee_mark;
use super::super::view::client::{Receipt, ReceiptSection};
use super::super::{Error, page};
use super::{csrf, line, open, page_frame, path, platform_name, when};
use crate::app::AppError;
use crate::app::link::find_own_connection;
use crate::desk::Desk;

pub async fn show(
    State(desk): State<Desk>,
    Path(token): Path<String>,
    cookies: Cookies,
) -> Result<Response, Error> {
    let (link, agency) = open(&desk, &token).await?;
    let browser = cookies.find(Name::Browser);
    let browser = browser.as_ref().map(|b| b.expose());
    let request = &link.request;
    let client = desk.store.get_client(&link.scope, &request.client_id).await.map_err(AppError::from)?;
    let mut sections = Vec::new();
    for item in desk.store.list_items(&link.scope, &request.id).await.map_err(AppError::from)? {
        if find_own_connection(&desk, &link.scope, &item, browser).await?.is_none() {
            continue;
        }
        let rows = desk.store.list_shares_of_item(&link.scope, &item.id).await.map_err(AppError::from)?;
        let grantee = desk.store.find_grantee(&link.scope, &item.grantee_id).await.map_err(AppError::from)?;
        let grantee = grantee.ok_or(AppError::NotFound("the grantee"))?;
        let name = platform_name(&desk, &item.platform);
        sections.push(ReceiptSection {
            grantee: grantee_mark(&desk, &grantee),
            lines: rows.iter().map(|row| line(&desk, row)).collect::<Result<_, _>>()?,
            undo: format!(
                "To take it back, ask {} to revoke it, or remove {} in your settings at {name}.",
                agency.name, grantee.label
            ),
            platform_name: name,
        });
    }
    if sections.is_empty() {
        return Err(AppError::OtherBrowser.into());
    }
    page(&Receipt {
        frame: page_frame(&desk, "Receipt", Some(&agency), csrf(&desk, &link)),
        client: client.name,
        sections,
        access_until: request.access_expires_at.map(|at| when(&desk, at)),
        completed: when(&desk, request.completed_at.unwrap_or_else(|| desk.now_ms())),
        back: path(&link, ""),
    })
}
