//! `Store` methods for what clients do on a card beside signing in: attest, pass on, ask for help.

use super::sql::Tx;
use super::{Scope, Store, StoreError};
use crate::ids::{AgencyId, AttestationId, HelpId, ItemId, MemberId, RequestId};
use crate::{cells, sql};

/// Somebody said that steps were done by hand.
#[derive(Clone, Debug)]
pub struct Attestation {
    pub id: AttestationId,
    pub request_id: RequestId,
    pub item_id: ItemId,
    /// `give` or `remove`.
    pub task: &'static str,
    pub browser_hash: String,
    /// A digest of what the page showed.
    pub shown: String,
    pub at: i64,
}

/// A card was passed on.
#[derive(Clone, Debug)]
pub struct HandOver {
    pub item_id: ItemId,
    pub passed_by: String,
    pub at: i64,
}

/// A client asked for help with a card.
#[derive(Clone, Debug)]
pub struct Help {
    pub id: HelpId,
    pub request_id: RequestId,
    pub item_id: ItemId,
    pub note: Option<String>,
    pub at: i64,
    /// No more than `most` of them on one card after this time.
    pub since: i64,
    pub most: i64,
}

/// What a client wrote, and whether somebody of the agency saw to it.
#[derive(Clone, Debug)]
pub struct HelpNote {
    pub note: Option<String>,
    pub at: i64,
    pub dealt_with: Option<(i64, MemberId)>,
}

/// Somebody saw to the help that was asked for on a card.
#[derive(Clone, Debug)]
pub struct HelpDealtWith {
    pub item_id: ItemId,
    pub by: MemberId,
    pub at: i64,
    /// What was asked later than this they had not read.
    pub until: i64,
}

sql!(
    ATTEST,
    "INSERT INTO attestation (agency_id, attestation_id, request_id, item_id, task, browser_hash, shown, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
);
sql!(
    ATTESTED_BY,
    "SELECT COUNT(*) FROM attestation WHERE agency_id = $1 AND item_id = $2 AND browser_hash = $3"
);
sql!(
    HAND_OVER,
    "INSERT INTO hand_over (agency_id, item_id, passed_by, at) VALUES ($1, $2, $3, $4) ON CONFLICT (agency_id, item_id) DO UPDATE SET passed_by = excluded.passed_by, at = excluded.at"
);
sql!(PASSED_BY, "SELECT passed_by FROM hand_over WHERE agency_id = $1 AND item_id = $2");
sql!(
    HELP,
    "INSERT INTO help (agency_id, help_id, request_id, item_id, note, at) SELECT $1, $2, $3, $4, $5, $6 WHERE (SELECT COUNT(*) FROM help WHERE agency_id = $1 AND item_id = $4 AND at > $7) < $8"
);
sql!(
    HELP_OF,
    "SELECT note, at, dealt_with_at, dealt_with_by FROM help WHERE agency_id = $1 AND item_id = $2 ORDER BY at, help_id"
);
sql!(
    HELP_DEALT_WITH,
    "UPDATE help SET dealt_with_at = $1, dealt_with_by = $2 WHERE agency_id = $3 AND item_id = $4 AND at <= $5 AND dealt_with_at IS NULL"
);
sql!(
    HELP_WANTED,
    "SELECT h.request_id, h.item_id, h.at FROM help h JOIN item i ON i.agency_id = h.agency_id AND i.item_id = h.item_id JOIN request r ON r.agency_id = h.agency_id AND r.request_id = h.request_id WHERE h.agency_id = $1 AND h.dealt_with_at IS NULL AND i.state IN ('open', 'connected', 'chosen', 'handed_over') AND r.state IN ('sent', 'opened', 'in_progress', 'partially_complete') ORDER BY h.at DESC, h.help_id DESC LIMIT $2"
);

impl Store {
    /// Whether this browser said on this card that steps were done.
    pub async fn has_attested(
        &self,
        scope: &Scope,
        item: &ItemId,
        browser_hash: &str,
    ) -> Result<bool, StoreError> {
        let count: i64 =
            self.db.of(scope.agency()).one(ATTESTED_BY, cells![scope.agency(), item, browser_hash]).await?;
        Ok(count > 0)
    }

    /// Who passed the card on, if somebody did.
    pub async fn find_passed_by(&self, scope: &Scope, item: &ItemId) -> Result<Option<String>, StoreError> {
        Ok(self.db.of(scope.agency()).optional(PASSED_BY, cells![scope.agency(), item]).await?)
    }

    /// What help was asked for on a card, oldest first.
    pub async fn list_help(&self, scope: &Scope, item: &ItemId) -> Result<Vec<HelpNote>, StoreError> {
        type Row = (Option<String>, i64, Option<i64>, Option<MemberId>);
        let rows: Vec<Row> = self.db.of(scope.agency()).query(HELP_OF, cells![scope.agency(), item]).await?;
        let note = |(note, at, when, by): Row| HelpNote { note, at, dealt_with: when.zip(by) };
        Ok(rows.into_iter().map(note).collect())
    }

    /// What help was asked for lately on cards that are still open, and nobody saw to, newest first: request, card, when.
    pub async fn list_help_wanted(
        &self,
        scope: &Scope,
        most: i64,
    ) -> Result<Vec<(RequestId, ItemId, i64)>, StoreError> {
        Ok(self.db.of(scope.agency()).query(HELP_WANTED, cells![scope.agency(), most]).await?)
    }
}

pub(super) async fn attest(tx: &Tx<'_>, agency: &AgencyId, a: &Attestation) -> Result<(), StoreError> {
    let row = cells![agency, &a.id, &a.request_id, &a.item_id, a.task, &a.browser_hash, &a.shown, a.at];
    tx.exec(ATTEST, row).await?;
    Ok(())
}

pub(super) async fn hand_over(tx: &Tx<'_>, agency: &AgencyId, h: &HandOver) -> Result<(), StoreError> {
    tx.exec(HAND_OVER, cells![agency, &h.item_id, &h.passed_by, h.at]).await?;
    Ok(())
}

/// Fails when help was asked for on this card too often already.
pub(super) async fn help(tx: &Tx<'_>, agency: &AgencyId, h: &Help) -> Result<(), StoreError> {
    let row = cells![agency, &h.id, &h.request_id, &h.item_id, h.note.as_deref(), h.at, h.since, h.most];
    if tx.exec(HELP, row).await? == 1 { Ok(()) } else { Err(StoreError::TooMany("help")) }
}

/// Fails as stale when nothing was left to see to.
pub(super) async fn deal_with(tx: &Tx<'_>, agency: &AgencyId, h: &HelpDealtWith) -> Result<(), StoreError> {
    let seen_to = tx.exec(HELP_DEALT_WITH, cells![h.at, &h.by, agency, &h.item_id, h.until]).await?;
    if seen_to > 0 { Ok(()) } else { Err(StoreError::Stale("the call for help")) }
}
