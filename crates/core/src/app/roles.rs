//! What each role may do. Rights are read with every request, so a change holds at once (T18).

/// A member's role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Owner,
    Admin,
    Manager,
    Viewer,
}

/// What a page or button needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    /// Seeing everything that is no secret.
    Look,
    /// Clients, requests with their links, grants.
    Work,
    /// Who receives access, who is a member, keys of the API.
    Govern,
}

impl Role {
    pub const ALL: [Self; 4] = [Self::Owner, Self::Admin, Self::Manager, Self::Viewer];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Manager => "manager",
            Self::Viewer => "viewer",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.as_str() == word)
    }

    /// A word that is no role may nothing but look.
    pub fn of(word: &str) -> Self {
        Self::parse(word).unwrap_or(Self::Viewer)
    }

    pub fn may(self, right: Right) -> bool {
        match right {
            Right::Look => true,
            Right::Work => self != Self::Viewer,
            Right::Govern => matches!(self, Self::Owner | Self::Admin),
        }
    }

    /// Whether this role may make somebody that, or take it from them: only owners make owners.
    pub fn may_appoint(self, other: Self) -> bool {
        self == Self::Owner || (self == Self::Admin && other != Self::Owner)
    }

    /// "an owner", "a viewer".
    pub fn with_article(self) -> &'static str {
        match self {
            Self::Owner => "an owner",
            Self::Admin => "an admin",
            Self::Manager => "a manager",
            Self::Viewer => "a viewer",
        }
    }

    /// What it means, for whoever chooses it.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Owner => "Everything, and decides who else is an owner",
            Self::Admin => "Everything, but owners",
            Self::Manager => "Sends requests, checks and revokes access",
            Self::Viewer => "Looks, and changes nothing",
        }
    }
}
