//! Temporary people of a portfolio: out by themselves when their time is over (IG-12).

use valetkey_sdk::sim::{Caller, Effect, Hub, Operation};

use super::{Books, PLATFORM, SITE};

pub fn end_what_is_over(books: &Books, hub: &Hub) {
    let now = hub.clock.now();
    let is_over = |until: Option<jiff::Timestamp>| until.is_some_and(|at| at <= now);
    let newest = books.world.newest();
    let over = newest.portfolios.iter().flat_map(|(portfolio, entry)| {
        let over = entry.members.iter().filter(|(_, member)| is_over(member.until));
        over.map(move |(person, member)| (portfolio.clone(), person.clone(), member.clone()))
    });
    let over: Vec<_> = over.collect();
    for (portfolio, person, member) in over {
        let ended: Result<(), String> = books.world.change(hub.clock.now_ms(), 0, |world| {
            if let Some(entry) = world.portfolios.get_mut(&portfolio) {
                entry.members.remove(&person);
            }
            for asset in world.assets.values_mut() {
                asset.assigned.remove(&member.id);
            }
            Ok(())
        });
        if ended.is_ok() {
            let email = hub.people().find(&person).map(|known| known.email.clone()).unwrap_or_default();
            let (asset, principal) = (("portfolio", portfolio.as_str()), ("member", email.as_str()));
            let effect = Effect::new(PLATFORM, SITE, Operation::Remove, asset, principal, Caller::default());
            hub.record(effect.with_roles([member.role.as_str().to_owned()]));
        }
    }
}
