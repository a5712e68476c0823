//! `Store` methods for changing members. At least one owner always stays.

use valetkey_sdk::point;

use super::audit::{self, Entry};
use super::sql::Tx;
use super::{Scope, Store, StoreError, api_keys, changed, passwords, sessions};
use crate::ids::MemberId;
use crate::{cells, defence, sql};

sql!(
    SET_ROLE,
    "UPDATE member SET role = $1 WHERE agency_id = $2 AND member_id = $3 AND role = $4 AND removed_at IS NULL"
);
sql!(
    REMOVE,
    "UPDATE member SET removed_at = $1 WHERE agency_id = $2 AND member_id = $3 AND role = $4 AND removed_at IS NULL"
);
sql!(OWNERS, "SELECT COUNT(*) FROM member WHERE agency_id = $1 AND role = 'owner' AND removed_at IS NULL");

impl Store {
    /// Gives a member another role, if it still is `from`. Their API keys end unless they keep them.
    /// `false`: nobody would be owner any more.
    pub async fn set_role(
        &self,
        scope: &Scope,
        member: &MemberId,
        from: String,
        (to, keeps_keys): (&'static str, bool),
        entries: Vec<Entry>,
    ) -> Result<bool, StoreError> {
        let (scope, member) = (scope.clone(), member.clone());
        let ends_keys = !keeps_keys && defence::fresh_rights();
        self.db
            .of(scope.agency())
            .tx(point!("set role"), async move |tx| {
                if from == "owner" && to != "owner" && is_last_owner(tx, &scope).await? {
                    return Ok(false);
                }
                let row = cells![to, scope.agency(), &member, &from];
                changed(tx.exec(SET_ROLE, row).await?, "the member")?;
                if ends_keys {
                    tx.exec(api_keys::DELETE_OF_MEMBER, cells![scope.agency(), &member]).await?;
                }
                append(tx, &scope, &entries).await?;
                Ok(true)
            })
            .await
    }

    /// Removes a member, with sessions, tickets, password and API keys. `false`: nobody would be owner any more.
    pub async fn remove_member(
        &self,
        scope: &Scope,
        member: &MemberId,
        role: String,
        now: i64,
        entries: Vec<Entry>,
    ) -> Result<bool, StoreError> {
        let (scope, member) = (scope.clone(), member.clone());
        let ends_all = defence::fresh_rights();
        self.db
            .of(scope.agency())
            .tx(point!("remove member"), async move |tx| {
                if role == "owner" && is_last_owner(tx, &scope).await? {
                    return Ok(false);
                }
                let row = cells![now, scope.agency(), &member, &role];
                changed(tx.exec(REMOVE, row).await?, "the member")?;
                if ends_all {
                    tx.exec(sessions::FORGET_ALL, cells![scope.agency(), &member]).await?;
                    tx.exec(passwords::FORGET_PASSWORD, cells![scope.agency(), &member]).await?;
                    tx.exec(api_keys::DELETE_OF_MEMBER, cells![scope.agency(), &member]).await?;
                }
                append(tx, &scope, &entries).await?;
                Ok(true)
            })
            .await
    }
}

async fn append(tx: &Tx<'_>, scope: &Scope, entries: &[Entry]) -> Result<(), StoreError> {
    for entry in entries {
        audit::append(tx, scope, entry).await?;
    }
    Ok(())
}

async fn is_last_owner(tx: &Tx<'_>, scope: &Scope) -> Result<bool, StoreError> {
    Ok(tx.one::<i64>(OWNERS, cells![scope.agency()]).await? <= 1)
}
