//! What people do by hand in Campaign Manager and in their own settings.

use valetkey_sdk::sim::{Act, Caller, Effect, Hub, Operation};

use super::world::{Role, World};
use super::{Books, PLATFORM, SITE};

pub fn act(books: &Books, act: &Act, hub: &Hub) -> Result<(), String> {
    let member = books.world.newest().members.get(&act.person).cloned();
    let member = member.ok_or_else(|| format!("{} is no member of LinkedIn", act.person))?;
    if act.deed == "revoke_app" {
        let mut drawers = books.tokens.open();
        drawers.tokens.values_mut().filter(|t| t.person == act.person).for_each(|t| t.dead = true);
        hub.touch();
        return Ok(());
    }
    books.world.change(hub.clock.now_ms(), 0, |world| apply(world, act, hub, &member))
}

fn apply(world: &mut World, act: &Act, hub: &Hub, member: &str) -> Result<(), String> {
    let asset = act.asset.as_ref().ok_or("name the 'asset'")?.id.clone();
    let who = match act.deed.as_str() {
        "leave" => member.to_owned(),
        "remove" | "change_role" => principal(world, act)?,
        other => {
            let all = "remove, change_role, leave, revoke_app";
            return Err(format!("nobody can '{other}' at LinkedIn; there are {all}"));
        }
    };
    let account = world.accounts.get_mut(&asset).ok_or_else(|| format!("there is no ad account {asset}"))?;
    if act.deed != "leave" && !account.users.get(member).is_some_and(|role| role.may_share()) {
        return Err(format!("{} may not manage the users of {asset}", act.person));
    }
    let gone = format!("{who} has no role in {asset}");
    let (operation, role) = if act.deed == "change_role" {
        let [name] = act.roles.as_deref().ok_or("name the 'role'")? else {
            return Err("at LinkedIn somebody holds exactly one role".into());
        };
        let role = Role::parse(name).ok_or_else(|| format!("there is no role {name}"))?;
        *account.users.get_mut(&who).ok_or(gone)? = role;
        (Operation::Change, role)
    } else {
        (Operation::Remove, account.users.remove(&who).ok_or(gone)?)
    };
    let caller = Caller { app: None, person: Some(act.person.clone()) };
    let effect = Effect::new(PLATFORM, SITE, operation, ("ad_account", &asset), ("member", &who), caller);
    hub.record(effect.with_roles([role.as_str()]));
    Ok(())
}

/// A member's id, or the cast's short id.
fn principal(world: &World, act: &Act) -> Result<String, String> {
    let id = &act.principal.as_ref().ok_or("name the 'principal'")?.id;
    let by_person = world.members.get(id).cloned();
    let by_id = world.members.values().find(|member| *member == id).cloned();
    by_person.or(by_id).ok_or_else(|| format!("nobody here is called '{id}'"))
}
