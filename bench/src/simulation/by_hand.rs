//! What people do inside the platforms, without us.

use valetkey_sdk::access::Party;

use super::world::{Held, Roles, World};
use crate::judge::{Key, Operation};

/// Somebody takes it away, or some of it.
pub fn remove(world: &mut World, key: &Key) {
    let Some(held) = world.held(key) else { return };
    if held.waits.is_none() && held.roles.len() > 1 && world.dice.percent(25) {
        let fewer: Roles = held.roles.iter().take(1).cloned().collect();
        world.put(key, Some(Held { roles: fewer, waits: None }), Operation::Change, None);
    } else {
        world.put(key, None, Operation::Remove, None);
    }
}

/// Whoever it waits for says yes, or sometimes no.
pub fn decide(world: &mut World, key: &Key) {
    let Some(held) = world.held(key) else { return };
    let Some((by, until)) = held.waits else { return };
    if world.dice.percent(25) {
        world.put(key, None, Operation::Decline, None);
        return;
    }
    match by {
        // A second one has to agree, at some companies.
        Party::ClientAdmin if world.dice.percent(40) => {
            let waits = Some((Party::OtherClientAdmin, until));
            world.put(key, Some(Held { waits, ..held }), Operation::Request, None);
        }
        Party::ClientAdmin | Party::OtherClientAdmin => {
            world.put(key, Some(Held { waits: None, ..held }), Operation::Approve, None);
        }
        Party::Invitee | Party::AgencyAdmin | Party::Platform => {
            world.put(key, Some(Held { waits: None, ..held }), Operation::Accept, None);
        }
    }
}
