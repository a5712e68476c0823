//! Which agency's rows, and in whose name. Only the store makes one.

use crate::ids::{AgencyId, ApiKeyId, MemberId};

/// A right to one agency's rows. It cannot be built from input.
#[derive(Clone, Debug)]
pub struct Scope {
    agency: AgencyId,
    actor: Actor,
    once: Option<Once>,
}

/// A call that may come again and must take effect once: its first commit says so in the same transaction.
#[derive(Clone, Debug)]
pub struct Once {
    /// Keyed hash of the caller's key for this call.
    pub key_hash: String,
    /// Raised when another attempt takes the call over; commits under an older one are refused.
    pub epoch: i64,
}

/// In whose name something happens; goes into the audit log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// Whoever holds the link; the name is known once they signed in at a platform.
    Client,
    Member(MemberId),
    Key(ApiKeyId),
    Engine,
    Operator,
}

impl Actor {
    pub fn as_text(&self) -> String {
        match self {
            Self::Client => "client".into(),
            Self::Member(id) => id.to_string(),
            Self::Key(id) => id.to_string(),
            Self::Engine => "engine".into(),
            Self::Operator => "operator".into(),
        }
    }
}

impl Scope {
    pub(super) fn new(agency: AgencyId, actor: Actor) -> Self {
        Self { agency, actor, once: None }
    }

    pub fn agency(&self) -> &AgencyId {
        &self.agency
    }

    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The same right, for one call that takes effect once.
    #[must_use]
    pub fn for_call(&self, once: Once) -> Self {
        Self { once: Some(once), ..self.clone() }
    }

    pub(super) fn once(&self) -> Option<&Once> {
        self.once.as_ref()
    }
}
