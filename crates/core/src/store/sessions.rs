//! `Store` methods for what signs a person in: sessions and one-time tickets.

use valetkey_sdk::point;

use super::{Actor, Scope, Store, StoreError};
use crate::ids::{AgencyId, MemberId};
use crate::{cells, defence, sql};

/// A session lasts; a ticket becomes a session once; a reset allows setting a password once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Session,
    Ticket,
    Reset,
}

impl Kind {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Ticket => "ticket",
            Self::Reset => "reset",
        }
    }
}

sql!(
    pub(super) INSERT,
    "INSERT INTO session (token_hash, kind, agency_id, member_id, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)"
);
sql!(
    FIND,
    "SELECT s.agency_id, s.member_id FROM session s JOIN member m ON m.agency_id = s.agency_id AND m.member_id = s.member_id WHERE s.token_hash = $1 AND s.kind = $2 AND s.expires_at > $3 AND m.removed_at IS NULL"
);
sql!(
    FIND_WITHOUT_RIGHTS,
    "SELECT agency_id, member_id FROM session WHERE token_hash = $1 AND kind = $2 AND expires_at > $3"
);
sql!(
    pub(super) TAKE,
    "DELETE FROM session WHERE token_hash = $1 AND kind = $2 AND expires_at > $3 RETURNING agency_id, member_id"
);
sql!(pub(super) FORGET_ALL, "DELETE FROM session WHERE agency_id = $1 AND member_id = $2");
sql!(FORGET_EVERYBODY, "DELETE FROM session");
sql!(pub(super) FORGET, "DELETE FROM session WHERE token_hash = $1");

impl Store {
    /// Everybody has to sign in again.
    pub async fn end_all_sessions(&self) -> Result<u64, StoreError> {
        Ok(self
            .db
            .across()
            .tx(point!("end all sessions"), async move |tx| tx.exec(FORGET_EVERYBODY, cells![]).await)
            .await?)
    }

    pub async fn add_session(
        &self,
        kind: Kind,
        token_hash: String,
        scope: &Scope,
        member: &MemberId,
        now: i64,
        expires_at: i64,
    ) -> Result<(), StoreError> {
        let (agency, member) = (scope.agency().clone(), member.clone());
        self.db
            .of(scope.agency())
            .tx(point!("add session"), async move |tx| {
                tx.exec(INSERT, cells![&token_hash, kind.as_str(), &agency, &member, now, expires_at])
                    .await?;
                Ok(())
            })
            .await
    }

    /// Who this session or ticket belongs to, read afresh: a removed member has none.
    pub async fn find_session(
        &self,
        kind: Kind,
        token_hash: &str,
        now: i64,
    ) -> Result<Option<(Scope, MemberId)>, StoreError> {
        let find = if defence::fresh_rights() { FIND } else { FIND_WITHOUT_RIGHTS };
        let row: Option<(AgencyId, MemberId)> =
            self.db.across().optional(find, cells![token_hash, kind.as_str(), now]).await?;
        Ok(row.map(|(agency, member)| (Scope::new(agency, Actor::Member(member.clone())), member)))
    }

    /// Turns a ticket into a session, once.
    pub async fn exchange_ticket(
        &self,
        ticket_hash: String,
        session_hash: String,
        now: i64,
        expires_at: i64,
    ) -> Result<bool, StoreError> {
        self.db
            .tx(point!("exchange ticket"), async move |tx| {
                let ticket = cells![&ticket_hash, Kind::Ticket.as_str(), now];
                let Some((agency, member)) = tx.optional::<(AgencyId, MemberId)>(TAKE, ticket).await? else {
                    return Ok(false);
                };
                let row = cells![&session_hash, Kind::Session.as_str(), &agency, &member, now, expires_at];
                tx.exec(INSERT, row).await?;
                Ok(true)
            })
            .await
    }

    pub async fn forget_session(&self, token_hash: String) -> Result<(), StoreError> {
        self.db
            .tx(point!("forget session"), async move |tx| {
                tx.exec(FORGET, cells![&token_hash]).await?;
                Ok(())
            })
            .await
    }
}
