//! `Store` methods for clients.

use super::sql::{DbError, FromRow, RowRef};
use super::{Scope, Store, StoreError};
use crate::ids::ClientId;
use crate::{cells, sql};

#[derive(Clone, Debug)]
pub struct Client {
    pub id: ClientId,
    pub name: String,
    pub email: String,
}

sql!(pub(super) INSERT_CLIENT, "INSERT INTO client (agency_id, client_id, name, email, created_at) VALUES ($1, $2, $3, $4, $5)");
sql!(CLIENT, "SELECT client_id, name, email FROM client WHERE agency_id = $1 AND client_id = $2");
sql!(
    CLIENTS,
    "SELECT client_id, name, email FROM client WHERE agency_id = $1 ORDER BY name, client_id LIMIT $2"
);

impl FromRow for Client {
    fn from_row(r: &RowRef<'_>) -> Result<Self, DbError> {
        Ok(Self { id: r.get(0)?, name: r.get(1)?, email: r.get(2)? })
    }
}

impl Store {
    pub async fn find_client(&self, scope: &Scope, id: &ClientId) -> Result<Option<Client>, StoreError> {
        Ok(self.db.optional(CLIENT, cells![scope.agency(), id]).await?)
    }

    pub async fn get_client(&self, scope: &Scope, id: &ClientId) -> Result<Client, StoreError> {
        Ok(self.db.one(CLIENT, cells![scope.agency(), id]).await?)
    }

    /// In the order of their names.
    pub async fn list_clients(&self, scope: &Scope, limit: i64) -> Result<Vec<Client>, StoreError> {
        Ok(self.db.query(CLIENTS, cells![scope.agency(), limit]).await?)
    }
}
