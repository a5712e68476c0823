//! `/requests/{request}/items/{item}/asked`: asking an owner from the agency's own side, and what became of it.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Problem;
use super::body::{Body, Ids};
use super::caller::Caller;
use super::paging::time;
use super::words::Level;
use crate::app::AppError;
use crate::app::asking::{self, Sent, Sheet, Shows};
use crate::app::attest::Asked;
use crate::desk::Desk;

/// What was asked for by a call, what became of it, and what can be asked for.
#[derive(Serialize, ToSchema)]
#[schema(as = AskedAtPlatform)]
pub struct AskedView {
    data: Vec<SentView>,
    /// Empty once the client has approved the item. Steps by hand stand on the page in any case.
    can_ask: Vec<CanAskView>,
    /// Why the platform could not be read; null when it was.
    problem: Option<String>,
}

/// One account that was asked for, the last time.
#[derive(Serialize, ToSchema)]
#[schema(as = AskedAccount)]
struct SentView {
    #[serde(rename = "type")]
    #[schema(example = "page")]
    of: String,
    external_id: String,
    level: Level,
    #[schema(format = DateTime)]
    asked_at: String,
    /// As the platform shows it now: `waiting` for the owner, `received`, or `nothing` (declined, taken back, or lapsed;
    /// no platform tells which). Null where it could not be read.
    state: Option<&'static str>,
}

/// What can be asked for by a call.
#[derive(Serialize, ToSchema)]
#[schema(as = CanAsk)]
struct CanAskView {
    #[serde(rename = "type")]
    of: String,
    level: Level,
    /// Its id, where the request names it.
    external_id: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewAsking, example = json!({"type": "page", "external_id": "108237461950233"}))]
pub struct NewAsking {
    /// May be left out where one kind alone can be asked for.
    #[serde(rename = "type")]
    #[schema(example = "page")]
    of: Option<String>,
    /// May be left out where the request names it.
    external_id: Option<String>,
}

impl From<Sheet<'_>> for AskedView {
    fn from(sheet: Sheet<'_>) -> Self {
        let can_ask = sheet.tasks.iter().filter(|task| task.facts.asks).map(CanAskView::from).collect();
        Self { data: sheet.sent.into_iter().map(SentView::from).collect(), can_ask, problem: sheet.problem }
    }
}

impl From<Sent> for SentView {
    fn from(sent: Sent) -> Self {
        let state = sent.shows.map(|shows| match shows {
            Shows::Waiting => "waiting",
            Shows::Received => "received",
            Shows::Nothing => "nothing",
        });
        let (of, level, asked_at) = (sent.of.to_string(), sent.level.into(), time(sent.at));
        Self { of, external_id: sent.id, level, asked_at, state }
    }
}

impl From<&Asked<'_>> for CanAskView {
    fn from(task: &Asked<'_>) -> Self {
        let ask = &task.ask;
        Self { of: ask.of.to_string(), level: ask.level.into(), external_id: ask.external_id.clone() }
    }
}

/// What the owners were asked for from the agency's own side, as the platform shows it now.
#[utoipa::path(
    get, path = "/requests/{request}/items/{item}/asked", operation_id = "get_asked", tag = "requests",
    params(("request" = String, Path), ("item" = String, Path)),
    responses((status = 200, description = "As the platform shows it", body = AskedView))
)]
pub async fn get(
    State(desk): State<Desk>,
    Caller(scope): Caller,
    Ids(request, item): Ids,
) -> Result<Json<AskedView>, Problem> {
    Ok(Json(asking::sheet(&desk, &scope, &request, &item).await?.into()))
}

/// Asks the owner at the platform in the name of the grantee, or asks again.
///
/// The owner answers there. Nothing comes of it here: access that is received so is watched when the client uses
/// the link after all. What the platform would give without asking anybody is refused. A refusal of the platform
/// is answered with 422 and the type `/problems/platform-refused`.
#[utoipa::path(
    post, path = "/requests/{request}/items/{item}/asked", operation_id = "ask_owner", tag = "requests",
    params(("request" = String, Path), ("item" = String, Path)), request_body = NewAsking,
    responses(
        (status = 200, description = "Asked; as the platform shows it", body = AskedView),
        (status = 409, description = "The client has approved it already, or the platform gives no answer now"),
    )
)]
pub async fn ask(
    State(desk): State<Desk>,
    Caller(scope): Caller,
    Ids(request, item): Ids,
    Body(new): Body<NewAsking>,
) -> Result<Json<AskedView>, Problem> {
    let (of, id) = (new.of.unwrap_or_default(), new.external_id.unwrap_or_default());
    // Finished even if the caller goes away.
    let work = tokio::spawn(async move {
        asking::ask(&desk, &scope, (&request, &item), &of, &id).await?;
        let sheet = asking::sheet(&desk, &scope, &request, &item).await?;
        Ok::<AskedView, AppError>(sheet.into())
    });
    Ok(Json(work.await.map_err(|e| AppError::Internal(e.into()))??))
}
