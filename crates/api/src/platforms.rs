//! `GET /platforms`: what each platform offers here.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use valetkey_connectors::Platform;

use super::Problem;
use super::body::Query;
use super::caller::Caller;
use super::paging::{List, PageQuery};
use super::words::{Level, Method, Side};
use crate::desk::Desk;

#[derive(Serialize, ToSchema)]
#[schema(as = Platform)]
pub struct PlatformView {
    #[schema(example = "meta")]
    id: String,
    name: String,
    category: String,
    /// The operator's own app is set up; otherwise only guided steps are offered.
    configured: bool,
    sign_ins: Vec<String>,
    asset_types: Vec<AssetTypeView>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = AssetType)]
struct AssetTypeView {
    #[serde(rename = "type")]
    #[schema(example = "page")]
    of: String,
    /// The type of the container that it lies in.
    parent: Option<String>,
    /// Native roles that can be asked for beside those of a level, such as a finance role: name both in
    /// `native_roles`.
    roles_on_top: Vec<String>,
    /// What the platform's own pages ask whoever gives it by hand; see `wants_yes`.
    #[schema(example = "media-agency")]
    question: Option<String>,
    levels: Vec<LevelView>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = LevelOffered)]
struct LevelView {
    level: Level,
    /// The platform's own names for what is given.
    native_roles: Vec<String>,
    method: Method,
    /// From which sides it can be read back; from none means that it is attested only.
    verify: Vec<Side>,
    /// From which sides it can be taken away; from none means by hand only.
    revoke: Vec<Side>,
}

/// The platforms, their asset types and levels.
#[utoipa::path(
    get, path = "/platforms", operation_id = "list_platforms", tag = "platforms", params(PageQuery),
    responses((status = 200, description = "All that this server knows", body = List<PlatformView>))
)]
pub async fn list(
    State(desk): State<Desk>,
    _: Caller,
    Query(q): Query<PageQuery>,
) -> Result<Json<List<PlatformView>>, Problem> {
    let view = |p: &Platform| view(p, desk.apps.contains_key(&p.manifest.id));
    Ok(Json(List::cut(desk.registry.iter().map(view).collect(), &q, |p| p.id.clone())?))
}

pub fn view(p: &Platform, configured: bool) -> PlatformView {
    let sides = |list: &[valetkey_sdk::access::Side]| list.iter().map(|s| Side::from(*s)).collect();
    let asset_types = p.manifest.assets.iter().filter(|a| !a.levels.is_empty()).map(|a| AssetTypeView {
        of: a.of.to_string(),
        parent: a.parent.as_ref().map(ToString::to_string),
        roles_on_top: a.on_top.iter().cloned().collect(),
        question: a.question.as_ref().map(|q| q.id.clone()),
        levels: a
            .levels
            .iter()
            .map(|(level, facts)| LevelView {
                level: (*level).into(),
                native_roles: facts.roles.iter().cloned().collect(),
                method: facts.method.into(),
                verify: sides(&facts.verify),
                revoke: sides(&facts.revoke),
            })
            .collect(),
    });
    PlatformView {
        id: p.manifest.id.clone(),
        name: p.manifest.name.clone(),
        category: p.manifest.category.clone(),
        configured,
        sign_ins: p.manifest.sign_ins.iter().map(|s| s.id.clone()).collect(),
        asset_types: asset_types.collect(),
    }
}
