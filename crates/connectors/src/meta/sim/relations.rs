//! `/{portfolio}/agencies` and `/{portfolio}/clients`: whole relationships between two portfolios.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::fields;
use super::graph::Cx;
use super::portfolios::{BUSINESS, check_two_factor, public_fields};
use super::refusal::Refusal;
use super::world::{Asset, AssetKind, World};
use super::{agencies, paging};

/// Whose side is looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    /// The portfolio is the client; its agencies are listed.
    Agencies,
    /// The portfolio is the agency; its clients are listed.
    Clients,
}

pub fn answer(cx: &Cx<'_>, id: &str, edge: &[&str]) -> Result<Value, Refusal> {
    if cx.session.token.page.is_some() {
        return Err(Refusal::numbered(200, "This call needs a user access token"));
    }
    cx.session.needs("business_management")?;
    check_two_factor(cx, id)?;
    let side = match edge {
        ["agencies"] => Side::Agencies,
        ["clients"] => Side::Clients,
        _ => return Err(cx.unsupported()),
    };
    match cx.call.method.as_str() {
        "GET" => list(cx, id, side),
        "DELETE" => end_all(cx, id, side),
        _ => Err(cx.unsupported()),
    }
}

fn list(cx: &Cx<'_>, id: &str, side: Side) -> Result<Value, Refusal> {
    let wanted = fields::parse(cx.call.find("fields"))?;
    let others: BTreeSet<String> = match (cx.world.is_admin(id, cx.person()), side) {
        (false, _) => BTreeSet::new(),
        (true, Side::Agencies) => {
            let owned = cx.world.assets.values().filter(|asset| asset.portfolio.as_deref() == Some(id));
            owned.flat_map(|asset| asset.partners.keys()).cloned().collect()
        }
        (true, Side::Clients) => {
            let shared = cx.world.assets.values().filter(|asset| asset.partners.contains_key(id));
            shared.filter_map(|asset| asset.portfolio.clone()).collect()
        }
    };
    paging::page(cx.call, others.into_iter().collect(), cx.world.sparse_lists, |other| {
        let mut row = public_fields(cx, other);
        for (name, kind) in
            [("page_permissions", AssetKind::Page), ("adaccount_permissions", AssetKind::AdAccount)]
        {
            let (client, agency) = if side == Side::Clients { (other, id) } else { (id, other) };
            row.insert(name.into(), shares(cx.world, client, agency, kind));
        }
        fields::project(row, wanted.as_deref(), &BUSINESS)
    })
}

fn shares(world: &World, client: &str, agency: &str, kind: AssetKind) -> Value {
    let of = |asset: &&Asset| asset.kind == kind && asset.portfolio.as_deref() == Some(client);
    let rows = world.assets.iter().filter(|(_, asset)| of(asset)).filter_map(|(id, asset)| {
        let mut row = agencies::share_fields(kind, asset.partners.get(agency)?);
        row.insert("id".into(), json!(id));
        Some(Value::Object(row))
    });
    rows.collect()
}

/// Ends everything shared between the two, in this direction.
fn end_all(cx: &Cx<'_>, id: &str, side: Side) -> Result<Value, Refusal> {
    let other = cx.call.get_id("business")?;
    cx.change(|world| {
        if !world.is_admin(id, cx.person()) {
            return Err(Refusal::not_allowed("You need full control of this business"));
        }
        let (client, agency) = if side == Side::Clients { (other, id) } else { (id, other) };
        let shared = world.assets.iter().filter(|(_, asset)| {
            asset.portfolio.as_deref() == Some(client) && asset.partners.contains_key(agency)
        });
        for asset in shared.map(|(id, _)| id.clone()).collect::<Vec<_>>() {
            agencies::end(cx, world, &asset, agency);
        }
        Ok(json!({ "success": true }))
    })
}
