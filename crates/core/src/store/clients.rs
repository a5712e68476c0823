//! `Store` methods for clients.

use super::sql::{DbError, FromRow, RowRef, Sql, Tx};
use super::{Scope, Store, StoreError, changed};
use crate::ids::{AgencyId, ClientId};
use crate::{cells, sql};

#[derive(Clone, Debug)]
pub struct Client {
    pub id: ClientId,
    pub name: String,
    pub email: String,
    pub created_at: i64,
    pub rev: i64,
}

sql!(
    INSERT,
    "INSERT INTO client (agency_id, client_id, name, email, created_at) VALUES ($1, $2, $3, $4, $5)"
);
sql!(
    GET,
    "SELECT client_id, name, email, created_at, rev FROM client WHERE agency_id = $1 AND client_id = $2"
);
sql!(
    LIST,
    "SELECT client_id, name, email, created_at, rev FROM client WHERE agency_id = $1 AND (created_at, client_id) < ($2, $3) ORDER BY created_at DESC, client_id DESC LIMIT $4"
);
sql!(
    LIST_BY_NAME,
    "SELECT client_id, name, email, created_at, rev FROM client WHERE agency_id = $1 ORDER BY name, client_id LIMIT $2"
);
sql!(
    UPDATE,
    "UPDATE client SET name = $1, email = $2, rev = rev + 1 WHERE agency_id = $3 AND client_id = $4 AND rev = $5"
);
sql!(
    NOT_OVER,
    "SELECT COUNT(*) FROM access_grant WHERE agency_id = $1 AND (client_id = $2 OR request_id IN (SELECT request_id FROM request WHERE agency_id = $1 AND client_id = $2)) AND word NOT IN ('revoked', 'expired', 'cancelled', 'declined', 'lapsed')"
);
sql!(
    DELETE_JOBS,
    "DELETE FROM job WHERE agency_id = $1 AND subject_id IN (SELECT grant_id FROM access_grant WHERE agency_id = $1 AND (client_id = $2 OR request_id IN (SELECT request_id FROM request WHERE agency_id = $1 AND client_id = $2)))"
);
sql!(
    DELETE_MAIL_JOBS,
    "DELETE FROM job WHERE agency_id = $1 AND subject_id IN (SELECT mail_id FROM mail WHERE agency_id = $1 AND client_id = $2)"
);
sql!(DELETE_MAILS, "DELETE FROM mail WHERE agency_id = $1 AND client_id = $2");
sql!(
    DELETE_CODES,
    "DELETE FROM access_code WHERE agency_id = $1 AND link_hash IN (SELECT token_hash FROM link WHERE agency_id = $1 AND kind = 'access' AND subject_id = $2)"
);
sql!(DELETE_ACCESS_LINKS, "DELETE FROM link WHERE agency_id = $1 AND kind = 'access' AND subject_id = $2");
sql!(
    DELETE_GRANTS,
    "DELETE FROM access_grant WHERE agency_id = $1 AND (client_id = $2 OR request_id IN (SELECT request_id FROM request WHERE agency_id = $1 AND client_id = $2))"
);
sql!(
    DELETE_APPROVALS,
    "DELETE FROM approval WHERE agency_id = $1 AND request_id IN (SELECT request_id FROM request WHERE agency_id = $1 AND client_id = $2)"
);
sql!(
    DELETE_SIGN_INS,
    "DELETE FROM sign_in_state WHERE agency_id = $1 AND item_id IN (SELECT i.item_id FROM item i JOIN request r ON r.agency_id = i.agency_id AND r.request_id = i.request_id WHERE i.agency_id = $1 AND r.client_id = $2)"
);
sql!(
    DELETE_CONNECTIONS,
    "DELETE FROM connection WHERE agency_id = $1 AND item_id IN (SELECT i.item_id FROM item i JOIN request r ON r.agency_id = i.agency_id AND r.request_id = i.request_id WHERE i.agency_id = $1 AND r.client_id = $2)"
);
sql!(
    DELETE_ERASURES,
    "DELETE FROM erasure WHERE agency_id = $1 AND connection_id IN (SELECT c.connection_id FROM connection c JOIN item i ON i.agency_id = c.agency_id AND i.item_id = c.item_id JOIN request r ON r.agency_id = i.agency_id AND r.request_id = i.request_id WHERE c.agency_id = $1 AND r.client_id = $2)"
);
sql!(
    DELETE_ITEMS,
    "DELETE FROM item WHERE agency_id = $1 AND request_id IN (SELECT request_id FROM request WHERE agency_id = $1 AND client_id = $2)"
);
sql!(
    DELETE_LINKS,
    "DELETE FROM link WHERE agency_id = $1 AND kind = 'request' AND subject_id IN (SELECT request_id FROM request WHERE agency_id = $1 AND client_id = $2)"
);
sql!(DELETE_ACCESS_READINGS, "DELETE FROM access_reading WHERE agency_id = $1 AND client_id = $2");
sql!(DELETE_REQUESTS, "DELETE FROM request WHERE agency_id = $1 AND client_id = $2");
sql!(DELETE_CLIENT, "DELETE FROM client WHERE agency_id = $1 AND client_id = $2");

/// What goes with a client, in an order that leaves no row without the one it names.
const GOES_ALONG: [Sql; 14] = [
    DELETE_MAIL_JOBS,
    DELETE_MAILS,
    DELETE_CODES,
    DELETE_ACCESS_LINKS,
    DELETE_ACCESS_READINGS,
    DELETE_JOBS,
    DELETE_GRANTS,
    DELETE_APPROVALS,
    DELETE_SIGN_INS,
    DELETE_ERASURES,
    DELETE_CONNECTIONS,
    DELETE_ITEMS,
    DELETE_LINKS,
    DELETE_REQUESTS,
];

impl FromRow for Client {
    fn from_row(r: &RowRef<'_>) -> Result<Self, DbError> {
        Ok(Self { id: r.get(0)?, name: r.get(1)?, email: r.get(2)?, created_at: r.get(3)?, rev: r.get(4)? })
    }
}

impl Store {
    pub async fn find_client(&self, scope: &Scope, id: &ClientId) -> Result<Option<Client>, StoreError> {
        Ok(self.db.of(scope.agency()).optional(GET, cells![scope.agency(), id]).await?)
    }

    pub async fn get_client(&self, scope: &Scope, id: &ClientId) -> Result<Client, StoreError> {
        Ok(self.db.of(scope.agency()).one(GET, cells![scope.agency(), id]).await?)
    }

    /// Newest first, before this position.
    pub async fn list_clients(
        &self,
        scope: &Scope,
        before: Option<(i64, &str)>,
        limit: i64,
    ) -> Result<Vec<Client>, StoreError> {
        let (at, id) = before.unwrap_or((i64::MAX, ""));
        Ok(self.db.of(scope.agency()).query(LIST, cells![scope.agency(), at, id, limit]).await?)
    }

    /// How many grants of this client are not over for good.
    pub async fn count_grants_not_over(&self, scope: &Scope, id: &ClientId) -> Result<i64, StoreError> {
        Ok(self.db.of(scope.agency()).one(NOT_OVER, cells![scope.agency(), id]).await?)
    }

    /// In the order of their names.
    pub async fn list_clients_by_name(&self, scope: &Scope, limit: i64) -> Result<Vec<Client>, StoreError> {
        Ok(self.db.of(scope.agency()).query(LIST_BY_NAME, cells![scope.agency(), limit]).await?)
    }
}

pub(super) async fn insert(tx: &Tx<'_>, agency: &AgencyId, c: &Client) -> Result<(), StoreError> {
    tx.exec(INSERT, cells![agency, &c.id, &c.name, &c.email, c.created_at]).await?;
    Ok(())
}

/// Compare-and-set on `rev`.
pub(super) async fn update(tx: &Tx<'_>, agency: &AgencyId, c: &Client) -> Result<(), StoreError> {
    changed(tx.exec(UPDATE, cells![&c.name, &c.email, agency, &c.id, c.rev]).await?, "the client")
}

/// The client with requests, cards, sign-ins and past grants. The audit log and events stay.
pub(super) async fn delete(tx: &Tx<'_>, agency: &AgencyId, id: &ClientId) -> Result<(), StoreError> {
    let not_over: i64 = tx.one(NOT_OVER, cells![agency, id]).await?;
    if not_over > 0 {
        return Err(StoreError::Stale("the client's access"));
    }
    for statement in GOES_ALONG {
        tx.exec(statement, cells![agency, id]).await?;
    }
    changed(tx.exec(DELETE_CLIENT, cells![agency, id]).await?, "the client")
}
