//! The grant that a client's yes is about: the one that this asset and grantee have already, or a new one.

use serde_json::Value;
use valetkey_sdk::access::{AssetRef, AssetType, Level, Principal, Roles, Want, Wish};
use valetkey_sdk::clock::from_millisecond;

use super::link::Link;
use super::{AppError, grants, staff};
use crate::desk::Desk;
use crate::engine::record;
use crate::engine::state::Effect;
use crate::engine::state::grant::{self, Event, Grant};
use crate::ids::{GrantId, ItemId};
use crate::store::Write;
use crate::store::grantees::Grantee;
use crate::store::grants::{GrantRow, NaturalKey};
use crate::store::items::Item;

/// The card on which the yes is said, and whom it is for.
pub struct Yes<'a> {
    pub link: &'a Link,
    pub item: &'a Item,
    pub grantee: &'a Grantee,
    /// The share that has to be there first.
    pub after: Option<&'a GrantId>,
}

/// A grant as it is after the yes, not written yet.
pub struct Promised {
    pub row: GrantRow,
    pub grant: Grant,
    /// The card that it belonged to before: this one where it is new.
    pub was_of: ItemId,
    new: bool,
}

impl Yes<'_> {
    /// What is wished for by it: these roles, or what this kind of grantee holds instead, until the access of the
    /// request ends.
    pub fn wish(&self, desk: &Desk, on: AssetRef, level: Level, roles: &Roles) -> Wish {
        let roles = staff::roles(desk, self.grantee, roles);
        let until = self.link.request.access_expires_at.map(from_millisecond);
        Wish {
            on,
            who: Principal::new(&self.grantee.kind, &self.grantee.external_id)
                .of(self.grantee.within.as_deref()),
            level,
            want: Want::Held { roles, until },
        }
    }

    /// The grant that the asset and the grantee have already.
    ///
    /// # Errors
    /// If the store does not answer.
    pub async fn find(&self, desk: &Desk, of: &AssetType, id: &str) -> Result<Option<GrantRow>, AppError> {
        let key = natural_key(of, id, self.grantee);
        Ok(desk.store.find_grant_by_natural_key(&self.link.scope, &self.item.platform, key).await?)
    }

    /// Takes the grant that was found or makes one, and approves the wish. Whoever asked for a grant before does not keep it: it
    /// moves to this card. What comes after a share waits for it. `id` is the asset's at the platform, or the one
    /// that stands for what a person said; `parent` is what it belongs to there.
    pub fn promise(
        &self,
        desk: &Desk,
        found: Option<GrantRow>,
        wish: Wish,
        id: &str,
        name: &str,
        parent: Option<String>,
    ) -> Result<Promised, AppError> {
        let Self { link, item, grantee, after } = self;
        let of = wish.on.of().clone();
        let asset = (of.as_str(), id);
        let in_turn = |grant: Grant| match after {
            Some(_) if staff::ends_first(desk, grantee) => grant.not_yet().ending_first(),
            Some(_) => grant.not_yet(),
            None => grant,
        };
        let Some(row) = found else {
            let row = grants::new_row(desk, &link.request, item, grantee, asset, name, parent);
            let row = GrantRow { after_grant_id: after.cloned(), ..row };
            let grant = in_turn(Grant::approved(wish));
            return Ok(Promised { row, grant, was_of: item.id.clone(), new: true });
        };
        let (grant, _) = grant::next(&grants::state(&row)?, Event::Approve(wish), desk.clock.now())
            .map_err(|e| AppError::Conflict(e.to_string().into()))?;
        let was_of = row.item_id.clone();
        let row = GrantRow {
            request_id: link.request.id.clone(),
            item_id: item.id.clone(),
            grantee_id: grantee.id.clone(),
            asset_name: name.to_owned(),
            ..row
        };
        Ok(Promised { row, grant: in_turn(grant), was_of, new: false })
    }
}

pub fn natural_key<'a>(of: &'a AssetType, id: &'a str, grantee: &'a Grantee) -> NaturalKey<'a> {
    ((of.as_str(), id), (&grantee.kind, &grantee.external_id))
}

impl Promised {
    /// Its row and its audit record.
    pub fn writes(&self, desk: &Desk, effects: &[Effect], action: &str, data: Value) -> Vec<Write> {
        let writes = record::writes(desk, &self.row, &self.grant, effects, action, data);
        if self.new { record::as_new(writes) } else { writes }
    }
}
