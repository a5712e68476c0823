//! `Store` methods for links: looked up by keyed hash, kept sealed.

use super::{Actor, Scope, Store, StoreError};
use crate::ids::{AgencyId, RequestId};
use crate::{cells, sql};

sql!(pub(super) INSERT_LINK, "INSERT INTO link (token_hash, kind, agency_id, subject_id, sealed, created_at) VALUES ($1, $2, $3, $4, $5, $6)");
sql!(LINK, "SELECT agency_id, subject_id FROM link WHERE token_hash = $1 AND kind = 'request'");
sql!(SEALED, "SELECT sealed FROM link WHERE agency_id = $1 AND subject_id = $2 AND kind = 'request'");

impl Store {
    /// The request behind a link's hash, with the client's scope on it.
    pub async fn find_request_link(
        &self,
        token_hash: &str,
    ) -> Result<Option<(Scope, RequestId)>, StoreError> {
        let row: Option<(AgencyId, RequestId)> = self.db.optional(LINK, cells![token_hash]).await?;
        Ok(row.map(|(agency, request)| (Scope::new(agency, Actor::Client), request)))
    }

    /// The sealed token of a request's link, for copying it again.
    pub async fn get_sealed_link(&self, scope: &Scope, id: &RequestId) -> Result<Vec<u8>, StoreError> {
        Ok(self.db.one(SEALED, cells![scope.agency(), id]).await?)
    }
}
