//! Members of a Business Center and those invited to it. "BC Members", portal docs, read 2026-11-23.

use serde_json::{Value, json};
use valetkey_sdk::sim::{Operation, People};

use super::answer::Refusal;
use super::call::{Call, MOST_IDS};
use super::world::{Center, Invited, Kind, World};

const CENTER: &str = "business_center";
const ROLES: [&str; 2] = ["ADMIN", "STANDARD"];
const FINANCE: [&str; 2] = ["MANAGER", "ANALYST"];

pub fn get(call: &Call<'_>) -> Result<Value, Refusal> {
    let id = call.id("bc_id")?;
    let center = call.admins_center(call.world, &id)?;
    let people = call.tiktok.hub.people();
    let joined = center.members.iter().filter_map(|(person, member)| {
        let who = people.find(person)?;
        Some(json!({
            "user_id": call.world.users[person], "user_name": who.name, "user_email": who.email,
            "user_role": member.role, "relation_status": "BOUND",
            "ext_user_role": {"finance_role": member.finance},
        }))
    });
    let invited = center.invited.iter().map(|(email, invited)| {
        json!({
            "user_id": null, "user_name": null, "user_email": email, "user_role": invited.role,
            "relation_status": if invited.rejected { "REJECTED" } else { "PENDING" },
            "ext_user_role": {"finance_role": invited.finance},
        })
    });
    let filtering = call.filtering()?;
    let text = |name: &str| filtering.get(name).and_then(Value::as_str);
    let keyword = text("keyword").unwrap_or_default().to_lowercase();
    let fits = |row: &Value| {
        let has = |field: &str| row[field].as_str().is_some_and(|v| v.to_lowercase().contains(&keyword));
        let same = |field: &str| text(field).is_none_or(|wanted| row[field] == *wanted);
        (has("user_name") || has("user_email")) && same("user_role") && same("relation_status")
    };
    call.page("list", joined.chain(invited).filter(fits).collect(), 20)
}

/// Invites addresses. One that was invited before or has joined is left as it is, without an error.
pub fn invite(call: &Call<'_>) -> Result<Value, Refusal> {
    let id = call.id("bc_id")?;
    let emails = call.list("emails", 50)?;
    if emails.is_empty() || emails.iter().any(|email| !email.contains('@')) {
        return Err(Refusal::parameter("emails: Give 1 to 50 e-mail addresses."));
    }
    let role = call.word("user_role", &ROLES)?.unwrap_or("STANDARD".into());
    let finance = finance(call)?;
    if call.find("asset_type").is_some() {
        call.kind(&[Kind::Advertiser])?;
    }
    let (assets, asset_role) = (
        call.ids("asset_ids", MOST_IDS)?,
        call.word("advertiser_role", &["ADMIN", "OPERATOR", "ANALYST"])?.unwrap_or("ANALYST".into()),
    );
    call.admins_center(&call.tiktok.books.world.newest(), &id)?;
    let people = call.tiktok.hub.people();
    call.change(|world| {
        for asset in &assets {
            let there =
                world.assets.get(asset).is_some_and(|t| t.of == Kind::Advertiser && world.reaches(&id, t));
            if !there {
                return Err(Refusal::forbidden(format!(
                    "Advertiser {asset} is not in Business Center {id}."
                )));
            }
        }
        let rules = world.rules.clone();
        let center = world.centers.get_mut(&id).expect("found above");
        let mut sent = Vec::new();
        for email in emails.iter().map(|email| email.to_lowercase()) {
            let joined = person_of(&people, &email).is_some_and(|person| center.members.contains_key(person));
            if joined || center.invited.get(&email).is_some_and(|invited| !invited.rejected) {
                continue;
            }
            let waiting = center.invited.values().filter(|invited| !invited.rejected);
            if center.members.len() + waiting.count() >= rules.members {
                return Err(Refusal::parameter(format!(
                    "The Business Center has its {} members.",
                    rules.members
                )));
            }
            if role == "ADMIN" {
                has_room_for_admin(center, rules.admins)?;
            }
            let assets = assets.iter().map(|asset| (asset.clone(), asset_role.clone())).collect();
            let invited = Invited { role: role.clone(), finance: finance.clone(), assets, rejected: false };
            center.invited.insert(email.clone(), invited.clone());
            sent.push((email, invited));
        }
        for (email, invited) in sent {
            for (asset, roles) in places(&id, &invited) {
                call.record(Operation::Invite, (asset.0, &asset.1), ("email", &email), roles);
            }
        }
        Ok(json!({}))
    })
}

fn has_room_for_admin(center: &Center, most: usize) -> Result<(), Refusal> {
    let joined = center.members.values().filter(|member| member.role == "ADMIN").count();
    let invited = center.invited.values().filter(|i| i.role == "ADMIN" && !i.rejected).count();
    match joined + invited < most {
        true => Ok(()),
        false => Err(Refusal::parameter(format!("The Business Center has its {most} Admins."))),
    }
}

/// What an invitation is to: its ad accounts, or else the Business Center alone.
pub fn places(center: &str, invited: &Invited) -> Vec<((&'static str, String), Vec<String>)> {
    let own = || invited.finance.iter().map(|role| format!("FINANCE_{role}"));
    if invited.assets.is_empty() {
        let roles = std::iter::once(invited.role.clone()).chain(own()).collect();
        return vec![((CENTER, center.to_owned()), roles)];
    }
    let rows = invited.assets.iter();
    rows.map(|(id, role)| ((Kind::Advertiser.word(), id.clone()), vec![role.clone()])).collect()
}

fn finance(call: &Call<'_>) -> Result<Option<String>, Refusal> {
    let Some(role) = call.body.pointer("/ext_user_role/finance_role").filter(|role| !role.is_null()) else {
        return Ok(None);
    };
    let role = role.as_str().filter(|role| FINANCE.contains(role));
    let wrong = || Refusal::parameter(format!("finance_role: Must be one of: {}.", FINANCE.join(", ")));
    role.map(|role| Some(role.to_owned())).ok_or_else(wrong)
}

/// The role in the Business Center of somebody who has joined. A Business Center keeps an Admin (inferred).
pub fn update(call: &Call<'_>) -> Result<Value, Refusal> {
    let (id, user) = (call.id("bc_id")?, call.id("user_id")?);
    let (role, finance) = (call.word("user_role", &ROLES)?, finance(call)?);
    call.admins_center(&call.tiktok.books.world.newest(), &id)?;
    call.change(|world| {
        let person = world.person_of_user(&user).cloned();
        let person = person.filter(|person| world.centers[&id].members.contains_key(person));
        let person = person.ok_or_else(|| Refusal::missing("The member"))?;
        let most = world.rules.admins;
        let center = world.centers.get_mut(&id).expect("found above");
        let held = center.members[&person].role.clone();
        match role.as_deref() {
            Some("ADMIN") if held != "ADMIN" => has_room_for_admin(center, most)?,
            Some("STANDARD") if held == "ADMIN" => keeps_an_admin(center, &person)?,
            _ => {}
        }
        let member = center.members.get_mut(&person).expect("found above");
        member.role = role.unwrap_or(held);
        member.finance = finance.or(member.finance.take());
        let finance = member.finance.iter().map(|role| format!("FINANCE_{role}"));
        let roles: Vec<_> = std::iter::once(member.role.clone()).chain(finance).collect();
        call.record(Operation::Change, (CENTER, &id), ("member", &user), roles);
        Ok(json!({}))
    })
}

fn keeps_an_admin(center: &Center, without: &str) -> Result<(), Refusal> {
    let other = center.members.iter().any(|(person, m)| person != without && m.role == "ADMIN");
    other.then_some(()).ok_or_else(|| Refusal::parameter("The Business Center needs at least one Admin."))
}

/// Somebody who has joined, by id, with all of their assets; or an invitation, by address.
pub fn delete(call: &Call<'_>) -> Result<Value, Refusal> {
    let id = call.id("bc_id")?;
    call.admins_center(&call.tiktok.books.world.newest(), &id)?;
    match (call.find("user_id"), call.find("user_email")) {
        (Some(user), None) => call.change(|world| {
            let person =
                world.person_of_user(&user).cloned().ok_or_else(|| Refusal::missing("The member"))?;
            keeps_an_admin(&world.centers[&id], &person)?;
            let center = world.centers.get_mut(&id).expect("found above");
            let member = center.members.remove(&person).ok_or_else(|| Refusal::missing("The member"))?;
            call.record(Operation::Revoke, (CENTER, &id), ("member", &user), [member.role]);
            for (kind, asset, roles) in drop_member(world, &id, &person) {
                call.record(Operation::Revoke, (kind.word(), &asset), ("member", &user), roles);
            }
            Ok(json!({}))
        }),
        (None, Some(email)) => call.change(|world| {
            let center = world.centers.get_mut(&id).expect("found above");
            let invited = center.invited.remove(&email.to_lowercase());
            let invited = invited.ok_or_else(|| Refusal::missing("The invitation"))?;
            for (asset, roles) in places(&id, &invited) {
                call.record(Operation::Withdraw, (asset.0, &asset.1), ("email", &email), roles);
            }
            Ok(json!({}))
        }),
        _ => Err(Refusal::parameter("Give either user_id or user_email.")),
    }
}

/// Everything that somebody of this Business Center was assigned.
pub fn drop_member(
    world: &mut World,
    center: &str,
    person: &str,
) -> Vec<(Kind, String, super::world::Roles)> {
    let things = world.assets.iter_mut();
    let lost = things.filter_map(|(id, thing)| {
        Some((thing.of, id.clone(), thing.members.get_mut(center)?.remove(person)?))
    });
    lost.collect()
}

pub fn person_of<'p>(people: &'p People, email: &str) -> Option<&'p str> {
    people.iter().find(|person| person.email.eq_ignore_ascii_case(email)).map(|person| person.id.as_str())
}
