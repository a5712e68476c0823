//! Calls to the TikTok API for Business and what its answers mean, close to TikTok's own words.
//!
//! Sources: portal docs of API v1.3 and the request contracts of TikTok's SDK, read 2026-11-23.

use serde_json::{Value, json};
use valetkey_sdk::access::{Roles, Side};
use valetkey_sdk::call;
use valetkey_sdk::connector::Cx;
use valetkey_sdk::http::{Caller, Request};
use valetkey_sdk::page::Cursor;
use valetkey_sdk::point::Point;
use valetkey_sdk::secret::Secret;
use valetkey_sdk::{Error, ErrorKind, Result};

use super::errors;

const HOST: &str = "business-api.tiktok.com";
/// Every path ends with a slash: without it there is no such path.
const BASE: &str = "/open_api/v1.3";
const PAGE_SIZE: &str = "50";
/// Lists of members are kept shorter.
const MEMBERS: &str = "20";

/// The API in the name of one side.
pub struct Api<'a> {
    caller: Caller<'a>,
    now: jiff::Timestamp,
}

/// One page of a listing.
pub struct List {
    pub rows: Vec<Value>,
    pub next: Option<Cursor>,
}

impl<'a> Api<'a> {
    pub fn new(cx: &Cx<'a>, side: Side) -> Result<Self> {
        Self::by(cx, side, "tiktok")
    }

    pub fn by(cx: &Cx<'a>, side: Side, sign_in: &str) -> Result<Self> {
        Ok(Self { caller: cx.caller(side, sign_in)?, now: cx.clock.now() })
    }

    /// Whose this token of a TikTok account is, and what was allowed. The token goes in the body here.
    pub async fn token_info(&self, app: &str, token: &Secret) -> Result<Value> {
        let body = json!({"app_id": app, "access_token": token.expose()});
        self.post(call!("whose token"), "/tt_user/token_info/get/", body).await
    }

    /// The TikTok account of whoever signed in with it.
    pub async fn profile(&self, open_id: &str) -> Result<Value> {
        let request = Request::get(call!("own profile"), HOST, format!("{BASE}/business/get/"));
        let fields = json!(["username"]).to_string();
        self.send(request.query("business_id", open_id).query("fields", fields)).await
    }

    pub async fn user_info(&self) -> Result<Value> {
        self.send(Request::get(call!("who signed in"), HOST, format!("{BASE}/user/info/"))).await
    }

    /// Business Centers of whoever signed in, with their role there.
    pub async fn centers(&self, at: &Cursor) -> Result<List> {
        self.list(call!("Business Centers"), "/bc/get/", &[], PAGE_SIZE, at).await
    }

    pub async fn center(&self, center: &str) -> Result<Option<Value>> {
        let own =
            self.list(call!("own role"), "/bc/get/", &[("bc_id", center)], PAGE_SIZE, &Cursor(None)).await?;
        Ok(own.rows.into_iter().find(|row| text(row, "bc_info.bc_id").as_deref() == Some(center)))
    }

    /// The newest lines of a Business Center's log, of the last seven days, which is what TikTok tells without dates.
    pub async fn change_log(&self, center: &str) -> Result<Value> {
        let request = Request::get(call!("change log"), HOST, format!("{BASE}/changelog/get/"))
            .query("bc_id", center)
            .query("lang", "en")
            .query("sort_field", "operation_time")
            .query("sort_type", "DESC")
            .query("page", "1")
            .query("page_size", PAGE_SIZE);
        self.send(request).await
    }

    /// Everything of a type in a Business Center; Admins only.
    pub async fn assets(&self, center: &str, of: &str, received: bool, at: &Cursor) -> Result<List> {
        let filtering = json!({"relation_type": "OWNER_PARTNER"}).to_string();
        let mut query = vec![("bc_id", center), ("asset_type", of)];
        if received {
            query.push(("filtering", &filtering));
        }
        self.list(call!("assets"), "/bc/asset/admin/get/", &query, PAGE_SIZE, at).await
    }

    /// What whoever signed in works on there.
    pub async fn own_assets(&self, center: &str, of: &str, at: &Cursor) -> Result<List> {
        let query = [("bc_id", center), ("asset_type", of)];
        self.list(call!("own assets"), "/bc/asset/get/", &query, PAGE_SIZE, at).await
    }

    /// Ad accounts that an open invitation brings.
    pub async fn invited_assets(&self, center: &str, email: &str) -> Result<List> {
        let filtering = json!({ "user_email": email }).to_string();
        let query = [("bc_id", center), ("asset_type", "ADVERTISER"), ("filtering", &filtering)];
        self.list(call!("assets of an invitation"), "/bc/asset/get/", &query, PAGE_SIZE, &Cursor(None)).await
    }

    /// Business Centers that share with this one, or it with them; Admins only.
    pub async fn partners(&self, center: &str, at: &Cursor) -> Result<List> {
        self.list(call!("partners"), "/bc/partner/get/", &[("bc_id", center)], PAGE_SIZE, at).await
    }

    /// What two Business Centers share, seen from the first one.
    pub async fn shared(
        &self,
        center: &str,
        partner: &str,
        of: &str,
        way: &str,
        at: &Cursor,
    ) -> Result<List> {
        let query = [("bc_id", center), ("partner_id", partner), ("asset_type", of), ("share_type", way)];
        self.list(call!("shared assets"), "/bc/partner/asset/get/", &query, PAGE_SIZE, at).await
    }

    /// Makes it a partner and shares the ad account with it, or raises what it has. `role` is never left out:
    /// the default would be the lowest one.
    pub async fn add_partner(&self, center: &str, partner: &str, account: &str, role: &str) -> Result<Value> {
        self.post(
            call!("share"),
            "/bc/partner/add/",
            json!({
                "bc_id": center, "partner_id": partner, "asset_type": "ADVERTISER", "asset_ids": [account],
                "advertiser_role": role,
            }),
        )
        .await
    }

    /// Takes one asset from a partner; the partnership stays, with everything else in it.
    pub async fn remove_from_partner(
        &self,
        center: &str,
        partner: &str,
        of: &str,
        id: &str,
    ) -> Result<Value> {
        let body = json!({"bc_id": center, "partner_id": partner, "asset_type": of, "asset_ids": [id]});
        self.post(call!("unshare"), "/bc/partner/asset/delete/", body).await
    }

    /// A new address that a profile's owner opens by scanning it, for this Business Center.
    pub async fn authorization(&self, center: &str) -> Result<Value> {
        let path = format!("{BASE}/bc/asset/account/authorization/");
        self.send(Request::get(call!("code to scan"), HOST, path).query("bc_id", center)).await
    }

    /// Takes a TikTok account out of a Business Center; whoever else holds it keeps it.
    pub async fn remove_from_center(&self, center: &str, of: &str, id: &str) -> Result<Value> {
        let body = json!({"bc_id": center, "asset_type": of, "asset_ids": [id]});
        self.post(call!("remove from center"), "/bc/asset/admin/delete/", body).await
    }

    /// Members and invitations in which this word occurs.
    pub async fn members(&self, center: &str, keyword: &str, at: &Cursor) -> Result<List> {
        self.members_where(center, &json!({ "keyword": keyword }), at).await
    }

    /// Who has joined.
    pub async fn joined(&self, center: &str, at: &Cursor) -> Result<List> {
        self.members_where(center, &json!({ "relation_status": "BOUND" }), at).await
    }

    /// Who has joined, is invited, or said no.
    pub async fn all_members(&self, center: &str, at: &Cursor) -> Result<List> {
        self.list(call!("everybody"), "/bc/member/get/", &[("bc_id", center)], MEMBERS, at).await
    }

    async fn members_where(&self, center: &str, filtering: &Value, at: &Cursor) -> Result<List> {
        let filtering = filtering.to_string();
        let query = [("bc_id", center), ("filtering", filtering.as_str())];
        self.list(call!("members"), "/bc/member/get/", &query, MEMBERS, at).await
    }

    pub async fn asset_members(&self, center: &str, of: &str, id: &str, at: &Cursor) -> Result<List> {
        let query = [("bc_id", center), ("asset_type", of), ("asset_id", id)];
        self.list(call!("members of an asset"), "/bc/asset/member/get/", &query, MEMBERS, at).await
    }

    /// Business Centers that the asset is, or was, shared with; without what they may do.
    pub async fn asset_partners(&self, center: &str, of: &str, id: &str, at: &Cursor) -> Result<List> {
        let query = [("bc_id", center), ("asset_type", of), ("asset_id", id)];
        self.list(call!("partners of an asset"), "/bc/asset/partner/get/", &query, PAGE_SIZE, at).await
    }

    /// An e-mail address that was invited before is left as it is, without an error.
    pub async fn invite(&self, center: &str, email: &str, more: Value) -> Result<Value> {
        let mut body = json!({"bc_id": center, "emails": [email]});
        if let (Some(body), Some(more)) = (body.as_object_mut(), more.as_object()) {
            body.extend(more.clone());
        }
        self.post(call!("invite"), "/bc/member/invite/", body).await
    }

    /// Changes the role in the Business Center of somebody who has joined.
    pub async fn update_member(&self, center: &str, user: &str, roles: Value) -> Result<Value> {
        let mut body = json!({"bc_id": center, "user_id": user});
        if let (Some(body), Some(roles)) = (body.as_object_mut(), roles.as_object()) {
            body.extend(roles.clone());
        }
        self.post(call!("change role"), "/bc/member/update/", body).await
    }

    /// Removes a member, or withdraws an invitation: `key` is `user_id` or `user_email`.
    pub async fn delete_member(&self, center: &str, key: &str, value: &str) -> Result<Value> {
        self.post(call!("remove member"), "/bc/member/delete/", json!({"bc_id": center, key: value})).await
    }

    pub async fn assign(&self, center: &str, user: &str, account: &str, role: &str) -> Result<Value> {
        let body = json!({
            "bc_id": center, "user_id": user, "asset_type": "ADVERTISER", "asset_id": account,
            "advertiser_role": role,
        });
        self.post(call!("assign"), "/bc/asset/assign/", body).await
    }

    /// Of a TikTok account somebody can have several roles at once.
    pub async fn assign_profile(&self, center: &str, user: &str, id: &str, roles: &Roles) -> Result<Value> {
        let body = json!({
            "bc_id": center, "user_id": user, "asset_type": "TT_ACCOUNT", "asset_id": id, "tt_account_roles": roles,
        });
        self.post(call!("assign profile"), "/bc/asset/assign/", body).await
    }

    pub async fn unassign(&self, center: &str, user: &str, of: &str, id: &str) -> Result<Value> {
        let body = json!({"bc_id": center, "user_id": user, "asset_type": of, "asset_id": id});
        self.post(call!("unassign"), "/bc/asset/unassign/", body).await
    }

    /// What somebody who has joined works on; only Admins are told.
    pub async fn works_on(&self, center: &str, user: &str, of: &str, at: &Cursor) -> Result<List> {
        let filtering = json!({ "user_id": user }).to_string();
        let query = [("bc_id", center), ("asset_type", of), ("filtering", &filtering)];
        self.list(call!("assets of a member"), "/bc/asset/get/", &query, PAGE_SIZE, at).await
    }

    async fn list(
        &self,
        name: Point,
        path: &str,
        query: &[(&str, &str)],
        size: &str,
        at: &Cursor,
    ) -> Result<List> {
        let page: u64 = match &at.0 {
            Some(at) => at.parse().map_err(|_| Error::unexpected("a cursor that is not ours"))?,
            None => 1,
        };
        let mut request = Request::get(name, HOST, format!("{BASE}{path}"))
            .query("page", page.to_string())
            .query("page_size", size);
        for (key, value) in query {
            request = request.query(key, *value);
        }
        let data = self.send(request).await?;
        let rows = data.get("list").and_then(Value::as_array);
        let rows =
            rows.ok_or_else(|| Error::unexpected("a listing without rows").with("call", name))?.clone();
        let pages = data.pointer("/page_info/total_page").and_then(Value::as_u64);
        let pages = pages.ok_or_else(|| Error::unexpected("a listing that does not say how long it is"))?;
        let next = (page < pages).then(|| Cursor(Some((page + 1).to_string())));
        Ok(List { rows, next })
    }

    async fn post(&self, name: Point, path: &str, body: Value) -> Result<Value> {
        self.send(Request::post(name, HOST, format!("{BASE}{path}")).json(body)).await
    }

    async fn send(&self, request: Request) -> Result<Value> {
        let reply = self.caller.send(request).await?;
        if reply.status >= 500 {
            return Err(Error::new(ErrorKind::Temporary, "TikTok is down").with("status", reply.status));
        }
        let body = reply.json()?;
        match body.get("code").and_then(Value::as_i64) {
            Some(0) if reply.is_success() => Ok(body.get("data").cloned().unwrap_or_default()),
            Some(code) if code != 0 => Err(errors::read(code, &body, &self.caller, self.now)),
            _ => Err(Error::unexpected("an answer without a code").with("status", reply.status)),
        }
    }
}

/// A field as text; ids are text, and a number would have lost its last places.
pub fn text(row: &Value, field: &str) -> Option<String> {
    row.pointer(&format!("/{}", field.replace('.', "/")))?
        .as_str()
        .filter(|s| !s.is_empty())
        .map(str::to_owned)
}
