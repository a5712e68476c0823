//! A grant that follows a share: one of the agency's own people or accounts, once the agency has the access.

use jiff::{SignedDuration, Timestamp};
use valetkey_sdk::access::{Want, Why};
use valetkey_sdk::reconcile::{Drift, Standing, Step};

use super::super::{Effect, Refused, refused};
use super::{Grant, Phase, Rest, end, reading};

/// A share that ends takes its people along at the platform. Only when it is still there after this long
/// are they taken off one by one. What has to go before it is waited for no longer than this.
pub const GRACE: SignedDuration = SignedDuration::from_mins(1);

/// How the share stands, for what follows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Share {
    /// Read back as wished.
    Held,
    /// It should go, and was not read as gone yet.
    Ending(Why),
    /// Read as gone, with full sight.
    Gone(Why),
    /// On its way, or nobody can tell.
    Open,
}

impl Share {
    pub fn of(share: &Grant) -> Self {
        match (&share.phase, &share.wish.want) {
            (Phase::Settled { rest: Rest::Gone }, Want::Gone { why }) => Self::Gone(*why),
            (_, Want::Gone { why }) => Self::Ending(*why),
            (Phase::Settled { rest: Rest::Active }, _) => Self::Held,
            (Phase::Settled { rest: Rest::Drifted(Drift::Lost) }, _) => Self::Gone(Why::Revoked),
            // It never came about.
            (Phase::Settled { rest: Rest::Declined | Rest::Lapsed }, _) => Self::Gone(Why::Cancelled),
            _ => Self::Open,
        }
    }
}

/// Starts with the share and ends with it; refused when nothing changes.
pub(super) fn follow(
    from: &Grant,
    to: &mut Grant,
    share: Share,
    now: Timestamp,
) -> Result<Vec<Effect>, Refused> {
    let is_held = matches!(from.wish.want, Want::Held { .. });
    let is_over = !is_held && from.phase == Phase::Settled { rest: Rest::Gone };
    match share {
        Share::Held if is_held && from.phase == Phase::NotYet => {
            to.phase = Phase::Planned;
            Ok(vec![Effect::Look(now)])
        }
        Share::Ending(why) if is_held => {
            end(to, why, now);
            Ok(vec![Effect::Look(if from.ends_first { now } else { now + GRACE })])
        }
        // The platform may have left it there: that is read, and it is taken away where it still is.
        Share::Gone(why) if is_held && from.may_outlive() => {
            end(to, why, now);
            Ok(vec![Effect::Look(now)])
        }
        Share::Gone(_) if from.may_outlive() => Err(refused(&from.phase, "follow")),
        Share::Gone(why) if !is_over => {
            if is_held {
                to.wish.want = Want::Gone { why };
            }
            reading::look(from, to, Step::Settled(Standing::Gone), None, now)
        }
        _ => Err(refused(&from.phase, "follow")),
    }
}

impl Grant {
    /// The same, but its turn comes later, when the share that it follows is there.
    #[must_use]
    pub fn not_yet(self) -> Self {
        Self { phase: Phase::NotYet, ..self }
    }

    /// The same, and it goes before the share does.
    #[must_use]
    pub fn ending_first(self) -> Self {
        Self { ends_first: true, ..self }
    }

    /// It may be there when the share that it follows is not any more.
    pub fn may_outlive(&self) -> bool {
        self.ends_first && !self.was_never_asked()
    }

    /// It should be gone, and was seen to be.
    pub fn is_over(&self) -> bool {
        matches!((&self.wish.want, &self.phase), (Want::Gone { .. }, Phase::Settled { rest: Rest::Gone }))
    }

    /// Nothing was ever asked of the platform, so nothing can be there.
    pub fn was_never_asked(&self) -> bool {
        self.known.intent.is_none() && self.proof.is_none() && self.granted_at.is_none()
    }
}
