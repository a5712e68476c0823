//! Which agency's rows, and in whose name. Only the store makes one.

use crate::ids::{AgencyId, ApiKeyId, MemberId};

/// A right to one agency's rows. It cannot be built from input.
#[derive(Clone, Debug)]
pub struct Scope {
    agency: AgencyId,
    actor: Actor,
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
        Self { agency, actor }
    }

    pub fn agency(&self) -> &AgencyId {
        &self.agency
    }

    pub fn actor(&self) -> &Actor {
        &self.actor
    }
}
