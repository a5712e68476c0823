//! A grant that comes from a backup: it is read before anything is done for it.

use jiff::Timestamp;
use valetkey_sdk::access::{Want, Why};
use valetkey_sdk::reconcile::Authority;

use super::super::Effect;
use super::{Grant, Phase};

/// Takes the authority of everything that is not done yet, and has it looked at. What was done and verified keeps
/// its baseline, so that a change since the backup shows as drift.
pub(super) fn restore(to: &mut Grant, now: Timestamp) -> Vec<Effect> {
    // Nothing is ever called for it, and a person says what is so.
    if to.is_by_hand() {
        return Vec::new();
    }
    match to.known.authority {
        Authority::Unspent => {
            to.known.authority = Authority::Suspended;
            if to.phase != Phase::NotYet {
                to.phase = Phase::Planned;
            }
        }
        // Its end came while the backup lay there: perhaps it was approved for longer since.
        Authority::Spent if to.until().is_some_and(|at| at <= now) => {
            to.wish.want = Want::Gone { why: Why::Expired };
            to.known.authority = Authority::Suspended;
            to.phase = Phase::Planned;
        }
        Authority::Spent | Authority::Suspended => {}
    }
    vec![Effect::Look(now)]
}
