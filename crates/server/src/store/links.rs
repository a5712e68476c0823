//! `Store` methods for links: looked up by keyed hash, kept sealed.

use super::sql::Tx;
use super::{Actor, Scope, Store, StoreError};
use crate::ids::{AgencyId, ClientId, ItemId, RequestId};
use crate::{cells, sql};

sql!(pub(super) INSERT_LINK, "INSERT INTO link (token_hash, kind, agency_id, subject_id, sealed, created_at) VALUES ($1, $2, $3, $4, $5, $6)");
sql!(LINK, "SELECT kind, agency_id, subject_id, created_at FROM link WHERE token_hash = $1");
sql!(
    SEALED,
    "SELECT sealed FROM link WHERE agency_id = $1 AND kind = $2 AND subject_id = $3 AND created_at > $4 ORDER BY created_at DESC LIMIT 1"
);

/// What a link leads to. One kind's token opens nothing of another kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A whole request.
    Request(RequestId),
    /// One card of a request.
    Card(ItemId),
    /// Everything that an agency holds of one client.
    Access(ClientId),
}

impl Subject {
    fn from_row(kind: &str, id: String) -> Option<Self> {
        Some(match kind {
            "request" => Self::Request(RequestId::from_text(id)),
            "card" => Self::Card(ItemId::from_text(id)),
            "access" => Self::Access(ClientId::from_text(id)),
            _ => return None,
        })
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::Request(_) => "request",
            Self::Card(_) => "card",
            Self::Access(_) => "access",
        }
    }

    /// The id that a sealed token is bound to.
    pub fn id(&self) -> &str {
        match self {
            Self::Request(id) => id.as_str(),
            Self::Card(id) => id.as_str(),
            Self::Access(id) => id.as_str(),
        }
    }
}

/// A link that is not there yet.
#[derive(Clone, Debug)]
pub struct NewLink {
    pub token_hash: String,
    pub subject: Subject,
    pub sealed: Vec<u8>,
    pub created_at: i64,
}

/// A link that was found by its hash.
pub struct FoundLink {
    pub scope: Scope,
    pub subject: Subject,
    pub created_at: i64,
}

impl Store {
    /// What is behind a link's hash, with the client's scope on it.
    pub async fn find_link(&self, token_hash: &str) -> Result<Option<FoundLink>, StoreError> {
        let row: Option<(String, AgencyId, String, i64)> = self.db.optional(LINK, cells![token_hash]).await?;
        Ok(row.and_then(|(kind, agency, id, created_at)| {
            let subject = Subject::from_row(&kind, id)?;
            Some(FoundLink { scope: Scope::new(agency, Actor::Client), subject, created_at })
        }))
    }

    /// The sealed token of the newest link to this, made after `since`; for showing it again.
    pub async fn find_sealed_link(
        &self,
        scope: &Scope,
        to: &Subject,
        since: i64,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self
            .db
            .of(scope.agency())
            .optional(SEALED, cells![scope.agency(), to.kind(), to.id(), since])
            .await?)
    }
}

pub(super) async fn insert(tx: &Tx<'_>, agency: &AgencyId, new: &NewLink) -> Result<(), StoreError> {
    let row =
        cells![&new.token_hash, new.subject.kind(), agency, new.subject.id(), &new.sealed, new.created_at];
    tx.exec(INSERT_LINK, row).await?;
    Ok(())
}
