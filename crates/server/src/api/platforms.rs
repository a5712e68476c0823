//! `GET /platforms`: what each platform offers here.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use valetkey_connectors::Platform;
use valetkey_sdk::manifest::Method;

use super::Problem;
use super::caller::Caller;
use super::paging::List;
use crate::desk::Desk;

#[derive(Serialize)]
pub struct PlatformView {
    id: String,
    name: String,
    category: String,
    /// The operator's own app is set up; otherwise only guided steps are offered.
    configured: bool,
    sign_ins: Vec<String>,
    asset_types: Vec<AssetTypeView>,
}

#[derive(Serialize)]
struct AssetTypeView {
    #[serde(rename = "type")]
    of: String,
    parent: Option<String>,
    levels: Vec<LevelView>,
}

#[derive(Serialize)]
struct LevelView {
    level: &'static str,
    native_roles: Vec<String>,
    method: Method,
    verify: Vec<&'static str>,
    revoke: Vec<&'static str>,
}

pub async fn list(State(desk): State<Desk>, _: Caller) -> Result<Json<List<PlatformView>>, Problem> {
    let view = |p: &Platform| view(p, desk.apps.contains_key(&p.manifest.id));
    Ok(Json(List::whole(desk.registry.iter().map(view).collect())))
}

pub fn view(p: &Platform, configured: bool) -> PlatformView {
    let sides = |list: &[valetkey_sdk::access::Side]| list.iter().map(|s| s.as_str()).collect();
    let asset_types = p.manifest.assets.iter().filter(|a| !a.levels.is_empty()).map(|a| AssetTypeView {
        of: a.of.to_string(),
        parent: a.parent.as_ref().map(ToString::to_string),
        levels: a
            .levels
            .iter()
            .map(|(level, facts)| LevelView {
                level: level.as_str(),
                native_roles: facts.roles.iter().cloned().collect(),
                method: facts.method,
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
