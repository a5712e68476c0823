//! `GET /clients/{client}/access`: who has access to what of a client, as it was read last.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::Problem;
use super::body::{Id, Query};
use super::caller::Caller;
use super::paging::time;
use super::words::Side;
use crate::app::access_map::lines::{self, Filter, Line, Named};
use crate::app::access_map::{self, Asset, Finding};
use crate::app::clients;
use crate::desk::Desk;

/// What the platforms showed when they were read last, and what follows from it.
#[derive(Serialize, ToSchema)]
#[schema(as = AccessMap)]
pub struct AccessView {
    data: Vec<LineView>,
    assets: Vec<ReadView>,
    findings: Vec<FindingView>,
}

/// One access that somebody has.
#[derive(Serialize, ToSchema)]
#[schema(as = Entitlement)]
pub struct LineView {
    platform: String,
    asset: ThingView,
    principal: PrincipalView,
    /// The platform's own names, as they are asked for.
    native_roles: Vec<String>,
    /// `active` or `pending`.
    #[schema(value_type = String, example = "active")]
    state: &'static str,
    /// Whose yes is missing, while it is pending.
    waits_for: Option<String>,
    /// When the invitation ends, where the platform says so.
    #[schema(format = DateTime)]
    invitation_until: Option<String>,
    /// When the access ends at the platform by itself.
    #[schema(format = DateTime)]
    until: Option<String>,
    /// Whether this person signs in with a second factor; null where the platform does not tell.
    two_factor: Option<bool>,
    /// The asset that it flows from; null when it is held on this one itself.
    inherited_from: Option<ThingView>,
    /// Whose sign-in showed it.
    read_by: Side,
    #[schema(format = DateTime)]
    read_at: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = EntitlementAsset)]
struct ThingView {
    #[serde(rename = "type")]
    of: String,
    external_id: String,
    name: String,
}

/// A partner, person, system user or app.
#[derive(Serialize, ToSchema)]
#[schema(as = Principal)]
struct PrincipalView {
    kind: String,
    external_id: String,
    name: String,
    /// The id of the container that a person or system user belongs to.
    within: Option<String>,
}

/// How the last reading of one asset went.
#[derive(Serialize, ToSchema)]
#[schema(as = AccessReading)]
struct ReadView {
    platform: String,
    asset: ThingView,
    /// The last reading that worked; null when there was none.
    #[schema(format = DateTime)]
    read_at: Option<String>,
    /// Why the last try failed. What is shown is then from the reading before it.
    problem: Option<String>,
    /// What its reader has to know before concluding anything from what is not there.
    limits: Vec<String>,
}

/// Something that a careful owner would act on.
#[derive(Serialize, ToSchema)]
#[schema(as = Finding)]
struct FindingView {
    /// `unknown_partner`, `access_without_grant`, `grant_without_access`, `over_privileged`, `never_accepted` or
    /// `held_twice`. More may come.
    #[schema(value_type = String, example = "unknown_partner")]
    rule: &'static str,
    platform: String,
    asset: ThingView,
    principal: PrincipalView,
    #[schema(format = DateTime)]
    read_at: String,
    /// What was seen.
    what: String,
    /// What to do next.
    act: String,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct AccessQuery {
    platform: Option<String>,
    /// An asset's id at its platform: who can do what on it?
    asset: Option<String>,
    /// A principal's id at its platform: what can they do?
    principal: Option<String>,
}

impl AccessQuery {
    fn takes(&self, platform: &str, asset: &str, principal: Option<&str>) -> bool {
        let is = |wanted: &Option<String>, id: &str| wanted.as_ref().is_none_or(|wanted| wanted == id);
        is(&self.platform, platform)
            && is(&self.asset, asset)
            && principal.is_none_or(|principal| is(&self.principal, principal))
    }
}

impl From<&Named> for ThingView {
    fn from(n: &Named) -> Self {
        Self { of: n.kind.clone(), external_id: n.id.clone(), name: n.name.clone() }
    }
}

fn principal(n: &Named, within: Option<String>) -> PrincipalView {
    PrincipalView { kind: n.kind.clone(), external_id: n.id.clone(), name: n.name.clone(), within }
}

/// Also what a member downloads as JSON.
pub fn line(l: &Line) -> LineView {
    let word = |by| serde_json::to_value(by).ok()?.as_str().map(str::to_owned);
    LineView {
        platform: l.platform.clone(),
        asset: (&l.asset).into(),
        principal: principal(&l.who, l.within.clone()),
        native_roles: l.roles.clone(),
        state: l.state(),
        waits_for: l.pending.and_then(|(by, _)| word(by)),
        invitation_until: l.pending.and_then(|(_, until)| until).map(|at| at.to_string()),
        until: l.until.map(|at| at.to_string()),
        two_factor: l.two_factor,
        inherited_from: l.from.as_ref().map(ThingView::from),
        read_by: l.read_by.into(),
        read_at: time(l.read_at),
    }
}

fn read(asset: &Asset) -> ReadView {
    ReadView {
        platform: asset.platform.clone(),
        asset: ThingView {
            of: asset.on.of().to_string(),
            external_id: asset.shown_id().to_owned(),
            name: asset.name.clone(),
        },
        read_at: asset.reading.as_ref().map(|(_, at)| time(*at)),
        problem: asset.problem.clone(),
        limits: asset.reading.as_ref().map(|(reading, _)| reading.limits()).unwrap_or_default(),
    }
}

fn finding(f: Finding) -> FindingView {
    FindingView {
        rule: f.rule.as_str(),
        platform: f.platform,
        asset: (&f.asset).into(),
        principal: principal(&f.who, f.within),
        read_at: time(f.read_at),
        what: f.what,
        act: f.act,
    }
}

/// Who has access to what of one client.
///
/// Partners, people and invitations of every account that the client gave, from the last reading. A member reads
/// anew on the client's page.
#[utoipa::path(
    get, path = "/clients/{client}/access", operation_id = "get_client_access", tag = "clients",
    params(("client" = String, Path), AccessQuery),
    responses((status = 200, description = "What was read last, all of it", body = AccessView))
)]
pub async fn get(
    State(desk): State<Desk>,
    Caller(scope): Caller,
    Id(id): Id,
    Query(q): Query<AccessQuery>,
) -> Result<Json<AccessView>, Problem> {
    let platform = super::platform(&desk, q.platform.clone())?;
    let q = AccessQuery { platform, ..q };
    let client = clients::get(&desk, &scope, &id).await?;
    let map = access_map::of_client(&desk, &scope, &client).await?;
    let lines = lines::of(&desk, &map, &Filter::default());
    let data =
        lines.iter().filter(|l| q.takes(&l.platform, &l.asset.id, Some(&l.who.id))).map(line).collect();
    let assets = map.assets.iter().filter(|a| q.takes(&a.platform, &a.id, None)).map(read).collect();
    let findings =
        map.findings.into_iter().filter(|f| q.takes(&f.platform, &f.asset.id, Some(&f.who.id))).map(finding);
    Ok(Json(AccessView { data, assets, findings: findings.collect() }))
}
