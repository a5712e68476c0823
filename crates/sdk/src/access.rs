//! The words for access: who holds which roles on what, as a platform reports it and as we wish it.

use std::collections::BTreeSet;
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Native role names, as the platform spells them.
pub type Roles = BTreeSet<String>;

/// Builds [`Roles`] from anything that yields names.
pub fn roles<S: Into<String>>(names: impl IntoIterator<Item = S>) -> Roles {
    names.into_iter().map(Into::into).collect()
}

/// A kind of asset as the manifest names it, such as `page` or `ad_account`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AssetType(String);

impl AssetType {
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AssetType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One thing on a platform that access is given to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AssetRef {
    /// Its id on the platform is known. `parent` is the id of its container, where it has one.
    Known { of: AssetType, id: String, parent: Option<String> },
    /// A guided step or a QR code: the id is learnt by the first read that shows something new.
    Declared { of: AssetType, item: String, label: String },
}

impl AssetRef {
    pub fn known(of: &AssetType, id: impl Into<String>, parent: Option<&str>) -> Self {
        Self::Known { of: of.clone(), id: id.into(), parent: parent.map(str::to_owned) }
    }

    pub fn of(&self) -> &AssetType {
        match self {
            Self::Known { of, .. } | Self::Declared { of, .. } => of,
        }
    }

    /// The platform's id, once known.
    pub fn id(&self) -> Option<&str> {
        match self {
            Self::Known { id, .. } => Some(id),
            Self::Declared { .. } => None,
        }
    }

    /// The container's id on the platform, where the asset lies in one.
    pub fn parent(&self) -> Option<&str> {
        match self {
            Self::Known { parent, .. } => parent.as_deref(),
            Self::Declared { .. } => None,
        }
    }

    /// Same thing on the platform? The container may be unknown on one side.
    pub fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Known { of: a, id: x, .. }, Self::Known { of: b, id: y, .. }) => a == b && x == y,
            _ => self == other,
        }
    }
}

/// Who receives or holds access: a partner organisation, a person, a system user, an app.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Principal {
    /// The platform's own kind, as the manifest names it (`portfolio`, `person`, `system_user`, …).
    pub kind: String,
    pub id: String,
    /// The id of the container that a person or system user belongs to, where the kind lies in one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<String>,
}

impl Principal {
    pub fn new(kind: impl Into<String>, id: impl Into<String>) -> Self {
        Self { kind: kind.into(), id: id.into(), within: None }
    }

    /// The same, as somebody of this container.
    #[must_use]
    pub fn of(self, within: Option<&str>) -> Self {
        Self { within: within.map(str::to_owned), ..self }
    }

    /// Same one on the platform? Where it belongs may be unknown on one side.
    pub fn is(&self, other: &Self) -> bool {
        self.kind == other.kind && self.id == other.id
    }
}

/// What a platform reports: this principal holds these roles on this asset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entitlement {
    pub on: AssetRef,
    pub who: Principal,
    /// The principal's name as the platform shows it, where it does.
    pub name: Option<String>,
    pub roles: Roles,
    pub state: EntitlementState,
    pub path: Path,
    /// The platform's id of this row, where it has one of its own.
    pub native_id: Option<String>,
    /// Whether this person signs in there with a second factor, where the platform tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub two_factor: Option<bool>,
    pub until: Option<Timestamp>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntitlementState {
    Active,
    /// Not usable until `by` has said yes.
    Pending {
        by: Party,
        expires_at: Option<Timestamp>,
    },
}

/// Held on the asset itself, or flowing from another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Path {
    Direct,
    Inherited(AssetRef),
}

/// Whose credential speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    Client,
    Agency,
}

impl Side {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Agency => "agency",
        }
    }
}

/// Whose turn it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    ClientAdmin,
    OtherClientAdmin,
    Invitee,
    AgencyAdmin,
    Platform,
}

/// What people choose: how far access goes. Every platform maps it to native roles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    View,
    Manage,
    Full,
}

impl Level {
    pub const ALL: [Self; 3] = [Self::View, Self::Manage, Self::Full];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::View => "view",
            Self::Manage => "manage",
            Self::Full => "full",
        }
    }
}

/// What is wanted of one asset and one principal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wish {
    pub on: AssetRef,
    pub who: Principal,
    pub level: Level,
    pub want: Want,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Want {
    Held { roles: Roles, until: Option<Timestamp> },
    Gone { why: Why },
}

/// Why access should be gone. Expired is not revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    Revoked,
    Expired,
    Cancelled,
}

impl Wish {
    /// The native roles wished for; none when the wish is "gone".
    pub fn roles(&self) -> Roles {
        match &self.want {
            Want::Held { roles, .. } => roles.clone(),
            Want::Gone { .. } => Roles::new(),
        }
    }
}
