//! What would be called at a platform, as a dry run shows it.

use serde::Serialize;
use utoipa::ToSchema;

use super::grants::AssetView;
use super::words::Side;
use crate::app::revoking::Plan;
use crate::store::grants::GrantRow;

/// One call that would be made.
#[derive(Serialize, ToSchema)]
#[schema(as = Act)]
pub struct ActView {
    grant_id: String,
    /// `revoke`.
    #[schema(value_type = String, example = "revoke")]
    operation: &'static str,
    /// Whose sign-in would be used.
    side: Side,
    asset: AssetView,
    principal: PrincipalView,
    /// The platform's own roles that would be taken away, in one text.
    role: String,
    native_roles: Vec<String>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Principal)]
struct PrincipalView {
    kind: String,
    external_id: String,
}

/// Access that the platform takes away along with it.
#[derive(Serialize, ToSchema)]
pub struct AlsoGone {
    grant_id: String,
    asset: AssetView,
}

/// What revoking would do.
#[derive(Serialize, ToSchema)]
pub struct RevokePlan {
    dry_run: bool,
    /// None when nothing is there to be taken away, or nobody could.
    acts: Vec<ActView>,
    also: Vec<AlsoGone>,
    /// Why no call can be made: `sign-in-again`, `revoke-by-hand` or `no-app`.
    #[schema(value_type = Option<String>)]
    blocked: Option<&'static str>,
}

impl RevokePlan {
    pub fn of(plan: &Plan) -> Self {
        let acts = acts(plan).into_iter().collect();
        Self { dry_run: true, acts, also: also(plan), blocked: plan.blocked }
    }
}

pub fn acts(plan: &Plan) -> Option<ActView> {
    let (row, act) = (&plan.row, plan.act.as_ref()?);
    Some(ActView {
        grant_id: row.id.to_string(),
        operation: "revoke",
        side: act.side.into(),
        asset: AssetView::of(row),
        principal: PrincipalView { kind: row.principal_kind.clone(), external_id: row.principal_id.clone() },
        role: act.roles.join(" "),
        native_roles: act.roles.clone(),
    })
}

pub fn also(plan: &Plan) -> Vec<AlsoGone> {
    let gone = |row: &GrantRow| AlsoGone { grant_id: row.id.to_string(), asset: AssetView::of(row) };
    plan.also.iter().map(gone).collect()
}
