//! `Store` methods for requests.

use super::sql::{DbError, FromRow, RowRef, Tx};
use super::{Scope, Store, StoreError, changed, clients, items, links};
use crate::ids::{AgencyId, ClientId, MemberId, RequestId, TemplateId};
use crate::store::items::Item;
use crate::{cells, sql};

#[derive(Clone, Debug)]
pub struct Request {
    pub id: RequestId,
    pub client_id: ClientId,
    pub member_id: Option<MemberId>,
    pub state: String,
    pub message: Option<String>,
    /// The agency's own number or name for it.
    pub customer_reference: Option<String>,
    /// The language of the client's pages.
    pub locale: Option<String>,
    pub template_id: Option<TemplateId>,
    pub link_expires_at: i64,
    pub access_expires_at: Option<i64>,
    pub created_at: i64,
    pub completed_at: Option<i64>,
    pub rev: i64,
}

/// Which requests to list.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub state: Option<String>,
    pub client_id: Option<String>,
}

/// A request with everything it needs, written at once.
#[derive(Clone, Debug)]
pub struct NewRequest {
    pub request: Request,
    /// A client that is not there yet.
    pub client: Option<clients::Client>,
    pub items: Vec<Item>,
    pub link_hash: String,
    pub link_sealed: Vec<u8>,
}

sql!(
    INSERT,
    "INSERT INTO request (agency_id, request_id, client_id, member_id, state, message, link_expires_at, access_expires_at, created_at, customer_reference, locale, template_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
);
sql!(
    GET,
    "SELECT request_id, client_id, member_id, state, message, link_expires_at, access_expires_at, created_at, completed_at, rev, customer_reference, locale, template_id FROM request WHERE agency_id = $1 AND request_id = $2"
);
sql!(
    LIST,
    "SELECT request_id, client_id, member_id, state, message, link_expires_at, access_expires_at, created_at, completed_at, rev, customer_reference, locale, template_id FROM request WHERE agency_id = $1 AND (created_at, request_id) < ($2, $3) ORDER BY created_at DESC, request_id DESC LIMIT $4"
);
sql!(
    LIST_WHERE,
    "SELECT request_id, client_id, member_id, state, message, link_expires_at, access_expires_at, created_at, completed_at, rev, customer_reference, locale, template_id FROM request WHERE agency_id = $1 AND ($2 IS NULL OR state = $2) AND ($3 IS NULL OR client_id = $3) AND (created_at, request_id) < ($4, $5) ORDER BY created_at DESC, request_id DESC LIMIT $6"
);
sql!(
    SET_TIMES,
    "UPDATE request SET link_expires_at = $1, access_expires_at = $2, rev = rev + 1 WHERE agency_id = $3 AND request_id = $4 AND rev = $5"
);
sql!(
    SET_STATE,
    "UPDATE request SET state = $1, completed_at = COALESCE($2, completed_at), rev = rev + 1 WHERE agency_id = $3 AND request_id = $4 AND rev = $5"
);

impl FromRow for Request {
    fn from_row(r: &RowRef<'_>) -> Result<Self, DbError> {
        Ok(Self {
            id: r.get(0)?,
            client_id: r.get(1)?,
            member_id: r.get(2)?,
            state: r.get(3)?,
            message: r.get(4)?,
            link_expires_at: r.get(5)?,
            access_expires_at: r.get(6)?,
            created_at: r.get(7)?,
            completed_at: r.get(8)?,
            rev: r.get(9)?,
            customer_reference: r.get(10)?,
            locale: r.get(11)?,
            template_id: r.get(12)?,
        })
    }
}

impl Store {
    pub async fn find_request(&self, scope: &Scope, id: &RequestId) -> Result<Option<Request>, StoreError> {
        Ok(self.db.of(scope.agency()).optional(GET, cells![scope.agency(), id]).await?)
    }

    pub async fn get_request(&self, scope: &Scope, id: &RequestId) -> Result<Request, StoreError> {
        Ok(self.db.of(scope.agency()).one(GET, cells![scope.agency(), id]).await?)
    }

    /// Newest first, before this position.
    pub async fn list_requests(
        &self,
        scope: &Scope,
        before: Option<(i64, &str)>,
        limit: i64,
    ) -> Result<Vec<Request>, StoreError> {
        let (at, id) = before.unwrap_or((i64::MAX, ""));
        Ok(self.db.of(scope.agency()).query(LIST, cells![scope.agency(), at, id, limit]).await?)
    }

    /// The same for those that fit.
    pub async fn list_requests_where(
        &self,
        scope: &Scope,
        f: &Filter,
        before: Option<(i64, &str)>,
        limit: i64,
    ) -> Result<Vec<Request>, StoreError> {
        let (at, id) = before.unwrap_or((i64::MAX, ""));
        let row = cells![scope.agency(), f.state.as_deref(), f.client_id.as_deref(), at, id, limit];
        Ok(self.db.of(scope.agency()).query(LIST_WHERE, row).await?)
    }
}

pub(super) async fn find(
    tx: &Tx<'_>,
    agency: &AgencyId,
    id: &RequestId,
) -> Result<Option<Request>, StoreError> {
    Ok(tx.optional(GET, cells![agency, id]).await?)
}

pub(super) async fn insert(tx: &Tx<'_>, agency: &AgencyId, new: &NewRequest) -> Result<(), StoreError> {
    let r = &new.request;
    if let Some(c) = &new.client {
        clients::insert(tx, agency, c).await?;
    }
    let row = cells![
        agency,
        &r.id,
        &r.client_id,
        r.member_id.as_ref().map(MemberId::as_str),
        &r.state,
        r.message.as_deref(),
        r.link_expires_at,
        r.access_expires_at,
        r.created_at,
        r.customer_reference.as_deref(),
        r.locale.as_deref(),
        r.template_id.as_ref().map(TemplateId::as_str),
    ];
    tx.exec(INSERT, row).await?;
    for item in &new.items {
        items::insert(tx, agency, item).await?;
    }
    let link = cells![&new.link_hash, "request", agency, &r.id, &new.link_sealed, r.created_at];
    tx.exec(links::INSERT_LINK, link).await?;
    Ok(())
}

pub(super) async fn set_state(
    tx: &Tx<'_>,
    agency: &AgencyId,
    id: &RequestId,
    rev: i64,
    state: &str,
    completed_at: Option<i64>,
) -> Result<(), StoreError> {
    changed(tx.exec(SET_STATE, cells![state, completed_at, agency, id, rev]).await?, "the request")
}

/// Until when the link is good, and when access given through it ends. Compare-and-set on `rev`.
pub(super) async fn set_times(
    tx: &Tx<'_>,
    agency: &AgencyId,
    id: &RequestId,
    rev: i64,
    link_expires_at: i64,
    access_expires_at: Option<i64>,
) -> Result<(), StoreError> {
    let row = cells![link_expires_at, access_expires_at, agency, id, rev];
    changed(tx.exec(SET_TIMES, row).await?, "the request")
}
