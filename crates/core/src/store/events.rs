//! `Store` methods for events, the outbox: written with what they tell about, sent later.

use super::sql::{DbError, FromRow, RowRef, Tx};
use super::{Scope, Store, StoreError};
use crate::ids::{AgencyId, EventId, RequestId};
use crate::{cells, sql};

#[derive(Clone, Debug)]
pub struct Event {
    pub id: EventId,
    pub kind: String,
    pub subject_id: String,
    pub request_id: Option<RequestId>,
    pub at: i64,
}

sql!(
    INSERT,
    "INSERT INTO event (agency_id, event_id, kind, subject_id, request_id, at) VALUES ($1, $2, $3, $4, $5, $6)"
);
sql!(
    OF_REQUEST,
    "SELECT event_id, kind, subject_id, request_id, at FROM event WHERE agency_id = $1 AND request_id = $2 ORDER BY event_id"
);

impl FromRow for Event {
    fn from_row(r: &RowRef<'_>) -> Result<Self, DbError> {
        Ok(Self {
            id: r.get(0)?,
            kind: r.get(1)?,
            subject_id: r.get(2)?,
            request_id: r.get(3)?,
            at: r.get(4)?,
        })
    }
}

impl Store {
    pub async fn list_events(&self, scope: &Scope, request: &RequestId) -> Result<Vec<Event>, StoreError> {
        Ok(self.db.of(scope.agency()).query(OF_REQUEST, cells![scope.agency(), request]).await?)
    }
}

pub(super) async fn insert(tx: &Tx<'_>, agency: &AgencyId, e: &Event) -> Result<(), StoreError> {
    let request = e.request_id.as_ref().map(RequestId::as_str);
    tx.exec(INSERT, cells![agency, &e.id, &e.kind, &e.subject_id, request, e.at]).await?;
    Ok(())
}
