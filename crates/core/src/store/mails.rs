//! `Store` methods for mail that goes out: written with what causes it, sent by a job.

use super::sql::{DbError, FromRow, RowRef, Tx};
use super::{Scope, Store, StoreError, changed, jobs};
use crate::engine::mail::KIND;
use crate::ids::{AgencyId, ClientId, JobId, MailId, RequestId};
use crate::{cells, sql};

#[derive(Clone, Debug)]
pub struct Mail {
    pub id: MailId,
    /// `receipt`, `code` or `request`.
    pub kind: String,
    pub client_id: ClientId,
    pub request_id: Option<RequestId>,
    /// There is one mail at most for each of these.
    pub once: String,
    /// Known once it was tried.
    pub address: Option<String>,
    pub locale: Option<String>,
    /// What only the mail may say, until it is over.
    pub sealed: Option<Vec<u8>>,
    /// A word of [`State`](crate::engine::state::mail::State).
    pub state: String,
    pub why: Option<String>,
    pub tries: i64,
    /// Epoch milliseconds, as all of these.
    pub created_at: i64,
    pub give_up_at: i64,
    pub next_at: i64,
    pub sent_at: Option<i64>,
    pub rev: i64,
}

/// One change. Rows are changed by compare-and-set.
#[derive(Clone, Debug)]
pub enum MailWrite {
    /// Nothing is written where its like is there already.
    New {
        mail: Box<Mail>,
        job: JobId,
    },
    State(Box<Mail>),
    /// Before it is handed over for the first time: fails as too many when the agency began as much on this day.
    Count {
        day: i64,
        most: i64,
    },
    /// A person wants it tried anew.
    Again {
        mail: Box<Mail>,
        job: JobId,
    },
    /// After a restore: what waits in a backup may have been sent since.
    HoldAll {
        why: String,
    },
}

sql!(
    INSERT,
    "INSERT INTO mail (agency_id, mail_id, kind, client_id, request_id, once_key, address, locale, sealed, state, created_at, give_up_at, next_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT (agency_id, once_key) DO NOTHING"
);
sql!(
    GET,
    "SELECT mail_id, kind, client_id, request_id, once_key, address, locale, sealed, state, why, tries, created_at, give_up_at, next_at, sent_at, rev FROM mail WHERE agency_id = $1 AND mail_id = $2"
);
sql!(
    OF_REQUEST,
    "SELECT mail_id, kind, client_id, request_id, once_key, address, locale, sealed, state, why, tries, created_at, give_up_at, next_at, sent_at, rev FROM mail WHERE agency_id = $1 AND request_id = $2 AND state <> 'dropped' ORDER BY mail_id DESC LIMIT 50"
);
sql!(
    IN_TROUBLE,
    "SELECT mail_id, kind, client_id, request_id, once_key, address, locale, sealed, state, why, tries, created_at, give_up_at, next_at, sent_at, rev FROM mail WHERE agency_id = $1 AND request_id IS NOT NULL AND (state IN ('refused', 'given_up') OR state = 'waiting' AND tries > 1) AND created_at > $2 ORDER BY mail_id DESC LIMIT $3"
);
sql!(
    UPDATE,
    "UPDATE mail SET address = $1, sealed = $2, state = $3, why = $4, tries = $5, give_up_at = $6, next_at = $7, sent_at = $8, rev = rev + 1 WHERE agency_id = $9 AND mail_id = $10 AND rev = $11"
);
sql!(
    COUNT,
    "INSERT INTO mail_day (agency_id, day, begun) VALUES ($1, $2, 1) ON CONFLICT (agency_id, day) DO UPDATE SET begun = mail_day.begun + 1 WHERE mail_day.begun < $3"
);
sql!(FORGET_DAYS, "DELETE FROM mail_day WHERE agency_id = $1 AND day < $2");
sql!(
    HOLD_ALL,
    "UPDATE mail SET state = 'given_up', why = $1, sealed = NULL, rev = rev + 1 WHERE agency_id = $2 AND state = 'waiting'"
);

impl FromRow for Mail {
    fn from_row(r: &RowRef<'_>) -> Result<Self, DbError> {
        Ok(Self {
            id: r.get(0)?,
            kind: r.get(1)?,
            client_id: r.get(2)?,
            request_id: r.get(3)?,
            once: r.get(4)?,
            address: r.get(5)?,
            locale: r.get(6)?,
            sealed: r.get(7)?,
            state: r.get(8)?,
            why: r.get(9)?,
            tries: r.get(10)?,
            created_at: r.get(11)?,
            give_up_at: r.get(12)?,
            next_at: r.get(13)?,
            sent_at: r.get(14)?,
            rev: r.get(15)?,
        })
    }
}

impl Store {
    pub async fn find_mail(&self, scope: &Scope, id: &MailId) -> Result<Option<Mail>, StoreError> {
        Ok(self.db.of(scope.agency()).optional(GET, cells![scope.agency(), id]).await?)
    }

    /// Newest first.
    pub async fn list_mails_of_request(
        &self,
        scope: &Scope,
        id: &RequestId,
    ) -> Result<Vec<Mail>, StoreError> {
        Ok(self.db.of(scope.agency()).query(OF_REQUEST, cells![scope.agency(), id]).await?)
    }

    /// What did not go out, or not at once, of requests since then; newest first.
    pub async fn list_mails_in_trouble(
        &self,
        scope: &Scope,
        since: i64,
        most: i64,
    ) -> Result<Vec<Mail>, StoreError> {
        Ok(self.db.of(scope.agency()).query(IN_TROUBLE, cells![scope.agency(), since, most]).await?)
    }
}

pub(super) async fn write(tx: &Tx<'_>, agency: &AgencyId, write: &MailWrite) -> Result<(), StoreError> {
    match write {
        MailWrite::New { mail, job } => {
            if insert(tx, agency, mail).await? {
                jobs::enqueue(tx, agency, job, KIND, mail.id.as_str(), mail.next_at).await?;
            }
            Ok(())
        }
        MailWrite::State(mail) => update(tx, agency, mail).await,
        MailWrite::Again { mail, job } => {
            update(tx, agency, mail).await?;
            jobs::enqueue(tx, agency, job, KIND, mail.id.as_str(), mail.next_at).await
        }
        MailWrite::Count { day, most } => {
            tx.exec(FORGET_DAYS, cells![agency, *day]).await?;
            let counted = tx.exec(COUNT, cells![agency, *day, *most]).await?;
            if counted == 1 { Ok(()) } else { Err(StoreError::TooMany("mail")) }
        }
        MailWrite::HoldAll { why } => {
            tx.exec(HOLD_ALL, cells![why, agency]).await?;
            Ok(())
        }
    }
}

async fn insert(tx: &Tx<'_>, agency: &AgencyId, m: &Mail) -> Result<bool, StoreError> {
    let row = cells![
        agency,
        &m.id,
        &m.kind,
        &m.client_id,
        m.request_id.as_ref().map(RequestId::as_str),
        &m.once,
        m.address.as_deref(),
        m.locale.as_deref(),
        m.sealed.as_deref(),
        &m.state,
        m.created_at,
        m.give_up_at,
        m.next_at,
    ];
    Ok(tx.exec(INSERT, row).await? == 1)
}

async fn update(tx: &Tx<'_>, agency: &AgencyId, m: &Mail) -> Result<(), StoreError> {
    let row = cells![
        m.address.as_deref(),
        m.sealed.as_deref(),
        &m.state,
        m.why.as_deref(),
        m.tries,
        m.give_up_at,
        m.next_at,
        m.sent_at,
        agency,
        &m.id,
        m.rev,
    ];
    changed(tx.exec(UPDATE, row).await?, "the mail")
}
