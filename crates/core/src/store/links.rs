//! `Store` methods for links: looked up by keyed hash, kept sealed.

use std::sync::Arc;

use super::agencies::{Agency, Member};
use super::clients::Client;
use super::items::{self, Card, Item};
use super::requests::Request;
use super::sql::{DbError, FromRow, RowRef, Tx};
use super::{Actor, Scope, Store, StoreError};
use crate::ids::{AgencyId, ClientId, ItemId, RequestId};
use crate::{cells, sql};

sql!(pub(super) INSERT_LINK, "INSERT INTO link (token_hash, kind, agency_id, subject_id, sealed, created_at) VALUES ($1, $2, $3, $4, $5, $6)");
sql!(LINK, "SELECT kind, agency_id, subject_id, created_at FROM link WHERE token_hash = $1");
sql!(
    ASKED,
    "SELECT r.request_id, r.client_id, r.member_id, r.state, r.message, r.link_expires_at, r.access_expires_at, r.created_at, r.completed_at, r.rev, r.customer_reference, r.locale, r.template_id, l.agency_id, i.item_id FROM link l LEFT JOIN item i ON l.kind = 'card' AND i.agency_id = l.agency_id AND i.item_id = l.subject_id JOIN request r ON r.agency_id = l.agency_id AND r.request_id = CASE l.kind WHEN 'request' THEN l.subject_id ELSE i.request_id END WHERE l.token_hash = $1"
);
sql!(
    ASKED_WITH_CARD,
    "SELECT r.request_id, r.client_id, r.member_id, r.state, r.message, r.link_expires_at, r.access_expires_at, r.created_at, r.completed_at, r.rev, r.customer_reference, r.locale, r.template_id, l.agency_id, o.item_id, i.item_id, i.request_id, i.platform, i.position, i.required, i.state, i.asks, i.grantee_id, i.grantee_frozen, i.connection_id, i.offer, i.choice, i.trouble, i.rev, i.staff, g.grantee_id, g.platform, g.kind, g.external_id, g.label, g.connection_id, g.proven_at, g.within_id, c.connection_id, c.side, c.item_id, c.member_id, c.platform, c.sign_in, c.state, c.browser_hash, c.identity, c.credential, c.created_at, c.rev FROM link l LEFT JOIN item o ON l.kind = 'card' AND o.agency_id = l.agency_id AND o.item_id = l.subject_id JOIN request r ON r.agency_id = l.agency_id AND r.request_id = CASE l.kind WHEN 'request' THEN l.subject_id ELSE o.request_id END LEFT JOIN item i ON i.agency_id = r.agency_id AND i.request_id = r.request_id AND i.item_id = $2 LEFT JOIN grantee g ON g.agency_id = i.agency_id AND g.grantee_id = i.grantee_id LEFT JOIN connection c ON c.agency_id = i.agency_id AND c.connection_id = i.connection_id WHERE l.token_hash = $1"
);
// Nobody asked in person: the member who was there first stands for the agency. Ids are in the order of time.
sql!(
    OPENED,
    "SELECT r.request_id, r.client_id, r.member_id, r.state, r.message, r.link_expires_at, r.access_expires_at, r.created_at, r.completed_at, r.rev, r.customer_reference, r.locale, r.template_id, a.agency_id, a.name, a.domain, a.data_key, a.created_at, a.accent, a.logo, c.client_id, c.name, c.email, c.created_at, c.rev, m.member_id, m.name, m.email, m.role, i.item_id, h.passed_by FROM link l LEFT JOIN item i ON l.kind = 'card' AND i.agency_id = l.agency_id AND i.item_id = l.subject_id JOIN request r ON r.agency_id = l.agency_id AND r.request_id = CASE l.kind WHEN 'request' THEN l.subject_id ELSE i.request_id END JOIN agency a ON a.agency_id = l.agency_id JOIN client c ON c.agency_id = r.agency_id AND c.client_id = r.client_id LEFT JOIN member m ON m.agency_id = r.agency_id AND m.member_id = COALESCE(r.member_id, (SELECT f.member_id FROM member f WHERE f.agency_id = r.agency_id AND f.removed_at IS NULL ORDER BY f.member_id LIMIT 1)) LEFT JOIN hand_over h ON h.agency_id = i.agency_id AND h.item_id = i.item_id WHERE l.token_hash = $1"
);
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

/// What is asked behind a link.
#[derive(Clone)]
pub struct Asked {
    pub scope: Scope,
    pub request: Request,
    /// The link was made for this card and shows no other.
    pub only: Option<ItemId>,
}

/// The same with everything that stands at the top of its pages.
#[derive(Clone)]
pub struct Opened {
    pub asked: Asked,
    pub agency: Agency,
    pub client: Client,
    /// Who asks.
    pub asker: Option<Member>,
    /// Who passed that card on.
    pub passed_by: Option<String>,
}

/// The same with the request's items, which everybody who looks shares: a listing in one may be long.
pub type WithItems = (Opened, Arc<[Item]>);

impl FromRow for Asked {
    fn from_row(r: &RowRef<'_>) -> Result<Self, DbError> {
        Ok(Self { request: r.part(0)?, scope: Scope::new(r.get(13)?, Actor::Client), only: r.get(14)? })
    }
}

/// What is asked, with one of its cards.
struct WithCard(Asked, Option<Card>);

impl FromRow for WithCard {
    fn from_row(r: &RowRef<'_>) -> Result<Self, DbError> {
        Ok(Self(r.part(0)?, r.optional_part(15)?))
    }
}

impl FromRow for Opened {
    fn from_row(r: &RowRef<'_>) -> Result<Self, DbError> {
        let agency: Agency = r.part(13)?;
        let scope = Scope::new(agency.id.clone(), Actor::Client);
        Ok(Self {
            asked: Asked { scope, request: r.part(0)?, only: r.get(29)? },
            agency,
            client: r.part(20)?,
            asker: r.optional_part(25)?,
            passed_by: r.get(30)?,
        })
    }
}

impl Store {
    /// The request behind a link's hash, with the client's scope on it; none behind one of another kind.
    pub async fn find_asked(&self, token_hash: &str) -> Result<Option<Asked>, StoreError> {
        Ok(self.db.across().optional(ASKED, cells![token_hash]).await?)
    }

    /// The same with one of the request's cards, if it has it.
    pub async fn find_asked_with_card(
        &self,
        token_hash: &str,
        card: &ItemId,
    ) -> Result<Option<(Asked, Option<Card>)>, StoreError> {
        let found: Option<WithCard> =
            self.db.across().optional(ASKED_WITH_CARD, cells![token_hash, card]).await?;
        Ok(found.map(|WithCard(asked, card)| (asked, card)))
    }

    /// The same with what stands at the top of its pages.
    pub async fn open_link(&self, token_hash: &str) -> Result<Option<Opened>, StoreError> {
        Ok(self.db.across().optional(OPENED, cells![token_hash]).await?)
    }

    /// The same with the request's items.
    pub async fn open_link_with_items(&self, token_hash: &str) -> Result<Option<Arc<WithItems>>, StoreError> {
        // Asked before reading: what is committed meanwhile makes the answer one that is not kept.
        let at = self.db.state()?;
        if let Some(found) = at.and_then(|at| self.links.find(at, token_hash)) {
            return Ok(Some(found));
        }
        let found = self.read_link_with_items(token_hash.to_owned()).await?.map(Arc::new);
        if let (Some(at), Some(found)) = (at, &found) {
            self.links.keep(at, token_hash.to_owned(), Arc::clone(found));
        }
        Ok(found)
    }

    async fn read_link_with_items(&self, hash: String) -> Result<Option<WithItems>, StoreError> {
        let db = self.db.across();
        let both = db.snapshot(async move |at| {
            let Some(opened) = at.optional::<Opened>(OPENED, cells![&hash]).await? else { return Ok(None) };
            let items: Vec<Item> =
                at.query(items::LIST, cells![&opened.agency.id, &opened.asked.request.id]).await?;
            Ok(Some((opened, items.into())))
        });
        Ok(both.await?)
    }

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
