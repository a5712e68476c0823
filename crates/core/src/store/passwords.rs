//! `Store` methods for passwords and the set-up code. Each change ends what the old password opened,
//! in the same transaction.

use valetkey_sdk::point;

use super::agencies::{Agency, INSERT_AGENCY, INSERT_MEMBER, Member};
use super::audit::{self, Entry};
use super::sessions::{self, Kind};
use super::sql::Tx;
use super::{Actor, Scope, Store, StoreError};
use crate::ids::{AgencyId, MemberId};
use crate::{cells, sql};

/// A session that begins with a change.
#[derive(Clone, Debug)]
pub struct NewSession {
    pub hash: String,
    pub now: i64,
    pub expires_at: i64,
}

/// The owner and agency that the set-up code makes.
#[derive(Clone, Debug)]
pub struct FirstAgency {
    pub agency: Agency,
    pub claimed_domain: Option<String>,
    pub owner: Member,
    pub password: String,
}

sql!(
    BY_EMAIL,
    "SELECT p.agency_id, p.member_id, p.hash FROM password p JOIN member m ON m.agency_id = p.agency_id AND m.member_id = p.member_id WHERE p.email = $1 AND m.removed_at IS NULL"
);
sql!(
    PUT,
    "INSERT INTO password (email, agency_id, member_id, hash, changed_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (email) DO UPDATE SET hash = excluded.hash, changed_at = excluded.changed_at WHERE password.agency_id = excluded.agency_id AND password.member_id = excluded.member_id"
);
sql!(pub(super) FORGET_PASSWORD, "DELETE FROM password WHERE agency_id = $1 AND member_id = $2");
sql!(CHANGED_AT, "SELECT changed_at FROM password WHERE agency_id = $1 AND member_id = $2");
sql!(FORGET_CODES, "DELETE FROM set_up_code");
sql!(INSERT_CODE, "INSERT INTO set_up_code (code_hash, created_at) VALUES ($1, $2)");
sql!(SPEND_CODE, "DELETE FROM set_up_code WHERE code_hash = $1");
sql!(CLAIM_DOMAIN, "UPDATE agency SET claimed_domain = $1 WHERE agency_id = $2");
sql!(CLAIMED_DOMAIN, "SELECT claimed_domain FROM agency WHERE agency_id = $1");

impl Store {
    /// Whoever signs in with this e-mail address, and the hash of their password.
    pub async fn find_password(&self, email: &str) -> Result<Option<(Scope, MemberId, String)>, StoreError> {
        let row: Option<(AgencyId, MemberId, String)> =
            self.db.across().optional(BY_EMAIL, cells![email]).await?;
        Ok(row
            .map(|(agency, member, hash)| (Scope::new(agency, Actor::Member(member.clone())), member, hash)))
    }

    /// Notes something about a member that nobody who is signed in did.
    pub async fn note(&self, scope: &Scope, entry: Entry) -> Result<(), StoreError> {
        let scope = Scope::new(scope.agency().clone(), Actor::Engine);
        self.db
            .of(scope.agency())
            .tx(point!("note"), async move |tx| audit::append(tx, &scope, &entry).await)
            .await
    }

    /// When the member last set a password; none: they never did.
    pub async fn find_password_change(
        &self,
        scope: &Scope,
        member: &MemberId,
    ) -> Result<Option<i64>, StoreError> {
        Ok(self.db.of(scope.agency()).optional(CHANGED_AT, cells![scope.agency(), member]).await?)
    }

    /// Sets the password; every session, ticket and reset of the member ends, and a new session begins.
    ///
    /// # Errors
    /// `Duplicate` when another member signs in with this e-mail address.
    pub async fn set_password(
        &self,
        scope: &Scope,
        member: &Member,
        password: String,
        session: NewSession,
        entry: Entry,
    ) -> Result<(), StoreError> {
        let (scope, member) = (scope.clone(), member.clone());
        self.db
            .of(scope.agency())
            .tx(point!("set password"), async move |tx| {
                put(tx, &scope, &member, &password, session.now).await?;
                tx.exec(sessions::FORGET_ALL, cells![scope.agency(), &member.id]).await?;
                begin(tx, &scope, &member.id, &session).await?;
                audit::append(tx, &scope, &entry).await
            })
            .await
    }

    /// The same for whoever holds a reset, which it spends. `None`: it was used, or is too old.
    pub async fn reset_password(
        &self,
        scope: &Scope,
        reset_hash: String,
        member: Member,
        password: String,
        session: NewSession,
        entry: Entry,
    ) -> Result<bool, StoreError> {
        self.db
            .of(scope.agency())
            .tx(point!("reset password"), async move |tx| {
                let reset = cells![&reset_hash, Kind::Reset.as_str(), session.now];
                let taken: Option<(AgencyId, MemberId)> = tx.optional(sessions::TAKE, reset).await?;
                let Some((agency, id)) = taken.filter(|(_, id)| *id == member.id) else { return Ok(false) };
                let scope = Scope::new(agency, Actor::Member(id));
                put(tx, &scope, &member, &password, session.now).await?;
                tx.exec(sessions::FORGET_ALL, cells![scope.agency(), &member.id]).await?;
                begin(tx, &scope, &member.id, &session).await?;
                audit::append(tx, &scope, &entry).await?;
                Ok(true)
            })
            .await
    }

    /// Ends the member's password and everything it opened; a reset takes its place.
    pub async fn replace_password_by_reset(
        &self,
        scope: &Scope,
        member: &MemberId,
        reset: NewSession,
        entry: Entry,
    ) -> Result<(), StoreError> {
        let (scope, member) = (scope.clone(), member.clone());
        self.db
            .of(scope.agency())
            .tx(point!("replace password by reset"), async move |tx| {
                tx.exec(FORGET_PASSWORD, cells![scope.agency(), &member]).await?;
                tx.exec(sessions::FORGET_ALL, cells![scope.agency(), &member]).await?;
                let (kind, agency) = (Kind::Reset.as_str(), scope.agency());
                let row = cells![&reset.hash, kind, agency, &member, reset.now, reset.expires_at];
                tx.exec(sessions::INSERT, row).await?;
                audit::append(tx, &scope, &entry).await
            })
            .await
    }

    /// Begins a session in place of the one that this browser had.
    pub async fn begin_session(
        &self,
        scope: &Scope,
        member: &MemberId,
        session: NewSession,
        before: Option<String>,
        entry: Entry,
    ) -> Result<(), StoreError> {
        let (scope, member) = (scope.clone(), member.clone());
        self.db
            .of(scope.agency())
            .tx(point!("begin session"), async move |tx| {
                if let Some(before) = &before {
                    tx.exec(sessions::FORGET, cells![before]).await?;
                }
                begin(tx, &scope, &member, &session).await?;
                audit::append(tx, &scope, &entry).await
            })
            .await
    }

    /// Ends every session of a member, and tickets and resets with them.
    pub async fn forget_all_sessions(
        &self,
        scope: &Scope,
        member: &MemberId,
        entry: Entry,
    ) -> Result<(), StoreError> {
        let (scope, member) = (scope.clone(), member.clone());
        self.db
            .of(scope.agency())
            .tx(point!("forget all sessions"), async move |tx| {
                tx.exec(sessions::FORGET_ALL, cells![scope.agency(), &member]).await?;
                audit::append(tx, &scope, &entry).await
            })
            .await
    }

    /// The only set-up code from now on; `None`: there is none any more.
    pub async fn put_set_up_code(&self, code_hash: Option<String>, now: i64) -> Result<(), StoreError> {
        self.db
            .serializable()
            .tx(point!("put set up code"), async move |tx| {
                tx.exec(FORGET_CODES, cells![]).await?;
                if let Some(hash) = &code_hash {
                    tx.exec(INSERT_CODE, cells![hash, now]).await?;
                }
                Ok(())
            })
            .await
    }

    /// Spends the set-up code and makes agency, owner, password and session. `None`: it is not the code,
    /// or somebody was faster.
    pub async fn set_up(
        &self,
        code_hash: String,
        first: FirstAgency,
        session: NewSession,
        entry: Entry,
    ) -> Result<Option<Scope>, StoreError> {
        self.db
            .of(&first.agency.id)
            .tx(point!("set up"), async move |tx| {
                if tx.exec(SPEND_CODE, cells![&code_hash]).await? == 0 {
                    return Ok(None);
                }
                let (a, m) = (&first.agency, &first.owner);
                let agency = cells![&a.id, &a.name, a.domain.as_deref(), &a.data_key, a.created_at];
                tx.exec(INSERT_AGENCY, agency).await?;
                tx.exec(CLAIM_DOMAIN, cells![first.claimed_domain.as_deref(), &a.id]).await?;
                let member = cells![&a.id, &m.id, &m.name, &m.email, &m.role, a.created_at];
                tx.exec(INSERT_MEMBER, member).await?;
                let scope = Scope::new(a.id.clone(), Actor::Member(m.id.clone()));
                put(tx, &scope, m, &first.password, session.now).await?;
                begin(tx, &scope, &m.id, &session).await?;
                audit::append(tx, &scope, &entry).await?;
                Ok(Some(scope))
            })
            .await
    }

    /// What the agency says its domain is, verified or not.
    pub async fn find_claimed_domain(&self, scope: &Scope) -> Result<Option<String>, StoreError> {
        let row: Option<Option<String>> = self
            .db
            .of(scope.agency())
            .optional::<(Option<String>,)>(CLAIMED_DOMAIN, cells![scope.agency()])
            .await?
            .map(|r| r.0);
        Ok(row.flatten())
    }
}

/// Sets the password of the member's e-mail address, unless it is another member's.
pub(super) async fn put(
    tx: &Tx<'_>,
    scope: &Scope,
    member: &Member,
    hash: &str,
    now: i64,
) -> Result<(), StoreError> {
    let email = member.email.to_lowercase();
    match tx.exec(PUT, cells![&email, scope.agency(), &member.id, hash, now]).await? {
        0 => Err(StoreError::Duplicate("an account with this e-mail address")),
        _ => Ok(()),
    }
}

pub(super) async fn begin(
    tx: &Tx<'_>,
    scope: &Scope,
    member: &MemberId,
    session: &NewSession,
) -> Result<(), StoreError> {
    let kind = Kind::Session.as_str();
    let row = cells![&session.hash, kind, scope.agency(), member, session.now, session.expires_at];
    tx.exec(sessions::INSERT, row).await?;
    Ok(())
}
