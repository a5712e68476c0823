//! `Store` methods for invitations: a link that makes one person a member, once.

use valetkey_sdk::point;

use super::agencies::{INSERT_MEMBER, Member};
use super::audit::{self, Entry};
use super::passwords::{self, NewSession};
use super::sql::{DbError, FromRow, RowRef};
use super::{Actor, Scope, Store, StoreError, changed, links};
use crate::ids::{AgencyId, InvitationId, MemberId};
use crate::{cells, sql};

#[derive(Clone, Debug)]
pub struct Invitation {
    pub id: InvitationId,
    pub email: String,
    pub role: String,
    pub invited_by: MemberId,
    pub created_at: i64,
    pub expires_at: i64,
}

sql!(
    INSERT,
    "INSERT INTO invitation (agency_id, invitation_id, email, role, invited_by, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)"
);
sql!(
    OPEN,
    "SELECT invitation_id, email, role, invited_by, created_at, expires_at FROM invitation WHERE agency_id = $1 AND ended_at IS NULL AND expires_at > $2 ORDER BY created_at, invitation_id"
);
sql!(
    GET,
    "SELECT invitation_id, email, role, invited_by, created_at, expires_at FROM invitation WHERE agency_id = $1 AND invitation_id = $2 AND ended_at IS NULL AND expires_at > $3"
);
sql!(
    END,
    "UPDATE invitation SET ended_at = $1 WHERE agency_id = $2 AND invitation_id = $3 AND ended_at IS NULL AND expires_at > $1"
);
sql!(LINK, "SELECT agency_id, subject_id FROM link WHERE token_hash = $1 AND kind = 'invitation'");

impl FromRow for Invitation {
    fn from_row(r: &RowRef<'_>) -> Result<Self, DbError> {
        Ok(Self {
            id: r.get(0)?,
            email: r.get(1)?,
            role: r.get(2)?,
            invited_by: r.get(3)?,
            created_at: r.get(4)?,
            expires_at: r.get(5)?,
        })
    }
}

impl Store {
    pub async fn add_invitation(
        &self,
        scope: &Scope,
        invitation: Invitation,
        link: (String, Vec<u8>),
        entry: Entry,
    ) -> Result<(), StoreError> {
        let scope = scope.clone();
        self.db
            .of(scope.agency())
            .tx(point!("add invitation"), async move |tx| {
                let (i, agency) = (&invitation, scope.agency());
                let row = cells![agency, &i.id, &i.email, &i.role, &i.invited_by, i.created_at, i.expires_at];
                tx.exec(INSERT, row).await?;
                let row = cells![&link.0, "invitation", agency, &i.id, &link.1, i.created_at];
                tx.exec(links::INSERT_LINK, row).await?;
                audit::append(tx, &scope, &entry).await
            })
            .await
    }

    /// Those that can still be taken up.
    pub async fn list_invitations(&self, scope: &Scope, now: i64) -> Result<Vec<Invitation>, StoreError> {
        Ok(self.db.of(scope.agency()).query(OPEN, cells![scope.agency(), now]).await?)
    }

    pub async fn find_invitation(
        &self,
        scope: &Scope,
        id: &InvitationId,
        now: i64,
    ) -> Result<Option<Invitation>, StoreError> {
        Ok(self.db.of(scope.agency()).optional(GET, cells![scope.agency(), id, now]).await?)
    }

    /// The invitation behind a link, while it can be taken up. Whoever holds it is not a member yet.
    pub async fn find_invitation_link(
        &self,
        token_hash: &str,
        now: i64,
    ) -> Result<Option<(Scope, Invitation)>, StoreError> {
        let row: Option<(AgencyId, InvitationId)> = self.db.optional(LINK, cells![token_hash]).await?;
        let Some((agency, id)) = row else { return Ok(None) };
        let scope = Scope::new(agency, Actor::Client);
        Ok(self.find_invitation(&scope, &id, now).await?.map(|i| (scope, i)))
    }

    /// Withdraws it.
    ///
    /// # Errors
    /// `Stale` when it was taken up, withdrawn, or is too old.
    pub async fn end_invitation(
        &self,
        scope: &Scope,
        id: InvitationId,
        now: i64,
        entry: Entry,
    ) -> Result<(), StoreError> {
        let scope = scope.clone();
        self.db
            .of(scope.agency())
            .tx(point!("end invitation"), async move |tx| {
                changed(tx.exec(END, cells![now, scope.agency(), &id]).await?, "the invitation")?;
                audit::append(tx, &scope, &entry).await
            })
            .await
    }

    /// Spends the invitation and makes the member, with password and session, in one transaction.
    ///
    /// # Errors
    /// `Stale` when somebody was faster or its time is over; `Duplicate` when the e-mail address signs in
    /// somewhere already.
    pub async fn accept_invitation(
        &self,
        scope: &Scope,
        id: InvitationId,
        member: Member,
        password: String,
        session: NewSession,
        entry: Entry,
    ) -> Result<(), StoreError> {
        let scope = Scope::new(scope.agency().clone(), Actor::Member(member.id.clone()));
        self.db
            .of(scope.agency())
            .tx(point!("accept invitation"), async move |tx| {
                let agency = scope.agency();
                changed(tx.exec(END, cells![session.now, agency, &id]).await?, "the invitation")?;
                let m = &member;
                let row = cells![agency, &m.id, &m.name, &m.email, &m.role, session.now];
                tx.exec(INSERT_MEMBER, row).await?;
                passwords::put(tx, &scope, m, &password, session.now).await?;
                passwords::begin(tx, &scope, &m.id, &session).await?;
                audit::append(tx, &scope, &entry).await
            })
            .await
    }
}
