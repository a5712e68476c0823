//! `Store` methods for items, a request's cards.

use super::connections::Connection;
use super::grantees::Grantee;
use super::requests::Request;
use super::sql::{DbError, FromRow, RowRef, Tx};
use super::{Scope, Store, StoreError, changed};
use crate::ids::{AgencyId, ConnectionId, GranteeId, ItemId, RequestId};
use crate::{cells, sql};

#[derive(Clone, Debug)]
pub struct Item {
    pub id: ItemId,
    pub request_id: RequestId,
    pub platform: String,
    pub position: i64,
    pub required: bool,
    pub state: String,
    /// What is asked, as JSON.
    pub asks: String,
    pub grantee_id: GranteeId,
    /// The grantee's id on the platform when the request was sent.
    pub grantee_frozen: String,
    /// Who of the agency is assigned afterwards, as JSON; none when nobody is.
    pub staff: Option<String>,
    pub connection_id: Option<ConnectionId>,
    /// What the platform listed for this connection, as JSON; picks are indexes into it.
    pub offer: Option<String>,
    /// The picks, as JSON.
    pub choice: Option<String>,
    /// Why the card could not go on, as JSON.
    pub trouble: Option<String>,
    pub rev: i64,
}

/// An item with those who take part in it.
pub struct Card {
    pub item: Item,
    /// Who receives the access.
    pub grantee: Option<Grantee>,
    pub connection: Option<Connection>,
}

sql!(
    INSERT,
    "INSERT INTO item (agency_id, item_id, request_id, platform, position, required, state, asks, grantee_id, grantee_frozen, staff) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
);
sql!(
    GET,
    "SELECT item_id, request_id, platform, position, required, state, asks, grantee_id, grantee_frozen, connection_id, offer, choice, trouble, rev, staff FROM item WHERE agency_id = $1 AND item_id = $2"
);
sql!(
    CARD,
    "SELECT i.item_id, i.request_id, i.platform, i.position, i.required, i.state, i.asks, i.grantee_id, i.grantee_frozen, i.connection_id, i.offer, i.choice, i.trouble, i.rev, i.staff, g.grantee_id, g.platform, g.kind, g.external_id, g.label, g.connection_id, g.proven_at, g.within_id, c.connection_id, c.side, c.item_id, c.member_id, c.platform, c.sign_in, c.state, c.browser_hash, c.identity, c.credential, c.created_at, c.rev FROM item i LEFT JOIN grantee g ON g.agency_id = i.agency_id AND g.grantee_id = i.grantee_id LEFT JOIN connection c ON c.agency_id = i.agency_id AND c.connection_id = i.connection_id WHERE i.agency_id = $1 AND i.item_id = $2"
);
// No two items of a request have one position.
sql!(
    pub(super) LIST,
    "SELECT item_id, request_id, platform, position, required, state, asks, grantee_id, grantee_frozen, connection_id, offer, choice, trouble, rev, staff FROM item WHERE agency_id = $1 AND request_id = $2 ORDER BY position"
);
sql!(
    LIST_WITH,
    "SELECT i.item_id, i.request_id, i.platform, i.position, i.required, i.state, i.asks, i.grantee_id, i.grantee_frozen, i.connection_id, i.offer, i.choice, i.trouble, i.rev, i.staff, r.request_id, r.client_id, r.member_id, r.state, r.message, r.link_expires_at, r.access_expires_at, r.created_at, r.completed_at, r.rev, r.customer_reference, r.locale, r.template_id FROM item i JOIN request r ON r.agency_id = i.agency_id AND r.request_id = i.request_id WHERE i.agency_id = $1 AND i.request_id = (SELECT it.request_id FROM item AS it WHERE it.agency_id = $1 AND it.item_id = $2) ORDER BY i.position"
);
// What a platform listed can be long: it stays where it is.
sql!(
    SET_STATE,
    "UPDATE item SET state = $1, rev = rev + 1 WHERE agency_id = $2 AND item_id = $3 AND rev = $4"
);
sql!(
    UPDATE,
    "UPDATE item SET state = $1, connection_id = $2, offer = $3, choice = $4, trouble = $5, rev = rev + 1 WHERE agency_id = $6 AND item_id = $7 AND rev = $8"
);

impl FromRow for Item {
    fn from_row(r: &RowRef<'_>) -> Result<Self, DbError> {
        Ok(Self {
            id: r.get(0)?,
            request_id: r.get(1)?,
            platform: r.get(2)?,
            position: r.get(3)?,
            required: r.get(4)?,
            state: r.get(5)?,
            asks: r.get(6)?,
            grantee_id: r.get(7)?,
            grantee_frozen: r.get(8)?,
            connection_id: r.get(9)?,
            offer: r.get(10)?,
            choice: r.get(11)?,
            trouble: r.get(12)?,
            rev: r.get(13)?,
            staff: r.get(14)?,
        })
    }
}

/// An item beside its request.
struct OfRequest(Item, Request);

impl FromRow for OfRequest {
    fn from_row(r: &RowRef<'_>) -> Result<Self, DbError> {
        Ok(Self(r.part(0)?, r.part(15)?))
    }
}

impl FromRow for Card {
    fn from_row(r: &RowRef<'_>) -> Result<Self, DbError> {
        Ok(Self { item: r.part(0)?, grantee: r.optional_part(15)?, connection: r.optional_part(23)? })
    }
}

impl Store {
    pub async fn find_card(&self, scope: &Scope, id: &ItemId) -> Result<Option<Card>, StoreError> {
        Ok(self.db.of(scope.agency()).optional(CARD, cells![scope.agency(), id]).await?)
    }

    pub async fn find_item(&self, scope: &Scope, id: &ItemId) -> Result<Option<Item>, StoreError> {
        Ok(self.db.of(scope.agency()).optional(GET, cells![scope.agency(), id]).await?)
    }

    pub async fn get_item(&self, scope: &Scope, id: &ItemId) -> Result<Item, StoreError> {
        Ok(self.db.of(scope.agency()).one(GET, cells![scope.agency(), id]).await?)
    }

    pub async fn list_items(&self, scope: &Scope, request: &RequestId) -> Result<Vec<Item>, StoreError> {
        Ok(self.db.of(scope.agency()).query(LIST, cells![scope.agency(), request]).await?)
    }
}

/// The request that this card belongs to, and all of its cards.
pub(super) async fn find_request_with_items(
    tx: &Tx<'_>,
    agency: &AgencyId,
    id: &ItemId,
) -> Result<Option<(Request, Vec<Item>)>, StoreError> {
    let all: Vec<OfRequest> = tx.query(LIST_WITH, cells![agency, id]).await?;
    let (mut requests, items): (Vec<_>, Vec<_>) = all.into_iter().map(|OfRequest(i, r)| (r, i)).unzip();
    Ok(requests.pop().map(|request| (request, items)))
}

pub(super) async fn insert(tx: &Tx<'_>, agency: &AgencyId, i: &Item) -> Result<(), StoreError> {
    let row = cells![
        agency,
        &i.id,
        &i.request_id,
        &i.platform,
        i.position,
        i.required,
        &i.state,
        &i.asks,
        &i.grantee_id,
        &i.grantee_frozen,
        i.staff.as_deref(),
    ];
    tx.exec(INSERT, row).await?;
    Ok(())
}

/// Compare-and-set on `rev`.
pub(super) async fn set_state(
    tx: &Tx<'_>,
    agency: &AgencyId,
    id: &ItemId,
    rev: i64,
    state: &str,
) -> Result<(), StoreError> {
    changed(tx.exec(SET_STATE, cells![state, agency, id, rev]).await?, "the card")
}

/// Compare-and-set on `rev`.
pub(super) async fn update(tx: &Tx<'_>, agency: &AgencyId, i: &Item) -> Result<(), StoreError> {
    let row = cells![
        &i.state,
        i.connection_id.as_ref().map(ConnectionId::as_str),
        i.offer.as_deref(),
        i.choice.as_deref(),
        i.trouble.as_deref(),
        agency,
        &i.id,
        i.rev,
    ];
    changed(tx.exec(UPDATE, row).await?, "the card")
}
