//! `Store` methods for what platforms showed about who has access: the last reading of each asset of a client.

use super::sql::{DbError, FromRow, RowRef, Tx};
use super::{Scope, Store, StoreError};
use crate::ids::{AgencyId, ClientId};
use crate::{cells, sql};

/// One asset, as it was read last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessReading {
    pub client_id: ClientId,
    pub platform: String,
    pub asset_type: String,
    pub asset_id: String,
    /// What the last reading that worked showed, as JSON, and when it was in milliseconds.
    pub reading: Option<(String, i64)>,
    /// When the last try was, in milliseconds.
    pub tried_at: i64,
    /// Why the last try failed, as a sentence; none when it worked.
    pub problem: Option<String>,
}

// A try that failed leaves the reading before it as it is; one that began earlier than what is there says nothing new.
sql!(
    REPLACE,
    "INSERT INTO access_reading (agency_id, client_id, platform, asset_type, asset_id, reading, read_at, tried_at, problem) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (agency_id, client_id, platform, asset_type, asset_id) DO UPDATE SET reading = COALESCE(excluded.reading, access_reading.reading), read_at = COALESCE(excluded.read_at, access_reading.read_at), tried_at = excluded.tried_at, problem = excluded.problem WHERE excluded.tried_at >= access_reading.tried_at"
);
sql!(
    OF_CLIENT,
    "SELECT client_id, platform, asset_type, asset_id, reading, read_at, tried_at, problem FROM access_reading WHERE agency_id = $1 AND client_id = $2 ORDER BY platform, asset_type, asset_id"
);
sql!(CLIENTS, "SELECT COUNT(*) FROM client WHERE agency_id = $1 AND client_id = $2");

impl FromRow for AccessReading {
    fn from_row(r: &RowRef<'_>) -> Result<Self, DbError> {
        let (reading, read_at): (Option<String>, Option<i64>) = (r.get(4)?, r.get(5)?);
        Ok(Self {
            client_id: r.get(0)?,
            platform: r.get(1)?,
            asset_type: r.get(2)?,
            asset_id: r.get(3)?,
            reading: reading.zip(read_at),
            tried_at: r.get(6)?,
            problem: r.get(7)?,
        })
    }
}

impl Store {
    /// Every asset of the client that was ever tried.
    pub async fn list_access_readings(
        &self,
        scope: &Scope,
        client: &ClientId,
    ) -> Result<Vec<AccessReading>, StoreError> {
        Ok(self.db.of(scope.agency()).query(OF_CLIENT, cells![scope.agency(), client]).await?)
    }
}

/// Replaces what is kept of this asset. Fails as stale when the client is gone meanwhile.
pub(super) async fn replace(tx: &Tx<'_>, agency: &AgencyId, r: &AccessReading) -> Result<(), StoreError> {
    let clients: i64 = tx.one(CLIENTS, cells![agency, &r.client_id]).await?;
    if clients == 0 {
        return Err(StoreError::Stale("the client"));
    }
    let (reading, read_at) =
        r.reading.as_ref().map_or((None, None), |(text, at)| (Some(text.as_str()), Some(*at)));
    let row = cells![
        agency,
        &r.client_id,
        &r.platform,
        &r.asset_type,
        &r.asset_id,
        reading,
        read_at,
        r.tried_at,
        r.problem.as_deref(),
    ];
    tx.exec(REPLACE, row).await?;
    Ok(())
}
