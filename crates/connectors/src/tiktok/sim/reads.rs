//! Who signed in, which Business Centers and ad accounts they reach.

use serde_json::{Value, json};

use super::answer::Refusal;
use super::call::Call;
use super::tokens;

/// The address is masked ("User info", portal docs).
pub fn user_info(call: &Call<'_>) -> Result<Value, Refusal> {
    let people = call.tiktok.hub.people();
    let person = people.find(call.person()).ok_or_else(|| Refusal::missing("The user"))?;
    let (name, host) = person.email.split_once('@').unwrap_or((&person.email, ""));
    let first: String = name.chars().take(1).collect();
    Ok(json!({
        "core_user_id": call.world.users[&person.id], "display_name": person.name,
        "email": format!("{first}***@{host}"), "create_time": 1_700_000_000,
    }))
}

pub fn advertisers(call: &Call<'_>) -> Result<Value, Refusal> {
    let app = call
        .world
        .apps
        .get(&call.need("app_id")?)
        .filter(|app| call.find("secret").as_deref() == Some(&app.secret));
    app.ok_or_else(|| Refusal::new(40101, "The app_id and secret do not match."))?;
    let rows = tokens::advertisers(call.world, call.person()).into_iter();
    let rows = rows.map(|id| json!({"advertiser_id": id, "advertiser_name": call.world.assets[&id].name}));
    Ok(json!({ "list": rows.collect::<Vec<_>>() }))
}

pub fn advertiser_info(call: &Call<'_>) -> Result<Value, Refusal> {
    let ids: Vec<String> = serde_json::from_str(&call.need("advertiser_ids")?)
        .map_err(|_| Refusal::parameter("advertiser_ids: Not a valid list of strings."))?;
    let own = tokens::advertisers(call.world, call.person());
    if let Some(other) = ids.iter().find(|id| !own.contains(*id)) {
        return Err(Refusal::forbidden(format!("No permission to operate advertiser {other}.")));
    }
    let rows = ids.iter().map(|id| {
        let thing = &call.world.assets[id];
        let center = thing.owner.as_ref().map(|owner| &call.world.centers[owner]);
        json!({
            "advertiser_id": id, "name": thing.name, "status": thing.status,
            "currency": center.map(|center| &center.currency), "owner_bc_id": thing.owner,
        })
    });
    Ok(json!({ "list": rows.collect::<Vec<_>>() }))
}

/// Nobody who belongs to none is told so: the list is empty.
pub fn centers(call: &Call<'_>) -> Result<Value, Refusal> {
    let wanted = call.find("bc_id");
    let own = call.world.centers.iter().filter_map(|(id, c)| Some((id, c, c.members.get(call.person())?)));
    let own = own.filter(|(id, ..)| wanted.as_ref().is_none_or(|wanted| wanted == *id));
    let rows = own.map(|(id, center, member)| {
        json!({
            "bc_info": {
                "bc_id": id, "name": center.name, "company": center.name, "currency": center.currency,
                "registered_area": center.area, "status": center.status, "timezone": "Etc/UTC",
                "type": center.kind, "verification_status": center.verification,
            },
            "user_role": member.role,
            "ext_user_role": {"finance_role": member.finance},
        })
    });
    call.page("list", rows.collect(), 50)
}
