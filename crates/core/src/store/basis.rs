//! What a yes rests on: read before the transaction that acts on it, and still so in it.

use super::StoreError;
use super::grantees::Grantee;
use super::sql::{DbError, FromRow, RowRef, Tx};
use crate::ids::{AgencyId, ConnectionId, RequestId};
use crate::{cells, sql};

/// What a yes rests on, as it was when it was shown.
#[derive(Clone, Debug)]
pub struct Basis {
    pub request: (RequestId, i64),
    /// The sign-in under which it is said, if there is one.
    pub connection: Option<(ConnectionId, i64)>,
    /// Who receives the access.
    pub grantee: Grantee,
}

sql!(
    BASIS,
    "SELECT r.rev, c.rev, g.grantee_id, g.platform, g.kind, g.external_id, g.label, g.connection_id, g.proven_at, g.within_id FROM request r LEFT JOIN connection c ON c.agency_id = r.agency_id AND c.connection_id = $3 JOIN grantee g ON g.agency_id = r.agency_id AND g.grantee_id = $4 WHERE r.agency_id = $1 AND r.request_id = $2"
);

struct Found {
    request: i64,
    connection: Option<i64>,
    grantee: Grantee,
}

impl FromRow for Found {
    fn from_row(r: &RowRef<'_>) -> Result<Self, DbError> {
        Ok(Self { request: r.get(0)?, connection: r.get(1)?, grantee: r.part(2)? })
    }
}

/// Fails unless all of it is still so.
pub(super) async fn keep_basis(tx: &Tx<'_>, agency: &AgencyId, basis: &Basis) -> Result<(), StoreError> {
    let connection = basis.connection.as_ref().map(|(id, _)| id.as_str());
    let row = cells![agency, &basis.request.0, connection, &basis.grantee.id];
    let now: Option<Found> = tx.optional(BASIS, row).await?;
    let now = now.ok_or(StoreError::Stale("the request or the grantee"))?;
    keep(now.request == basis.request.1, "the request")?;
    keep(now.connection == basis.connection.as_ref().map(|(_, rev)| *rev), "the connection")?;
    keep(now.grantee == basis.grantee, "the grantee")
}

pub(super) fn keep(same: bool, what: &'static str) -> Result<(), StoreError> {
    if same { Ok(()) } else { Err(StoreError::Stale(what)) }
}
