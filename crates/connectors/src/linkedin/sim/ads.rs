//! Ad accounts and their users. "Ad Account Users API", "Ad Accounts", learn.microsoft.com/linkedin, read 2026-11-23.

use serde_json::{Value, json};
use valetkey_sdk::sim::Operation;

use super::answer::{Answer, Refusal};
use super::rest::Cx;
use super::world::{Role, World};

const ACCOUNT: &str = "urn:li:sponsoredAccount:";
const PERSON: &str = "urn:li:person:";
/// More than this has to be asked for in pages ("Ad Accounts": pagination).
const MOST: usize = 100;

pub fn answer(cx: &Cx<'_>, resource: &str) -> Result<Answer, Refusal> {
    let method = cx.parts.method.as_str();
    match resource.split_once('/') {
        None if resource == "adAccountUsers" && method == "GET" => find(cx),
        Some(("adAccountUsers", key)) => one(cx, method, &Key::parse(key)?),
        Some(("adAccounts", id)) if method == "GET" => account(cx, id),
        _ => Err(Refusal::new(404, "RESOURCE_NOT_FOUND", format!("No virtual resource found: {resource}"))),
    }
}

/// `(account:urn%3Ali%3AsponsoredAccount%3A1,user:urn%3Ali%3Aperson%3Aab)`; values are encoded, the rest is not.
struct Key {
    account: String,
    member: String,
}

impl Key {
    fn parse(text: &str) -> Result<Self, Refusal> {
        let part = |name: &str, kind: &str| {
            let inside = text.strip_prefix('(')?.strip_suffix(')')?;
            let parts = inside.split(',').find_map(|part| part.strip_prefix(name)?.strip_prefix(':'))?;
            // A colon that is not encoded would end the value.
            let value = (!parts.contains(':')).then(|| parts.replace("%3A", ":").replace("%3a", ":"))?;
            value.strip_prefix(kind).map(str::to_owned)
        };
        match (part("account", ACCOUNT), part("user", PERSON)) {
            (Some(account), Some(member)) => Ok(Self { account, member }),
            _ => Err(Refusal::invalid("Invalid complex key: account and user are needed")),
        }
    }
}

/// The finders `authenticatedUser` and `accounts`.
fn find(cx: &Cx<'_>) -> Result<Answer, Refusal> {
    let rows: Vec<_> = match cx.query.get("q").map(String::as_str) {
        Some("authenticatedUser") => {
            may_read(cx)?;
            let own = cx.world.accounts.iter().filter_map(|(id, a)| Some((id, *a.users.get(&cx.member)?)));
            own.map(|(id, role)| row(id, &cx.member, role)).collect()
        }
        Some("accounts") => {
            let urn = cx.query.get("accounts").ok_or_else(|| Refusal::invalid("accounts is missing"))?;
            let id =
                urn.strip_prefix(ACCOUNT).ok_or_else(|| Refusal::invalid("accounts is no account's URN"))?;
            readable(cx, id)?;
            cx.world.accounts[id].users.iter().map(|(member, role)| row(id, member, *role)).collect()
        }
        _ => return Err(Refusal::invalid("q names no finder of adAccountUsers")),
    };
    page(cx, rows)
}

/// Without `start` and `count` more than a hundred rows are refused ("Ad Accounts": pagination).
fn page(cx: &Cx<'_>, rows: Vec<Value>) -> Result<Answer, Refusal> {
    let number = |name: &str| cx.query.get(name).map(|text| text.parse::<usize>());
    let bad = |_| Refusal::invalid("start and count are numbers");
    let start = number("start").transpose().map_err(bad)?;
    let count = number("count").transpose().map_err(bad)?;
    if count.is_some_and(|count| count > 1000) || (count.is_none() && rows.len() > MOST) {
        return Err(Refusal::invalid("Use start and count, with a count of at most 1000"));
    }
    let (total, start, count) = (rows.len(), start.unwrap_or(0), count.unwrap_or(MOST));
    let shown: Vec<_> = rows.into_iter().skip(start).take(count).collect();
    let paging = json!({ "start": start, "count": count, "links": [], "total": total });
    Ok(Answer(200, Some(json!({ "elements": shown, "paging": paging }))))
}

fn account(cx: &Cx<'_>, id: &str) -> Result<Answer, Refusal> {
    readable(cx, id)?;
    let account = &cx.world.accounts[id];
    let number: u64 = id.parse().unwrap_or_default();
    Ok(Answer(
        200,
        Some(json!({
            "id": number, "name": account.name, "currency": account.currency, "type": account.kind,
            "status": account.status, "test": false,
        })),
    ))
}

fn one(cx: &Cx<'_>, method: &str, key: &Key) -> Result<Answer, Refusal> {
    match (method, cx.header("x-restli-method")) {
        ("GET", _) => {
            readable(cx, &key.account)?;
            let role = cx.world.accounts[&key.account].users.get(&key.member);
            let role = role.ok_or_else(|| Refusal::not_found("adAccountUser"))?;
            Ok(Answer(200, Some(row(&key.account, &key.member, *role))))
        }
        ("PUT", _) => put(cx, key),
        ("POST", "PARTIAL_UPDATE") => patch(cx, key),
        ("DELETE", _) => remove(cx, key),
        _ => Err(Refusal::invalid("The method and x-restli-method do not fit a single entity")),
    }
}

/// Creates, or replaces what is there.
fn put(cx: &Cx<'_>, key: &Key) -> Result<Answer, Refusal> {
    let body = cx.json()?;
    let says = |field: &str| body.get(field).and_then(Value::as_str).unwrap_or_default().to_owned();
    // "Error messages": CREATE and GET /adAccountUsers.
    if says("user") != format!("{PERSON}{}", key.member) {
        return Err(Refusal::invalid("User in request data and url param must match"));
    }
    if says("account") != format!("{ACCOUNT}{}", key.account) {
        return Err(Refusal::invalid("Account in request data and url param must match"));
    }
    set(cx, key, &says("role"), false)?;
    Ok(Answer(201, None))
}

fn patch(cx: &Cx<'_>, key: &Key) -> Result<Answer, Refusal> {
    let body = cx.json()?;
    let role = body.pointer("/patch/$set/role").and_then(Value::as_str);
    let role = role.ok_or_else(|| Refusal::invalid("patch.$set.role is missing"))?.to_owned();
    set(cx, key, &role, true)?;
    Ok(Answer(204, None))
}

fn set(cx: &Cx<'_>, key: &Key, role: &str, must_exist: bool) -> Result<(), Refusal> {
    let role =
        Role::parse(role).ok_or_else(|| Refusal::invalid(format!("{role} is not an AccountUserRole")))?;
    change(cx, |world| {
        writable(cx, world, &key.account)?;
        // An id of another app is nobody here.
        if !world.members.values().any(|id| *id == key.member) {
            return Err(Refusal::not_found(&format!("{PERSON}{}", key.member)));
        }
        let users = &mut world.accounts.get_mut(&key.account).expect("writable").users;
        // "There should be only one user with the role": that a second one is refused is a guess.
        let taken = users.iter().any(|(m, r)| *r == Role::AccountBillingAdmin && *m != key.member);
        if role == Role::AccountBillingAdmin && taken {
            return Err(Refusal::new(422, "INVALID_VALUE", "The account already has a billing admin"));
        }
        let before = users.get(&key.member).copied();
        if must_exist && before.is_none() {
            return Err(Refusal::not_found("adAccountUser"));
        }
        users.insert(key.member.clone(), role);
        match before {
            Some(before) if before == role => {}
            Some(_) => cx.record(Operation::Change, &key.account, &key.member, role.as_str()),
            None => cx.record(Operation::Grant, &key.account, &key.member, role.as_str()),
        }
        Ok(())
    })
}

fn remove(cx: &Cx<'_>, key: &Key) -> Result<Answer, Refusal> {
    change(cx, |world| {
        writable(cx, world, &key.account)?;
        let users = &mut world.accounts.get_mut(&key.account).expect("writable").users;
        let role = users.remove(&key.member).ok_or_else(|| Refusal::not_found("adAccountUser"))?;
        cx.record(Operation::Revoke, &key.account, &key.member, role.as_str());
        Ok(())
    })?;
    Ok(Answer(204, None))
}

/// Changes the newest state; a refusal leaves it as it was.
fn change<R>(cx: &Cx<'_>, apply: impl FnOnce(&mut World) -> Result<R, Refusal>) -> Result<R, Refusal> {
    cx.linkedin.books.world.change(cx.linkedin.hub.clock.now_ms(), cx.lag_ms, apply)
}

fn may_read(cx: &Cx<'_>) -> Result<(), Refusal> {
    let may = cx.has_scope("r_ads") || cx.has_scope("rw_ads");
    if may { Ok(()) } else { Err(Refusal::denied("adAccountUsers.FINDER")) }
}

/// Any role may read, with either scope. An account that is not there is answered like one without a role.
fn readable(cx: &Cx<'_>, account: &str) -> Result<(), Refusal> {
    may_read(cx)?;
    let has_role = cx.world.accounts.get(account).is_some_and(|a| a.users.contains_key(&cx.member));
    if has_role { Ok(()) } else { Err(Refusal::denied("adAccounts.GET")) }
}

/// Roles are given and taken by those who manage users, with the wider scope ("Account Access Controls").
fn writable(cx: &Cx<'_>, world: &World, account: &str) -> Result<(), Refusal> {
    let role = world.accounts.get(account).and_then(|a| a.users.get(&cx.member));
    let may = cx.has_scope("rw_ads") && role.is_some_and(|role| role.may_share());
    if may { Ok(()) } else { Err(Refusal::denied("adAccountUsers.UPDATE")) }
}

fn row(account: &str, member: &str, role: Role) -> Value {
    json!({
        "account": format!("{ACCOUNT}{account}"), "user": format!("{PERSON}{member}"), "role": role.as_str(),
    })
}
