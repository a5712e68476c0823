//! `Store` methods for sign-ins under way: single use, short-lived, bound to one browser.

use valetkey_sdk::point;

use super::sql::{DbError, FromRow, RowRef};
use super::{Actor, Scope, Store, StoreError};
use crate::ids::{AgencyId, ItemId, MemberId};
use crate::{cells, sql};

/// A sign-in that was started by pressing Connect.
#[derive(Clone, Debug)]
pub struct SignInState {
    pub side: String,
    pub item_id: Option<ItemId>,
    pub member_id: Option<MemberId>,
    pub platform: String,
    pub sign_in: String,
    /// The keyed hash of the cookie of the browser that pressed Connect.
    pub browser_hash: String,
    /// Sealed PKCE verifier.
    pub verifier: Vec<u8>,
    /// Sealed link token, to lead back to the same card.
    pub link_token: Option<Vec<u8>>,
    pub expires_at: i64,
}

sql!(
    INSERT,
    "INSERT INTO sign_in_state (state_hash, agency_id, side, item_id, member_id, platform, sign_in, browser_hash, verifier, link_token, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
);
sql!(
    FIND,
    "SELECT agency_id, side, item_id, member_id, platform, sign_in, browser_hash, verifier, link_token, expires_at FROM sign_in_state WHERE state_hash = $1 AND consumed_at IS NULL AND expires_at > $2"
);
sql!(
    CONSUME,
    "UPDATE sign_in_state SET consumed_at = $1 WHERE state_hash = $2 AND consumed_at IS NULL AND expires_at > $1"
);
sql!(SWEEP, "DELETE FROM sign_in_state WHERE expires_at < $1");

struct Row(AgencyId, SignInState);

impl FromRow for Row {
    fn from_row(r: &RowRef<'_>) -> Result<Self, DbError> {
        let state = SignInState {
            side: r.get(1)?,
            item_id: r.get(2)?,
            member_id: r.get(3)?,
            platform: r.get(4)?,
            sign_in: r.get(5)?,
            browser_hash: r.get(6)?,
            verifier: r.get(7)?,
            link_token: r.get(8)?,
            expires_at: r.get(9)?,
        };
        Ok(Self(r.get(0)?, state))
    }
}

impl Store {
    pub async fn add_sign_in_state(
        &self,
        scope: &Scope,
        state_hash: String,
        s: SignInState,
        now: i64,
    ) -> Result<(), StoreError> {
        let agency = scope.agency().clone();
        self.db
            .of(scope.agency())
            .tx(point!("add sign in state"), async move |tx| {
                tx.exec(SWEEP, cells![now - 3_600_000]).await?;
                let row = cells![
                    &state_hash,
                    &agency,
                    &s.side,
                    s.item_id.as_ref().map(ItemId::as_str),
                    s.member_id.as_ref().map(MemberId::as_str),
                    &s.platform,
                    &s.sign_in,
                    &s.browser_hash,
                    &s.verifier,
                    s.link_token.as_deref(),
                    s.expires_at,
                ];
                tx.exec(INSERT, row).await?;
                Ok(())
            })
            .await
    }

    /// An open sign-in by the hash of its state. Reading it does not spend it.
    pub async fn find_sign_in_state(
        &self,
        state_hash: &str,
        now: i64,
    ) -> Result<Option<(Scope, SignInState)>, StoreError> {
        let row: Option<Row> = self.db.optional(FIND, cells![state_hash, now]).await?;
        Ok(row.map(|Row(agency, state)| {
            let actor = state.member_id.clone().map_or(Actor::Client, Actor::Member);
            (Scope::new(agency, actor), state)
        }))
    }

    /// Spends it: true for exactly one caller.
    pub async fn consume_sign_in_state(&self, state_hash: String, now: i64) -> Result<bool, StoreError> {
        self.db
            .tx(point!("consume sign in state"), async move |tx| {
                Ok(tx.exec(CONSUME, cells![now, &state_hash]).await? == 1)
            })
            .await
    }
}
