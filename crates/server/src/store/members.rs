//! `Store` methods for changing members. At least one owner always stays.

use super::audit::{self, Entry};
use super::sql::Tx;
use super::{Scope, Store, StoreError, changed, passwords, sessions};
use crate::ids::MemberId;
use crate::{cells, sql};

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
    /// Gives a member another role, if it still is `from`. `false`: nobody would be owner any more.
    pub async fn set_role(
        &self,
        scope: &Scope,
        member: &MemberId,
        from: String,
        to: &'static str,
        entry: Entry,
    ) -> Result<bool, StoreError> {
        let (scope, member) = (scope.clone(), member.clone());
        self.db
            .of(scope.agency())
            .tx(async move |tx| {
                if from == "owner" && to != "owner" && is_last_owner(tx, &scope).await? {
                    return Ok(false);
                }
                let row = cells![to, scope.agency(), &member, &from];
                changed(tx.exec(SET_ROLE, row).await?, "the member")?;
                audit::append(tx, &scope, &entry).await?;
                Ok(true)
            })
            .await
    }

    /// Removes a member, with sessions, tickets and password. `false`: nobody would be owner any more.
    pub async fn remove_member(
        &self,
        scope: &Scope,
        member: &MemberId,
        role: String,
        now: i64,
        entry: Entry,
    ) -> Result<bool, StoreError> {
        let (scope, member) = (scope.clone(), member.clone());
        self.db
            .of(scope.agency())
            .tx(async move |tx| {
                if role == "owner" && is_last_owner(tx, &scope).await? {
                    return Ok(false);
                }
                let row = cells![now, scope.agency(), &member, &role];
                changed(tx.exec(REMOVE, row).await?, "the member")?;
                tx.exec(sessions::FORGET_ALL, cells![scope.agency(), &member]).await?;
                tx.exec(passwords::FORGET_PASSWORD, cells![scope.agency(), &member]).await?;
                audit::append(tx, &scope, &entry).await?;
                Ok(true)
            })
            .await
    }
}

async fn is_last_owner(tx: &Tx<'_>, scope: &Scope) -> Result<bool, StoreError> {
    Ok(tx.one::<i64>(OWNERS, cells![scope.agency()]).await? <= 1)
}
