//! Who signed in, which Business Centers and ad accounts they reach.

use serde_json::{Value, json};

use super::answer::Refusal;
use super::call::Call;
use super::{PLATFORM, tokens};

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

/// The log of a Business Center: what was done to it and to what it owns in the last seven days. Its sentences are
/// made up, as TikTok's are not documented ("Get activity log", portal docs).
pub fn change_log(call: &Call<'_>) -> Result<Value, Refusal> {
    const WEEK_MS: i64 = 7 * 86_400_000;
    let id = call.id("bc_id")?;
    call.admins_center(call.world, &id)?;
    call.word("sort_field", &["operation_time"])?;
    let newest_first = call.word("sort_type", &["ASC", "DESC"])?.is_some_and(|way| way == "DESC");
    let since = call.tiktok.hub.clock.now_ms() - WEEK_MS;
    let entries = call.tiktok.hub.ledger.entries_after(0).into_iter().filter(|entry| {
        let asset = call.world.assets.get(&entry.effect.asset.id);
        let owned = asset.is_some_and(|thing| thing.owner.as_ref() == Some(&id));
        entry.effect.platform == PLATFORM
            && (owned || entry.effect.asset.id == id)
            && entry.at.as_millisecond() >= since
    });
    let mut rows: Vec<_> = entries
        .map(|entry| {
            let effect = &entry.effect;
            let kind = if effect.principal.kind == "member" { "USER" } else { "ASSET" };
            let words = serde_json::to_value(effect.operation).unwrap_or_default();
            let words = words.as_str().unwrap_or_default().to_owned();
            let person = effect.caller.person.as_ref().and_then(|person| call.world.users.get(person));
            json!({
                "time": entry.at.strftime("%Y-%m-%d %H:%M:%S").to_string(), "activity_type": kind,
                "operator_id": person,
                "activity_log": format!("{words} {}: {} {}", effect.asset.id, effect.principal.id, effect.roles.join(", ")),
            })
        })
        .collect();
    if newest_first {
        rows.reverse();
    }
    call.page("changelog_list", rows, 50)
}
